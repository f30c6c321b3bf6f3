package org.sluice.plugin.tcp;

import org.sluice.spi.transport.CongestionControl;

/** Slow start and congestion avoidance of RFC 5681, with appropriate byte counting (RFC 3465). */
final class SimpleReno implements CongestionControl {
  @Override
  public String name() {
    return "reno";
  }

  @Override
  public CongestionControl.Flow newFlow() {
    return new RenoFlow();
  }

  private static final class RenoFlow implements CongestionControl.Flow {
    private static final int MIN_SEGMENTS = 2;

    private long window;
    private long threshold;
    private long credit;

    @Override
    public void start(Connection connection, long initialWindowBytes) {
      window = initialWindowBytes;
      threshold = Long.MAX_VALUE;
      credit = 0;
    }

    @Override
    public void onAck(Connection connection, long ackedBytes) {
      if (window < threshold) {
        if (connection.congestionLimited()) {
          window += Math.min(ackedBytes, MIN_SEGMENTS * (long) connection.segmentBytes());
        }
        return;
      }
      if (!connection.congestionLimited()) {
        return;
      }
      credit += ackedBytes;
      if (credit >= window) {
        credit -= window;
        window += connection.segmentBytes();
      }
    }

    @Override
    public void onRecoveryAck(Connection connection, long ackedBytes) {
      // The window waits for the end of recovery.
    }

    @Override
    public void onCongestion(Connection connection) {
      reduce(connection);
      window = threshold;
    }

    @Override
    public void onTimeout(Connection connection) {
      reduce(connection);
      window = connection.segmentBytes();
    }

    private void reduce(Connection connection) {
      threshold = Math.max(connection.flightBytes() / 2, MIN_SEGMENTS * (long) connection.segmentBytes());
      credit = 0;
    }

    @Override
    public void onRecovered(Connection connection) {
      window = Math.min(threshold, Math.max(window, connection.flightBytes() + connection.segmentBytes()));
    }

    @Override
    public void onUndo(Connection connection) {
      window = Math.max(window, threshold);
    }

    @Override
    public void onRestart(Connection connection, long idleNs) {
      // What was learned is kept; the window after idle time is bounded by the transport.
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
