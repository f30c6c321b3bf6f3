package org.sluice.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.core.segment.FifoLease;
import org.sluice.core.segment.FifoPair;
import org.sluice.core.segment.ManagedSegment;
import org.sluice.core.segment.PressureLevel;
import org.sluice.core.segment.SegmentBudget;
import org.sluice.core.segment.SegmentCounters;
import org.sluice.core.segment.SegmentListener;
import org.sluice.core.segment.SegmentManager;
import org.sluice.core.segment.SegmentOptions;
import org.sluice.core.segment.SegmentRegistry;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.ExecutionContext;

/** The case {@code segment-manager}: pressure of a segment of 2 MiB, which segment is chosen, what is set aside. */
@Timeout(60)
class SegmentManagerCaseTest {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;
  private static final int FIFO_BYTES = 4 * KIB;

  private static final ExecutionContext HERE = new ExecutionContext() {
    @Override
    public boolean isCurrent() {
      return true;
    }

    @Override
    public String name() {
      return "here";
    }
  };

  private static final SegmentListener NOBODY = new SegmentListener() {
    @Override
    public void onSegmentAdded(long handle, ManagedSegment segment) {}

    @Override
    public void onSegmentRemoved(long handle, ManagedSegment segment) {}
  };

  /** The FIFOs of one session. */
  private record Pair(ManagedSegment segment, long rx, long tx, FifoLease lease) {
    void release() {
      for (long offset : new long[] {rx, tx}) {
        Fifo.abandon(segment.memory(), offset, Fifo.PRODUCER);
        Fifo.abandon(segment.memory(), offset, Fifo.CONSUMER);
      }
      lease.release();
    }
  }

  private final SegmentBudget budget = new SegmentBudget(new SegmentRegistry(16), Segment::allocate,
      SegmentCounters.of(new CounterRegistry(1).scope("core")), 0);
  private final FifoPair out = new FifoPair();
  private final ArrayDeque<Pair> pairs = new ArrayDeque<>();

  /** FIFOs get all of their memory at once, or none for 0 percent. */
  private SegmentManager manager(
      long firstBytes, long addBytes, int segments, int fifoBytes, int percent, int headers) {
    return new SegmentManager(
        new SegmentOptions(firstBytes, addBytes, segments, fifoBytes, fifoBytes, 0, percent, 0, headers, 50, 80, 0),
        budget, NOBODY);
  }

  private Pair allocate(SegmentManager manager) {
    assertThat(manager.allocatePair(out)).isZero();
    return new Pair(out.segment(), out.rxOffset(), out.txOffset(), out.lease());
  }

  private static ManagedSegment first(SegmentManager manager) {
    return Objects.requireNonNull(manager.first(), "no first segment");
  }

  /** Allocates or frees pairs until so much of the segment is used, as nearly as a pair allows. */
  private PressureLevel at(SegmentManager manager, int percent) {
    while (pairs.isEmpty() || first(manager).usagePercent() < percent) {
      pairs.add(allocate(manager));
    }
    while (first(manager).usagePercent() > percent) {
      pairs.removeLast().release();
    }
    return manager.pressure(first(manager));
  }

  @Test
  void pressure_levels_1() {
    SegmentManager manager = manager(2 * MIB, 2 * MIB, 1, FIFO_BYTES, 100, 0);
    assertThat(at(manager, 12)).isEqualTo(PressureLevel.NO);
    assertThat(at(manager, 44)).isEqualTo(PressureLevel.NO);
    assertThat(at(manager, 61)).isEqualTo(PressureLevel.LOW);
    assertThat(at(manager, 85)).isEqualTo(PressureLevel.HIGH);
    assertThat(at(manager, 63)).isEqualTo(PressureLevel.LOW);
    assertThat(at(manager, 88)).isEqualTo(PressureLevel.HIGH);
    assertThat(at(manager, 63)).isEqualTo(PressureLevel.LOW);
    assertThat(at(manager, 12)).isEqualTo(PressureLevel.NO);
  }

  @Test
  void pressure_levels_2() {
    SegmentManager manager = manager(2 * MIB, 2 * MIB, 1, FIFO_BYTES, 100, 0);
    assertThat(at(manager, 98)).isEqualTo(PressureLevel.HIGH);
    Pair growing = pairs.getFirst();
    FifoProducer producer = FifoProducer.attach(growing.segment().memory(), growing.rx(), HERE);
    producer.capacityBytes(MIB);
    byte[] block = new byte[FIFO_BYTES];
    int written = producer.enqueue(block, 0, FIFO_BYTES);
    while (written == FIFO_BYTES) {
      written = producer.enqueue(block, 0, FIFO_BYTES);
    }
    assertThat(written).as("a grow without memory").isEqualTo(Fifo.NO_SPACE);
    assertThat(first(manager).usagePercent()).isEqualTo(100);
    assertThat(manager.pressure(first(manager))).isEqualTo(PressureLevel.NO_MEMORY);
    assertThat(at(manager, 96)).as("stays").isEqualTo(PressureLevel.NO_MEMORY);
    assertThat(at(manager, 70)).isEqualTo(PressureLevel.LOW);
    assertThat(at(manager, 3)).isEqualTo(PressureLevel.NO);
  }

  @Test
  void alloc_goes_to_the_segment_with_more_room_and_back_when_that_is_fuller() {
    SegmentManager manager = manager(64 * KIB, MIB, 2, 16 * KIB, 100, 0);
    Pair inFirst = allocate(manager);
    Pair inSecond = allocate(manager);
    assertThat(inSecond.segment()).isNotSameAs(inFirst.segment());
    List<Pair> more = new ArrayList<>();
    while (inSecond.segment().memory().freeBytes() > 64 * KIB) {
      Pair next = allocate(manager);
      assertThat(next.segment()).isSameAs(inSecond.segment());
      more.add(next);
    }
    inFirst.release();
    while (inSecond.segment().memory().freeBytes() >= inFirst.segment().memory().freeBytes()) {
      more.add(allocate(manager));
    }
    assertThat(allocate(manager).segment()).as("the second is fuller now").isSameAs(inFirst.segment());
    more.forEach(Pair::release);
    assertThat(allocate(manager).segment()).as("and the first again").isSameAs(inSecond.segment());
  }

  @Test
  void prealloc_hdrs_of_64_fifos_are_there_before_the_first_session() {
    SegmentManager manager = manager(MIB, MIB, 1, 16 * KIB, 0, 64);
    assertThat(manager.openFirst()).isZero();
    long used = first(manager).memory().usedBytes();
    assertThat(first(manager).memory().fifoCount()).isZero();
    for (int i = 0; i < 32; i++) {
      allocate(manager);
    }
    assertThat(first(manager).memory().fifoCount()).isEqualTo(64);
    assertThat(first(manager).memory().usedBytes()).isEqualTo(used);
    SegmentManager without = manager(MIB, MIB, 1, 16 * KIB, 0, 0);
    assertThat(without.openFirst()).isZero();
    assertThat(first(without).memory().usedBytes()).as("without them").isLessThan(used);
  }
}
