package org.sluice.testkit.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.sluice.core.ip.IpLimits;
import org.sluice.core.ip.NeighborRow;
import org.sluice.spi.header.ArpHeader;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.Path;
import org.sluice.spi.nic.PacketBatch;

/** What somebody who makes us send to addresses that nobody has takes from others: not much (RFC 6583). */
final class NeighborLimitsTest {
  private IpWorld world = new IpWorld(1);
  private Probe probe = new Probe(world, world.a);

  private void start(IpLimits limits, int dataWorkers) {
    world = new IpWorld(1, dataWorkers, limits);
    probe = new Probe(world, world.a);
  }

  /** As many places for neighbours, and requests in a second. */
  private static IpLimits limits(int neighbors, int requests) {
    return new IpLimits(64, neighbors, 16, requests, 16, 30_000_000_000L, 600_000_000_000L);
  }

  private void send(String to, int count) {
    Path path = probe.path(to);
    for (int i = 0; i < count; i++) {
      assertThat(probe.send(path, new byte[20])).isEqualTo(1);
    }
    world.runtime.on(world.a.worker(0), path::release);
  }

  /** Sends a packet each to addresses that nobody has. */
  private void sweep(int first, int count) {
    for (int i = first; i < first + count; i++) {
      send("10.0.0." + i, 1);
    }
  }

  private int waiting(String address) {
    IpAddress wanted = IpAddress.parse(address);
    return world.await(world.a, () -> world.a.ip().neighbors()).stream()
        .filter(row -> row.address().equals(wanted)).mapToInt(NeighborRow::waiting).sum();
  }

  @Test
  void packets_that_wait_leave_frames_for_all_others() {
    assertThat(world.ping(world.a, IpWorld.IP4_B, 1, 8).received()).isEqualTo(1);
    for (int i = 0; i < 40; i++) {
      send("10.0.0." + (100 + i), 16);
    }
    assertThat(world.get(world.a, 0, world.cable.a.queues.getFirst().pool::available)).isEqualTo(Cable.FRAMES - 256);
    assertThat(IpWorld.count(world.a, "neighbor.drop.waiting-limit")).isEqualTo(40 * 16 - 256);
    assertThat(waiting("10.0.0.123")).as("the oldest made room").isZero();
    assertThat(waiting("10.0.0.124")).isEqualTo(16);
    assertThat(world.ping(world.a, IpWorld.IP4_B, 1, 8).received()).isEqualTo(1);
    world.advance(4_000);
    assertThat(probe.errors).hasSize(256);
    assertThat(world.areFramesBack()).isTrue();
  }

  @Test
  void the_bound_of_one_neighbour_and_that_of_all_work_together() {
    for (int i = 0; i < 20; i++) {
      send("10.0.0." + (100 + i), 10 + i % 10);
    }
    send("10.0.0.119", 30);
    assertThat(waiting("10.0.0.119")).isEqualTo(16);
    long dropped = IpWorld.count(world.a, "neighbor.drop.waiting-limit")
        + IpWorld.count(world.a, "neighbor.drop.queue-full");
    assertThat(dropped).isEqualTo(20 * 10 + 2 * 45 + 30 - 256);
    world.advance(4_000);
    assertThat(probe.errors).hasSize(256);
    assertThat(world.areFramesBack()).isTrue();
  }

  @Test
  void a_known_neighbour_is_asked_however_many_unknown_ones_are_asked_for() {
    start(limits(64, 1), 0);
    assertThat(world.ping(world.a, IpWorld.IP4_B, 1, 8).received()).isEqualTo(1);
    world.advance(30_001);
    assertThat(world.ping(world.a, IpWorld.IP4_B, 1, 8).received()).isEqualTo(1);
    assertThat(world.neighbor(world.a, IpWorld.IP4_B)).isEqualTo("delay");
    world.advance(4_900);
    sweep(100, 5);
    world.advance(200);
    assertThat(world.neighbor(world.a, IpWorld.IP4_B)).isEqualTo("reachable");
    assertThat(IpWorld.count(world.a, "neighbor.request-limit")).isPositive();
  }

  @Test
  void who_was_not_asked_has_not_refused_to_answer() {
    start(limits(64, 1), 0);
    sweep(100, 5);
    world.advance(3_100);
    assertThat(probe.errors).as("one token a second is one that was asked three times").hasSizeLessThanOrEqualTo(1);
    world.advance(16_000);
    assertThat(probe.errors).hasSize(5);
    assertThat(IpWorld.count(world.a, "neighbor.requests")).isEqualTo(5 * 3);
    assertThat(world.areFramesBack()).isTrue();
  }

  @Test
  void without_a_frame_to_ask_with_a_neighbour_is_kept() {
    assertThat(world.ping(world.a, IpWorld.IP4_B, 1, 8).received()).isEqualTo(1);
    world.advance(30_001);
    assertThat(world.ping(world.a, IpWorld.IP4_B, 1, 8).received()).isEqualTo(1);
    Path path = probe.path(IpWorld.IP4_B);
    PacketBatch all = new PacketBatch(Cable.FRAMES);
    world.runtime.on(world.a.worker(0), () -> assertThat(path.allocate(all, Cable.FRAMES)).isEqualTo(Cable.FRAMES));
    world.advance(10_000);
    assertThat(world.neighbor(world.a, IpWorld.IP4_B)).isEqualTo("probe");
    world.runtime.on(world.a.worker(0), () -> {
      for (int i = 0; i < all.size(); i++) {
        all.pool(i).release(all.offset(i));
      }
    });
    world.advance(1_100);
    assertThat(world.neighbor(world.a, IpWorld.IP4_B)).isEqualTo("reachable");
  }

  @Test
  void rfc6583_addresses_that_nobody_has_push_out_few_of_those_that_somebody_has() {
    start(limits(8, 1000), 0);
    for (int i = 2; i < 7; i++) {
      heard(i);
    }
    sweep(100, 50);
    for (int i = 2; i < 7; i++) {
      assertThat(world.neighbor(world.a, "10.0.0." + i)).as("10.0.0.%s", i).isEqualTo("stale");
    }
    assertThat(IpWorld.count(world.a, "neighbor.limit")).isEqualTo(50 - 3);
    heard(7);
    assertThat(world.neighbor(world.a, "10.0.0.7")).isEqualTo("stale");
    heard(8);
    heard(9);
    assertThat(world.neighbor(world.a, "10.0.0.2")).as("the longest unused").isEqualTo("none");
    assertThat(world.neighbor(world.a, "10.0.0.149")).isEqualTo("incomplete");
    world.advance(4_000);
    assertThat(world.areFramesBack()).isTrue();
  }

  /** A station asks us something. */
  private void heard(int station) {
    byte[] frame = new byte[60];
    MemorySegment m = MemorySegment.ofArray(frame);
    EthernetHeader.write(m, 0, EthernetHeader.BROADCAST, 0x02_00_00_00_01_00L + station, EthernetHeader.TYPE_ARP);
    ArpHeader.write(m, EthernetHeader.LENGTH, ArpHeader.REQUEST);
    ArpHeader.sender(m, EthernetHeader.LENGTH, 0x02_00_00_00_01_00L + station,
        IpAddress.parse("10.0.0." + station).low());
    ArpHeader.target(m, EthernetHeader.LENGTH, 0, IpAddress.parse(IpWorld.IP4_A).low());
    world.cable.a.inject(frame);
    world.runtime.runUntilIdle();
  }
}
