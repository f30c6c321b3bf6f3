package org.sluice.plugin.tcp.congestion;

import org.sluice.spi.transport.CongestionControl;

/**
 * What window-based algorithms share: slow start, the one reduction per loss event, its undoing, and idle times. Bytes
 * and nanoseconds.
 */
abstract class WindowFlow implements CongestionControl.Flow {
  /** An idle time below this is none: the shortest retransmission timeout. */
  static final long MIN_IDLE_NS = 200_000_000;
  private static final int RTTS_PER_TIMEOUT = 4;
  private static final double NS_PER_SECOND = 1e9;

  private final SlowStart slowStart;
  private final HyStart hyStart = new HyStart();
  private long windowBytes;
  private long thresholdBytes;
  private long initialWindowBytes;
  private long priorWindowBytes;
  private long priorThresholdBytes;
  private boolean inEpisode;
  private boolean afterTimeout;

  WindowFlow(SlowStart slowStart) {
    this.slowStart = slowStart;
  }

  @Override
  public void start(CongestionControl.Connection connection, long initialBytes) {
    windowBytes = initialBytes;
    initialWindowBytes = initialBytes;
    thresholdBytes = Long.MAX_VALUE;
    priorWindowBytes = initialBytes;
    priorThresholdBytes = Long.MAX_VALUE;
    inEpisode = false;
    afterTimeout = false;
    hyStart.reset();
  }

  @Override
  public final void onAck(CongestionControl.Connection connection, long ackedBytes) {
    boolean inSlowStart = windowBytes < thresholdBytes;
    if (inSlowStart && thresholdBytes == Long.MAX_VALUE && slowStart.hyStart()
        && hyStart.onAck(ackedBytes, connection.flightBytes(), connection.latestRttNs())) {
      thresholdBytes = windowBytes;
      inSlowStart = false;
    }
    if (!connection.congestionLimited()) {
      onUnlimitedAck(connection);
      return;
    }
    long rest = inSlowStart ? grow(connection, ackedBytes) : ackedBytes;
    if (rest > 0) {
      avoid(connection, rest);
    }
  }

  /** Slow start with byte counting (RFC 3465): what is not used up by the time the threshold is reached. */
  private long grow(CongestionControl.Connection connection, long ackedBytes) {
    // Right after a timeout an acknowledgement may cover what had arrived long before (section 2.3).
    long segments = afterTimeout ? 1 : slowStart.limitSegments();
    long growth = hyStart.growth(Math.min(ackedBytes, segments * connection.segmentBytes()));
    long room = thresholdBytes - windowBytes;
    if (growth < room) {
      windowBytes += growth;
      return 0;
    }
    windowBytes = thresholdBytes;
    return growth - room;
  }

  @Override
  public final void onRecoveryAck(CongestionControl.Connection connection, long ackedBytes) {
    // After a timeout recovery is slow start; in fast recovery rate reduction governs.
    if (afterTimeout) {
      onAck(connection, ackedBytes);
    }
  }

  @Override
  public final void onCongestion(CongestionControl.Connection connection) {
    reduce(connection);
    windowBytes = thresholdBytes;
  }

  @Override
  public final void onTimeout(CongestionControl.Connection connection) {
    if (!inEpisode) {
      reduce(connection);
    }
    onWindowLost();
    windowBytes = connection.segmentBytes();
    afterTimeout = true;
  }

  private void reduce(CongestionControl.Connection connection) {
    priorWindowBytes = windowBytes;
    priorThresholdBytes = thresholdBytes;
    inEpisode = true;
    afterTimeout = false;
    long base = usedBytes(connection);
    onReduction(connection);
    thresholdBytes = Math.max((long) (base * beta()), 2L * connection.segmentBytes());
  }

  /**
   * What a loss is a judgement on: the window, or when that was not used, what was (RFC 7661 section 4.4). FlightSize
   * is no measure of it here, as what is lost has left it already.
   */
  private long usedBytes(CongestionControl.Connection connection) {
    if (connection.congestionLimited() || connection.deliveryRate() == 0) {
      return windowBytes;
    }
    long perRoundTrip = (long) (connection.deliveryRate() * (connection.smoothedRttNs() / NS_PER_SECOND));
    return Math.min(windowBytes, Math.max(connection.flightBytes(), perRoundTrip));
  }

  @Override
  public final void onRecovered(CongestionControl.Connection connection) {
    inEpisode = false;
    afterTimeout = false;
  }

  @Override
  public final void onUndo(CongestionControl.Connection connection) {
    windowBytes = Math.max(windowBytes, priorWindowBytes);
    thresholdBytes = priorThresholdBytes;
    inEpisode = false;
    afterTimeout = false;
    onReductionUndone();
  }

  @Override
  public final void onRestart(CongestionControl.Connection connection, long idleNs) {
    // What is known of the path ages: half of it per retransmission timeout (RFC 2861 section 3.1).
    long timeoutNs = Math.max(MIN_IDLE_NS, RTTS_PER_TIMEOUT * connection.smoothedRttNs());
    long least = Math.min(initialWindowBytes, windowBytes);
    boolean aged = false;
    for (long rest = idleNs; rest >= timeoutNs && windowBytes > least; rest -= timeoutNs) {
      if (!aged && thresholdBytes != Long.MAX_VALUE) {
        thresholdBytes = Math.max(thresholdBytes, windowBytes / 4 * 3);
      }
      windowBytes = Math.max(least, windowBytes / 2);
      aged = true;
    }
    onIdle(idleNs, aged);
  }

  @Override
  public final long windowBytes() {
    return windowBytes;
  }

  @Override
  public final long slowStartThresholdBytes() {
    return thresholdBytes;
  }

  final void windowBytes(long bytes) {
    windowBytes = bytes;
  }

  /** By what a loss multiplies the window. */
  abstract double beta();

  /** Congestion avoidance: grows the window. */
  abstract void avoid(CongestionControl.Connection connection, long ackedBytes);

  /** The window is going to be reduced. */
  abstract void onReduction(CongestionControl.Connection connection);

  /** The window falls to one segment. */
  abstract void onWindowLost();

  /** The last reduction was taken back. */
  abstract void onReductionUndone();

  /** Nothing was in flight for a time; whether the window became smaller by it. */
  abstract void onIdle(long idleNs, boolean aged);

  /** An acknowledgement came of a flight that the window did not limit. */
  abstract void onUnlimitedAck(CongestionControl.Connection connection);
}
