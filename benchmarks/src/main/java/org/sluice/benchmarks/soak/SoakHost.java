package org.sluice.benchmarks.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.sluice.core.PluginScope;
import org.sluice.core.Stack;
import org.sluice.core.StackLimits;
import org.sluice.core.session.SweepLimits;
import org.sluice.plugin.cutthrough.CutThroughTransport;
import org.sluice.spi.application.Applications;
import org.sluice.spi.memory.Segment;

/** A stack with the transport of local sessions: sweeps idle FIFOs all the time, keeps book of its segments. */
final class SoakHost implements AutoCloseable {
  private static final int DATA_WORKERS = 2;
  private static final int MOST_CONNECTIONS = 1 << 16;
  private static final SweepLimits SWEEP = new SweepLimits(200_000, 256);
  private static final long SETTLE_NS = 20_000_000_000L;
  private static final long LOOK_NS = 1_000_000;
  private static final List<String> MUST_BE_ZERO = List.of("memory.corruptions", "session.illegal-transition",
      "session.unexpected-delete");

  private final Queue<Segment> segments = new ConcurrentLinkedQueue<>();
  private final Stack stack;
  private final PluginScope scope;

  SoakHost() {
    StackLimits d = StackLimits.DEFAULT;
    StackLimits limits = new StackLimits(d.maxSessionsPerWorker(), d.maxFlows(), d.maxSegments(), d.maxTransports(),
        d.ports(), d.applications(), d.tx(), d.workers(), SWEEP);
    stack = Stack.builder().name("soak-").dataWorkers(DATA_WORKERS).limits(limits).segments(this::newSegment).build();
    stack.start();
    scope = stack.scope("soak");
    scope.registerTransport(
        new CutThroughTransport(scope.workers(), scope.sessions(), scope.counters(), MOST_CONNECTIONS)).join();
  }

  private Segment newSegment(long bytes) {
    segments.removeIf(Segment::isReleased);
    Segment segment = Segment.allocate(bytes);
    segments.add(segment);
    return segment;
  }

  Applications applications() {
    return stack.applications();
  }

  long counter(String name) {
    return stack.counters().scope(Stack.OWN_SCOPE).counter(name, "").value();
  }

  /** What is left after the last application was detached, and what must not have happened; empty when all is well. */
  List<String> leftovers() {
    List<String> left = new ArrayList<>();
    if (!settles(() -> liveSessions() == 0)) {
      left.add(liveSessions() + " sessions");
    }
    if (!settles(() -> liveSegments() == 0)) {
      left.add(liveSegments() + " segments");
    }
    if (scope.faults().count() > 0) {
      left.add(scope.faults().count() + " faults");
    }
    for (String name : MUST_BE_ZERO) {
      if (counter(name) > 0) {
        left.add(name + " " + counter(name));
      }
    }
    return left;
  }

  private int liveSessions() {
    int live = 0;
    for (int i = 0; i < stack.workers().count(); i++) {
      int worker = i;
      live += stack.workers().query(worker, () -> stack.sessionCore().worker(worker).liveSessions()).join();
    }
    return live;
  }

  private long liveSegments() {
    return segments.stream().filter(segment -> !segment.isReleased()).count();
  }

  private static boolean settles(BooleanSupplier condition) {
    long startNs = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - startNs > SETTLE_NS) {
        return false;
      }
      LockSupport.parkNanos(LOOK_NS);
    }
    return true;
  }

  @Override
  public void close() {
    stack.close();
  }
}
