package org.sluice.fuzz;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.header.HeaderFault;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.TcpOptions;

/** TCP headers and options. What connections make of them is the part of {@link StackFuzzer}. */
public final class TcpFuzzer {
  private TcpFuzzer() {}

  /**
   * Runs an input: a segment.
   *
   * @param input any bytes
   */
  public static void fuzzerTestOneInput(byte[] input) {
    MemorySegment m = MemorySegment.ofArray(input);
    int header = TcpHeader.validate(m, 0, input.length);
    if (header < 0) {
      Check.that(!HeaderFault.text(header).equals("unknown"), "a fault has a name");
      return;
    }
    int last = 0;
    int at = TcpOptions.first(m, 0, header);
    while (at > 0) {
      Check.that(at >= TcpHeader.MIN_LENGTH && at > last, "options stand one behind the other");
      Check.that(at + TcpOptions.length(m, at) <= header, "an option is within the header");
      value(m, at);
      last = at;
      at = TcpOptions.next(m, 0, header, at);
    }
    Check.that(at == TcpOptions.NONE || at == TcpOptions.MALFORMED, "options end one way or the other");
  }

  private static void value(MemorySegment m, int option) {
    int length = TcpOptions.length(m, option);
    switch (TcpOptions.kind(m, option)) {
      case TcpOptions.MSS -> Check.that(TcpOptions.mss(m, option) >= 0, "an MSS has no sign");
      case TcpOptions.WINDOW_SCALE -> Check.that(TcpOptions.windowScale(m, option) >= 0, "a scale has no sign");
      case TcpOptions.TIMESTAMPS -> Check.that(
          TcpOptions.timestampValue(m, option) == 0 || TcpOptions.timestampEcho(m, option) == 0
              || length == TcpOptions.TIMESTAMPS_LENGTH, "timestamps have their length");
      case TcpOptions.SACK -> {
        int blocks = TcpOptions.sackBlocks(m, option);
        Check.that(blocks >= 1 && blocks <= TcpOptions.MAX_SACK_BLOCKS, "one to four blocks fit");
        for (int i = 0; i < blocks; i++) {
          int bytes = TcpOptions.sackRight(m, option, i) - TcpOptions.sackLeft(m, option, i);
          Check.that(bytes != 1 || length > TcpOptions.SACK_BLOCK_LENGTH, "a block has two edges");
        }
      }
      default -> Check.that(length >= 2, "an option has kind and length");
    }
  }
}
