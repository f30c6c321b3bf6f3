package org.sluice.core.application;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.sluice.core.session.HalfOpens;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.ControlSlot;

/**
 * Cancels the connects of an application that waited at one moment. Each cancel is a control task of its own, so that a
 * turn does as many as it may and others have their share of it. Worker 0.
 */
final class ConnectCancels {
  private final HalfOpens halfOpens;
  private final long[] handles;
  private final ControlSlot slot;
  private final CompletableFuture<Integer> done = new CompletableFuture<>();
  private int next;
  private int cancelled;

  private ConnectCancels(ControlPlane plane, long[] handles) {
    halfOpens = plane.sessions().halfOpens();
    this.handles = handles;
    slot = plane.workers().worker(0).newControlSlot(this::cancelOne);
  }

  /** Begins; completes with the number that were cancelled in time. */
  static CompletableFuture<Integer> start(ControlPlane plane, AttachedApplication application) {
    plane.assertMain();
    long[] waiting = application.workers().stream()
        .flatMapToLong(worker -> Arrays.stream(plane.sessions().halfOpens().waiting(worker.lane(0))))
        .toArray();
    ConnectCancels cancels = new ConnectCancels(plane, waiting);
    cancels.goOn();
    return cancels.done;
  }

  private void cancelOne() {
    try {
      if (halfOpens.cancel(handles[next++], null) == SessionError.NONE) {
        cancelled++;
      }
    } finally {
      goOn();
    }
  }

  private void goOn() {
    if (next < handles.length) {
      slot.post();
    } else {
      done.complete(cancelled);
    }
  }
}
