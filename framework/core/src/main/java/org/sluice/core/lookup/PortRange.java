package org.sluice.core.lookup;

/**
 * The ports that are chosen from when none is asked for (RFC 6056 section 3.2: as many as possible).
 *
 * @param first the lowest
 * @param last the highest
 */
public record PortRange(int first, int last) {
  /** Everything but the well-known ports. */
  public static final PortRange EPHEMERAL = new PortRange(1024, 65535);

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException naming it when it is empty or has no ports
   */
  public PortRange {
    if (first < 1 || last > 0xffff || first > last) {
      throw new IllegalArgumentException("port range " + first + ".." + last + " is not within 1..65535");
    }
  }

  int count() {
    return last - first + 1;
  }
}
