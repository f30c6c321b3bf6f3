package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sluice.core.PluginScope;
import org.sluice.core.Stack;
import org.sluice.core.StackLimits;
import org.sluice.core.session.SessionView;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.testkit.runtime.DeterministicRuntime;

/** A stack with the cut-through transport in virtual time, and what can leak from it. */
final class LocalHost {
  static final String LISTEN = "ct://0.0.0.0:7";
  static final String SERVER = "ct://127.0.0.1:7";

  /** Longer than an empty segment is kept. */
  private static final Duration LINGER = Duration.ofSeconds(2);
  private static final int MAX_CONNECTIONS = 1 << 20;

  final DeterministicRuntime runtime;
  final Stack stack;
  final PluginScope scope;
  final CutThroughTransport transport;
  final List<Segment> segments = new ArrayList<>();
  private final int idleSessions;

  LocalHost(int dataWorkers) {
    this(dataWorkers, StackLimits.DEFAULT, MAX_CONNECTIONS, 1);
  }

  LocalHost(int dataWorkers, StackLimits limits, int maxConnections, long seed) {
    runtime = new DeterministicRuntime(seed);
    stack = Stack.builder()
        .dataWorkers(dataWorkers)
        .clock(runtime.clock())
        .random(runtime.newRandom())
        .limits(limits)
        .segments(this::newSegment)
        .build();
    runtime.add(stack.workerSet());
    scope = stack.scope("test");
    transport = new CutThroughTransport(scope.workers(), scope.sessions(), scope.counters(), maxConnections);
    onMain(() -> scope.registerTransport(transport).join());
    idleSessions = liveSessions();
  }

  private Segment newSegment(long bytes) {
    Segment segment = Segment.allocate(bytes);
    segments.add(segment);
    return segment;
  }

  // ---- Acting.

  void onMain(Runnable task) {
    on(0, task);
  }

  void on(int worker, Runnable task) {
    runtime.on(stack.worker(worker), task);
  }

  <T> T main(Supplier<T> task) {
    List<T> result = new ArrayList<>();
    onMain(() -> result.add(task.get()));
    return result.getFirst();
  }

  ApplicationContext attach(Probe probe) {
    return attach(probe, small(probe.name));
  }

  ApplicationContext attach(Probe probe, AttachOptions options) {
    return main(() -> scope.applications().attach(probe, options).join());
  }

  /** An application that listens. */
  Probe server() {
    return server("server");
  }

  Probe server(String name) {
    Probe probe = new Probe(name);
    attach(probe);
    listen(probe, LISTEN);
    return probe;
  }

  Probe client() {
    Probe probe = new Probe("client");
    attach(probe);
    return probe;
  }

  long listen(Probe probe, String uri) {
    return main(() -> probe.context().listen(uri).join());
  }

  void connect(Probe probe, long opaque) {
    assertThat(main(() -> probe.context().connect(SERVER, opaque))).isEqualTo(SessionError.NONE);
  }

  /** Connects and lets both sides know. */
  void join(Probe client) {
    connect(client, 0);
    settle();
  }

  /** Closes what is open on the worker of the session. */
  void at(Session session, Runnable task) {
    on(Handle.worker(session.handle()), task);
  }

  void detach(Probe probe) {
    CompletableFuture<@Nullable Void> gone = main(() -> probe.context().detach());
    settle();
    assertThat(gone).isCompletedWithValue(null);
  }

  void settle() {
    runtime.runUntilIdle();
  }

  void letSegmentsGo() {
    settle();
    runtime.advance(LINGER);
    settle();
  }

  // ---- Looking.

  /** Sessions, half-opens and listeners of all workers. */
  int liveSessions() {
    int live = 0;
    for (int i = 0; i < stack.workers().count(); i++) {
      live += stack.sessionCore().worker(i).liveSessions();
    }
    return live;
  }

  List<String> console() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < stack.workers().count(); i++) {
      int worker = i;
      on(worker, () -> stack.sessionCore().worker(worker).admin().forEachSession(view -> lines.add(line(view))));
    }
    return lines;
  }

  private static String line(SessionView view) {
    return "[" + Handle.text(view.handle()) + "][" + view.protocol() + "] " + view.flow() + " "
        + view.state().label();
  }

  long errors(SessionError error) {
    return counter("session.error." + error.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  long counter(String name) {
    return stack.counters().scope(Stack.OWN_SCOPE).counter(name, "").value();
  }

  long fifos() {
    return segments.stream().filter(s -> !s.isReleased()).mapToLong(Segment::fifoCount).sum();
  }

  /** After the last segment has gone, nothing of any session or application is left. */
  void assertNothingLeft() {
    letSegmentsGo();
    assertThat(liveSessions()).as("sessions, half-opens and listeners: %s", console()).isEqualTo(idleSessions);
    assertThat(transport.inUse()).as("connections, requests and listeners of the transport").isZero();
    assertThat(stack.applicationLayer().segmentCount()).as("segments").isZero();
    assertThat(segments).as("memory given back").allMatch(Segment::isReleased);
    assertThat(counter("session.illegal-transition")).as("illegal transitions").isZero();
    assertThat(counter("session.unexpected-delete")).as("unexpected deletes").isZero();
  }

  /** Small segments: many tests, and one CPU to clear them. */
  static AttachOptions small(String name) {
    return AttachOptions.named(name).with().segments(1 << 20, 256 << 10, 1 << 10).fifoBytes(16 << 10, 16 << 10)
        .eventQueueEvents(256).build();
  }
}
