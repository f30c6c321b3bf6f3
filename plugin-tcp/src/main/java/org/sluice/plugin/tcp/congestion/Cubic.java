package org.sluice.plugin.tcp.congestion;

import org.sluice.spi.transport.CongestionControl;

/** CUBIC (RFC 9438). */
public final class Cubic implements CongestionControl {
  /** How fast the window grows, segments per second cubed. */
  static final double C = 0.4;
  /** What a loss leaves of the window. */
  static final double BETA = 0.7;

  private final SlowStart slowStart;
  private final boolean fastConvergence;

  /**
   * The algorithm.
   *
   * @param slowStart how slow start grows
   * @param fastConvergence whether a flow whose window shrinks makes more room for new ones (section 4.7)
   */
  public Cubic(SlowStart slowStart, boolean fastConvergence) {
    this.slowStart = slowStart;
    this.fastConvergence = fastConvergence;
  }

  @Override
  public String name() {
    return "cubic";
  }

  @Override
  public Flow newFlow() {
    return new CubicFlow(slowStart, fastConvergence);
  }
}
