package org.sluice.spi.memory;

/**
 * Hands out FIFO headers: slots of three cache lines, 21 to a page, after one unused line.
 *
 * <p>Which slots of a page are taken stands in the page's descriptor, outside the page, so that a thread which comes
 * too late for a page never writes into it. A page is given back with its last slot, unless it was set aside. A bitmap
 * names the pages that have a free slot; a bit too many is cleared by who notices, and whoever clears one looks again.
 */
final class HeaderAllocator {

  static final int SLOT_BYTES = 192;
  static final int SLOTS = 21;

  private static final int FIRST_SLOT = 64;
  private static final int SLOT_SHIFT = 32;
  private static final long ALL_SLOTS = ((1L << SLOTS) - 1) << SLOT_SHIFT;
  private static final long PINNED = 1L << 16;
  private static final int MAX_ATTEMPTS = 1 << 10;

  private final Segment segment;
  private final SegmentLayout layout;
  private int hint;

  HeaderAllocator(Segment segment) {
    this.segment = segment;
    layout = segment.layout;
  }

  /** The offset of a free slot, or a negative status. */
  long allocate() {
    int start = hint;
    for (int i = 0; i < layout.words; i++) {
      int w = start + i < layout.words ? start + i : start + i - layout.words;
      long roomy = SharedMemory.getLongAcquire(segment, roomyWord(w));
      for (; roomy != 0; roomy &= roomy - 1) {
        int page = (w << 6) + Long.numberOfTrailingZeros(roomy);
        int slot = page >= layout.firstPage && page < layout.pages ? takeSlot(page) : -1;
        if (slot >= 0) {
          hint = w;
          return slotOffset(page, slot);
        }
      }
    }
    int page = addPage(1L << SLOT_SHIFT);
    return page == PageAllocator.NONE ? Fifo.NO_SPACE : slotOffset(page, 0);
  }

  /** Sets pages aside so that so many more headers can be allocated for certain: all of them or none. */
  boolean reserve(int count) {
    int needed = (count + SLOTS - 1) / SLOTS;
    int[] added = new int[needed];
    for (int i = 0; i < needed; i++) {
      added[i] = addPage(PINNED);
      if (added[i] == PageAllocator.NONE) {
        while (--i >= 0) {
          SharedMemory.compareAndSetLong(segment, layout.descriptor(added[i]), SegmentLayout.KIND_HEADERS | PINNED,
              SegmentLayout.KIND_HEADERS);
          retireIfEmpty(added[i]);
        }
        return false;
      }
    }
    return true;
  }

  boolean isAllocated(long offset) {
    int slot = slotAt(offset);
    if (slot < 0) {
      return false;
    }
    long state = SharedMemory.getLongAcquire(segment, layout.descriptor((int) (offset >>> SegmentLayout.PAGE_SHIFT)));
    return SegmentLayout.kind(state) == SegmentLayout.KIND_HEADERS && ((state >>> (SLOT_SHIFT + slot)) & 1) != 0;
  }

  void free(long offset) {
    int page = (int) (offset >>> SegmentLayout.PAGE_SHIFT);
    long bit = 1L << (SLOT_SHIFT + slotAt(offset));
    long descriptor = layout.descriptor(page);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      long state = SharedMemory.getLongAcquire(segment, descriptor);
      if (SegmentLayout.kind(state) != SegmentLayout.KIND_HEADERS || (state & bit) == 0) {
        break;
      }
      if (SharedMemory.compareAndSetLong(segment, descriptor, state, state & ~bit)) {
        SharedMemory.orLong(segment, roomyWord(page >>> 6), 1L << page);
        hint = page >>> 6;
        retireIfEmpty(page);
        return;
      }
    }
    segment.counters.corruptions.increment();
  }

  private int takeSlot(int page) {
    long descriptor = layout.descriptor(page);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      long state = SharedMemory.getLongAcquire(segment, descriptor);
      long free = ~state & ALL_SLOTS;
      if (SegmentLayout.kind(state) != SegmentLayout.KIND_HEADERS || free == 0) {
        clearRoomy(page);
        return -1;
      }
      long bit = Long.lowestOneBit(free);
      if (SharedMemory.compareAndSetLong(segment, descriptor, state, state | bit)) {
        if (free == bit) {
          clearRoomy(page);
        }
        return Long.numberOfTrailingZeros(bit) - SLOT_SHIFT;
      }
    }
    return -1;
  }

  private int addPage(long detail) {
    int page = segment.pages.allocate(0);
    if (page != PageAllocator.NONE) {
      SharedMemory.setLongRelease(segment, layout.descriptor(page), SegmentLayout.KIND_HEADERS | detail);
      SharedMemory.orLong(segment, roomyWord(page >>> 6), 1L << page);
    }
    return page;
  }

  /** The bit goes before the page, so that a late clearing cannot hit the page's next use as headers. */
  private void retireIfEmpty(int page) {
    if (SharedMemory.compareAndSetLong(segment, layout.descriptor(page), SegmentLayout.KIND_HEADERS,
        SegmentLayout.KIND_FREE)) {
      SharedMemory.andLong(segment, roomyWord(page >>> 6), ~(1L << page));
      segment.pages.free(page, 0);
    }
  }

  private void clearRoomy(int page) {
    SharedMemory.andLong(segment, roomyWord(page >>> 6), ~(1L << page));
    if (hasFreeSlot(page)) {
      SharedMemory.orLong(segment, roomyWord(page >>> 6), 1L << page);
    }
  }

  boolean hasFreeSlot(int page) {
    long state = SharedMemory.getLongAcquire(segment, layout.descriptor(page));
    return SegmentLayout.kind(state) == SegmentLayout.KIND_HEADERS && (~state & ALL_SLOTS) != 0;
  }

  private int slotAt(long offset) {
    long page = offset >>> SegmentLayout.PAGE_SHIFT;
    long inPage = (offset & SegmentLayout.PAGE_BYTES - 1) - FIRST_SLOT;
    if (page < layout.firstPage || page >= layout.pages || inPage < 0 || inPage % SLOT_BYTES != 0) {
      return -1;
    }
    return (int) (inPage / SLOT_BYTES);
  }

  private static long slotOffset(int page, int slot) {
    return ((long) page << SegmentLayout.PAGE_SHIFT) + FIRST_SLOT + (long) slot * SLOT_BYTES;
  }

  private long roomyWord(int index) {
    return layout.roomyOffset + 8L * index;
  }
}
