package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * What two or three contexts do to shared memory at once, one access at a time; runs in a JVM of its own, because the
 * access hook is looked for once. Arguments: scenario, first seed, number of seeds.
 */
final class Interleavings {

  static final Map<String, BiConsumer<Segment, SplittableRandom>> SCENARIOS = new TreeMap<>(Map.of(
      "event flag", Interleavings::eventFlag,
      "dequeue notification", Interleavings::dequeueNotification,
      "stream over recycled chunks", Interleavings::stream,
      "leave", Interleavings::leave,
      "queue wake-up", Interleavings::queueWakeUp,
      "queue order and control reserve", Interleavings::queueOrder,
      "queue freed while contexts leave", Interleavings::queueFreed,
      "header allocator", Interleavings::headers,
      "page allocator", Interleavings::pages));

  private Interleavings() {
  }

  static void main(String[] args) throws InterruptedException {
    // All in virtual threads on one carrier, so that passing the turn is cheap.
    Thread run = Thread.ofVirtual().unstarted(() -> runSeeds(args[0], Integer.parseInt(args[1]),
        Integer.parseInt(args[2])));
    run.setUncaughtExceptionHandler((thread, e) -> {
      e.printStackTrace();
      System.exit(1);
    });
    run.start();
    run.join();
  }

  private static void runSeeds(String name, int first, int count) {
    BiConsumer<Segment, SplittableRandom> scenario = SCENARIOS.get(name);
    if (scenario == null) {
      throw new IllegalArgumentException("no scenario " + name);
    }
    try (Segment segment = Segment.allocate(256 << 10)) {
      long used = segment.usedBytes();
      for (int seed = first; seed < first + count; seed++) {
        try {
          scenario.accept(segment, new SplittableRandom(seed));
          assertThat(segment.usedBytes()).isEqualTo(used).isEqualTo(segment.pages.allocatedBytes());
          assertThat(segment.fifoCount()).isZero();
          assertThat(segment.eventQueueCount()).isZero();
          assertThat(segment.counters().corruptions()).isZero();
        } catch (Throwable e) {
          throw new AssertionError(name + ", seed " + seed + " (replay with -Dsluice.seed=" + seed + ")", e);
        }
      }
    }
  }

  /** A consumer that looks only after a signal must see everything. */
  private static void eventFlag(Segment segment, SplittableRandom random) {
    try (TestFifo fifo = TestFifo.in(segment, 4096, 0)) {
      byte[] data = TestFifo.pattern(64);
      int[] signals = {0};
      int messages = random.nextInt(1, 8);
      Runnable producer = () -> {
        for (int i = 0; i < messages; i++) {
          assertThat(fifo.producer.enqueue(data, 0, 5)).isEqualTo(5);
          if (fifo.producer.setEvent()) {
            signals[0]++;
          }
        }
      };
      Runnable consumer = () -> {
        for (int received = 0; received < messages * 5; ) {
          Stepper.await(() -> signals[0] > 0);
          signals[0]--;
          fifo.consumer.clearEvent();
          int length;
          while ((length = fifo.consumer.dequeue(data, 0, 7)) > 0) {
            received += length;
          }
        }
      };
      Stepper.run(random, producer, consumer);
      assertThat(signals[0]).as("signals for nothing").isLessThanOrEqualTo(1);
    }
  }

  /** A producer that sleeps until it is notified must not sleep for ever. */
  private static void dequeueNotification(Segment segment, SplittableRandom random) {
    try (TestFifo fifo = TestFifo.in(segment, 4096, 0)) {
      byte[] data = new byte[4096];
      // With small steps the FIFO stays near the edge that the kind is about.
      int largest = random.nextBoolean() ? 4000 : 16;
      int total = largest == 16 ? 4096 + random.nextInt(200) : 4096 + random.nextInt(10_000);
      fifo.write(data, 0, largest == 16 ? 4090 : 0);
      int before = fifo.consumer.readableBytes();
      int kind = 1 << random.nextInt(3);
      int threshold = 1 + random.nextInt(4096);
      SplittableRandom producerRandom = random.split();
      SplittableRandom consumerRandom = random.split();
      int[] notified = {0};
      Runnable producer = () -> {
        for (int sent = before; sent < total; ) {
          int written = fifo.producer.enqueue(data, 0, Math.min(total - sent, 1 + producerRandom.nextInt(largest)));
          sent += written;
          boolean sleep = written == 0 || (kind != Fifo.NOTIFY_IF_FULL && producerRandom.nextInt(3) == 0);
          if (sleep && fifo.producer.wantDequeueNotification(kind, threshold)) {
            int seen = notified[0];
            Stepper.await(() -> notified[0] > seen);
          }
        }
      };
      Runnable consumer = () -> {
        for (int received = 0; received < total; ) {
          Stepper.await(() -> fifo.consumer.readableBytes() > 0);
          received += fifo.consumer.dequeue(data, 0, 1 + consumerRandom.nextInt(largest));
          if (consumerRandom.nextInt(4) != 0 || fifo.consumer.readableBytes() == 0) {
            notified[0] += fifo.consumer.takeDequeueNotification() ? 1 : 0;
          }
        }
      };
      Stepper.run(random, producer, consumer);
    }
  }

  /** Chunks are taken, sealed, recycled and swept under a consumer that checks each byte. */
  private static void stream(Segment segment, SplittableRandom random) {
    try (TestFifo fifo = TestFifo.in(segment, 4096 + random.nextInt(20_000), random.nextInt(2) * 4096L)) {
      byte[] data = TestFifo.pattern(60_000);
      SplittableRandom producerRandom = random.split();
      SplittableRandom consumerRandom = random.split();
      Runnable producer = () -> produce(fifo, data, producerRandom);
      Runnable consumer = () -> consume(fifo, data, consumerRandom);
      Stepper.run(random, producer, consumer);
    }
  }

  private static void produce(TestFifo fifo, byte[] data, SplittableRandom random) {
    for (int sent = 0; sent < data.length; ) {
      Stepper.await(() -> fifo.producer.writableBytes() > 0);
      int length = Math.min(data.length - sent, 1 + random.nextInt(6000));
      switch (random.nextInt(6)) {
        case 0 -> fifo.producer.sweep();
        case 1, 2 -> {
          WriteView view = fifo.claim(length);
          MemorySegment.copy(data, sent, view.memory(), ValueLayout.JAVA_BYTE, view.offset(),
              Math.min(length, view.length()));
          sent += view.commit(random.nextInt(view.length() + 1));
        }
        case 3 -> {
          int distance = Math.min(random.nextInt(3000), data.length - sent);
          int written = fifo.store(data, sent, sent + distance, Math.min(data.length, sent + distance + length));
          sent += distance == 0 ? written : 0;
        }
        default -> sent += fifo.write(data, sent, sent + length);
      }
    }
  }

  private static void consume(TestFifo fifo, byte[] data, SplittableRandom random) {
    byte[] out = new byte[8000];
    for (int received = 0; received < data.length; ) {
      Stepper.await(() -> fifo.consumer.readableBytes() > 0);
      int length = 1 + random.nextInt(out.length);
      int taken;
      switch (random.nextInt(4)) {
        case 0 -> {
          ReadView view = fifo.view(length);
          taken = view.length();
          MemorySegment.copy(view.memory(), ValueLayout.JAVA_BYTE, view.offset(), out, 0, taken);
          view.release(taken);
        }
        case 1 -> {
          int distance = random.nextInt(3000);
          int peeked = fifo.consumer.peek(distance, out, 0, length);
          check(data, received + distance, out, peeked);
          taken = 0;
        }
        default -> taken = fifo.consumer.dequeue(out, 0, length);
      }
      check(data, received, out, taken);
      received += taken;
    }
  }

  private static void check(byte[] data, int from, byte[] actual, int length) {
    assertThat(length).isNotNegative();
    for (int i = 0; i < length; i++) {
      if (actual[i] != data[from + i]) {
        throw new AssertionError("byte " + (from + i) + " is wrong");
      }
    }
  }

  /** Whoever leaves last frees everything, once. */
  private static void leave(Segment segment, SplittableRandom random) {
    List<TestFifo> fifos = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      TestFifo fifo = TestFifo.in(segment, 64 << 10, 0);
      fifo.write(TestFifo.pattern(random.nextInt(20_000)));
      fifos.add(fifo);
    }
    Stepper.run(random, () -> fifos.forEach(fifo -> fifo.producer.leave()),
        () -> fifos.forEach(fifo -> fifo.consumer.leave()));
  }

  /** A consumer that sleeps after prepareWait must be woken for each event. */
  private static void queueWakeUp(Segment segment, SplittableRandom random) {
    long offset = segment.allocateEventQueue(4, 2, random.nextLong());
    int[] permits = {0};
    int perProducer = random.nextInt(1, 8);
    int[] received = {0};
    Runnable consumer = () -> {
      EventQueue queue = EventQueue.attach(segment, offset);
      while (received[0] < 2 * perProducer) {
        received[0] += queue.poll((type, handle, arg, payload, at) -> { }, 2);
        if (received[0] < 2 * perProducer && queue.prepareWait()) {
          Stepper.await(() -> permits[0] > 0);
          permits[0] = 0;
          queue.cancelWait();
        }
      }
      queue.leave();
    };
    Runnable producer = () -> {
      EventQueue queue = EventQueue.attach(segment, offset, () -> permits[0] = 1);
      for (int i = 0; i < perProducer; i++) {
        while (!queue.offer(1, 2, 3)) {
          Stepper.await(() -> queue.depth() < 4);
        }
      }
      queue.leave();
    };
    Stepper.run(random, consumer, producer, producer);
    segment.freeEventQueue(offset);
  }

  /** Each producer's events arrive in its order; control records are never refused for io's sake. */
  private static void queueOrder(Segment segment, SplittableRandom random) {
    long offset = segment.allocateEventQueue(3, 2, random.nextLong());
    int perProducer = 6;
    long[] next = {0, 0};
    int[] controls = {0};
    List<Runnable> actors = new ArrayList<>();
    for (int id = 0; id < 2; id++) {
      int producer = id;
      SplittableRandom mine = random.split();
      actors.add(() -> {
        EventQueue queue = EventQueue.attach(segment, offset);
        for (int i = 0; i < perProducer; i++) {
          if (mine.nextInt(3) == 0) {
            // One control record per producer at a time, two elements: always granted.
            Stepper.await(() -> (controls[0] & 1 << producer) == 0);
            controls[0] |= 1 << producer;
            int claim = queue.claimControl();
            assertThat(claim).isNotNegative();
            queue.payload().set(ValueLayout.JAVA_LONG, queue.payloadOffset(claim), 100L * producer + i);
            assertThat(queue.publishControl(claim, 1, producer, i)).isTrue();
          } else {
            while (!queue.offer(0, producer, i)) {
              Stepper.await(() -> queue.depth() < 3);
            }
          }
        }
        queue.leave();
      });
    }
    actors.add(() -> {
      EventQueue queue = EventQueue.attach(segment, offset);
      boolean[] release = {false, false};
      for (int received = 0; received < 2 * perProducer; ) {
        Stepper.await(() -> !queue.isEmpty());
        received += queue.poll((type, handle, arg, payload, at) -> {
          assertThat(arg).as("order of producer %d", handle).isEqualTo(next[(int) handle]++);
          if (type == 1) {
            assertThat(payload.get(ValueLayout.JAVA_LONG, at)).isEqualTo(100 * handle + arg);
            release[(int) handle] = true;
          }
        }, 1);
        for (int i = 0; i < 2; i++) {
          if (release[i]) {
            controls[0] &= ~(1 << i);
            release[i] = false;
          }
        }
      }
      queue.leave();
    });
    Stepper.run(random, actors.toArray(Runnable[]::new));
    segment.freeEventQueue(offset);
  }

  private static void queueFreed(Segment segment, SplittableRandom random) {
    long offset = segment.allocateEventQueue(4, 2);
    EventQueue one = EventQueue.attach(segment, offset);
    EventQueue other = EventQueue.attach(segment, offset);
    Stepper.run(random, () -> segment.freeEventQueue(offset), one::leave, other::leave);
  }

  /** Slots of several pages, taken and freed so that pages come and go. */
  private static void headers(Segment segment, SplittableRandom random) {
    BitSet taken = new BitSet();
    List<Long> left = new ArrayList<>();
    Runnable[] actors = new Runnable[3];
    for (int i = 0; i < actors.length; i++) {
      SplittableRandom mine = random.split();
      actors[i] = () -> {
        List<Long> held = new ArrayList<>();
        for (int j = 0; j < 40; j++) {
          if (mine.nextInt(5) < 3) {
            long offset = segment.headers.allocate();
            assertThat(offset).isPositive();
            assertThat(taken.get((int) (offset / 64))).as("slot %d twice", offset).isFalse();
            taken.set((int) (offset / 64));
            held.add(offset);
          } else if (!held.isEmpty()) {
            free(segment, taken, held.remove(mine.nextInt(held.size())));
          }
        }
        left.addAll(held);
      };
    }
    Stepper.run(random, actors);
    for (int page = segment.layout.firstPage; page < segment.layout.pages; page++) {
      if (segment.headers.hasFreeSlot(page)) {
        long roomy = SharedMemory.getLong(segment, segment.layout.roomyOffset + 8L * (page >>> 6));
        assertThat(roomy >>> page & 1).as("page %d has room that nobody would find", page).isEqualTo(1);
      }
    }
    left.forEach(offset -> free(segment, taken, offset));
  }

  private static void free(Segment segment, BitSet taken, long offset) {
    assertThat(segment.headers.isAllocated(offset)).isTrue();
    taken.clear((int) (offset / 64));
    segment.headers.free(offset);
  }

  /** Runs within a word and over several words of the bitmap. */
  private static void pages(Segment ignored, SplittableRandom random) {
    try (Segment segment = Segment.allocate(2 << 20)) {
      long used = segment.usedBytes();
      BitSet taken = new BitSet();
      Runnable[] actors = new Runnable[3];
      for (int i = 0; i < actors.length; i++) {
        SplittableRandom mine = random.split();
        actors[i] = () -> {
          for (int j = 0; j < 10; j++) {
            int sizeClass = mine.nextInt(9);
            int page = segment.pages.allocate(sizeClass);
            if (page != PageAllocator.NONE) {
              assertThat(page % (1 << sizeClass)).isZero();
              assertThat(taken.get(page, page + (1 << sizeClass)).isEmpty()).as("page %d twice", page).isTrue();
              taken.set(page, page + (1 << sizeClass));
              Stepper.await(() -> true);
              taken.clear(page, page + (1 << sizeClass));
              assertThat(segment.pages.free(page, sizeClass)).isTrue();
            }
          }
        };
      }
      Stepper.run(random, actors);
      assertThat(segment.usedBytes()).isEqualTo(used).isEqualTo(segment.pages.allocatedBytes());
      assertThat(segment.counters().corruptions()).isZero();
    }
  }
}
