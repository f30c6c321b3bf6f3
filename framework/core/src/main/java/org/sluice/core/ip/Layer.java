package org.sluice.core.ip;

import org.sluice.spi.header.HeaderFault;

/** Whose header is faulty, with the faults that its {@code validate} tells of. */
enum Layer {
  LINK(HeaderFault.TRUNCATED, HeaderFault.NOT_ETHERNET_II),
  ARP(HeaderFault.TRUNCATED, HeaderFault.UNSUPPORTED_ARP),
  IP4(HeaderFault.TRUNCATED, HeaderFault.BAD_VERSION, HeaderFault.BAD_HEADER_LENGTH, HeaderFault.BAD_LENGTH),
  IP6(HeaderFault.TRUNCATED, HeaderFault.BAD_VERSION, HeaderFault.TOO_MANY_EXTENSIONS),
  ICMP(HeaderFault.TRUNCATED);

  private final int[] faults;

  Layer(int... faults) {
    this.faults = faults;
  }

  int[] faults() {
    return faults.clone();
  }
}
