package org.sluice.spi.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * An area of memory that holds FIFOs, their chunks and event queues, and that two processes can share. It contains
 * offsets, never addresses; its layout is in {@code docs/memory-format.md}.
 *
 * <p>Allocation is lock-free and may be done by any thread of any process that has the segment. The memory goes with
 * {@link #close}, or later with the last side or queue of this process that leaves it, so nothing attached ever sees
 * freed memory.
 */
public final class Segment implements AutoCloseable {

  private static final int CLOSED = 1 << 31;

  /** The address of the first byte. */
  final long base;
  final MemorySegment area;
  final SegmentLayout layout;
  final PageAllocator pages;
  final HeaderAllocator headers;
  final MemoryCounters counters = new MemoryCounters();

  private final Arena arena;
  /** Attached sides and queues of this process, and the closed bit. */
  private final AtomicInteger uses = new AtomicInteger();

  private Segment(Arena arena, MemorySegment area) {
    this.arena = arena;
    this.area = area;
    base = area.address();
    layout = new SegmentLayout(area.byteSize());
    pages = new PageAllocator(this);
    headers = new HeaderAllocator(this);
  }

  /**
   * Makes a segment in native memory of this process, zeroed. Any thread; the memory is touched, hence resident.
   *
   * @param sizeBytes rounded up to whole pages of 4 KiB; at least 64 KiB
   * @return the segment
   */
  public static Segment allocate(long sizeBytes) {
    SegmentLayout layout = new SegmentLayout(sizeBytes);
    Arena arena = Arena.ofShared();
    try {
      Segment segment = new Segment(arena, arena.allocate(layout.sizeBytes, SegmentLayout.PAGE_BYTES));
      segment.format();
      return segment;
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Makes a segment in a new file, for other processes to {@link #open}. On POSIX systems only the user of this process
   * may read or write the file. Blocks on the file system.
   *
   * @param file must not exist
   * @param sizeBytes rounded up to whole pages of 4 KiB; at least 64 KiB
   * @return the segment
   * @throws IOException when the file exists or cannot be made
   */
  public static Segment create(Path file, long sizeBytes) throws IOException {
    SegmentLayout layout = new SegmentLayout(sizeBytes);
    try (FileChannel channel = newFile(file)) {
      Segment segment = map(channel, layout.sizeBytes);
      segment.format();
      return segment;
    }
  }

  /**
   * Opens a segment that another process has made. Blocks on the file system.
   *
   * @param file the file
   * @return the segment
   * @throws SegmentFormatException when the file is not a segment of this version, or its size is not the stated one
   * @throws IOException when the file cannot be mapped
   */
  public static Segment open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long size = channel.size();
      if (size < SegmentLayout.MIN_BYTES || size > SegmentLayout.MAX_BYTES || size % SegmentLayout.PAGE_BYTES != 0) {
        throw new SegmentFormatException(file + ": " + size + " bytes cannot be a segment");
      }
      Segment segment = map(channel, size);
      try {
        segment.checkFormat(file);
        return segment;
      } catch (Throwable e) {
        segment.close();
        throw e;
      }
    }
  }

  /**
   * The size of the whole segment.
   *
   * @return bytes
   */
  public long sizeBytes() {
    return layout.sizeBytes;
  }

  /**
   * What is allocated, in whole pages, with the segment's own metadata. Any thread.
   *
   * @return bytes
   */
  public long usedBytes() {
    long used = area.get(ValueLayout.JAVA_LONG, SegmentLayout.USED_OFFSET);
    return Math.max(0, Math.min(layout.sizeBytes, used));
  }

  /**
   * What can still be allocated, in pieces of any size. Any thread.
   *
   * @return bytes
   */
  public long freeBytes() {
    return layout.sizeBytes - usedBytes();
  }

  /**
   * FIFOs that not both sides have left. Any thread.
   *
   * @return the count
   */
  public int fifoCount() {
    return (int) area.get(ValueLayout.JAVA_LONG, SegmentLayout.FIFO_COUNT_OFFSET);
  }

  /**
   * Event queues allocated. Any thread.
   *
   * @return the count
   */
  public int eventQueueCount() {
    return (int) area.get(ValueLayout.JAVA_LONG, SegmentLayout.QUEUE_COUNT_OFFSET);
  }

  /**
   * What went wrong in this segment, as seen by this process.
   *
   * @return the live counters
   */
  public MemoryCounters counters() {
    return counters;
  }

  /**
   * Sides and queues of this process that are attached: those that still hold a closed segment.
   *
   * @return the count
   */
  public int attachedCount() {
    return uses.get() & ~CLOSED;
  }

  /**
   * Whether the memory has been given back: closed, and left by all who were attached.
   *
   * @return true once it is gone
   */
  public boolean isReleased() {
    return uses.get() == CLOSED;
  }

  /**
   * Makes a FIFO. Any thread.
   *
   * @param capacityBytes what it may hold, {@link Fifo#MIN_CAPACITY} to {@link Fifo#MAX_CAPACITY}
   * @param firstAllocBytes buffer memory it gets at once, at most the capacity; with 0 it gets none until the first
   *     write
   * @return the offset of its header, or {@link Fifo#NO_SPACE}
   */
  public long allocateFifo(long capacityBytes, long firstAllocBytes) {
    return allocateFifo(capacityBytes, firstAllocBytes, 0);
  }

  /** Lets tests begin at any position. */
  long allocateFifo(long capacityBytes, long firstAllocBytes, long position) {
    Fifo.checkCapacity(capacityBytes);
    if (firstAllocBytes < 0 || firstAllocBytes > capacityBytes) {
      throw new IllegalArgumentException("first allocation of " + firstAllocBytes + " bytes for a FIFO of "
          + capacityBytes);
    }
    retain();
    try {
      long header = headers.allocate();
      if (header < 0) {
        counters.noSpace.increment();
        return header;
      }
      Fifo.format(this, header, capacityBytes, position);
      SharedMemory.getAndAddLong(this, SegmentLayout.FIFO_COUNT_OFFSET, 1);
      if (!Fifo.preallocate(this, header, firstAllocBytes)) {
        Fifo.destroy(this, header);
        return Fifo.NO_SPACE;
      }
      return header;
    } finally {
      release();
    }
  }

  /**
   * Sets memory aside for so many more FIFO headers, all or none; it stays set aside. Any thread.
   *
   * @param count how many
   * @return 0, or {@link Fifo#NO_SPACE}
   */
  public int reserveFifoHeaders(int count) {
    if (count < 0) {
      throw new IllegalArgumentException(count + " FIFO headers");
    }
    retain();
    try {
      return headers.reserve(count) ? 0 : Fifo.NO_SPACE;
    } finally {
      release();
    }
  }

  /**
   * Makes an event queue. Any thread.
   *
   * @param events io records it holds
   * @param controlEvents control records it holds besides, each with a payload
   * @return its offset, or {@link Fifo#NO_SPACE}
   */
  public long allocateEventQueue(int events, int controlEvents) {
    return allocateEventQueue(events, controlEvents, 0);
  }

  /** Lets tests begin at any position. */
  long allocateEventQueue(int events, int controlEvents, long position) {
    QueueLayout queue = new QueueLayout(events, controlEvents);
    retain();
    try {
      int page = pages.allocate(queue.sizeClass());
      if (page == PageAllocator.NONE) {
        counters.noSpace.increment();
        return Fifo.NO_SPACE;
      }
      queue.format(this, page, position);
      SharedMemory.getAndAddLong(this, SegmentLayout.QUEUE_COUNT_OFFSET, 1);
      return Chunks.offset(page);
    } finally {
      release();
    }
  }

  /**
   * Gives an event queue back: now, or when the last context that is attached to it leaves. Any thread; once.
   *
   * @param offset where it is
   */
  public void freeEventQueue(long offset) {
    hold();
    try {
      QueueLayout.retire(this, offset);
    } finally {
      release();
    }
  }

  /**
   * The whole area, for tests and read-only inspection, and as what the offsets of views refer to.
   *
   * @return memory of exactly the segment's size; access after the release fails
   */
  public MemorySegment memory() {
    return area;
  }

  /** Refuses further use; gives the memory back once nothing of this process is attached. Idempotent; any thread. */
  @Override
  public void close() {
    int before = uses.getAndUpdate(value -> value | CLOSED);
    if (before == 0) {
      arena.close();
    }
  }

  @Override
  public String toString() {
    return "Segment[" + layout.sizeBytes + " bytes, " + attachedCount() + " attached"
        + (uses.get() < 0 ? ", closed]" : "]");
  }

  /** Keeps the memory until {@link #release}; refused once the segment is closed. */
  void retain() {
    keep(value -> value >= 0);
  }

  /** Keeps the memory until {@link #release}; refused once it is gone. */
  void hold() {
    keep(value -> value != CLOSED);
  }

  private void keep(IntPredicate allowed) {
    int value;
    do {
      value = uses.get();
      if (!allowed.test(value)) {
        throw new IllegalStateException("segment is closed");
      }
    } while (!uses.compareAndSet(value, value + 1));
  }

  void release() {
    if (uses.decrementAndGet() == CLOSED) {
      arena.close();
    }
  }

  int corrupt() {
    counters.corruptions.increment();
    return Fifo.CORRUPT;
  }

  private static FileChannel newFile(Path file) throws IOException {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    Path absolute = file.toAbsolutePath();
    if (!absolute.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return FileChannel.open(absolute, options);
    }
    return FileChannel.open(absolute, options, PosixFilePermissions.asFileAttribute(
        PosixFilePermissions.fromString("rw-------")));
  }

  private static Segment map(FileChannel channel, long size) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      return new Segment(arena, channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena));
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  private void format() {
    SharedMemory.setInt(this, SegmentLayout.VERSION_OFFSET, SegmentLayout.VERSION);
    SharedMemory.setInt(this, SegmentLayout.PAGE_BYTES_OFFSET, SegmentLayout.PAGE_BYTES);
    SharedMemory.setLong(this, SegmentLayout.SIZE_OFFSET, layout.sizeBytes);
    SharedMemory.setLong(this, SegmentLayout.USED_OFFSET, Chunks.offset(layout.firstPage));
    pages.format();
    SharedMemory.setLongRelease(this, SegmentLayout.MAGIC_OFFSET, SegmentLayout.MAGIC);
  }

  private void checkFormat(Path file) throws SegmentFormatException {
    if (SharedMemory.getLongAcquire(this, SegmentLayout.MAGIC_OFFSET) != SegmentLayout.MAGIC) {
      throw new SegmentFormatException(file + " is not a segment");
    }
    int version = SharedMemory.getInt(this, SegmentLayout.VERSION_OFFSET);
    int pageBytes = SharedMemory.getInt(this, SegmentLayout.PAGE_BYTES_OFFSET);
    long size = SharedMemory.getLong(this, SegmentLayout.SIZE_OFFSET);
    if (version != SegmentLayout.VERSION || pageBytes != SegmentLayout.PAGE_BYTES) {
      throw new SegmentFormatException(file + ": version " + version + " with pages of " + pageBytes
          + " bytes, expected version " + SegmentLayout.VERSION + " with " + SegmentLayout.PAGE_BYTES);
    }
    if (size != layout.sizeBytes) {
      throw new SegmentFormatException(file + ": header states " + size + " bytes, the file has " + layout.sizeBytes);
    }
  }
}
