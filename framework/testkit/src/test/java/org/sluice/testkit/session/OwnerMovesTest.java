package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.StackLimits;
import org.sluice.core.runtime.WorkerLimits;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.application.SessionCallbacks;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.WriteView;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.transport.ScriptedConnection;

/** A worker of an application takes a session over from another one. */
class OwnerMovesTest {
  private static final int FIFO_BYTES = 64 << 10;
  private static final AttachOptions OPTIONS = AttachOptions.named("application").with().scopes(Scope.GLOBAL)
      .segments(4 << 20, 4 << 20, 8).fifoBytes(FIFO_BYTES, FIFO_BYTES).eventQueueEvents(16).build();

  private ScriptedWorld w = new ScriptedWorld(5, 1, TxMode.DEQUEUE, StackLimits.DEFAULT, OPTIONS);
  private final Second second = new Second();
  private ApplicationContext context =
      w.simulation.await(() -> w.application.context().addWorker(second));

  /** Records, and the segments it was told of too. */
  private static final class Second implements SessionCallbacks {
    final RecordingApplication told = new RecordingApplication();
    final List<String> segments = new ArrayList<>();

    @Override
    public void onReadable(Session session) {
      told.onReadable(session);
    }

    @Override
    public void onWritable(Session session) {
      told.onWritable(session);
    }

    @Override
    public void onDisconnected(Session session) {
      told.onDisconnected(session);
    }

    @Override
    public void onReset(Session session) {
      told.onReset(session);
    }

    @Override
    public void onTransportClosed(Session session) {
      told.onTransportClosed(session);
    }

    @Override
    public void onCleanup(Session session, CleanupPhase phase) {
      told.onCleanup(session, phase);
    }

    @Override
    public void onSegmentAdded(long segment) {
      segments.add("added " + Handle.text(segment));
    }

    @Override
    public void onSegmentRemoved(long segment) {
      segments.add("removed " + Handle.text(segment));
    }
  }

  private SessionError takeOver(ApplicationContext by, long session) {
    return w.simulation.await(() -> by.takeOver(session));
  }

  /** Begins the move and runs nothing that is due afterwards. */
  private void takeOverNow(ScriptedConnection connection) {
    w.on(connection, () -> assertThat(context.takeOver(connection.session).join()).isEqualTo(SessionError.NONE));
  }

  private static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private void end() {
    w.simulation.await(() -> context.detach());
    w.run();
    for (ScriptedConnection connection : w.transport.established()) {
      w.on(connection, () -> w.transport.deleted(connection));
    }
    w.run();
    w.simulation.await(w.host::revoke);
    w.simulation.requireNothingLeft();
    assertThat(w.simulation.fifos()).isZero();
  }

  @Test
  void defect_18_a_session_with_three_chunks_and_an_out_of_order_range_is_taken_over_whole() {
    w.application.onReadable(session -> { });
    ScriptedConnection connection = w.connected(1);
    byte[] in = bytes(30_000, 1);
    int hole = 20_000;
    int beyond = 22_000;
    byte[] out = bytes(25_000, 2);
    connection.spaceBytes = 0;
    w.on(connection, () -> {
      // In pieces, so that the content lies in several chunks; a stretch beyond a hole waits behind it.
      for (int at = 0; at < hole; at += 4000) {
        assertThat(w.host.sessions().enqueue(connection, MemorySegment.ofArray(in), at, 4000)).isEqualTo(4000);
      }
      assertThat(w.host.sessions().enqueueAt(
          connection, beyond - hole, MemorySegment.ofArray(in), beyond, in.length - beyond)).isPositive();
      w.host.sessions().enqueueNotify(connection);
      for (int at = 0; at < out.length; at += 5000) {
        assertThat(w.session(connection).write(out, at, 5000)).isEqualTo(5000);
      }
    });
    w.run();
    Session session = w.session(connection);
    assertThat(takeOver(context, connection.session)).isEqualTo(SessionError.NONE);
    w.run();
    w.on(connection, () -> {
      assertThat(context.session(connection.session)).isSameAs(session);
      assertThat(w.application.context().session(connection.session)).isNull();
      assertThat(w.host.sessions().enqueue(connection, MemorySegment.ofArray(in), hole, beyond - hole))
          .as("the hole and what was kept behind it").isEqualTo(in.length - hole);
      w.host.sessions().enqueueNotify(connection);
      connection.spaceBytes = Integer.MAX_VALUE;
      w.host.sessions().reschedule(connection);
    });
    w.run();
    assertThat(second.told.log().received()).isEqualTo(in);
    byte[] sent = new byte[0];
    for (var packet : connection.sink().drain()) {
      byte[] data = packet.data();
      sent = Arrays.copyOf(sent, sent.length + data.length);
      System.arraycopy(data, 0, sent, sent.length - data.length, data.length);
    }
    assertThat(sent).isEqualTo(out);
    end();
  }

  @Test
  void S31_events_under_way_come_on_the_new_worker_in_order_and_once() {
    List<String> before = new ArrayList<>();
    w.application.onReadable(session -> before.add("readable"));
    ScriptedConnection connection = w.connected(1);
    w.on(connection, () -> {
      w.session(connection).wantWritable(WritableWish.NOT_FULL, 0);
      w.transport.deliver(connection, bytes(10, 1));
      w.host.sessions().closingNotify(connection);
      assertThat(context.takeOver(connection.session).join()).isEqualTo(SessionError.NONE);
      w.host.sessions().closedNotify(connection);
      w.transport.requestDelete(connection);
    });
    RecordingApplication.Log old = w.lastLog();
    w.run();
    assertThat(old.events()).containsExactly("connected");
    assertThat(before).isEmpty();
    assertThat(second.told.log().events()).containsExactly("readable", "writable", "disconnected", "transport closed",
        "cleanup TRANSPORT", "cleanup SESSION");
    assertThat(second.told.log().received()).hasSize(10);
    assertThat(w.counter("session.stale-events")).isZero();
    assertThat(w.counter("session.taken-over")).isEqualTo(1);
    end();
  }

  @Test
  void S31_an_event_that_comes_after_the_move_does_not_overtake_those_before_it() {
    ScriptedConnection connection = w.connected(1);
    w.on(connection, () -> w.transport.deliver(connection, bytes(10, 1)));
    takeOverNow(connection);
    w.on(connection, () -> {
      w.host.sessions().resetNotify(connection);
      w.host.sessions().closedNotify(connection);
    });
    w.run();
    assertThat(second.told.log().events()).containsExactly("readable", "reset", "transport closed");
    end();
  }

  @Test
  void S31_data_that_the_old_worker_left_unread_is_announced_to_the_new_one() {
    w.application.onReadable(session -> { });
    ScriptedConnection connection = w.connected(1);
    w.on(connection, () -> w.transport.deliver(connection, bytes(100, 4)));
    w.run();
    takeOverNow(connection);
    w.run();
    assertThat(second.told.log().received()).isEqualTo(bytes(100, 4));
    end();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void S31_a_full_event_queue_delays_a_move_and_loses_nothing(boolean detached) {
    List<ScriptedConnection> others = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      others.add(w.connected(1));
    }
    ScriptedConnection connection = w.connected(1);
    w.simulation.on(1, () -> {
      // Events of many sessions, so that those of the last, and the record behind them, find the queue full.
      others.forEach(other -> w.host.sessions().closingNotify(other));
      w.transport.deliver(connection, bytes(10, 1));
      w.host.sessions().closingNotify(connection);
      assertThat(context.takeOver(connection.session).join()).isEqualTo(SessionError.NONE);
    });
    if (detached) {
      w.simulation.await(() -> w.application.context().detachWorker());
    }
    w.run();
    assertThat(w.counter("session.event-queue-full")).isPositive();
    assertThat(second.told.log().events()).startsWith("readable", "disconnected");
    assertThat(second.told.log().received()).hasSize(10);
    end();
  }

  @Test
  void S31_events_that_the_old_worker_left_in_its_queue_when_it_went_come_on_the_new_one() {
    WorkerLimits d = WorkerLimits.DEFAULT;
    StackLimits all = StackLimits.DEFAULT;
    // Two events a turn: the queue outlives the sessions that its owner still has.
    WorkerLimits slow = new WorkerLimits(
        d.mailboxCapacity(), d.messagesPerTurn(), d.controlPerTurn(), 2, d.timersPerTurn(), d.timerTickNs());
    w = new ScriptedWorld(5, 1, TxMode.DEQUEUE, new StackLimits(all.maxSessionsPerWorker(), all.maxFlows(),
        all.maxSegments(), all.maxTransports(), all.ports(), all.applications(), all.tx(), slow, all.sweep()), OPTIONS);
    context = w.simulation.await(() -> w.application.context().addWorker(second));
    ScriptedConnection other = w.connected(1);
    ScriptedConnection connection = w.connected(1);
    w.simulation.on(1, () -> {
      for (ScriptedConnection each : List.of(other, connection)) {
        w.session(each).wantWritable(WritableWish.NOT_FULL, 0);
        w.transport.deliver(each, bytes(10, 1));
        w.host.sessions().closingNotify(each);
        w.host.sessions().closedNotify(each);
      }
      assertThat(context.takeOver(connection.session).join()).isEqualTo(SessionError.NONE);
    });
    w.simulation.await(() -> w.application.context().detachWorker());
    w.run();
    assertThat(second.told.log().events())
        .containsExactly("readable", "writable", "disconnected", "transport closed");
    end();
  }

  @Test
  void S31_the_old_worker_may_leave_and_its_memory_stays_until_the_session_goes() {
    ScriptedConnection connection = w.connected(1);
    w.on(connection, () -> w.transport.deliver(connection, bytes(10, 1)));
    takeOverNow(connection);
    w.simulation.await(() -> w.application.context().detachWorker());
    w.run();
    w.on(connection, () -> w.transport.deliver(connection, bytes(10, 2)));
    w.run();
    assertThat(second.told.log().received()).hasSize(20);
    w.on(connection, () -> {
      w.host.sessions().closingNotify(connection);
      w.transport.requestDelete(connection);
    });
    w.run();
    assertThat(second.told.log().events()).endsWith("cleanup TRANSPORT", "cleanup SESSION");
    assertThat(second.segments).hasSize(2);
    assertThat(second.segments.getLast()).isEqualTo(second.segments.getFirst().replace("added", "removed"));
    end();
  }

  @Test
  void S31_the_new_worker_is_told_of_a_segment_once_for_all_its_sessions_and_never_of_its_own() {
    ScriptedConnection one = w.connected(1);
    ScriptedConnection two = w.connected(0);
    assertThat(takeOver(context, one.session)).isEqualTo(SessionError.NONE);
    assertThat(takeOver(context, two.session)).isEqualTo(SessionError.NONE);
    assertThat(takeOver(context, two.session)).as("it has it already").isEqualTo(SessionError.NONE);
    assertThat(second.segments).hasSize(1);
    w.run();
    assertThat(takeOver(w.application.context(), one.session)).isEqualTo(SessionError.NONE);
    assertThat(second.segments).hasSize(1);
    w.run();
    assertThat(takeOver(w.application.context(), two.session)).isEqualTo(SessionError.NONE);
    assertThat(second.segments).hasSize(2);
    w.run();
    w.on(one, () -> w.transport.deliver(one, bytes(5, 1)));
    w.run();
    assertThat(logOf(one).received()).hasSize(5);
    end();
  }

  private RecordingApplication.Log logOf(ScriptedConnection connection) {
    return w.application.logs().stream().filter(log -> log.session().handle() == connection.session).findFirst()
        .orElseThrow();
  }

  @Test
  void S31_refusals() {
    ScriptedConnection connection = w.connected(1);
    long session = connection.session;
    assertThat(takeOver(context, Handle.INVALID)).isEqualTo(SessionError.NOSESSION);
    assertThat(takeOver(context, Handle.of(100, 0, 0))).isEqualTo(SessionError.NOSESSION);
    assertThat(takeOver(context, Handle.of(1, 900, 0))).isEqualTo(SessionError.NOSESSION);
    RecordingApplication stranger = new RecordingApplication();
    w.attach(stranger, "stranger");
    assertThat(takeOver(stranger.context(), session)).isEqualTo(SessionError.OWNER);
    w.simulation.await(() -> stranger.context().detach());
    ScriptedConnection halfOpen = w.connect(1);
    assertThat(takeOver(context, halfOpen.session)).isEqualTo(SessionError.NOSESSION);
    @Nullable WriteView[] view = new @Nullable WriteView[1];
    w.on(connection, () -> view[0] = w.session(connection).tx().claim(10));
    assertThat(takeOver(context, session)).isEqualTo(SessionError.CONFLICT);
    w.on(connection, () -> Objects.requireNonNull(view[0]).abort());
    w.on(connection, () -> {
      assertThat(context.takeOver(session).join()).isEqualTo(SessionError.NONE);
      assertThat(w.application.context().takeOver(session).join()).as("still on the way")
          .isEqualTo(SessionError.CONFLICT);
    });
    w.run();
    assertThat(takeOver(w.application.context(), session)).isEqualTo(SessionError.NONE);
    w.run();
    w.on(connection, () -> w.session(connection).close());
    assertThat(takeOver(context, session)).isEqualTo(SessionError.CLOSED);
    ScriptedConnection streamed = w.connected(1);
    w.on(streamed, () -> w.session(streamed).stream());
    assertThat(takeOver(context, streamed.session)).isEqualTo(SessionError.CONFLICT);
    w.simulation.on(0, () -> w.transport.delete(halfOpen));
    ApplicationContext third = w.simulation.await(() -> context.addWorker(new Second()));
    ScriptedConnection last = w.connected(1);
    w.simulation.await(third::detachWorker);
    assertThat(takeOver(third, last.session)).isEqualTo(SessionError.NOAPP);
    end();
  }

  @Test
  void S31_a_session_that_its_owner_does_not_know_yet_cannot_be_taken_over() {
    ScriptedConnection halfOpen = w.connect(1);
    w.simulation.on(1, () -> {
      ScriptedConnection made = w.transport.answer(halfOpen, w.worker(1));
      assertThat(context.takeOver(made.session).join()).isEqualTo(SessionError.CONFLICT);
    });
    w.simulation.on(0, () -> w.transport.delete(halfOpen));
    w.run();
    end();
  }

  @Test
  void S31_a_take_over_inside_a_callback_of_the_old_owner() {
    w.application.onOpen(session -> assertThat(context.takeOver(session.handle()).join()).isEqualTo(SessionError.NONE));
    ScriptedConnection halfOpen = w.connect(1);
    ScriptedConnection made = w.simulation.get(1, () -> {
      ScriptedConnection connection = w.transport.answer(halfOpen, w.worker(1));
      w.transport.deliver(connection, bytes(8, 1));
      w.host.sessions().closingNotify(connection);
      return connection;
    });
    w.simulation.on(0, () -> w.transport.delete(halfOpen));
    w.run();
    assertThat(logOf(made).events()).containsExactly("connected");
    assertThat(second.told.log().events()).containsExactly("readable", "disconnected");
    assertThat(second.told.log().received()).hasSize(8);
    end();
  }

  @Test
  void S31_a_session_that_ends_while_it_moves_is_freed() {
    ScriptedConnection connection = w.connected(1);
    w.on(connection, () -> {
      w.transport.deliver(connection, bytes(8, 1));
      assertThat(context.takeOver(connection.session).join()).isEqualTo(SessionError.NONE);
      w.session(connection).close();
      w.transport.deleted(connection);
    });
    w.run();
    assertThat(second.told.log().events()).containsExactly("cleanup TRANSPORT", "cleanup SESSION");
    end();
  }
}
