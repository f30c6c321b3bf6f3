package org.sluice.spi.memory;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.ExecutionContext;

/** How a producer gets bytes into chunks: the paths that are not straight. */
abstract sealed class FifoWriter extends FifoSide permits FifoProducer {

  /** A stream that keeps going gets ever larger chunks up to this class: 64 KiB. */
  private static final int RAMP_CLASS = 4;

  @Nullable OutOfOrderRanges outOfOrder;
  /** Unsigned: up to 2 GiB. */
  int capacity;
  /** Distance from fastEnd to the end of the chunk; negated while a claim is open that was opened when it was 0. */
  int slack;

  FifoWriter(Segment segment, long offset, ExecutionContext owner) {
    super(segment, offset, owner, Fifo.PRODUCER, Fifo.TAIL);
    readCapacity();
  }

  final void rebind(Segment next, long offset, ExecutionContext nextOwner) {
    bindAgain(next, offset, nextOwner, Fifo.PRODUCER, Fifo.TAIL);
    slack = 0;
    readCapacity();
  }

  private void readCapacity() {
    capacity = (int) Fifo.clampCapacity(SharedMemory.getLong(segment, field(Fifo.CAPACITY)));
  }

  final void publish(long tail) {
    position = tail;
    SharedMemory.setLongRelease(segment, field(Fifo.TAIL), tail);
  }

  final long head() {
    return SharedMemory.getLongAcquire(segment, field(Fifo.HEAD));
  }

  /** Bytes that fit, or CORRUPT when that head is impossible. */
  final int room(long head) {
    long used = position - head;
    if (used < 0 || used > Fifo.MAX_CAPACITY) {
      return segment.corrupt();
    }
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, Integer.toUnsignedLong(capacity) - used));
  }

  final boolean raiseEvent() {
    if (SharedMemory.getIntAcquire(segment, field(Fifo.EVENT)) != 0) {
      return false;
    }
    SharedMemory.setInt(segment, field(Fifo.EVENT), 1);
    return true;
  }

  /** Writes down a wish, and answers with its threshold; the fence that must follow is the caller's. */
  final long arm(int kind, long thresholdBytes) {
    assert Integer.bitCount(kind & Fifo.ALL_KINDS) == 1 && (kind & ~Fifo.ALL_KINDS) == 0 : "kind " + kind;
    long threshold = Math.max(1, Math.min(Integer.toUnsignedLong(capacity), thresholdBytes));
    DequeueWish.arm(segment, field(Fifo.WISH), kind, threshold);
    return threshold;
  }

  /** Whether a wish that was armed is not fulfilled yet; if it is, it goes, unless it is for the next time too. */
  final boolean isToBeAwaited(int kind, long threshold) {
    long used = position - head();
    boolean fulfilled = kind == Fifo.NOTIFY_IF_EMPTY ? used == 0
        : Integer.toUnsignedLong(capacity) - used >= (kind == Fifo.NOTIFY_ROOM ? threshold : 1);
    if (fulfilled && kind != Fifo.NOTIFY_IF_FULL) {
      DequeueWish.withdraw(segment, field(Fifo.WISH), kind);
    }
    return !fulfilled;
  }

  final long chunkEnd() {
    return fastEnd + Math.abs(slack);
  }

  final void window(long end, long chunkEnd) {
    fastEnd = end;
    slack = (int) (chunkEnd - end);
  }

  final boolean hasOutOfOrder() {
    return outOfOrder != null && outOfOrder.count() > 0;
  }

  /** Allows the fast path again as far as room and chunk go; not with ranges that an in-order write may reach. */
  final void settle(long head) {
    long end = chunkEnd();
    long limit = head + Integer.toUnsignedLong(capacity);
    if (hasOutOfOrder() || limit - position < 0) {
      limit = position;
    }
    window(limit - end < 0 ? limit : end, end);
  }

  /** An in-order write that may cross chunks, each of which is published as soon as it is full. */
  final int enqueueSlow(Object source, long offset, int lengthBytes) {
    Objects.checkFromIndexSize(offset, lengthBytes, sizeOf(source));
    if (header == 0) {
      return Fifo.NOT_ATTACHED;
    }
    refuseOpenView();
    long head = head();
    int room = Math.min(lengthBytes, room(head));
    long begin = position;
    int status = 0;
    for (int done = 0; done < room; ) {
      if (chunkEnd() - position == 0 && (status = enterNext(room - done, head)) < 0) {
        break;
      }
      int piece = (int) Math.min(room - done, chunkEnd() - position);
      copyIn(source, offset + done, bias + position, piece);
      long end = chunkEnd();
      publish(position + piece);
      window(position, end);
      done += piece;
    }
    if (room <= 0 || (status < 0 && position == begin)) {
      return room <= 0 ? room : status;
    }
    return hasOutOfOrder() ? advanceTo(begin, position, head) : settled(begin, head);
  }

  /** Moves the tail over chunks that are filled already, and over ranges that it reaches. */
  final int advanceTo(long begin, long target, long head) {
    long tail = outOfOrder == null ? target : outOfOrder.absorb(target);
    while (tail - chunkEnd() > 0) {
      position = chunkEnd();
      window(position, position);
      int status = enterNext(1, head);
      if (status < 0) {
        return status;
      }
    }
    long end = chunkEnd();
    publish(tail);
    window(position, end);
    return settled(begin, head);
  }

  private int settled(long begin, long head) {
    settle(head);
    return (int) Math.min(Integer.MAX_VALUE, position - begin);
  }

  /** Goes on in the chunk after the full or sealed one; takes one when there is none yet. */
  private int enterNext(int needed, long head) {
    int next = linkedNext();
    if (next == Chunks.NONE) {
      next = Chunks.take(segment, header, chunk, head, Math.max(classFor(needed), rampClass()), 0);
      if (next < 0) {
        return next;
      }
      Fifo.append(segment, field(0), chunk, next);
    }
    return enter(next);
  }

  /** Memory behind the tail, in chunks or free, counted until there is as much as wanted. */
  final long memoryBytes(long wanted) {
    long bytes = chunkEnd() - position + segment.freeBytes();
    if (bytes < wanted) {
      bytes += chunkBytes(linkedNext(), Chunks.NONE, Long.MAX_VALUE);
    }
    if (bytes < wanted && chunk != Chunks.NONE) {
      bytes += chunkBytes(SharedMemory.getInt(segment, field(Fifo.FIRST_CHUNK)), chunk, head());
    }
    return bytes;
  }

  /** The sizes of the chunks from one on, up to another, that end before a position. */
  private long chunkBytes(int first, int end, long before) {
    long bytes = 0;
    int page = first;
    for (int steps = 0; page != end && page != Chunks.NONE && steps <= segment.layout.pages; steps++) {
      int size = Chunks.size(segment, page, header);
      if (size == 0 || before != Long.MAX_VALUE && before - Chunks.end(segment, page) <= 0) {
        break;
      }
      bytes += size;
      page = Chunks.next(segment, page);
    }
    return bytes;
  }

  private int linkedNext() {
    return chunk == Chunks.NONE
        ? SharedMemory.getInt(segment, field(Fifo.RESTART_CHUNK)) : Chunks.next(segment, chunk);
  }

  /** One chunk for what a chunk of 64 KiB can hold, unless the FIFO is smaller; beyond that, no more than is needed. */
  private int classFor(int needed) {
    int most = SegmentLayout.classAtMost(Integer.toUnsignedLong(capacity));
    int whole = SegmentLayout.classAtLeast(needed);
    return Math.min(most, whole <= RAMP_CLASS ? whole : SegmentLayout.classAtMost(needed));
  }

  private int rampClass() {
    if (chunk == Chunks.NONE) {
      return 0;
    }
    int size = Chunks.size(segment, chunk, header);
    int most = Math.min(RAMP_CLASS, SegmentLayout.classAtMost(Integer.toUnsignedLong(capacity) >>> 3));
    return Math.min(most, SegmentLayout.classAtMost(2L * size));
  }

  private int enter(int page) {
    int size = Chunks.size(segment, page, header);
    if (size == 0) {
      return segment.corrupt();
    }
    Chunks.place(segment, page, position, position + size);
    chunk = page;
    bias = Chunks.offset(page) - position;
    window(position, position + size);
    return size;
  }

  /** Makes the chunk list reach a position; 0 or a negative status. What was added stays on failure. */
  final int cover(long end, long head) {
    long covered = chunkEnd();
    int last = chunk;
    int next = linkedNext();
    for (int steps = 0; ; steps++) {
      if (next == Chunks.NONE) {
        if (covered - end >= 0) {
          return 0;
        }
        next = Chunks.take(segment, header, chunk, head, SegmentLayout.classAtMost(end - covered), 0);
        if (next < 0) {
          return next;
        }
        Fifo.append(segment, field(0), last, next);
      }
      int size = Chunks.size(segment, next, header);
      if (size == 0 || steps > segment.layout.pages) {
        return segment.corrupt();
      }
      covered += size;
      last = next;
      next = Chunks.next(segment, next);
    }
  }

  /** Copies into covered room without publishing; false when the list is not what it was. */
  final boolean writeAt(long at, Object source, long offset, int lengthBytes) {
    long start = position;
    long end = chunkEnd();
    long dataBias = bias;
    int page = chunk;
    int done = 0;
    for (int steps = 0; done < lengthBytes; steps++) {
      long from = at + done;
      if (from - end < 0) {
        int piece = (int) Math.min(lengthBytes - done, end - from);
        copyIn(source, offset + done, dataBias + from, piece);
        done += piece;
      } else {
        page = steps == 0 ? linkedNext() : Chunks.next(segment, page);
        int size = Chunks.size(segment, page, header);
        if (size == 0 || steps > segment.layout.pages) {
          return false;
        }
        start = end;
        end += size;
        dataBias = Chunks.offset(page) - start;
      }
    }
    return true;
  }

  /** Makes as many contiguous bytes available at the tail as there can be up to {@code wanted}; 0, or a status. */
  final int prepareClaim(int wanted) {
    if (header == 0) {
      return Fifo.NOT_ATTACHED;
    }
    refuseOpenView();
    long head = head();
    int length = Math.min(Math.min(wanted, FifoProducer.MAX_CLAIM), room(head));
    if (length <= 0) {
      return length;
    }
    long rest = chunkEnd() - position;
    if (hasOutOfOrder()) {
      // What lies in the ranges must not be overwritten, and the chunk cannot be sealed before them.
      length = (int) Math.min(length, Objects.requireNonNull(outOfOrder).start(0) - position);
      if (rest == 0) {
        rest = enterNext(length, head);
      }
    } else if (rest < length) {
      int entered = enterContiguous(length, head, rest);
      rest = rest == 0 ? entered : Math.max(rest, entered);
    }
    settle(head);
    return (int) Math.min(length, rest);
  }

  /** Goes on in a chunk that holds so many bytes and seals the present one; in any chunk if that one is full. */
  private int enterContiguous(int length, long head, long rest) {
    int next = linkedNext();
    int size = next == Chunks.NONE ? 0 : Chunks.size(segment, next, header);
    if (next != Chunks.NONE && size < length) {
      Fifo.append(segment, field(0), chunk, Chunks.NONE);
      Chunks.freeFrom(segment, header, next);
      next = Chunks.NONE;
    }
    if (next == Chunks.NONE) {
      int least = SegmentLayout.classAtLeast(length);
      next = Chunks.take(segment, header, chunk, head, Math.max(least, rampClass()), rest == 0 ? 0 : least);
      if (next < 0) {
        return next;
      }
      Fifo.append(segment, field(0), chunk, next);
    }
    if (rest > 0) {
      Chunks.seal(segment, chunk, position);
    }
    return enter(next);
  }

  private void copyIn(Object source, long sourceOffset, long offset, int lengthBytes) {
    if (source instanceof byte[] bytes) {
      SharedMemory.copyIn(bytes, (int) sourceOffset, segment, offset, lengthBytes);
    } else if (source instanceof Segment other) {
      SharedMemory.copy(other, sourceOffset, segment, offset, lengthBytes);
    } else {
      SharedMemory.copyIn((MemorySegment) source, sourceOffset, segment, offset, lengthBytes);
    }
  }

  private static long sizeOf(Object source) {
    return source instanceof byte[] bytes ? bytes.length
        : source instanceof Segment other ? other.sizeBytes() : ((MemorySegment) source).byteSize();
  }
}
