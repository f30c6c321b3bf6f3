package org.sluice.plugin.tcp;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.tcp.recovery.LimitedTransmit;
import org.sluice.plugin.tcp.recovery.SentSegments;
import org.sluice.plugin.tcp.sequence.SequenceNumbers;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.ConnectionFlags;
import org.sluice.spi.transport.SendParams;

/**
 * What established connections send: headers for the bursts that the session layer cuts, and segments without payload.
 * One per worker.
 */
final class TcpOutput {
  private static final double NS_PER_SECOND = 1e9;
  /** How much faster than a window per round trip a paced sender is, so that the window can grow. */
  private static final double SLOW_START_GAIN = 2;
  private static final double AVOIDANCE_GAIN = 1.25;
  private static final int SETTINGS_PER_ROUND = 8;
  /** Over shorter round trips a timer is too coarse to spread anything. */
  private static final long MIN_PACED_RTT_NS = 1_000_000;

  private final TcpWorker home;
  private final SessionLayer sessions;
  private final TcpCounters counters;
  private final PacketBatch own = new PacketBatch(1);

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
    if (!c.state.sends()) {
      params.refuse(SendParams.Scheduling.DESCHEDULE);
      return;
    }
    PathTable.Entry path = usablePath(c);
    if (path == null) {
      params.refuse(SendParams.Scheduling.POSTPONE);
      return;
    }
    int flight = c.flightPayload();
    int unsent = sessions.txReadable(c) - flight;
    if (unsent <= 0) {
      params.allow(0, flight, c.mss, path.path());
      params.refuse(SendParams.Scheduling.DESCHEDULE);
      return;
    }
    Sender q = home.senders.of(c);
    if (flight == 0) {
      afterIdle(q);
    }
    if (home.config.pacing()) {
      pace(c, q);
    }
    int usable = usable(c, q);
    int worth = worthSending(c, usable, unsent, flight);
    params.allow(worth, flight, c.mss, path.path());
    int unit = path.path().segmentOffloadBytes();
    if (unit > c.mss) {
      params.burstBytes(unit - unit % c.mss);
    }
    if (worth == 0) {
      // What Nagle's algorithm keeps back goes as soon as it fills a segment.
      params.refuse(usable < unsent ? SendParams.Scheduling.DESCHEDULE : SendParams.Scheduling.UNTIL_WRITTEN);
      if (flight == 0) {
        home.timers.persist(c);
      }
    }
  }

  /** The least of what congestion control, the peer and the records have room for. */
  private int usable(TcpConnection c, Sender q) {
    SentSegments segments = q.segments;
    if (c.is(TcpConnection.RECOVERY | TcpConnection.LOSS) && segments.lostBytes() > 0 && segments.nextLost() >= 0) {
      return 0;
    }
    long window = q.window(c);
    long congestion = q.reno.duplicates() == 0 || c.is(TcpConnection.SACK | TcpConnection.EPISODE)
        ? window - q.pipe(c)
        : LimitedTransmit.allowance(q.reno.duplicates(), segments.outstandingBytes(), window, c.mss);
    // One record is kept for a FIN.
    long records = (long) (segments.bound() - 1 - segments.count()) * c.mss;
    int peer = c.sndUna + c.sndWnd - c.sndNxt;
    long allowed = Math.min(congestion, peer);
    if (records < allowed) {
      home.counters.limitSegments.increment(home.index);
      allowed = records;
    }
    return (int) Math.max(0, allowed);
  }

  private static int worthSending(TcpConnection c, int usable, int unsent, int flight) {
    if (usable < unsent) {
      int least = Math.min(c.mss, c.maxSndWnd / 2);
      return usable >= least || usable > 0 && c.is(TcpConnection.FLUSH) ? usable : 0;
    }
    boolean wait = flight > 0 && SequenceNumbers.after(c.sndSmall, c.sndUna)
        && !c.is(TcpConnection.NO_DELAY | TcpConnection.FLUSH | TcpConnection.FIN_WANTED);
    return wait ? unsent - unsent % c.mss : unsent;
  }

  private void afterIdle(Sender q) {
    long nowNs = home.worker.nowNs();
    long idleNs = nowNs - q.idleSinceNs;
    if (idleNs >= q.rtt.rtoUs() * TcpWorker.NS_PER_US) {
      q.idleSinceNs = nowNs;
      q.flow.onRestart(q, idleNs);
      q.pacer.restart(nowNs);
    }
  }

  /** Spreads a window over a round trip, with room to grow; a few times per round trip is often enough to set it. */
  private void pace(TcpConnection c, Sender q) {
    long rttNs = q.smoothedRttNs();
    long nowNs = home.worker.nowNs();
    if (nowNs - q.pacedAtNs < rttNs / SETTINGS_PER_ROUND) {
      return;
    }
    if (rttNs < MIN_PACED_RTT_NS) {
      c.clear(ConnectionFlags.PACED);
      return;
    }
    q.pacedAtNs = nowNs;
    long rate = q.flow.pacingRate(q);
    if (rate == 0) {
      long window = q.window(c);
      double gain = window < q.flow.slowStartThresholdBytes() ? SLOW_START_GAIN : AVOIDANCE_GAIN;
      rate = (long) (gain * window * NS_PER_SECOND / rttNs);
    }
    q.pacer.rate(rate, rttNs, c.mss, nowNs);
    if (!c.has(ConnectionFlags.PACED)) {
      c.pacer(q.pacer);
      c.set(ConnectionFlags.PACED);
      q.pacer.restart(nowNs);
    }
  }

  /** The path as it is now, with segments that fit it; null when there is none. */
  PathTable.@Nullable Entry usablePath(TcpConnection c) {
    PathTable.Entry path = c.path;
    if (path == null || !home.paths.refresh(path)) {
      counters.noPath.increment(home.index);
      return null;
    }
    int fits = path.path().mtuBytes() - TcpHeader.MIN_LENGTH - optionBytes(c);
    if (fits < c.mss) {
      home.recovery.segmentBytes(c, Math.max(1, fits));
    }
    return path;
  }

  private static int optionBytes(TcpConnection c) {
    return c.is(TcpConnection.TIMESTAMPS) ? TcpHeaders.TIMESTAMPS_BYTES : 0;
  }

  // ---- Bursts of the session layer.

  void pushHeaders(TcpConnection c, PacketBatch batch) {
    PathTable.Entry path = c.path;
    if (path == null) {
      throw new IllegalStateException("a burst for a connection without a path");
    }
    Sender q = home.senders.of(c);
    int window = advertise(c);
    int payload = 0;
    for (int i = 0; i < batch.size(); i++) {
      payload += batch.length(i);
    }
    boolean drains = sessions.txReadable(c) - c.flightPayload() <= payload;
    boolean ends = drains && c.is(TcpConnection.FIN_WANTED) && c.sndUna + c.sndWnd - c.sndNxt > payload;
    int first = firstFlags(c);
    int marks = c.is(TcpConnection.ECN) ? PacketFlags.TX_ECN_CAPABLE : 0;
    int last = batch.size() - 1;
    long nowUs = home.nowUs();
    long inFlight = q.pipe(c);
    int seq = c.sndNxt;
    for (int i = 0; i <= last; i++) {
      int length = batch.length(i);
      int flags = TcpHeader.ACK | first;
      first = 0;
      int fin = 0;
      if (i == last && drains) {
        flags |= TcpHeader.PSH;
        if (ends) {
          flags |= TcpHeader.FIN;
          fin = 1;
        }
      }
      header(c, batch, i, path, seq, flags, window);
      batch.flags(i, batch.flags(i) | marks);
      q.rate.onSent(q.segments, q.segments.append(length + fin, nowUs), inFlight);
      inFlight += length;
      seq += length;
    }
    home.trace.sender(c, batch);
    c.off(TcpConnection.FLUSH);
    acknowledged(c);
    c.sndNxt = seq;
    if (payload % c.mss != 0) {
      c.sndSmall = seq;
    }
    if (ends) {
      home.close.finSent(c);
    }
    sent(c, q, payload, inFlight, drains);
    counters.segmentsOut.add(home.index, batch.size());
    counters.bytesOut.add(home.index, payload);
  }

  private void sent(TcpConnection c, Sender q, int payload, long inFlight, boolean drains) {
    if (c.is(TcpConnection.RECOVERY)) {
      q.reduction.onSent(payload);
    } else {
      long window = q.flow.windowBytes();
      q.usage.onSent(c.sndUna, c.sndNxt, inFlight, window, c.mss);
      if (drains && inFlight < window) {
        q.rate.onAppLimited(inFlight);
      }
    }
    home.timers.sent(c, q);
  }

  /** What the first segment of new data says beside its data: that the window was reduced (RFC 3168). */
  private static int firstFlags(TcpConnection c) {
    if (c.is(TcpConnection.ECN_TELL)) {
      c.off(TcpConnection.ECN_TELL);
      return TcpHeader.CWR;
    }
    return 0;
  }

  /** Sends one segment of new data whatever the congestion window says; false when there is none or no room for it. */
  boolean sendOne(TcpConnection c, Sender q, PathTable.Entry path) {
    int flight = c.flightPayload();
    int unsent = sessions.txReadable(c) - flight;
    int length = Math.min(Math.min(unsent, c.mss), c.sndUna + c.sndWnd - c.sndNxt);
    if (length <= 0 || !c.state.sends() || q.segments.isFull() || path.path().allocate(own, 1) == 0) {
      return false;
    }
    int copied = sessions.txPeek(c, flight, own.pool(0).memory(), own.offset(0), length);
    assert copied == length : "peeked " + copied + " of " + length + " at " + flight;
    own.bounds(0, own.offset(0), length);
    pushHeaders(c, own);
    path.path().send(own);
    return true;
  }

  /** Puts the header before a packet's payload. */
  private void header(
      TcpConnection c, PacketBatch batch, int i, PathTable.Entry path, int seq, int flags, int window) {
    boolean stamps = c.is(TcpConnection.TIMESTAMPS);
    int options = stamps ? TcpHeaders.TIMESTAMPS_BYTES : 0;
    int length = batch.length(i);
    int blocks = c.receiver == null ? 0 : blocks(c, path.path().mtuBytes() - TcpHeader.MIN_LENGTH - options - length);
    int sack = blocks == 0 ? 0 : TcpHeaders.sackBytes(blocks);
    int headerLength = TcpHeader.MIN_LENGTH + options + sack;
    MemorySegment m = batch.pool(i).memory();
    long at = batch.offset(i) - headerLength;
    batch.bounds(i, at, length + headerLength);
    TcpHeader.ports(m, at, c.localPort(), c.remotePort());
    TcpHeader.sequences(m, at, seq, c.rcvNxt);
    TcpHeader.control(m, at, headerLength, c.is(TcpConnection.ECN_ECHO) ? flags | TcpHeader.ECE : flags, window);
    if (stamps) {
      TcpHeaders.timestamps(m, at + TcpHeader.MIN_LENGTH, home.timestamp(c.tsOffset), c.tsRecent);
    }
    if (blocks > 0) {
      TcpHeaders.sack(m, at + TcpHeader.MIN_LENGTH + options, Objects.requireNonNull(c.receiver).ranges, blocks);
    }
    TcpHeaders.checksum(batch, i, path, path.path());
  }

  /** Chooses the SACK blocks of a segment that has so much room; returns how many. */
  private static int blocks(TcpConnection c, int room) {
    Receiver r = c.receiver;
    if (r == null || !c.is(TcpConnection.SACK)) {
      return 0;
    }
    int options = TcpHeader.MAX_LENGTH - TcpHeader.MIN_LENGTH - optionBytes(c);
    int most = TcpHeaders.sackBlocks(Math.min(room, options));
    return most <= 0 ? 0 : r.ranges.blocks(most);
  }

  /** Puts the header before what is sent again. */
  void resentHeader(TcpConnection c, PacketBatch batch, int i, PathTable.Entry path, int seq, boolean fin) {
    header(c, batch, i, path, seq, TcpHeader.ACK | (fin ? TcpHeader.FIN : 0), advertise(c));
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
    Sender q = home.senders.of(c);
    int seq = c.sndNxt;
    q.rate.onSent(q.segments, q.segments.append(1, home.nowUs()), q.pipe(c));
    home.close.finSent(c);
    if (control(c, seq, TcpHeader.ACK | TcpHeader.FIN)) {
      acknowledged(c);
    }
    home.timers.sent(c, q);
  }

  /** Sends a reset that the peer takes for good (RFC 9293 section 3.5.2): the next sequence number it expects. */
  void reset(TcpConnection c) {
    counters.resetsOut.increment(home.index);
    control(c, c.sndNxt, TcpHeader.RST | TcpHeader.ACK);
  }

  private boolean control(TcpConnection c, int seq, int flags) {
    PathTable.Entry path = usablePath(c);
    if (path == null) {
      return false;
    }
    if (path.path().allocate(own, 1) == 0) {
      counters.noFrames.increment(home.index);
      return false;
    }
    header(c, own, 0, path, seq, flags, advertise(c));
    home.trace.sender(c, own);
    counters.segmentsOut.increment(home.index);
    path.path().send(own);
    return true;
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
    c.rcvAdv = SequenceNumbers.max(c.rcvAdv, c.rcvNxt + (field << c.rcvScale));
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
  void acknowledged(TcpConnection c) {
    Receiver r = c.receiver;
    if (r != null && !r.ranges.hasBlocks()) {
      home.receivers.release(c);
    }
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
