package org.sluice.fuzz;

import java.lang.foreign.MemorySegment;
import org.sluice.core.ip.Reassembler;
import org.sluice.spi.header.HeaderFault;
import org.sluice.spi.header.Ip6Extensions;
import org.sluice.spi.header.Ip6Header;

/** IPv6 headers, extension headers and fragments. */
public final class Ip6Fuzzer {
  private Ip6Fuzzer() {}

  /**
   * Runs an input: packets, see {@link Pieces}.
   *
   * @param input any bytes
   */
  public static void fuzzerTestOneInput(byte[] input) {
    try (Reassembly reassembly = new Reassembly(Ip6Fuzzer::whole)) {
      Pieces.forEach(input, m -> packet(m, reassembly));
    }
  }

  private static void packet(MemorySegment m, Reassembly reassembly) {
    int header = Ip6Header.validate(m, 0, (int) m.byteSize());
    if (header < 0) {
      Check.that(!HeaderFault.text(header).equals("unknown"), "a fault has a name");
      return;
    }
    long found = Ip6Extensions.find(m, 0);
    if (found < 0) {
      Check.that(!HeaderFault.text(found).equals("unknown"), "a fault has a name");
      return;
    }
    int distance = Ip6Extensions.distance(found);
    int end = Ip6Header.LENGTH + Ip6Header.payloadLength(m, 0);
    Check.that(distance >= Ip6Header.LENGTH && distance <= end, "the upper header begins within the packet");
    if (Ip6Extensions.protocol(found) != Ip6Extensions.FRAGMENT) {
      return;
    }
    if (Reassembler.isAtomic(m, distance)) {
      int next = Ip6Extensions.fragmentNextHeader(m, distance);
      long moved = Reassembler.unwrapAtomic(m, 0, distance);
      whole(m, moved, end - Ip6Extensions.FRAGMENT_LENGTH);
      long again = Ip6Extensions.find(m, moved);
      Check.that(again < 0 || Ip6Extensions.distance(again) >= distance, "no header is lost");
      Check.that(again < 0 || Ip6Extensions.distance(again) > distance || Ip6Extensions.protocol(again) == next,
          "what the fragment header announced follows");
    } else {
      reassembly.add6(m, distance);
    }
  }

  private static void whole(MemorySegment m, long packet, int length) {
    Check.that(Ip6Header.validate(m, packet, length) > 0, "a whole datagram has a header");
    Check.that(Ip6Header.LENGTH + Ip6Header.payloadLength(m, packet) == length,
        "a whole datagram is as long as it says");
  }
}
