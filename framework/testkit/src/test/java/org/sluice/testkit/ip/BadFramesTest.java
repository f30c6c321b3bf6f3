package org.sluice.testkit.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sluice.core.Stack;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.nic.PacketFlags;

/** Whatever comes by the wire: it is counted, its frame goes back, and nothing is thrown. */
final class BadFramesTest {
  private static final int FRAMES = 100_000;
  private static final int BURST = 50;
  private static final long SEED = 5;

  private final IpWorld world = new IpWorld(1);
  private final Probe probe = new Probe(world, world.a);
  private final SplittableRandom random = new SplittableRandom(SEED);

  /** Frames that b sends: ARP, solicitations, advertisements, echoes of both families. */
  private List<byte[]> goodFrames() {
    List<byte[]> frames = new ArrayList<>();
    world.cable.b.tap = (memory, offset, length) ->
        frames.add(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    world.ping(world.b, IpWorld.IP4_A, 2, 40);
    world.ping(world.b, IpWorld.IP6_A, 2, 40);
    world.ping(world.a, IpWorld.IP4_B, 1, 40);
    world.ping(world.a, IpWorld.IP6_B, 1, 40);
    world.cable.b.tap = (memory, offset, length) -> true;
    assertThat(frames).hasSizeGreaterThanOrEqualTo(8);
    byte[] quoted4 = Packets.packet(Packets.ip4(IpWorld.IP4_A, IpWorld.IP4_B, Probe.PROTOCOL, 1, 0, new byte[8]));
    byte[] quoted6 = Packets.packet(Packets.ip6(IpWorld.IP6_A, IpWorld.IP6_B, Probe.PROTOCOL, new byte[8]));
    frames.add(Packets.error4(IpWorld.IP4_B, IpWorld.IP4_A, 3, 4, 1_000, quoted4));
    frames.add(Packets.icmp6(IpWorld.IP6_B, IpWorld.IP6_A, 2, 0, 1_300, quoted6));
    frames.add(Packets.icmp6("fe80::2", "ff02::1", 134, 0, 0, new byte[16]));
    frames.addAll(Packets.fragments(IpWorld.IP4_B, IpWorld.IP4_A, Probe.PROTOCOL, 1, 64, new byte[128]));
    frames.addAll(Packets.fragments(IpWorld.IP6_B, IpWorld.IP6_A, Probe.PROTOCOL, 1, 64, new byte[128]));
    frames.add(Packets.ip6(IpWorld.IP6_B, IpWorld.IP6_A, 60, Packets.join(new byte[] {(byte) 253, 0, 1, 4, 0, 0, 0, 0},
        new byte[8])));
    return frames;
  }

  private byte[] mutant(List<byte[]> good) {
    byte[] frame = good.get(random.nextInt(good.size())).clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      // More often where the headers are.
      frame[random.nextInt(random.nextBoolean() ? Math.min(frame.length, 62) : frame.length)] = (byte) random.nextInt();
    }
    int kind = random.nextInt(4);
    if (kind == 0) {
      frame = Arrays.copyOf(frame, random.nextInt(2 * frame.length));
    }
    MemorySegment m = MemorySegment.ofArray(frame);
    if (kind == 1 && frame.length > 34 && EthernetHeader.type(m, 0) == EthernetHeader.TYPE_IP4
        && Ip4Header.headerLength(m, 14) <= frame.length - 14) {
      Ip4Header.fillChecksum(m, 14);
    }
    return frame;
  }

  private byte[] noise() {
    byte[] frame = new byte[random.nextInt(200)];
    random.nextBytes(frame);
    if (random.nextBoolean() && frame.length >= EthernetHeader.LENGTH) {
      int[] types = {EthernetHeader.TYPE_IP4, EthernetHeader.TYPE_IP6, EthernetHeader.TYPE_ARP};
      EthernetHeader.write(MemorySegment.ofArray(frame), 0, world.cable.a.mac, 2, types[random.nextInt(3)]);
    }
    return frame;
  }

  @Test
  void mutated_and_random_frames_are_counted_and_nothing_else() {
    List<byte[]> good = goodFrames();
    long before = IpWorld.count(world.a, "link.received");
    for (int i = 0; i < FRAMES; i += BURST) {
      for (int k = 0; k < BURST; k++) {
        world.cable.a.inject(random.nextInt(5) == 0 ? noise() : mutant(good));
      }
      world.runtime.runUntilIdle();
    }
    assertThat(IpWorld.count(world.a, "link.received") - before).as("seed " + SEED).isEqualTo(FRAMES);
    assertThat(accounted()).as("each frame is counted once, seed " + SEED)
        .isEqualTo(IpWorld.count(world.a, "link.received"));
    List<String> silent = List.of("link.drop.truncated", "link.drop.not-ethernet-2", "link.drop.other-station",
        "link.drop.unknown-type", "arp.drop.truncated", "arp.drop.unsupported-arp", "arp.drop.bad-sender",
        "ip4.drop.truncated", "ip4.drop.bad-version", "ip4.drop.bad-header-length", "ip4.drop.bad-length",
        "ip4.drop.bad-checksum", "ip4.drop.bad-source", "ip4.drop.not-ours", "ip6.drop.truncated",
        "ip6.drop.bad-version", "ip6.drop.not-ours", "ip.drop.unknown-protocol", "icmp.drop.truncated",
        "icmp.drop.bad-checksum", "icmp.drop.unexpected-reply", "ip.reassembly.whole", "ip6.drop.bad-extension",
        "ip.delivered", "icmp.error");
    assertThat(silent).as("seed " + SEED)
        .allSatisfy(name -> assertThat(IpWorld.count(world.a, name)).as(name).isPositive());
    assertThat(probe.payloads).isNotEmpty();
    world.advance(70_000);
    assertThat(world.areFramesBack()).as("seed " + SEED).isTrue();
    assertThat(world.ping(world.a, IpWorld.IP4_B, 12, 8).received())
        .as("a neighbour that a mutant named wrongly is found again").isPositive();
  }

  /** Frames that were dropped or acted on, by what counters say; what was put together of fragments came in none. */
  private long accounted() {
    List<String> received = List.of("arp.accepted", "nd.accepted", "icmp.echo", "icmp.echo-reply", "icmp.error",
        "ip.delivered", "ip.reassembly.fragments", "ip.icmp-error.malformed", "ip.icmp-error.ignored",
        "ip.path-mtu.too-small", "ip.path-mtu.not-smaller");
    List<String> toSend = List.of("link.drop.outdated", "link.drop.queue-full", "link.drop.hand-over-full",
        "neighbor.drop.queue-full", "neighbor.drop.unreachable", "ip4.drop.too-big", "ip6.drop.too-big");
    long[] sum = {-IpWorld.count(world.a, "ip.reassembly.whole")};
    received.forEach(name -> sum[0] += IpWorld.count(world.a, name));
    world.a.counters().scope(Stack.OWN_SCOPE).forEach((name, counter) -> {
      boolean isOfReceived = name.contains(".drop.") && toSend.stream().noneMatch(name::endsWith);
      sum[0] += isOfReceived ? counter.value() : 0;
    });
    return sum[0];
  }

  @Test
  void every_drop_has_a_counter_of_the_stack() {
    List<String> names = new ArrayList<>();
    world.a.counters().scope(Stack.OWN_SCOPE).forEach((name, counter) -> names.add(name));
    assertThat(names.stream().filter(name -> name.contains(".drop."))).hasSizeGreaterThan(35);
  }

  @Test
  void the_checksum_of_an_ip4_header_is_looked_at_whatever_the_card_says_of_that_of_the_transport() {
    byte[] frame = Packets.ip4(IpWorld.IP4_B, IpWorld.IP4_A, Probe.PROTOCOL, 1, 0, new byte[8]);
    frame[Packets.IP + 8]++;
    for (int flags : new int[] {0, PacketFlags.RX_CHECKSUM_GOOD, PacketFlags.RX_CHECKSUM_PARTIAL}) {
      world.cable.a.rxFlags = flags;
      world.cable.a.inject(frame);
      world.runtime.runUntilIdle();
    }
    assertThat(probe.payloads).isEmpty();
    assertThat(IpWorld.count(world.a, "ip4.drop.bad-checksum")).isEqualTo(3);
    assertThat(world.areFramesBack()).isTrue();
  }
}
