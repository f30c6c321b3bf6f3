package org.sluice.plugin.tcp.congestion;

import org.sluice.spi.transport.CongestionControl.Connection;

/**
 * CUBIC of one connection. Names and units are those of RFC 9438: windows in segments, times in seconds. An epoch is a
 * stage of congestion avoidance; the time of flights that the window did not limit is no part of it (section 5.8).
 */
final class CubicFlow extends WindowFlow {
  private static final double ALPHA = 3 * (1 - Cubic.BETA) / (1 + Cubic.BETA);
  private static final double MOST_GROWTH = 1.5;
  private static final double NS_PER_SECOND = 1e9;

  private final boolean fastConvergence;
  private boolean inEpoch;
  private boolean paused;
  private long epochNs;
  private long pausedNs;
  private double maxWindow;
  private double k;
  private double renoWindow;
  private double priorWindow;
  private double fractionBytes;
  private double undoMaxWindow;
  private double undoPriorWindow;

  CubicFlow(SlowStart slowStart, boolean fastConvergence) {
    super(slowStart);
    this.fastConvergence = fastConvergence;
  }

  @Override
  public void start(Connection connection, long initialBytes) {
    super.start(connection, initialBytes);
    endEpoch();
    maxWindow = 0;
    priorWindow = 0;
    undoMaxWindow = 0;
    undoPriorWindow = 0;
  }

  @Override
  double beta() {
    return Cubic.BETA;
  }

  @Override
  void avoid(Connection connection, long ackedBytes) {
    double segmentBytes = connection.segmentBytes();
    double window = (windowBytes() + fractionBytes) / segmentBytes;
    if (!inEpoch) {
      beginEpoch(window, connection.nowNs());
    } else if (paused) {
      paused = false;
      epochNs += connection.nowNs() - pausedNs;
    }
    double seconds = (connection.nowNs() - epochNs) / NS_PER_SECOND;
    double share = Math.min(1, ackedBytes / segmentBytes / window);
    renoWindow += (renoWindow >= priorWindow ? 1 : ALPHA) * share;
    double grown;
    if (curve(seconds) < renoWindow) {
      grown = Math.max(window, renoWindow);
    } else {
      double target = curve(seconds + connection.smoothedRttNs() / NS_PER_SECOND);
      grown = window + (Math.clamp(target, window, MOST_GROWTH * window) - window) * share;
    }
    double grownBytes = grown * segmentBytes;
    windowBytes((long) grownBytes);
    fractionBytes = grownBytes - (long) grownBytes;
  }

  private void beginEpoch(double window, long nowNs) {
    inEpoch = true;
    paused = false;
    epochNs = nowNs;
    renoWindow = window;
    if (window < maxWindow) {
      k = Math.cbrt((maxWindow - window) / Cubic.C);
    } else {
      // After a timeout, and after a slow start that no loss has ended (sections 4.8 and 4.10).
      k = 0;
      maxWindow = window;
    }
  }

  /** W_cubic(t). */
  private double curve(double seconds) {
    double distance = seconds - k;
    return Cubic.C * distance * distance * distance + maxWindow;
  }

  private void endEpoch() {
    inEpoch = false;
    paused = false;
    fractionBytes = 0;
  }

  @Override
  void onReduction(Connection connection) {
    undoMaxWindow = maxWindow;
    undoPriorWindow = priorWindow;
    double window = (double) windowBytes() / connection.segmentBytes();
    priorWindow = window;
    maxWindow = fastConvergence && window < maxWindow ? window * (1 + Cubic.BETA) / 2 : window;
    endEpoch();
  }

  @Override
  void onWindowLost() {
    maxWindow = 0;
    endEpoch();
  }

  @Override
  void onReductionUndone() {
    maxWindow = undoMaxWindow;
    priorWindow = undoPriorWindow;
    endEpoch();
  }

  @Override
  void onIdle(long idleNs, boolean aged) {
    if (aged) {
      endEpoch();
    } else if (inEpoch && !paused) {
      epochNs += idleNs;
    }
  }

  @Override
  void onUnlimitedAck(Connection connection) {
    if (inEpoch && !paused) {
      paused = true;
      pausedNs = connection.nowNs();
    }
  }
}
