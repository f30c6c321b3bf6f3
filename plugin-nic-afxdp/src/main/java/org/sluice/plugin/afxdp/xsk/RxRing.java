package org.sluice.plugin.afxdp.xsk;

/** Received packets (struct xdp_desc): where, how long, and whether they go on. */
final class RxRing extends ConsumerRing {
  static final int ENTRY_BYTES = 16;
  private static final int LENGTH = 8;
  private static final int OPTIONS = 12;

  RxRing(RingMemory memory) {
    super(memory);
  }

  private long entry(int ahead) {
    return entries + (long) peek(ahead) * ENTRY_BYTES;
  }

  long address(int ahead) {
    return Raw.getLong(entry(ahead));
  }

  int length(int ahead) {
    return Raw.get(entry(ahead) + LENGTH);
  }

  int options(int ahead) {
    return Raw.get(entry(ahead) + OPTIONS);
  }
}
