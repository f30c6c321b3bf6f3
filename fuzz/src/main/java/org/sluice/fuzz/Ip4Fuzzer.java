package org.sluice.fuzz;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.header.HeaderFault;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.Ip4Header;

/** IPv4 headers and fragments. */
public final class Ip4Fuzzer {
  private Ip4Fuzzer() {}

  /**
   * Runs an input: packets, see {@link Pieces}.
   *
   * @param input any bytes
   */
  public static void fuzzerTestOneInput(byte[] input) {
    try (Reassembly reassembly = new Reassembly(Ip4Fuzzer::whole)) {
      Pieces.forEach(input, m -> packet(m, reassembly));
    }
  }

  private static void packet(MemorySegment m, Reassembly reassembly) {
    int header = Ip4Header.validate(m, 0, (int) m.byteSize());
    if (header < 0) {
      Check.that(!HeaderFault.text(header).equals("unknown"), "a fault has a name");
      return;
    }
    Check.that(header <= Ip4Header.totalLength(m, 0), "the header is within the packet");
    Check.that(Ip4Header.totalLength(m, 0) <= m.byteSize(), "the packet is within the frame");
    if (Ip4Header.isFragment(m, 0)) {
      reassembly.add4(m);
    }
    Ip4Header.fillChecksum(m, 0);
    Check.that(Ip4Header.checksumSum(m, 0, header) == InternetChecksum.VALID, "a checksum that was filled in is right");
  }

  private static void whole(MemorySegment m, long packet, int length) {
    int header = Ip4Header.validate(m, packet, length);
    Check.that(header > 0, "a whole datagram has a header");
    Check.that(Ip4Header.totalLength(m, packet) == length, "a whole datagram is as long as it says");
    Check.that(!Ip4Header.isFragment(m, packet), "a whole datagram is no fragment");
    Check.that(Ip4Header.checksumSum(m, packet, header) == InternetChecksum.VALID, "its checksum is right");
  }
}
