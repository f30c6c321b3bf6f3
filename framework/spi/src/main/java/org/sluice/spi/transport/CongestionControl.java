package org.sluice.spi.transport;

import org.pf4j.ExtensionPoint;

/**
 * A congestion control algorithm, for TCP and whoever wants it. An extension point: the algorithm is chosen by name.
 * One instance serves all connections; what it remembers of one it keeps in the {@link Flow} it made for it. Called
 * on the connection's worker; must not block or allocate, but in {@link #newFlow}.
 */
public interface CongestionControl extends ExtensionPoint {

  /**
   * The name in configuration and attributes, for example {@code cubic}.
   *
   * @return lower-case, unique
   */
  String name();

  /**
   * Makes the state of one connection. Allocates; transports pool flows with their connections.
   *
   * @return the state, to be started by {@link Flow#start}
   */
  Flow newFlow();

  /** What the algorithm reads of its connection. Units: bytes and nanoseconds. */
  interface Connection {
    /**
     * Payload of a full segment.
     *
     * @return bytes
     */
    int segmentBytes();

    /**
     * Payload sent and not yet acknowledged, lost or left the network.
     *
     * @return bytes
     */
    long flightBytes();

    /**
     * Smoothed round trip time.
     *
     * @return nanoseconds, 0 before the first sample
     */
    long smoothedRttNs();

    /**
     * The round trip time that the present acknowledgement measured.
     *
     * @return nanoseconds, 0 when it measured none; algorithms that look at delay then do without
     */
    default long latestRttNs() {
      return 0;
    }

    /**
     * The smallest round trip time seen.
     *
     * @return nanoseconds, 0 before the first sample
     */
    long minRttNs();

    /**
     * The rate at which payload was delivered, last sample.
     *
     * @return bytes per second, 0 before the first
     */
    long deliveryRate();

    /**
     * Whether the congestion window, not the application or the peer, limited sending since the last acknowledgement.
     *
     * @return true when it did
     */
    boolean congestionLimited();

    /**
     * The turn's time.
     *
     * @return nanoseconds
     */
    long nowNs();
  }

  /** The state of one connection. */
  interface Flow {
    /**
     * The connection is established.
     *
     * @param connection its figures
     * @param initialWindowBytes the first window (RFC 6928)
     */
    void start(Connection connection, long initialWindowBytes);

    /**
     * New data was acknowledged outside of recovery.
     *
     * @param connection its figures
     * @param ackedBytes how much
     */
    void onAck(Connection connection, long ackedBytes);

    /**
     * Data was acknowledged during recovery.
     *
     * @param connection its figures
     * @param ackedBytes how much
     */
    void onRecoveryAck(Connection connection, long ackedBytes);

    /**
     * Loss was detected by acknowledgements, or congestion was signalled by ECN; once per window of data.
     *
     * @param connection its figures
     */
    void onCongestion(Connection connection);

    /**
     * The retransmission timer expired; once per loss event.
     *
     * @param connection its figures
     */
    void onTimeout(Connection connection);

    /**
     * Everything outstanding at the loss was acknowledged.
     *
     * @param connection its figures
     */
    void onRecovered(Connection connection);

    /**
     * The loss turned out not to have been one: state before it is restored.
     *
     * @param connection its figures
     */
    void onUndo(Connection connection);

    /**
     * Sending starts again after idle time.
     *
     * @param connection its figures
     * @param idleNs how long nothing was in flight
     */
    void onRestart(Connection connection, long idleNs);

    /**
     * The congestion window.
     *
     * @return bytes
     */
    long windowBytes();

    /**
     * The slow start threshold.
     *
     * @return bytes; {@link Long#MAX_VALUE} before the first congestion
     */
    long slowStartThresholdBytes();

    /**
     * The rate to pace at.
     *
     * @param connection its figures
     * @return bytes per second; 0 to let the transport derive it from window and round trip
     */
    default long pacingRate(Connection connection) {
      return 0;
    }
  }
}
