package org.sluice.core.trace;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.sluice.spi.memory.NativeMemory;

/**
 * The memory of one worker's trace: for each packet a head, the begin of its bytes, and its steps, all of them numbers.
 * Written by the worker; a {@link #copy} belongs to whoever asked for it.
 */
final class TraceRecords {
  /** Enough for all headers with the longest options. */
  static final int SNAPSHOT_BYTES = 192;
  static final int STEPS = 32;
  static final int STEP = 5;

  // The words of a head.
  static final int TIME_NS = 0;
  /** The interface, and in the upper half what came with the bytes. */
  static final int PLACE = 1;
  /** The packet's length, and in the upper half how many bytes of it are kept. */
  static final int LENGTHS = 2;
  static final int STEP_COUNT = 3;
  private static final int HEAD = 4;

  // What came with the bytes.
  static final int SENT = 1;
  /** The bytes begin at the link header, otherwise at the IP header. */
  static final int LINK = 1 << 1;
  static final int CHECKSUM_GOOD = 1 << 2;
  static final int CHECKSUM_LEFT = 1 << 3;
  static final int CHECKSUM_ASKED = 1 << 4;
  static final int CUT_ASKED = 1 << 5;

  final int worker;
  final long startNs;
  final TraceOrder order;
  private final long[] heads;
  private final long[] steps;
  private final MemorySegment bytes;
  private int used;

  TraceRecords(int worker, long startNs, TraceOrder order) {
    this(worker, startNs, order, new long[order.packets() * HEAD], new long[order.packets() * STEPS * STEP],
        NativeMemory.allocate((long) order.packets() * SNAPSHOT_BYTES), 0);
  }

  private TraceRecords(int worker, long startNs, TraceOrder order, long[] heads, long[] steps, MemorySegment bytes,
      int used) {
    this.worker = worker;
    this.startNs = startNs;
    this.order = order;
    this.heads = heads;
    this.steps = steps;
    this.bytes = bytes;
    this.used = used;
  }

  /** What is there now, for another thread. The worker. */
  TraceRecords copy() {
    MemorySegment kept = NativeMemory.allocate(Math.max(1L, (long) used * SNAPSHOT_BYTES));
    MemorySegment.copy(bytes, 0, kept, 0, (long) used * SNAPSHOT_BYTES);
    return new TraceRecords(worker, startNs, order, Arrays.copyOf(heads, used * HEAD),
        Arrays.copyOf(steps, used * STEPS * STEP), kept, used);
  }

  int used() {
    return used;
  }

  /** A record without steps; -1 when all are in use. */
  int add(long timeNs, int interfaceIndex, int what) {
    if (used == order.packets()) {
      return -1;
    }
    int number = used++;
    heads[number * HEAD + TIME_NS] = timeNs;
    heads[number * HEAD + PLACE] = (long) what << Integer.SIZE | interfaceIndex & 0xffff_ffffL;
    return number;
  }

  /** Keeps the begin of a packet's bytes, and adds to what came with them. */
  void keep(int number, MemorySegment from, long at, int length, int what) {
    int kept = Math.min(length, SNAPSHOT_BYTES);
    MemorySegment.copy(from, at, bytes, (long) number * SNAPSHOT_BYTES, kept);
    heads[number * HEAD + LENGTHS] = (long) kept << Integer.SIZE | length;
    heads[number * HEAD + PLACE] |= (long) what << Integer.SIZE;
  }

  /** Adds a step; of those that find no room only the number is kept. */
  void step(int number, int kind, long a, long b, long c, long d) {
    int count = (int) heads[number * HEAD + STEP_COUNT]++;
    if (count < STEPS) {
      int at = (number * STEPS + count) * STEP;
      steps[at] = kind;
      steps[at + 1] = a;
      steps[at + 2] = b;
      steps[at + 3] = c;
      steps[at + 4] = d;
    }
  }

  // ---- For those who read a copy.

  long timeNs(int number) {
    return heads[number * HEAD + TIME_NS];
  }

  int interfaceIndex(int number) {
    return (int) heads[number * HEAD + PLACE];
  }

  boolean is(int number, int what) {
    return ((int) (heads[number * HEAD + PLACE] >>> Integer.SIZE) & what) != 0;
  }

  int length(int number) {
    return (int) heads[number * HEAD + LENGTHS];
  }

  /** The begin of the packet's bytes; empty when there are none. */
  MemorySegment bytes(int number) {
    return bytes.asSlice((long) number * SNAPSHOT_BYTES, heads[number * HEAD + LENGTHS] >>> Integer.SIZE);
  }

  int stepCount(int number) {
    return (int) heads[number * HEAD + STEP_COUNT];
  }

  /** A word of a step: its kind, or one of its four numbers. */
  long word(int number, int step, int word) {
    return steps[(number * STEPS + step) * STEP + word];
  }
}
