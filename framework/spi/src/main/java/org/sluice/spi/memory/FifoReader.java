package org.sluice.spi.memory;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.sluice.spi.runtime.ExecutionContext;

/** How a consumer finds bytes in chunks: the paths that are not straight. */
abstract sealed class FifoReader extends FifoSide permits FifoConsumer {

  /** Bytes dequeued since notifications were last evaluated; stays at the largest value. */
  int recent;
  /** A chunk after the first one, where the last peek ended; it saves walking when peeks are in order. */
  private int peekChunk = Chunks.NONE;
  /** Size of the chunk, proved when it was entered; what a hostile other side writes later does not count. */
  private int chunkBytes;

  FifoReader(Segment segment, long offset, ExecutionContext owner) {
    super(segment, offset, owner, Fifo.CONSUMER, Fifo.HEAD);
  }

  final void rebind(Segment next, long offset, ExecutionContext nextOwner) {
    bindAgain(next, offset, nextOwner, Fifo.CONSUMER, Fifo.HEAD);
    recent = 0;
    peekChunk = Chunks.NONE;
    chunkBytes = 0;
  }

  final void consume(int bytes) {
    position += bytes;
    int sum = recent + bytes;
    recent = sum < 0 ? Integer.MAX_VALUE : sum;
    SharedMemory.setLongRelease(segment, field(Fifo.HEAD), position);
  }

  /** What is readable by the tail as it is now, or a negative status. */
  final int available() {
    long readable = SharedMemory.getLongAcquire(segment, field(Fifo.TAIL)) - position;
    if (readable < 0 || readable > Fifo.MAX_CAPACITY) {
      return segment.corrupt();
    }
    return (int) Math.min(Integer.MAX_VALUE, readable);
  }

  /**
   * Allows the fast path as far as the tail and the chunk go; moves to the next chunk when this one is read.
   *
   * @return readable bytes in all, or a negative status
   */
  final int refresh() {
    if (header == 0) {
      return Fifo.NOT_ATTACHED;
    }
    refuseOpenView();
    int available = available();
    return available <= 0 ? available : advance(available);
  }

  /**
   * Whether so many bytes lie together in the present chunk by the tail as it is now, for when the fast path knows of
   * fewer. Anything unusual is a no, and left to {@link #refresh}.
   */
  final boolean isReadableAtOnce(int lengthBytes) {
    if (header == 0 || isViewOpen()) {
      return false;
    }
    long readable = SharedMemory.getLongAcquire(segment, field(Fifo.TAIL)) - position;
    if (readable < lengthBytes || readable > Fifo.MAX_CAPACITY || isRestarted()) {
      return false;
    }
    long end = endOf(chunk, chunkBytes);
    if (end - position < lengthBytes) {
      return false;
    }
    fastEnd = position + Math.min(readable, end - position);
    return true;
  }

  /** The same by what was just found to be available, which is more than 0. */
  final int advance(int available) {
    boolean restarted = isRestarted();
    long end = restarted ? position : endOf(chunk, chunkBytes);
    if (end - position <= 0) {
      return enterNext(available, restarted, end);
    }
    fastEnd = position + Math.min(available, end - position);
    return available;
  }

  /** Whether the producer began the list anew where everything had been read: the old chunk is no longer ours then. */
  private boolean isRestarted() {
    return SharedMemory.getLong(segment, field(Fifo.RESTART)) == position;
  }

  /** Goes on in the chunk that holds the next byte. */
  private int enterNext(int available, boolean restarted, long endOfChunk) {
    // What was known of the old chunk must not outlive it, whatever this finds.
    fastEnd = position;
    if (restarted) {
      chunk = Chunks.NONE;
      peekChunk = Chunks.NONE;
    }
    long end = endOfChunk;
    for (int steps = 0; end - position == 0; steps++) {
      int next = chunk == Chunks.NONE
          ? SharedMemory.getInt(segment, field(Fifo.RESTART_CHUNK)) : Chunks.next(segment, chunk);
      int size = Chunks.size(segment, next, header);
      if (size == 0 || Chunks.start(segment, next) != position || steps > segment.layout.pages) {
        return segment.corrupt();
      }
      if (peekChunk == chunk) {
        peekChunk = Chunks.NONE;
      }
      chunk = next;
      chunkBytes = size;
      bias = Chunks.offset(next) - position;
      end = endOf(next, size);
    }
    if (end - position < 0) {
      return segment.corrupt();
    }
    fastEnd = position + Math.min(available, end - position);
    return available;
  }

  /** The end of a chunk's content; before the position in it when shared memory says nonsense. */
  private long endOf(int page, int size) {
    if (size == 0) {
      return position - 1;
    }
    long end = Chunks.end(segment, page);
    // By distance: a sum with an end that somebody made up could overflow and look small.
    long left = end - position;
    return left >= 0 && left <= Chunks.offset(page) + size - (bias + position) ? end : position - 1;
  }

  final int dequeueSlow(Object target, long offset, int lengthBytes) {
    Objects.checkFromIndexSize(offset, lengthBytes, sizeOf(target));
    int available = refresh();
    int total = Math.min(lengthBytes, available);
    int done = 0;
    while (done < total) {
      int piece = (int) Math.min(total - done, fastEnd - position);
      copyOut(bias + position, target, offset + done, piece);
      consume(piece);
      done += piece;
      if (done < total && refresh() <= 0) {
        break;
      }
    }
    return available <= 0 ? available : done;
  }

  /** Takes bytes out without looking at them. */
  final int dropSlow(int lengthBytes) {
    int available = refresh();
    int total = Math.min(lengthBytes, available);
    int done = 0;
    while (done < total) {
      int piece = (int) Math.min(total - done, fastEnd - position);
      consume(piece);
      done += piece;
      if (done < total && refresh() <= 0) {
        break;
      }
    }
    return available <= 0 ? available : done;
  }

  /**
   * Walks the pieces of [distance, distance + length) from the head; each goes to the handler, or is copied to the
   * target.
   *
   * @return bytes handled, 0 when nothing is there, or a negative status
   */
  final int walk(long distance, int lengthBytes, Object sink, long offset) {
    int available = refresh();
    if (available <= distance) {
      return Math.min(available, 0);
    }
    int total = (int) Math.min(lengthBytes, available - distance);
    long at = position + distance;
    int page = chunk;
    if (peekChunk != Chunks.NONE && Chunks.start(segment, peekChunk) - at <= 0) {
      page = peekChunk;
    }
    int done = 0;
    for (int steps = 0; done < total; steps++) {
      int size = Chunks.size(segment, page, header);
      if (size == 0 || steps > segment.layout.pages) {
        return segment.corrupt();
      }
      long start = Chunks.start(segment, page);
      long end = Chunks.end(segment, page);
      long from = at + done;
      if (end - start < 0 || end - start > size || from - start < 0) {
        return segment.corrupt();
      }
      if (from - end < 0) {
        int piece = (int) Math.min(total - done, end - from);
        give(sink, offset + done, Chunks.offset(page) + (from - start), piece);
        done += piece;
        peekChunk = page == chunk ? Chunks.NONE : page;
      } else {
        page = Chunks.next(segment, page);
      }
    }
    return done;
  }

  private void give(Object sink, long sinkOffset, long offset, int lengthBytes) {
    if (sink instanceof PieceHandler handler) {
      handler.onPiece(segment.area, offset, lengthBytes);
    } else {
      copyOut(offset, sink, sinkOffset, lengthBytes);
    }
  }

  private void copyOut(long offset, Object target, long targetOffset, int lengthBytes) {
    if (target instanceof byte[] bytes) {
      SharedMemory.copyOut(segment, offset, bytes, (int) targetOffset, lengthBytes);
    } else {
      SharedMemory.copyOut(segment, offset, (MemorySegment) target, targetOffset, lengthBytes);
    }
  }

  static long sizeOf(Object target) {
    return target instanceof byte[] bytes ? bytes.length : ((MemorySegment) target).byteSize();
  }
}
