package org.sluice.benchmarks.sidebyside.harness;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The reader's side of a stream: what it does with each byte, and the account of them. Owned by one thread. */
public final class Intake {
  private static final long PERIOD_SUM = periodSum();

  private static final int TAKEN = 0;
  private static final int SUM = 1;
  private static final int CURSOR = 2;
  private static final int LAST_BYTES = 3;

  private final MemorySegment target;
  private final long targetAddress;
  private final boolean copying;
  private final ThreadWords words;

  Intake(Arena arena, Taking taking) {
    target = arena.allocate(Traffic.MOST_BYTES, 128);
    words = new ThreadWords(arena);
    targetAddress = target.address();
    copying = taking == Taking.COPY;
  }

  /**
   * Takes bytes that lie somewhere.
   *
   * @param address the first
   * @param bytes how many, at most {@link Traffic#MOST_BYTES}; a multiple of 32 when they are summed
   */
  public void take(long address, int bytes) {
    words.add(TAKEN, bytes);
    if (!copying) {
      words.add(SUM, NativeMemory.sum(address, bytes));
      return;
    }
    long cursor = words.get(CURSOR);
    if (cursor + bytes > Traffic.MOST_BYTES) {
      cursor = 0;
    }
    NativeMemory.copy(address, targetAddress + cursor, bytes);
    words.set(CURSOR, cursor + bytes);
    words.set(LAST_BYTES, bytes);
  }

  /**
   * Takes bytes that a call has copied to the begin of {@link #target}.
   *
   * @param bytes how many
   */
  public void copied(int bytes) {
    words.add(TAKEN, bytes);
    words.set(CURSOR, bytes);
    words.set(LAST_BYTES, bytes);
  }

  /**
   * The reader's memory, for calls that copy.
   *
   * @return {@link Traffic#MOST_BYTES} bytes
   */
  public MemorySegment target() {
    return target;
  }

  /**
   * All bytes taken so far.
   *
   * @return a count that never goes back
   */
  public long taken() {
    return words.get(TAKEN);
  }

  /**
   * Checks what was taken: each byte where they are summed, those of the last call where they are copied.
   *
   * @throws IllegalStateException when it is not what was written
   */
  public void verify() {
    long taken = taken();
    if (!copying && words.get(SUM) != taken / Traffic.PERIOD * PERIOD_SUM) {
      throw new IllegalStateException("the sum of " + taken + " bytes is wrong");
    }
    long lastBytes = words.get(LAST_BYTES);
    long last = targetAddress + words.get(CURSOR) - lastBytes;
    for (long i = 0; copying && i < lastBytes; i++) {
      long position = taken - lastBytes + i;
      if (NativeMemory.getByte(last + i) != Traffic.pattern(position)) {
        throw new IllegalStateException("byte " + position + " is wrong");
      }
    }
  }

  private static long periodSum() {
    long sum = 0;
    for (int i = 0; i < Traffic.PERIOD; i += Long.BYTES) {
      long word = 0;
      for (int b = Long.BYTES - 1; b >= 0; b--) {
        word = word << 8 | Traffic.pattern(i + b) & 0xff;
      }
      sum += word;
    }
    return sum;
  }
}
