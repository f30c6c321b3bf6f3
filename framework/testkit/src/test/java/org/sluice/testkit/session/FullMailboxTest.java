package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.sluice.core.Stack;
import org.sluice.core.StackLimits;
import org.sluice.core.runtime.WorkerLimits;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.MessagePort;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.transport.ScriptedConnection;
import org.sluice.testkit.transport.ScriptedTransport;

/**
 * The mailboxes of all workers stay full, and whoever waits for an end gets it all the same; new work is refused and
 * leaves nothing. Every call comes from outside of the workers.
 */
class FullMailboxTest {
  private static final int CAPACITY = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final ScriptedWorld w = new ScriptedWorld(1, 1, TxMode.DEQUEUE, limits());
  private final ApplicationContext context = w.application.context();
  private final Flood flood = new Flood(w.simulation.stack().workerSet());

  private static StackLimits limits() {
    StackLimits d = StackLimits.DEFAULT;
    WorkerLimits few = new WorkerLimits(CAPACITY, 1, 256, 256, 256, 100_000);
    return new StackLimits(
        d.maxSessionsPerWorker(), d.maxFlows(), d.maxSegments(), d.maxTransports(), d.ports(), d.applications(), d.tx(),
        few, d.sweep());
  }

  /** Messages that send themselves again, so that no mailbox ever has room for another. */
  private static final class Flood {
    private final WorkerSet workers;
    private final MessagePort port;
    private boolean on;

    Flood(WorkerSet workers) {
      this.workers = workers;
      port = workers.newPort((worker, kind, handle, argument) -> sendAgain(worker));
    }

    private void sendAgain(Worker worker) {
      if (on && !port.send(worker.index(), 0, 0, 0)) {
        throw new AssertionError("somebody took the place of the flood");
      }
    }

    void start() {
      on = true;
      for (int i = 0; i < workers.count(); i++) {
        while (port.send(i, 0, 0, 0)) {}
      }
    }

    void stop() {
      on = false;
    }

    void requireFull() {
      for (int i = 0; i < workers.count(); i++) {
        assertThat(catchThrowable(workers.query(i, () -> 1)::join)).as("worker %d", i)
            .hasCauseInstanceOf(RejectedExecutionException.class);
      }
    }
  }

  private <T> T completes(CompletableFuture<T> call) {
    assertThat(call).as("refused").isNotCompletedExceptionally();
    T result = w.simulation.runtime().await(call, PATIENCE);
    flood.requireFull();
    return result;
  }

  private void refused(CompletableFuture<?> call) {
    assertThat(call).as("answered at once").isDone();
    assertThatThrownBy(call::join).hasStackTraceContaining("mailbox of worker-0 is full").cause()
        .isInstanceOfSatisfying(SessionException.class, e -> assertThat(e.error()).isEqualTo(SessionError.LIMIT));
  }

  private void end() {
    flood.stop();
    w.run();
    w.simulation.requireNothingLeft();
  }

  @Test
  void sessions_of_either_worker_are_shut_down_closed_and_reset() {
    w.application.onEnd(s -> {});
    for (int worker = 0; worker < 2; worker++) {
      ScriptedConnection closed = w.connected(worker);
      ScriptedConnection reset = w.connected(worker);
      flood.start();
      assertThat(completes(context.shutdown(closed.session))).isEqualTo(SessionError.NONE);
      assertThat(completes(context.disconnect(closed.session))).isEqualTo(SessionError.NONE);
      assertThat(completes(context.reset(reset.session))).isEqualTo(SessionError.NONE);
      flood.stop();
      w.run();
      assertThat(w.session(closed).state()).isEqualTo(SessionState.APP_CLOSED);
      assertThat(w.transport.calls("close")).isEqualTo(worker + 1);
      assertThat(w.transport.calls("reset")).isEqualTo(worker + 1);
    }
  }

  @Test
  void connects_are_cancelled_and_listed_and_listeners_end() {
    ScriptedConnection halfOpen = w.connect(1);
    long listener = w.simulation.await(() -> context.listen("script://127.0.0.1:1"));
    flood.start();
    assertThat(completes(context.halfOpens())).containsExactly(halfOpen.session);
    assertThat(completes(context.cancelConnect(halfOpen.session))).isEqualTo(SessionError.NONE);
    assertThat(w.transport.calls("cleanupHalfOpen")).isEqualTo(1);
    completes(context.unlisten(listener));
    assertThat(w.transport.calls("stopListen")).isEqualTo(1);
    completes(context.detach());
    end();
  }

  @Test
  void S15_half_opens_are_answered_refused_and_let_go_from_a_data_worker() {
    List<ScriptedConnection> halfOpens = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      halfOpens.add(w.connect(i));
    }
    flood.start();
    int[] freed = {0};
    w.simulation.on(1, () -> {
      w.transport.answer(halfOpens.get(0), w.worker(1));
      w.transport.delete(halfOpens.get(0));
      w.transport.refuse(halfOpens.get(1), SessionError.REFUSED);
      w.host.sessions().halfOpenDeleteRequest(halfOpens.get(1).session, () -> freed[0]++);
      w.transport.delete(halfOpens.get(2));
    });
    assertThat(completes(context.cancelConnects())).isEqualTo(1);
    w.simulation.runtime().runUntil("told", () -> w.application.connects().size() == 6, PATIENCE);
    flood.requireFull();
    assertThat(w.application.connects()).containsExactlyInAnyOrder("connected 0", "half-open gone 0",
        "failed REFUSED 1", "half-open gone 1", "failed UNKNOWN 2", "half-open gone 2");
    assertThat(freed[0]).isEqualTo(1);
    completes(context.detach());
    flood.stop();
    w.run();
    w.simulation.await(w.host::revoke);
    w.simulation.requireNothingLeft();
  }

  @Test
  void workers_and_applications_detach_with_all_they_have() {
    ApplicationContext second = w.simulation.await(() -> context.addWorker(new RecordingApplication()));
    w.accepted(1);
    w.connect(1);
    flood.start();
    completes(second.detachWorker());
    completes(context.detach());
    assertThat(w.application.detaches()).isEqualTo(1);
    completes(w.host.revoke());
    end();
  }

  @Test
  void transports_lose_their_sessions_and_go() {
    w.application.onEnd(s -> {});
    w.accepted(1);
    w.connected(0);
    TransportEntry entry = w.simulation.stack().transports().entries().getFirst();
    flood.start();
    completes(w.simulation.stack().sessionCore().evict(entry));
    assertThat(w.transport.calls("cleanup")).isEqualTo(2);
    completes(w.host.revoke());
    assertThat(w.transport.calls("disable")).isEqualTo(1);
    assertThat(w.simulation.stack().transports().entries()).isEmpty();
    completes(context.detach());
    end();
  }

  @Test
  void layer_goes_off_and_comes_back() {
    w.accepted(1);
    w.connect(1);
    flood.start();
    assertThat(completes(w.simulation.stack().sessionLayerSwitch().disable())).isTrue();
    assertThat(completes(w.simulation.stack().sessionLayerSwitch().enable()).changed()).isTrue();
    end();
  }

  @Test
  void new_work_is_refused_counted_and_leaves_nothing() {
    flood.start();
    long before = w.counter("session.error.limit");
    refused(context.listen("script://127.0.0.1:1"));
    refused(context.addWorker(new RecordingApplication()));
    RecordingApplication late = new RecordingApplication();
    refused(w.host.applications().attach(late));
    assertThat(context.connect("script://127.0.0.1:1", 1)).isEqualTo(SessionError.LIMIT);
    assertThat(w.counter("session.error.limit") - before).isEqualTo(4);
    assertThat(w.counter("mailbox.full")).isGreaterThanOrEqualTo(4);
    ScriptedTransport other = otherTransport();
    assertThat(catchThrowable(w.host.scope().registerTransport(other)::join))
        .hasRootCauseInstanceOf(RejectedExecutionException.class);
    flood.stop();
    w.run();
    assertThat(w.application.connects()).isEmpty();
    assertThat(w.transport.calls("startListen")).isZero();
    assertThat(other.calls("enable")).isZero();
    w.attach(late, Stack.OWN_SCOPE);
    w.simulation.await(() -> late.context().detach());
    w.end();
  }

  private ScriptedTransport otherTransport() {
    TestHost host = w.simulation.host("scripted", Map.of());
    return new ScriptedTransport(
        new TransportDescriptor("late", "L", ServiceType.VIRTUAL_CIRCUIT, TxMode.DEQUEUE, Set.of()), host);
  }
}
