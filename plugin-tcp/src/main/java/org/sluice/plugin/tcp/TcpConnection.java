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
final class TcpConnection extends TransportConnection implements TimerTask, Runnable {
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
  /** Fast recovery: acknowledgements have told of a loss. */
  static final int RECOVERY = 1 << 10;
  /** Recovery after a timeout. */
  static final int LOSS = 1 << 11;
  /** The window was reduced and nothing is sent again: a mark, or a loss that a probe has mended. */
  static final int REDUCED = 1 << 12;
  /** {@link #rexmitAtNs} is the persist timer. */
  static final int PERSIST = 1 << 13;
  /** The application asked for queued data to leave at once. */
  static final int FLUSH = 1 << 14;
  /** Small segments do not wait (Nagle off). */
  static final int NO_DELAY = 1 << 15;
  /** {@link #rexmitAtNs} is the end of the time for which an idle connection keeps its sender. */
  static final int LINGER = 1 << 16;
  /** The SYN or SYN-ACK had to be sent again. */
  static final int SYN_LOST = 1 << 17;
  /** Both sides use ECN. */
  static final int ECN = 1 << 18;
  /** A mark was received, and its sender has not said that it slowed down. */
  static final int ECN_ECHO = 1 << 19;
  /** The next new data says that the window was reduced. */
  static final int ECN_TELL = 1 << 20;
  /** What is to be sent again waits for frames; that nothing answers is nobody's fault. */
  static final int STARVED = 1 << 21;
  /** An episode is going on, in which the window is not reduced once more. */
  static final int EPISODE = RECOVERY | LOSS | REDUCED;

  /** A deadline that never comes. */
  static final long NEVER = Long.MAX_VALUE;
  /** Longer than anything that is done now and then takes. */
  static final long LONG_AGO_NS = 1L << 60;

  final TcpWorker home;
  final int slot;
  final Timer timer;
  int generation;
  TcpState state = TcpState.CLOSED;
  int bits;
  @Nullable TcpConnection nextFree;
  PathTable.@Nullable Entry path;
  /** Present while data is in flight, and for a while after. */
  @Nullable Sender sender;
  /** Present while something beyond {@link #rcvNxt} is there, or a duplicate is to be reported. */
  @Nullable Receiver receiver;
  /** The congestion control that was asked for, or null for the configured one. */
  @Nullable CongestionControl algorithm;

  // ---- Sending.
  int sndUna;
  int sndNxt;
  int sndWnd;
  int sndWl1;
  int sndWl2;
  int maxSndWnd;
  /** The number after the last segment that was not full: none goes out while it is in flight (Nagle, Minshall). */
  int sndSmall;
  /** The most payload of a segment: what both sides and the path allow, without the options of each segment. */
  int mss;
  byte sndScale;

  // ---- Receiving.
  int rcvNxt;
  /** The highest sequence number, exclusive, that the peer was ever allowed. */
  int rcvAdv;
  int finSeq;
  byte rcvScale;
  byte unackedSegments;

  // ---- The round trip that is measured for the size of the rx FIFO, see WindowTuning.
  /** What the peer has seen when it is over: a timestamp, or the edge of the window. */
  int roundMark;
  /** Up to where the application had read when it began. */
  int roundSeq;
  /** How long one takes as far as is known, microseconds; 0 for not at all. */
  int roundUs;

  // ---- Timestamps.
  int tsOffset;
  int tsRecent;
  int lastAckSent;

  // ---- What was known of the round trip when the last sender went, microseconds; 0 for nothing.
  int srttUs;
  int rttvarUs;

  /** Timeouts or probes in a row that nothing was heard after. */
  byte retries;
  /** How often the time to the next window probe was doubled. */
  byte backoff;
  byte keepAliveProbesSent;

  // ---- Timers: deadlines, of which the wheel's timer knows the first.
  long rexmitAtNs;
  long ackAtNs;
  long waitAtNs;
  long keepAliveAtNs;
  long keepAliveNs;
  long lastHeardNs;
  long roundAtNs;

  TcpConnection(TcpWorker home, int slot) {
    this.home = home;
    this.slot = slot;
    timer = home.worker.newTimer(this);
  }

  void begin(long handle, int protocolId, long nowNs) {
    reuse(handle, protocolId);
    state = TcpState.ESTABLISHED;
    bits = 0;
    sndWnd = 0;
    maxSndWnd = 0;
    finSeq = 0;
    unackedSegments = 0;
    tsOffset = 0;
    tsRecent = 0;
    srttUs = 0;
    rttvarUs = 0;
    roundUs = 0;
    retries = 0;
    backoff = 0;
    keepAliveProbesSent = 0;
    algorithm = null;
    rexmitAtNs = NEVER;
    ackAtNs = NEVER;
    waitAtNs = NEVER;
    keepAliveAtNs = NEVER;
    keepAliveNs = home.config.keepAliveNs();
    lastHeardNs = nowNs;
  }

  /** Loses its handle, so that a stale one finds nothing. */
  void forget() {
    reuse(NONE, protocol());
    bits = 0;
    algorithm = null;
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

  /** What the handshake took, the first measurement (RFC 6298 section 2.2); -1 when it is not known. */
  void roundTrip(long rttNs) {
    if (rttNs >= 0) {
      srttUs = Math.clamp(rttNs / TcpWorker.NS_PER_US, 1, Integer.MAX_VALUE);
      rttvarUs = srttUs / 2;
    }
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
    try {
      home.timers.expired(this, nowNs);
    } catch (RuntimeException | Error e) {
      // Its timers are not set any more: without an end it would stay for ever.
      home.close.fail(this);
      throw e;
    }
  }

  /** The session layer lets the connection be freed. */
  @Override
  public void run() {
    home.connections.free(this);
  }
}
