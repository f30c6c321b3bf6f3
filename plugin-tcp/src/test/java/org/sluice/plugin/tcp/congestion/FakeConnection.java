package org.sluice.plugin.tcp.congestion;

import org.sluice.spi.transport.CongestionControl;

/** Figures of a connection, set by a test. */
final class FakeConnection implements CongestionControl.Connection {
  static final int MSS = 1_000;

  long flightBytes;
  long rttNs = 50_000_000;
  long latestRttNs;
  long deliveryRate;
  boolean limited = true;
  long nowNs = 1_000_000_000;

  @Override
  public int segmentBytes() {
    return MSS;
  }

  @Override
  public long flightBytes() {
    return flightBytes;
  }

  @Override
  public long smoothedRttNs() {
    return rttNs;
  }

  @Override
  public long latestRttNs() {
    return latestRttNs;
  }

  @Override
  public long minRttNs() {
    return rttNs;
  }

  @Override
  public long deliveryRate() {
    return deliveryRate;
  }

  @Override
  public boolean congestionLimited() {
    return limited;
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  /** One round trip: the window is acknowledged segment by segment, evenly over time. */
  void roundTrip(CongestionControl.Flow flow) {
    long segments = Math.max(1, flow.windowBytes() / MSS);
    flightBytes = flow.windowBytes();
    for (long i = 0; i < segments; i++) {
      nowNs += rttNs / segments;
      flow.onAck(this, MSS);
    }
  }
}
