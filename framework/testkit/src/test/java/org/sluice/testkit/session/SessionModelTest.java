package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.CallbackOrder;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.transport.ScriptedConnection;

/**
 * One session against a reference model, in random sequences of what application and transport may do. After each step
 * the worker has rested, so the model needs no queues: it says what must have been told, and what the transport must
 * have been asked.
 */
class SessionModelTest {
  private static final int SEQUENCES = 400;
  private static final int STEPS = 14;

  @Test
  void random_sequences_agree_with_the_model() {
    for (long seed = 1; seed <= SEQUENCES; seed++) {
      run(seed);
    }
  }

  private static void run(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ScriptedWorld w = new ScriptedWorld(seed, 0, TxMode.DEQUEUE);
    w.application.onEnd(s -> {});
    ScriptedConnection c = w.connected(0);
    RecordingApplication.Log log = w.lastLog();
    Session session = log.session();
    SessionModel model = new SessionModel("connected");
    StringBuilder script = new StringBuilder("seed ").append(seed).append(':');
    for (int i = 0; i < STEPS; i++) {
      SessionStep step = SessionStep.any(random);
      script.append(' ').append(step);
      w.simulation.on(0, () -> step.take(w.host.sessions(), w.transport, session, c, model));
      w.run();
      assertThat(log.events()).as(script.toString()).isEqualTo(model.told);
      assertThat(w.transport.calls("close")).as("close, %s", script).isEqualTo(model.closes);
      assertThat(w.transport.calls("reset")).as("reset, %s", script).isEqualTo(model.resets);
      assertThat(w.transport.calls("halfClose")).as("halfClose, %s", script).isEqualTo(model.halfCloses);
      assertThat(w.liveSessions()).as("live, %s", script).isEqualTo(model.gone ? 0 : 1);
    }
    CallbackOrder.check(log.events());
    assertThat(w.counter("session.illegal-transition")).as(script.toString()).isZero();
    w.end();
  }
}
