package org.sluice.spi.memory;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.ExecutionContext;

/**
 * The side of a FIFO that writes. Every method is for its owner alone (asserted), none blocks, none allocates in the
 * steady state; after {@link #leave} each one that moves data answers {@link Fifo#NOT_ATTACHED}.
 *
 * <p>Publishing data and telling the consumer are two steps: enqueue as much as there is, then {@link #setEvent} once.
 */
public final class FifoProducer extends FifoWriter implements WriteView {

  /** The largest claim: the largest chunk. */
  public static final int MAX_CLAIM = SegmentLayout.PAGE_BYTES << SegmentLayout.MAX_SIZE_CLASS;

  private FifoProducer(Segment segment, long offset, ExecutionContext owner) {
    super(segment, offset, owner);
  }

  /**
   * Becomes the producer of a FIFO; possible once in its life.
   *
   * @param segment where it is
   * @param offset what {@link Segment#allocateFifo} returned
   * @param owner who will call
   * @return the producer
   * @throws IllegalArgumentException when no FIFO is there
   * @throws IllegalStateException when it has or had a producer, or the segment is closed
   */
  public static FifoProducer attach(Segment segment, long offset, ExecutionContext owner) {
    return new FifoProducer(segment, offset, owner);
  }

  /**
   * Becomes the producer of another FIFO after it has left the one before, so that who opens and closes many keeps one
   * object. Called by whoever the object belongs to, while nobody else uses it: from now on references from before mean
   * the new FIFO.
   *
   * @param segment where it is
   * @param offset what {@link Segment#allocateFifo} returned
   * @param owner who will call
   * @throws IllegalArgumentException when no FIFO is there; this side is as it was
   * @throws IllegalStateException when it has or had a producer, when the segment is closed, or when this side has not
   *     left; this side is as it was
   */
  public void reattach(Segment segment, long offset, ExecutionContext owner) {
    rebind(segment, offset, owner);
  }

  /**
   * The room now.
   *
   * @return bytes that fit, ranges out of order not counted; or a negative status
   */
  public int writableBytes() {
    assert owned();
    return header == 0 ? Fifo.NOT_ATTACHED : room(head());
  }

  /**
   * Whether memory for so many bytes is there: in chunks of this FIFO, or free in the segment, where others may take it
   * in the meantime. Room is another thing; see {@link #writableBytes}.
   *
   * @param bytes how many; what is beyond the capacity does not count
   * @return false when a write of so many bytes would meet {@link Fifo#NO_SPACE} before its end; also when this side
   *     has left
   */
  public boolean hasMemoryFor(int bytes) {
    assert owned();
    long wanted = Math.min(bytes, capacityBytes());
    return header != 0 && memoryBytes(wanted) >= wanted;
  }

  /**
   * The most this FIFO may hold.
   *
   * @return bytes
   */
  public long capacityBytes() {
    return Integer.toUnsignedLong(capacity);
  }

  /**
   * Changes what the FIFO may hold. With less than it holds now there is no room until the consumer has caught up.
   *
   * @param newCapacity bytes, {@link Fifo#MIN_CAPACITY} to {@link Fifo#MAX_CAPACITY}
   */
  public void capacityBytes(long newCapacity) {
    assert owned();
    capacity = (int) Fifo.checkCapacity(newCapacity);
    if (header == 0) {
      return;
    }
    SharedMemory.setLongRelease(segment, field(Fifo.CAPACITY), newCapacity);
    if (isViewOpen()) {
      slack = Math.abs(slack);
    } else {
      window(position, chunkEnd());
    }
  }

  /**
   * Appends bytes, as many as fit.
   *
   * @param source where they are
   * @param offset of the first one
   * @param lengthBytes how many
   * @return bytes the content grew by: those written, and those they absorbed (see {@link #enqueueAt}); 0 when full; or
   *     a negative status
   */
  public int enqueue(MemorySegment source, long offset, int lengthBytes) {
    assert owned();
    if (lengthBytes > fastEnd - position || lengthBytes <= 0) {
      return enqueueSlow(source, offset, lengthBytes);
    }
    SharedMemory.copyIn(source, offset, segment, bias + position, lengthBytes);
    publish(position + lengthBytes);
    return lengthBytes;
  }

  /**
   * Appends bytes, as many as fit.
   *
   * @param source where they are
   * @param offset of the first one
   * @param lengthBytes how many
   * @return as for {@link #enqueue(MemorySegment, long, int)}
   */
  public int enqueue(byte[] source, int offset, int lengthBytes) {
    assert owned();
    if (lengthBytes > fastEnd - position || lengthBytes <= 0) {
      return enqueueSlow(source, offset, lengthBytes);
    }
    SharedMemory.copyIn(source, offset, segment, bias + position, lengthBytes);
    publish(position + lengthBytes);
    return lengthBytes;
  }

  /**
   * Appends several pieces, all of them or nothing; the consumer sees all at once.
   *
   * @param sources where the pieces are
   * @param offsets of their first bytes
   * @param lengths their lengths
   * @param count how many entries of the arrays to use
   * @return bytes the content grew by; 0 when not all fit; or a negative status
   */
  public int enqueueAll(MemorySegment[] sources, long[] offsets, int[] lengths, int count) {
    assert owned();
    long total = 0;
    for (int i = 0; i < count; i++) {
      Objects.checkFromIndexSize(offsets[i], lengths[i], sources[i].byteSize());
      total += lengths[i];
    }
    if (header == 0) {
      return Fifo.NOT_ATTACHED;
    }
    refuseOpenView();
    long head = head();
    int room = room(head);
    if (room < total || total == 0) {
      return Math.min(room, 0);
    }
    int covered = cover(position + total, head);
    if (covered < 0) {
      return covered;
    }
    long at = position;
    for (int i = 0; i < count; i++) {
      if (!writeAt(at, sources[i], offsets[i], lengths[i])) {
        return segment.corrupt();
      }
      at += lengths[i];
    }
    return advanceTo(position, at, head);
  }

  /**
   * Appends several pieces, as many bytes as fit.
   *
   * @param sources where the pieces are
   * @param offsets of their first bytes
   * @param lengths their lengths
   * @param count how many entries of the arrays to use
   * @return as for {@link #enqueue(MemorySegment, long, int)}
   */
  public int enqueueSome(MemorySegment[] sources, long[] offsets, int[] lengths, int count) {
    assert owned();
    int done = 0;
    for (int i = 0; i < count; i++) {
      int written = enqueue(sources[i], offsets[i], lengths[i]);
      if (written < 0) {
        return done == 0 ? written : done;
      }
      done += written;
      if (written < lengths[i]) {
        break;
      }
    }
    return done;
  }

  /**
   * Stores bytes beyond the tail. They become content when an in-order write reaches them; that write's result counts
   * them too. Where data overlaps, the latest stays.
   *
   * @param offsetFromTail distance from the tail; with 0 this is {@link #enqueue(MemorySegment, long, int)}
   * @param source where they are
   * @param offset of the first one
   * @param lengthBytes how many
   * @return lengthBytes; 0 when they do not all fit, or {@value OutOfOrderRanges#LIMIT} ranges exist already; or a
   *     negative status
   */
  public int enqueueAt(long offsetFromTail, MemorySegment source, long offset, int lengthBytes) {
    assert owned();
    if (offsetFromTail < 0) {
      throw new IllegalArgumentException(offsetFromTail + " bytes from the tail");
    }
    if (offsetFromTail == 0) {
      return enqueue(source, offset, lengthBytes);
    }
    Objects.checkFromIndexSize(offset, lengthBytes, source.byteSize());
    if (header == 0) {
      return Fifo.NOT_ATTACHED;
    }
    refuseOpenView();
    long head = head();
    int room = room(head);
    if (room - lengthBytes < offsetFromTail || lengthBytes == 0) {
      return Math.min(room, 0);
    }
    long start = position + offsetFromTail;
    int covered = cover(start + lengthBytes, head);
    if (covered < 0) {
      return covered;
    }
    if (!writeAt(start, source, offset, lengthBytes)) {
      return segment.corrupt();
    }
    if (outOfOrder == null) {
      outOfOrder = new OutOfOrderRanges();
    }
    boolean added = outOfOrder.add(start, start + lengthBytes);
    window(position, chunkEnd());
    if (!added) {
      segment.counters.outOfOrderLimitHits.increment();
      return 0;
    }
    return lengthBytes;
  }

  /**
   * How many stretches beyond the tail hold data.
   *
   * @return the count
   */
  public int outOfOrderRanges() {
    assert owned();
    return outOfOrder == null ? 0 : outOfOrder.count();
  }

  /**
   * Where a stretch begins; they are in ascending order.
   *
   * @param index 0 to {@link #outOfOrderRanges} - 1
   * @return its distance from the tail
   */
  public long outOfOrderStart(int index) {
    Objects.checkIndex(index, outOfOrderRanges());
    return Objects.requireNonNull(outOfOrder).start(index) - position;
  }

  /**
   * The length of a stretch.
   *
   * @param index 0 to {@link #outOfOrderRanges} - 1
   * @return bytes
   */
  public long outOfOrderLength(int index) {
    Objects.checkIndex(index, outOfOrderRanges());
    OutOfOrderRanges ranges = Objects.requireNonNull(outOfOrder);
    return ranges.end(index) - ranges.start(index);
  }

  /**
   * The stretch that took in the data stored last: what a SACK option names first (RFC 2018 section 4).
   *
   * @return its index, or -1 when that data has become content
   */
  public int newestOutOfOrder() {
    return outOfOrderRanges() == 0 ? -1 : Objects.requireNonNull(outOfOrder).newest();
  }

  /**
   * Opens room to write in place: contiguous, exactly as long as asked whenever the FIFO has that much room and the
   * segment such a chunk, else shorter. At most one at a time.
   *
   * @param maxBytes how much is wanted, at least 1; at most {@link #MAX_CLAIM} is given
   * @return this producer as a view, or null when there is no room, no memory, or this side has left
   */
  public @Nullable WriteView claim(int maxBytes) {
    return tryClaim(maxBytes) > 0 ? this : null;
  }

  /**
   * The same for who wants to know why there is nothing; this producer is the view.
   *
   * @param maxBytes see {@link #claim}
   * @return the length of the view; 0 when there is no room and no view; or a negative status, and no view
   */
  public int tryClaim(int maxBytes) {
    assert owned();
    if (maxBytes <= 0) {
      throw new IllegalArgumentException("claim of " + maxBytes + " bytes");
    }
    int length = maxBytes <= fastEnd - position ? maxBytes : prepareClaim(maxBytes);
    if (length <= 0) {
      return length;
    }
    long end = chunkEnd();
    boolean wholeChunk = slack == 0;
    fastEnd = position - length;
    slack = (int) (wholeChunk ? fastEnd - end : end - fastEnd);
    return length;
  }

  @Override
  public MemorySegment memory() {
    return viewMemory();
  }

  @Override
  public long offset() {
    return viewOffset();
  }

  @Override
  public int length() {
    return viewLength();
  }

  @Override
  public int commit(int writtenBytes) {
    int claimed = viewLength();
    if (writtenBytes < 0 || writtenBytes > claimed) {
      throw new IllegalArgumentException("commit of " + writtenBytes + " bytes of " + claimed);
    }
    long tail = position + writtenBytes;
    long end = chunkEnd();
    window(slack < 0 ? end : tail, end);
    if (writtenBytes > 0) {
      publish(tail);
    }
    return hasOutOfOrder() ? advanceTo(tail - writtenBytes, tail, head()) : writtenBytes;
  }

  @Override
  public void abort() {
    assert owned();
    requireOpenView();
    long end = chunkEnd();
    window(slack < 0 ? end : position, end);
  }

  /**
   * Raises the event flag after publishing. To be called before giving up the thread, or per batch.
   *
   * @return true when the consumer must be told: the flag was clear; false when it has been told and has not looked
   *     since, or this side has left
   */
  public boolean setEvent() {
    assert owned();
    if (header == 0) {
      return false;
    }
    SharedMemory.fullFence();
    return raiseEvent();
  }

  /**
   * The same, at less cost, for a consumer that runs on this very thread, or that clears the flag by
   * {@link FifoConsumer#clearEventHeavily} and in no other way.
   *
   * @return see {@link #setEvent}
   */
  public boolean setEventLightly() {
    assert owned();
    if (header == 0) {
      return false;
    }
    AsymmetricFence.light();
    return raiseEvent();
  }

  /**
   * Asks the consumer to tell about a dequeue (see {@link FifoConsumer#takeDequeueNotification}). The wish goes when it
   * fires. Give up the thread only after this has answered true.
   *
   * @param kind {@link Fifo#NOTIFY_ROOM}, {@link Fifo#NOTIFY_IF_FULL} or {@link Fifo#NOTIFY_IF_EMPTY}; wishes of
   *     different kinds exist side by side
   * @param thresholdBytes for NOTIFY_ROOM: how much room, 1 to the capacity; else ignored
   * @return false when there is nothing to wait for: that much room, any room, or an empty FIFO is there already (then
   *     only NOTIFY_IF_FULL stays armed, for the next time); also false when this side has left
   */
  public boolean wantDequeueNotification(int kind, long thresholdBytes) {
    assert owned();
    if (header == 0) {
      return false;
    }
    long threshold = arm(kind, thresholdBytes);
    SharedMemory.fullFence();
    return isToBeAwaited(kind, threshold);
  }

  /**
   * The same for a consumer in this process that may ask by {@link FifoConsumer#takeDequeueNotificationLightly}: costs
   * a system call here, and nothing there.
   *
   * @param kind see {@link #wantDequeueNotification}
   * @param thresholdBytes see {@link #wantDequeueNotification}
   * @return see {@link #wantDequeueNotification}
   */
  public boolean wantDequeueNotificationHeavily(int kind, long thresholdBytes) {
    assert owned();
    if (header == 0) {
      return false;
    }
    long threshold = arm(kind, thresholdBytes);
    AsymmetricFence.heavy();
    return isToBeAwaited(kind, threshold);
  }

  /**
   * Takes wishes back.
   *
   * @param kinds their constants, or'ed
   */
  public void clearDequeueNotification(int kinds) {
    assert owned();
    if (header != 0) {
      DequeueWish.withdraw(segment, field(Fifo.WISH), kinds);
    }
  }

  /**
   * How far this side has come.
   *
   * @return the position after the last byte published; it only grows, also after this side has left
   */
  public long position() {
    assert owned();
    return position;
  }

  /**
   * Whether nothing is under way: the consumer has taken every byte, no claim is open, no range out of order waits.
   *
   * @return true when {@link #sweep} would give the memory back; false once this side has left
   */
  public boolean isDrained() {
    assert owned();
    return header != 0 && !isViewOpen() && !hasOutOfOrder() && head() == position;
  }

  /**
   * Gives all buffer memory of a {@linkplain #isDrained drained} FIFO back to the segment, else does nothing; the next
   * write takes a chunk again. For idle times: a FIFO that is written all the time does better to recycle its chunks.
   *
   * @return bytes given back
   */
  public long sweep() {
    assert owned();
    if (!isDrained()) {
      return 0;
    }
    outOfOrder = null;
    int first = SharedMemory.getInt(segment, field(Fifo.FIRST_CHUNK));
    SharedMemory.setInt(segment, field(Fifo.FIRST_CHUNK), Chunks.NONE);
    SharedMemory.setInt(segment, field(Fifo.RESTART_CHUNK), Chunks.NONE);
    SharedMemory.setLong(segment, field(Fifo.RESTART), position);
    chunk = Chunks.NONE;
    window(position, position);
    return Chunks.freeFrom(segment, header, first);
  }

  /**
   * Whether the consumer has left: nobody will read what is written from now on.
   *
   * @return true once it has, or this side has left
   */
  public boolean peerLeft() {
    assert owned();
    return header == 0 || Fifo.hasLeft(segment, field(0), Fifo.CONSUMER);
  }

  /**
   * Ends this side, whatever it was doing; what was published stays readable. The last side to leave gives header and
   * chunks back to the segment. Idempotent.
   */
  public void leave() {
    assert owned();
    if (header != 0) {
      outOfOrder = null;
      detach(Fifo.PRODUCER);
    }
  }

  /** Appends bytes that lie in a segment: proved by the consumer that hands them over. */
  int enqueue(Segment source, long offset, int lengthBytes) {
    assert owned();
    if (lengthBytes > fastEnd - position || lengthBytes <= 0) {
      return enqueueSlow(source, offset, lengthBytes);
    }
    SharedMemory.copy(source, offset, segment, bias + position, lengthBytes);
    publish(position + lengthBytes);
    return lengthBytes;
  }
}
