package org.sluice.testkit.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.ip.IpLimits;
import org.sluice.core.network.Route;
import org.sluice.spi.header.ArpHeader;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.network.Network;
import org.sluice.spi.network.Path;
import org.sluice.spi.network.PathRequest;
import org.sluice.spi.network.ProtocolInput;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.testkit.host.TestHost;

/** Hardware addresses: asked for, learnt, grown old, lost (RFC 826, RFC 1122 section 2.3.2, RFC 4861 section 7). */
final class NeighborTest {
  private static final int PROTOCOL = 253;
  private static final IpLimits SMALL = new IpLimits(64, 8, 4, 1000, 16, 30_000_000_000L, 60_000_000_000L);

  private final IpWorld world = new IpWorld(1, 0, SMALL);
  private final List<IcmpError> errors = new ArrayList<>();
  private final Network network = TestHost.of(world.a, "probe").network();

  private void register() {
    var _ = world.get(world.a, 0, () -> network.register(PROTOCOL, new ProtocolInput() {
      @Override
      public void onPackets(PacketBatch batch, int table, int interfaceIndex) {
        throw new AssertionError("nobody answers");
      }

      @Override
      public void onIcmpError(IcmpError error) {
        errors.add(error);
      }
    }));
  }

  /** Sends packets whose first four bytes are two ports. */
  private void send(String to, int count) {
    world.runtime.on(world.a.worker(0), () -> {
      Path path = path(network, to);
      for (int i = 0; i < count; i++) {
        sendOne(path, i);
      }
      path.release();
    });
    world.runtime.runUntilIdle();
  }

  private static Path path(Network network, String to) {
    IpAddress remote = IpAddress.parse(to);
    IpAddress any = remote.isIp4() ? IpAddress.ANY_IP4 : IpAddress.ANY_IP6;
    return Objects.requireNonNull(network.path(new PathRequest(remote, any, 0, -1, 0, PROTOCOL)));
  }

  private static void sendOne(Path path, int fill) {
    PacketBatch batch = new PacketBatch(1);
    assertThat(path.allocate(batch, 1)).isEqualTo(1);
    batch.pool(0).memory().asSlice(batch.offset(0), 20).fill((byte) fill);
    batch.bounds(0, batch.offset(0), 20);
    assertThat(path.send(batch)).isEqualTo(1);
  }

  private static byte[] arp(
      int operation, long senderMac, String sender, long receiver, long targetMac, String target) {
    byte[] frame = new byte[60];
    MemorySegment m = MemorySegment.ofArray(frame);
    EthernetHeader.write(m, 0, receiver, senderMac, EthernetHeader.TYPE_ARP);
    ArpHeader.write(m, EthernetHeader.LENGTH, operation);
    ArpHeader.sender(m, EthernetHeader.LENGTH, senderMac, IpAddress.parse(sender).low());
    ArpHeader.target(m, EthernetHeader.LENGTH, targetMac, IpAddress.parse(target).low());
    return frame;
  }

  private void inject(byte[] frame) {
    world.cable.a.inject(frame);
    world.runtime.runUntilIdle();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.99", "fd00::99"})
  void who_does_not_answer_is_asked_three_times_a_second_apart_and_reported(String address) {
    register();
    List<Long> asked = new ArrayList<>();
    world.cable.a.tap = (memory, offset, length) -> asked.add(world.runtime.clock().elapsedNs() / 1_000_000);
    send(address, 2);
    assertThat(world.neighbor(world.a, address)).isEqualTo("incomplete");
    assertThat(asked).hasSize(1);
    world.advance(2_900);
    assertThat(errors).isEmpty();
    world.advance(200);
    assertThat(asked).hasSize(3);
    assertThat(asked.get(1) - asked.get(0)).isBetween(1000L, 1001L);
    assertThat(errors).hasSize(2);
    IcmpError error = errors.get(1);
    assertThat(error.kind()).isEqualTo(IcmpError.Kind.HOST_UNREACHABLE);
    assertThat(error.remote()).isEqualTo(IpAddress.parse(address));
    assertThat(error.localPort()).isEqualTo(0x0101);
    assertThat(error.remotePort()).isEqualTo(0x0101);
    assertThat(error.sequence()).isEqualTo(0x01010101);
    assertThat(world.neighbor(world.a, address)).isEqualTo("none");
    assertThat(IpWorld.count(world.a, "neighbor.drop.unreachable")).isEqualTo(2);
    assertThat(world.areFramesBack()).isTrue();
  }

  @Test
  void as_many_packets_wait_as_may_and_the_newest_of_them_leave() {
    List<Integer> arrived = new ArrayList<>();
    Network ofB = TestHost.of(world.b, "sink").network();
    var _ = world.get(world.b, 0, () -> ofB.register(PROTOCOL, (batch, table, index) -> {
      for (int i = 0; i < batch.size(); i++) {
        arrived.add((int) batch.pool(i).memory().get(ValueLayout.JAVA_BYTE,
            batch.offset(i) + batch.l4Offset(i)));
        batch.pool(i).release(batch.offset(i));
      }
    }));
    send(IpWorld.IP4_B, 10);
    assertThat(arrived).containsExactly(6, 7, 8, 9);
    assertThat(IpWorld.count(world.a, "neighbor.drop.queue-full")).isEqualTo(6);
    send(IpWorld.IP4_B, 3);
    assertThat(arrived).hasSize(7).endsWith(0, 1, 2);
    assertThat(world.areFramesBack()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.2", "fd00::2"})
  void a_neighbour_grows_stale_is_asked_when_it_is_used_and_answers(String address) {
    assertThat(world.ping(world.a, address, 1, 8).received()).isEqualTo(1);
    assertThat(world.neighbor(world.a, address)).isEqualTo("reachable");
    assertThat(IpWorld.count(world.a, "neighbor.requests")).isEqualTo(1);
    world.advance(30_001);
    assertThat(world.neighbor(world.a, address)).isEqualTo("stale");
    assertThat(world.ping(world.a, address, 1, 8).received()).as("what is known is good enough").isEqualTo(1);
    assertThat(world.neighbor(world.a, address)).isEqualTo("delay");
    world.advance(4_900);
    assertThat(IpWorld.count(world.a, "neighbor.requests")).isEqualTo(1);
    world.advance(200);
    assertThat(IpWorld.count(world.a, "neighbor.requests")).isEqualTo(2);
    assertThat(world.neighbor(world.a, address)).isEqualTo("reachable");
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.2", "fd00::2"})
  void one_that_does_not_answer_the_probe_is_forgotten_and_so_is_one_that_is_not_used(String address) {
    assertThat(world.ping(world.a, address, 1, 8).received()).isEqualTo(1);
    world.advance(30_001);
    world.cable.b.tap = (memory, offset, length) -> false;
    assertThat(world.ping(world.a, address, 1, 8).received()).isZero();
    world.advance(4_200);
    assertThat(world.neighbor(world.a, address)).isEqualTo("probe");
    world.advance(3_000);
    assertThat(world.neighbor(world.a, address)).isEqualTo("none");
    assertThat(world.neighbor(world.b, address.endsWith("::2") ? "fd00::1" : "10.0.0.1")).isNotEqualTo("none");
    world.advance(100_000);
    assertThat(world.neighbor(world.b, address.endsWith("::2") ? "fd00::1" : "10.0.0.1")).isEqualTo("none");
  }

  @Test
  void what_is_told_unasked_changes_what_is_known_and_adds_nothing() {
    long other = 0x02_00_00_00_00_77L;
    inject(arp(ArpHeader.REPLY, other, "10.0.0.50", EthernetHeader.BROADCAST, 0, "10.0.0.50"));
    inject(arp(ArpHeader.REQUEST, other, "10.0.0.50", EthernetHeader.BROADCAST, 0, "10.0.0.50"));
    assertThat(world.neighbor(world.a, "10.0.0.50")).isEqualTo("none");
    assertThat(world.ping(world.a, IpWorld.IP4_B, 1, 8).received()).isEqualTo(1);
    inject(arp(ArpHeader.REPLY, other, "10.0.0.2", EthernetHeader.BROADCAST, 0, "10.0.0.2"));
    assertThat(world.neighbor(world.a, "10.0.0.2")).as("it has moved").isEqualTo("stale");
    List<Long> receivers = new ArrayList<>();
    world.cable.a.tap = (memory, offset, length) -> receivers.add(EthernetHeader.destination(memory, offset));
    assertThat(world.ping(world.a, IpWorld.IP4_B, 1, 8).received()).isZero();
    assertThat(receivers).containsExactly(other);
  }

  @Test
  void a_request_is_answered_a_probe_too_and_only_who_has_an_address_is_remembered() {
    List<Integer> sent = new ArrayList<>();
    world.cable.a.tap = (memory, offset, length) -> sent.add(ArpHeader.operation(memory, offset + 14));
    inject(arp(ArpHeader.REQUEST, 0x02_00_00_00_00_77L, "0.0.0.0", EthernetHeader.BROADCAST, 0, IpWorld.IP4_A));
    assertThat(sent).containsExactly(ArpHeader.REPLY);
    inject(arp(ArpHeader.REQUEST, 0x02_00_00_00_00_77L, "10.0.0.50", EthernetHeader.BROADCAST, 0, IpWorld.IP4_A));
    assertThat(sent).hasSize(2);
    assertThat(world.neighbor(world.a, "10.0.0.50")).isEqualTo("stale");
    inject(arp(ArpHeader.REQUEST, 0x02_00_00_00_00_77L, "192.0.2.1", EthernetHeader.BROADCAST, 0, IpWorld.IP4_A));
    inject(arp(ArpHeader.REQUEST, 0x03_00_00_00_00_77L, "10.0.0.51", EthernetHeader.BROADCAST, 0, IpWorld.IP4_A));
    assertThat(IpWorld.count(world.a, "arp.drop.bad-sender")).isEqualTo(2);
    inject(arp(ArpHeader.REPLY, 0x02_00_00_00_00_77L, IpWorld.IP4_A, EthernetHeader.BROADCAST, 0, IpWorld.IP4_A));
    assertThat(IpWorld.count(world.a, "arp.drop.conflict")).isEqualTo(1);
    assertThat(sent.subList(2, sent.size())).as("the address is defended").containsExactly(ArpHeader.REQUEST);
  }

  @Test
  void strangers_do_not_fill_the_table_for_those_that_are_used() {
    assertThat(world.ping(world.a, IpWorld.IP4_B, 1, 8).received()).isEqualTo(1);
    for (int i = 10; i < 60; i++) {
      inject(arp(ArpHeader.REQUEST, 0x02_00_00_00_01_00L + i, "10.0.0." + i, EthernetHeader.BROADCAST, 0,
          IpWorld.IP4_A));
    }
    assertThat(world.await(world.a, () -> world.a.ip().neighbors())).hasSize(8);
    assertThat(world.neighbor(world.a, IpWorld.IP4_B)).isEqualTo("reachable");
    assertThat(world.neighbor(world.a, "10.0.0.59")).isEqualTo("stale");
  }

  @Test
  void when_all_places_are_asked_for_the_one_asked_for_first_makes_room() {
    for (int i = 100; i < 110; i++) {
      send("10.0.0." + i, 1);
    }
    assertThat(IpWorld.count(world.a, "neighbor.limit")).isEqualTo(2);
    assertThat(IpWorld.count(world.a, "neighbor.drop.limit")).as("what waited for them").isEqualTo(2);
    assertThat(world.neighbor(world.a, "10.0.0.101")).isEqualTo("none");
    assertThat(world.neighbor(world.a, "10.0.0.102")).isEqualTo("incomplete");
    assertThat(world.neighbor(world.a, "10.0.0.109")).isEqualTo("incomplete");
    assertThat(world.ping(world.a, IpWorld.IP4_B, 1, 8).received()).isEqualTo(1);
    world.advance(4_000);
    assertThat(world.areFramesBack()).isTrue();
  }

  @Test
  void an_interface_is_deleted_while_packets_wait_for_its_neighbours() {
    send("10.0.0.99", 3);
    var _ = world.await(world.a, () -> world.a.network().deleteInterface("w"));
    assertThat(world.cable.a.open).isFalse();
    assertThat(world.await(world.a, () -> world.a.ip().neighbors())).isEmpty();
    world.advance(5_000);
    assertThat(world.get(world.a, 0, world.cable.a.queues.getFirst().pool::available)).isEqualTo(Cable.FRAMES);
  }

  @Test
  void a_router_that_no_prefix_covers_may_answer_and_others_may_not() {
    int index = world.a.network().snapshot().interfaces().getFirst().index();
    IpPrefix far = IpPrefix.parse("198.51.100.0/24");
    var _ = world.await(world.a, () -> world.a.network()
        .addRoute(0, Route.forward(far, index, IpAddress.parse("192.0.2.1"))).thenApply(done -> true));
    long router = 0x02_00_00_00_00_77L;
    byte[] reply = arp(ArpHeader.REPLY, router, "192.0.2.1", world.cable.a.mac, world.cable.a.mac, IpWorld.IP4_A);
    inject(reply);
    assertThat(IpWorld.count(world.a, "arp.drop.bad-sender")).as("nobody asked").isEqualTo(1);
    List<Long> receivers = new ArrayList<>();
    world.cable.a.tap = (memory, offset, length) -> receivers.add(EthernetHeader.destination(memory, offset));
    send("198.51.100.7", 1);
    inject(reply);
    assertThat(world.neighbor(world.a, "192.0.2.1")).isEqualTo("reachable");
    assertThat(receivers).containsExactly(EthernetHeader.BROADCAST, router);
    assertThat(IpWorld.count(world.a, "arp.drop.bad-sender")).isEqualTo(1);
  }

  @Test
  void a_use_that_could_not_be_told_to_the_first_worker_is_told_with_the_next_packet() {
    IpWorld two = new IpWorld(1, 1, SMALL);
    Network ofTwo = TestHost.of(two.a, "probe").network();
    assertThat(two.ping(two.a, IpWorld.IP4_B, 1, 8).received()).isEqualTo(1);
    two.advance(30_001);
    assertThat(two.neighbor(two.a, IpWorld.IP4_B)).isEqualTo("stale");
    int full = 256;
    two.runtime.on(two.a.worker(1), () -> {
      Path nobody = path(ofTwo, "10.0.0.99");
      for (int i = 0; i < full; i++) {
        sendOne(nobody, i);
      }
      sendOne(path(ofTwo, IpWorld.IP4_B), 0);
    });
    two.runtime.runUntilIdle();
    assertThat(IpWorld.count(two.a, "link.drop.hand-over-full")).isEqualTo(1);
    assertThat(two.neighbor(two.a, IpWorld.IP4_B)).isEqualTo("stale");
    two.runtime.on(two.a.worker(1), () -> sendOne(path(ofTwo, IpWorld.IP4_B), 0));
    two.runtime.runUntilIdle();
    assertThat(two.neighbor(two.a, IpWorld.IP4_B)).isEqualTo("delay");
  }
}
