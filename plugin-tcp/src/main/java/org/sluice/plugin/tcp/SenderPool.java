package org.sluice.plugin.tcp;

import org.jspecify.annotations.Nullable;
import org.sluice.plugin.tcp.congestion.InitialWindow;
import org.sluice.spi.transport.CongestionControl;
import org.sluice.spi.transport.ConnectionFlags;

/**
 * The {@link Sender}s of one worker that no connection has. As many are kept as a bound says, each with the memory of
 * a small window.
 */
final class SenderPool {
  /** A sender with room for more records gives its arrays back before it is kept. */
  private static final int KEPT_RECORDS = 256;

  private final TcpWorker home;
  private final int bound;
  private @Nullable Sender free;
  private int kept;
  private int lent;

  SenderPool(TcpWorker home, int bound) {
    this.home = home;
    this.bound = bound;
  }

  /** The sender of a connection, lent now if it has none. */
  Sender of(TcpConnection c) {
    Sender q = c.sender;
    return q == null ? lend(c) : q;
  }

  private Sender lend(TcpConnection c) {
    CongestionControl wanted = home.congestion.of(c);
    Sender q = free;
    if (q == null) {
      q = new Sender(home.config, wanted);
    } else {
      free = q.nextFree;
      q.nextFree = null;
      kept--;
      if (!q.algorithm.equals(wanted)) {
        q.use(wanted);
      }
    }
    lent++;
    c.sender = q;
    q.begin(c, home.worker.nowNs(), InitialWindow.bytes(home.config.initialWindowSegments(), c.mss,
        c.is(TcpConnection.SYN_LOST)));
    return q;
  }

  /** Takes back what a connection has. */
  @SuppressWarnings("ReferenceEquality") // A configuration that is another object is another one.
  void release(TcpConnection c) {
    Sender q = c.sender;
    if (q == null) {
      return;
    }
    c.sender = null;
    c.pacer(null);
    c.clear(ConnectionFlags.PACED);
    q.end(c);
    lent--;
    if (kept == bound || q.madeFor != home.config) {
      return;
    }
    q.segments.reset(0);
    if (q.segments.capacity() > KEPT_RECORDS) {
      q.segments.release();
    }
    q.nextFree = free;
    free = q;
    kept++;
  }

  /** The configuration has changed: who sends from now on does so by the new one. */
  void configure() {
    free = null;
    kept = 0;
  }

  /** Algorithms are gone: nobody may use them any more. */
  void forgetGone(CongestionChoice choice) {
    Sender all = free;
    free = null;
    kept = 0;
    while (all != null) {
      Sender next = all.nextFree;
      if (choice.isKnown(all.algorithm)) {
        all.nextFree = free;
        free = all;
        kept++;
      }
      all = next;
    }
  }

  /** Senders that connections have. */
  int lent() {
    return lent;
  }
}
