package org.sluice.core.ip;

/**
 * The bounds of reassembly on one worker. Each has a counter that tells how often it was hit.
 *
 * @param maxDatagrams incomplete datagrams at a time; the oldest gives way to a new one
 * @param maxBytes memory for their fragments; the oldest datagram gives way to a new fragment
 * @param maxFragments fragments of one datagram
 * @param maxPerSource incomplete datagrams of one sender; his oldest gives way to a new one
 * @param maxWhole complete datagrams that have not been given back yet
 */
public record ReassemblyLimits(int maxDatagrams, int maxBytes, int maxFragments, int maxPerSource, int maxWhole) {
  /** What a worker uses unless told otherwise. */
  public static final ReassemblyLimits DEFAULT = new ReassemblyLimits(256, 2 << 20, 128, 64, 16);

  /**
   * Checks that the longest datagram has room.
   *
   * @throws IllegalArgumentException when one is too small
   */
  public ReassemblyLimits {
    int leastBytes = FragmentStore.leastBytes(maxFragments);
    if (maxDatagrams < 1 || maxFragments < 2 || maxPerSource < 1 || maxWhole < 1 || maxBytes < leastBytes) {
      throw new IllegalArgumentException("reassembly needs at least 2 fragments per datagram, one of all else, and "
          + leastBytes + " bytes for " + maxFragments + " fragments, not " + maxDatagrams + " datagrams, " + maxBytes
          + " bytes, " + maxPerSource + " per source, " + maxWhole + " whole");
    }
  }
}
