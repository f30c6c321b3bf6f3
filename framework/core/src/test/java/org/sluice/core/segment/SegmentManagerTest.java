package org.sluice.core.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sluice.core.segment.SegmentFixture.KIB;
import static org.sluice.core.segment.SegmentFixture.MIB;
import static org.sluice.core.segment.SegmentFixture.eager;
import static org.sluice.core.segment.SegmentFixture.lazy;
import static org.sluice.core.segment.SegmentFixture.lingering;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.core.segment.SegmentFixture.Pair;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.EventQueue;
import org.sluice.spi.runtime.Handle;

/** Growth, limits, protection and removal. */
final class SegmentManagerTest {
  private static final int SMALL = 64 * KIB;
  private static final long TICK_NS = 1_000_000;

  private final SegmentFixture fixture = new SegmentFixture();
  private final FifoPair out = new FifoPair();

  @Test
  void alloc() {
    SegmentManager manager = fixture.manager(eager(SMALL, MIB, 2, 16 * KIB));
    Pair inFirst = pair(manager);
    Pair inSecond = pair(manager);
    assertThat(inSecond.segment).as("the first has no room").isNotSameAs(inFirst.segment);

    List<Pair> more = new ArrayList<>();
    while (inSecond.segment.memory().freeBytes() > SMALL) {
      Pair next = pair(manager);
      assertThat(next.segment).as("the one with more free bytes").isSameAs(inSecond.segment);
      more.add(next);
    }
    inFirst.release();
    while (inSecond.segment.memory().freeBytes() >= inFirst.segment.memory().freeBytes()) {
      more.add(pair(manager));
    }
    assertThat(pair(manager).segment).as("the second is fuller now").isSameAs(inFirst.segment);
    more.forEach(Pair::release);
    assertThat(pair(manager).segment).as("and the first again").isSameAs(inSecond.segment);
  }

  @Test
  void mempig() {
    SegmentManager manager = fixture.manager(eager(MIB, MIB, 1, 4 * KIB));
    int first = fillAndRelease(manager);
    assertThat(first).isGreaterThan(100);
    assertThat(fillAndRelease(manager)).isEqualTo(first);
  }

  @Test
  void first_segment_comes_with_the_first_need() {
    SegmentManager manager = fixture.manager(eager(MIB, MIB, 2, 4 * KIB));
    assertThat(manager.first()).isNull();
    assertThat(manager.size()).isZero();
    assertThat(fixture.registry.size()).isZero();

    pair(manager);
    ManagedSegment first = SegmentFixture.first(manager);
    assertThat(fixture.registry.find(first.handle())).isSameAs(first);
    assertThat(fixture.recorder.told).containsExactly("added " + first.handle());
  }

  @Test
  void first_segment_is_protected_until_the_owner_is_gone() {
    SegmentManager manager = fixture.manager(eager(MIB, MIB, 2, 4 * KIB));
    Pair pair = pair(manager);
    pair.release();
    manager.sweep(Long.MAX_VALUE);
    assertThat(manager.first()).isSameAs(pair.segment);

    manager.detach();
    assertThat(manager.first()).isNull();
    assertThat(fixture.recorder.told).containsExactly(
        "added " + pair.segment.handle(), "removed " + pair.segment.handle());
    assertThat(fixture.registry.find(pair.segment.handle())).isNull();
    assertThat(pair.segment.memory().isReleased()).isTrue();
  }

  @Test
  void detach_with_pairs_keeps_their_segments_until_the_last_pair_goes() {
    SegmentManager manager = fixture.manager(lingering(eager(SMALL, SMALL, 2, 16 * KIB), 1_000));
    Pair inFirst = pair(manager);
    Pair inSecond = pair(manager);

    manager.detach();
    assertThat(manager.isDetached()).isTrue();
    assertThat(manager.allocatePair(out)).isEqualTo(SessionError.CANCELLED.code());
    assertThat(manager.openFirst()).isEqualTo(SessionError.CANCELLED.code());
    assertThat(manager.size()).isEqualTo(2);

    inFirst.release();
    assertThat(manager.size()).as("without lingering").isEqualTo(1);
    inSecond.release();
    assertThat(manager.size()).isZero();
    assertThat(fixture.registry.size()).isZero();
    assertThat(fixture.recorder.live).isEmpty();
  }

  @Test
  void empty_segment_is_removed_with_its_last_pair() {
    SegmentBudget budget = fixture.budget(0);
    SegmentManager manager = new SegmentManager(eager(SMALL, 2 * SMALL, 4, 16 * KIB), budget, fixture.recorder);
    pair(manager);
    Pair a = pair(manager);
    Pair b = pair(manager);
    assertThat(b.segment).isSameAs(a.segment);
    assertThat(budget.bytes()).isEqualTo(3 * SMALL);

    a.release();
    assertThat(manager.size()).isEqualTo(2);
    b.release();
    assertThat(manager.size()).isEqualTo(1);
    assertThat(budget.bytes()).isEqualTo(SMALL);
    assertThat(a.segment.memory().isReleased()).isTrue();
    assertThat(fixture.counters.removed().value()).isEqualTo(1);
    assertThat(fixture.registry.size()).isEqualTo(1);
  }

  @Test
  void lingering_segment_is_swept_when_its_time_has_passed() {
    SegmentManager manager = fixture.manager(lingering(eager(SMALL, SMALL, 2, 16 * KIB), 1_000));
    pair(manager);
    Pair second = pair(manager);
    second.release();
    assertThat(manager.size()).isEqualTo(2);

    assertThat(manager.sweep(500)).as("due after it was first seen empty").isEqualTo(1_500);
    assertThat(manager.sweep(1_499)).isEqualTo(1_500);
    assertThat(manager.size()).isEqualTo(2);
    assertThat(manager.sweep(1_500)).isEqualTo(Long.MAX_VALUE);
    assertThat(manager.size()).isEqualTo(1);
  }

  @Test
  void lingering_segment_is_reused_and_then_lingers_anew() {
    SegmentManager manager = fixture.manager(lingering(eager(SMALL, SMALL, 2, 16 * KIB), 1_000));
    pair(manager);
    Pair second = pair(manager);
    second.release();
    manager.sweep(0);

    Pair again = pair(manager);
    assertThat(again.segment).isSameAs(second.segment);
    assertThat(manager.sweep(5_000)).as("in use").isEqualTo(Long.MAX_VALUE);
    again.release();
    assertThat(manager.sweep(6_000)).isEqualTo(7_000);
    assertThat(manager.size()).isEqualTo(2);
    assertThat(fixture.counters.added().value()).isEqualTo(2);
  }

  @Test
  void empty_segment_lingers_on_its_worker_and_goes_when_its_time_has_passed() {
    LocalFixture stack = new LocalFixture(0);
    SegmentManager manager = swept(stack, fixture.budget(0));
    Pair inFirst = pair(manager);
    Pair second = pair(manager);
    second.release();
    stack.advance(LocalFixture.LINGER_NS / 2);
    assertThat(manager.size()).isEqualTo(2);

    Pair again = pair(manager);
    assertThat(again.segment).as("used again meanwhile").isSameAs(second.segment);
    stack.advance(2 * LocalFixture.LINGER_NS);
    assertThat(manager.size()).as("in use").isEqualTo(2);

    again.release();
    stack.advance(0);
    stack.advance(LocalFixture.LINGER_NS - 1);
    assertThat(manager.size()).as("lingers anew").isEqualTo(2);
    stack.advance(TICK_NS);
    assertThat(manager.size()).isEqualTo(1);
    assertThat(fixture.recorder.told).containsExactly("added " + inFirst.segment.handle(),
        "added " + second.segment.handle(), "removed " + second.segment.handle());
    assertThat(stack.worker.view().timers()).as("nothing is left to wait for").isZero();
  }

  @Test
  void empty_segment_that_is_looked_at_when_its_time_has_passed_goes_later() {
    LocalFixture stack = new LocalFixture(0);
    SegmentManager manager = swept(stack, fixture.budget(0));
    pair(manager);
    Pair second = pair(manager);
    second.release();
    stack.advance(0);
    OwnedSegment segment = (OwnedSegment) second.segment;
    assertThat(segment.hold()).isTrue();
    stack.advance(2 * LocalFixture.LINGER_NS);
    assertThat(manager.size()).isEqualTo(2);
    segment.drop();
    manager.info();
    stack.advance(0);
    stack.advance(2 * LocalFixture.LINGER_NS);
    assertThat(manager.size()).isEqualTo(1);
  }

  @Test
  void lingering_segment_goes_at_once_when_the_owner_does() {
    LocalFixture stack = new LocalFixture(0);
    SegmentManager manager = swept(stack, fixture.budget(0));
    pair(manager).release();
    Pair inFirst = pair(manager);
    pair(manager).release();
    stack.advance(0);
    assertThat(manager.size()).isEqualTo(2);
    manager.detach();
    assertThat(manager.size()).isEqualTo(1);
    assertThat(stack.worker.view().timers()).isZero();
    inFirst.release();
    assertThat(manager.size()).isZero();
  }

  @Test
  void empty_segment_does_not_linger_where_the_application_has_no_memory_for_another_one() {
    LocalFixture stack = new LocalFixture(0);
    SegmentBudget budget = fixture.budget(3 * SMALL);
    SegmentManager connects = swept(stack, budget);
    SegmentManager listener = swept(stack, budget);
    pair(connects);
    Pair second = pair(connects);
    pair(listener);
    assertThat(listener.allocatePair(out)).isEqualTo(SessionError.SEG_NO_SPACE.code());
    second.release();
    assertThat(connects.size()).isEqualTo(1);
    pair(listener);
    assertThat(listener.size()).isEqualTo(2);
  }

  @Test
  void allocation_that_may_not_add_a_segment_finds_no_space() {
    SegmentManager manager = fixture.manager(eager(SMALL, SMALL, 1, 16 * KIB));
    pair(manager);
    assertThat(manager.allocatePair(out)).isEqualTo(SessionError.SEG_NO_SPACE.code());
    assertThat(fixture.counters.maxSegmentsHits().value()).isEqualTo(1);
  }

  @Test
  void budget_is_shared_by_the_managers_of_an_application() {
    SegmentBudget budget = fixture.budget(3 * SMALL - 1);
    SegmentOptions options = eager(SMALL, SMALL, 8, 16 * KIB);
    SegmentManager connects = new SegmentManager(options, budget, fixture.recorder);
    SegmentManager listener = new SegmentManager(options, budget, fixture.recorder);
    pair(connects);
    Pair last = pair(listener);
    assertThat(connects.allocatePair(out)).isEqualTo(SessionError.SEG_NO_SPACE.code());
    assertThat(listener.allocatePair(out)).isEqualTo(SessionError.SEG_NO_SPACE.code());
    assertThat(fixture.counters.memoryLimitHits().value()).isEqualTo(2);
    assertThat(budget.bytes()).isEqualTo(2 * SMALL);

    last.release();
    listener.detach();
    assertThat(connects.allocatePair(out)).as("what one gave back the other may have").isZero();
  }

  @Test
  void stack_has_a_limit_of_segments_over_all_applications() {
    SegmentFixture narrow = new SegmentFixture(1);
    SegmentBudget budget = narrow.budget(0);
    SegmentOptions options = eager(SMALL, SMALL, 8, 16 * KIB);
    SegmentManager one = new SegmentManager(options, budget, narrow.recorder);
    SegmentManager other = new SegmentManager(options, narrow.budget(0), narrow.recorder);
    assertThat(one.openFirst()).isZero();
    assertThat(other.openFirst()).isEqualTo(SessionError.SEG_NO_SPACE.code());
    assertThat(narrow.counters.stackLimitHits().value()).isEqualTo(1);
    one.detach();
    assertThat(other.openFirst()).isZero();
  }

  @Test
  void segment_the_system_does_not_give_is_an_error_and_costs_nothing() {
    List<Throwable> failures = List.of(new IOException("disk full"), new OutOfMemoryError("native"));
    for (Throwable failure : failures) {
      SegmentFactory failing =
          bytes -> {
            if (failure instanceof IOException e) {
              throw e;
            }
            throw (OutOfMemoryError) failure;
          };
      SegmentBudget budget = new SegmentBudget(fixture.registry, failing, fixture.counters, 0);
      SegmentManager manager = new SegmentManager(eager(SMALL, SMALL, 8, 16 * KIB), budget, fixture.recorder);
      assertThat(manager.allocatePair(out)).isEqualTo(SessionError.SEG_CREATE.code());
      assertThat(manager.allocateEventQueue(64, 16)).isEqualTo(SessionError.SEG_CREATE.code());
      assertThat(budget.bytes()).isZero();
    }
    assertThat(fixture.registry.size()).isZero();
    assertThat(fixture.recorder.told).isEmpty();
    assertThat(fixture.counters.createFailures().value()).isEqualTo(4);
  }

  @Test
  void pair_that_does_not_fit_into_a_new_segment_leaves_none_behind() {
    SegmentBudget budget = fixture.budget(0);
    SegmentManager manager = new SegmentManager(eager(SMALL, SMALL, 8, 64 * KIB), budget, fixture.recorder);
    for (int i = 0; i < 3; i++) {
      assertThat(manager.allocatePair(out)).isEqualTo(SessionError.SEG_NO_SPACE2.code());
    }
    assertThat(manager.size()).isZero();
    assertThat(budget.bytes()).isZero();
    assertThat(fixture.registry.size()).isZero();
    assertThat(fixture.recorder.told).isEmpty();
    assertThat(fixture.counters.tooSmall().value()).isEqualTo(3);
  }

  @Test
  void sessions_without_data_fill_a_segment_no_further_than_one_chunk_for_each_fifo() {
    SegmentManager manager = fixture.manager(lazy(MIB, MIB, 2, 64 * KIB));
    int pairs = 0;
    while (manager.size() < 2) {
      pair(manager);
      pairs++;
    }
    assertThat(pairs - 1).isBetween(100, MIB / (8 * KIB));
  }

  @Test
  void full_segment_takes_no_session_that_could_not_write() {
    SegmentManager manager = fixture.manager(lazy(MIB, MIB, 1, MIB));
    Pair busy = pair(manager);
    var producer = busy.producer(busy.rxOffset);
    while (producer.enqueue(new byte[4 * KIB], 0, 4 * KIB) > 0) {
      assertThat(busy.segment.memory().freeBytes()).isNotNegative();
    }
    assertThat(manager.allocatePair(out)).isEqualTo(SessionError.SEG_NO_SPACE.code());
  }

  @Test
  void event_queues_live_in_the_first_segment() {
    SegmentManager manager = fixture.manager(eager(MIB, MIB, 2, 4 * KIB));
    long offset = manager.allocateEventQueue(64, 16);
    assertThat(offset).isPositive();
    ManagedSegment first = SegmentFixture.first(manager);
    EventQueue queue = EventQueue.attach(first.memory(), offset);
    assertThat(queue.offer(1, 2, 3)).isTrue();

    manager.detach();
    assertThat(fixture.registry.size()).isZero();
    assertThat(queue.depth()).as("its memory stays while somebody is attached").isEqualTo(1);
    queue.leave();
    assertThat(first.memory().isReleased()).isTrue();
  }

  @Test
  void event_queue_that_does_not_fit_is_refused() {
    SegmentManager manager = fixture.manager(eager(SMALL, SMALL, 2, 4 * KIB));
    assertThat(manager.allocateEventQueue(1 << 14, 16)).isEqualTo(SessionError.SEG_NO_SPACE.code());
  }

  @Test
  void info_tells_what_the_console_shows() {
    SegmentManager manager = fixture.manager(lingering(eager(SMALL, SMALL, 2, 16 * KIB), 1_000));
    manager.allocateEventQueue(16, 16);
    Pair inFirst = pair(manager);
    pair(manager).release();

    List<SegmentInfo> info = manager.info();
    assertThat(info).hasSize(2);
    assertThat(info.get(0)).satisfies(first -> {
      assertThat(first.handle()).isEqualTo(inFirst.segment.handle());
      assertThat(first.sizeBytes()).isEqualTo(SMALL);
      assertThat(first.usedBytes() + first.freeBytes()).isEqualTo(SMALL);
      assertThat(first.fifos()).isEqualTo(2);
      assertThat(first.eventQueues()).isEqualTo(1);
      assertThat(first.pairs()).isEqualTo(1);
      assertThat(first.pressure()).isEqualTo(PressureLevel.LOW);
      assertThat(first.flags()).containsExactly(SegmentInfo.Flag.FIRST);
    });
    assertThat(info.get(1).flags()).containsExactly(SegmentInfo.Flag.EMPTY);
    manager.detach();
    assertThat(manager.info().getFirst().flags())
        .containsExactlyInAnyOrder(SegmentInfo.Flag.FIRST, SegmentInfo.Flag.DETACHED);
    inFirst.release();
    assertThat(manager.info()).isEmpty();
  }

  @Test
  void handle_of_a_removed_segment_never_names_another() {
    SegmentManager manager = fixture.manager(eager(SMALL, SMALL, 2, 16 * KIB));
    pair(manager);
    List<Long> seen = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      Pair pair = pair(manager);
      long handle = pair.segment.handle();
      assertThat(seen).doesNotContain(handle);
      assertThat(fixture.registry.find(handle)).isSameAs(pair.segment);
      pair.release();
      assertThat(fixture.registry.find(handle)).isNull();
      seen.add(handle);
    }
    assertThat(fixture.registry.find(Handle.INVALID)).isNull();
    assertThat(fixture.registry.find(Handle.of(0, Handle.MAX_SLOTS - 1, 0))).isNull();
  }

  @Test
  void options_out_of_range_are_refused_by_name() {
    assertThatThrownBy(() -> eager(1, SMALL, 1, 4 * KIB)).hasMessageContaining("first segment bytes 1");
    assertThatThrownBy(() -> eager(SMALL, SMALL, 0, 4 * KIB)).hasMessageContaining("segments 0");
    assertThatThrownBy(() -> eager(SMALL, SMALL, 1, 4095)).hasMessageContaining("rx FIFO bytes 4095");
    assertThatThrownBy(() -> new SegmentOptions(SMALL, SMALL, 1, 4096, 4096, 0, 101, 0, 0, 0, 0, 0))
        .hasMessageContaining("first allocation percent 101");
    assertThatThrownBy(() -> new SegmentOptions(SMALL, SMALL, 1, 4096, 4096, 0, 0, 1, 1, 0, 0, 0))
        .hasMessageContaining("preallocated FIFO headers 1");
    assertThatThrownBy(() -> new SegmentOptions(SMALL, SMALL, 1, 4096, 4096, 0, 0, 0, 0, 51, 50, 0))
        .hasMessageContaining("low watermark percent 51");
  }

  /** A manager whose empty segments go by the worker's timers. */
  private SegmentManager swept(LocalFixture stack, SegmentBudget budget) {
    return new SegmentManager(lingering(eager(SMALL, SMALL, 2, 16 * KIB), LocalFixture.LINGER_NS), budget,
        fixture.recorder, stack.worker);
  }

  private Pair pair(SegmentManager manager) {
    assertThat(manager.allocatePair(out)).isZero();
    return new Pair(out);
  }

  private int fillAndRelease(SegmentManager manager) {
    ArrayDeque<Pair> pairs = new ArrayDeque<>();
    while (manager.allocatePair(out) == 0) {
      pairs.add(new Pair(out));
    }
    int count = pairs.size();
    pairs.forEach(Pair::release);
    assertThat(manager.info().getFirst().fifos()).isZero();
    return count;
  }
}
