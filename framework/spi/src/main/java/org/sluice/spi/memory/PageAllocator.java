package org.sluice.spi.memory;

import java.util.Arrays;

/**
 * Hands out runs of 2^class pages of a segment, aligned to their size, to any number of threads and processes.
 *
 * <p>The truth is one bit per page. A run within a word is taken and freed by one compare-and-set; a longer one takes
 * its words in ascending order and gives back what it has when another was faster, so a competitor may see a nearly
 * full segment as full for that moment. There are no free lists: neighbours coalesce by being zero bits next to each
 * other, nothing can suffer ABA, and freeing what is not allocated is noticed. A process that dies in between leaks the
 * run it held.
 */
final class PageAllocator {

  /** No run: page 0 always belongs to the segment's own header. */
  static final int NONE = 0;

  /** Compare-and-set attempts per word; only a process that scribbles on the word makes this many fail. */
  private static final int MAX_ATTEMPTS = 1 << 10;
  private static final int CLASS_OF_WORD = 6;

  private final Segment segment;
  private final SegmentLayout layout;
  /** The word where a run of a class was last seen; a hint, so races on it do no harm. */
  private final int[] hint = new int[SegmentLayout.MAX_SIZE_CLASS + 1];

  PageAllocator(Segment segment) {
    this.segment = segment;
    layout = segment.layout;
  }

  /** Marks as taken what is not there to be allocated: the segment's own pages, and the bits after the last page. */
  void format() {
    for (int page = 0; page < layout.firstPage; page++) {
      SharedMemory.orLong(segment, word(page >>> 6), 1L << page);
    }
    for (int page = layout.pages; page < layout.words << 6; page++) {
      SharedMemory.orLong(segment, word(page >>> 6), 1L << page);
    }
  }

  /** The first page of a run, or {@link #NONE}. */
  int allocate(int sizeClass) {
    int page = sizeClass <= CLASS_OF_WORD ? allocateInWord(sizeClass) : allocateWords(sizeClass);
    if (page != NONE) {
      SharedMemory.getAndAddLong(segment, SegmentLayout.USED_OFFSET, (long) SegmentLayout.PAGE_BYTES << sizeClass);
    }
    return page;
  }

  /** Takes a run back; false, and nothing freed, when it is not an allocated run. */
  boolean free(int page, int sizeClass) {
    boolean freed = sizeClass <= CLASS_OF_WORD ? freeInWord(page, sizeClass) : freeWords(page, sizeClass);
    if (freed) {
      hint[sizeClass] = page >>> 6;
      SharedMemory.getAndAddLong(segment, SegmentLayout.USED_OFFSET, -((long) SegmentLayout.PAGE_BYTES << sizeClass));
    } else {
      segment.counters.corruptions.increment();
    }
    return freed;
  }

  /** What the bitmap says is in use; equals the counter when nobody allocates meanwhile. */
  long allocatedBytes() {
    long allocated = layout.pages - ((long) layout.words << 6);
    for (int w = 0; w < layout.words; w++) {
      allocated += Long.bitCount(SharedMemory.getLong(segment, word(w)));
    }
    return allocated << SegmentLayout.PAGE_SHIFT;
  }

  private int allocateInWord(int sizeClass) {
    int start = hint[sizeClass];
    for (int i = 0; i < layout.words; i++) {
      int w = start + i < layout.words ? start + i : start + i - layout.words;
      int bit = takeRun(word(w), sizeClass);
      if (bit >= 0) {
        hint[sizeClass] = w;
        return (w << 6) + bit;
      }
    }
    return NONE;
  }

  private int takeRun(long wordOffset, int sizeClass) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      long taken = SharedMemory.getLongAcquire(segment, wordOffset);
      long candidates = freeRuns(taken, sizeClass);
      if (candidates == 0) {
        return -1;
      }
      int bit = Long.numberOfTrailingZeros(candidates);
      if (SharedMemory.compareAndSetLong(segment, wordOffset, taken, taken | (run(sizeClass) << bit))) {
        return bit;
      }
    }
    return -1;
  }

  /** The bits where an aligned free run begins. */
  private static long freeRuns(long taken, int sizeClass) {
    long free = ~taken;
    for (int shift = 1; shift < 1 << sizeClass; shift <<= 1) {
      free &= free >>> shift;
    }
    // A bit at each multiple of the run length: all ones divided by one run of ones.
    return free & Long.divideUnsigned(-1L, run(sizeClass));
  }

  private static long run(int sizeClass) {
    return -1L >>> (64 - (1 << sizeClass));
  }

  private int allocateWords(int sizeClass) {
    int span = 1 << (sizeClass - CLASS_OF_WORD);
    int groups = layout.words / span;
    int start = hint[sizeClass] / span;
    for (int i = 0; i < groups; i++) {
      int first = (start + i < groups ? start + i : start + i - groups) * span;
      if (takeWords(first, span)) {
        hint[sizeClass] = first;
        return first << 6;
      }
    }
    return NONE;
  }

  private boolean takeWords(int first, int span) {
    for (int i = 0; i < span; i++) {
      if (!SharedMemory.compareAndSetLong(segment, word(first + i), 0, -1L)) {
        while (--i >= 0) {
          SharedMemory.andLong(segment, word(first + i), 0);
        }
        return false;
      }
    }
    return true;
  }

  private boolean freeInWord(int page, int sizeClass) {
    long run = run(sizeClass) << page;
    long wordOffset = word(page >>> 6);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      long taken = SharedMemory.getLongAcquire(segment, wordOffset);
      if ((taken & run) != run) {
        return false;
      }
      if (SharedMemory.compareAndSetLong(segment, wordOffset, taken, taken & ~run)) {
        return true;
      }
    }
    return false;
  }

  private boolean freeWords(int page, int sizeClass) {
    int first = page >>> 6;
    int span = 1 << (sizeClass - CLASS_OF_WORD);
    boolean freed = true;
    for (int i = 0; i < span; i++) {
      freed &= SharedMemory.compareAndSetLong(segment, word(first + i), -1L, 0);
    }
    return freed;
  }

  private long word(int index) {
    return SegmentLayout.BITMAP_OFFSET + 8L * index;
  }

  @Override
  public String toString() {
    return "hints " + Arrays.toString(hint);
  }
}
