package org.sluice.testkit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sluice.spi.memory.EventQueue;
import org.sluice.spi.memory.Segment;

/** Explores producers and the sleeping consumer of an event queue, one access to shared memory at a time. */
class EventQueueInterleavingTest {

  private static final int SEEDS = 2_000;
  private static final int SEEDS_TO_FIND_A_FAULT = 1_000;
  private static final int SEGMENT_BYTES = 128 << 10;
  private static final int EVENTS = 4;
  private static final int CONTROL_EVENTS = 2;
  private static final int PRODUCERS = 2;
  private static final int RECORDS = 10;

  @Test
  void records_arriveOnceInTheOrderOfEachProducer_andTheConsumerIsWoken() {
    InterleavingScheduler.explore(SEEDS, scheduler -> new Traffic(scheduler, RECORDS).run());
  }

  @Test
  void consumerThatSleepsWithoutBeingAllowedTo_isFoundAsleep() {
    assertThatThrownBy(
            () ->
                InterleavingScheduler.explore(
                    SEEDS_TO_FIND_A_FAULT,
                    scheduler -> {
                      // So few that no producer waits for room.
                      Traffic traffic = new Traffic(scheduler, 1);
                      traffic.ignoresArrivals = true;
                      traffic.run();
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("all actors sleep");
  }

  @Test
  void sameSeed_isTheSameRun() {
    for (long seed = 1; seed <= 20; seed++) {
      InterleavingScheduler first = new InterleavingScheduler(seed);
      InterleavingScheduler second = new InterleavingScheduler(seed);
      new Traffic(first, RECORDS).run();
      new Traffic(second, RECORDS).run();
      assertThat(second.fingerprint()).as("seed %d", seed).isEqualTo(first.fingerprint());
    }
  }

  private static final class Traffic {

    private final InterleavingScheduler scheduler;
    private final int records;
    private final SplittableRandom random;
    private final long[] next = new long[PRODUCERS];
    private boolean ignoresArrivals;

    Traffic(InterleavingScheduler scheduler, int records) {
      this.scheduler = scheduler;
      this.records = records;
      random = new SplittableRandom(scheduler.seed());
    }

    void run() {
      try (Segment segment = Segment.allocate(SEGMENT_BYTES)) {
        long offset = segment.allocateEventQueue(EVENTS, CONTROL_EVENTS);
        int limit = random.nextInt(1, 6);
        Actor consumer =
            scheduler.actor("consumer", self -> consume(EventQueue.attach(segment, offset), self, limit));
        for (int i = 0; i < PRODUCERS; i++) {
          int id = i;
          int controls = random.nextInt();
          scheduler.actor(
              "producer " + i,
              self -> produce(EventQueue.attach(segment, offset, consumer::unpark), self, id, controls));
        }
        scheduler.run();
        assertThat(next).containsOnly(records);
        segment.freeEventQueue(offset);
      }
    }

    /** Record i is a control record when bit i is set. */
    private void produce(EventQueue queue, Actor self, int id, int controls) {
      for (int i = 0; i < records; i++) {
        if ((controls >>> i & 1) == 0) {
          while (!queue.offer(1, id, i)) {
            self.step("queue is full");
          }
        } else {
          int claim = queue.claimControl();
          while (claim < 0) {
            self.step("no control record");
            claim = queue.claimControl();
          }
          queue.payload().set(ValueLayout.JAVA_LONG, queue.payloadOffset(claim), payload(id, i));
          assertThat(queue.publishControl(claim, 2, id, i)).isTrue();
        }
      }
      queue.leave();
    }

    private void consume(EventQueue queue, Actor self, int limit) {
      int received = 0;
      while (received < PRODUCERS * records) {
        int taken =
            queue.poll(
                (type, handle, arg, payload, payloadOffset) -> {
                  assertThat(arg).as("producer %d", handle).isEqualTo(next[(int) handle]++);
                  if (type == 2) {
                    assertThat(payload.get(ValueLayout.JAVA_LONG, payloadOffset)).isEqualTo(payload(handle, arg));
                  } else {
                    assertThat(payloadOffset).isEqualTo(-1);
                  }
                },
                limit);
        received += taken;
        if (taken == 0 && (queue.prepareWait() || ignoresArrivals)) {
          self.park();
          queue.cancelWait();
        }
      }
      queue.leave();
    }

    private static long payload(long id, long index) {
      return id * 1_000_003 + index;
    }
  }
}
