package org.sluice.core;

import org.sluice.core.application.ApplicationLimits;
import org.sluice.core.ip.IpLimits;
import org.sluice.core.lookup.PortRange;
import org.sluice.core.network.NetworkLimits;
import org.sluice.core.policy.PolicyLimits;
import org.sluice.core.runtime.WorkerLimits;
import org.sluice.core.session.SweepLimits;
import org.sluice.core.session.TxLimits;
import org.sluice.core.transport.TransportRegistry;

/**
 * The bounds of a stack. Each has a counter that tells how often it was hit.
 *
 * @param maxSessionsPerWorker sessions of one worker at a time, without half-opens
 * @param maxFlows entries of the lookup table
 * @param maxSegments segments of the stack at a time
 * @param maxTransports transports registered in the life of the stack, 1 to {@link TransportRegistry#MAX_TRANSPORTS}
 * @param ports the ports that active opens choose from
 * @param applications bounds of the application layer
 * @param tx bounds of the tx scheduler
 * @param workers bounds of the event loops
 * @param sweep when idle FIFOs give their memory back
 * @param policy bounds of rules and deny lists
 * @param network bounds of the network
 * @param maxStreamsPerSession streams of one parent session at a time
 * @param maxSessionRecords records of closed sessions that wait on a worker for their collectors
 * @param ip bounds of the IP layer
 */
public record StackLimits(
    int maxSessionsPerWorker,
    int maxFlows,
    int maxSegments,
    int maxTransports,
    PortRange ports,
    ApplicationLimits applications,
    TxLimits tx,
    WorkerLimits workers,
    SweepLimits sweep,
    PolicyLimits policy,
    NetworkLimits network,
    int maxStreamsPerSession,
    int maxSessionRecords,
    IpLimits ip) {
  private static final int MAX_STREAMS = 1 << 16;
  private static final int MAX_RECORDS = 1 << 10;

  /** What a stack uses unless told otherwise. */
  public static final StackLimits DEFAULT = new StackLimits(
      1 << 20,
      1 << 22,
      1 << 16,
      TransportRegistry.MAX_TRANSPORTS,
      new PortRange(1024, 65535),
      ApplicationLimits.DEFAULT,
      TxLimits.DEFAULT,
      WorkerLimits.DEFAULT,
      SweepLimits.DEFAULT);

  /**
   * Bounds with the default ones of policy, network and IP layer.
   *
   * @param maxSessionsPerWorker see there
   * @param maxFlows see there
   * @param maxSegments see there
   * @param maxTransports see there
   * @param ports see there
   * @param applications see there
   * @param tx see there
   * @param workers see there
   * @param sweep see there
   */
  public StackLimits(
      int maxSessionsPerWorker,
      int maxFlows,
      int maxSegments,
      int maxTransports,
      PortRange ports,
      ApplicationLimits applications,
      TxLimits tx,
      WorkerLimits workers,
      SweepLimits sweep) {
    this(maxSessionsPerWorker, maxFlows, maxSegments, maxTransports, ports, applications, tx, workers, sweep,
        PolicyLimits.DEFAULT, NetworkLimits.DEFAULT, MAX_STREAMS, MAX_RECORDS, IpLimits.DEFAULT);
  }

  /**
   * The same bounds with others of the application layer.
   *
   * @param other bounds of the application layer
   * @return a copy
   */
  public StackLimits with(ApplicationLimits other) {
    return new StackLimits(maxSessionsPerWorker, maxFlows, maxSegments, maxTransports, ports, other, tx, workers, sweep,
        policy, network, maxStreamsPerSession, maxSessionRecords, ip);
  }

  /**
   * The same bounds with others of rules and deny lists.
   *
   * @param other bounds of rules and deny lists
   * @return a copy
   */
  public StackLimits with(PolicyLimits other) {
    return new StackLimits(maxSessionsPerWorker, maxFlows, maxSegments, maxTransports, ports, applications, tx, workers,
        sweep, other, network, maxStreamsPerSession, maxSessionRecords, ip);
  }

  /**
   * The same bounds with others of the network.
   *
   * @param other bounds of the network
   * @return a copy
   */
  public StackLimits with(NetworkLimits other) {
    return new StackLimits(maxSessionsPerWorker, maxFlows, maxSegments, maxTransports, ports, applications, tx, workers,
        sweep, policy, other, maxStreamsPerSession, maxSessionRecords, ip);
  }

  /**
   * The same bounds with another number of streams.
   *
   * @param streams of one parent session at a time
   * @return a copy
   */
  public StackLimits withStreamsPerSession(int streams) {
    return new StackLimits(maxSessionsPerWorker, maxFlows, maxSegments, maxTransports, ports, applications, tx, workers,
        sweep, policy, network, streams, maxSessionRecords, ip);
  }

  /**
   * The same bounds with another one of records.
   *
   * @param records the most that wait on a worker
   * @return a copy
   */
  public StackLimits withSessionRecords(int records) {
    return new StackLimits(maxSessionsPerWorker, maxFlows, maxSegments, maxTransports, ports, applications, tx, workers,
        sweep, policy, network, maxStreamsPerSession, records, ip);
  }

  /**
   * The same bounds with others of the IP layer.
   *
   * @param other bounds of the IP layer
   * @return a copy
   */
  public StackLimits with(IpLimits other) {
    return new StackLimits(maxSessionsPerWorker, maxFlows, maxSegments, maxTransports, ports, applications, tx, workers,
        sweep, policy, network, maxStreamsPerSession, maxSessionRecords, other);
  }
}
