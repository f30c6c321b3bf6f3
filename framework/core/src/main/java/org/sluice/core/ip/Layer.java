package org.sluice.core.ip;

import java.util.List;
import org.sluice.spi.header.HeaderFault;

/** Whose header is faulty, with the faults that its {@code validate} tells of. */
enum Layer {
  LINK(List.of(HeaderFault.TRUNCATED, HeaderFault.NOT_ETHERNET_II)),
  ARP(List.of(HeaderFault.TRUNCATED, HeaderFault.UNSUPPORTED_ARP)),
  IP4(List.of(
      HeaderFault.TRUNCATED, HeaderFault.BAD_VERSION, HeaderFault.BAD_HEADER_LENGTH, HeaderFault.BAD_LENGTH)),
  IP6(List.of(HeaderFault.TRUNCATED, HeaderFault.BAD_VERSION, HeaderFault.TOO_MANY_EXTENSIONS)),
  ICMP(List.of(HeaderFault.TRUNCATED));

  @SuppressWarnings("ImmutableEnumChecker") // It comes from List.of.
  private final List<Integer> faults;

  Layer(List<Integer> faults) {
    this.faults = faults;
  }

  List<Integer> faults() {
    return faults;
  }
}
