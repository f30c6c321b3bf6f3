package org.sluice.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.nic.FramePool;
import org.sluice.spi.nic.LinkState;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.nic.TxQueue;
import org.sluice.testkit.nic.NicWorld;
import org.sluice.testkit.nic.ReceivedFrame;

/**
 * What every card must do. An author extends it and says how a card that sends and one that receives what it sent are
 * opened; a card that receives what it sends itself is both.
 *
 * <p>The link must lose nothing and keep the order. Where it has to do with a kernel, {@link #settle} is to wait for
 * it.
 */
public abstract class NicContract {
  private static final int MIN_FRAME_BYTES = 60;
  private static final int BURST = 16;
  private static final int CYCLES = 1_000;
  private static final Duration LONG = Duration.ofSeconds(10);

  /** For subclasses. */
  protected NicContract() {}

  /**
   * Two open cards, or one twice.
   *
   * @param sender sends
   * @param receiver receives what was sent
   */
  public record Link(Nic sender, Nic receiver) {

    /** Closes both. */
    public void close() {
      sender.close();
      receiver.close();
    }
  }

  /**
   * Opens the cards. Called on worker 0.
   *
   * @param world has the workers, the clock, counters and randomness
   * @return the cards, whose queues are given to the workers of the world
   * @throws NicException when it does not work
   */
  protected abstract Link open(NicWorld world) throws NicException;

  /**
   * Lets everything arrive that is on its way.
   *
   * @param world runs
   */
  protected void settle(NicWorld world) {
    world.advance(LONG);
  }

  /**
   * How often cards are opened and closed in a row.
   *
   * @return a thousand, unless opening takes its time
   */
  protected int cycles() {
    return CYCLES;
  }

  private Link opened(NicWorld world) {
    Link[] made = new Link[1];
    world.on(0, () -> {
      try {
        made[0] = open(world);
      } catch (NicException e) {
        throw new AssertionError(e);
      }
    });
    attach(world, made[0]);
    return made[0];
  }

  private static void attach(NicWorld world, Link link) {
    world.attach(link.sender());
    if (link.sender() != link.receiver()) {
      world.attach(link.receiver());
    }
  }

  /** A broadcast of an unknown protocol, with a number in its payload. */
  private static byte[] frame(int number, int length) {
    byte[] bytes = new byte[length];
    for (int i = EthernetHeader.LENGTH + Integer.BYTES; i < length; i++) {
      bytes[i] = (byte) (number * 31 + i);
    }
    ByteBuffer.wrap(bytes).putInt(0xffff_ffff).putInt(0xffff_0200).putInt(1).putShort((short) 0x88b5).putInt(number);
    return bytes;
  }

  private static List<byte[]> frames(int first, int count) {
    return IntStream.range(first, first + count).mapToObj(i -> frame(i, MIN_FRAME_BYTES)).toList();
  }

  private static List<byte[]> bytes(List<ReceivedFrame> received) {
    return received.stream().map(ReceivedFrame::bytes).toList();
  }

  /** The free frames, as the queue's worker sees them. */
  private static int available(NicWorld world, TxQueue queue) {
    int[] free = new int[1];
    world.on(0, () -> {
      queue.flush();
      free[0] = queue.pool().available();
    });
    return free[0];
  }

  // ---- What they do.

  @Test
  void a_card_says_what_it_is() {
    Link link = opened(new NicWorld(1, 2));
    for (Nic nic : List.of(link.sender(), link.receiver())) {
      assertThat(nic.name()).contains("/");
      assertThat(nic.linkState()).isEqualTo(LinkState.UP);
      assertThat(nic.mtuBytes()).isBetween(576, nic.capabilities().maxMtuBytes());
      assertThat(nic.macAddress() >>> 48).isZero();
      assertThat(nic.macAddress() >>> 40 & 1).as("a group is nobody's address").isZero();
      assertThat(nic.capabilities().rxQueues()).isPositive();
      assertThat(nic.capabilities().txQueues()).isPositive();
      assertThat(nic.capabilities().maxBuffersPerPacket()).isPositive();
    }
    link.close();
  }

  @Test
  void frames_arrive_whole_and_in_order_and_wake_the_worker() {
    NicWorld world = new NicWorld(2, 2);
    Link link = opened(world);
    int longest = link.sender().mtuBytes() + EthernetHeader.LENGTH;
    TxQueue tx = link.sender().txQueue(0);
    int free = available(world, tx);
    List<byte[]> sent = new ArrayList<>();
    for (int round = 0; round < 40; round++) {
      List<byte[]> burst = new ArrayList<>();
      for (int i = 0; i < BURST; i++) {
        int number = round * BURST + i;
        burst.add(frame(number, i == 0 ? longest : MIN_FRAME_BYTES + number % (longest - MIN_FRAME_BYTES)));
      }
      assertThat(world.send(0, tx, burst)).isEqualTo(BURST);
      sent.addAll(burst);
      settle(world);
    }
    assertThat(bytes(world.received())).usingElementComparator(Arrays::compare).isEqualTo(sent);
    assertThat(world.received().stream().map(ReceivedFrame::queue).distinct()).as("one flow, one queue").hasSize(1);
    assertThat(available(world, tx)).isEqualTo(free);
    link.close();
  }

  @Test
  void what_free_slots_says_is_accepted_and_what_is_not_accepted_is_released() {
    NicWorld world = new NicWorld(3, 1);
    Link link = opened(world);
    TxQueue tx = link.sender().txQueue(0);
    int free = available(world, tx);
    long[] accepted = new long[1];
    world.on(0, () -> {
      PacketBatch batch = new PacketBatch(BURST);
      while (tx.pool().available() > 0) {
        while (batch.size() < BURST && tx.pool().available() > 0) {
          NicWorld.add(batch, tx, frame(0, MIN_FRAME_BYTES));
        }
        int slots = tx.freeSlots();
        int given = batch.size();
        int taken = tx.transmit(batch);
        assertThat(batch.size()).isZero();
        assertThat(taken).isEqualTo(Math.min(slots, given));
        accepted[0] += taken;
        if (taken < given) {
          break;
        }
      }
      assertThat(tx.pool().available() == 0 || tx.freeSlots() == 0).isTrue();
    });
    settle(world);
    assertThat(accepted[0]).isPositive();
    assertThat(world.received()).hasSize((int) accepted[0]);
    assertThat(available(world, tx)).isEqualTo(free);
    link.close();
  }

  @Test
  void frames_of_another_pool_are_sent_and_go_back_to_it() {
    NicWorld world = new NicWorld(4, 1);
    Link link = opened(world);
    TxQueue tx = link.sender().txQueue(0);
    int free = available(world, tx);
    FramePool other = new FramePool(world.workers().getFirst(), BURST, 2048, 64, world.counters().counter("other", ""));
    world.on(0, () -> {
      PacketBatch batch = new PacketBatch(BURST);
      for (int i = 0; i < BURST; i++) {
        long offset = other.allocate();
        other.memory().asSlice(offset, MIN_FRAME_BYTES).copyFrom(
            MemorySegment.ofArray(frame(i, MIN_FRAME_BYTES)));
        batch.add(other, offset, MIN_FRAME_BYTES, 0);
      }
      assertThat(tx.transmit(batch)).isEqualTo(BURST);
    });
    settle(world);
    assertThat(bytes(world.received())).usingElementComparator(Arrays::compare).isEqualTo(frames(0, BURST));
    world.on(0, () -> assertThat(other.available()).isEqualTo(BURST));
    assertThat(available(world, tx)).isEqualTo(free);
    link.close();
  }

  @Test
  void a_batch_is_filled_behind_what_it_holds_and_not_over_the_limit() {
    NicWorld world = new NicWorld(5, 1);
    Link link = opened(world);
    world.detachAll();
    TxQueue tx = link.sender().txQueue(0);
    RxQueue rx = link.receiver().rxQueue(0);
    world.send(0, tx, frames(0, 9));
    world.on(0, tx::flush);
    settle(world);
    world.on(0, () -> {
      PacketBatch batch = new PacketBatch(8);
      batch.add(tx.pool(), 0, 1, 0);
      assertThat(rx.receive(batch, 3)).isEqualTo(3);
      assertThat(batch.size()).isEqualTo(4);
      assertThat(rx.receive(batch, 100)).as("room of the batch").isEqualTo(4);
      assertThat(batch.length(0)).isEqualTo(1);
      release(batch, 1);
      assertThat(rx.receive(batch, 100)).isEqualTo(2);
      assertThat(rx.receive(batch, 100)).isZero();
      release(batch, 0);
    });
    link.close();
  }

  private static void release(PacketBatch batch, int first) {
    for (int i = first; i < batch.size(); i++) {
      batch.pool(i).release(batch.offset(i));
    }
    batch.clear();
  }

  @Test
  void a_received_frame_belongs_to_the_receiver_until_it_is_released() {
    NicWorld world = new NicWorld(6, 1);
    Link link = opened(world);
    world.detachAll();
    TxQueue tx = link.sender().txQueue(0);
    RxQueue rx = link.receiver().rxQueue(0);
    int free = available(world, tx);
    PacketBatch held = new PacketBatch(BURST);
    world.send(0, tx, frames(0, BURST));
    world.on(0, tx::flush);
    settle(world);
    world.on(0, () -> assertThat(rx.receive(held, BURST)).isEqualTo(BURST));
    attach(world, link);
    for (int round = 1; round < 40; round++) {
      world.send(0, tx, frames(round * BURST, BURST));
      settle(world);
    }
    assertThat(world.received()).hasSize(39 * BURST);
    world.on(0, () -> {
      for (int i = 0; i < BURST; i++) {
        PacketPool pool = held.pool(i);
        assertThat(pool.memory().asSlice(held.offset(i), held.length(i)).toArray(ValueLayout.JAVA_BYTE))
            .isEqualTo(frame(i, MIN_FRAME_BYTES));
        assertThat(held.offset(i) % pool.frameBytes() + held.length(i)).isLessThanOrEqualTo(pool.frameBytes());
      }
      release(held, 0);
    });
    assertThat(available(world, tx)).isEqualTo(free);
    link.close();
  }

  @Test
  void a_closed_card_is_gone_and_can_be_closed_again() {
    NicWorld world = new NicWorld(7, 2);
    Link link = opened(world);
    world.detachAll();
    world.on(0, () -> {
      link.close();
      assertThat(link.sender().linkState()).isEqualTo(LinkState.GONE);
      assertThat(link.receiver().linkState()).isEqualTo(LinkState.GONE);
      link.close();
    });
  }

  @Test
  void cards_open_and_close_again_and_again_and_all_frames_are_accounted_for() {
    NicWorld world = new NicWorld(8, 1);
    for (int cycle = 0; cycle < cycles(); cycle++) {
      Link link = opened(world);
      TxQueue tx = link.sender().txQueue(0);
      int free = available(world, tx);
      assertThat(free).isPositive();
      assertThat(world.send(0, tx, frames(0, BURST))).isEqualTo(BURST);
      if (cycle % 2 == 0) {
        settle(world);
        assertThat(world.received()).hasSize(BURST);
        assertThat(available(world, tx)).isEqualTo(free);
      }
      world.received().clear();
      world.detachAll();
      world.on(0, link::close);
    }
  }
}
