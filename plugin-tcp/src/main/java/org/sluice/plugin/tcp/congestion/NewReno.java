package org.sluice.plugin.tcp.congestion;

import org.sluice.spi.transport.CongestionControl;

/** The standard's congestion control (RFC 5681, RFC 6582), counting bytes (RFC 3465). */
public final class NewReno implements CongestionControl {
  private static final double BETA = 0.5;

  private final SlowStart slowStart;

  /**
   * The algorithm.
   *
   * @param slowStart how slow start grows
   */
  public NewReno(SlowStart slowStart) {
    this.slowStart = slowStart;
  }

  @Override
  public String name() {
    return "newreno";
  }

  @Override
  public Flow newFlow() {
    return new NewRenoFlow(slowStart);
  }

  /** One connection: a segment per window of acknowledged bytes. */
  private static final class NewRenoFlow extends WindowFlow {
    private long countedBytes;

    NewRenoFlow(SlowStart slowStart) {
      super(slowStart);
    }

    @Override
    public void start(Connection connection, long initialBytes) {
      super.start(connection, initialBytes);
      countedBytes = 0;
    }

    @Override
    double beta() {
      return BETA;
    }

    @Override
    void avoid(Connection connection, long ackedBytes) {
      countedBytes += ackedBytes;
      while (countedBytes >= windowBytes()) {
        countedBytes -= windowBytes();
        windowBytes(windowBytes() + connection.segmentBytes());
      }
    }

    @Override
    void onReduction(Connection connection) {
      countedBytes = 0;
    }

    @Override
    void onWindowLost() {
      countedBytes = 0;
    }

    @Override
    void onReductionUndone() {
      countedBytes = 0;
    }

    @Override
    void onIdle(long idleNs, boolean aged) {
      countedBytes = 0;
    }

    @Override
    void onUnlimitedAck(Connection connection) {
      countedBytes = 0;
    }
  }
}
