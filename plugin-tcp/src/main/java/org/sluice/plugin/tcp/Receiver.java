package org.sluice.plugin.tcp;

import org.jspecify.annotations.Nullable;
import org.sluice.plugin.tcp.recovery.ReceiveRanges;

/** What a connection knows of data that came before other data, or twice. Lent by the {@link ReceiverPool}. */
final class Receiver {
  /** As many as a FIFO keeps apart. */
  private static final int MAX_RANGES = 256;

  final ReceiveRanges ranges = new ReceiveRanges(MAX_RANGES);
  @Nullable Receiver nextFree;

  Receiver() {}
}
