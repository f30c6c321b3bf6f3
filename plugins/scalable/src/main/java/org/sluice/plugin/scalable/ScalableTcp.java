package org.sluice.plugin.scalable;

import org.pf4j.Extension;
import org.sluice.spi.transport.CongestionControl;

/**
 * Scalable TCP (T. Kelly, "Scalable TCP: Improving Performance in Highspeed Wide Area Networks", 2003): the window
 * grows by a hundredth of what is acknowledged, and a loss takes an eighth of it, so that the time to recover does not
 * depend on the window. Small windows behave as in RFC 5681.
 */
@Extension
public final class ScalableTcp implements CongestionControl {

  /** The algorithm; it has no settings. */
  public ScalableTcp() {}

  @Override
  public String name() {
    return "scalable";
  }

  @Override
  public Flow newFlow() {
    return new ScalableFlow();
  }

  private static final class ScalableFlow implements Flow {
    /** The window grows by one part of so many acknowledged. */
    private static final int GROWTH = 100;
    /** A loss takes one part of so many. */
    private static final int DECREASE = 8;
    /** Below so many segments the standard's rules are as fast (the paper's legacy window). */
    private static final int LEGACY_SEGMENTS = 16;
    private static final int MIN_SEGMENTS = 2;

    private long window;
    private long threshold;
    /** What was acknowledged and has not made the window grow yet. */
    private long credit;
    private long windowBefore;
    private long thresholdBefore;
    private long initialWindow;
    private boolean afterTimeout;

    @Override
    public void start(Connection connection, long initialWindowBytes) {
      window = initialWindowBytes;
      initialWindow = initialWindowBytes;
      afterTimeout = false;
      threshold = Long.MAX_VALUE;
      credit = 0;
      windowBefore = initialWindowBytes;
      thresholdBefore = threshold;
    }

    @Override
    public void onAck(Connection connection, long ackedBytes) {
      if (!connection.congestionLimited()) {
        return;
      }
      if (window < threshold) {
        window += ackedBytes;
        return;
      }
      credit += ackedBytes;
      long cost = isLegacy(connection) ? window / connection.segmentBytes() : GROWTH;
      long grown = credit / cost;
      credit -= grown * cost;
      window += grown;
    }

    @Override
    public void onRecoveryAck(Connection connection, long ackedBytes) {
      // In fast recovery the transport decides how much leaves; after a timeout the window starts anew.
      if (afterTimeout) {
        onAck(connection, ackedBytes);
      }
    }

    @Override
    public void onCongestion(Connection connection) {
      reduce(connection);
      window = threshold;
      afterTimeout = false;
    }

    @Override
    public void onTimeout(Connection connection) {
      reduce(connection);
      window = connection.segmentBytes();
      afterTimeout = true;
    }

    private void reduce(Connection connection) {
      windowBefore = window;
      thresholdBefore = threshold;
      long left = isLegacy(connection) ? window / 2 : window - window / DECREASE;
      threshold = Math.max(left, MIN_SEGMENTS * (long) connection.segmentBytes());
      credit = 0;
    }

    private boolean isLegacy(Connection connection) {
      return window <= LEGACY_SEGMENTS * (long) connection.segmentBytes();
    }

    @Override
    public void onRecovered(Connection connection) {
      afterTimeout = false;
    }

    @Override
    public void onUndo(Connection connection) {
      window = Math.max(window, windowBefore);
      threshold = thresholdBefore;
      afterTimeout = false;
    }

    @Override
    public void onRestart(Connection connection, long idleNs) {
      // Nobody knows what the path takes by now (RFC 5681 section 4.1); slow start gets back to it soon.
      threshold = Math.max(threshold, window);
      window = Math.min(window, initialWindow);
    }

    @Override
    public long windowBytes() {
      return window;
    }

    @Override
    public long slowStartThresholdBytes() {
      return threshold;
    }
  }
}
