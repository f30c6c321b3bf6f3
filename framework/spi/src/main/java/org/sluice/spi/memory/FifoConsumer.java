package org.sluice.spi.memory;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.ExecutionContext;

/**
 * The side of a FIFO that reads. Every method is for its owner alone (asserted), none blocks, none allocates; after
 * {@link #leave} each one that moves data answers {@link Fifo#NOT_ATTACHED}.
 *
 * <p>A consumer that was told by an event calls {@link #clearEvent} first, then reads until nothing is there; after
 * taking data out it asks {@link #takeDequeueNotification} whether the producer wants to know.
 */
public final class FifoConsumer extends FifoReader implements ReadView {

  private FifoConsumer(Segment segment, long offset, ExecutionContext owner) {
    super(segment, offset, owner);
  }

  /**
   * Becomes the consumer of a FIFO; possible once in its life.
   *
   * @param segment where it is
   * @param offset what {@link Segment#allocateFifo} returned
   * @param owner who will call
   * @return the consumer
   * @throws IllegalArgumentException when no FIFO is there
   * @throws IllegalStateException when it has or had a consumer, or the segment is closed
   */
  public static FifoConsumer attach(Segment segment, long offset, ExecutionContext owner) {
    return new FifoConsumer(segment, offset, owner);
  }

  /**
   * Becomes the consumer of another FIFO after it has left the one before, so that who opens and closes many keeps one
   * object. Called by whoever the object belongs to, while nobody else uses it: from now on references from before mean
   * the new FIFO.
   *
   * @param segment where it is
   * @param offset what {@link Segment#allocateFifo} returned
   * @param owner who will call
   * @throws IllegalArgumentException when no FIFO is there; this side is as it was
   * @throws IllegalStateException when it has or had a consumer, when the segment is closed, or when this side has not
   *     left; this side is as it was
   */
  public void reattach(Segment segment, long offset, ExecutionContext owner) {
    rebind(segment, offset, owner);
  }

  /**
   * The content now. What the chunk of the head holds of it is then taken by the next dequeue without another look.
   *
   * @return bytes, or a negative status
   */
  public int readableBytes() {
    assert owned();
    if (header == 0) {
      return Fifo.NOT_ATTACHED;
    }
    int available = available();
    return available > 0 && !isViewOpen() ? advance(available) : available;
  }

  /**
   * Takes bytes out, as many as are there.
   *
   * @param target where they go
   * @param offset of the first one
   * @param lengthBytes the most to take
   * @return how many; 0 when empty; or a negative status
   */
  public int dequeue(MemorySegment target, long offset, int lengthBytes) {
    assert owned();
    if (lengthBytes <= 0 || lengthBytes > fastEnd - position && !isReadableAtOnce(lengthBytes)) {
      return dequeueSlow(target, offset, lengthBytes);
    }
    SharedMemory.copyOut(segment, bias + position, target, offset, lengthBytes);
    consume(lengthBytes);
    return lengthBytes;
  }

  /**
   * Takes bytes out, as many as are there.
   *
   * @param target where they go
   * @param offset of the first one
   * @param lengthBytes the most to take
   * @return how many; 0 when empty; or a negative status
   */
  public int dequeue(byte[] target, int offset, int lengthBytes) {
    assert owned();
    if (lengthBytes <= 0 || lengthBytes > fastEnd - position && !isReadableAtOnce(lengthBytes)) {
      return dequeueSlow(target, offset, lengthBytes);
    }
    SharedMemory.copyOut(segment, bias + position, target, offset, lengthBytes);
    consume(lengthBytes);
    return lengthBytes;
  }

  /**
   * Copies content and leaves it where it is.
   *
   * @param distanceBytes from the head
   * @param target where the bytes go
   * @param offset of the first one
   * @param lengthBytes the most to copy
   * @return how many; 0 when nothing is there; or a negative status
   */
  public int peek(long distanceBytes, MemorySegment target, long offset, int lengthBytes) {
    assert owned();
    checkDistance(distanceBytes);
    if (distanceBytes + lengthBytes > fastEnd - position || lengthBytes <= 0) {
      Objects.checkFromIndexSize(offset, lengthBytes, target.byteSize());
      return walk(distanceBytes, lengthBytes, target, offset);
    }
    SharedMemory.copyOut(segment, bias + position + distanceBytes, target, offset, lengthBytes);
    return lengthBytes;
  }

  /**
   * Copies content and leaves it where it is.
   *
   * @param distanceBytes from the head
   * @param target where the bytes go
   * @param offset of the first one
   * @param lengthBytes the most to copy
   * @return how many; 0 when nothing is there; or a negative status
   */
  public int peek(long distanceBytes, byte[] target, int offset, int lengthBytes) {
    assert owned();
    checkDistance(distanceBytes);
    if (distanceBytes + lengthBytes > fastEnd - position || lengthBytes <= 0) {
      Objects.checkFromIndexSize(offset, lengthBytes, target.length);
      return walk(distanceBytes, lengthBytes, target, offset);
    }
    SharedMemory.copyOut(segment, bias + position + distanceBytes, target, offset, lengthBytes);
    return lengthBytes;
  }

  /**
   * Takes bytes out without copying them, as many as are there.
   *
   * @param lengthBytes the most to take
   * @return how many, or a negative status
   */
  public int drop(int lengthBytes) {
    assert owned();
    if (lengthBytes < 0) {
      throw new IllegalArgumentException("drop of " + lengthBytes + " bytes");
    }
    if (lengthBytes > fastEnd - position || lengthBytes == 0) {
      return dropSlow(lengthBytes);
    }
    consume(lengthBytes);
    return lengthBytes;
  }

  /**
   * Takes out everything that is there now.
   *
   * @return how many bytes, or a negative status
   */
  public int dropAll() {
    assert owned();
    return dropSlow(Integer.MAX_VALUE);
  }

  /**
   * Opens content to read in place: contiguous from the head. At most one at a time. What was written by one claim is
   * contiguous here too.
   *
   * @param maxBytes how much is wanted, at least 1
   * @return this consumer as a view, or null when nothing is there, or this side has left
   */
  public @Nullable ReadView view(int maxBytes) {
    assert owned();
    if (maxBytes <= 0) {
      throw new IllegalArgumentException("view of " + maxBytes + " bytes");
    }
    if (maxBytes > fastEnd - position && refresh() <= 0) {
      return null;
    }
    fastEnd = position - Math.min(maxBytes, fastEnd - position);
    return this;
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
  public void release(int consumedBytes) {
    int length = viewLength();
    if (consumedBytes < 0 || consumedBytes > length) {
      throw new IllegalArgumentException("release of " + consumedBytes + " bytes of " + length);
    }
    fastEnd = position + length;
    if (consumedBytes > 0) {
      consume(consumedBytes);
    }
  }

  /**
   * Shows content piece by piece, in order, and leaves it where it is.
   *
   * @param distanceBytes from the head
   * @param maxBytes the most to show
   * @param handler is called for each contiguous piece, within this call; it must not use this FIFO
   * @return bytes shown; 0 when nothing is there; or a negative status
   */
  public int gather(long distanceBytes, int maxBytes, PieceHandler handler) {
    assert owned();
    checkDistance(distanceBytes);
    return walk(distanceBytes, maxBytes, handler, 0);
  }

  /**
   * Moves bytes to another FIFO whose producer has the same owner, by one copy.
   *
   * @param target where they go
   * @param maxBytes the most to move
   * @return bytes moved: limited by what is here and what fits there; or a negative status when nothing was moved
   */
  public int transferTo(FifoProducer target, int maxBytes) {
    assert owned();
    int moved = 0;
    while (moved < maxBytes) {
      int available = refresh();
      if (available <= 0) {
        return moved == 0 ? available : moved;
      }
      int piece = (int) Math.min(maxBytes - moved, fastEnd - position);
      int written = target.enqueue(segment, bias + position, piece);
      if (written <= 0) {
        return moved == 0 ? written : moved;
      }
      int taken = Math.min(written, piece);
      consume(taken);
      moved += taken;
      if (taken < piece) {
        break;
      }
    }
    return moved;
  }

  /**
   * Clears the event flag; whatever is published from now on raises it again. Look at {@link #readableBytes} after
   * this, not before.
   */
  public void clearEvent() {
    assert owned();
    if (header != 0) {
      SharedMemory.setIntRelease(segment, field(Fifo.EVENT), 0);
      SharedMemory.fullFence();
    }
  }

  /**
   * The same, at less cost, for a producer that runs on this very thread.
   */
  public void clearEventLightly() {
    assert owned();
    if (header != 0) {
      SharedMemory.setIntRelease(segment, field(Fifo.EVENT), 0);
      AsymmetricFence.light();
    }
  }

  /**
   * The same for a producer in this process that may raise the flag by {@link FifoProducer#setEventLightly}: costs a
   * system call here, and nothing there.
   */
  public void clearEventHeavily() {
    assert owned();
    if (header != 0) {
      SharedMemory.setIntRelease(segment, field(Fifo.EVENT), 0);
      AsymmetricFence.heavy();
    }
  }

  /**
   * Whether the producer wants to be told about what was dequeued since the last call. To be asked after each dequeue,
   * or batch of them. A wish that is fulfilled is gone.
   *
   * @return true when the producer, or the subscribers, must be told
   */
  public boolean takeDequeueNotification() {
    assert owned();
    if (header == 0) {
      return false;
    }
    long dequeued = recent;
    recent = 0;
    SharedMemory.fullFence();
    return DequeueWish.take(segment, field(0), position, dequeued);
  }

  /**
   * The same, at less cost, for a producer that runs on this very thread, or that wishes by
   * {@link FifoProducer#wantDequeueNotificationHeavily} and in no other way.
   *
   * @return see {@link #takeDequeueNotification}
   */
  public boolean takeDequeueNotificationLightly() {
    assert owned();
    if (header == 0) {
      return false;
    }
    long dequeued = recent;
    recent = 0;
    AsymmetricFence.light();
    return DequeueWish.take(segment, field(0), position, dequeued);
  }

  /**
   * Whether the producer has left: nothing will be added to what is readable.
   *
   * @return true once it has, or this side has left
   */
  public boolean peerLeft() {
    assert owned();
    return header == 0 || Fifo.hasLeft(segment, field(0), Fifo.PRODUCER);
  }

  /**
   * Ends this side, whatever it was doing. The last side to leave gives header and chunks back to the segment.
   * Idempotent.
   */
  public void leave() {
    assert owned();
    if (header != 0) {
      detach(Fifo.CONSUMER);
    }
  }

  private static void checkDistance(long distanceBytes) {
    if (distanceBytes < 0) {
      throw new IllegalArgumentException(distanceBytes + " bytes from the head");
    }
  }
}
