package org.sluice.spi.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two JVMs on one mapped file: case masterslave of the feature map, section 10.3. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class SharedSegmentTest {

  private static final int TOTAL = 50_000_000;
  private static final int RX = 1;
  private static final int DONE = 2;

  private @TempDir Path directory;

  @Test
  void masterslave_data_both_ways_and_events_between_two_processes() throws IOException, InterruptedException {
    Path file = directory.resolve("segment");
    try (Segment segment = Segment.create(file, 8 << 20)) {
      long used = segment.usedBytes();
      long there = segment.allocateFifo(256 << 10, 0, (1L << 32) - TOTAL / 2);
      long back = segment.allocateFifo(100_000, 0, Long.MAX_VALUE - TOTAL / 2);
      long toSlave = segment.allocateEventQueue(64, 8);
      long toMaster = segment.allocateEventQueue(64, 8);
      try (ChildJvm slave = ChildJvm.start(directory, List.of(), Slave.class, file.toString(), Long.toString(there),
          Long.toString(back), Long.toString(toSlave), Long.toString(toMaster))) {
        Peer master = new Peer(segment, there, back, toSlave, toMaster, 1, 2);
        master.run(slave);
        slave.expectSuccess();
      }
      segment.freeEventQueue(toSlave);
      segment.freeEventQueue(toMaster);
      assertThat(segment.fifoCount()).isZero();
      assertThat(segment.usedBytes()).as("both processes have given back what they had").isEqualTo(used)
          .isEqualTo(segment.pages.allocatedBytes());
      assertThat(segment.counters().corruptions()).isZero();
    }
  }

  /** The other process. */
  static final class Slave {

    private Slave() {
    }

    static void main(String[] args) throws IOException {
      try (Segment segment = Segment.open(Path.of(args[0]))) {
        new Peer(segment, Long.parseLong(args[2]), Long.parseLong(args[1]), Long.parseLong(args[4]),
            Long.parseLong(args[3]), 2, 1).run(null);
        if (segment.counters().corruptions() != 0) {
          throw new AssertionError(segment.counters().corruptions() + " corruptions");
        }
      }
    }
  }

  /** Sends one stream, checks the other; looks at data only when an event says so. */
  private static final class Peer {

    private final FifoProducer out;
    private final FifoConsumer in;
    private final EventQueue outEvents;
    private final EventQueue inEvents;
    private final SplittableRandom sizes;
    private final Stream sent;
    private final Stream received;
    private final byte[] buffer = new byte[40_000];
    private boolean readable;
    private boolean peerDone;

    Peer(Segment segment, long out, long in, long outEvents, long inEvents, int seed, int peerSeed) {
      this.out = FifoProducer.attach(segment, out, TestContext.anywhere());
      this.in = FifoConsumer.attach(segment, in, TestContext.anywhere());
      this.outEvents = EventQueue.attach(segment, outEvents);
      this.inEvents = EventQueue.attach(segment, inEvents);
      sizes = new SplittableRandom(seed);
      sent = new Stream(seed);
      received = new Stream(peerSeed);
    }

    void run(@Nullable ChildJvm other) {
      boolean told = false;
      while (received.count < TOTAL || sent.count < TOTAL || !peerDone) {
        boolean busy = send();
        if (sent.count == TOTAL && !told) {
          int claim = outEvents.claimControl();
          told = claim >= 0 && outEvents.publishControl(claim, DONE, 0, 0);
        }
        busy |= inEvents.poll((type, handle, arg, payload, offset) -> {
          readable |= type == RX;
          peerDone |= type == DONE;
        }, 16) > 0;
        busy |= receive();
        if (!busy) {
          assertThat(other == null || other.isAlive() || peerDone).as("the other process lives").isTrue();
          Thread.onSpinWait();
        }
      }
      assertThat(in.readableBytes()).isZero();
      out.leave();
      in.leave();
      outEvents.leave();
      inEvents.leave();
    }

    private boolean send() {
      int length = Math.min(1 + sizes.nextInt(buffer.length), TOTAL - sent.count);
      if (length == 0) {
        return false;
      }
      int written;
      if (sizes.nextInt(4) == 0) {
        WriteView view = out.claim(length);
        written = view == null ? 0 : view.length();
        if (view != null) {
          sent.peek(buffer, written);
          MemorySegment.copy(MemorySegment.ofArray(buffer), 0, view.memory(), view.offset(), written);
          view.commit(written);
        }
      } else {
        sent.peek(buffer, length);
        written = out.enqueue(buffer, 0, length);
      }
      assertThat(written).isNotNegative();
      sent.skip(written);
      if (written > 0 && out.setEvent()) {
        // One event is outstanding at most, so the queue cannot be full of them.
        assertThat(outEvents.offer(RX, 0, 0)).isTrue();
      }
      return written > 0;
    }

    private boolean receive() {
      if (!readable) {
        return false;
      }
      readable = false;
      in.clearEvent();
      int length;
      boolean any = false;
      while ((length = in.dequeue(buffer, 0, buffer.length)) > 0) {
        received.check(buffer, length);
        any = true;
      }
      assertThat(length).isZero();
      return any;
    }
  }

  /** A pseudo-random byte stream that can be made again from its seed. */
  private static final class Stream {

    private final long seed;
    private int count;

    Stream(long seed) {
      this.seed = seed;
    }

    void peek(byte[] target, int length) {
      for (int i = 0; i < length; i++) {
        target[i] = at(count + i);
      }
    }

    void skip(int length) {
      count += length;
    }

    void check(byte[] data, int length) {
      for (int i = 0; i < length; i++) {
        if (data[i] != at(count + i)) {
          throw new AssertionError("byte " + (count + i) + " of stream " + seed + " is wrong");
        }
      }
      count += length;
    }

    private byte at(int index) {
      long x = (index + seed * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
      return (byte) (x >>> 56);
    }
  }
}
