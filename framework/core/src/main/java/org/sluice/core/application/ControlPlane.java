package org.sluice.core.application;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sluice.core.fault.PluginFaults;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.policy.PolicyTables;
import org.sluice.core.runtime.MailboxFullException;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.core.segment.LocalSegments;
import org.sluice.core.segment.SegmentCounters;
import org.sluice.core.segment.SegmentFactory;
import org.sluice.core.segment.SegmentRegistry;
import org.sluice.core.session.SessionCore;
import org.sluice.core.session.SessionCounters;
import org.sluice.core.transport.TransportRegistry;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Counter;

/**
 * What the objects of this package share, and the way to worker 0.
 *
 * @param workers the workers of the stack
 * @param sessions the session layer
 * @param transports the registered transports
 * @param listeners the listeners
 * @param namespaces the namespaces
 * @param network the interfaces, tables and routes
 * @param policy the rules and deny lists; whoever ends a namespace or a table set retires its place there
 * @param sessionCounters counts errors
 * @param segments names segments
 * @param segmentFactory makes segments
 * @param segmentCounters counts segments and limits
 * @param localSegments the segments of local pairs, by stack worker
 * @param limits bounds
 * @param counters counts which of them were hit
 */
record ControlPlane(
    WorkerSet workers,
    SessionCore sessions,
    TransportRegistry transports,
    ListenerTable listeners,
    NamespaceTable namespaces,
    NetworkPlane network,
    PolicyTables policy,
    SessionCounters sessionCounters,
    SegmentRegistry segments,
    SegmentFactory segmentFactory,
    SegmentCounters segmentCounters,
    List<LocalSegments> localSegments,
    ApplicationLimits limits,
    ApplicationCounters counters) {

  /**
   * Runs on worker 0, inline when the caller is there, and cannot be refused: for what ends something, or is waited
   * for. What it throws completes the future.
   */
  <T extends @Nullable Object> CompletableFuture<T> run(Supplier<T> task) {
    return workers.call(0, task);
  }

  /** The same for new work, which fails with LIMIT while the mailbox is full: then nothing was begun. */
  <T> CompletableFuture<T> admit(String what, Supplier<T> task) {
    return workers.query(0, task).exceptionallyCompose(refused -> CompletableFuture.failedFuture(
        refused instanceof MailboxFullException full
            ? failure(SessionError.LIMIT, what + ", because " + full.getMessage())
            : refused));
  }

  /** Throws while the layer is off. */
  void requireOn(String what) {
    if (!transports.isOn()) {
      throw failure(SessionError.DISABLED, what);
    }
  }

  /** The failure of a control-plane call, counted. */
  SessionException failure(SessionError error, String what) {
    sessionCounters.error(workers.worker(0).isCurrent() ? 0 : Counter.NO_WORKER, error);
    return new SessionException(error, what);
  }

  /** The failure of a call that would exceed a limit, counted under the limit too. Worker 0. */
  SessionException limit(Counter hits, int most, String what) {
    hits.increment(0);
    return failure(SessionError.LIMIT, what + ", of which " + most + " are allowed");
  }

  void assertMain() {
    assert workers.worker(0).isCurrent() : "control plane touched by " + Thread.currentThread().getName();
  }

  /** Calls a plugin; what it throws is accounted for and false is returned. */
  static boolean guarded(PluginFaults faults, String where, Runnable call) {
    try {
      call.run();
      return true;
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      faults.caught(where, e);
      return false;
    }
  }
}
