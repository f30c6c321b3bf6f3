package org.sluice.plugin.tcp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.tcp.sequence.SequenceNumbers;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.TransportConnection;

/**
 * What arrives: finds whom a segment is for, and for established connections takes the steps of RFC 9293 section
 * 3.10.7.4 in their order. What a burst brings to a connection is told to its application once, and acknowledged once.
 * One per worker.
 */
final class TcpInput {
  private static final int FIRST_TOUCHED = 64;
  /** Segments that one acknowledgement may stand for (RFC 9293 SHLD-18). */
  private static final int ACK_EVERY = 2;
  /** What lies further behind is from another time, and no duplicate of what was sent of late. */
  private static final int MAX_DUPLICATE_DISTANCE = 1 << 30;

  private final TcpWorker home;
  private final SessionLayer sessions;
  private final TcpCounters counters;
  private final TcpSegment segment;
  private final HandOver handOver;
  private final ChainedFrames chain = new ChainedFrames();
  private final FlowKey key = new FlowKey();
  private final LookupResult found = new LookupResult();
  private TcpConnection[] touched = new TcpConnection[FIRST_TOUCHED];
  private int touchedCount;
  private PacketBatch batch = new PacketBatch(1);
  private int at;
  /** Whom the segment before was for; bursts are mostly of one flow. */
  private @Nullable TcpConnection previous;
  private boolean handedOver;
  /** Somebody wants to know what happens to the burst at hand. */
  private boolean traced;
  /** Whom the work at hand is for. */
  private @Nullable TcpConnection serving;
  /** The first that was thrown in this burst. */
  private @Nullable Throwable failure;

  TcpInput(TcpWorker home, HandOver handOver) {
    this.home = home;
    this.handOver = handOver;
    sessions = home.sessions;
    counters = home.counters;
    segment = new TcpSegment(counters);
  }

  /** Takes a burst that came to this worker. */
  void onPackets(PacketBatch burst, int table, int interfaceIndex) {
    handedOver = false;
    process(burst, table, interfaceIndex);
  }

  /** Takes a burst that came to another worker. */
  void onHandedOver(PacketBatch burst, int table, int interfaceIndex) {
    handedOver = true;
    if (home.trace.isOpen()) {
      home.trace.arrived(burst, interfaceIndex);
    }
    process(burst, table, interfaceIndex);
  }

  private void process(PacketBatch burst, int table, int interfaceIndex) {
    batch = burst;
    segment.table = table;
    segment.interfaceIndex = interfaceIndex;
    previous = null;
    traced = home.trace.isOpen();
    int segments = traced ? processTraced(burst) : processAll(burst);
    if (!handedOver) {
      counters.segmentsIn.add(home.index, segments);
    }
    finish();
    if (failure != null) {
      tellFailure(failure);
    }
  }

  /** Returns how many segments it were. */
  private int processAll(PacketBatch burst) {
    int segments = 0;
    int size = burst.size();
    for (at = 0; at < size; at++) {
      segments++;
      at = take(burst, at);
    }
    return segments;
  }

  private int processTraced(PacketBatch burst) {
    int segments = 0;
    int size = burst.size();
    for (at = 0; at < size; at++) {
      segments++;
      home.trace.begin(burst, at);
      at = take(burst, at);
      home.trace.end();
    }
    return segments;
  }

  /** Takes a packet; returns its last descriptor. */
  private int take(PacketBatch burst, int i) {
    if ((burst.flags(i) & PacketFlags.CONTINUED) != 0) {
      return gather(burst, i);
    }
    PacketPool pool = burst.pool(i);
    Counter fault = segment.read(burst, i);
    if (fault != null) {
      fault.increment(home.index);
    } else if (!(traced ? serveTraced(segment, burst, i) : serve(segment))) {
      return i;
    }
    pool.release(burst.offset(i));
    return i;
  }

  private boolean serveTraced(TcpSegment s, PacketBatch burst, int i) {
    home.trace.before(burst, i, s);
    boolean stays = serve(s);
    home.trace.after(burst, i, s);
    return stays;
  }

  /** Serves a segment; what is thrown over it ends its connection alone. False when the frame has gone elsewhere. */
  private boolean serve(TcpSegment s) {
    serving = null;
    try {
      return dispatch(s);
    } catch (Throwable thrown) {
      failed(thrown);
      return true;
    }
  }

  /** A fault in the algorithm of another plugin, or one of ours: other connections of the burst go on. */
  private void failed(Throwable thrown) {
    if (failure == null) {
      failure = thrown;
    }
    TcpConnection c = serving;
    if (c != null) {
      previous = null;
      home.close.fail(c);
    }
  }

  /** To the host, which counts it and writes it down, now that every frame is back. */
  private void tellFailure(Throwable first) {
    failure = null;
    switch (first) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(first);
    }
  }

  /** Serves a packet of several frames; returns its last descriptor. */
  private int gather(PacketBatch burst, int first) {
    int last = ChainedFrames.last(burst, first);
    int length = last < 0 ? -1 : chain.gather(burst, first, last);
    Counter fault = length < 0
        ? counters.dropChained : segment.read(burst, first, chain.memory(), ChainedFrames.START, length);
    if (fault == null) {
      counters.chained.increment(home.index);
      serve(segment);
    } else {
      fault.increment(home.index);
    }
    int end = last < 0 ? burst.size() - 1 : last;
    for (int i = first; i <= end; i++) {
      burst.pool(i).release(burst.offset(i));
    }
    return end;
  }

  private void finish() {
    for (int i = 0; i < touchedCount; i++) {
      serving = touched[i];
      try {
        finish(touched[i]);
      } catch (Throwable thrown) {
        failed(thrown);
      }
    }
    touchedCount = 0;
  }

  /** Once per burst and connection. */
  private void finish(TcpConnection c) {
    c.off(TcpConnection.TOUCHED);
    if (c.is(TcpConnection.NOTIFY)) {
      c.off(TcpConnection.NOTIFY);
      sessions.enqueueNotify(c);
    }
    if (c.state == TcpState.CLOSED) {
      return;
    }
    if (c.is(TcpConnection.ACK_NOW) || c.unackedSegments >= ACK_EVERY) {
      home.output.acknowledge(c);
    } else if (c.unackedSegments > 0) {
      home.timers.delayAck(c);
    }
  }

  private void touch(TcpConnection c) {
    if (c.is(TcpConnection.TOUCHED)) {
      return;
    }
    c.on(TcpConnection.TOUCHED);
    if (touchedCount == touched.length) {
      touched = Arrays.copyOf(touched, touchedCount * 2);
    }
    touched[touchedCount++] = c;
  }

  // ---- Whom it is for.

  /** Returns false when the frame has gone to another worker. */
  private boolean dispatch(TcpSegment s) {
    TcpConnection likely = previous;
    if (likely != null && likely.state != TcpState.CLOSED && s.isOf(likely)) {
      deliver(likely, s);
      return true;
    }
    s.flow(key, home.protocolId());
    sessions.lookup(key, found);
    switch (found.kind()) {
      case SESSION -> {
        TransportConnection connection = sessions.connection(found.handle());
        if (connection instanceof TcpConnection c && c.state != TcpState.CLOSED) {
          previous = c;
          deliver(c, s);
        } else {
          unknown(s);
        }
      }
      case OTHER_WORKER -> {
        return !handOver(Handle.worker(found.handle()));
      }
      case HALF_OPEN -> home.connect.answer(home, s, found.handle());
      case LISTENER -> {
        long listener = found.handle();
        if (!home.listen.proceed(s, listener) && !home.timeWait.serve(s) && !home.cookies.proceed(s, listener)) {
          home.listen.segment(s, listener);
        }
      }
      case DROP -> counters.dropFiltered.increment(home.index);
      default -> unknown(s);
    }
    return true;
  }

  /** Sends the frame at hand where its connection is; false when it stays here. */
  private boolean handOver(int worker) {
    boolean whole = (batch.flags(at) & PacketFlags.CONTINUED) == 0;
    if (handedOver || !whole) {
      counters.dropOtherWorker.increment(home.index);
      return false;
    }
    // The checksum was looked at here; a record of the trace stays here.
    int flags = batch.flags(at) & ~PacketFlags.TRACE | PacketFlags.RX_CHECKSUM_GOOD;
    boolean given = handOver.give(home.index, worker, batch, at, flags, segment.table, segment.interfaceIndex);
    (given ? counters.handedOver : counters.limitHandOver).increment(home.index);
    return given;
  }

  private void unknown(TcpSegment s) {
    if (!home.timeWait.serve(s)) {
      home.stateless.refuse(s);
    }
  }

  // ---- Synchronized states.

  /** Gives a segment to a connection; also the one that has established it. */
  void deliver(TcpConnection c, TcpSegment s) {
    serving = c;
    touch(c);
    int seq = s.seq;
    if (!checkTimestamps(c, s) || !checkSequence(c, s) || !checkFlags(c, s)) {
      return;
    }
    // A value from before TS.Recent has come this far only because that is too old to be a measure (section 5.5).
    boolean recent = c.is(TcpConnection.TIMESTAMPS) && SequenceNumbers.atMost(seq, c.lastAckSent);
    if (!home.acks.process(c, s)) {
      return;
    }
    if (recent) {
      c.tsRecent = s.tsValue;
    }
    if (s.length > 0) {
      text(c, s);
    }
    if (s.has(TcpHeader.FIN) && c.state.receives()) {
      c.finSeq = s.seq + s.length;
      c.on(TcpConnection.FIN_AHEAD);
    }
    if (c.is(TcpConnection.FIN_AHEAD) && c.state.receives()) {
      end(c, s);
    }
  }

  /**
   * PAWS (RFC 7323 section 5). Resets need no timestamp, nor does the SYN of a peer that begins anew (RFC 5961 section
   * 4).
   */
  private boolean checkTimestamps(TcpConnection c, TcpSegment s) {
    if (!c.is(TcpConnection.TIMESTAMPS) || s.has(TcpHeader.RST | TcpHeader.SYN)) {
      return true;
    }
    if (!s.hasTimestamps) {
      counters.dropNoTimestamp.increment(home.index);
      return false;
    }
    // When nothing was heard for so long, TS.Recent is as old at least.
    long idleUs = (home.worker.nowNs() - c.lastHeardNs) / TcpWorker.NS_PER_US;
    if (SequenceNumbers.failsPaws(s.tsValue, c.tsRecent, idleUs)) {
      counters.dropPaws.increment(home.index);
      c.on(TcpConnection.ACK_NOW);
      return false;
    }
    return true;
  }

  /** Whether the segment is within the window (RFC 9293 section 3.4); cuts off what is not. */
  private boolean checkSequence(TcpConnection c, TcpSegment s) {
    int length = s.sequenceLength();
    int window = c.receiveWindow();
    int distance = s.seq - c.rcvNxt;
    boolean reset = s.has(TcpHeader.RST);
    // What a reset carries does not make its place more likely (RFC 5961 section 3.2).
    boolean old = distance < 0 && (distance + length <= 0 || reset);
    boolean beyond = distance > 0 && distance >= window;
    if (!old && !beyond) {
      if (reset || s.has(TcpHeader.SYN)) {
        return true;
      }
      if (distance < 0) {
        duplicate(c, s.seq, c.rcvNxt, s.length);
        s.trimFront(-distance);
      }
      int excess = s.seq + s.sequenceLength() - (c.rcvNxt + window);
      if (excess > 0 && s.sequenceLength() > 0) {
        // Probes of a closed window too: they are answered, and their acknowledgement counts.
        s.trimEnd(excess);
        c.on(TcpConnection.ACK_NOW);
      }
      return true;
    }
    counters.dropOutOfWindow.increment(home.index);
    if (!reset) {
      c.on(TcpConnection.ACK_NOW);
      if (old) {
        duplicate(c, s.seq, s.seq + s.length, s.length);
      }
    }
    return false;
  }

  /** What was received before is reported as a duplicate (RFC 2883). */
  private void duplicate(TcpConnection c, int from, int to, int length) {
    if (length > 0 && c.is(TcpConnection.SACK) && c.rcvNxt - from <= MAX_DUPLICATE_DISTANCE) {
      home.receivers.of(c).ranges.add(from, to, c.rcvNxt);
      c.on(TcpConnection.ACK_NOW);
    }
  }

  /** RST, SYN and a missing ACK (RFC 5961 sections 3 and 4). */
  private boolean checkFlags(TcpConnection c, TcpSegment s) {
    if (s.has(TcpHeader.RST)) {
      if (s.seq == c.rcvNxt) {
        home.close.resetReceived(c);
      } else {
        home.challenge(c);
      }
      return false;
    }
    if (s.has(TcpHeader.SYN)) {
      home.challenge(c);
      return false;
    }
    if (!s.has(TcpHeader.ACK)) {
      counters.dropNoAck.increment(home.index);
      return false;
    }
    return true;
  }

  // ---- Text and FIN.

  private void text(TcpConnection c, TcpSegment s) {
    if (!c.state.receives()) {
      return;
    }
    if (c.is(TcpConnection.CLOSED_BY_APPLICATION)) {
      // Nobody will read it (RFC 1122 section 4.2.2.13).
      counters.resetsUnread.increment(home.index);
      home.close.abort(c);
      return;
    }
    if (c.is(TcpConnection.ECN)) {
      home.ecn.received(c, s);
    }
    int distance = s.seq - c.rcvNxt;
    if (distance > 0) {
      ahead(c, s, distance);
      return;
    }
    int grown = sessions.enqueue(c, s.memory, s.payload, s.length);
    if (grown <= 0) {
      counters.dropNoRoom.increment(home.index);
      c.on(TcpConnection.ACK_NOW);
      return;
    }
    if (grown != s.length || c.receiver != null) {
      filled(c, s, grown);
    }
    c.rcvNxt += grown;
    home.tuning.received(c, s);
    c.unackedSegments = (byte) Math.min(c.unackedSegments + 1, ACK_EVERY);
    c.on(TcpConnection.NOTIFY);
    counters.bytesIn.add(home.index, grown);
  }

  /** Data beyond a gap. */
  private void ahead(TcpConnection c, TcpSegment s, int distance) {
    if (sessions.enqueueAt(c, distance, s.memory, s.payload, s.length) > 0) {
      counters.outOfOrder.increment(home.index);
      home.receivers.of(c).ranges.add(s.seq, s.seq + s.length, c.rcvNxt);
    } else {
      counters.dropNoRoom.increment(home.index);
    }
    // One for each, because the peer counts them (RFC 5681 section 3.2).
    home.output.acknowledge(c);
  }

  /** A gap was filled, in part or whole, or the FIFO has no more room: the peer should know (RFC 5681 section 4.2). */
  private void filled(TcpConnection c, TcpSegment s, int grown) {
    c.on(TcpConnection.ACK_NOW);
    Receiver r = c.receiver;
    if (r != null) {
      r.ranges.add(s.seq, s.seq + Math.min(grown, s.length), c.rcvNxt);
      int _ = r.ranges.advance(c.rcvNxt + grown);
    }
  }

  private void end(TcpConnection c, TcpSegment s) {
    if (c.rcvNxt == c.finSeq) {
      c.off(TcpConnection.FIN_AHEAD);
      c.rcvNxt++;
      home.close.finReceived(c);
    } else if (s.length == 0) {
      // Data was acknowledged by itself.
      c.on(TcpConnection.ACK_NOW);
    }
  }

  /** The connection of an answered connect, for what its SYN-ACK brings beside the SYN. */
  void opened(TcpConnection c, TcpSegment s) {
    serving = c;
    touch(c);
    c.on(TcpConnection.ACK_NOW);
    s.trimFront(1);
    if (s.length > 0) {
      text(c, s);
    }
    if (s.has(TcpHeader.FIN) && c.state.receives()) {
      c.finSeq = s.seq + s.length;
      c.on(TcpConnection.FIN_AHEAD);
      end(c, s);
    }
  }
}
