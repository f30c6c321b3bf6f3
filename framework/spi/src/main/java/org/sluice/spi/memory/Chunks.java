package org.sluice.spi.memory;

/**
 * The chunk list of a FIFO: page descriptors linked by page number, from the oldest chunk not yet taken back to the
 * last one, which may lie ahead of the tail.
 *
 * <p>Only the producer changes it. What it reads back was writable for the other process meanwhile, so each page number
 * is proved to name a chunk of this very FIFO inside the segment, and each walk is bounded.
 */
final class Chunks {

  static final int NONE = PageAllocator.NONE;

  private static final int OWNER_SHIFT = 32;
  /** What a FIFO may hold beyond its capacity: the chunk that is read and the one that is written, not full either. */
  private static final int SPARE_BYTES = 2 << 16;
  /** Less than this part of a segment free is little. */
  private static final int SCARCE_PART = 2;

  private Chunks() {
  }

  /** The size of a chunk of this FIFO in bytes; 0 when the page is not the first one of such a chunk. */
  static int size(Segment segment, int page, int owner) {
    SegmentLayout layout = segment.layout;
    if (page < layout.firstPage || page >= layout.pages) {
      return 0;
    }
    long state = SharedMemory.getLong(segment, layout.descriptor(page));
    int sizeClass = SegmentLayout.sizeClass(state);
    if (SegmentLayout.kind(state) != SegmentLayout.KIND_CHUNK || (int) (state >>> OWNER_SHIFT) != owner
        || sizeClass > SegmentLayout.MAX_SIZE_CLASS || (page & ((1 << sizeClass) - 1)) != 0
        || page + (1 << sizeClass) > layout.pages) {
      return 0;
    }
    return SegmentLayout.PAGE_BYTES << sizeClass;
  }

  static long offset(int page) {
    return (long) page << SegmentLayout.PAGE_SHIFT;
  }

  static long start(Segment segment, int page) {
    return SharedMemory.getLong(segment, segment.layout.descriptor(page) + SegmentLayout.START_OFFSET);
  }

  static long end(Segment segment, int page) {
    return SharedMemory.getLong(segment, segment.layout.descriptor(page) + SegmentLayout.END_OFFSET);
  }

  static void place(Segment segment, int page, long start, long end) {
    SharedMemory.setLong(segment, segment.layout.descriptor(page) + SegmentLayout.START_OFFSET, start);
    SharedMemory.setLong(segment, segment.layout.descriptor(page) + SegmentLayout.END_OFFSET, end);
  }

  static void seal(Segment segment, int page, long end) {
    SharedMemory.setLong(segment, segment.layout.descriptor(page) + SegmentLayout.END_OFFSET, end);
  }

  static int next(Segment segment, int page) {
    return SharedMemory.getInt(segment, segment.layout.descriptor(page) + SegmentLayout.NEXT_OFFSET);
  }

  static void link(Segment segment, int page, int next) {
    SharedMemory.setInt(segment, segment.layout.descriptor(page) + SegmentLayout.NEXT_OFFSET, next);
  }

  /**
   * A chunk for the producer, not yet linked: the oldest one the consumer has passed when it is large enough; else a
   * new one of the wanted class, or the largest to be had down to the least class.
   *
   * @return its page, or a negative status
   */
  static int take(Segment segment, int owner, int current, long head, int wantedClass, int leastClass) {
    int page = recycle(segment, owner, current, head, wantedClass);
    for (int sizeClass = wantedClass; page == NONE && sizeClass >= leastClass; sizeClass--) {
      page = allocate(segment, owner, sizeClass);
    }
    if (page == NONE) {
      segment.counters.noSpace.increment();
      return Fifo.NO_SPACE;
    }
    if (page > 0) {
      link(segment, page, NONE);
    }
    return page;
  }

  /**
   * Takes the oldest chunk out of the list if the consumer has passed it: is beyond its end by at least a byte, hence
   * never looks at it again. Chunks that are too small are given back. The others stay, so that a FIFO goes round in as
   * many chunks as it once needed at the same time; unless it has more than its capacity needs, or others lack memory.
   */
  static int recycle(Segment segment, int owner, int current, long head, int wantedClass) {
    long firstField = Fifo.headerOffset(owner) + Fifo.FIRST_CHUNK;
    int page = SharedMemory.getInt(segment, firstField);
    int taken = NONE;
    for (int steps = 0; page != current && current != NONE; steps++) {
      int size = size(segment, page, owner);
      if (size == 0 || steps > segment.layout.pages) {
        return segment.corrupt();
      }
      if (head - end(segment, page) <= 0 || (taken != NONE && !isToSave(segment, owner))) {
        break;
      }
      int next = next(segment, page);
      if (size(segment, next, owner) == 0) {
        // The list must not begin at what is no chunk: nothing could be freed from there.
        return segment.corrupt();
      }
      SharedMemory.setInt(segment, firstField, next);
      if (taken == NONE && size >= SegmentLayout.PAGE_BYTES << wantedClass) {
        taken = page;
      } else {
        free(segment, owner, page);
      }
      page = next;
    }
    return taken;
  }

  /** Whether chunks that a FIFO does not need now are better given back. */
  private static boolean isToSave(Segment segment, int owner) {
    long header = Fifo.headerOffset(owner);
    long capacity = Fifo.clampCapacity(SharedMemory.getLong(segment, header + Fifo.CAPACITY));
    return SharedMemory.getLong(segment, header + Fifo.CHUNK_BYTES) > capacity + SPARE_BYTES
        || segment.freeBytes() < segment.sizeBytes() / SCARCE_PART;
  }

  static int allocate(Segment segment, int owner, int sizeClass) {
    int page = segment.pages.allocate(sizeClass);
    if (page != NONE) {
      SharedMemory.setLong(segment, segment.layout.descriptor(page),
          ((long) owner << OWNER_SHIFT) | (sizeClass << 8) | SegmentLayout.KIND_CHUNK);
      addBytes(segment, owner, (long) SegmentLayout.PAGE_BYTES << sizeClass);
    }
    return page;
  }

  static void free(Segment segment, int owner, int page) {
    int size = size(segment, page, owner);
    if (size == 0) {
      segment.counters.corruptions.increment();
      return;
    }
    SharedMemory.setLong(segment, segment.layout.descriptor(page), SegmentLayout.KIND_FREE);
    addBytes(segment, owner, -size);
    segment.pages.free(page, SegmentLayout.classAtLeast(size));
  }

  /** Frees a list of chunks from its first one; returns the bytes given back. */
  static long freeFrom(Segment segment, int owner, int first) {
    long freed = 0;
    int page = first;
    for (int steps = 0; page != NONE; steps++) {
      int size = size(segment, page, owner);
      if (size == 0 || steps > segment.layout.pages) {
        segment.counters.corruptions.increment();
        break;
      }
      int next = next(segment, page);
      free(segment, owner, page);
      freed += size;
      page = next;
    }
    return freed;
  }

  private static void addBytes(Segment segment, int owner, long delta) {
    long offset = Fifo.headerOffset(owner) + Fifo.CHUNK_BYTES;
    SharedMemory.setLong(segment, offset, SharedMemory.getLong(segment, offset) + delta);
  }
}
