package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.sluice.core.PluginScope;
import org.sluice.core.Stack;
import org.sluice.core.StackLimits;
import org.sluice.core.session.SweepLimits;
import org.sluice.core.stream.StreamSettings;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.StreamApplication;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.session.SessionStream;

/** A running stack with the cut-through transport, for tests whose applications are threads. */
final class StreamHost implements AutoCloseable {
  private static final String URI = "ct://127.0.0.1:7";

  final Stack stack;
  final PluginScope scope;
  final StreamApplication server;
  final StreamApplication client;
  private final ConcurrentLinkedQueue<Segment> segments = new ConcurrentLinkedQueue<>();
  private final int idleSessions;

  StreamHost(int dataWorkers) throws InterruptedException {
    this(dataWorkers, StreamSettings.DEFAULT_SPIN_NS);
  }

  StreamHost(int dataWorkers, long spinNs) throws InterruptedException {
    StackLimits d = StackLimits.DEFAULT;
    // Sweeps all the time: each pause of a stream races with its calls.
    StackLimits limits = new StackLimits(d.maxSessionsPerWorker(), d.maxFlows(), d.maxSegments(), d.maxTransports(),
        d.ports(), d.applications(), d.tx(), d.workers(), new SweepLimits(200_000, 256));
    stack = Stack.builder().dataWorkers(dataWorkers).limits(limits).streamSpinNs(spinNs).segments(this::newSegment)
        .build();
    stack.start();
    scope = stack.scope("test");
    CutThroughTransport transport =
        new CutThroughTransport(scope.workers(), scope.sessions(), scope.counters(), 10_000);
    scope.registerTransport(transport).join();
    server = StreamApplication.attach(scope.applications(), AttachOptions.named("server"));
    client = StreamApplication.attach(scope.applications(), AttachOptions.named("client"));
    server.listen("ct://0.0.0.0:7");
    idleSessions = liveSessions();
  }

  private Segment newSegment(long bytes) {
    Segment segment = Segment.allocate(bytes);
    segments.add(segment);
    return segment;
  }

  SessionStream connect() throws InterruptedException {
    return client.connect(URI);
  }

  int liveSessions() {
    int live = 0;
    for (int i = 0; i < stack.workers().count(); i++) {
      int worker = i;
      live += stack.workers().query(worker, () -> stack.sessionCore().worker(worker).liveSessions()).join();
    }
    return live;
  }

  /** Waits until no session is left but listeners; then nothing was leaked but what threads hold. */
  void awaitIdle() {
    awaitIdle(idleSessions);
  }

  /** The same when so many listeners are left. */
  void awaitIdle(int sessions) {
    await(() -> liveSessions() == sessions, "sessions left");
  }

  /** Waits until every segment was given back. */
  void awaitSegmentsGone() {
    await(() -> segments.stream().allMatch(Segment::isReleased), "segments left");
  }

  private static void await(BooleanSupplier condition, String what) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    stack.close();
    assertThat(scope.faults().count()).isZero();
  }
}
