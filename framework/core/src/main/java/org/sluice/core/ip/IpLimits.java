package org.sluice.core.ip;

/**
 * The bounds of the IP layer. Each has a counter that tells how often it was hit.
 *
 * @param packetsPerQueue packets that a worker takes from one receive queue in a turn
 * @param maxNeighbors neighbours of all interfaces, both families
 * @param packetsPerNeighbor packets that wait for a neighbour's answer; the oldest makes room for the next
 * @param waitingPackets packets that wait for answers of all neighbours together; the oldest makes room for the next
 * @param requestsPerSecond requests for hardware addresses of all unknown neighbours together, and as many again
 *     to known ones
 * @param idlePaths paths that nobody holds which a worker keeps for the next one to the same destination
 * @param neighborReachableNs how long a neighbour counts as reachable after it answered
 * @param neighborStaleNs how long one that nothing is sent to is remembered after that
 * @param reassembly bounds of what each worker puts together of fragments
 * @param icmp bounds of ICMP errors, sent and received
 * @param link bounds of what is learned of links
 * @param tracePackets packets of each worker that one trace takes
 */
public record IpLimits(
    int packetsPerQueue,
    int maxNeighbors,
    int packetsPerNeighbor,
    int waitingPackets,
    int requestsPerSecond,
    int idlePaths,
    long neighborReachableNs,
    long neighborStaleNs,
    ReassemblyLimits reassembly,
    IcmpLimits icmp,
    LinkLimits link,
    int tracePackets) {
  private static final long SECOND_NS = 1_000_000_000;
  /** A sixth of the frames that a wire has unless told otherwise. */
  private static final int WAITING_PACKETS = 256;
  private static final int TRACE_PACKETS = 1000;

  /** What a stack uses unless told otherwise. */
  public static final IpLimits DEFAULT =
      new IpLimits(64, 4096, 16, 1000, 1024, 30 * SECOND_NS, 600 * SECOND_NS);

  /**
   * Bounds with the default ones of waiting packets, reassembly, ICMP and links.
   *
   * @param packetsPerQueue see there
   * @param maxNeighbors see there
   * @param packetsPerNeighbor see there
   * @param requestsPerSecond see there
   * @param idlePaths see there
   * @param neighborReachableNs see there
   * @param neighborStaleNs see there
   */
  public IpLimits(
      int packetsPerQueue,
      int maxNeighbors,
      int packetsPerNeighbor,
      int requestsPerSecond,
      int idlePaths,
      long neighborReachableNs,
      long neighborStaleNs) {
    this(packetsPerQueue, maxNeighbors, packetsPerNeighbor, WAITING_PACKETS, requestsPerSecond, idlePaths,
        neighborReachableNs, neighborStaleNs, ReassemblyLimits.DEFAULT, IcmpLimits.DEFAULT, LinkLimits.DEFAULT);
  }

  /**
   * Bounds with the default one of traces.
   *
   * @param packetsPerQueue see there
   * @param maxNeighbors see there
   * @param packetsPerNeighbor see there
   * @param waitingPackets see there
   * @param requestsPerSecond see there
   * @param idlePaths see there
   * @param neighborReachableNs see there
   * @param neighborStaleNs see there
   * @param reassembly see there
   * @param icmp see there
   * @param link see there
   */
  public IpLimits(
      int packetsPerQueue,
      int maxNeighbors,
      int packetsPerNeighbor,
      int waitingPackets,
      int requestsPerSecond,
      int idlePaths,
      long neighborReachableNs,
      long neighborStaleNs,
      ReassemblyLimits reassembly,
      IcmpLimits icmp,
      LinkLimits link) {
    this(packetsPerQueue, maxNeighbors, packetsPerNeighbor, waitingPackets, requestsPerSecond, idlePaths,
        neighborReachableNs, neighborStaleNs, reassembly, icmp, link, TRACE_PACKETS);
  }
}
