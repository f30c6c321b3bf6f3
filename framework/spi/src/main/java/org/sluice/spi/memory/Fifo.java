package org.sluice.spi.memory;

import org.jspecify.annotations.Nullable;

/**
 * The shared form of a byte FIFO between one producer and one consumer: its limits, its status codes, its layout, and
 * what a console may ask of one. Data moves through {@link FifoProducer} and {@link FifoConsumer}.
 *
 * <p>Positions count bytes since the beginning, in 64 bits, and never wrap back; content is [head, tail). Storage is a
 * list of chunks ({@link Segment}), which only the producer takes and recycles. Header, three cache lines:
 *
 * <pre>
 *     offset  bytes  written by
 *          0      8  producer   tail: position after the last byte published
 *          8      8  producer   restart: position where the chunk list was last begun anew
 *         16      4  producer   chunk at the restart position, 0 before there is one
 *         20      4  producer   oldest chunk not yet taken back
 *         24      8  producer   bytes of all chunks
 *         64      4  allocator  magic
 *         68      4  both       which sides have attached, which have left
 *         72      8  producer   capacity
 *         80      4  both       event flag: set by the producer, cleared by the consumer
 *         88      8  both       dequeue notification: kinds wished in bits 0-2, count of wishes in bits 8-31,
 *                             threshold in bits 32-63
 *         96      8  both       subscribers: count in bits 0-7, then up to seven ids of 8 bits
 *        128      8  consumer   head: position of the next byte to dequeue
 * </pre>
 */
public final class Fifo {

  /** This side has left: no memory was touched. The session layer's NOSESSION. */
  public static final int NOT_ATTACHED = -1;

  /** The other process wrote something impossible into shared memory: refused and counted. */
  public static final int CORRUPT = -2;

  /** The segment has no chunk to give; there is room in the FIFO. */
  public static final int NO_SPACE = -3;

  /** The least capacity in bytes. */
  public static final long MIN_CAPACITY = 4 << 10;

  /** The largest capacity in bytes. */
  public static final long MAX_CAPACITY = 2L << 30;

  /** Notify when a dequeue leaves at least the threshold of room. */
  public static final int NOTIFY_ROOM = 1;

  /** Notify at the first dequeue from a full FIFO. */
  public static final int NOTIFY_IF_FULL = 2;

  /** Notify when a dequeue empties the FIFO. */
  public static final int NOTIFY_IF_EMPTY = 4;

  /** The most ids that can subscribe to a FIFO. */
  public static final int MAX_SUBSCRIBERS = 7;

  /** The producer's side, for {@link #abandon}. */
  public static final int PRODUCER = 1;

  /** The consumer's side, for {@link #abandon}. */
  public static final int CONSUMER = 2;

  static final int HEADER_BYTES = HeaderAllocator.SLOT_BYTES;
  static final int TAIL = 0;
  static final int RESTART = 8;
  static final int RESTART_CHUNK = 16;
  static final int FIRST_CHUNK = 20;
  static final int CHUNK_BYTES = 24;
  static final int MAGIC = 64;
  static final int SIDES = 68;
  static final int CAPACITY = 72;
  static final int EVENT = 80;
  static final int WISH = 88;
  static final int SUBSCRIBERS = 96;
  static final int HEAD = 128;

  static final int ALL_KINDS = NOTIFY_ROOM | NOTIFY_IF_FULL | NOTIFY_IF_EMPTY;

  private static final int MAGIC_VALUE = 0x4f464946;
  private static final int LEFT_SHIFT = 2;
  private static final int BOTH_LEFT = (PRODUCER | CONSUMER) << LEFT_SHIFT;
  private static final int MAX_ATTEMPTS = 1 << 10;

  private Fifo() {
  }

  /**
   * The capacity of a FIFO. Any thread; what is read may be older than the answer.
   *
   * @param segment the segment
   * @param offset where its header is
   * @return bytes
   */
  public static long capacity(Segment segment, long offset) {
    hold(segment, offset);
    try {
      return clampCapacity(SharedMemory.getLong(segment, offset + CAPACITY));
    } finally {
      segment.release();
    }
  }

  /**
   * The content of a FIFO. Any thread; what is read may be older than the answer.
   *
   * @param segment the segment
   * @param offset where its header is
   * @return bytes, or {@link #CORRUPT}
   */
  public static long readableBytes(Segment segment, long offset) {
    hold(segment, offset);
    try {
      long head = SharedMemory.getLongAcquire(segment, offset + HEAD);
      long readable = SharedMemory.getLongAcquire(segment, offset + TAIL) - head;
      return readable < 0 || readable > MAX_CAPACITY ? CORRUPT : readable;
    } finally {
      segment.release();
    }
  }

  /**
   * The buffer memory a FIFO holds. Any thread; what is read may be older than the answer.
   *
   * @param segment the segment
   * @param offset where its header is
   * @return bytes of all its chunks
   */
  public static long chunkBytes(Segment segment, long offset) {
    hold(segment, offset);
    try {
      return SharedMemory.getLong(segment, offset + CHUNK_BYTES);
    } finally {
      segment.release();
    }
  }

  /**
   * Leaves on behalf of a side that cannot: its process has died, or it never attached. Once both sides have left or
   * been abandoned the FIFO is gone. The caller knows that the side will not come back; does nothing if it has left.
   *
   * @param segment the segment
   * @param offset where the header is
   * @param side {@link #PRODUCER} or {@link #CONSUMER}
   */
  public static void abandon(Segment segment, long offset, int side) {
    hold(segment, offset);
    try {
      leave(segment, offset, side);
    } finally {
      segment.release();
    }
  }

  static long headerOffset(int owner) {
    return (long) owner << 6;
  }

  static int owner(long headerOffset) {
    return (int) (headerOffset >>> 6);
  }

  /**
   * Bytes that were ever put into a FIFO, out-of-order ones without.
   *
   * @param segment the segment, or null
   * @param offset where the header is
   * @return bytes; 0 without a segment, or when the FIFO is gone. Whatever another process wrote, it is only a number
   */
  public static long enqueuedBytes(@Nullable Segment segment, long offset) {
    return position(segment, offset + TAIL, offset);
  }

  /**
   * Bytes that were ever taken out of a FIFO.
   *
   * @param segment the segment, or null
   * @param offset where the header is
   * @return see {@link #enqueuedBytes}
   */
  public static long dequeuedBytes(@Nullable Segment segment, long offset) {
    return position(segment, offset + HEAD, offset);
  }

  private static long position(@Nullable Segment segment, long at, long offset) {
    if (segment == null) {
      return 0;
    }
    try {
      hold(segment, offset);
    } catch (IllegalArgumentException | IllegalStateException e) {
      return 0;
    }
    try {
      return SharedMemory.getLongAcquire(segment, at);
    } finally {
      segment.release();
    }
  }

  static long clampCapacity(long capacity) {
    return Math.max(MIN_CAPACITY, Math.min(MAX_CAPACITY, capacity));
  }

  static long checkCapacity(long capacity) {
    if (capacity < MIN_CAPACITY || capacity > MAX_CAPACITY) {
      throw new IllegalArgumentException(
          "FIFO of " + capacity + " bytes: must be " + MIN_CAPACITY + " to " + MAX_CAPACITY);
    }
    return capacity;
  }

  static void format(Segment segment, long header, long capacity, long position) {
    for (int i = 0; i < HEADER_BYTES; i += Long.BYTES) {
      SharedMemory.setLong(segment, header + i, 0);
    }
    SharedMemory.setLong(segment, header + TAIL, position);
    SharedMemory.setLong(segment, header + RESTART, position);
    SharedMemory.setLong(segment, header + HEAD, position);
    SharedMemory.setLong(segment, header + CAPACITY, capacity);
    SharedMemory.setIntRelease(segment, header + MAGIC, MAGIC_VALUE);
  }

  /** Gives a new FIFO its first chunks; false when the segment has no room for all of them. */
  static boolean preallocate(Segment segment, long header, long bytes) {
    int owner = owner(header);
    int last = Chunks.NONE;
    for (long missing = bytes; missing > 0; ) {
      int sizeClass = SegmentLayout.classAtMost(missing + SegmentLayout.PAGE_BYTES - 1);
      int page = Chunks.take(segment, owner, Chunks.NONE, 0, sizeClass, 0);
      if (page < 0) {
        return false;
      }
      append(segment, header, last, page);
      last = page;
      missing -= Chunks.size(segment, page, owner);
    }
    return true;
  }

  /** Links a chunk after the last one, or makes it the first of the list. */
  static void append(Segment segment, long header, int last, int page) {
    if (last == Chunks.NONE) {
      SharedMemory.setInt(segment, header + RESTART_CHUNK, page);
      SharedMemory.setInt(segment, header + FIRST_CHUNK, page);
    } else {
      Chunks.link(segment, last, page);
    }
  }

  static void attach(Segment segment, long header, int side) {
    requireHeader(segment, header);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      int sides = SharedMemory.getIntAcquire(segment, header + SIDES);
      if ((sides & (side | (side << LEFT_SHIFT))) != 0) {
        throw new IllegalStateException((side == PRODUCER ? "producer" : "consumer") + " of the FIFO at " + header
            + ((sides & (side << LEFT_SHIFT)) != 0 ? " has already left" : " is already attached"));
      }
      if (SharedMemory.compareAndSetInt(segment, header + SIDES, sides, sides | side)) {
        return;
      }
    }
    throw new IllegalStateException("the FIFO at " + header + " keeps changing: its other process is hostile");
  }

  static boolean hasLeft(Segment segment, long header, int side) {
    return (SharedMemory.getIntAcquire(segment, header + SIDES) & (side << LEFT_SHIFT)) != 0;
  }

  /** The last side to leave gives back chunks and header. */
  static void leave(Segment segment, long header, int side) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      int sides = SharedMemory.getIntAcquire(segment, header + SIDES);
      if ((sides & (side << LEFT_SHIFT)) != 0) {
        return;
      }
      if (SharedMemory.compareAndSetInt(segment, header + SIDES, sides, sides | (side << LEFT_SHIFT))) {
        if (((sides | (side << LEFT_SHIFT)) & BOTH_LEFT) == BOTH_LEFT) {
          destroy(segment, header);
        }
        return;
      }
    }
    segment.counters.corruptions.increment();
  }

  static void destroy(Segment segment, long header) {
    Chunks.freeFrom(segment, owner(header), SharedMemory.getInt(segment, header + FIRST_CHUNK));
    SharedMemory.setInt(segment, header + MAGIC, 0);
    segment.headers.free(header);
    SharedMemory.getAndAddLong(segment, SegmentLayout.FIFO_COUNT_OFFSET, -1);
  }

  /** Keeps the segment mapped, also a closed one, while a thread that is no side looks at a FIFO. */
  private static void hold(Segment segment, long offset) {
    segment.hold();
    try {
      requireHeader(segment, offset);
    } catch (Throwable e) {
      segment.release();
      throw e;
    }
  }

  private static void requireHeader(Segment segment, long offset) {
    if (!segment.headers.isAllocated(offset) || SharedMemory.getInt(segment, offset + MAGIC) != MAGIC_VALUE) {
      throw new IllegalArgumentException("no FIFO at offset " + offset);
    }
  }
}
