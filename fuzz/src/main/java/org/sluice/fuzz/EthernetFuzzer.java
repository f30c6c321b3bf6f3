package org.sluice.fuzz;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.HeaderFault;

/** The Ethernet header. */
public final class EthernetFuzzer {
  private EthernetFuzzer() {}

  /**
   * Runs an input: a frame.
   *
   * @param input any bytes
   */
  public static void fuzzerTestOneInput(byte[] input) {
    MemorySegment m = MemorySegment.ofArray(input);
    int header = EthernetHeader.validate(m, 0, input.length);
    if (header < 0) {
      Check.that(!HeaderFault.text(header).equals("unknown"), "a fault has a name");
      return;
    }
    MemorySegment copy = MemorySegment.ofArray(new byte[EthernetHeader.LENGTH]);
    EthernetHeader.write(copy, 0, EthernetHeader.destination(m, 0), EthernetHeader.source(m, 0),
        EthernetHeader.type(m, 0));
    Check.that(copy.mismatch(m.asSlice(0, header)) == -1, "a header that was read is written the same");
  }
}
