package org.sluice.core.application;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.sluice.core.fault.PluginFaults;
import org.sluice.core.segment.SegmentBudget;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.AttachOptions;

/** An attached application and its workers. Worker 0, but for the final fields and where said. */
final class AttachedApplication {
  private final long handle;
  private final Application callbacks;
  private final AttachOptions options;
  private final Namespace namespace;
  private final PluginFaults faults;
  private final SegmentBudget budget;
  private final List<ApplicationWorker> workers = new ArrayList<>();
  private final CompletableFuture<@Nullable Void> gone = new CompletableFuture<>();
  private int nextWorker;
  private int present;
  private boolean detached;
  /** Read by any worker. */
  private volatile boolean draining;

  AttachedApplication(
      long handle,
      Application callbacks,
      AttachOptions options,
      Namespace namespace,
      PluginFaults faults,
      SegmentBudget budget) {
    this.handle = handle;
    this.callbacks = callbacks;
    this.options = options;
    this.namespace = namespace;
    this.faults = faults;
    this.budget = budget;
  }

  long handle() {
    return handle;
  }

  Application callbacks() {
    return callbacks;
  }

  AttachOptions options() {
    return options;
  }

  Namespace namespace() {
    return namespace;
  }

  PluginFaults faults() {
    return faults;
  }

  SegmentBudget budget() {
    return budget;
  }

  List<ApplicationWorker> workers() {
    return workers;
  }

  int nextWorkerNumber() {
    return nextWorker++;
  }

  void workerCame(ApplicationWorker worker) {
    workers.add(worker);
    present++;
  }

  /** A worker has given everything back; true for the last one of an application that leaves. */
  boolean workerLeft() {
    present--;
    return detached && present == 0;
  }

  /** Completes when the application owns nothing any more. */
  CompletableFuture<@Nullable Void> gone() {
    return gone;
  }

  boolean isDetached() {
    return detached;
  }

  void detached() {
    detached = true;
  }

  /** Whether it takes no new session, neither as a listener nor by connecting. */
  boolean isDraining() {
    return draining;
  }

  void draining(boolean on) {
    draining = on;
  }
}
