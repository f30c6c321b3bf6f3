package org.sluice.plugin.afxdp.xsk;

/** Free chunks for packets to come. */
final class FillRing extends ProducerRing {
  static final int ENTRY_BYTES = Long.BYTES;

  FillRing(RingMemory memory) {
    super(memory);
  }

  void add(long chunk) {
    Raw.putLong(entries + (long) next() * ENTRY_BYTES, chunk);
  }
}
