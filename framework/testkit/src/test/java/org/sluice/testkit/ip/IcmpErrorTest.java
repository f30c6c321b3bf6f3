package org.sluice.testkit.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.core.ip.IpLimits;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Extensions;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.Path;

/** ICMP errors through a whole stack: received and given to who sent the packet, and sent about what came in. */
final class IcmpErrorTest {
  private static final int UNSERVED = 200;

  private final IpWorld world = new IpWorld(1);
  private final Probe probe = new Probe(world, world.a);
  private final List<byte[]> sent = new ArrayList<>();

  private void inject(byte[] frame) {
    world.cable.a.inject(frame);
    world.runtime.runUntilIdle();
  }

  private void record() {
    world.ping(world.a, IpWorld.IP4_B, 1, 8);
    world.ping(world.a, IpWorld.IP6_B, 1, 8);
    world.cable.a.tap = (memory, offset, length) -> {
      sent.add(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
      return true;
    };
  }

  /** Ports 0x0102 and 0x0304, then a sequence number. */
  private static byte[] transport(int sequence) {
    return new byte[] {1, 2, 3, 4, (byte) (sequence >>> 24), (byte) (sequence >>> 16), (byte) (sequence >>> 8),
        (byte) sequence};
  }

  private static byte[] quoted(boolean ip4, int sequence) {
    return Packets.packet(ip4
        ? Packets.ip4(IpWorld.IP4_A, IpWorld.IP4_B, Probe.PROTOCOL, 7, 0, transport(sequence))
        : Packets.ip6(IpWorld.IP6_A, IpWorld.IP6_B, Probe.PROTOCOL, transport(sequence)));
  }

  private static byte[] tooBig(boolean ip4, int mtu, int sequence) {
    // The router is neither end.
    return ip4
        ? Packets.error4("10.0.0.9", IpWorld.IP4_A, IcmpHeader.UNREACHABLE, IcmpHeader.FRAGMENTATION_NEEDED, mtu,
            quoted(true, sequence))
        : Packets.icmp6("fd00::9", IpWorld.IP6_A, IcmpHeader.PACKET_TOO_BIG_6, 0, mtu, quoted(false, sequence));
  }

  private static long ofA(IpWorld world, String counter) {
    return IpWorld.count(world.a, counter);
  }

  // ---- Received.

  @Test
  void an_error_reaches_the_transport_whose_packet_it_quotes() {
    inject(Packets.error4("10.0.0.9", IpWorld.IP4_A, IcmpHeader.UNREACHABLE, 3, 0, quoted(true, 42)));
    inject(Packets.icmp6("fd00::9", IpWorld.IP6_A, IcmpHeader.TIME_EXCEEDED_6, 0, 0, quoted(false, 43)));
    assertThat(probe.errors).containsExactly(
        new IcmpError(IcmpError.Kind.PORT_UNREACHABLE, IpAddress.parse(IpWorld.IP4_A), IpAddress.parse(IpWorld.IP4_B),
            0x0102, 0x0304, 42, 0, 0),
        new IcmpError(IcmpError.Kind.TIME_EXCEEDED, IpAddress.parse(IpWorld.IP6_A), IpAddress.parse(IpWorld.IP6_B),
            0x0102, 0x0304, 43, 0, 0));
    assertThat(ofA(world, "icmp.error")).isEqualTo(2);
  }

  @Test
  void an_error_about_a_packet_from_elsewhere_or_of_a_protocol_nobody_has_is_dropped() {
    byte[] notFromUs = Packets.packet(Packets.ip4("10.0.0.77", IpWorld.IP4_B, Probe.PROTOCOL, 7, 0, transport(1)));
    byte[] unserved = Packets.packet(Packets.ip4(IpWorld.IP4_A, IpWorld.IP4_B, UNSERVED, 7, 0, transport(1)));
    inject(Packets.error4(IpWorld.IP4_B, IpWorld.IP4_A, IcmpHeader.UNREACHABLE, 1, 0, notFromUs));
    inject(Packets.error4(IpWorld.IP4_B, IpWorld.IP4_A, IcmpHeader.UNREACHABLE, 1, 0, unserved));
    assertThat(probe.errors).isEmpty();
    assertThat(ofA(world, "icmp.drop.error-not-ours")).isEqualTo(2);
    inject(Packets.error4(IpWorld.IP4_B, IpWorld.IP4_A, IcmpHeader.UNREACHABLE, 1, 0, new byte[12]));
    assertThat(ofA(world, "ip.icmp-error.malformed")).isEqualTo(1);
  }

  @Test
  void a_ping_is_told_of_an_error_about_its_request() {
    world.ping(world.a, IpWorld.IP4_B, 1, 8);
    world.pinged.clear();
    world.cable.a.tap = (memory, offset, length) -> {
      byte[] request = memory.asSlice(offset + Packets.IP, length - Packets.IP).toArray(ValueLayout.JAVA_BYTE);
      world.cable.a.inject(Packets.error4("10.0.0.9", IpWorld.IP4_A, IcmpHeader.UNREACHABLE, 13, 0,
          Arrays.copyOf(request, 28)));
      return false;
    };
    assertThat(world.ping(world.a, IpWorld.IP4_B, 1, 8).received()).isZero();
    assertThat(world.pinged).containsExactly("0: somebody on the way prohibits it");
  }

  // ---- Path MTU.

  @ParameterizedTest
  @CsvSource({"10.0.0.2,true,20", "fd00::2,false,40"})
  void a_path_becomes_narrow_when_the_transport_has_the_quoted_packet_in_flight(
      String remote, boolean ip4, int header) {
    Probe peer = new Probe(world, world.b);
    Path path = probe.path(remote);
    assertThat(probe.mtu(path)).isEqualTo(1_500 - header);
    probe.inFlight = 42;
    inject(tooBig(ip4, 1_300, 41));
    assertThat(probe.errors).hasSize(1);
    assertThat(probe.mtu(path)).as("somebody has made that up").isEqualTo(1_500 - header);
    inject(tooBig(ip4, 1_300, 42));
    assertThat(probe.mtu(path)).isEqualTo(1_300 - header);
    assertThat(probe.mtus).containsExactly(remote + " 0 1300");
    assertThat(probe.send(path, new byte[1_301 - header])).as("no packet leaves that would not arrive").isZero();
    assertThat(probe.send(path, new byte[1_300 - header])).isEqualTo(1);
    assertThat(peer.payloads).hasSize(1);

    inject(tooBig(ip4, 1_400, 42));
    inject(tooBig(ip4, 1_500, 42));
    assertThat(probe.errors).as("wider ones are not even asked about").hasSize(2);
    assertThat(probe.mtu(path)).isEqualTo(1_300 - header);
    assertThat(world.await(world.a, () -> world.a.ip().narrowPaths())).singleElement()
        .satisfies(row -> assertThat(row.mtuBytes()).isEqualTo(1_300));

    world.advance(10 * 60_000 + 1_000);
    assertThat(probe.mtu(path)).as("after ten minutes it may be wider").isEqualTo(1_500 - header);
    assertThat(probe.mtus).containsExactly(remote + " 0 1300", remote + " 0 1500");
  }

  @Test
  void transports_of_all_workers_are_told_and_their_paths_are_narrow() {
    IpWorld several = new IpWorld(3, 2, IpLimits.DEFAULT);
    Probe there = new Probe(several, several.a);
    there.inFlight = 42;
    several.cable.a.receiving = 2;
    Path path = there.path(IpWorld.IP4_B);
    several.cable.a.inject(tooBig(true, 1_000, 42));
    several.runtime.runUntilIdle();
    assertThat(there.mtus).hasSize(3).containsOnly("10.0.0.2 0 1000");
    assertThat(there.mtu(path)).isEqualTo(980);
  }

  // ---- Sent.

  @Test
  void a_protocol_that_nobody_serves_is_told_once_per_packet_and_not_too_often() {
    record();
    inject(Packets.ip4(IpWorld.IP4_B, IpWorld.IP4_A, UNSERVED, 1, 0, transport(1)));
    inject(Packets.ip6(IpWorld.IP6_B, IpWorld.IP6_A, UNSERVED, transport(1)));
    assertThat(sent).extracting(IcmpErrorTest::told).containsExactly("3/2 0", "4/1 6");
    MemorySegment m = MemorySegment.ofArray(sent.getFirst());
    assertThat(Ip4Header.source(m, Packets.IP)).isEqualTo(IpAddress.parse(IpWorld.IP4_A).low() & 0xffff_ffffL);
    for (int i = 0; i < 1_000; i++) {
      inject(Packets.ip4(IpWorld.IP4_B, IpWorld.IP4_A, UNSERVED, i, 0, transport(1)));
    }
    assertThat(sent).hasSizeLessThan(200);
    assertThat(ofA(world, "ip.drop.unknown-protocol")).isEqualTo(1_002);
    assertThat(ofA(world, "ip.icmp-error.rate-limit") + sent.size()).isEqualTo(1_002);
    assertThat(world.areFramesBack()).isTrue();
  }

  private static String told(byte[] frame) {
    MemorySegment m = MemorySegment.ofArray(frame);
    boolean ip4 = frame[12] == 8 && frame[13] == 0;
    int at = ip4 ? Packets.IP4_L4 : Packets.IP6_L4;
    return IcmpHeader.type(m, at) + "/" + IcmpHeader.code(m, at) + " " + IcmpHeader.mtu6(m, at);
  }

  @Test
  void no_error_is_sent_about_an_error_to_a_group_or_about_no_next_header() {
    record();
    byte[] strange = Packets.packet(Packets.ip4(IpWorld.IP4_A, IpWorld.IP4_B, UNSERVED, 7, 0, transport(1)));
    inject(Packets.error4(IpWorld.IP4_B, IpWorld.IP4_A, IcmpHeader.PARAMETER_PROBLEM, 0, 0, strange));
    inject(Packets.ip6(IpWorld.IP6_B, "ff02::1", UNSERVED, transport(1)));
    inject(Packets.ip6(IpWorld.IP6_B, IpWorld.IP6_A, Ip6Extensions.NO_NEXT_HEADER));
    assertThat(sent).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
      // Destination options: one to skip, one to discard silently, one to report.
      "60, 253 0 1 4 0 0 0 0, ''",
      "60, 253 0 30 4 0 0 0 0, ''",
      "60, 253 0 94 4 0 0 0 0, silent",
      "60, 253 0 158 4 0 0 0 0, 4/2 42",
      "60, 253 0 222 4 0 0 0 0, 4/2 42",
      "60, 253 0 0 0 0 222 1 0, 4/2 45",
      "60, 253 0 1 9 0 0 0 0, silent",
      // A routing header at its end, and one that leads on.
      "43, 253 0 0 0 0 0 0 0, ''",
      "43, 253 0 0 1 0 0 0 0, 4/0 42",
      // Hop-by-hop options behind another header.
      "60, 0 0 1 4 0 0 0 0 253 0 1 4 0 0 0 0, 4/1 40",
  })
  void rfc8200_4_extension_headers_are_skipped_or_reported(int next, String header, String expected) {
    record();
    String[] words = header.split(" ", -1);
    byte[] bytes = new byte[words.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(words[i]);
    }
    inject(Packets.ip6(IpWorld.IP6_B, IpWorld.IP6_A, next, Packets.join(bytes, transport(1))));
    assertThat(sent).extracting(IcmpErrorTest::told)
        .isEqualTo(expected.isEmpty() || expected.equals("silent") ? List.of() : List.of(expected));
    assertThat(probe.payloads).hasSize(expected.isEmpty() ? 1 : 0);
    assertThat(ofA(world, "ip6.drop.bad-extension")).isEqualTo(expected.isEmpty() ? 0 : 1);
  }
}
