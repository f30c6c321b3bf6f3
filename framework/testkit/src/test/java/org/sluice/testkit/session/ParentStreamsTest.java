package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.StackLimits;
import org.sluice.core.session.SessionAdmin;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.PendingConnect;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.console.RecordingOutput;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.transport.ScriptedConnection;

/** Streams of a parent session: opened by either side, ended by themselves or with their parent. */
class ParentStreamsTest {
  private static final int DATA_WORKERS = 2;

  private final Map<Long, RecordingApplication.Log> logs = new HashMap<>();
  private final ScriptedWorld w = new ScriptedWorld(3, DATA_WORKERS, TxMode.DEQUEUE,
      StackLimits.DEFAULT.withStreamsPerSession(4));

  ParentStreamsTest() {
    w.transport.takesStreams();
    w.application.onEnd(session -> { });
  }

  @AfterEach
  void nothing_is_left() {
    w.simulation.await(() -> w.application.context().detach());
    w.run();
    for (ScriptedConnection connection : w.transport.established()) {
      w.on(connection, () -> w.transport.deleted(connection));
    }
    w.simulation.await(w.host::revoke);
    w.simulation.requireNothingLeft();
    assertThat(w.simulation.fifos()).isZero();
    assertThat(w.counter("session.illegal-transition")).isZero();
  }

  private ConnectOptions streamOf(ScriptedConnection parent) {
    return w.simulation.get(parent.workerIndex(), () -> ConnectOptions.streamOf(w.session(parent)));
  }

  private void connect(int from, ConnectOptions options, long opaque) {
    w.simulation.on(from,
        () -> assertThat(w.application.context().connect(options, opaque)).isEqualTo(SessionError.NONE));
    w.run();
  }

  private ScriptedConnection stream(ScriptedConnection parent) {
    int before = w.transport.streams(parent).size();
    connect(0, streamOf(parent), 7);
    List<ScriptedConnection> streams = w.transport.streams(parent);
    assertThat(streams).as("after %s", w.application.connects()).hasSize(before + 1);
    return streams.getLast();
  }

  private ScriptedConnection accepted(ScriptedConnection parent) {
    ScriptedConnection stream = w.simulation.get(parent.workerIndex(), () -> w.transport.incomingStream(parent));
    assertThat(stream.session).isNotNegative();
    w.on(stream, () -> assertThat(w.host.sessions().acceptNotify(stream)).isZero());
    w.run();
    return stream;
  }

  private List<String> events(ScriptedConnection connection) {
    return Objects.requireNonNull(logs.get(connection.session)).events();
  }

  /** Remembers the log under the handle, which the session forgets when it ends. */
  private ScriptedConnection keep(ScriptedConnection connection) {
    Session session = w.session(connection);
    w.application.logs().stream().filter(log -> log.session() == session)
        .forEach(log -> logs.put(connection.session, log));
    return connection;
  }

  private int streams(ScriptedConnection parent) {
    int worker = parent.workerIndex();
    SessionAdmin sessions = w.simulation.stack().sessionCore().worker(worker).admin();
    return w.simulation.get(worker, () -> Objects.requireNonNull(sessions.view(parent.session)).streams());
  }

  private void fails(ConnectOptions options, SessionError error) {
    int before = w.application.connects().size();
    long counted = w.counter("session.error." + error.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    connect(2, options, 5);
    assertThat(w.application.connects().subList(before, before + 1)).containsExactly("failed " + error + " 5");
    assertThat(w.counter("session.error." + error.name().toLowerCase(Locale.ROOT).replace('_', '-')))
        .isEqualTo(counted + 1);
  }

  // ---- Opening.

  @Test
  void S32_a_connect_with_a_parent_opens_a_stream_on_the_worker_of_its_parent() {
    ScriptedConnection parent = w.connected(2);
    for (int from = 0; from <= DATA_WORKERS; from++) {
      connect(from, streamOf(parent), 20 + from);
    }
    assertThat(w.application.connects()).contains("connected 20", "connected 21", "connected 22");
    assertThat(w.transport.calls("connect")).as("no connection of its own").isEqualTo(1);
    for (ScriptedConnection stream : w.transport.streams(parent)) {
      Session session = w.session(stream);
      w.simulation.on(2, () -> {
        assertThat(Handle.worker(session.handle())).isEqualTo(2);
        assertThat(session.state()).isEqualTo(SessionState.READY);
        assertThat(session.parent()).isEqualTo(parent.session);
        assertThat(session.transport()).isEqualTo("script");
        assertThat(session.remoteEndpoint()).isEqualTo(w.session(parent).remoteEndpoint());
      });
    }
    w.simulation.on(2, () -> assertThat(w.session(parent).parent()).isEqualTo(Handle.INVALID));
    assertThat(w.counter("session.streams-opened")).isEqualTo(3);
    assertThat(w.simulation.stack().sessionCore().flows()).as("streams are in no lookup table").isEqualTo(1);
  }

  @Test
  void S32_a_batch_may_hold_connects_with_parents_and_without_each_answered_by_its_own_opaque() {
    ScriptedConnection one = w.connected(1);
    ScriptedConnection two = w.connected(2);
    ConnectOptions[] options = {streamOf(one), ConnectOptions.of("script://127.0.0.1:7000"), streamOf(two),
        streamOf(one)};
    for (int from = 0; from <= DATA_WORKERS; from += 2) {
      long first = 100 + 10L * from;
      long[] opaques = {first, first + 1, first + 2, first + 3};
      w.simulation.on(from, () ->
          assertThat(w.application.context().connectAll(options, opaques, options.length)).isEqualTo(options.length));
      w.run();
      assertThat(w.application.connects())
          .contains("connected " + first, "connected " + (first + 2), "connected " + (first + 3))
          .doesNotContain("connected " + (first + 1));
    }
    assertThat(w.transport.streams(one)).hasSize(4).allMatch(s -> s.workerIndex() == 1);
    assertThat(w.transport.streams(two)).hasSize(2).allMatch(s -> s.workerIndex() == 2);
    assertThat(w.simulation.await(() -> w.application.context().pendingConnects()))
        .extracting(PendingConnect::opaque).containsExactlyInAnyOrder(101L, 121L);
    assertThat(w.simulation.await(() -> w.application.context().cancelConnects())).isEqualTo(2);
    w.on(two, () -> w.transport.deleted(two));
    w.run();
    w.simulation.on(0, () -> assertThat(w.application.context()
        .connectAll(options, new long[] {200, 201, 202, 203}, options.length)).isEqualTo(options.length));
    w.run();
    assertThat(w.application.connects()).contains("failed MAX_STREAMS_HIT 200",
        "failed NOSESSION 202", "failed MAX_STREAMS_HIT 203");
  }

  @Test
  void S32_a_stream_carries_bytes_of_its_own() {
    ScriptedConnection parent = w.connected(1);
    ScriptedConnection one = stream(parent);
    ScriptedConnection two = accepted(parent);
    w.on(one, () -> w.transport.deliver(one, "one".getBytes(StandardCharsets.UTF_8)));
    w.on(two, () -> w.transport.deliver(two, "two".getBytes(StandardCharsets.UTF_8)));
    w.on(one, () -> w.session(one).write("sent".getBytes(StandardCharsets.UTF_8), 0, 4));
    w.run();
    assertThat(logOf(one).received()).isEqualTo("one".getBytes(StandardCharsets.UTF_8));
    assertThat(logOf(two).received()).isEqualTo("two".getBytes(StandardCharsets.UTF_8));
    assertThat(new String(one.sink().drain().getFirst().data(), StandardCharsets.UTF_8)).endsWith("sent");
  }

  private RecordingApplication.Log logOf(ScriptedConnection connection) {
    Session session = w.session(connection);
    return w.application.logs().stream().filter(log -> log.session() == session).findFirst().orElseThrow();
  }

  @Test
  void S32_the_peer_opens_streams_which_the_owner_of_the_parent_is_asked_for() {
    ScriptedConnection parent = w.accepted(1);
    ScriptedConnection stream = accepted(parent);
    assertThat(logOf(stream).events()).containsExactly("accepted");
    w.simulation.on(1, () -> assertThat(w.session(stream).parent()).isEqualTo(parent.session));
    assertThat(w.transport.calls()).contains("accepted " + Handle.text(stream.handle()));
    w.simulation.on(1, () -> {
      assertThat(w.transport.incomingStream(stream).session).isEqualTo(SessionError.INVALID.code());
      w.session(parent).close();
      assertThat(w.transport.incomingStream(parent).session).isEqualTo(SessionError.CLOSED.code());
    });
  }

  @Test
  void S32_a_stream_that_was_not_offered_yet_is_refused_when_its_parent_has_ended() {
    ScriptedConnection parent = w.connected(1);
    ScriptedConnection stream = w.simulation.get(1, () -> w.transport.incomingStream(parent));
    w.simulation.on(1, () -> {
      w.session(parent).close();
      assertThat(w.host.sessions().acceptNotify(stream)).isEqualTo(SessionError.CLOSED.code());
      w.transport.deleted(stream);
    });
    w.run();
    assertThat(streams(parent)).isZero();
  }

  @Test
  void S32_refusals() {
    ScriptedConnection parent = w.connected(1);
    ConnectOptions options = streamOf(parent);
    ScriptedConnection stream = stream(parent);
    fails(streamOf(stream), SessionError.INVALID);
    ScriptedConnection halfOpen = w.connect(1);
    fails(withParent(options, halfOpen.session), SessionError.INVALID);
    w.accepted(1);
    fails(withParent(options, w.transport.listener().session), SessionError.INVALID);
    fails(withParent(options, Handle.of(1, 100, 0)), SessionError.NOSESSION);
    fails(withParent(options, Handle.of(100, 0, 0)), SessionError.NOSESSION);
    fails(withParent(options, Handle.DROP), SessionError.NOSESSION);
    fails(new ConnectOptions("other", options.remote(), options.local(), 0, 0, options.flags(), options.parent(),
        List.of()), SessionError.INVALID);
    w.transport.failConnects(SessionError.TIMEDOUT);
    fails(options, SessionError.TIMEDOUT);
    w.transport.failConnects(SessionError.NONE);
    w.simulation.runtime().tolerateFaults();
    w.transport.throwIn("connectStream");
    fails(options, SessionError.UNKNOWN);
    w.transport.behaveIn("connectStream");
    assertThat(streams(parent)).isEqualTo(1);
    w.simulation.on(1, () -> w.session(parent).close());
    fails(options, SessionError.CLOSED);
    w.simulation.on(0, () -> w.transport.delete(halfOpen));
  }

  private static ConnectOptions withParent(ConnectOptions options, long parent) {
    return new ConnectOptions(
        options.protocol(), options.remote(), options.local(), 0, 0, options.flags(), parent, List.of());
  }

  @Test
  void S32_a_parent_of_another_application_is_refused() {
    ConnectOptions options = streamOf(w.connected(1));
    RecordingApplication other = new RecordingApplication();
    w.attach(other, "other");
    w.simulation.on(1, () -> other.context().connect(options, 1));
    w.run();
    assertThat(other.connects()).first().isEqualTo("failed OWNER 1");
    assertThat(w.transport.calls("connectStream")).isZero();
    w.simulation.await(() -> other.context().detach());
  }

  @Test
  void S32_another_worker_of_the_same_application_may_open_streams() {
    ConnectOptions options = streamOf(w.connected(1));
    RecordingApplication second = new RecordingApplication();
    ApplicationContext context = w.simulation.await(() -> w.application.context().addWorker(second));
    w.simulation.on(0, () -> context.connect(options, 3));
    w.run();
    assertThat(second.connects()).containsExactly("connected 3");
    assertThat(second.log().events()).containsExactly("connected");
  }

  @Test
  void S32_a_transport_without_streams_says_so() {
    ScriptedWorld plain = new ScriptedWorld(1, 1, TxMode.DEQUEUE);
    ScriptedConnection parent = plain.connected(1);
    ConnectOptions options =
        plain.simulation.get(1, () -> ConnectOptions.streamOf(plain.session(parent)));
    plain.simulation.on(1, () -> plain.application.context().connect(options, 1));
    plain.run();
    assertThat(plain.application.connects()).contains("failed NOSUPPORT 1");
    assertThat(plain.liveSessions()).isEqualTo(1);
  }

  @Test
  void S32_a_parent_has_as_many_streams_as_it_may_and_no_more() {
    ScriptedConnection parent = w.connected(1);
    ScriptedConnection first = stream(parent);
    for (int i = 0; i < 3; i++) {
      accepted(parent);
    }
    fails(streamOf(parent), SessionError.MAX_STREAMS_HIT);
    w.simulation.on(1, () -> assertThat(w.transport.incomingStream(parent).session)
        .isEqualTo(SessionError.MAX_STREAMS_HIT.code()));
    assertThat(w.counter("session.stream-limit")).isEqualTo(2);
    w.simulation.on(1, () -> {
      w.session(first).close();
      w.transport.deleted(first);
    });
    w.run();
    assertThat(streams(parent)).as("a stream's end leaves its parent").isEqualTo(3);
    stream(parent);
  }

  /** Has little memory, and closes its parent when it gets more. */
  private static final class Closer implements Application {
    private final List<String> answers = new ArrayList<>();
    private @Nullable ApplicationContext context;
    private @Nullable Session parent;
    private boolean closed;

    ApplicationContext context() {
      return Objects.requireNonNull(context);
    }

    Session parent() {
      return Objects.requireNonNull(parent);
    }

    @Override
    public void onAttached(ApplicationContext given) {
      context = given;
    }

    @Override
    public void onConnected(Session session, long opaque) {
      parent = parent == null ? session : parent;
      answers.add("connected");
    }

    @Override
    public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
      answers.add("failed " + error);
    }

    @Override
    public void onSegmentAdded(long segment) {
      closed = true;
      assertThat(parent().close()).isEqualTo(SessionError.NONE);
    }
  }

  @ParameterizedTest(name = "by the peer: {0}")
  @ValueSource(booleans = {false, true})
  void S32_a_stream_is_refused_when_its_parent_is_closed_while_it_is_given_memory(boolean byPeer) {
    ScriptedWorld t = new ScriptedWorld(3, 1, TxMode.DEQUEUE, StackLimits.DEFAULT.withStreamsPerSession(10_000));
    t.transport.takesStreams();
    Closer closer = new Closer();
    t.simulation.await(() -> t.simulation.stack().scope("applications").applications()
        .attach(closer, ScriptedWorld.options("closer", 1 << 20)));
    t.simulation.on(0, () -> closer.context().connect("script://127.0.0.1:" + ScriptedWorld.PORT, 0));
    ScriptedConnection halfOpen = t.transport.lastHalfOpen();
    ScriptedConnection parent = t.simulation.get(1, () -> t.transport.answer(halfOpen, t.worker(1)));
    t.simulation.on(0, () -> t.transport.delete(halfOpen));
    t.run();
    ConnectOptions options = t.simulation.get(1, () -> ConnectOptions.streamOf(closer.parent()));
    long last = 0;
    for (int i = 0; i < 5000 && !closer.closed; i++) {
      if (byPeer) {
        last = t.simulation.get(1, () -> t.transport.incomingStream(parent)).session;
      } else {
        t.simulation.on(1, () -> closer.context().connect(options, 1));
        t.run();
      }
    }
    t.run();
    assertThat(closer.closed).isTrue();
    if (byPeer) {
      assertThat(last).isEqualTo(SessionError.CLOSED.code());
    } else {
      assertThat(closer.answers).endsWith("connected", "failed CLOSED");
    }
    for (ScriptedConnection connection : t.transport.established()) {
      t.on(connection, () -> t.transport.deleted(connection));
    }
    t.run();
    assertThat(t.liveSessions()).isZero();
    assertThat(t.counter("session.illegal-transition")).isZero();
    t.simulation.await(() -> closer.context().detach());
    t.end();
  }

  // ---- Ends.

  @Test
  void S32_an_end_of_a_stream_does_not_touch_its_parent() {
    ScriptedConnection parent = w.connected(1);
    ScriptedConnection stream = keep(stream(parent));
    w.on(stream, () -> w.host.sessions().resetNotify(stream));
    w.run();
    assertThat(events(stream)).containsExactly("connected", "reset");
    assertThat(logOf(parent).events()).containsExactly("connected");
    w.on(stream, () -> {
      w.session(stream).close();
      w.transport.deleted(stream);
    });
    w.run();
    assertThat(events(stream)).endsWith("cleanup TRANSPORT", "cleanup SESSION");
    assertThat(streams(parent)).isZero();
    assertThat(w.simulation.<SessionState>get(1, () -> w.session(parent).state())).isEqualTo(SessionState.READY);
  }

  @Test
  void S32_a_close_of_the_parent_closes_its_streams_first_and_once() {
    ends_with_its_parent("close", Session::close);
  }

  @Test
  void S32_a_reset_of_the_parent_resets_its_streams_first_and_once() {
    ends_with_its_parent("reset", Session::reset);
  }

  private void ends_with_its_parent(String call, Consumer<Session> end) {
    ScriptedConnection parent = keep(w.connected(1));
    ScriptedConnection one = keep(stream(parent));
    ScriptedConnection two = keep(accepted(parent));
    ScriptedConnection gone = keep(stream(parent));
    w.simulation.on(1, () -> {
      w.session(gone).close();
      w.transport.deleted(gone);
    });
    w.run();
    int before = w.transport.calls().size();
    w.simulation.on(1, () -> {
      end.accept(w.session(parent));
      end.accept(w.session(parent));
    });
    w.run();
    assertThat(w.transport.calls().subList(before, w.transport.calls().size())).filteredOn(c -> c.startsWith(call))
        .containsExactly(call + " " + Handle.text(one.handle()), call + " " + Handle.text(two.handle()),
            call + " " + Handle.text(parent.handle()));
    w.simulation.on(1, () -> {
      assertThat(w.session(one).write(new byte[1], 0, 1)).isEqualTo(SessionError.CLOSED.code());
      w.transport.deleted(one);
      w.transport.deleted(two);
      w.transport.deleted(parent);
    });
    w.run();
    assertThat(events(one)).containsExactly("connected", "cleanup TRANSPORT", "cleanup SESSION");
    assertThat(events(two)).containsExactly("accepted", "cleanup TRANSPORT", "cleanup SESSION");
    assertThat(events(parent)).containsExactly("connected", "cleanup TRANSPORT", "cleanup SESSION");
  }

  @Test
  void S32_an_end_that_the_transport_reports_is_told_of_the_streams_first() {
    StringBuilder order = new StringBuilder();
    ScriptedConnection parent = keep(w.connected(1));
    ScriptedConnection one = keep(stream(parent));
    ScriptedConnection two = keep(stream(parent));
    w.application.onEnd(session -> order.append(Handle.text(session.handle())).append(' '));
    w.simulation.on(1, () -> w.host.sessions().resetNotify(parent));
    w.run();
    assertThat(order).hasToString(Handle.text(one.session) + " " + Handle.text(two.session) + " "
        + Handle.text(parent.session) + " ");
    w.simulation.on(1, () -> {
      w.host.sessions().closedNotify(parent);
      w.host.sessions().resetNotify(one);
    });
    w.run();
    for (ScriptedConnection each : List.of(one, two, parent)) {
      assertThat(events(each)).containsExactly("connected", "reset", "transport closed");
    }
  }

  @Test
  void S32_a_peer_that_closes_the_parent_closes_its_streams() {
    ScriptedConnection parent = keep(w.connected(1));
    ScriptedConnection stream = keep(stream(parent));
    w.simulation.on(1, () -> w.host.sessions().closingNotify(parent));
    w.run();
    assertThat(events(stream)).containsExactly("connected", "disconnected");
    assertThat(events(parent)).containsExactly("connected", "disconnected");
    fails(streamOf(parent), SessionError.CLOSED);
  }

  @Test
  void S32_streams_that_the_transport_forgot_are_taken_from_it_with_their_parent() {
    ScriptedConnection parent = keep(w.connected(1));
    ScriptedConnection one = keep(stream(parent));
    ScriptedConnection two = keep(stream(parent));
    w.transport.doIn("cleanup", () -> {
      // A transport that lets go of one of them while it is told of the other.
      w.transport.behaveIn("cleanup");
      w.transport.deleted(two);
    });
    w.simulation.on(1, () -> w.transport.deleted(parent));
    w.run();
    assertThat(w.transport.calls("cleanup")).isEqualTo(1);
    assertThat(w.transport.streams(parent)).isEmpty();
    assertThat(events(one)).containsExactly("connected", "reset", "cleanup TRANSPORT");
    assertThat(events(two)).startsWith("connected").contains("cleanup TRANSPORT");
    w.simulation.on(1, () -> w.session(one).close());
    w.run();
    assertThat(events(one)).endsWith("cleanup SESSION");
  }

  @Test
  void S32_the_stream_of_a_parent_that_is_gone_has_none() {
    ScriptedConnection parent = w.connected(1);
    ScriptedConnection stream = keep(stream(parent));
    w.simulation.on(1, () -> {
      w.session(parent).close();
      w.transport.requestDelete(parent);
    });
    w.run();
    assertThat(w.transport.streams(parent)).isEmpty();
    assertThat(events(stream)).endsWith("cleanup SESSION");
    assertThat(w.liveSessions()).isZero();
  }

  @Test
  void S32_a_detach_with_streams_closes_them_before_their_parents_and_tells_nobody() {
    ScriptedConnection parent = keep(w.connected(1));
    ScriptedConnection one = keep(stream(parent));
    ScriptedConnection other = w.connected(2);
    ScriptedConnection two = keep(accepted(other));
    int before = w.transport.calls().size();
    w.simulation.await(() -> w.application.context().detach());
    w.run();
    List<String> closes = w.transport.calls().subList(before, w.transport.calls().size());
    assertThat(closes).filteredOn(c -> c.startsWith("close 1:"))
        .containsExactly("close " + Handle.text(one.handle()), "close " + Handle.text(parent.handle()));
    assertThat(closes).filteredOn(c -> c.startsWith("close 2:"))
        .containsExactly("close " + Handle.text(two.handle()), "close " + Handle.text(other.handle()));
    assertThat(events(one)).containsExactly("connected");
    assertThat(events(two)).containsExactly("accepted");
    w.attach(w.application, "application");
  }

  @Test
  void S32_a_worker_that_detaches_takes_its_parents_streams_from_other_workers() {
    ScriptedConnection parent = keep(w.connected(1));
    RecordingApplication second = new RecordingApplication();
    ApplicationContext context = w.simulation.await(() -> w.application.context().addWorker(second));
    w.simulation.on(0, () -> context.connect(streamOf(parent), 3));
    w.run();
    ScriptedConnection stream = w.transport.streams(parent).getFirst();
    w.simulation.await(() -> w.application.context().detachWorker());
    w.run();
    assertThat(w.transport.calls()).contains("close " + Handle.text(stream.handle()));
    w.simulation.on(1, () -> {
      w.transport.deleted(stream);
      w.transport.deleted(parent);
    });
    w.run();
    assertThat(second.log().events()).containsExactly("connected", "cleanup TRANSPORT", "cleanup SESSION");
    w.simulation.await(context::detach);
    w.attach(w.application, "application");
  }

  @Test
  void S32_a_transport_that_is_removed_takes_streams_along() {
    ScriptedConnection parent = keep(w.connected(1));
    ScriptedConnection stream = keep(stream(parent));
    w.simulation.await(w.host::revoke);
    w.run();
    assertThat(events(stream)).containsExactly("connected", "reset", "cleanup TRANSPORT");
    assertThat(events(parent)).containsExactly("connected", "reset", "cleanup TRANSPORT");
    w.simulation.on(1, () -> assertThat(w.session(stream).close()).isEqualTo(SessionError.NONE));
  }

  @Test
  void S32_a_detach_while_a_connect_to_a_stream_is_on_its_way_leaves_nothing() {
    ScriptedConnection parent = w.connected(2);
    ConnectOptions options = streamOf(parent);
    w.simulation.on(1, () -> w.application.context().connect(options, 1));
    w.simulation.on(1, () -> w.application.context().connect(withParent(options, Handle.of(2, 500, 0)), 2));
    w.simulation.await(() -> w.application.context().detach());
    w.run();
    assertThat(w.application.connects()).doesNotContain("connected 1", "failed NOSESSION 2");
    w.attach(w.application, "application");
  }

  // ---- The console.

  @Test
  void S32_the_tree_shows_listeners_sessions_and_streams() throws Exception {
    ScriptedConnection served = w.accepted(1);
    accepted(served);
    stream(w.connected(2));
    w.connect(9);
    RecordingOutput output = new RecordingOutput();
    w.simulation.command(w.simulation.stack().consoleCommands().stream()
        .filter(command -> command.name().equals("show session")).findFirst().orElseThrow(), output, "tree");
    assertThat(output.column("tree", "session")).as("for scripts").hasSize(6)
        .allSatisfy(session -> assertThat(session.toString()).startsWith("["));
    assertThat(output.text().lines().map(String::stripTrailing)).containsExactly(
        "Session                                                       Kind       App                   State"
            + "            Of",
        "[0:0][S] 127.0.0.1:7000->0.0.0.0:0                            listener                         listening",
        "  [1:0][S] 127.0.0.1:7000->127.0.0.1:10000                    session    application           ready"
            + "            0:0",
        "    [1:1][S] 127.0.0.1:7000->127.0.0.1:10000                  stream     application           ready"
            + "            1:0",
        "[0:1][S] 127.0.0.1:50006->127.0.0.1:7000                      half-open  application           connecting",
        "[2:0][S] 127.0.0.1:50003->127.0.0.1:7000                      session    application           ready",
        "  [2:1][S] 127.0.0.1:50003->127.0.0.1:7000                    stream     application           ready"
            + "            2:0");
  }
}
