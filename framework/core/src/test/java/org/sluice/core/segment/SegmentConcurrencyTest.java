package org.sluice.core.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.core.segment.SegmentFixture.KIB;
import static org.sluice.core.segment.SegmentFixture.eager;
import static org.sluice.core.segment.SegmentFixture.lingering;
import static org.sluice.core.segment.SegmentFixture.preallocating;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.core.segment.SegmentFixture.Pair;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;

/** Several workers at one manager, with segments so small that they come and go all the time. */
@Timeout(60)
final class SegmentConcurrencyTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 4_000;
  private static final int MOST_HELD = 6;
  private static final long SEED = 0x5e61;

  private final SegmentFixture fixture = new SegmentFixture();

  @Test
  void workers_that_share_a_manager_never_share_memory() throws Exception {
    SegmentOptions small = eager(64 * KIB, 64 * KIB, 16, 8 * KIB);
    runWorkers(small, () -> {});
    runWorkers(preallocating(small, 2, 0), () -> {});
  }

  @Test
  void defect_23_sweeping_and_looking_race_with_allocation() throws Exception {
    SegmentOptions options = lingering(eager(64 * KIB, 64 * KIB, 16, 8 * KIB), 1);
    SegmentBudget budget = fixture.budget(0);
    SegmentManager manager = new SegmentManager(options, budget, fixture.recorder);
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService others = Executors.newFixedThreadPool(2)) {
      Future<?> sweeps = others.submit(() -> {
        for (long now = 0; !done.get(); now++) {
          manager.sweep(now);
        }
      });
      Future<?> looks = others.submit(() -> {
        while (!done.get()) {
          assertThat(manager.info()).hasSizeLessThanOrEqualTo(options.maxSegments());
        }
      });
      try {
        runWorkers(manager, () -> {});
      } finally {
        done.set(true);
      }
      sweeps.get();
      looks.get();
    }
    assertAllGone(manager, budget);
  }

  @Test
  void segments_emptied_by_any_worker_go_however_they_are_looked_at() throws Exception {
    SegmentOptions options = lingering(eager(64 * KIB, 64 * KIB, 16, 8 * KIB), 100_000);
    SegmentBudget budget = fixture.budget(0);
    try (WorkerSet stack = WorkerSet.builder().count(1).build()) {
      SegmentManager manager = new SegmentManager(options, budget, fixture.recorder, stack.worker(0));
      stack.start();
      AtomicBoolean done = new AtomicBoolean();
      try (ExecutorService console = Executors.newSingleThreadExecutor()) {
        Future<?> looking = console.submit(() -> {
          while (!done.get()) {
            manager.info();
          }
        });
        runWorkers(manager, () -> {});
        // All have let go; who still looks at an empty segment must not keep it from going.
        while (manager.size() > 1) {
          assertThat(Thread.interrupted()).as("stuck with %d segments", manager.size()).isFalse();
        }
        done.set(true);
        looking.get();
      }
      stack.query(0, () -> {
        manager.detach();
        return manager.size();
      }).get();
    }
    assertAllGone(budget);
  }

  @Test
  void detach_races_with_allocation() throws Exception {
    for (int i = 0; i < 50; i++) {
      SegmentOptions options = eager(64 * KIB, 64 * KIB, 16, 8 * KIB);
      SegmentBudget budget = fixture.budget(0);
      SegmentManager manager = new SegmentManager(options, budget, fixture.recorder);
      AtomicInteger calls = new AtomicInteger();
      int detachAt = 10 * i;
      runWorkers(manager, () -> {
        if (calls.incrementAndGet() == detachAt) {
          manager.detach();
        }
      });
      assertAllGone(manager, budget);
    }
  }

  @Test
  void workers_that_run_out_of_room_together_add_one_segment() throws Exception {
    AtomicInteger made = new AtomicInteger();
    SegmentFactory counting =
        bytes -> {
          made.incrementAndGet();
          return Segment.allocate(bytes);
        };
    SegmentBudget budget = new SegmentBudget(fixture.registry, counting, fixture.counters, 0);
    SegmentManager manager = new SegmentManager(eager(1 << 20, 1 << 20, 16, 8 * KIB), budget, fixture.recorder);
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Integer>> results = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        results.add(threads.submit(() -> manager.allocatePair(new FifoPair())));
      }
      for (Future<Integer> result : results) {
        assertThat(result.get()).isZero();
      }
    }
    assertThat(made).hasValue(1);
    assertThat(manager.size()).isEqualTo(1);
  }

  private void runWorkers(SegmentOptions options, Runnable each) throws Exception {
    SegmentBudget budget = fixture.budget(0);
    SegmentManager manager = new SegmentManager(options, budget, fixture.recorder);
    runWorkers(manager, each);
    assertAllGone(manager, budget);
  }

  private static void runWorkers(SegmentManager manager, Runnable each) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int id = i;
        workers.add(threads.submit(() -> work(manager, id, each)));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    }
  }

  private static void work(SegmentManager manager, int id, Runnable each) {
    RandomGenerator random = new SplittableRandom(SEED + id);
    FifoPair out = new FifoPair();
    List<Stamped> held = new ArrayList<>();
    for (int round = 0; round < ROUNDS && !manager.isDetached(); round++) {
      each.run();
      if (held.size() < MOST_HELD && random.nextInt(3) > 0) {
        int error = manager.allocatePair(out);
        if (error == 0) {
          held.add(new Stamped(new Pair(out), ((long) id << 32) | round));
        } else {
          assertThat(error).isIn(SessionError.SEG_NO_SPACE.code(), SessionError.CANCELLED.code());
        }
      } else if (!held.isEmpty()) {
        held.remove(random.nextInt(held.size())).end();
      }
    }
    held.forEach(Stamped::end);
  }

  private void assertAllGone(SegmentManager manager, SegmentBudget budget) {
    manager.detach();
    assertThat(manager.size()).isZero();
    assertAllGone(budget);
  }

  private void assertAllGone(SegmentBudget budget) {
    assertThat(budget.bytes()).isZero();
    assertThat(fixture.registry.size()).isZero();
    assertThat(fixture.recorder.live).isEmpty();
    assertThat(fixture.counters.added().value()).isEqualTo(fixture.counters.removed().value());
  }

  /** A pair whose FIFOs are full of a stamp: whoever shares their memory spoils it. */
  private static final class Stamped {
    private final Pair pair;
    private final byte[] stamp;
    private final FifoProducer[] producers;
    private final FifoConsumer[] consumers;

    Stamped(Pair pair, long number) {
      this.pair = pair;
      stamp = new byte[8 * KIB];
      for (int i = 0; i < stamp.length; i++) {
        stamp[i] = (byte) ((number * 31) >>> (i % 8 * 8));
      }
      producers = new FifoProducer[] {pair.producer(pair.rxOffset), pair.producer(pair.txOffset)};
      consumers = new FifoConsumer[] {pair.consumer(pair.rxOffset), pair.consumer(pair.txOffset)};
      for (FifoProducer producer : producers) {
        assertThat(producer.enqueue(stamp, 0, stamp.length)).isEqualTo(stamp.length);
      }
    }

    void end() {
      byte[] read = new byte[stamp.length];
      for (FifoConsumer consumer : consumers) {
        assertThat(consumer.dequeue(read, 0, read.length)).isEqualTo(stamp.length);
        assertThat(read).isEqualTo(stamp);
        consumer.leave();
      }
      for (FifoProducer producer : producers) {
        producer.leave();
      }
      pair.giveBack();
    }
  }
}
