package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.transport.Script;
import org.sluice.testkit.transport.Script.Outcome;
import org.sluice.testkit.transport.ScriptedConnection;

/** Many connects at once whose peers answer, refuse, answer too late or never, on any worker, as a seed has it. */
class ScriptedPeersTest {
  private static final int CONNECTS = 300;

  @ParameterizedTest(name = "{0} data workers")
  @ValueSource(ints = {0, 2})
  void each_connect_is_told_what_became_of_it_once_and_late_answers_are_refused(int dataWorkers) {
    List<Long> fingerprints = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ScriptedWorld w = new ScriptedWorld(5, dataWorkers, TxMode.DEQUEUE);
      Script script = new Script(w.simulation.runtime().newRandom(), w.simulation.stack().workers())
          .weight(Outcome.ANSWER, 4).weight(Outcome.REFUSE, 2).weight(Outcome.TIME_OUT, 2).weight(Outcome.LATE, 1)
          .weight(Outcome.NEVER, 1).timeout(Duration.ofMillis(500));
      w.transport.follow(script);
      for (int n = 0; n < CONNECTS; n++) {
        w.connect(n);
        w.advance(Duration.ofMillis(1));
      }
      w.advance(Duration.ofSeconds(2));
      assertThat(List.of(Outcome.values())).allSatisfy(outcome -> assertThat(script.played(outcome)).isPositive());
      assertThat(script.lateTaken()).isZero();
      assertThat(told(w, "connected")).isEqualTo(script.played(Outcome.ANSWER));
      assertThat(told(w, "failed REFUSED")).isEqualTo(script.played(Outcome.REFUSE));
      assertThat(told(w, "failed TIMEDOUT")).isEqualTo(script.played(Outcome.TIME_OUT) + script.played(Outcome.LATE));
      int never = script.played(Outcome.NEVER);
      assertThat(told(w, "half-open gone")).isEqualTo(CONNECTS - never);
      assertThat(w.transport.pending()).hasSize(never);
      assertThat(w.simulation.await(() -> w.application.context().cancelConnects())).isEqualTo(never);
      for (ScriptedConnection made : w.transport.established()) {
        w.on(made, () -> w.transport.deleted(made));
      }
      fingerprints.add(w.simulation.runtime().fingerprint());
      w.end();
    }
    assertThat(fingerprints.get(1)).as("the seed replays").isEqualTo(fingerprints.get(0));
  }

  private static long told(ScriptedWorld w, String what) {
    return w.application.connects().stream().filter(told -> told.startsWith(what)).count();
  }
}
