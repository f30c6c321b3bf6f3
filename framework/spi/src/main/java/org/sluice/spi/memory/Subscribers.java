package org.sluice.spi.memory;

/** Up to seven ids of eight bits in one word of a FIFO header, so that each change is one compare-and-set. */
final class Subscribers {

  private static final int MAX_ATTEMPTS = 1 << 10;

  private Subscribers() {
  }

  static int count(Segment segment, long offset) {
    return count(SharedMemory.getLongAcquire(segment, offset));
  }

  static int get(Segment segment, long offset, int index) {
    long word = SharedMemory.getLongAcquire(segment, offset);
    return index < 0 || index >= count(word) ? -1 : id(word, index);
  }

  static boolean add(Segment segment, long offset, int id) {
    if (id < 0 || id > 0xff) {
      throw new IllegalArgumentException("subscriber " + id + ": must be 0 to 255");
    }
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      long word = SharedMemory.getLongAcquire(segment, offset);
      int count = count(word);
      if (indexOf(word, id) >= 0) {
        return true;
      }
      if (count == Fifo.MAX_SUBSCRIBERS) {
        return false;
      }
      long ids = ((word >>> 8) & ~(0xffL << (8 * count))) | ((long) id << (8 * count));
      if (SharedMemory.compareAndSetLong(segment, offset, word, (ids << 8) | (count + 1))) {
        return true;
      }
    }
    return false;
  }

  static boolean remove(Segment segment, long offset, int id) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      long word = SharedMemory.getLongAcquire(segment, offset);
      int index = indexOf(word, id);
      if (index < 0) {
        return false;
      }
      int last = count(word) - 1;
      long ids = (word >>> 8) & ~(0xffL << (8 * index)) & ~(0xffL << (8 * last));
      if (index != last) {
        ids |= (long) id(word, last) << (8 * index);
      }
      if (SharedMemory.compareAndSetLong(segment, offset, word, (ids << 8) | last)) {
        return true;
      }
    }
    return false;
  }

  private static int count(long word) {
    return Math.min(Fifo.MAX_SUBSCRIBERS, (int) word & 0xff);
  }

  private static int id(long word, int index) {
    return (int) (word >>> (8 * (index + 1))) & 0xff;
  }

  private static int indexOf(long word, int id) {
    for (int i = 0; i < count(word); i++) {
      if (id(word, i) == id) {
        return i;
      }
    }
    return -1;
  }
}
