package org.sluice.core.nic;

/** The addresses of cards that no vendor made. */
final class MacAddresses {
  /** The bit of locally administered addresses, so that none of a vendor is hit (IEEE 802-2014 section 8.4). */
  private static final long LOCALLY_ADMINISTERED = 0x02L << 40;

  private MacAddresses() {}

  /** The address of a card of that name, always the same. */
  static long local(String name) {
    return LOCALLY_ADMINISTERED | (name.hashCode() & 0xffff_ffffL);
  }
}
