package org.sluice.core.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.core.segment.SegmentFixture.KIB;
import static org.sluice.core.segment.SegmentFixture.MIB;
import static org.sluice.core.segment.SegmentFixture.lazy;
import static org.sluice.core.segment.SegmentFixture.preallocating;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.core.segment.SegmentFixture.Pair;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.Fifo;

/** What is set aside in the first segment. */
final class SegmentPreallocationTest {
  private static final int FIFO_BYTES = 16 * KIB;

  private final SegmentFixture fixture = new SegmentFixture();
  private final FifoPair out = new FifoPair();

  @Test
  void prealloc_hdrs() {
    SegmentManager manager = fixture.manager(preallocating(lazy(MIB, MIB, 1, FIFO_BYTES), 0, 64));
    assertThat(manager.openFirst()).isZero();
    ManagedSegment first = SegmentFixture.first(manager);
    long used = first.memory().usedBytes();
    assertThat(first.memory().fifoCount()).isZero();

    for (int i = 0; i < 32; i++) {
      assertThat(manager.allocatePair(out)).isZero();
    }
    assertThat(first.memory().fifoCount()).isEqualTo(64);
    assertThat(first.memory().usedBytes()).as("64 headers were there already").isEqualTo(used);
  }

  @Test
  void headers_that_do_not_fit_leave_no_segment() {
    SegmentManager manager = fixture.manager(preallocating(lazy(64 * KIB, MIB, 1, FIFO_BYTES), 0, 1 << 10));
    assertThat(manager.openFirst()).isEqualTo(SessionError.SEG_NO_SPACE2.code());
    assertThat(fixture.registry.size()).isZero();
    assertThat(fixture.recorder.told).isEmpty();
  }

  @Test
  void prealloc_pairs_are_ready_with_all_their_memory() {
    SegmentManager manager = fixture.manager(preallocating(lazy(MIB, MIB, 1, FIFO_BYTES), 8, 0));
    assertThat(manager.openFirst()).isZero();
    ManagedSegment first = SegmentFixture.first(manager);
    assertThat(first.memory().fifoCount()).isEqualTo(16);
    assertThat(manager.info().getFirst().pairs()).isZero();
    long used = first.memory().usedBytes();

    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      assertThat(manager.allocatePair(out)).isZero();
      pairs.add(new Pair(out));
      assertThat(Fifo.chunkBytes(first.memory(), out.rxOffset())).isEqualTo(FIFO_BYTES);
      assertThat(Fifo.chunkBytes(first.memory(), out.txOffset())).isEqualTo(FIFO_BYTES);
    }
    assertThat(pairs).extracting(p -> p.rxOffset).doesNotHaveDuplicates();
    assertThat(first.memory().usedBytes()).isEqualTo(used);
    assertThat(first.memory().fifoCount()).isEqualTo(16);

    assertThat(manager.allocatePair(out)).as("the ninth is like any other").isZero();
    assertThat(Fifo.chunkBytes(first.memory(), out.rxOffset())).isZero();
  }

  @Test
  void prealloc_pairs_come_back_with_those_that_end() {
    SegmentManager manager = fixture.manager(preallocating(lazy(MIB, MIB, 1, FIFO_BYTES), 4, 0));
    for (int i = 0; i < 100; i++) {
      assertThat(manager.allocatePair(out)).isZero();
      Pair pair = new Pair(out);
      assertThat(Fifo.chunkBytes(pair.segment.memory(), pair.rxOffset)).isEqualTo(FIFO_BYTES);
      pair.release();
      assertThat(pair.segment.memory().fifoCount()).isEqualTo(8);
    }
  }

  @Test
  void prealloc_pairs_go_with_the_owner() {
    SegmentManager manager = fixture.manager(preallocating(lazy(MIB, MIB, 1, FIFO_BYTES), 4, 0));
    assertThat(manager.allocatePair(out)).isZero();
    Pair pair = new Pair(out);
    manager.detach();
    assertThat(manager.size()).isEqualTo(1);
    pair.release();
    assertThat(manager.size()).isZero();
    assertThat(pair.segment.memory().isReleased()).isTrue();
  }

  @Test
  void prealloc_pairs_that_do_not_fit_leave_no_segment() {
    SegmentBudget budget = fixture.budget(0);
    SegmentManager manager =
        new SegmentManager(preallocating(lazy(MIB, MIB, 1, FIFO_BYTES), 32, 0), budget, fixture.recorder);
    assertThat(manager.allocatePair(out)).isEqualTo(SessionError.SEG_NO_SPACE2.code());
    assertThat(manager.allocateEventQueue(16, 16)).isEqualTo(SessionError.SEG_NO_SPACE2.code());
    assertThat(budget.bytes()).isZero();
    assertThat(fixture.registry.size()).isZero();
    assertThat(fixture.counters.tooSmall().value()).isEqualTo(2);
  }
}
