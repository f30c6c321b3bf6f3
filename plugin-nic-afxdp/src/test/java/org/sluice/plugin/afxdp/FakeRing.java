package org.sluice.plugin.afxdp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import org.sluice.plugin.afxdp.kernel.Kernel.Ring;
import org.sluice.plugin.afxdp.kernel.Kernel.RingOffsets;
import org.sluice.plugin.afxdp.kernel.XdpAbi;

/** A ring as the kernel sees it. */
final class FakeRing {
  private static final RingOffsets PLACES = new RingOffsets(0, 128, 320, 196);
  static final Map<Ring, RingOffsets> OFFSETS =
      Map.of(Ring.RX, PLACES, Ring.TX, PLACES, Ring.FILL, PLACES, Ring.COMPLETION, PLACES);

  /** Whether what is taken is told to the driver only later, at {@link #catchUp}. */
  boolean late;
  private int untold;
  private final int entries;
  private final MemorySegment memory;

  FakeRing(int entries, int entryBytes, boolean wantsWakeup) {
    this.entries = entries;
    memory = Arena.ofAuto().allocate(PLACES.entries() + (long) entries * entryBytes, Long.BYTES);
    memory.set(ValueLayout.JAVA_INT, PLACES.flags(), wantsWakeup ? XdpAbi.RING_NEED_WAKEUP : 0);
  }

  MemorySegment memory(long lengthBytes) {
    if (lengthBytes != memory.byteSize()) {
      throw new AssertionError(lengthBytes + " bytes of " + memory.byteSize());
    }
    return memory;
  }

  MemorySegment bytes() {
    return memory;
  }

  int produced() {
    return memory.get(ValueLayout.JAVA_INT, PLACES.producer());
  }

  int consumed() {
    return memory.get(ValueLayout.JAVA_INT, PLACES.consumer()) + untold;
  }

  int waiting() {
    return produced() - consumed();
  }

  int free() {
    return entries - waiting();
  }

  /** Where the next entry to take is. */
  long head(int entryBytes) {
    return PLACES.entries() + (long) (consumed() & entries - 1) * entryBytes;
  }

  void take() {
    untold++;
    if (!late) {
      catchUp();
    }
  }

  void catchUp() {
    int now = consumed();
    untold = 0;
    memory.set(ValueLayout.JAVA_INT, PLACES.consumer(), now);
  }

  /** Where the next entry to write is. */
  long tail(int entryBytes) {
    return PLACES.entries() + (long) (produced() & entries - 1) * entryBytes;
  }

  void give() {
    memory.set(ValueLayout.JAVA_INT, PLACES.producer(), produced() + 1);
  }
}
