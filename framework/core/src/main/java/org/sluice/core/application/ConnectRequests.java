package org.sluice.core.application;

import org.jspecify.annotations.Nullable;
import org.sluice.core.runtime.IndexStack;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.runtime.MessagePort;

/**
 * Connects on their way to worker 0. What a message has no room for waits here, in as many places as messages can wait,
 * so that a connect from elsewhere allocates nothing either. Any context; lock-free.
 */
final class ConnectRequests {
  private final Connects connects;
  private final MessagePort port;
  private final IndexStack free;
  private final @Nullable ApplicationWorker[] owners;
  private final @Nullable ConnectOptions[] options;

  ConnectRequests(WorkerSet workers, Connects connects) {
    this.connects = connects;
    port = workers.newPort((worker, kind, place, opaque) -> deliver((int) place, opaque));
    // One more than messages: while one is delivered its entry in the mailbox is free, its place here not yet.
    int places = workers.mailboxCapacity() + 1;
    free = new IndexStack(places);
    owners = new @Nullable ApplicationWorker[places];
    options = new @Nullable ConnectOptions[places];
    for (int place = 0; place < places; place++) {
      free.push(place);
    }
  }

  /** Sends a connect to worker 0; false when its mailbox is full or the stack is closed. */
  boolean send(ApplicationWorker owner, ConnectOptions wanted, long opaque) {
    int place = free.pop();
    if (place == IndexStack.NONE) {
      return false;
    }
    owners[place] = owner;
    options[place] = wanted;
    if (port.send(0, 0, place, opaque)) {
      return true;
    }
    clear(place);
    return false;
  }

  private void deliver(int place, long opaque) {
    ApplicationWorker owner = owners[place];
    ConnectOptions wanted = options[place];
    clear(place);
    if (owner != null && wanted != null) {
      connects.connect(owner, wanted, opaque);
    }
  }

  private void clear(int place) {
    owners[place] = null;
    options[place] = null;
    free.push(place);
  }
}
