package org.sluice.testkit.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Extensions;
import org.sluice.spi.header.NeighborHeader;
import org.sluice.spi.header.TcpHeader;

/** Fragments through a whole stack: into its reassembler, and out of it to whom they are for. */
final class FragmentsTest {
  private static final long SECOND_MS = 1_000;

  private final IpWorld world = new IpWorld(1);
  private final Probe probe = new Probe(world, world.a);
  private final List<byte[]> sent = new ArrayList<>();

  private void inject(List<byte[]> frames) {
    frames.forEach(world.cable.a::inject);
    world.runtime.runUntilIdle();
  }

  private void record() {
    world.cable.a.tap = (memory, offset, length) -> {
      sent.add(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
      return true;
    };
  }

  private static long ofA(IpWorld world, String counter) {
    return IpWorld.count(world.a, counter);
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.2,10.0.0.1", "fd00::2,fd00::1"})
  void datagrams_that_come_in_pieces_and_out_of_order_reach_their_transport_whole(String from, String to) {
    List<byte[]> frames = new ArrayList<>();
    for (int id = 0; id < 20; id++) {
      frames.addAll(Packets.fragments(from, to, Probe.PROTOCOL, id, 1_400, Packets.random(id, 5_000)));
    }
    Collections.shuffle(frames, new Random(3));
    inject(frames);
    assertThat(probe.payloads).hasSize(20);
    for (int id = 0; id < 20; id++) {
      assertThat(probe.payloads).contains(Packets.random(id, 5_000));
    }
    assertThat(ofA(world, "ip.reassembly.whole")).isEqualTo(20);
    assertThat(ofA(world, "ip.reassembly.fragments")).isEqualTo(80);
    assertThat(world.areFramesBack()).isTrue();
  }

  @Test
  void an_echo_request_in_fragments_is_answered_when_the_answer_fits() {
    byte[] request = new byte[IcmpHeader.LENGTH + 1_000];
    MemorySegment m = MemorySegment.ofArray(request);
    IcmpHeader.write(m, 0, IcmpHeader.ECHO_REQUEST, 0, 7);
    IcmpHeader.fillChecksum(m, 0, request.length, 0);
    world.ping(world.a, IpWorld.IP4_B, 1, 8);
    record();
    inject(Packets.fragments(IpWorld.IP4_B, IpWorld.IP4_A, IcmpHeader.PROTOCOL_4, 1, 504, request));
    assertThat(sent).hasSize(1);
    assertThat(sent.getFirst()).hasSize(Packets.IP4_L4 + request.length);
    assertThat(ofA(world, "icmp.echo")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.2,10.0.0.1,30", "fd00::2,fd00::1,60"})
  void who_sent_what_did_not_become_whole_is_told_if_the_first_fragment_came(String from, String to, int seconds) {
    world.ping(world.a, from, 1, 8);
    record();
    List<byte[]> first = Packets.fragments(from, to, Probe.PROTOCOL, 1, 1_000, new byte[3_000]);
    List<byte[]> second = Packets.fragments(from, to, Probe.PROTOCOL, 2, 1_000, new byte[3_000]);
    inject(List.of(first.get(0), first.get(1), second.get(1), second.get(2)));
    world.advance((seconds - 1) * SECOND_MS);
    boolean ip4 = from.equals(IpWorld.IP4_B);
    int l4 = ip4 ? Packets.IP4_L4 : Packets.IP6_L4;
    List<byte[]> errors = new ArrayList<>();
    world.cable.a.tap = (memory, offset, length) -> {
      byte[] frame = memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
      if (frame.length > l4 && frame[l4] == (ip4 ? IcmpHeader.TIME_EXCEEDED : IcmpHeader.TIME_EXCEEDED_6)) {
        errors.add(frame);
      }
      return true;
    };
    world.advance(2 * SECOND_MS);
    assertThat(errors).hasSize(1);
    assertThat(errors.getFirst()[l4 + 1]).as("fragment reassembly time exceeded").isEqualTo((byte) 1);
    assertThat(errors.getFirst()).as("quotes the first fragment")
        .containsSequence(Arrays.copyOfRange(first.getFirst(), Packets.IP, Packets.IP + 60));
    assertThat(ofA(world, "ip.reassembly.timeout")).isEqualTo(2);
    assertThat(IpWorld.count(world.b, "icmp.drop.error-not-ours")).as("b has nobody who sent that").isEqualTo(1);
  }

  @Test
  void an_atomic_fragment_is_a_packet_and_a_fragment_of_a_fragment_is_none() {
    byte[] payload = Packets.random(9, 64);
    byte[] atomic = Packets.join(Packets.fragmentHeader(Probe.PROTOCOL, 0, false, 5), payload);
    inject(List.of(Packets.ip6(IpWorld.IP6_B, IpWorld.IP6_A, Ip6Extensions.FRAGMENT, atomic)));
    assertThat(probe.payloads).containsExactly(payload);
    byte[] nested = Packets.join(Packets.fragmentHeader(Ip6Extensions.FRAGMENT, 0, false, 5), atomic);
    inject(List.of(Packets.ip6(IpWorld.IP6_B, IpWorld.IP6_A, Ip6Extensions.FRAGMENT, nested)));
    assertThat(probe.payloads).hasSize(1);
    assertThat(ofA(world, "ip6.drop.nested-fragment")).isEqualTo(1);
    assertThat(world.areFramesBack()).isTrue();
  }

  @Test
  void rfc6980_neighbour_discovery_in_fragments_is_dropped() {
    byte[] icmp = Packets.icmp6(IpWorld.IP6_B, IpWorld.IP6_A, IcmpHeader.NEIGHBOR_SOLICITATION_6, 0, 0, new byte[16]);
    byte[] message = Arrays.copyOfRange(icmp, Packets.IP6_L4, icmp.length);
    assertThat(message).hasSize(NeighborHeader.LENGTH);
    byte[] atomic = Packets.join(Packets.fragmentHeader(IcmpHeader.PROTOCOL_6, 0, false, 5), message);
    inject(List.of(Packets.ip6(IpWorld.IP6_B, IpWorld.IP6_A, Ip6Extensions.FRAGMENT, atomic)));
    assertThat(ofA(world, "nd.drop.fragmented")).isEqualTo(1);
    assertThat(ofA(world, "nd.drop.invalid")).isZero();
  }

  @Test
  void ip6_fragments_that_cannot_be_are_answered_with_where_the_fault_is() {
    world.ping(world.a, IpWorld.IP6_B, 1, 8);
    record();
    byte[] odd = Packets.join(Packets.fragmentHeader(Probe.PROTOCOL, 0, true, 1), new byte[9]);
    byte[] far = Packets.join(Packets.fragmentHeader(Probe.PROTOCOL, 65_528, false, 2), new byte[16]);
    byte[] headless = Packets.join(Packets.fragmentHeader(TcpHeader.PROTOCOL, 0, true, 3), new byte[8]);
    for (byte[] payload : List.of(odd, far, headless)) {
      inject(List.of(Packets.ip6(IpWorld.IP6_B, IpWorld.IP6_A, Ip6Extensions.FRAGMENT, payload)));
    }
    assertThat(sent).extracting(frame -> {
      MemorySegment m = MemorySegment.ofArray(frame);
      return IcmpHeader.type(m, Packets.IP6_L4) + "/" + IcmpHeader.code(m, Packets.IP6_L4) + " at "
          + IcmpHeader.mtu6(m, Packets.IP6_L4);
    }).containsExactly("4/0 at 4", "4/0 at 42", "4/3 at 0");
  }

  @Test
  void a_flood_of_first_fragments_takes_no_more_than_its_bound_and_every_one_is_counted() {
    for (int id = 0; id < 3_000; id++) {
      world.cable.a.inject(Packets.ip4("10.0.0." + (2 + id % 250), IpWorld.IP4_A, Probe.PROTOCOL, id,
          Ip4Header.MORE_FRAGMENTS, new byte[1_000]));
      if (id % 50 == 0) {
        world.runtime.runUntilIdle();
      }
    }
    world.runtime.runUntilIdle();
    assertThat(ofA(world, "ip.reassembly.fragments")).isEqualTo(3_000);
    assertThat(ofA(world, "ip.reassembly.datagram-limit") + ofA(world, "ip.reassembly.source-limit")
        + ofA(world, "ip.reassembly.byte-limit")).isEqualTo(3_000 - 256);
    inject(Packets.fragments(IpWorld.IP4_B, IpWorld.IP4_A, Probe.PROTOCOL, 9_999, 800, Packets.random(1, 2_000)));
    assertThat(probe.payloads).as("who is honest gets through").hasSize(1);
    assertThat(world.areFramesBack()).isTrue();
  }
}
