package org.sluice.plugin.afxdp.xsk;

import java.lang.foreign.MemorySegment;
import org.sluice.plugin.afxdp.kernel.Kernel.RingOffsets;

/**
 * Where the words of a mapped ring are.
 *
 * @param mapping what was mapped
 * @param producer the address of the producer's index
 * @param consumer of the consumer's index
 * @param entries of the first entry
 * @param flags of the flags
 * @param size entries, a power of two
 */
record RingMemory(MemorySegment mapping, long producer, long consumer, long entries, long flags, int size) {

  static RingMemory of(MemorySegment mapping, RingOffsets offsets, int size) {
    long base = mapping.address();
    return new RingMemory(mapping, base + offsets.producer(), base + offsets.consumer(), base + offsets.entries(),
        base + offsets.flags(), size);
  }

  static long lengthBytes(RingOffsets offsets, int size, int entryBytes) {
    return offsets.entries() + (long) size * entryBytes;
  }
}
