package org.sluice.core.application;

import org.jspecify.annotations.Nullable;
import org.sluice.core.runtime.IndexStack;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.MessagePort;

/**
 * Connects to streams of a parent session, on their way to the parent's worker, and failures on their way back to
 * worker 0, where those of all connects are told. What a message has no room for waits here, in as many places as
 * messages can wait. A failure comes by a slot of its place, so that a full mailbox cannot lose it. Any context;
 * lock-free; allocates nothing in the steady state.
 */
final class StreamConnects {
  private final ControlPlane plane;
  private final MessagePort port;
  private final IndexStack free;
  private final @Nullable Place[] places;

  StreamConnects(ControlPlane plane) {
    this.plane = plane;
    port = plane.workers().newPort((worker, kind, place, argument) -> deliver((int) place));
    int count = plane.workers().mailboxCapacity() + 1;
    free = new IndexStack(count);
    places = new @Nullable Place[count];
    for (int place = 0; place < count; place++) {
      free.push(place);
    }
  }

  /** One connect; whoever has taken its number has it alone. */
  private final class Place {
    private final int number;
    private final ControlSlot failure;
    private @Nullable ApplicationWorker owner;
    private @Nullable ConnectOptions options;
    private long opaque;
    private int error;

    Place(int number) {
      this.number = number;
      failure = plane.workers().worker(0).newControlSlot(this::fail);
    }

    /** On the parent's worker. */
    void open(int worker) {
      ApplicationWorker asking = owner;
      ConnectOptions wanted = options;
      if (asking == null || wanted == null) {
        throw new IllegalStateException("stream connect " + number + " has no content");
      }
      long result = SessionError.UNKNOWN.code();
      try {
        result = plane.sessions().openStream(worker, asking, wanted, opaque);
      } finally {
        finish(result);
      }
    }

    private void finish(long result) {
      if (result >= 0) {
        giveBack();
        return;
      }
      error = (int) result;
      if (plane.workers().worker(0).isCurrent()) {
        fail();
      } else {
        failure.post();
      }
    }

    /** On worker 0. */
    private void fail() {
      ApplicationWorker asking = owner;
      int told = error;
      long known = opaque;
      giveBack();
      if (asking != null && !asking.isDetached()) {
        plane.sessions().halfOpens().refuse(asking, told, known);
      }
    }

    void giveBack() {
      owner = null;
      options = null;
      free.push(number);
    }
  }

  /**
   * Starts a connect to a stream; what becomes of it is told by a callback.
   *
   * @param owner the application worker
   * @param options names the parent
   * @param opaque handed to the callback
   * @return false when the way to the parent's worker is full: no callback follows
   */
  boolean send(ApplicationWorker owner, ConnectOptions options, long opaque) {
    int number = free.pop();
    if (number == IndexStack.NONE) {
      return false;
    }
    Place place = places[number];
    if (place == null) {
      place = new Place(number);
      places[number] = place;
    }
    place.owner = owner;
    place.options = options;
    place.opaque = opaque;
    int worker = worker(options.parent());
    if (plane.workers().worker(worker).isCurrent()) {
      place.open(worker);
      return true;
    }
    if (port.send(worker, 0, number, 0)) {
      return true;
    }
    place.giveBack();
    return false;
  }

  /** A handle of no worker is as good on worker 0 as elsewhere: it names nothing. */
  private int worker(long parent) {
    int worker = parent < 0 ? 0 : Handle.worker(parent);
    return worker < plane.workers().count() ? worker : 0;
  }

  private void deliver(int number) {
    Place place = places[number];
    ConnectOptions options = place == null ? null : place.options;
    if (place != null && options != null) {
      place.open(worker(options.parent()));
    }
  }
}
