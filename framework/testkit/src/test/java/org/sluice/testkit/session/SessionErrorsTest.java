package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.sluice.core.StackLimits;
import org.sluice.core.application.ApplicationLimits;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.DatagramAddress;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.transport.ScriptedConnection;

/** The error codes that can be given without a network, rules or streams; each is counted. */
class SessionErrorsTest {
  @Test
  void datagram_that_cannot_be_ends_its_session_with_corrupt() {
    for (boolean addressed : new boolean[] {false, true}) {
      ScriptedWorld w = new ScriptedWorld(1, 0, TxMode.DATAGRAM);
      ScriptedConnection connection = w.accepted(0);
      Session session = w.session(connection);
      byte[] garbage = new byte[100];
      Arrays.fill(garbage, (byte) 0xff);
      w.on(connection, () -> {
        w.host.sessions().enqueue(connection, MemorySegment.ofArray(garbage), 0, garbage.length);
        MemorySegment target = MemorySegment.ofArray(new byte[100]);
        int read = addressed
            ? session.readDatagram(target, 0, 100, new DatagramAddress())
            : session.read(target, 0, 100);
        assertThat(SessionError.of(read)).isEqualTo(SessionError.CORRUPT);
      });
      w.run();
      assertThat(w.counter("session.corrupt-fifo")).isEqualTo(1);
      assertThat(w.lastLog().events()).contains("reset");
      w.on(connection, () -> w.transport.deleted(connection));
      w.end();
    }
  }

  private final ScriptedWorld w = ScriptedWorld.stream();

  private void counted(ScriptedWorld world, SessionError error) {
    assertThat(world.counter("session.error." + error.name().toLowerCase(Locale.ROOT).replace('_', '-')))
        .as("counter of %s", error).isPositive();
  }

  private void fails(SessionError error, Supplier<CompletableFuture<?>> call) {
    @Nullable Throwable thrown = catchThrowable(() -> w.simulation.await(() -> call.get().thenApply(r -> "")));
    while (thrown != null && !(thrown instanceof SessionException)) {
      thrown = thrown.getCause();
    }
    assertThat(((SessionException) Objects.requireNonNull(thrown, "no failure")).error()).isEqualTo(error);
    counted(w, error);
  }

  private void connectFails(String uri, SessionError error) {
    int before = w.application.connects().size();
    w.simulation.on(0, () -> w.application.context().connect(uri, 1));
    w.run();
    assertThat(w.application.connects().subList(before, before + 1)).containsExactly("failed " + error + " 1");
    counted(w, error);
  }

  private AttachOptions.Builder options(String name) {
    return AttachOptions.named(name).with().scopes(Scope.GLOBAL);
  }

  private void attachFails(AttachOptions options, SessionError error) {
    fails(error, () -> w.host.applications().attach(new RecordingApplication(), options));
  }

  @Test
  void attach() {
    attachFails(options(" ").build(), SessionError.INVALID);
    attachFails(options("application").build(), SessionError.APP_ATTACHED);
    attachFails(options("a").namespace("nowhere", 0).build(), SessionError.INVALID_NS);
    attachFails(options("a").namespace(AttachOptions.DEFAULT_NAMESPACE, 5).build(), SessionError.WRONG_NS_SECRET);
    attachFails(options("a").preallocate(1, 1).build(), SessionError.NOSUPPORT);
    attachFails(options("a").maxFifoMemoryBytes(1 << 20).segments(4 << 20, 4 << 20, 2).build(),
        SessionError.SEG_NO_SPACE);
    w.simulation.await(() -> w.application.context().detach());
    fails(SessionError.NOAPP, () -> w.application.context().detach());
  }

  @Test
  void listen_and_unlisten() {
    fails(SessionError.TRANSPORT_NO_REG, () -> w.application.context().listen("none://0.0.0.0:1"));
    fails(SessionError.INVALID, () -> w.application.context().listen("no uri"));
    fails(SessionError.INVALID_NS, () -> w.application.context().listen("script://192.0.2.1:1"));
    long listener = w.simulation.await(() -> w.application.context().listen("script://127.0.0.1:1"));
    fails(SessionError.ALREADY_LISTENING, () -> w.application.context().listen("script://127.0.0.1:1"));
    RecordingApplication other = new RecordingApplication();
    w.attach(other, "other");
    fails(SessionError.OWNER, () -> other.context().unlisten(listener));
    w.simulation.await(() -> w.application.context().unlisten(listener));
    fails(SessionError.NOLISTEN, () -> w.application.context().unlisten(listener));
  }

  @Test
  void listen_with_a_transport_that_throws_fails_and_leaves_nothing() {
    w.simulation.runtime().tolerateFaults();
    for (String function : new String[] {"startListen", "listener"}) {
      long faults = w.host.scope().faults().count();
      w.transport.throwIn(function);
      fails(SessionError.UNKNOWN, () -> w.application.context().listen("script://127.0.0.1:1"));
      w.transport.behaveIn(function);
      assertThat(w.host.scope().faults().count() - faults).as(function).isEqualTo(1);
      assertThat(w.liveSessions()).as("sessions after a fault in %s", function).isZero();
      assertThat(w.transport.live()).as("listeners after a fault in %s", function).isZero();
    }
    w.simulation.await(() -> w.application.context().listen("script://127.0.0.1:1"));
    w.end();
  }

  @Test
  void A08_a_connect_to_no_address_is_refused_before_anything_has_happened() {
    w.takesLocalEndpoints();
    for (String nowhere : new String[] {"script://0.0.0.0:1", "script://[::]:1"}) {
      long segments = w.counter("segment.added");
      connectFails(nowhere, SessionError.INVALID_RMT_IP);
      assertThat(w.counter("segment.added")).as("segments made for %s", nowhere).isEqualTo(segments);
      assertThat(w.transport.calls("connect")).isZero();
      assertThat(w.host.sessions().localEndpoints().inUse()).isZero();
      assertThat(w.liveSessions()).isZero();
    }
  }

  @Test
  void connect() {
    connectFails("script://0.0.0.0:1", SessionError.INVALID_RMT_IP);
    connectFails("none://127.0.0.1:1", SessionError.TRANSPORT_NO_REG);
    for (SessionError error : new SessionError[] {
        SessionError.REFUSED, SessionError.TIMEDOUT, SessionError.NOROUTE, SessionError.NOINTF, SessionError.NOIP,
        SessionError.NOPORT, SessionError.PORTINUSE, SessionError.UNKNOWN}) {
      w.transport.failConnects(error);
      connectFails("script://127.0.0.1:1", error);
    }
    w.transport.failConnects(SessionError.NONE);
    ScriptedConnection halfOpen = w.connect(2);
    RecordingApplication other = new RecordingApplication();
    w.attach(other, "other");
    assertThat(w.simulation.await(() -> other.context().cancelConnect(halfOpen.session))).isEqualTo(SessionError.OWNER);
    w.simulation.on(0, () -> layerAnswersCancelled(halfOpen));
    counted(w, SessionError.CANCELLED);
  }

  private void layerAnswersCancelled(ScriptedConnection halfOpen) {
    w.transport.refuse(halfOpen, SessionError.REFUSED);
    assertThat(w.transport.answer(halfOpen, w.worker(0)).session).isEqualTo(SessionError.CANCELLED.code());
  }

  @Test
  void limits() {
    StackLimits d = StackLimits.DEFAULT;
    ApplicationLimits few = new ApplicationLimits(1, 1, 1, 1, 1, d.applications().segmentLingerNs());
    StackLimits limits = new StackLimits(
        1, d.maxFlows(), d.maxSegments(), d.maxTransports(), d.ports(), few, d.tx(), d.workers(), d.sweep());
    ScriptedWorld small = new ScriptedWorld(1, 0, TxMode.DEQUEUE, limits);
    small.connected(0);
    ScriptedConnection second = small.connect(2);
    assertThat(small.simulation.get(0, () -> small.transport.answer(second, small.worker(0))).session)
        .isEqualTo(SessionError.ALLOC.code());
    counted(small, SessionError.ALLOC);
    @Nullable Throwable refused = catchThrowable(() -> small.attach(new RecordingApplication(), "second"));
    assertThat(refused).hasStackTraceContaining(SessionError.LIMIT.text());
    counted(small, SessionError.LIMIT);
  }

  @Test
  void sessions() {
    ScriptedConnection c = w.connected(0);
    Session session = w.session(c);
    long handle = session.handle();
    RecordingApplication other = new RecordingApplication();
    w.attach(other, "other");
    assertThat(w.simulation.await(() -> other.context().disconnect(handle))).isEqualTo(SessionError.OWNER);
    w.on(c, () -> {
      assertThat(session.shutdown()).isEqualTo(SessionError.NONE);
      assertThat(session.write(new byte[1], 0, 1)).isEqualTo(SessionError.CLOSED.code());
      w.transport.deleted(c);
    });
    w.run();
    assertThat(w.simulation.await(() -> w.application.context().disconnect(handle))).isEqualTo(SessionError.NOSESSION);
    w.on(c, () -> assertThat(session.read(new byte[1], 0, 1)).isEqualTo(SessionError.NOSESSION.code()));
    counted(w, SessionError.OWNER);
    counted(w, SessionError.CLOSED);
    counted(w, SessionError.NOSESSION);
  }

  @Test
  void memory_that_runs_out_fails_connects_and_accepts_and_leaves_nothing() {
    RecordingApplication poor = new RecordingApplication();
    AttachOptions options = options("poor").segments(1 << 20, 1 << 20, 1).fifoBytes(64 << 10, 64 << 10)
        .firstAllocationPercent(100).build();
    w.simulation.await(() -> w.host.applications().attach(poor, options));
    int failed = 0;
    for (int i = 0; i < 400 && failed == 0; i++) {
      w.simulation.on(0, () -> poor.context().connect("script://127.0.0.1:1", 1));
      ScriptedConnection halfOpen = w.transport.halfOpens().getLast();
      ScriptedConnection answered = w.simulation.get(0, () -> w.transport.answer(halfOpen, w.worker(0)));
      failed = answered.session < 0 ? (int) answered.session : 0;
      w.simulation.on(0, () -> w.transport.delete(halfOpen));
      w.run();
    }
    assertThat(SessionError.of(failed)).isIn(SessionError.SEG_NO_SPACE, SessionError.SEG_NO_SPACE2);
    assertThat(poor.connects()).filteredOn(c -> c.startsWith("failed SEG_NO_SPACE")).hasSize(1);
    w.simulation.await(() -> poor.context().detach());
    w.end();
  }

  @Test
  void application_that_takes_no_events_gets_no_new_sessions_and_loses_none() {
    RecordingApplication slow = new RecordingApplication();
    w.simulation.await(() -> w.host.applications().attach(slow, options("slow").eventQueueEvents(16).build()));
    w.simulation.await(() -> slow.context().listen("script://127.0.0.1:2"));
    long[] refused = {0};
    int[] taken = {0};
    w.simulation.on(0, () -> {
      for (int i = 0; i < 100; i++) {
        ScriptedConnection c = w.transport.incoming(w.transport.listener(), 1000 + i, w.worker(0));
        if (c.session >= 0) {
          taken[0]++;
          w.host.sessions().acceptNotify(c);
        } else {
          refused[0] = c.session;
        }
      }
    });
    assertThat(refused[0]).isEqualTo(SessionError.MQ_FULL.code());
    counted(w, SessionError.MQ_FULL);
    w.run();
    assertThat(slow.logs()).hasSize(taken[0]);
  }

  @Test
  void no_code_is_missing_from_the_counters() {
    for (SessionError error : SessionError.values()) {
      assertThat(w.counter("session.error." + error.name().toLowerCase(Locale.ROOT).replace('_', '-')))
          .isNotNegative();
    }
  }
}
