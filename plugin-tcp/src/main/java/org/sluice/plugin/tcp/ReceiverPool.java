package org.sluice.plugin.tcp;

import org.jspecify.annotations.Nullable;

/** The {@link Receiver}s of one worker that no connection has. */
final class ReceiverPool {
  private final int bound;
  private @Nullable Receiver free;
  private int kept;
  private int lent;

  ReceiverPool(int bound) {
    this.bound = bound;
  }

  /** The receiver of a connection, lent now if it has none. */
  Receiver of(TcpConnection c) {
    Receiver r = c.receiver;
    if (r != null) {
      return r;
    }
    r = free;
    if (r == null) {
      r = new Receiver();
    } else {
      free = r.nextFree;
      r.nextFree = null;
      kept--;
    }
    lent++;
    c.receiver = r;
    return r;
  }

  /** Takes back what a connection has. */
  void release(TcpConnection c) {
    Receiver r = c.receiver;
    if (r == null) {
      return;
    }
    c.receiver = null;
    lent--;
    r.ranges.clear();
    if (kept < bound) {
      r.nextFree = free;
      free = r;
      kept++;
    }
  }

  /** Receivers that connections have. */
  int lent() {
    return lent;
  }
}
