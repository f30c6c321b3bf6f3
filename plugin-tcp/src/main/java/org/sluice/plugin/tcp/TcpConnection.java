package org.sluice.plugin.tcp;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.TimerTask;
import org.sluice.spi.transport.CongestionControl;
import org.sluice.spi.transport.TransportConnection;

/**
 * One end of an established connection: the transmission control block of RFC 9293 section 3.3.1, as primitives. Pooled
 * per worker; what happens to it is in the classes of the phases. It is its own timer task and its own answer to a
 * delete request, so that neither allocates.
 */
final class TcpConnection extends TransportConnection implements TimerTask, Runnable, CongestionControl.Connection {
  /** Both sides send timestamps. */
  static final int TIMESTAMPS = 1;
  /** The peer understands selective acknowledgements. */
  static final int SACK = 1 << 1;
  /** The application has ended its direction: a FIN follows the last byte. */
  static final int FIN_WANTED = 1 << 2;
  /** The FIN has a sequence number: the last one before sndNxt. */
  static final int FIN_SENT = 1 << 3;
  /** A FIN was seen behind a gap; {@link #finSeq} says where. */
  static final int FIN_AHEAD = 1 << 4;
  /** The application has closed both directions. */
  static final int CLOSED_BY_APPLICATION = 1 << 5;
  /** The local port was chosen for this connection and goes with it. */
  static final int OWNS_PORT = 1 << 6;
  /** The burst at hand brought data that the application has not been told of. */
  static final int NOTIFY = 1 << 7;
  /** An acknowledgement goes out at the end of the burst. */
  static final int ACK_NOW = 1 << 8;
  /** The connection is in the list of those that the burst touched. */
  static final int TOUCHED = 1 << 9;
  /** Lost segments are sent again until {@link #recover} is acknowledged. */
  static final int RECOVERY = 1 << 10;
  /** The recovery began with a timeout. */
  static final int LOSS = 1 << 11;
  /** {@link #rttSeq} is being timed. */
  static final int TIMING = 1 << 12;
  /** The timer at {@link #rexmitAtNs} is the persist timer. */
  static final int PERSIST = 1 << 13;
  /** The application asked for queued data to leave at once. */
  static final int FLUSH = 1 << 14;
  /** Small segments do not wait (Nagle off). */
  static final int NO_DELAY = 1 << 15;
  /** The congestion window kept data back since the last acknowledgement. */
  static final int CONGESTION_LIMITED = 1 << 16;

  /** A deadline that never comes. */
  static final long NEVER = Long.MAX_VALUE;

  final TcpWorker home;
  final int slot;
  final Timer timer;
  CongestionControl algorithm;
  CongestionControl.Flow congestion;
  int generation;
  TcpState state = TcpState.CLOSED;
  int bits;
  @Nullable TcpConnection nextFree;
  PathTable.@Nullable Entry path;

  // ---- Sending.
  int sndUna;
  int sndNxt;
  int sndWnd;
  int sndWl1;
  int sndWl2;
  int maxSndWnd;
  int mss;
  byte sndScale;
  byte dscp;

  // ---- Receiving.
  int rcvNxt;
  /** The highest sequence number, exclusive, that the peer was ever allowed. */
  int rcvAdv;
  int finSeq;
  byte rcvScale;
  byte unackedSegments;

  // ---- Timestamps.
  int tsOffset;
  int tsRecent;
  int lastAckSent;
  long tsRecentAtNs;

  // ---- Round trip and recovery.
  int rttSeq;
  int recover;
  /** What is sent again next, while below {@link #rxtEnd}. */
  int rxtNxt;
  int rxtEnd;
  int inflation;
  byte dupAcks;
  /** Timeouts in a row that nothing was heard after. */
  byte retries;
  /** How often the timeout has been doubled. */
  byte backoff;
  byte keepAliveProbesSent;
  long rttStartNs;
  long srttNs;
  long rttvarNs;
  long minRttNs;
  long rtoNs;

  // ---- Timers: deadlines, of which the wheel's timer knows the first.
  long rexmitAtNs;
  long ackAtNs;
  long waitAtNs;
  long keepAliveAtNs;
  long keepAliveNs;
  long lastHeardNs;

  TcpConnection(TcpWorker home, int slot) {
    this.home = home;
    this.slot = slot;
    timer = home.worker.newTimer(this);
    algorithm = home.congestion.preferred();
    congestion = algorithm.newFlow();
  }

  void begin(long handle, int protocolId, long nowNs) {
    reuse(handle, protocolId);
    state = TcpState.ESTABLISHED;
    use(home.congestion.preferred());
    bits = 0;
    sndWnd = 0;
    maxSndWnd = 0;
    dscp = 0;
    finSeq = 0;
    unackedSegments = 0;
    tsOffset = 0;
    tsRecent = 0;
    rttSeq = 0;
    inflation = 0;
    dupAcks = 0;
    retries = 0;
    backoff = 0;
    keepAliveProbesSent = 0;
    srttNs = 0;
    rttvarNs = 0;
    minRttNs = 0;
    rtoNs = home.config.rtoInitialNs();
    rexmitAtNs = NEVER;
    ackAtNs = NEVER;
    waitAtNs = NEVER;
    keepAliveAtNs = NEVER;
    keepAliveNs = home.config.keepAliveNs();
    lastHeardNs = nowNs;
    tsRecentAtNs = nowNs;
  }

  /** Has another algorithm govern the congestion window from now on. */
  void use(CongestionControl other) {
    if (algorithm != other) {
      algorithm = other;
      congestion = other.newFlow();
    }
  }

  /** Loses its handle, so that a stale one finds nothing. */
  void forget() {
    reuse(NONE, protocol());
    bits = 0;
  }

  boolean is(int wanted) {
    return (bits & wanted) != 0;
  }

  void on(int wanted) {
    bits |= wanted;
  }

  void off(int unwanted) {
    bits &= ~unwanted;
  }

  /** Sequence numbers in flight, the FIN's included. */
  int flight() {
    return sndNxt - sndUna;
  }

  /** Payload in flight: what of the tx FIFO has been sent. */
  int flightPayload() {
    return flight() - (is(FIN_SENT) ? 1 : 0);
  }

  /** What the peer may still send: never negative. */
  int receiveWindow() {
    return Math.max(0, rcvAdv - rcvNxt);
  }

  @Override
  public void onExpiry(long nowNs) {
    home.timers.expired(this, nowNs);
  }

  /** The session layer lets the connection be freed. */
  @Override
  public void run() {
    home.connections.free(this);
  }

  // ---- What congestion control asks.

  @Override
  public int segmentBytes() {
    return mss;
  }

  @Override
  public long flightBytes() {
    return flightPayload();
  }

  @Override
  public long smoothedRttNs() {
    return srttNs;
  }

  @Override
  public long minRttNs() {
    return minRttNs;
  }

  @Override
  public long deliveryRate() {
    return 0;
  }

  @Override
  public boolean congestionLimited() {
    return is(CONGESTION_LIMITED);
  }

  @Override
  public long nowNs() {
    return home.worker.nowNs();
  }
}
