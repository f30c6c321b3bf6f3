package org.sluice.plugin.tcp;

import org.sluice.plugin.tcp.sequence.SequenceNumbers;
import org.sluice.spi.session.SessionLayer;

/**
 * Makes the rx FIFO of a connection as large as its peer can use (dynamic right-sizing): what the application takes out
 * in a round trip is what the peer may send in the next one. When that comes near to the window the FIFO grows to twice
 * as much, and twice that again, because in slow start the peer sends twice as much by the time the larger window is in
 * its hands. It never shrinks. One per worker.
 *
 * <p>A round trip is over when the peer shows that it has seen what was sent after its begin: by the echo of a later
 * timestamp, or without timestamps by data from beyond the edge that the window had. That takes a round trip at least.
 * When it took longer only a part of what was taken counts, or an application that reads a full FIFO now and then would
 * pass for a fast one.
 */
final class WindowTuning {
  private static final int MAX_UNSCALED = 0xffff;
  private static final int TICK_US = (int) (TcpWorker.TIMESTAMP_TICK_NS / TcpWorker.NS_PER_US);
  /** An older echo says nothing of the path. */
  private static final int MAX_TICKS = 60_000;
  /** A longer round trip is believed bit by bit, because the peer may only have had nothing to send. */
  private static final int SMOOTHING = 8;
  /** The part of the FIFO from which a round trip comes near to it. */
  private static final int NEAR = 2;
  /** Round trips' worth of data that the FIFO is made for. */
  private static final int HEADROOM = 4;

  private final TcpWorker home;
  private final SessionLayer sessions;

  WindowTuning(TcpWorker home) {
    this.home = home;
    sessions = home.sessions;
  }

  /** A round trip begins, with the application having read up to a sequence number. */
  void begin(TcpConnection c, int read) {
    c.roundMark = c.is(TcpConnection.TIMESTAMPS) ? home.timestamp(c.tsOffset) : c.rcvAdv;
    c.roundSeq = read;
    c.roundAtNs = home.worker.nowNs();
  }

  /** A segment has brought data in order, which is in the FIFO. */
  void received(TcpConnection c, TcpSegment s) {
    int shown = c.is(TcpConnection.TIMESTAMPS) ? s.tsEcho : c.rcvNxt;
    if (SequenceNumbers.after(shown, c.roundMark)) {
      end(c, s);
    }
  }

  private void end(TcpConnection c, TcpSegment s) {
    int capacity = sessions.rxCapacity(c);
    int read = c.rcvNxt - (capacity - sessions.rxSpace(c));
    int taken = read - c.roundSeq;
    long tookUs = (home.worker.nowNs() - c.roundAtNs) / TcpWorker.NS_PER_US;
    measure(c, s, tookUs);
    begin(c, read);
    if (taken > 0 && home.config.receiveWindowTuning()) {
      grow(c, capacity, tookUs > c.roundUs ? taken * (long) c.roundUs / tookUs : taken);
    }
  }

  /** Learns how long a round trip takes. The handshake has told the first time, and more precisely than timestamps. */
  private void measure(TcpConnection c, TcpSegment s, long tookUs) {
    if (c.roundUs == 0) {
      c.roundUs = c.srttUs;
    }
    long longestUs = tookUs;
    long shortestUs = 0;
    if (c.is(TcpConnection.TIMESTAMPS)) {
      int ticks = home.timestamp(c.tsOffset) - s.tsEcho;
      if (ticks < 0 || ticks > MAX_TICKS) {
        return;
      }
      longestUs = (ticks + 1L) * TICK_US;
      shortestUs = (ticks - 1L) * TICK_US;
    }
    if (c.roundUs == 0 || longestUs < c.roundUs) {
      c.roundUs = (int) Math.clamp(longestUs, 1, MAX_TICKS * (long) TICK_US);
    } else if (shortestUs > c.roundUs) {
      c.roundUs += (int) (shortestUs - c.roundUs) / SMOOTHING;
    }
  }

  private void grow(TcpConnection c, int capacity, long perRound) {
    if (perRound * NEAR < capacity) {
      return;
    }
    long wanted = perRound * HEADROOM;
    int now = sessions.growRx(c, (int) Math.min(wanted, (long) MAX_UNSCALED << c.rcvScale));
    if (now > capacity) {
      home.counters.windows.grown().increment(home.index);
    }
    if (now < wanted) {
      home.counters.windows.limited().increment(home.index);
    }
  }
}
