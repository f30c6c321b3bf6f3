package org.sluice.benchmarks.sidebyside.harness;

import java.lang.foreign.MemorySegment;

/** The reader's side of a stream: what it does with each byte, and the account of them. Owned by one thread. */
public final class Intake {
  private static final long PERIOD_SUM = periodSum();

  private final MemorySegment target;
  private final long targetAddress;
  private final boolean copying;
  private long taken;
  private long sum;
  private int cursor;
  private int lastBytes;

  Intake(MemorySegment target, Taking taking) {
    this.target = target;
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
    taken += bytes;
    if (!copying) {
      sum += NativeMemory.sum(address, bytes);
      return;
    }
    if (cursor + bytes > Traffic.MOST_BYTES) {
      cursor = 0;
    }
    NativeMemory.copy(address, targetAddress + cursor, bytes);
    cursor += bytes;
    lastBytes = bytes;
  }

  /**
   * Takes bytes that a call has copied to the begin of {@link #target}.
   *
   * @param bytes how many
   */
  public void copied(int bytes) {
    taken += bytes;
    cursor = bytes;
    lastBytes = bytes;
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
    return taken;
  }

  /**
   * Checks what was taken: each byte where they are summed, those of the last call where they are copied.
   *
   * @throws IllegalStateException when it is not what was written
   */
  public void verify() {
    if (!copying && sum != taken / Traffic.PERIOD * PERIOD_SUM) {
      throw new IllegalStateException("the sum of " + taken + " bytes is wrong");
    }
    for (int i = 0; copying && i < lastBytes; i++) {
      long position = taken - lastBytes + i;
      if (NativeMemory.getByte(targetAddress + cursor - lastBytes + i) != Traffic.pattern(position)) {
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
