package org.sluice.core.session;

import java.lang.foreign.MemorySegment;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.PacketSink;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.ConnectionFlags;
import org.sluice.spi.transport.CustomTx;
import org.sluice.spi.transport.Pacer;
import org.sluice.spi.transport.SendParams;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TxMode;

/**
 * Sends one burst of one session in the way of its transport's tx mode: payload is copied once, from the FIFO straight
 * into frames of the egress queue. One per worker; allocates nothing.
 *
 * <p>A packet leaves with less than a full segment only as the last of what the FIFO holds, after a flush, or when the
 * transport's space itself is less than a segment.
 */
final class TxSender {
  /** What becomes of the session after its burst. */
  enum Next {
    /** It leaves the lists. */
    LEAVE,
    /** It could not send what it may: first among the old. */
    HEAD,
    /** It has more: last among the old. */
    TAIL
  }

  private final SessionWorker home;
  private final TxLimits limits;
  private final CustomTx customTx = new CustomTx();
  private final SendParams params = new SendParams();
  private final DatagramRecord datagram = new DatagramRecord();
  private final BurstAddress address = new BurstAddress();
  private final PacketBatch batch;
  private final BurstFiller filler;
  private int packets;
  /** What each frame that was taken last has room for, at least. */
  private int roomBytes;
  private long waitNs;

  TxSender(SessionWorker home, TxLimits limits) {
    this.home = home;
    this.limits = limits;
    batch = new PacketBatch(limits.burstPackets());
    filler = new BurstFiller(batch);
  }

  /** Packets of the last burst. */
  int packets() {
    return packets;
  }

  /** When the last session wants to be asked again, if nothing happens before: nanoseconds, 0 for at once. */
  long waitNs() {
    return waitNs;
  }

  Next send(StackSession session, long nowNs) {
    packets = 0;
    waitNs = 0;
    TransportConnection connection = session.connection;
    boolean asked = session.has(SessionFlags.CUSTOM_TX);
    if (connection == null || !asked && !maySend(session)) {
      return Next.LEAVE;
    }
    TransportEntry transport = session.carrier();
    boolean internal = transport.txMode() == TxMode.INTERNAL;
    if (session.has(SessionFlags.FLUSH) && maySend(session) && !flush(session, transport, connection)) {
      return Next.LEAVE;
    }
    if ((asked || internal) && !writeByItself(session, transport, connection)) {
      return Next.LEAVE;
    }
    if (!maySend(session) || connection.has(ConnectionFlags.DESCHEDULED)) {
      return Next.LEAVE;
    }
    FifoConsumer fifo = session.txOut;
    if (fifo == null) {
      return Next.LEAVE;
    }
    if (internal) {
      return afterInternal(session, fifo);
    }
    if (packets >= limits.burstPackets()) {
      return Next.TAIL;
    }
    return session.has(SessionFlags.SHARED)
        ? burstToOne(session, transport, connection, fifo, nowNs)
        : burst(session, transport, connection, fifo, nowNs);
  }

  /** The datagrams of a session that has no peer leave in bursts for one peer each. */
  private Next burstToOne(
      StackSession session, TransportEntry transport, TransportConnection connection, FifoConsumer fifo, long nowNs) {
    if (datagram.peek(fifo) != DatagramRecord.COMPLETE) {
      return burst(session, transport, connection, fifo, nowNs);
    }
    address.begin(connection, datagram);
    try {
      return burst(session, transport, connection, fifo, nowNs);
    } finally {
      // A connection that is gone may stand for something else by now.
      if (session.connection == connection) {
        address.end(connection);
      }
    }
  }

  /** From READY on, until the transport is closed or nobody would receive it. */
  private static boolean maySend(StackSession session) {
    SessionState state = session.state;
    return state.compareTo(SessionState.READY) >= 0
        && state.compareTo(SessionState.TRANSPORT_CLOSED) < 0
        && !session.has(SessionFlags.PEER_RESET);
  }

  // ---- The transport's own turn.

  /** Returns false when the session has lost its connection over it. */
  private boolean writeByItself(StackSession session, TransportEntry transport, TransportConnection connection) {
    session.clear(SessionFlags.CUSTOM_TX);
    customTx.begin(limits.burstPackets());
    try {
      packets = transport.vft().customTx(connection, customTx);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      home.lifecycle().transportFailed(session, transport, "customTx", e);
      return false;
    }
    if (session.connection != connection) {
      return false;
    }
    FifoConsumer fifo = session.txOut;
    if (fifo != null && customTx.bytesDequeued() > 0) {
      FifoNotices.dequeued(session, fifo);
    }
    return true;
  }

  /** A transport that sent something is asked again while there is more; one that could not asks for its next turn. */
  private Next afterInternal(StackSession session, FifoConsumer fifo) {
    if (fifo.readableBytes() <= 0) {
      return drained(session, fifo, 0);
    }
    return packets > 0 ? Next.TAIL : Next.LEAVE;
  }

  private boolean flush(StackSession session, TransportEntry transport, TransportConnection connection) {
    try {
      transport.vft().flush(connection);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      home.lifecycle().transportFailed(session, transport, "flush", e);
    }
    return session.connection == connection;
  }

  // ---- Bursts that the session layer copies.

  private Next burst(
      StackSession session, TransportEntry transport, TransportConnection connection, FifoConsumer fifo, long nowNs) {
    int readable = fifo.readableBytes();
    if (readable <= 0) {
      return readable == 0 ? drained(session, fifo, 0) : broken(session, readable);
    }
    params.reset();
    try {
      transport.vft().sendParams(connection, params);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      home.lifecycle().transportFailed(session, transport, "sendParams", e);
      return Next.LEAVE;
    }
    if (session.connection != connection) {
      return Next.LEAVE;
    }
    boolean peek = transport.txMode() == TxMode.PEEK;
    int inFlight = peek ? params.txOffsetBytes() : 0;
    if (readable <= inFlight) {
      return drained(session, fifo, inFlight);
    }
    PacketSink sink = params.sink();
    if (params.sendSpaceBytes() <= 0 || params.segmentBytes() <= 0 || sink == null) {
      return refused(session, connection, fifo, readable);
    }
    batch.clear();
    int bytes = transport.txMode() == TxMode.DATAGRAM
        ? fillDatagrams(session, connection, fifo, sink, nowNs)
        : fillSegments(session, connection, fifo, sink, nowNs);
    if (batch.size() == 0) {
      return session.connection == connection && waitNs > 0 ? Next.HEAD : afterEmpty(session, connection, fifo);
    }
    if (!deliver(session, transport, connection, sink, bytes)) {
      return Next.LEAVE;
    }
    if (!peek) {
      FifoNotices.dequeued(session, fifo);
    }
    return rest(session, fifo, peek ? inFlight + bytes : 0);
  }

  /** Nothing was put into a packet and nobody waits: what was there was dropped, or the session is gone. */
  private Next afterEmpty(StackSession session, TransportConnection connection, FifoConsumer fifo) {
    if (session.connection != connection || session.txOut != fifo) {
      return Next.LEAVE;
    }
    FifoNotices.dequeued(session, fifo);
    return rest(session, fifo, 0);
  }

  private Next rest(StackSession session, FifoConsumer fifo, int inFlight) {
    int readable = fifo.readableBytes();
    if (readable < 0) {
      return broken(session, readable);
    }
    return hasMore(session, fifo, inFlight) ? Next.TAIL : drained(session, fifo, inFlight);
  }

  private boolean hasMore(StackSession session, FifoConsumer fifo, int inFlight) {
    return session.has(SessionFlags.DATAGRAM)
        ? datagram.peek(fifo) == DatagramRecord.COMPLETE
        : fifo.readableBytes() > inFlight;
  }

  /**
   * All is sent. The flag that keeps the writer from telling again is cleared and the FIFO looked at once more, because
   * what came in between was not told.
   */
  private Next drained(StackSession session, FifoConsumer fifo, int inFlight) {
    session.clear(SessionFlags.FLUSH);
    clearEvent(session, fifo);
    return hasMore(session, fifo, inFlight) ? Next.TAIL : Next.LEAVE;
  }

  private static void clearEvent(StackSession session, FifoConsumer fifo) {
    if (session.streamBinding == null) {
      fifo.clearEventLightly();
    } else {
      fifo.clearEvent();
    }
  }

  private Next broken(StackSession session, int status) {
    home.fifoError(session, status);
    return Next.LEAVE;
  }

  private Next refused(StackSession session, TransportConnection connection, FifoConsumer fifo, int readable) {
    return switch (params.scheduling()) {
      case DESCHEDULE -> {
        connection.set(ConnectionFlags.DESCHEDULED);
        yield Next.LEAVE;
      }
      case POSTPONE -> {
        waitNs = limits.postponeNs();
        yield Next.TAIL;
      }
      case RETRY -> {
        waitNs = limits.retryNs();
        yield Next.HEAD;
      }
      case UNTIL_WRITTEN -> {
        clearEvent(session, fifo);
        yield fifo.readableBytes() > readable ? Next.TAIL : Next.LEAVE;
      }
    };
  }

  // ---- Streams.

  /** Fills packets with payload; returns how much. */
  private int fillSegments(
      StackSession session, TransportConnection connection, FifoConsumer fifo, PacketSink sink, long nowNs) {
    boolean peek = session.carrier().txMode() == TxMode.PEEK;
    int from = peek ? params.txOffsetBytes() : 0;
    int segment = params.segmentBytes();
    int unit = Math.max(segment, params.burstBytes() - params.burstBytes() % segment);
    int length = lengthToSend(session, connection, fifo.readableBytes() - from, unit, nowNs);
    if (length == 0) {
      return 0;
    }
    if (!allocate(session, sink, (int) (((long) length + unit - 1) / unit))) {
      return 0;
    }
    int most = unitFor(roomBytes, unit, segment);
    int planned = 0;
    for (int i = 0; i < batch.size() && planned < length; i++) {
      int size = Math.min(length - planned, most);
      describe(i, size, segment);
      planned += size;
    }
    filler.begin();
    int copied = fifo.gather(from, planned, filler);
    if (copied != planned) {
      releaseFrames();
      home.fifoError(session, Math.min(copied, -1));
      return 0;
    }
    if (!peek) {
      fifo.drop(planned);
    }
    return planned;
  }

  /** The payload of this burst; 0 when tokens are short, with the time to wait. */
  private int lengthToSend(
      StackSession session, TransportConnection connection, int available, int unit, long nowNs) {
    int segment = params.segmentBytes();
    long whole = Math.min(limits.burstPackets() - packets, (limits.burstBytes() + unit - 1L) / unit);
    long most = unit * whole;
    int length = (int) Math.min(Math.min(available, params.sendSpaceBytes()), most);
    Pacer pacer = connection.has(ConnectionFlags.PACED) ? connection.pacer() : null;
    if (pacer != null) {
      int tokens = pacer.allowance(nowNs);
      if (tokens < Math.min(segment, length)) {
        waitNs = tokenWaitNs(pacer, Math.min(segment, length), nowNs);
        return 0;
      }
      length = Math.min(length, tokens);
    }
    boolean drains = length == available;
    if (!drains && length > segment && !session.has(SessionFlags.FLUSH)) {
      length -= length % segment;
    }
    return length;
  }

  /** Half a burst at a time, so that there is something to send for the wake-up; never less than what was missing. */
  private static long tokenWaitNs(Pacer pacer, int bytes, long nowNs) {
    return Math.max(1, pacer.delayNs(Math.max(bytes, pacer.maxBurstBytes() / 2), nowNs));
  }

  /** What one frame takes: whole segments, as many as it has room for. */
  private static int unitFor(int room, int unit, int segment) {
    return unit <= room ? unit : room - room % segment;
  }

  private void describe(int i, int lengthBytes, int segment) {
    batch.bounds(i, batch.offset(i), lengthBytes);
    if (lengthBytes > segment) {
      batch.flags(i, batch.flags(i) | PacketFlags.TX_SEGMENT_REQUEST);
      batch.segmentSize(i, segment);
    }
  }

  // ---- Datagrams.

  /** Fills one packet with each complete datagram that may be sent; returns the payload. */
  private int fillDatagrams(
      StackSession session, TransportConnection connection, FifoConsumer fifo, PacketSink sink, long nowNs) {
    Pacer pacer = connection.has(ConnectionFlags.PACED) ? connection.pacer() : null;
    int tokens = pacer == null ? Integer.MAX_VALUE : pacer.allowance(nowNs);
    int done = 0;
    for (int taken = packets; taken < limits.burstPackets(); taken++) {
      int found = datagram.peek(fifo);
      if (found != DatagramRecord.COMPLETE) {
        if (found == DatagramRecord.IMPOSSIBLE) {
          home.corrupt(session);
        }
        break;
      }
      if (session.has(SessionFlags.SHARED) && !address.covers(connection, datagram)) {
        break;
      }
      int length = datagram.payloadBytes();
      if (length == 0 || length > params.segmentBytes()) {
        fifo.drop(datagram.prefixBytes() + length);
        home.counters().datagramsSkipped.increment(home.index());
        continue;
      }
      if (length > params.sendSpaceBytes() - done) {
        waitNs = limits.retryNs();
        break;
      }
      if (length > tokens - done) {
        waitNs = pacer == null ? limits.retryNs() : tokenWaitNs(pacer, length, nowNs);
        break;
      }
      int i = batch.size();
      if (!allocate(session, sink, 1)) {
        break;
      }
      fifo.drop(datagram.prefixBytes());
      MemorySegment memory = batch.pool(i).memory();
      fifo.dequeue(memory, batch.offset(i), length);
      batch.bounds(i, batch.offset(i), length);
      done += length;
    }
    return done;
  }

  // ---- Frames.

  /** Takes frames; false when there are none, with the time to wait, or when the transport's figures are wrong. */
  private boolean allocate(StackSession session, PacketSink sink, int count) {
    int got;
    try {
      int before = batch.size();
      got = sink.allocate(batch, count);
      roomBytes = Integer.MAX_VALUE;
      for (int i = before; i < batch.size(); i++) {
        roomBytes = Math.min(roomBytes, batch.roomBytes(i));
      }
      requireRoom(roomBytes);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      releaseFrames();
      home.lifecycle().transportFailed(session, session.carrier(), "allocate", e);
      return false;
    }
    if (got == 0) {
      home.counters().txNoFrames.increment(home.index());
      waitNs = limits.retryNs();
    }
    return got > 0;
  }

  private void requireRoom(int room) {
    if (room < params.segmentBytes()) {
      throw new IllegalStateException(
          "segments of " + params.segmentBytes() + " bytes do not fit frames with room for " + room);
    }
  }

  /** Headers on, and away; false when the session has lost its connection over it. */
  private boolean deliver(
      StackSession session,
      TransportEntry transport,
      TransportConnection connection,
      PacketSink sink,
      int bytes) {
    waitNs = 0;
    int count = batch.size();
    Pacer pacer = connection.has(ConnectionFlags.PACED) ? connection.pacer() : null;
    try {
      transport.vft().pushHeader(connection, batch);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      releaseFrames();
      home.lifecycle().transportFailed(session, transport, "pushHeader", e);
      return false;
    }
    if (pacer != null) {
      pacer.consume(bytes);
    }
    packets += count;
    try {
      sink.send(batch);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      batch.clear();
      home.lifecycle().transportFailed(session, transport, "send", e);
    }
    return session.connection == connection;
  }

  private void releaseFrames() {
    for (int i = 0; i < batch.size(); i++) {
      batch.pool(i).release(batch.offset(i));
    }
    batch.clear();
  }
}
