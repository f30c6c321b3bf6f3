package org.sluice.testkit.ip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.sluice.core.ip.IpLimits;
import org.sluice.core.network.Route;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.network.Network;
import org.sluice.spi.network.Path;
import org.sluice.spi.network.PathRequest;
import org.sluice.spi.network.ProtocolInput;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.runtime.AllocatedBytes;

/** What a transport does with the network: registers, finds paths, sends, receives. */
final class PathTest {
  private static final int PROTOCOL = 253;

  private final IpWorld world = new IpWorld(1);
  private final TestHost host = TestHost.of(world.a, "transport");
  private final Network network = host.network();
  private final List<byte[]> sent = new ArrayList<>();

  private static PathRequest to(String remote, String local, int interfaceIndex, int dscp) {
    return new PathRequest(IpAddress.parse(remote), IpAddress.parse(local), 0, interfaceIndex, dscp, PROTOCOL);
  }

  private Path path(String remote) {
    return path(to(remote, remote.contains(":") ? "::" : "0.0.0.0", -1, 0));
  }

  private Path path(PathRequest request) {
    return world.get(world.a, 0, () -> Objects.requireNonNull(network.path(request)));
  }

  private int error(PathRequest request) {
    return world.get(world.a, 0, () -> network.path(request) == null ? network.lastError() : 0);
  }

  private int send(Path path, int length, int flags) {
    int accepted = world.get(world.a, 0, () -> {
      PacketBatch batch = new PacketBatch(4);
      assertThat(path.allocate(batch, 1)).isEqualTo(1);
      batch.pool(0).memory().asSlice(batch.offset(0), length).fill((byte) 7);
      batch.bounds(0, batch.offset(0), length);
      batch.flags(0, flags);
      int count = path.send(batch);
      assertThat(batch.size()).isZero();
      return count;
    });
    world.runtime.runUntilIdle();
    return accepted;
  }

  private void record() {
    world.cable.a.tap = (memory, offset, length) ->
        sent.add(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
  }

  @Test
  void an_ip4_packet_bears_what_was_asked_for() {
    world.ping(world.a, IpWorld.IP4_B, 1, 8);
    record();
    Path path = path(to(IpWorld.IP4_B, "0.0.0.0", -1, 46));
    assertThat(path.localAddress()).isEqualTo(IpAddress.parse(IpWorld.IP4_A));
    assertThat(path.mtuBytes()).isEqualTo(1480);
    send(path, 100, PacketFlags.TX_ECN_CAPABLE);
    send(path, 1480, 0);
    assertThat(send(path, 1481, 0)).isZero();
    MemorySegment m = MemorySegment.ofArray(sent.getFirst());
    assertThat(EthernetHeader.destination(m, 0)).isEqualTo(world.cable.b.mac);
    assertThat(EthernetHeader.source(m, 0)).isEqualTo(world.cable.a.mac);
    assertThat(Ip4Header.validate(m, 14, sent.getFirst().length - 14)).isEqualTo(20);
    assertThat(Ip4Header.checksumSum(m, 14, 20)).isEqualTo(InternetChecksum.VALID);
    assertThat(Ip4Header.totalLength(m, 14)).isEqualTo(120);
    assertThat(Ip4Header.dscp(m, 14)).isEqualTo(46);
    assertThat(Ip4Header.ecn(m, 14)).isEqualTo(2);
    assertThat(Ip4Header.ttl(m, 14)).isEqualTo(64);
    assertThat(Ip4Header.protocol(m, 14)).isEqualTo(PROTOCOL);
    assertThat(Ip4Header.fragment(m, 14)).isEqualTo(Ip4Header.DONT_FRAGMENT);
    MemorySegment second = MemorySegment.ofArray(sent.get(1));
    assertThat(Ip4Header.ecn(second, 14)).isZero();
    assertThat(Ip4Header.identification(second, 14)).isNotEqualTo(Ip4Header.identification(m, 14));
    assertThat(sent).hasSize(2);
    assertThat(IpWorld.count(world.a, "ip4.drop.too-big")).isEqualTo(1);
    assertThat(world.areFramesBack()).isTrue();
  }

  @Test
  void what_a_path_says_of_sizes_fits_a_frame_behind_the_headers() {
    int headers = 54 + TcpHeader.MAX_LENGTH;
    record Card(int frameBytes, int headroomBytes, int unit, int mtuBytes) {}
    for (Card card : List.of(
        new Card(8000, 0, 8000 - headers, 1480),
        new Card(8000, headers + 100, 8000 - headers - 100, 1480),
        new Card(20_000, 32, 9000, 1480),
        new Card(1520, 0, 1520 - headers, 1520 - headers))) {
      IpWorld own = new IpWorld(1, 0, IpLimits.DEFAULT, new Cable(card.frameBytes(), card.headroomBytes(), 9000));
      Network ofCard = TestHost.of(own.a, "transport").network();
      Path path = own.get(own.a, 0, () -> Objects.requireNonNull(ofCard.path(to(IpWorld.IP4_B, "0.0.0.0", -1, 0))));
      assertThat(path.segmentOffloadBytes()).as("%s", card).isEqualTo(card.unit());
      assertThat(path.mtuBytes()).as("%s", card).isEqualTo(card.mtuBytes());
      own.get(own.a, 0, () -> {
        PacketBatch batch = new PacketBatch(1);
        assertThat(path.allocate(batch, 1)).isEqualTo(1);
        assertThat(batch.roomBytes(0)).as("%s", card).isGreaterThanOrEqualTo(card.unit());
        batch.pool(0).release(batch.offset(0));
        return 0;
      });
    }
  }

  @Test
  void a_frame_has_room_for_the_longest_transport_header_whatever_the_card_leaves_free() {
    world.ping(world.a, IpWorld.IP6_B, 1, 8);
    record();
    Path path = path(IpWorld.IP6_B);
    world.get(world.a, 0, () -> {
      PacketBatch all = new PacketBatch(Cable.FRAMES);
      assertThat(path.allocate(all, Cable.FRAMES)).isEqualTo(Cable.FRAMES);
      for (int i = 0; i < all.size(); i++) {
        all.bounds(i, all.offset(i) - TcpHeader.MAX_LENGTH, 1460);
      }
      return path.send(all);
    });
    world.runtime.runUntilIdle();
    assertThat(sent).hasSize(Cable.FRAMES).allSatisfy(frame ->
        assertThat(Ip6Header.validate(MemorySegment.ofArray(frame), 14, frame.length - 14)).isEqualTo(40));
    assertThat(world.areFramesBack()).isTrue();
  }

  @Test
  void an_ip6_packet_bears_what_was_asked_for() {
    world.ping(world.a, IpWorld.IP6_B, 1, 8);
    record();
    Path path = path(to(IpWorld.IP6_B, IpWorld.IP6_A, -1, 10));
    assertThat(path.mtuBytes()).isEqualTo(1460);
    send(path, 100, PacketFlags.TX_ECN_CAPABLE);
    MemorySegment m = MemorySegment.ofArray(sent.getFirst());
    assertThat(Ip6Header.validate(m, 14, sent.getFirst().length - 14)).isEqualTo(40);
    assertThat(Ip6Header.payloadLength(m, 14)).isEqualTo(100);
    assertThat(Ip6Header.dscp(m, 14)).isEqualTo(10);
    assertThat(Ip6Header.ecn(m, 14)).isEqualTo(2);
    assertThat(Ip6Header.hopLimit(m, 14)).isEqualTo(64);
    assertThat(Ip6Header.nextHeader(m, 14)).isEqualTo(PROTOCOL);
    assertThat(Ip6Header.sourceLow(m, 14)).isEqualTo(1);
    assertThat(Ip6Header.destinationLow(m, 14)).isEqualTo(2);
  }

  @Test
  void why_there_is_no_path_is_told() {
    assertThat(error(to("198.51.100.1", "0.0.0.0", -1, 0))).isEqualTo(SessionError.NOROUTE.code());
    assertThat(error(to("fe80::2", "::", -1, 0))).isEqualTo(SessionError.NOROUTE.code());
    assertThat(error(to(IpWorld.IP4_B, "0.0.0.0", 77, 0))).isEqualTo(SessionError.NOINTF.code());
    assertThat(error(to(IpWorld.IP4_B, "10.0.0.9", -1, 0))).isEqualTo(SessionError.NOIP.code());
    assertThat(error(to("127.0.0.1", "0.0.0.0", -1, 0))).isEqualTo(SessionError.NOINTF.code());
  }

  @Test
  void a_path_follows_the_routes() {
    int index = world.a.network().snapshot().interfaces().getFirst().index();
    IpPrefix far = IpPrefix.parse("198.51.100.0/24");
    var _ = world.await(world.a, () -> world.a.network()
        .addRoute(0, Route.forward(far, index, IpAddress.parse(IpWorld.IP4_B))).thenApply(done -> true));
    Path path = path("198.51.100.7");
    record();
    send(path, 40, 0);
    assertThat(sent).as("the router was asked for, and got the packet").hasSize(2);
    assertThat(EthernetHeader.destination(MemorySegment.ofArray(sent.get(1)), 0)).isEqualTo(world.cable.b.mac);

    var _ = world.await(world.a, () -> world.a.network().addAddress("w", IpPrefix.parse("10.9.9.9/24")));
    assertThat(world.get(world.a, 0, path::isCurrent)).as("that had nothing to do with it").isTrue();
    var _ = world.await(world.a, () -> world.a.network().deleteRoute(0, far).thenApply(done -> true));
    assertThat(world.get(world.a, 0, path::isCurrent)).isFalse();
    assertThat(send(path, 40, 0)).isZero();
    assertThat(IpWorld.count(world.a, "link.drop.outdated")).isEqualTo(1);
    var _ = world.await(world.a, () -> world.a.network()
        .addRoute(0, Route.forward(far, index, IpAddress.parse("10.0.0.9"))).thenApply(done -> true));
    assertThat(world.get(world.a, 0, path::isCurrent)).as("another router").isFalse();
    Path other = path("198.51.100.7");
    assertThat(other).isNotSameAs(path);
    world.runtime.on(world.a.worker(0), () -> {
      path.release();
      path.release();
      other.release();
    });
    assertThat(world.areFramesBack()).isTrue();
  }

  @Test
  void an_address_that_goes_outdates_the_paths_that_speak_with_it() {
    var _ = world.await(world.a, () -> world.a.network().addAddress("w", IpPrefix.parse("10.0.0.7/24")));
    Path path = path(to(IpWorld.IP4_B, "10.0.0.7", -1, 0));
    var _ = world.await(world.a, () -> world.a.network().deleteAddress("w", IpAddress.parse("10.0.0.7")));
    assertThat(world.get(world.a, 0, path::isCurrent)).isFalse();
  }

  @Test
  void connections_to_one_peer_share_a_path_and_coming_and_going_allocates_nothing() {
    PathRequest request = to(IpWorld.IP4_B, "0.0.0.0", -1, 0);
    assertThat(path(request)).isSameAs(path(request));
    List<PathRequest> peers = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      peers.add(to("10.0.0." + (3 + i % 250), IpWorld.IP4_A, -1, i % 9));
    }
    world.runtime.on(world.a.worker(0), () -> assertThat(AllocatedBytes.leastOf(() -> {
      for (int i = 0; i < peers.size(); i++) {
        Objects.requireNonNull(network.path(peers.get(i))).release();
      }
    })).isZero());
  }

  @Test
  void as_many_paths_that_nobody_holds_are_kept_as_may_be_however_many_come_back() {
    IpWorld own = new IpWorld(1, 0, new IpLimits(64, 64, 4, 100, 2, 30_000_000_000L, 60_000_000_000L));
    Network few = TestHost.of(own.a, "transport").network();
    own.runtime.on(own.a.worker(0), () -> {
      List<Path> held = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        held.add(Objects.requireNonNull(few.path(to("10.0.0." + (10 + i), "0.0.0.0", -1, 0))));
      }
      held.forEach(Path::release);
      for (int i = 4; i >= 0; i--) {
        Path again = Objects.requireNonNull(few.path(to("10.0.0." + (10 + i), "0.0.0.0", -1, 0)));
        assertThat(again == held.get(i)).as("path %s of 5", i).isEqualTo(i >= 3);
      }
    });
  }

  @Test
  void bursts_come_by_protocol_and_family_with_their_offsets() {
    List<String> seen = new ArrayList<>();
    Network ofB = TestHost.of(world.b, "sink").network();
    var _ = world.get(world.b, 0, () -> ofB.register(PROTOCOL, (batch, table, index) -> {
      for (int i = 0; i < batch.size(); i++) {
        boolean ip4 = (batch.flags(i) & PacketFlags.IP4) != 0;
        seen.add(batch.size() + (ip4 ? " ip4 " : " ip6 ") + batch.l3Offset(i) + " " + batch.l4Offset(i) + " "
            + batch.length(i) + " in " + table);
        batch.pool(i).release(batch.offset(i));
      }
    }));
    world.ping(world.a, IpWorld.IP4_B, 1, 8);
    world.ping(world.a, IpWorld.IP6_B, 1, 8);
    Path four = path(IpWorld.IP4_B);
    Path six = path(IpWorld.IP6_B);
    world.runtime.on(world.a.worker(0), () -> {
      PacketBatch batch = new PacketBatch(3);
      assertThat(four.allocate(batch, 5)).as("as many as fit").isEqualTo(3);
      for (int i = 0; i < 3; i++) {
        batch.bounds(i, batch.offset(i), 10 + i);
      }
      four.send(batch);
      six.allocate(batch, 1);
      batch.bounds(0, batch.offset(0), 10);
      six.send(batch);
    });
    world.runtime.runUntilIdle();
    assertThat(seen).containsExactly(
        "3 ip4 0 20 30 in 0", "3 ip4 0 20 31 in 0", "3 ip4 0 20 32 in 0", "1 ip6 0 40 50 in 0");
    assertThat(world.areFramesBack()).isTrue();
  }

  @Test
  void a_protocol_is_served_once_and_until_its_plugin_stops() {
    ProtocolInput input = (batch, table, index) -> {};
    Network.Registration first = world.get(world.a, 0, () -> network.register(PROTOCOL, input));
    TestHost second = TestHost.of(world.a, "second");
    world.runtime.on(world.a.worker(0), () -> {
      assertThatThrownBy(() -> second.network().register(PROTOCOL, input))
          .isInstanceOf(IllegalStateException.class).hasMessageContaining("plugin transport");
      assertThatThrownBy(() -> network.register(1, input)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> network.register(256, input)).isInstanceOf(IllegalArgumentException.class);
      first.close();
      first.close();
      var _ = second.network().register(PROTOCOL, input);
    });
    CompletableFuture<Void> gone = world.get(world.a, 0, second::revoke);
    world.runtime.runUntilIdle();
    assertThat(gone).isCompleted();
    var _ = world.get(world.a, 0, () -> network.register(PROTOCOL, input));
  }
}
