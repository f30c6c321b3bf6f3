package org.sluice.core.segment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.ExecutionContext;

/** What the tests of segments share: one stack's registry and counters, listeners that remember, contexts. */
final class SegmentFixture {
  static final int KIB = 1 << 10;
  static final int MIB = 1 << 20;

  /** A context that whoever asks is in. */
  static final ExecutionContext ANYWHERE =
      new ExecutionContext() {
        @Override
        public boolean isCurrent() {
          return true;
        }

        @Override
        public String name() {
          return "anywhere";
        }
      };

  final SegmentRegistry registry;
  final SegmentCounters counters = SegmentCounters.of(new CounterRegistry(1).scope("core"));
  final Recorder recorder = new Recorder();

  SegmentFixture() {
    this(1 << 10);
  }

  SegmentFixture(int maxSegmentsOfStack) {
    registry = new SegmentRegistry(maxSegmentsOfStack);
  }

  SegmentBudget budget(long maxBytes) {
    return new SegmentBudget(registry, Segment::allocate, counters, maxBytes);
  }

  SegmentManager manager(SegmentOptions options) {
    return new SegmentManager(options, budget(0), recorder);
  }

  /** Options whose FIFOs get all their memory at once. */
  static SegmentOptions eager(long firstBytes, long addBytes, int maxSegments, int fifoBytes) {
    return new SegmentOptions(firstBytes, addBytes, maxSegments, fifoBytes, fifoBytes, 0, 100, 0, 0, 50, 80, 0);
  }

  /** Options whose FIFOs get memory when they are written to. */
  static SegmentOptions lazy(long firstBytes, long addBytes, int maxSegments, int fifoBytes) {
    return new SegmentOptions(firstBytes, addBytes, maxSegments, fifoBytes, fifoBytes, 0, 0, 0, 0, 50, 80, 0);
  }

  static SegmentOptions lingering(SegmentOptions o, long lingerNs) {
    return new SegmentOptions(o.firstBytes(), o.addBytes(), o.maxSegments(), o.rxFifoBytes(), o.txFifoBytes(),
        o.maxRxFifoBytes(), o.firstAllocationPercent(), o.preallocatedPairs(), o.preallocatedHeaders(),
        o.lowWatermarkPercent(), o.highWatermarkPercent(), lingerNs);
  }

  static SegmentOptions preallocating(SegmentOptions o, int pairs, int headers) {
    return new SegmentOptions(o.firstBytes(), o.addBytes(), o.maxSegments(), o.rxFifoBytes(), o.txFifoBytes(),
        o.maxRxFifoBytes(), o.firstAllocationPercent(), pairs, headers, o.lowWatermarkPercent(),
        o.highWatermarkPercent(), o.lingerNs());
  }

  /** The two FIFOs of one session, as its session holds them. */
  static final class Pair {
    final ManagedSegment segment;
    final long rxOffset;
    final long txOffset;
    private final FifoLease lease;

    Pair(FifoPair from) {
      segment = from.segment();
      rxOffset = from.rxOffset();
      txOffset = from.txOffset();
      lease = from.lease();
    }

    /** Leaves both FIFOs without having attached, and gives the lease back. */
    void release() {
      abandon(segment, rxOffset);
      abandon(segment, txOffset);
      lease.release();
    }

    /** Gives the lease back of FIFOs that have been left. */
    void giveBack() {
      lease.release();
    }

    FifoProducer producer(long offset) {
      return FifoProducer.attach(segment.memory(), offset, ANYWHERE);
    }

    FifoConsumer consumer(long offset) {
      return FifoConsumer.attach(segment.memory(), offset, ANYWHERE);
    }
  }

  static ManagedSegment first(SegmentManager manager) {
    return Objects.requireNonNull(manager.first(), "no first segment");
  }

  static void abandon(ManagedSegment segment, long offset) {
    Fifo.abandon(segment.memory(), offset, Fifo.PRODUCER);
    Fifo.abandon(segment.memory(), offset, Fifo.CONSUMER);
  }

  /** Remembers what a listener was told, as words. */
  static final class Recorder implements SegmentListener {
    final List<String> told = Collections.synchronizedList(new ArrayList<>());
    final List<ManagedSegment> live = Collections.synchronizedList(new ArrayList<>());
    private final String name;
    private final List<String> journal;

    Recorder() {
      this("", new ArrayList<>());
    }

    Recorder(String name, List<String> journal) {
      this.name = name;
      this.journal = journal;
    }

    @Override
    public void onSegmentAdded(long handle, ManagedSegment segment) {
      told.add("added " + handle);
      live.add(segment);
      journal.add(name + " added");
    }

    @Override
    public void onSegmentRemoved(long handle, ManagedSegment segment) {
      told.add("removed " + handle);
      live.remove(segment);
      journal.add(name + " removed");
    }
  }
}
