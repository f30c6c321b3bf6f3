package org.sluice.plugin.afxdp.xsk;

/** Packets to send (struct xdp_desc). */
final class TxRing extends ProducerRing {
  static final int ENTRY_BYTES = 16;
  private static final int LENGTH = 8;
  private static final int OPTIONS = 12;

  TxRing(RingMemory memory) {
    super(memory);
  }

  void add(long address, int length, int options) {
    long entry = entries + (long) next() * ENTRY_BYTES;
    Raw.putLong(entry, address);
    Raw.put(entry + LENGTH, length);
    Raw.put(entry + OPTIONS, options);
  }
}
