package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sluice.core.transport.TransportRegistry;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.WriteView;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.session.WritableWish;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.transport.ScriptedConnection;

/** A session moves from one stack worker to another, on three workers. */
class MigrationTest {
  private static final int DATA_WORKERS = 2;
  private static final int SEEDS = 60;

  private final ScriptedWorld w = new ScriptedWorld(7, DATA_WORKERS, TxMode.DEQUEUE);

  private static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static ScriptedConnection migrate(ScriptedWorld world, ScriptedConnection connection, int to) {
    return world.simulation.get(
        connection.workerIndex(), () -> world.transport.migrate(connection, world.worker(to)));
  }

  private static void end(ScriptedWorld world) {
    world.simulation.await(() -> world.application.context().detach());
    world.run();
    for (ScriptedConnection connection : world.transport.established()) {
      world.on(connection, () -> world.transport.deleted(connection));
    }
    world.run();
    world.simulation.await(world.host::revoke);
    world.simulation.requireNothingLeft();
    assertThat(world.transport.live()).isZero();
    assertThat(world.simulation.fifos()).isZero();
    assertThat(world.simulation.stack().sessionCore().flows()).isZero();
    assertThat(world.counter("session.illegal-transition")).isZero();
  }

  private LookupResult lookup(int worker, TransportConnection connection) {
    LookupResult found = new LookupResult();
    w.simulation.on(worker, () -> w.host.sessions().lookup(new FlowKey().set(connection), found));
    return found;
  }

  @Test
  void S30_a_session_moves_with_all_its_bytes_and_its_application_is_told_the_new_handle() {
    w.application.onReadable(session -> { });
    ScriptedConnection before = w.connected(1);
    byte[] in = bytes(30_000, 1);
    byte[] out = bytes(25_000, 2);
    before.spaceBytes = 0;
    w.on(before, () -> {
      w.host.sessions().enqueue(before, MemorySegment.ofArray(in), 0, 20_000);
      w.host.sessions().enqueueAt(before, 2000, MemorySegment.ofArray(in), 22_000, 8000);
      w.host.sessions().enqueueNotify(before);
      Session session = w.session(before);
      session.opaque(77);
      session.attachment(this);
      assertThat(session.write(out, 0, out.length)).isEqualTo(out.length);
    });
    w.run();
    long old = before.session;
    w.application.onReadable(w.application::readAll);
    ScriptedConnection after = migrate(w, before, 2);
    assertThat(before.sessionHandle()).isEqualTo(Handle.INVALID);
    w.run();
    assertThat(Handle.worker(after.session)).isEqualTo(2);
    Session session = w.session(after);
    w.on(after, () -> {
      assertThat(session.state()).isEqualTo(SessionState.READY);
      assertThat(session.opaque()).isEqualTo(77);
      assertThat(session.attachment()).isSameAs(this);
      w.host.sessions().enqueue(after, MemorySegment.ofArray(in), 20_000, 2000);
      w.host.sessions().enqueueNotify(after);
    });
    w.run();
    assertThat(w.application.log().events()).containsExactly("connected", "readable", "migrated", "readable");
    assertThat(w.application.log().received()).isEqualTo(in);
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    after.sink().drain().forEach(packet -> sent.writeBytes(packet.data()));
    assertThat(sent.toByteArray()).isEqualTo(out);
    assertThat(before.sink().drain()).isEmpty();
    w.simulation.on(1, () -> assertThat(w.application.context().session(old)).isNull());
    assertThat(w.simulation.<SessionError>await(() -> w.application.context().disconnect(old)))
        .isEqualTo(SessionError.NOSESSION);
    assertThat(w.liveSessions()).isEqualTo(1);
    assertThat(w.counter("session.migrated")).isEqualTo(1);
    end(w);
  }

  @Test
  void S30_nothing_is_told_before_the_callback_has_returned_and_a_burst_comes_in_order() {
    ScriptedConnection before = w.connected(1);
    byte[] sent = bytes(6000, 3);
    w.on(before, () -> w.host.sessions().enqueue(before, MemorySegment.ofArray(sent), 0, 1000));
    ScriptedConnection[] after = new ScriptedConnection[1];
    w.transport.doIn("migrated", () -> {
      // The burst of packets that waited for the new worker.
      for (int at = 1000; at < 4000; at += 500) {
        w.host.sessions().enqueue(after[0], MemorySegment.ofArray(sent), at, 500);
        w.host.sessions().enqueueNotify(after[0]);
      }
    });
    w.application.onMigrated(session -> {
      assertThat(w.application.log().received()).isEmpty();
      w.host.sessions().enqueue(after[0], MemorySegment.ofArray(sent), 4000, 2000);
      w.host.sessions().enqueueNotify(after[0]);
      w.host.sessions().closingNotify(after[0]);
    });
    w.application.onEnd(session -> { });
    w.on(before, () -> {
      w.session(before).wantWritable(WritableWish.NOT_FULL, 0);
      after[0] = w.transport.migrate(before, w.worker(2));
    });
    w.run();
    assertThat(w.application.log().events())
        .containsExactly("connected", "migrated", "readable", "writable", "disconnected");
    assertThat(w.application.log().received()).isEqualTo(sent);
    end(w);
  }

  @Test
  void S30_its_flow_has_an_owner_at_every_moment() {
    ScriptedConnection before = w.connected(1);
    long old = before.session;
    assertThat(lookup(1, before).kind()).isEqualTo(LookupResult.Kind.SESSION);
    ScriptedConnection after = migrate(w, before, 2);
    assertThat(lookup(2, after).kind()).isEqualTo(LookupResult.Kind.OTHER_WORKER);
    assertThat(lookup(1, after).handle()).isEqualTo(old);
    w.simulation.on(1, () -> assertThat(w.host.sessions().connection(old)).isNull());
    w.run();
    assertThat(lookup(1, after).kind()).isEqualTo(LookupResult.Kind.OTHER_WORKER);
    assertThat(lookup(2, after).handle()).isEqualTo(after.session);
    end(w);
  }

  @Test
  void S30_datagrams_keep_their_bounds() {
    ScriptedWorld datagrams = new ScriptedWorld(9, DATA_WORKERS, TxMode.DATAGRAM);
    datagrams.application.onReadable(session -> { });
    ScriptedConnection before = datagrams.connected(1);
    datagrams.on(before, () -> {
      datagrams.transport.deliver(before, bytes(100, 1));
      datagrams.transport.deliver(before, bytes(200, 2));
      byte[] part = new byte[40];
      assertThat(datagrams.session(before).read(part, 0, 40)).isEqualTo(40);
    });
    datagrams.run();
    int waiting = datagrams.simulation.get(1, () -> datagrams.session(before).readable());
    ScriptedConnection after = migrate(datagrams, before, 2);
    datagrams.run();
    datagrams.on(after, () -> {
      assertThat(datagrams.session(after).readable()).isEqualTo(waiting);
      datagrams.transport.deliver(after, bytes(300, 3));
    });
    datagrams.application.onReadable(datagrams.application::readAll);
    datagrams.on(after, () -> datagrams.application.onReadable(datagrams.session(after)));
    assertThat(datagrams.application.log().received()).endsWith(bytes(300, 3));
    end(datagrams);
  }

  @Test
  void S30_a_half_close_that_was_not_served_moves_along() {
    ScriptedConnection before = w.connected(1);
    ScriptedConnection after = w.simulation.get(1, () -> {
      w.session(before).shutdown();
      return w.transport.migrate(before, w.worker(2));
    });
    w.run();
    assertThat(w.transport.calls()).contains("halfClose " + Handle.text(after.handle()));
    end(w);
  }

  @Test
  void S30_refusals_change_nothing() {
    w.transport.takesStreams();
    ScriptedConnection connection = w.connected(1);
    refused(connection, 1, SessionError.INVALID);
    @Nullable WriteView[] view = new @Nullable WriteView[1];
    w.on(connection, () -> view[0] = w.session(connection).tx().claim(10));
    refused(connection, 2, SessionError.CONFLICT);
    w.on(connection, () -> Objects.requireNonNull(view[0]).abort());
    ScriptedConnection stream = w.simulation.get(1, () -> w.transport.incomingStream(connection));
    refused(connection, 2, SessionError.NOSUPPORT);
    refused(stream, 2, SessionError.NOSUPPORT);
    ScriptedConnection other = w.connected(1);
    w.on(other, () -> {
      ScriptedConnection wrong = w.transport.migrate(other, w.worker(2));
      assertThat(w.host.sessions().migrate(other, wrong)).isEqualTo(SessionError.NOSESSION.code());
    });
    ScriptedConnection closed = w.connected(1);
    w.on(closed, () -> w.session(closed).close());
    refused(closed, 2, SessionError.CONFLICT);
    ScriptedConnection threaded = w.connected(1);
    w.on(threaded, () -> w.session(threaded).stream());
    refused(threaded, 2, SessionError.CONFLICT);
    ScriptedConnection halfOpen = w.connect(1);
    w.simulation.on(1, () -> {
      ScriptedConnection early = w.transport.answer(halfOpen, w.worker(1));
      assertThat(w.transport.migrate(early, w.worker(2)).session).isEqualTo(SessionError.CONFLICT.code());
    });
    w.simulation.on(0, () -> w.transport.delete(halfOpen));
    w.run();
    end(w);
  }

  private void refused(ScriptedConnection connection, int to, SessionError error) {
    long before = w.counter("session.error." + error.name().toLowerCase(Locale.ROOT));
    assertThat(migrate(w, connection, to).session).isEqualTo(error.code());
    assertThat(connection.sessionHandle()).isEqualTo(connection.session);
    assertThat(w.counter("session.error." + error.name().toLowerCase(Locale.ROOT))).isEqualTo(before + 1);
  }

  @Test
  void S30_a_session_that_was_taken_over_moves_with_its_new_owner() {
    RecordingApplication second = new RecordingApplication();
    ApplicationContext context = w.simulation.await(() -> w.application.context().addWorker(second));
    ScriptedConnection before = w.connected(1);
    assertThat(w.simulation.<SessionError>await(() -> context.takeOver(before.session))).isEqualTo(SessionError.NONE);
    w.run();
    ScriptedConnection after = migrate(w, before, 2);
    w.on(after, () -> w.transport.deliver(after, new byte[0]));
    w.run();
    w.on(after, () -> w.transport.deliver(after, bytes(10, 1)));
    w.run();
    assertThat(second.log().events()).containsExactly("migrated", "readable");
    end(w);
  }

  // ---- Together with what else a session can be.

  @Test
  void S30_S32_a_parent_that_moves_takes_no_stream() {
    Set<String> answers = new HashSet<>();
    for (int seed = 1; seed <= 20; seed++) {
      for (int from = 0; from <= 1; from++) {
        answers.add(streamOfMoving(new ScriptedWorld(seed, DATA_WORKERS, TxMode.DEQUEUE), from));
      }
    }
    assertThat(answers).as("still moving, or told by then")
        .contains("failed CONFLICT 7").isSubsetOf("failed CONFLICT 7", "failed NOSESSION 7");
  }

  private static String streamOfMoving(ScriptedWorld world, int from) {
    world.transport.takesStreams();
    ScriptedConnection parent = world.connected(1);
    ConnectOptions options = world.simulation.get(1, () -> ConnectOptions.streamOf(world.session(parent)));
    int live = world.liveSessions();
    int before = world.application.connects().size();
    world.simulation.on(1, () -> {
      world.transport.migrate(parent, world.worker(2));
      if (from == 1) {
        world.application.context().connect(options, 7);
      }
    });
    if (from == 0) {
      world.simulation.on(0, () -> world.application.context().connect(options, 7));
    }
    world.run();
    assertThat(world.application.connects()).hasSize(before + 1);
    assertThat(world.transport.calls("connectStream")).isZero();
    assertThat(world.liveSessions()).isEqualTo(live);
    end(world);
    return world.application.connects().getLast();
  }

  @Test
  void S30_S31_what_was_asked_by_the_old_handle_is_done_though_another_worker_has_taken_the_session_over() {
    RecordingApplication second = new RecordingApplication();
    ApplicationContext context = w.simulation.await(() -> w.application.context().addWorker(second));
    w.application.onReadable(session -> { });
    ScriptedConnection before = w.connected(1);
    w.on(before, () -> w.transport.deliver(before, bytes(100, 1)));
    w.run();
    long old = before.session;
    List<SessionError> told = new ArrayList<>();
    w.application.onMigrated(session -> {
      var _ = context.takeOver(session.handle()).thenAccept(told::add);
    });
    migrate(w, before, 2);
    w.simulation.on(1, () -> {
      var _ = w.application.context().shutdown(old).thenAccept(told::add);
    });
    w.run();
    assertThat(told).containsExactly(SessionError.NONE, SessionError.NONE);
    assertThat(w.transport.calls("halfClose")).isEqualTo(1);
    assertThat(w.application.log().events()).containsExactly("connected", "readable", "migrated");
    assertThat(second.log().events()).containsExactly("readable");
    assertThat(second.log().received()).isEqualTo(bytes(100, 1));
    end(w);
  }

  @Test
  void S30_a_session_that_arrives_after_its_transport_has_left_is_taken_from_it() {
    ScriptedConnection before = w.connected(1);
    ScriptedConnection after = migrate(w, before, 0);
    TransportRegistry transports = w.simulation.stack().transports();
    w.simulation.on(0, () -> transports.leave(Objects.requireNonNull(transports.byName("script"))));
    w.run();
    assertThat(w.transport.calls()).contains("cleanup " + Handle.text(after.handle()));
    assertThat(w.application.log().events())
        .containsExactly("connected", "migrated", "reset", "cleanup TRANSPORT", "cleanup SESSION");
    end(w);
  }

  @Test
  void S30_data_calls_of_the_old_reference_are_refused_while_its_session_moves() {
    ScriptedConnection before = w.connected(1);
    Session old = w.session(before);
    migrate(w, before, 2);
    w.simulation.on(1, () -> {
      int conflict = SessionError.CONFLICT.code();
      byte[] data = new byte[10];
      MemorySegment memory = MemorySegment.ofArray(data);
      assertThat(old.write(data, 0, 10)).isEqualTo(conflict);
      assertThat(old.write(memory, 0, 10)).isEqualTo(conflict);
      assertThat(old.read(data, 0, 10)).isEqualTo(conflict);
      assertThat(old.read(memory, 0, 10)).isEqualTo(conflict);
      assertThat(old.readable()).isEqualTo(conflict);
      assertThat(old.writable()).isEqualTo(conflict);
      assertThat(old.transferTo(old, 10)).isEqualTo(conflict);
    });
    w.run();
    w.simulation.on(1, () -> assertThat(old.read(new byte[1], 0, 1)).isEqualTo(SessionError.NOSESSION.code()));
    end(w);
  }

  // ---- What happens meanwhile.

  enum Meanwhile { NOTHING, CLOSE, RESET, SHUTDOWN, PEER_RESETS, DETACH, UNLOAD, CLOSE_BY_REFERENCE, MOVE_ON }

  @ParameterizedTest
  @EnumSource(Meanwhile.class)
  void S30_whatever_happens_while_it_moves_leaves_nothing(Meanwhile what) {
    int done = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      Race race = new Race(seed, what);
      race.run();
      done += race.done ? 1 : 0;
    }
    assertThat(done).as("races in which it happened").isPositive();
  }

  private static final class Race {
    private final ScriptedWorld world;
    private final Random random;
    private final Meanwhile what;
    private ScriptedConnection connection;
    private final long old;
    /** Whether it came in time to be tried. */
    private boolean done = true;

    Race(long seed, Meanwhile what) {
      this.what = what;
      world = new ScriptedWorld(seed, DATA_WORKERS, TxMode.DEQUEUE);
      random = new Random(seed);
      world.application.onEnd(Session::close);
      connection = world.connected(1);
      old = connection.session;
    }

    void run() {
      Session reference = world.session(connection);
      world.on(connection, () -> world.transport.deliver(connection, bytes(10, 1)));
      steps();
      connection = migrate(world, connection, 2);
      steps();
      ApplicationContext context = world.application.context();
      List<CompletableFuture<?>> pending = new ArrayList<>();
      switch (what) {
        case CLOSE -> world.simulation.on(0, () -> pending.add(context.disconnect(old)));
        case RESET -> world.simulation.on(0, () -> pending.add(context.reset(old)));
        case SHUTDOWN -> world.simulation.on(0, () -> pending.add(context.shutdown(old)));
        case DETACH -> world.simulation.on(0, () -> pending.add(context.detach()));
        case UNLOAD -> world.simulation.on(0, () -> pending.add(world.host.revoke()));
        case CLOSE_BY_REFERENCE -> world.simulation.on(1, () -> {
          Session named = context.session(old);
          done = named != null;
          if (named != null) {
            assertThat(named).isSameAs(reference);
            assertThat(named.write(new byte[1], 0, 1)).isNegative();
            var _ = named.close();
          }
        });
        case PEER_RESETS -> {
          done = connection.session > 0;
          if (done) {
            world.on(connection, () -> world.host.sessions().resetNotify(connection));
          }
        }
        case MOVE_ON -> {
          done = connection.session > 0;
          if (done) {
            ScriptedConnection next = migrate(world, connection, 0);
            done = next.session >= 0;
            connection = done ? next : connection;
          }
        }
        default -> { }
      }
      world.run();
      assertThat(pending).allMatch(CompletableFuture::isDone);
      check(pending);
      if (what == Meanwhile.DETACH) {
        world.attach(world.application, "application");
      }
      if (what == Meanwhile.UNLOAD) {
        assertThat(world.transport.live()).isZero();
        world.simulation.await(context::detach);
        world.simulation.requireNothingLeft();
        return;
      }
      end(world);
    }

    private void steps() {
      for (int left = random.nextInt(8); left > 0; left--) {
        var _ = world.simulation.runtime().step();
      }
    }

    private void check(List<CompletableFuture<?>> pending) {
      List<String> events = world.lastLog().events();
      if (what != Meanwhile.DETACH) {
        assertThat(events).as("%s", what).contains("migrated");
        assertThat(events.indexOf("migrated")).as("%s", events).isGreaterThanOrEqualTo(1);
      }
      String call = switch (what) {
        case CLOSE -> "close";
        case RESET -> "reset";
        case SHUTDOWN -> "halfClose";
        default -> "";
      };
      if (!call.isEmpty()) {
        boolean done = pending.getFirst().join() == SessionError.NONE;
        assertThat(world.transport.calls(call)).as("%s was answered with %s", what, pending.getFirst().join())
            .isEqualTo(done ? 1 : 0);
      }
    }
  }
}
