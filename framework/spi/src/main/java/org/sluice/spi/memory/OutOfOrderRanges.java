package org.sluice.spi.memory;

import java.util.Arrays;

/**
 * The stretches beyond the tail that already hold data: disjoint, not even touching, in ascending order of position.
 * Private to the producer, hence on the heap.
 */
final class OutOfOrderRanges {

  /** The most ranges of one FIFO; a window with more holes than that is not worth remembering. */
  static final int LIMIT = 256;

  private long[] starts = new long[4];
  private long[] ends = new long[4];
  private int count;
  private int newest = -1;

  int count() {
    return count;
  }

  long start(int index) {
    return starts[index];
  }

  long end(int index) {
    return ends[index];
  }

  /** The range that took in the latest data; -1 when that has been absorbed. */
  int newest() {
    return newest;
  }

  /** Adds [start, end) and merges what overlaps or touches; false when that would be one range too many. */
  boolean add(long start, long end) {
    int first = 0;
    while (first < count && ends[first] - start < 0) {
      first++;
    }
    int after = first;
    while (after < count && starts[after] - end <= 0) {
      after++;
    }
    if (first == after) {
      if (count == LIMIT) {
        return false;
      }
      open(first);
      starts[first] = start;
      ends[first] = end;
    } else {
      starts[first] = starts[first] - start < 0 ? starts[first] : start;
      ends[first] = ends[after - 1] - end > 0 ? ends[after - 1] : end;
      close(first + 1, after);
    }
    newest = first;
    return true;
  }

  /** The tail after ranges that data up to {@code tail} has reached were absorbed. */
  long absorb(long tail) {
    long absorbed = tail;
    int reached = 0;
    while (reached < count && starts[reached] - absorbed <= 0) {
      if (ends[reached] - absorbed > 0) {
        absorbed = ends[reached];
      }
      reached++;
    }
    close(0, reached);
    newest = newest < reached ? -1 : newest - reached;
    return absorbed;
  }

  private void open(int at) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count << 1);
      ends = Arrays.copyOf(ends, count << 1);
    }
    System.arraycopy(starts, at, starts, at + 1, count - at);
    System.arraycopy(ends, at, ends, at + 1, count - at);
    count++;
  }

  private void close(int from, int to) {
    System.arraycopy(starts, to, starts, from, count - to);
    System.arraycopy(ends, to, ends, from, count - to);
    count -= to - from;
  }
}
