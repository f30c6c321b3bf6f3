package org.sluice.spi.memory;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.runtime.ExecutionContext;

/**
 * What both sides of a FIFO have in common. Fields are counted: an idle side must not be larger than 64 bytes.
 *
 * <p>The fast path of either side compares one length with {@code fastEnd - position}: bytes that can be moved at once,
 * in the current chunk. Everything unusual makes that difference zero or negative: no room, no chunk, out-of-order
 * ranges, having left (0), and a claim or view of n bytes being open (-n).
 */
abstract sealed class FifoSide permits FifoWriter, FifoReader {

  /** Where the FIFO is, or was: not touched after this side has left. */
  Segment segment;
  ExecutionContext owner;
  /** The header's offset in cache lines; 0 after this side has left. */
  int header;
  /** First page of the chunk that holds {@code position}. */
  int chunk = Chunks.NONE;
  /** The next byte this side will move. */
  long position;
  /** What turns a position within the current chunk into an offset. */
  long bias;
  long fastEnd;

  FifoSide(Segment segment, long offset, ExecutionContext owner, int side, int positionField) {
    this.segment = segment;
    this.owner = owner;
    bind(offset, side, positionField);
  }

  /** Takes a side that has left to another FIFO; nothing has happened if that is refused. */
  final void bindAgain(Segment next, long offset, ExecutionContext nextOwner, int side, int positionField) {
    if (header != 0) {
      throw new IllegalStateException("this side of the FIFO at " + headerOffset() + " has not left");
    }
    Segment before = segment;
    segment = next;
    try {
      bind(offset, side, positionField);
    } catch (Throwable e) {
      segment = before;
      throw e;
    }
    owner = nextOwner;
  }

  private void bind(long offset, int side, int positionField) {
    segment.retain();
    try {
      Fifo.attach(segment, offset, side);
    } catch (Throwable e) {
      segment.release();
      throw e;
    }
    header = Fifo.owner(offset);
    position = SharedMemory.getLongAcquire(segment, offset + positionField);
    fastEnd = position;
  }

  /**
   * Hands this side over to another context. Called by the present owner while nothing is going on; how the other one
   * learns of it must order memory.
   *
   * @param newOwner who calls from now on
   */
  public void owner(ExecutionContext newOwner) {
    assert owned();
    owner = newOwner;
  }

  /**
   * Whether the caller may use this side. Any context; whoever is not the owner should not rely on a no for long, since
   * sides are handed over.
   *
   * @return true when the calling context owns it
   */
  public boolean isOwnedHere() {
    return owner.isCurrent();
  }

  /**
   * Whether this side can still be used.
   *
   * @return false once it has left
   */
  public boolean isAttached() {
    return header != 0;
  }

  /**
   * Whether a claim or view is open. Reported by whoever ends the session.
   *
   * @return true until it is committed, aborted or released
   */
  public boolean isViewOpen() {
    return fastEnd - position < 0;
  }

  /**
   * Counts a view that is open while its session ends, for whoever lets it live on until it is committed, aborted or
   * released; a side that leaves with an open view counts it by itself. Any context.
   */
  public void reportOpenView() {
    segment.counters.openViewsAtLeave.increment();
  }

  /**
   * Where the header is.
   *
   * @return its offset in the segment, or {@link Fifo#NOT_ATTACHED}
   */
  public long headerOffset() {
    return header == 0 ? Fifo.NOT_ATTACHED : Fifo.headerOffset(header);
  }

  /**
   * Adds a subscriber to what happens in this FIFO; what an id means is its users' affair. Owner of this side.
   *
   * @param id 0 to 255
   * @return false when {@value Fifo#MAX_SUBSCRIBERS} others are subscribed, or this side has left
   */
  public boolean subscribe(int id) {
    assert owned();
    return header != 0 && Subscribers.add(segment, field(Fifo.SUBSCRIBERS), id);
  }

  /**
   * Removes a subscriber. Owner of this side.
   *
   * @param id 0 to 255
   * @return whether it was subscribed
   */
  public boolean unsubscribe(int id) {
    assert owned();
    return header != 0 && Subscribers.remove(segment, field(Fifo.SUBSCRIBERS), id);
  }

  /**
   * How many are subscribed. Owner of this side.
   *
   * @return 0 to {@value Fifo#MAX_SUBSCRIBERS}
   */
  public int subscriberCount() {
    assert owned();
    return header == 0 ? 0 : Subscribers.count(segment, field(Fifo.SUBSCRIBERS));
  }

  /**
   * One subscriber. Owner of this side.
   *
   * @param index 0 to {@link #subscriberCount} - 1
   * @return its id, or -1 when there is none
   */
  public int subscriber(int index) {
    assert owned();
    return header == 0 ? -1 : Subscribers.get(segment, field(Fifo.SUBSCRIBERS), index);
  }

  final long field(int field) {
    return Fifo.headerOffset(header) + field;
  }

  final boolean owned() {
    if (!owner.isCurrent()) {
      throw new AssertionError("FIFO at " + headerOffset() + " belongs to " + owner.name() + ", not to "
          + Thread.currentThread().getName());
    }
    return true;
  }

  final void refuseOpenView() {
    if (isViewOpen()) {
      throw new IllegalStateException((position - fastEnd) + " bytes of the FIFO at " + headerOffset()
          + " are still open as a view");
    }
  }

  final void requireOpenView() {
    if (!isViewOpen()) {
      throw new IllegalStateException(header == 0 ? "this side of the FIFO has left" : "no view is open");
    }
  }

  /** The memory that offsets of views refer to. */
  final MemorySegment viewMemory() {
    assert owned();
    requireOpenView();
    return segment.area;
  }

  final long viewOffset() {
    assert owned();
    requireOpenView();
    return bias + position;
  }

  final int viewLength() {
    assert owned();
    requireOpenView();
    return (int) (position - fastEnd);
  }

  /** After this, nothing here touches the segment. */
  final void detach(int side) {
    if (isViewOpen()) {
      reportOpenView();
    }
    long offset = Fifo.headerOffset(header);
    header = 0;
    chunk = Chunks.NONE;
    fastEnd = position;
    try {
      Fifo.leave(segment, offset, side);
    } finally {
      segment.release();
    }
  }
}
