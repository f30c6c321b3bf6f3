package org.sluice.plugin.tcp;

import org.jspecify.annotations.Nullable;
import org.sluice.plugin.tcp.congestion.ProportionalRateReduction;
import org.sluice.plugin.tcp.congestion.WindowUsage;
import org.sluice.plugin.tcp.recovery.DeliveryRate;
import org.sluice.plugin.tcp.recovery.NewRenoRecovery;
import org.sluice.plugin.tcp.recovery.RackTlp;
import org.sluice.plugin.tcp.recovery.RttEstimator;
import org.sluice.plugin.tcp.recovery.SentSegments;
import org.sluice.plugin.tcp.recovery.UndoDetector;
import org.sluice.spi.transport.CongestionControl;
import org.sluice.spi.transport.Pacer;

/**
 * What a connection needs while it sends, and for a while after: what was sent, how long it takes, how much more may
 * be. Lent by the {@link SenderPool} of its worker, so that an idle connection is small and a busy one allocates
 * nothing.
 */
final class Sender implements CongestionControl.Connection {
  private static final long NS_PER_US = 1_000;
  private static final long GRANULARITY_US = 1_000;

  /** Some of it is fixed when a sender is made; with another one it is not used again. */
  final TcpConfig madeFor;
  final RttEstimator rtt;
  final SentSegments segments;
  final RackTlp rack = new RackTlp();
  final DeliveryRate rate = new DeliveryRate();
  final ProportionalRateReduction reduction = new ProportionalRateReduction();
  final UndoDetector undo = new UndoDetector();
  final NewRenoRecovery reno = new NewRenoRecovery();
  final WindowUsage usage = new WindowUsage();
  final Pacer pacer = new Pacer();
  CongestionControl algorithm;
  CongestionControl.Flow flow;
  @Nullable Sender nextFree;
  @Nullable TcpConnection owner;

  /** SND.NXT when the episode began that the connection is in; it ends when this is acknowledged. */
  int recover;
  /** SND.NXT when the last episode ended: what comes later says nothing of it. */
  int undoEnd;
  /** The next retransmission goes out whatever the window says: the timer has expired. */
  boolean mustResend;
  /** {@link #probeAtNs} is the reordering timer, not that of the tail loss probe. */
  boolean reordering;
  long probeAtNs;
  /** When the last byte in flight was acknowledged. */
  long idleSinceNs;
  /** When the pacing rate was set. */
  long pacedAtNs;
  private long sampleUs;

  Sender(TcpConfig config, CongestionControl algorithm) {
    madeFor = config;
    this.algorithm = algorithm;
    flow = algorithm.newFlow();
    rtt = new RttEstimator(config.rtoMinNs() / NS_PER_US, config.rtoMaxNs() / NS_PER_US, GRANULARITY_US,
        config.rtoInitialNs() / NS_PER_US);
    segments = new SentSegments(config.maxSegmentsInFlight());
  }

  /** Starts to send for a connection. */
  void begin(TcpConnection c, long nowNs, long initialWindowBytes) {
    owner = c;
    long nowUs = nowNs / NS_PER_US;
    rtt.reset();
    if (c.srttUs > 0) {
      rtt.resume(c.srttUs, c.rttvarUs, nowUs);
    } else if (c.is(TcpConnection.SYN_LOST)) {
      rtt.synWasRetransmitted();
    }
    segments.reset(c.sndNxt);
    segments.segmentBytes(c.mss);
    rack.reset(c.sndUna);
    rate.reset();
    undo.close();
    reno.reset(c.sndUna - 1);
    usage.reset(c.sndUna);
    recover = c.sndUna;
    undoEnd = c.sndUna;
    mustResend = false;
    reordering = false;
    probeAtNs = TcpConnection.NEVER;
    idleSinceNs = nowNs;
    pacedAtNs = nowNs - TcpConnection.LONG_AGO_NS;
    sampleUs = 0;
    flow.start(this, initialWindowBytes);
  }

  /** What to remember of the path when the sender goes. */
  void end(TcpConnection c) {
    if (rtt.hasSample()) {
      c.srttUs = (int) Math.min(Integer.MAX_VALUE, rtt.smoothedUs());
      c.rttvarUs = (int) Math.min(Integer.MAX_VALUE, rtt.variationUs());
    }
    owner = null;
  }

  /** Goes on with another algorithm, from the present window. */
  void use(CongestionControl other) {
    long window = flow.windowBytes();
    algorithm = other;
    flow = other.newFlow();
    if (owner != null) {
      flow.start(this, window);
    }
  }

  TcpConnection owner() {
    TcpConnection c = owner;
    if (c == null) {
      throw new IllegalStateException("a sender that nobody has");
    }
    return c;
  }

  /** The round trip that the acknowledgement at hand measured, or -1. */
  void measured(long rttUs) {
    sampleUs = Math.max(0, rttUs);
  }

  /** Bytes in the network. */
  long pipe(TcpConnection c) {
    long flight = segments.flightBytes();
    return c.is(TcpConnection.SACK | TcpConnection.LOSS) ? flight : Math.max(0, flight - reno.creditedBytes());
  }

  /** How much may be in the network now. */
  long window(TcpConnection c) {
    return c.is(TcpConnection.RECOVERY) ? reduction.windowBytes() : flow.windowBytes();
  }

  // ---- What congestion control asks.

  @Override
  public int segmentBytes() {
    return owner().mss;
  }

  @Override
  public long flightBytes() {
    return pipe(owner());
  }

  @Override
  public long smoothedRttNs() {
    return rtt.smoothedUs() * NS_PER_US;
  }

  @Override
  public long latestRttNs() {
    return sampleUs * NS_PER_US;
  }

  @Override
  public long minRttNs() {
    return rtt.minUs() * NS_PER_US;
  }

  @Override
  public long deliveryRate() {
    return rate.bytesPerSecond();
  }

  @Override
  public boolean congestionLimited() {
    long window = flow.windowBytes();
    return usage.isLimited(window, window < flow.slowStartThresholdBytes());
  }

  @Override
  public long nowNs() {
    return owner().home.worker.nowNs();
  }
}
