package org.sluice.core.stream;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.WriteView;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.StreamWriter;

/** The writing side of a stream; its own view. */
final class StreamOutput extends StreamSide implements StreamWriter, WriteView {
  /** A writer of much waits until so much of the FIFO is free: woken once for many dequeues. */
  private static final int ROOM_SHIFT = 2;

  private final FifoProducer fifo;
  /** While a thread waits: the room it waits for. */
  private int wantedBytes = 1;
  /** A claim was refused although there is room: the segment has no such chunk left. */
  private boolean starved;
  /** Where the FIFO was when it was looked at for sweeping. */
  private long restingPosition = -1;

  StreamOutput(FifoStream stream, FifoProducer fifo, long spinNs) {
    super(stream, spinNs);
    this.fifo = fifo;
    fifo.owner(this);
  }

  @Override
  public int offer(MemorySegment source, long offset, int lengthBytes) {
    boolean open = enter();
    try {
      return open ? put(source, offset, lengthBytes) : stream.writeRefusal();
    } finally {
      exit();
    }
  }

  @Override
  public int offer(byte[] source, int offset, int lengthBytes) {
    boolean open = enter();
    try {
      return open ? put(source, offset, lengthBytes) : stream.writeRefusal();
    } finally {
      exit();
    }
  }

  @Override
  public int write(MemorySegment source, long offset, int lengthBytes) throws InterruptedException {
    boolean open = enter();
    try {
      int done = open ? put(source, offset, lengthBytes) : stream.writeRefusal();
      while (done >= 0 && done < lengthBytes) {
        int room = awaitMore(lengthBytes - done);
        int more = room < 0 ? room : put(source, offset + done, lengthBytes - done);
        if (more < 0) {
          return done > 0 ? done : more;
        }
        done += more;
      }
      return done;
    } finally {
      exit();
    }
  }

  @Override
  public int write(byte[] source, int offset, int lengthBytes) throws InterruptedException {
    boolean open = enter();
    try {
      int done = open ? put(source, offset, lengthBytes) : stream.writeRefusal();
      while (done >= 0 && done < lengthBytes) {
        int room = awaitMore(lengthBytes - done);
        int more = room < 0 ? room : put(source, offset + done, lengthBytes - done);
        if (more < 0) {
          return done > 0 ? done : more;
        }
        done += more;
      }
      return done;
    } finally {
      exit();
    }
  }

  @Override
  public int writable() {
    boolean open = enter();
    try {
      return open ? room() : stream.writeRefusal();
    } finally {
      exit();
    }
  }

  @Override
  public int await(int bytes, long timeoutNs) throws InterruptedException {
    if (bytes < 1 || bytes > fifo.capacityBytes()) {
      throw new IllegalArgumentException("room of " + bytes + " bytes: must be 1 to " + fifo.capacityBytes());
    }
    boolean open = enter();
    try {
      if (!open) {
        return stream.writeRefusal();
      }
      wantedBytes = bytes;
      int found = waitInside(timeoutNs);
      return found != 0 ? found : room();
    } finally {
      exit();
    }
  }

  @Override
  int look() {
    int room = room();
    return room < 0 || room >= wantedBytes ? room : 0;
  }

  private int room() {
    if (stream.isEnded() || stream.writeEnd() != 0) {
      return stream.writeRefusal();
    }
    if (starved) {
      starved = false;
      return SessionError.SEG_NO_SPACE.code();
    }
    int room = fifo.writableBytes();
    return room < 0 ? error(room) : room;
  }

  @Override
  void arm() {
    fifo.wantDequeueNotificationHeavily(Fifo.NOTIFY_ROOM, wantedBytes);
  }

  @Override
  public void flush() {
    stream.session().post(StreamSession.FLUSH);
  }

  @Override
  public SessionError shutdown() {
    boolean open = enter();
    try {
      return open ? stream.shutdown() : SessionError.NOSESSION;
    } finally {
      exit();
    }
  }

  // ---- Putting, inside.

  private int put(MemorySegment source, long offset, int lengthBytes) {
    if (stream.writeEnd() != 0) {
      return stream.writeRefusal();
    }
    starved = false;
    int written = fifo.enqueue(source, offset, lengthBytes);
    if (written > 0) {
      tellReader();
      return written;
    }
    return written == 0 ? 0 : error(written);
  }

  private int put(byte[] source, int offset, int lengthBytes) {
    if (stream.writeEnd() != 0) {
      return stream.writeRefusal();
    }
    starved = false;
    int written = fifo.enqueue(source, offset, lengthBytes);
    if (written > 0) {
      tellReader();
      return written;
    }
    return written == 0 ? 0 : error(written);
  }

  private int awaitMore(int missing) throws InterruptedException {
    wantedBytes = (int) Math.max(1, Math.min(missing, fifo.capacityBytes() >> ROOM_SHIFT));
    return waitInside(Long.MAX_VALUE);
  }

  // ---- In place.

  @Override
  public @Nullable WriteView claim(int maxBytes) {
    boolean open = enter();
    boolean opened = false;
    try {
      opened = open && stream.writeEnd() == 0 && claimRoom(maxBytes);
      return opened ? this : null;
    } finally {
      if (opened) {
        exitViewing();
      } else {
        exit();
      }
    }
  }

  private boolean claimRoom(int maxBytes) {
    int claimed = fifo.tryClaim(maxBytes);
    starved = claimed == Fifo.NO_SPACE;
    if (claimed < 0 && !starved) {
      error(claimed);
    }
    return claimed > 0;
  }

  @Override
  public MemorySegment memory() {
    requireView();
    return fifo.memory();
  }

  @Override
  public long offset() {
    requireView();
    return fifo.offset();
  }

  @Override
  public int length() {
    requireView();
    return fifo.length();
  }

  @Override
  public int commit(int writtenBytes) {
    requireView();
    int grown = fifo.commit(writtenBytes);
    if (grown > 0) {
      tellReader();
    }
    exit();
    return grown;
  }

  @Override
  public void abort() {
    requireView();
    fifo.abort();
    exit();
  }

  // ---- Pieces.

  private void tellReader() {
    if (stream.isJoined() ? fifo.setEventLightly() : fifo.setEvent()) {
      stream.written();
    }
  }

  /** Sweeps a FIFO that rests since the last call. The stream is paused. */
  long sweepIfIdle() {
    if (!isOutside()) {
      return 0;
    }
    holder = Thread.currentThread();
    try {
      boolean rests = fifo.position() == restingPosition;
      restingPosition = fifo.position();
      return rests ? fifo.sweep() : 0;
    } finally {
      holder = null;
    }
  }

  @Override
  void leave() {
    fifo.leave();
  }

  @Override
  void reportOpenView() {
    fifo.reportOpenView();
  }

  @Override
  public String name() {
    return "the writer of session " + Handle.text(stream.handle());
  }
}
