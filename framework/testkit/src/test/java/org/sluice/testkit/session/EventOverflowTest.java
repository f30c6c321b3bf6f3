package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.transport.ScriptedConnection;

/** Events that find the queue full wait with their sessions, in the order in which those came. M10. */
class EventOverflowTest {
  private static final int SESSIONS = 100;

  @Test
  void an_error_that_nobody_may_catch_costs_no_other_session_its_event() {
    ScriptedWorld w = ScriptedWorld.stream();
    List<ScriptedConnection> all = List.of(w.connected(0), w.connected(0), w.connected(0));
    Set<Long> seen = new HashSet<>();
    w.application.onReadable(session -> {
      seen.add(session.handle());
      if (seen.size() == 1) {
        throw new IOError(new IOException("the disk is gone"));
      }
    });
    w.simulation.on(0, () -> all.forEach(c -> w.transport.deliver(c, new byte[] {1})));
    // The simulation stops at a fault, and reports it again after each further turn.
    assertThatThrownBy(w::run).hasStackTraceContaining("the disk is gone");
    assertThatThrownBy(w::run).hasStackTraceContaining("the disk is gone");
    assertThat(seen).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void M10_sessions_that_go_while_their_event_waits_leave_the_order_of_the_others(long seed) {
    ScriptedWorld w = new ScriptedWorld(seed, 0, TxMode.DEQUEUE);
    SplittableRandom random = new SplittableRandom(seed);
    RecordingApplication slow = new RecordingApplication();
    w.simulation.await(() -> w.host.applications().attach(slow,
        AttachOptions.named("slow").with().scopes(Scope.GLOBAL).eventQueueEvents(16).build()));
    w.simulation.await(() -> slow.context().listen("script://127.0.0.1:2"));
    List<ScriptedConnection> all = new ArrayList<>();
    List<Long> stay = new ArrayList<>();
    w.simulation.on(0, () -> {
      for (int i = 0; i < SESSIONS; i++) {
        all.add(w.transport.incoming(w.transport.listener(), 1000 + i, w.worker(0)));
      }
      for (ScriptedConnection c : all) {
        assertThat(w.host.sessions().acceptNotify(c)).isZero();
      }
      assertThat(w.transport.incoming(w.transport.listener(), 999, w.worker(0)).session)
          .as("no new session while events wait").isEqualTo(SessionError.MQ_FULL.code());
      for (ScriptedConnection c : all) {
        stay.add(c.session);
      }
      // The first, the last, and others in any order.
      List<ScriptedConnection> leave = new ArrayList<>(List.of(all.getFirst(), all.getLast()));
      for (int i = 1; i < SESSIONS - 1; i++) {
        if (random.nextInt(3) == 0) {
          leave.add(random.nextInt(leave.size() + 1), all.get(i));
        }
      }
      for (ScriptedConnection c : leave) {
        stay.remove(c.session);
        w.transport.deleted(c);
      }
    });
    w.run();
    assertThat(slow.logs()).as("what was promised is given, whatever came of it since").hasSize(SESSIONS);
    assertThat(slow.logs()).extracting(log -> log.session().handle()).filteredOn(handle -> handle >= 0)
        .containsExactlyElementsOf(stay);
    assertThat(w.counter("session.stale-events")).as("only of those that were in the queue").isLessThanOrEqualTo(16);

    w.simulation.on(0, () -> assertThat(
        w.transport.incoming(w.transport.listener(), 998, w.worker(0)).session).isNotNegative());
  }
}
