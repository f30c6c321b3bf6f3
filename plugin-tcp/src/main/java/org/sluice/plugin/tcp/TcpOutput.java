package org.sluice.plugin.tcp;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.network.Path;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.SendParams;

/**
 * What established connections send: headers for the bursts that the session layer cuts, retransmissions, and segments
 * without payload. One per worker.
 */
final class TcpOutput {
  private static final int BURST = 64;

  private final TcpWorker home;
  private final SessionLayer sessions;
  private final TcpCounters counters;
  private final PacketBatch own = new PacketBatch(BURST);

  TcpOutput(TcpWorker home) {
    this.home = home;
    sessions = home.sessions;
    counters = home.counters;
  }

  // ---- What may be sent.

  /**
   * The usable window, less what Nagle's algorithm (RFC 9293 section 3.7.4) and the avoidance of silly windows (section
   * 3.8.6.2.1) keep back.
   */
  void sendParams(TcpConnection c, SendParams params) {
    PathTable.Entry path = c.path;
    if (!c.state.sends()) {
      params.refuse(SendParams.Scheduling.DESCHEDULE);
      return;
    }
    if (path == null || !home.paths.refresh(path)) {
      counters.noPath.increment(home.index);
      params.refuse(SendParams.Scheduling.POSTPONE);
      return;
    }
    int flight = c.flightPayload();
    int unsent = sessions.txReadable(c) - flight;
    long congestion = c.congestion.windowBytes() + c.inflation;
    int usable = (int) Math.min(congestion, c.sndWnd) - flight;
    params.allow(Math.max(0, usable), flight, c.mss, path.path());
    if (usable < unsent && congestion <= c.sndWnd) {
      c.on(TcpConnection.CONGESTION_LIMITED);
    }
    if (!isWorthSending(c, usable, unsent, flight)) {
      params.refuse(SendParams.Scheduling.DESCHEDULE);
      if (flight == 0) {
        home.timers.persist(c);
      }
    }
  }

  private static boolean isWorthSending(TcpConnection c, int usable, int unsent, int flight) {
    if (usable <= 0 || c.is(TcpConnection.RECOVERY) && Seq.before(c.rxtNxt, c.rxtEnd)) {
      return false;
    }
    if (Math.min(usable, unsent) >= c.mss) {
      return true;
    }
    if (unsent > usable) {
      return usable >= c.maxSndWnd / 2 || c.is(TcpConnection.FLUSH);
    }
    return flight == 0 || c.is(TcpConnection.NO_DELAY | TcpConnection.FLUSH | TcpConnection.FIN_WANTED);
  }

  // ---- Bursts of the session layer.

  void pushHeaders(TcpConnection c, PacketBatch batch) {
    PathTable.Entry path = c.path;
    if (path == null) {
      throw new IllegalStateException("a burst for a connection without a path");
    }
    int window = advertise(c);
    int payload = 0;
    for (int i = 0; i < batch.size(); i++) {
      payload += batch.length(i);
    }
    boolean drains = sessions.txReadable(c) - c.flightPayload() <= payload;
    boolean ends = drains && c.is(TcpConnection.FIN_WANTED);
    int seq = c.sndNxt;
    for (int i = 0; i < batch.size(); i++) {
      int length = batch.length(i);
      boolean last = i == batch.size() - 1;
      int flags = TcpHeader.ACK | (last && drains ? TcpHeader.PSH : 0) | (last && ends ? TcpHeader.FIN : 0);
      header(c, batch, i, path, seq, flags, window);
      seq += length;
    }
    c.off(TcpConnection.FLUSH);
    acknowledged(c);
    if (!c.is(TcpConnection.TIMING)) {
      c.on(TcpConnection.TIMING);
      c.rttSeq = seq;
      c.rttStartNs = home.worker.nowNs();
    }
    c.sndNxt = seq;
    if (ends) {
      home.close.finSent(c);
    }
    home.timers.sent(c);
    counters.segmentsOut.add(home.index, batch.size());
    counters.bytesOut.add(home.index, payload);
  }

  /** Puts the header before a packet's payload. */
  private void header(
      TcpConnection c, PacketBatch batch, int i, PathTable.Entry path, int seq, int flags, int window) {
    boolean stamps = c.is(TcpConnection.TIMESTAMPS);
    int headerLength = TcpHeader.MIN_LENGTH + (stamps ? TcpHeaders.TIMESTAMPS_BYTES : 0);
    MemorySegment m = batch.pool(i).memory();
    long at = batch.offset(i) - headerLength;
    batch.bounds(i, at, batch.length(i) + headerLength);
    TcpHeader.ports(m, at, c.localPort(), c.remotePort());
    TcpHeader.sequences(m, at, seq, c.rcvNxt);
    TcpHeader.control(m, at, headerLength, flags, window);
    if (stamps) {
      TcpHeaders.timestamps(m, at + TcpHeader.MIN_LENGTH, home.timestamp(c.tsOffset), c.tsRecent);
    }
    TcpHeaders.checksum(batch, i, path, path.path());
  }

  // ---- Segments without payload.

  /** Sends an acknowledgement now. */
  void acknowledge(TcpConnection c) {
    if (control(c, c.sndNxt, TcpHeader.ACK)) {
      acknowledged(c);
    } else {
      home.timers.delayAck(c);
    }
  }

  /** Sends a segment that asks for an acknowledgement because its sequence number is old. */
  void probe(TcpConnection c) {
    control(c, c.sndUna - 1, TcpHeader.ACK);
  }

  /** Sends the FIN alone; all data is sent. */
  void finish(TcpConnection c) {
    int seq = c.sndNxt;
    home.close.finSent(c);
    if (control(c, seq, TcpHeader.ACK | TcpHeader.FIN)) {
      acknowledged(c);
    }
    home.timers.sent(c);
  }

  /** Sends a reset that the peer takes for good (RFC 9293 section 3.5.2): the next sequence number it expects. */
  void reset(TcpConnection c) {
    counters.resetsOut.increment(home.index);
    control(c, c.sndNxt, TcpHeader.RST | TcpHeader.ACK);
  }

  private boolean control(TcpConnection c, int seq, int flags) {
    PathTable.Entry path = c.path;
    if (path == null || !home.paths.refresh(path)) {
      counters.noPath.increment(home.index);
      return false;
    }
    if (path.path().allocate(own, 1) == 0) {
      counters.noFrames.increment(home.index);
      return false;
    }
    header(c, own, 0, path, seq, flags, advertise(c));
    counters.segmentsOut.increment(home.index);
    path.path().send(own);
    return true;
  }

  // ---- Retransmission.

  /**
   * Sends again what recovery has marked, as far as the congestion window goes.
   *
   * @return segments sent
   */
  int retransmit(TcpConnection c, int most) {
    PathTable.Entry path = c.path;
    if (path == null || !home.paths.refresh(path)) {
      counters.noPath.increment(home.index);
      return 0;
    }
    int window = advertise(c);
    int sent = 0;
    while (sent < Math.min(most, BURST) && Seq.before(c.rxtNxt, c.rxtEnd)) {
      int length = again(c, path.path());
      if (length < 0) {
        break;
      }
      boolean ends = c.is(TcpConnection.FIN_SENT) && c.rxtNxt + length == c.sndNxt - 1;
      header(c, own, sent, path, c.rxtNxt, TcpHeader.ACK | (ends ? TcpHeader.FIN : 0), window);
      c.rxtNxt += length + (ends ? 1 : 0);
      sent++;
    }
    if (sent > 0) {
      counters.segmentsOut.add(home.index, sent);
      counters.retransmitted.add(home.index, sent);
      // Karn's algorithm (RFC 6298 section 3).
      c.off(TcpConnection.TIMING);
      acknowledged(c);
      path.path().send(own);
      home.timers.sent(c);
    }
    return sent;
  }

  /** Fills the next packet with payload from the FIFO; returns how much, or -1 when there is no frame. */
  private int again(TcpConnection c, Path path) {
    int i = own.size();
    if (path.allocate(own, 1) == 0) {
      counters.noFrames.increment(home.index);
      home.timers.retry(c);
      return -1;
    }
    int distance = c.rxtNxt - c.sndUna;
    int length = Math.min(Math.min(c.mss, c.rxtEnd - c.rxtNxt), c.flightPayload() - distance);
    if (length > 0) {
      int copied = sessions.txPeek(c, distance, own.pool(i).memory(), own.offset(i), length);
      assert copied == length : "peeked " + copied + " of " + length + " at " + distance;
      own.bounds(i, own.offset(i), length);
    }
    return Math.max(0, length);
  }

  // ---- The receive window.

  /**
   * What stands in the window field. The edge moves by a full segment or half the FIFO at least (RFC 9293 section
   * 3.8.6.2.2), and never back.
   */
  private int advertise(TcpConnection c) {
    int space = room(c);
    int now = c.receiveWindow();
    int window = space - now >= step(c) ? space : now;
    int field = Math.min(window >>> c.rcvScale, 0xffff);
    c.rcvAdv = Seq.max(c.rcvAdv, c.rcvNxt + (field << c.rcvScale));
    return field;
  }

  /** Room for data, as far as the window field can say it. */
  private int room(TcpConnection c) {
    return Math.clamp(sessions.rxSpace(c), 0, 0xffff << c.rcvScale);
  }

  /** The least by which the edge of the window moves. */
  int step(TcpConnection c) {
    return Math.max(1, Math.min(c.mss, sessions.rxCapacity(c) / 2));
  }

  /** An acknowledgement has left: nothing waits for one any more, but maybe the peer for room. */
  private void acknowledged(TcpConnection c) {
    c.off(TcpConnection.ACK_NOW);
    c.unackedSegments = 0;
    c.ackAtNs = TcpConnection.NEVER;
    c.lastAckSent = c.rcvNxt;
    int capacity = Math.min(sessions.rxCapacity(c), 0xffff << c.rcvScale);
    int window = c.receiveWindow();
    if (c.state.receives() && window < capacity / 2) {
      sessions.wantRxSpace(c, Math.min(capacity, window + 2 * step(c)));
    }
  }

  /** The application has taken data: tells the peer when the edge can move far enough. */
  void applicationRead(TcpConnection c) {
    if (c.state.receives() && room(c) - c.receiveWindow() >= step(c)) {
      acknowledge(c);
    }
  }
}
