package org.sluice.spi.memory;

import java.util.Arrays;

/** What a FIFO should be: a byte array with a mark per byte that was stored beyond the tail. */
final class FifoModel {

  private static final int SIZE = 1 << 18;

  private final byte[] bytes = new byte[SIZE];
  private final boolean[] present = new boolean[SIZE];
  long head;
  long tail;
  long capacity;
  private long storedEnd;

  FifoModel(long capacity) {
    this.capacity = capacity;
  }

  int readable() {
    return (int) (tail - head);
  }

  int writable() {
    return (int) Math.max(0, capacity - readable());
  }

  /** Returns what the content grew by. */
  int append(byte[] data, int length) {
    for (int i = 0; i < length; i++) {
      store(tail + i, data[i]);
    }
    long begin = tail;
    tail += length;
    for (long at = begin; at < Math.min(tail, storedEnd); at++) {
      present[index(at)] = false;
    }
    while (present[index(tail)]) {
      present[index(tail)] = false;
      tail++;
    }
    return (int) (tail - begin);
  }

  void storeAt(long offset, byte[] data, int length) {
    for (int i = 0; i < length; i++) {
      store(tail + offset + i, data[i]);
      present[index(tail + offset + i)] = true;
    }
    storedEnd = Math.max(storedEnd, tail + offset + length);
  }

  byte[] content(long distance, int length) {
    byte[] out = new byte[length];
    for (int i = 0; i < length; i++) {
      out[i] = bytes[index(head + distance + i)];
    }
    return out;
  }

  boolean hasRanges() {
    return storedEnd > tail;
  }

  /** Pairs of distance from the tail and length, in ascending order. */
  long[] ranges() {
    long[] found = new long[64];
    int count = 0;
    for (long at = tail; at < storedEnd; at++) {
      if (present[index(at)]) {
        long start = at;
        while (present[index(at)]) {
          at++;
        }
        if (count + 2 > found.length) {
          found = Arrays.copyOf(found, 2 * found.length);
        }
        found[count++] = start - tail;
        found[count++] = at - start;
      }
    }
    return Arrays.copyOf(found, count);
  }

  private void store(long at, byte value) {
    bytes[index(at)] = value;
  }

  private static int index(long at) {
    return (int) (at & SIZE - 1);
  }
}
