package org.sluice.fuzz;

import org.sluice.spi.header.Ip4Header;

/** ICMPv4 messages, with errors and what they quote; and the errors that we write about packets. */
public final class Icmp4Fuzzer {
  private Icmp4Fuzzer() {}

  /**
   * Runs an input: messages, see {@link Pieces}; each is also taken for a packet that errors are written about.
   *
   * @param input any bytes
   */
  public static void fuzzerTestOneInput(byte[] input) {
    IcmpParts parts = new IcmpParts();
    Pieces.forEach(input, m -> {
      parts.read(m, true);
      if (Ip4Header.validate(m, 0, (int) m.byteSize()) > 0) {
        parts.write(m, Packets.HOST);
      }
    });
  }
}
