package org.sluice.benchmarks.stream;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;
import org.sluice.core.runtime.SystemClock;
import org.sluice.core.stream.FifoStream;
import org.sluice.core.stream.StreamSession;
import org.sluice.core.stream.StreamSettings;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.memory.WriteView;
import org.sluice.spi.runtime.ExecutionContext;

/** A stream alone: the test plays its session, and its peer by the other sides of the two FIFOs. */
final class StressStream implements StreamSession {
  /** Room for the 10 240 states that jcstress keeps at once, each with two FIFOs of up to two pages. */
  static final Segment SEGMENT = Segment.allocate(256 << 20);

  static final int LONG_BYTES = 8;

  private static final ExecutionContext ANYWHERE = new ExecutionContext() {
    @Override
    public boolean isCurrent() {
      return true;
    }

    @Override
    public String name() {
      return "anywhere";
    }
  };

  final FifoStream stream;
  final FifoProducer peerWrites;
  final FifoConsumer peerReads;
  private final AtomicInteger left = new AtomicInteger();
  private final MemorySegment source = MemorySegment.ofArray(new long[1]);
  private final MemorySegment target = MemorySegment.ofArray(new long[1]);

  StressStream(Segment segment) {
    long rx = allocate(segment);
    long tx = allocate(segment);
    peerWrites = FifoProducer.attach(segment, rx, ANYWHERE);
    peerReads = FifoConsumer.attach(segment, tx, ANYWHERE);
    // Waiting threads sleep at once.
    stream = new FifoStream(1, this, FifoConsumer.attach(segment, rx, ANYWHERE),
        FifoProducer.attach(segment, tx, ANYWHERE), new StreamSettings(new SystemClock(), 0));
  }

  static long allocate(Segment segment) {
    long offset = segment.allocateFifo(Fifo.MIN_CAPACITY, 0);
    if (offset < 0) {
      throw new IllegalStateException("the segment is full: " + offset);
    }
    return offset;
  }

  /** Writer of the stream: bytes taken, or 0 when it was refused. */
  int offer(long value) {
    source.set(ValueLayout.JAVA_LONG, 0, value);
    return Math.max(0, stream.writer().offer(source, 0, LONG_BYTES));
  }

  /** The same in place. */
  int commit(long value) {
    WriteView room = stream.writer().claim(LONG_BYTES);
    if (room == null) {
      return 0;
    }
    room.memory().set(ValueLayout.JAVA_LONG_UNALIGNED, room.offset(), value);
    return room.commit(LONG_BYTES);
  }

  /** Reader of the stream: the value, or 0 when there is none. */
  long poll() {
    return stream.reader().poll(target, 0, LONG_BYTES) == LONG_BYTES ? target.get(ValueLayout.JAVA_LONG, 0) : 0;
  }

  /** The peer's writer. */
  void peerOffers(long value) {
    source.set(ValueLayout.JAVA_LONG, 0, value);
    peerWrites.enqueue(source, 0, LONG_BYTES);
  }

  /** The peer's reader: the value, or 0 when there is none. */
  long peerPolls() {
    return peerReads.dequeue(target, 0, LONG_BYTES) == LONG_BYTES ? target.get(ValueLayout.JAVA_LONG, 0) : 0;
  }

  /** How often the session was told that both sides have left. */
  int left() {
    return left.get();
  }

  void peerLeaves() {
    peerWrites.leave();
    peerReads.leave();
  }

  @Override
  public void post(int request) {
    if (request == LEFT) {
      left.incrementAndGet();
    }
  }

  @Override
  public int readiness() {
    return 0;
  }
}
