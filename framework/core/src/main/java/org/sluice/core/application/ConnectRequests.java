package org.sluice.core.application;

import org.jspecify.annotations.Nullable;
import org.sluice.core.runtime.IndexStack;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.runtime.MessagePort;

/**
 * Connects on their way to worker 0, one message for up to {@link #BATCH} of them. What a message has no room for waits
 * here, in as many places as messages can wait, so that connects from elsewhere allocate nothing either. Any context;
 * lock-free.
 */
final class ConnectRequests {
  /** Connects of one message: what worker 0 does before it looks at the next one. */
  static final int BATCH = 32;

  private final Connects connects;
  private final MessagePort port;
  private final IndexStack free;
  private final @Nullable ApplicationWorker[] owners;
  private final @Nullable ConnectOptions[] options;
  private final long[] opaques;
  /** The place of the next connect of the same message, or NONE. */
  private final int[] next;

  ConnectRequests(WorkerSet workers, Connects connects) {
    this.connects = connects;
    port = workers.newPort((worker, kind, place, argument) -> deliver((int) place));
    // One more than messages: while one is delivered its entry in the mailbox is free, its place here not yet.
    int places = workers.mailboxCapacity() + 1;
    free = new IndexStack(places);
    owners = new @Nullable ApplicationWorker[places];
    options = new @Nullable ConnectOptions[places];
    opaques = new long[places];
    next = new int[places];
    for (int place = 0; place < places; place++) {
      free.push(place);
    }
  }

  /** Sends a connect to worker 0; false when its mailbox or this is full, or the stack is closed. */
  boolean send(ApplicationWorker owner, ConnectOptions wanted, long opaque) {
    int place = take(owner, wanted, opaque);
    return place != IndexStack.NONE && send(place);
  }

  /** Sends the first connects of a list; returns how many. */
  int send(ApplicationWorker owner, ConnectOptions[] wanted, long[] wantedOpaques, int count) {
    int sent = 0;
    while (sent < count) {
      int head = IndexStack.NONE;
      int tail = IndexStack.NONE;
      int length = 0;
      while (length < BATCH && sent + length < count) {
        int place = take(owner, wanted[sent + length], wantedOpaques[sent + length]);
        if (place == IndexStack.NONE) {
          break;
        }
        if (tail == IndexStack.NONE) {
          head = place;
        } else {
          next[tail] = place;
        }
        tail = place;
        length++;
      }
      if (length == 0 || !send(head)) {
        break;
      }
      sent += length;
    }
    return sent;
  }

  private int take(ApplicationWorker owner, ConnectOptions wanted, long opaque) {
    int place = free.pop();
    if (place != IndexStack.NONE) {
      owners[place] = owner;
      options[place] = wanted;
      opaques[place] = opaque;
      next[place] = IndexStack.NONE;
    }
    return place;
  }

  private boolean send(int head) {
    if (port.send(0, 0, head, 0)) {
      return true;
    }
    for (int place = head; place != IndexStack.NONE;) {
      place = clear(place);
    }
    return false;
  }

  private void deliver(int head) {
    int place = head;
    try {
      while (place != IndexStack.NONE) {
        ApplicationWorker owner = owners[place];
        ConnectOptions wanted = options[place];
        long opaque = opaques[place];
        place = clear(place);
        if (owner != null && wanted != null) {
          connects.connect(owner, wanted, opaque);
        }
      }
    } finally {
      // One of them threw what nobody may catch: the others are not to suffer from it.
      if (place != IndexStack.NONE) {
        sendAgain(place);
      }
    }
  }

  private void sendAgain(int head) {
    int count = 0;
    ApplicationWorker owner = owners[head];
    for (int place = head; place != IndexStack.NONE; place = next[place]) {
      count++;
    }
    if (!send(head) && owner != null) {
      for (int i = 0; i < count; i++) {
        owner.connectAnswered();
      }
    }
  }

  private int clear(int place) {
    int following = next[place];
    owners[place] = null;
    options[place] = null;
    free.push(place);
    return following;
  }
}
