package org.sluice.plugin.tcp;

import org.sluice.plugin.tcp.recovery.SentSegments;
import org.sluice.spi.network.Path;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.ConnectionFlags;

/** Sends again what {@link TcpRecovery} has marked, and the probes of what may have been lost. One per worker. */
final class TcpRetransmit {
  private static final int BURST = 64;

  private final TcpWorker home;
  private final SessionLayer sessions;
  private final TcpCounters counters;
  private final PacketBatch own = new PacketBatch(BURST);

  TcpRetransmit(TcpWorker home) {
    this.home = home;
    sessions = home.sessions;
    counters = home.counters;
  }

  /**
   * Sends again what is marked, as far as the window goes.
   *
   * @return segments sent
   */
  int customTx(TcpConnection c, int most) {
    Sender q = c.sender;
    PathTable.Entry path = q == null || c.state == TcpState.CLOSED ? null : home.output.usablePath(c);
    if (q == null || path == null) {
      return 0;
    }
    SentSegments segments = q.segments;
    int sent = 0;
    int position = segments.nextLost();
    while (position >= 0 && sent < Math.min(most, BURST)) {
      if (!cut(c, segments, position) || !mayResend(c, q, segments.length(position))
          || !again(c, q, path, position)) {
        break;
      }
      q.mustResend = false;
      sent++;
      position = segments.nextLost();
    }
    if (sent > 0) {
      flush(c, q, path, sent);
    }
    if (position < 0) {
      // New data had to wait for this.
      sessions.reschedule(c);
    }
    return sent;
  }

  /** Leaves no more than a segment in a record; false when there is no room for the rest. */
  private static boolean cut(TcpConnection c, SentSegments segments, int position) {
    return segments.length(position) - fin(c, segments, position) <= c.mss || segments.split(position, c.mss);
  }

  private static boolean mayResend(TcpConnection c, Sender q, int length) {
    return q.mustResend || q.pipe(c) + length <= q.window(c);
  }

  /** 1 for the record that holds the FIN, else 0. */
  private static int fin(TcpConnection c, SentSegments segments, int position) {
    return c.is(TcpConnection.FIN_SENT) && segments.rightOf(position) == c.sndNxt ? 1 : 0;
  }

  /** Puts a record into the next packet; false when there is no frame. */
  private boolean again(TcpConnection c, Sender q, PathTable.Entry entry, int position) {
    Path path = entry.path();
    int i = own.size();
    if (path.allocate(own, 1) == 0) {
      counters.noFrames.increment(home.index);
      home.timers.retry(c);
      return false;
    }
    SentSegments segments = q.segments;
    int left = segments.leftOf(position);
    int right = segments.rightOf(position);
    int fin = fin(c, segments, position);
    int payload = right - left - fin;
    if (payload > 0) {
      int copied = sessions.txPeek(c, left - c.sndUna, own.pool(i).memory(), own.offset(i), payload);
      assert copied == payload : "peeked " + copied + " of " + payload + " at " + (left - c.sndUna);
      own.bounds(i, own.offset(i), payload);
    }
    home.output.resentHeader(c, own, i, entry, left, fin != 0);
    long inFlight = q.pipe(c);
    segments.resent(position, home.nowUs());
    q.rate.onSent(segments, position, inFlight);
    q.undo.onCopy(left, right, home.timestamp(c.tsOffset), c.is(TcpConnection.TIMESTAMPS));
    if (c.is(TcpConnection.RECOVERY)) {
      q.reduction.onSent(right - left);
    }
    if (c.has(ConnectionFlags.PACED)) {
      q.pacer.consume(payload);
    }
    return true;
  }

  private void flush(TcpConnection c, Sender q, PathTable.Entry path, int sent) {
    counters.segmentsOut.add(home.index, sent);
    counters.retransmitted.add(home.index, sent);
    home.output.acknowledged(c);
    home.trace.sender(c, own);
    path.path().send(own);
    home.timers.sent(c, q);
  }

  /**
   * Nothing was heard for two round trips: sends the next data, or the last once more, so that an acknowledgement says
   * what is missing (RFC 8985 section 7.3).
   */
  void tailProbe(TcpConnection c, Sender q) {
    SentSegments segments = q.segments;
    PathTable.Entry path = home.output.usablePath(c);
    if (segments.count() == 0 || path == null || c.is(TcpConnection.RECOVERY | TcpConnection.LOSS)) {
      return;
    }
    boolean fresh = home.output.sendOne(c, q, path);
    if (!fresh) {
      int last = segments.count() - 1;
      int payload = segments.length(last) - fin(c, segments, last);
      if (payload > c.mss && segments.split(last, (payload - 1) / c.mss * c.mss)) {
        last++;
      }
      if (segments.isSacked(last) || segments.length(last) - fin(c, segments, last) > c.mss
          || !again(c, q, path, last)) {
        return;
      }
      flush(c, q, path, 1);
    }
    counters.tailProbes.increment(home.index);
    q.rack.probeSent(c.sndNxt, !fresh);
    home.timers.probed(c, q);
  }
}
