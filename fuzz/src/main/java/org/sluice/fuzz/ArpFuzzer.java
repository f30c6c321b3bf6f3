package org.sluice.fuzz;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.header.ArpHeader;
import org.sluice.spi.header.HeaderFault;

/** ARP packets. */
public final class ArpFuzzer {
  private ArpFuzzer() {}

  /**
   * Runs an input: what stands behind the Ethernet header.
   *
   * @param input any bytes
   */
  public static void fuzzerTestOneInput(byte[] input) {
    MemorySegment m = MemorySegment.ofArray(input);
    int header = ArpHeader.validate(m, 0, input.length);
    if (header < 0) {
      Check.that(!HeaderFault.text(header).equals("unknown"), "a fault has a name");
      return;
    }
    MemorySegment copy = MemorySegment.ofArray(new byte[ArpHeader.LENGTH]);
    ArpHeader.write(copy, 0, ArpHeader.operation(m, 0));
    ArpHeader.sender(copy, 0, ArpHeader.senderHardware(m, 0), ArpHeader.senderProtocol(m, 0));
    ArpHeader.target(copy, 0, ArpHeader.targetHardware(m, 0), ArpHeader.targetProtocol(m, 0));
    Check.that(copy.mismatch(m.asSlice(0, header)) == -1, "a packet that was read is written the same");
  }
}
