package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.TransportTrait;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.transport.ScriptedConnection;

/** Faults that other stacks have had around half-opens, handles and detaches; each test fails on one of them. */
class HalfOpenDefectsTest {
  private static final Endpoint SERVER = Endpoint.of("192.0.2.1", 7000);

  private final ScriptedWorld w = new ScriptedWorld(1, 2, TxMode.DEQUEUE);
  private final SessionLayer layer = w.host.sessions();

  @Test
  void defect_1_a_detach_while_connecting_gives_the_local_port_back() {
    w.takesLocalEndpoints();
    ConnectOptions options = ConnectOptions.of("script", SERVER).withLocal(Endpoint.of("192.0.2.9", 4000));
    for (int i = 0; i < 3; i++) {
      RecordingApplication client = new RecordingApplication();
      w.attach(client, "client");
      w.simulation.on(0, () -> client.context().connect(options, 1));
      assertThat(w.simulation.stack().sessions().localEndpoints().inUse()).isEqualTo(1);
      w.simulation.await(() -> client.context().detach());
      assertThat(w.simulation.stack().sessions().localEndpoints().inUse()).isZero();
      assertThat(client.connects()).as("the same flow again").isEmpty();
    }
    assertThat(w.transport.calls("cleanupHalfOpen")).isEqualTo(3);
    w.end();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void defect_2_a_detach_runs_the_free_of_a_half_open_whose_goodbye_is_still_queued(int worker) {
    ScriptedConnection halfOpen = w.connect(1);
    int[] freed = {0};
    w.simulation.on(worker, () -> {
      w.transport.refuse(halfOpen, SessionError.REFUSED);
      layer.halfOpenDeleteRequest(halfOpen.session, () -> freed[0]++);
    });
    assertThat(freed[0]).as("nobody has been told yet").isZero();
    w.simulation.await(() -> w.application.context().detach());
    w.run();
    assertThat(freed[0]).isEqualTo(1);
    assertThat(w.application.connects()).isEmpty();
    w.simulation.requireNothingLeft();
  }

  @Test
  void defect_3_a_delete_on_its_way_does_not_hit_the_next_half_open_in_the_slot() {
    ScriptedConnection first = w.connect(1);
    RecordingApplication next = new RecordingApplication();
    w.attach(next, "next");
    int[] freed = {0};
    // Both are on their way to worker 0, which has not turned, when the application leaves.
    w.simulation.on(1, () -> w.transport.refuse(first, SessionError.REFUSED));
    w.simulation.on(2, () -> layer.halfOpenDeleteRequest(first.session, () -> freed[0]++));
    w.simulation.on(0, () -> {
      CompletableFuture<?> _ = w.application.context().detach();
      next.context().connect("script://127.0.0.1:7000", 2);
    });
    ScriptedConnection second = w.transport.lastHalfOpen();
    w.run();
    w.simulation.on(1, () -> layer.halfOpenDeleteNotify(first.session));
    w.simulation.on(2, () -> layer.halfOpenDeleteRequest(first.session, () -> freed[0]++));
    ScriptedConnection third = reconnect(next, second);
    w.simulation.on(1, () -> layer.halfOpenDeleteNotify(second.session));
    w.run();
    assertThat(freed[0]).as("each free ran once").isEqualTo(2);
    assertThat(w.simulation.await(() -> next.context().halfOpens())).containsExactly(third.session);
    assertThat(next.connects()).isEmpty();
    w.simulation.await(() -> next.context().detach());
    w.simulation.requireNothingLeft();
  }

  /** The next connect in the slot of one that was cancelled. */
  private ScriptedConnection reconnect(RecordingApplication application, ScriptedConnection before) {
    w.simulation.await(() -> application.context().cancelConnect(before.session));
    for (int i = 0; i < 3; i++) {
      w.simulation.on(0, () -> application.context().connect("script://127.0.0.1:7000", 3));
      ScriptedConnection made = w.transport.lastHalfOpen();
      if (Handle.slot(made.session) == Handle.slot(before.session)) {
        return made;
      }
      w.simulation.await(() -> application.context().cancelConnect(made.session));
    }
    throw new AssertionError("slot " + Handle.slot(before.session) + " was not used again");
  }

  @Test
  void defect_10_only_the_application_worker_that_owns_a_session_or_connect_may_end_it() {
    RecordingApplication other = new RecordingApplication();
    w.attach(other, "other");
    List<ApplicationContext> contexts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      RecordingApplication callbacks = new RecordingApplication();
      contexts.add(w.simulation.await(() -> other.context().addWorker(callbacks)));
    }
    ApplicationContext owner = contexts.get(1);
    assertThat(owner.applicationWorker()).as("neither the application's slot nor a stack worker's number")
        .isNotEqualTo(Handle.slot(other.context().handle())).isEqualTo(2);
    w.simulation.on(0, () -> {
      owner.connect("script://127.0.0.1:7000", 1);
      owner.connect("script://127.0.0.1:7000", 2);
    });
    ScriptedConnection waiting = w.transport.halfOpens().getFirst();
    ScriptedConnection answered = w.transport.lastHalfOpen();
    ScriptedConnection made = w.simulation.get(1, () -> w.transport.answer(answered, w.worker(1)));
    w.simulation.on(1, () -> w.transport.delete(answered));
    w.run();
    List<ApplicationContext> strangers =
        List.of(w.application.context(), other.context(), contexts.get(0), contexts.get(2));
    for (ApplicationContext stranger : strangers) {
      assertThat(w.simulation.await(() -> stranger.disconnect(made.session))).isEqualTo(SessionError.OWNER);
      assertThat(w.simulation.await(() -> stranger.reset(made.session))).isEqualTo(SessionError.OWNER);
      assertThat(w.simulation.await(() -> stranger.cancelConnect(waiting.session))).isEqualTo(SessionError.OWNER);
      assertThat(w.simulation.get(1, () -> stranger.session(made.session))).isNull();
    }
    assertThat(w.transport.calls("close") + w.transport.calls("reset") + w.transport.calls("cleanupHalfOpen"))
        .isZero();
    assertThat(w.simulation.await(() -> owner.disconnect(made.session))).isEqualTo(SessionError.NONE);
    assertThat(w.simulation.await(() -> owner.cancelConnect(waiting.session))).isEqualTo(SessionError.NONE);
    assertThat(w.transport.calls("close")).isEqualTo(1);
    w.simulation.await(() -> other.context().detach());
    w.end();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 100, 127})
  void defect_11_handles_of_workers_that_do_not_exist_are_stale(int worker) {
    w.connect(1);
    ApplicationContext context = w.application.context();
    long beyond = Handle.of(worker, 0, 0);
    assertThat(w.simulation.await(() -> context.disconnect(beyond))).isEqualTo(SessionError.NOSESSION);
    assertThat(w.simulation.await(() -> context.shutdown(beyond))).isEqualTo(SessionError.NOSESSION);
    assertThat(w.simulation.await(() -> context.reset(beyond))).isEqualTo(SessionError.NOSESSION);
    assertThat(w.simulation.await(() -> context.cancelConnect(beyond))).isEqualTo(SessionError.NOSESSION);
    for (int i = 0; i < 3; i++) {
      w.simulation.on(i, () -> {
        assertThat(context.session(beyond)).isNull();
        assertThat(layer.connectNotify(beyond, null, SessionError.REFUSED.code())).isNegative();
        assertThat(layer.halfOpenMigrated(beyond)).isNegative();
        layer.halfOpenDeleteNotify(beyond);
      });
    }
    w.run();
    assertThat(w.liveSessions()).isEqualTo(1);
    w.end();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void defect_20_a_detach_forced_from_a_data_worker_completes_after_its_caller_has_returned(boolean inCallback) {
    w.application.onEnd(s -> {});
    w.accepted(0);
    ScriptedConnection session = w.accepted(1);
    w.accepted(2);
    for (int i = 0; i < 10; i++) {
      w.connect(i);
    }
    List<CompletableFuture<@Nullable Void>> detached = new ArrayList<>();
    Runnable detach = () -> detached.add(w.application.context().detach());
    if (inCallback) {
      w.application.onReadable(s -> detach.run());
      w.simulation.on(1, () -> w.transport.deliver(session, new byte[] {1}));
    } else {
      w.simulation.on(2, detach);
    }
    w.run();
    assertThat(detached).singleElement().satisfies(future -> assertThat(future).isCompleted());
    assertThat(w.application.detaches()).isEqualTo(1);
    assertThat(w.transport.calls("cleanupHalfOpen")).isEqualTo(10);
    w.simulation.await(w.host::revoke);
    w.simulation.requireNothingLeft();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_connect_that_is_cancelled_while_its_transport_is_asked_is_taken_from_it(boolean byDetach) {
    ApplicationContext context = w.application.context();
    w.takesLocalEndpoints();
    w.transport.doIn("connect", () -> {
      if (byDetach) {
        CompletableFuture<?> _ = context.detach();
      } else {
        assertThat(context.cancelConnect(context.halfOpens().join()[0])).isCompletedWithValue(SessionError.NONE);
      }
    });
    ConnectOptions options = ConnectOptions.of("script", SERVER).withLocal(Endpoint.of("192.0.2.9", 0));
    w.simulation.on(0, () -> assertThat(context.connect(options, 1)).isEqualTo(SessionError.NONE));
    w.run();
    assertThat(w.transport.calls("cleanupHalfOpen")).isEqualTo(1);
    assertThat(w.transport.live()).isZero();
    assertThat(w.application.connects()).isEmpty();
    if (!byDetach) {
      w.transport.behaveIn("connect");
      assertThat(w.connected(1, options).session).isNotNegative();
      w.end();
    } else {
      w.simulation.requireNothingLeft();
    }
  }

  @Test
  void connects_inside_connects_are_each_taken_from_their_transport_when_all_are_cancelled() {
    ApplicationContext context = w.application.context();
    w.transport.doIn("connect", () -> {
      if (w.transport.calls("connect") < 3) {
        context.connect("script://127.0.0.1:7000", 2);
      } else {
        CompletableFuture<?> _ = context.detach();
      }
    });
    w.simulation.on(0, () -> context.connect("script://127.0.0.1:7000", 1));
    w.run();
    assertThat(w.transport.calls("connect")).isEqualTo(3);
    assertThat(w.transport.calls("cleanupHalfOpen")).isEqualTo(3);
    assertThat(w.transport.live()).isZero();
    w.simulation.requireNothingLeft();
  }

  @Test
  void a_half_open_that_is_cleared_while_its_transport_is_asked_is_taken_from_it_and_its_application_told() {
    w.transport.doIn("connect", () -> w.simulation.stack().sessionCore().worker(0).admin().clear(0));
    w.simulation.on(0, () -> w.application.context().connect("script://127.0.0.1:7000", 1));
    w.run();
    assertThat(w.application.connects()).containsExactly("failed CANCELLED 1", "half-open gone 1");
    assertThat(w.transport.calls("cleanupHalfOpen")).isEqualTo(1);
    w.end();
  }

  @Test
  void a_half_open_that_moves_and_is_cancelled_while_its_transport_is_asked_is_left_to_it() {
    ScriptedWorld m = new ScriptedWorld(1, 2, TxMode.DEQUEUE, TransportTrait.NO_LOOKUP);
    ApplicationContext context = m.application.context();
    m.transport.doIn("connect", () -> {
      long halfOpen = context.halfOpens().join()[0];
      m.host.sessions().halfOpenMigrate(halfOpen);
      assertThat(context.cancelConnect(halfOpen)).isCompletedWithValue(SessionError.NONE);
    });
    m.simulation.on(0, () -> context.connect("script://127.0.0.1:7000", 1));
    ScriptedConnection halfOpen = m.transport.lastHalfOpen();
    assertThat(m.transport.calls("cleanupHalfOpen")).isZero();
    m.simulation.on(2, () -> assertThat(m.transport.arrive(halfOpen, m.worker(2)).session).isNegative());
    m.simulation.on(0, () -> m.transport.delete(halfOpen));
    m.run();
    assertThat(m.application.connects()).isEmpty();
    m.end();
  }
}
