package org.sluice.testkit.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.ip.IpLimits;
import org.sluice.core.network.AddressNote;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.Route;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.Wire;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.network.Path;

/** What an interface takes from routers: through a whole stack, into interfaces, routes and packets. */
final class AutoconfTest {
  private static final String ROUTER = "fe80::9";
  private static final String PREFIX = "2001:db8:5::";
  private static final IpAddress FAR = IpAddress.parse("2001:db8:ffff::1");
  /** Of the card 02:00:00:00:00:0a. */
  private static final String OWN = "2001:db8:5::ff:fe00:a";
  private static final String OWN_NEAR = "fe80::ff:fe00:a";

  private IpWorld world = new IpWorld(1);
  private final List<byte[]> sent = new ArrayList<>();

  private void autoconf(boolean on) {
    var _ = world.await(world.a, () -> world.a.network().setAutoconf("w", on));
    world.runtime.runUntilIdle();
  }

  private NetInterface w() {
    return Objects.requireNonNull(world.a.network().snapshot().byName("w"));
  }

  private boolean has(String address) {
    IpAddress one = IpAddress.parse(address);
    return w().has(one.high(), one.low());
  }

  private @Nullable Route route(int table, IpAddress to) {
    return world.a.network().snapshot().route(table, to.high(), to.low());
  }

  private int routes(int table) {
    return Objects.requireNonNull(world.a.network().snapshot().table(false, table)).routes().size();
  }

  private Route.@Nullable Origin origin(int table, IpAddress to) {
    Route found = route(table, to);
    return found == null ? null : found.origin();
  }

  /** With a prefix on the link that makes addresses, and an MTU. */
  private static byte[] advertisement(
      int hopLimit, int routerSeconds, int validSeconds, int preferredSeconds, int mtu) {
    byte[] body = new byte[8 + 32 + 8];
    MemorySegment m = MemorySegment.ofArray(body);
    long option = 8;
    Wire.put8(m, option, 3);
    Wire.put8(m, option + 1, 4);
    Wire.put8(m, option + 2, 64);
    Wire.put8(m, option + 3, 0xc0);
    Wire.put32(m, option + 4, validSeconds);
    Wire.put32(m, option + 8, preferredSeconds);
    IpAddress prefix = IpAddress.parse(PREFIX);
    Wire.put64(m, option + 16, prefix.high());
    Wire.put64(m, option + 24, prefix.low());
    Wire.put8(m, option + 32, 5);
    Wire.put8(m, option + 33, 1);
    Wire.put32(m, option + 36, mtu);
    byte[] frame = Packets.icmp6(ROUTER, "ff02::1", IcmpHeader.ROUTER_ADVERTISEMENT_6, 0,
        hopLimit << 24 | routerSeconds, body);
    frame[Packets.IP + 7] = (byte) 255;
    return frame;
  }

  private void advertise(int routerSeconds, int validSeconds, int preferredSeconds) {
    world.cable.a.inject(advertisement(33, routerSeconds, validSeconds, preferredSeconds, 1_400));
    world.runtime.runUntilIdle();
  }

  @Test
  void an_interface_that_was_not_told_to_listen_is_silent_and_deaf() {
    world.advance(20_000);
    world.cable.a.tap = (memory, offset, length) -> sent.add(new byte[0]);
    advertise(1_800, 3_600, 1_800);
    world.advance(3_600_000);
    assertThat(sent).isEmpty();
    assertThat(w().addresses()).hasSize(3);
    assertThat(route(0, FAR)).isNull();
    assertThat(IpWorld.count(world.a, "nd.drop.no-autoconf")).isEqualTo(1);
  }

  @Test
  void routers_are_asked_for_from_an_address_of_the_link() {
    world.cable.a.tap = (memory, offset, length) -> {
      byte[] frame = memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
      if (frame.length > Packets.IP6_L4 && frame[Packets.IP6_L4] == (byte) IcmpHeader.ROUTER_SOLICITATION_6) {
        sent.add(frame);
      }
      return true;
    };
    autoconf(true);
    world.advance(30_000);
    assertThat(has(OWN_NEAR)).isTrue();
    assertThat(sent).hasSizeBetween(3, 5);
    MemorySegment last = MemorySegment.ofArray(sent.getLast());
    assertThat(Ip6Header.hopLimit(last, Packets.IP)).isEqualTo(255);
    assertThat(Ip6Header.sourceHigh(last, Packets.IP)).isEqualTo(0xfe80L << 48);
    advertise(1_800, 3_600, 1_800);
    sent.clear();
    world.advance(100_000);
    assertThat(sent).as("one is found").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void an_advertisement_gives_address_routes_and_advice(int queue) {
    world = new IpWorld(2, 1, IpLimits.DEFAULT);
    world.cable.a.receiving = queue;
    autoconf(true);
    advertise(1_800, 3_600, 1_800);
    assertThat(has(OWN)).as("asked for first").isFalse();
    world.advance(3_000);
    assertThat(has(OWN)).isTrue();
    assertThat(origin(0, IpAddress.parse("2001:db8:5::77"))).isEqualTo(Route.Origin.CONNECTED);
    assertThat(origin(0, FAR)).isEqualTo(Route.Origin.ROUTER);
    assertThat(Objects.requireNonNull(route(0, FAR)).nextHop()).isEqualTo(IpAddress.parse(ROUTER));
    Probe probe = new Probe(world, world.a);
    Path path = probe.path(FAR.toString());
    assertThat(path.localAddress()).isEqualTo(IpAddress.parse(OWN));
    assertThat(probe.mtu(path)).isEqualTo(1_400 - 40);
    world.cable.a.tap = (memory, offset, length) -> {
      byte[] frame = memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
      if (frame[Packets.IP6_L4] == (byte) IcmpHeader.ECHO_REQUEST_6) {
        sent.add(frame);
      }
      return true;
    };
    world.ping(world.a, IpWorld.IP6_B, 1, 8);
    assertThat(Ip6Header.hopLimit(MemorySegment.ofArray(sent.getLast()), Packets.IP)).isEqualTo(33);
    assertThat(world.areFramesBack()).isTrue();
  }

  @Test
  void what_was_given_ends_with_its_life() {
    autoconf(true);
    advertise(30, 100, 50);
    world.advance(3_000);
    assertThat(has(OWN)).isTrue();
    world.advance(30_000);
    assertThat(route(0, FAR)).as("the router is gone").isNull();
    world.advance(20_000);
    IpAddress own = IpAddress.parse(OWN);
    assertThat(Objects.requireNonNull(w().note(own.high(), own.low())).state())
        .isEqualTo(AddressNote.State.DEPRECATED);
    assertThat(has(OWN)).isTrue();
    world.advance(50_000);
    assertThat(has(OWN)).isFalse();
    assertThat(w().notes()).isEmpty();
    assertThat(route(0, IpAddress.parse("2001:db8:5::77"))).isNull();
  }

  @Test
  void all_is_given_back_when_nobody_is_listened_to_any_more() {
    List<Object> before = List.of(w().addresses(), routes(0));
    autoconf(true);
    world.advance(2_000);
    advertise(1_800, 3_600, 1_800);
    world.advance(3_000);
    assertThat(has(OWN)).isTrue();
    autoconf(false);
    assertThat(List.of(w().addresses(), routes(0)))
        .isEqualTo(before);
    assertThat(w().notes()).isEmpty();
    assertThat(w().advice().hopLimit()).isZero();
  }

  @Test
  void routes_of_routers_go_with_their_interface() {
    autoconf(true);
    advertise(1_800, 3_600, 1_800);
    world.advance(3_000);
    var _ = world.await(world.a, () -> world.a.network().setTable("w", false, 7));
    assertThat(route(0, FAR)).isNull();
    assertThat(origin(7, FAR)).isEqualTo(Route.Origin.ROUTER);
    var _ = world.await(world.a, () -> world.a.network().keepTable(false, 7));
    var _ = world.await(world.a, () -> world.a.network().deleteInterface("w").thenApply(done -> true));
    assertThat(routes(7)).isZero();
    world.advance(10_000);
  }

  @Test
  void an_address_that_another_station_has_is_not_taken() {
    var _ = world.await(world.b, () -> world.b.network().addAddress("w", IpPrefix.parse(OWN + "/64")));
    autoconf(true);
    advertise(1_800, 3_600, 1_800);
    world.advance(5_000);
    assertThat(has(OWN)).isFalse();
    assertThat(IpWorld.count(world.a, "nd.address-refused")).isEqualTo(1);
    assertThat(IpWorld.count(world.a, "ip.dad.duplicate")).isEqualTo(1);
  }

  @Test
  void what_a_router_says_of_an_address_while_it_is_asked_for_holds_when_it_comes() {
    autoconf(true);
    world.advance(3_000);
    advertise(1_800, 3_600, 1_800);
    advertise(1_800, 3_600, 0);
    assertThat(has(OWN)).isFalse();
    world.advance(3_000);
    assertThat(has(OWN)).isTrue();
    IpAddress own = IpAddress.parse(OWN);
    assertThat(Objects.requireNonNull(w().note(own.high(), own.low())).state())
        .isEqualTo(AddressNote.State.DEPRECATED);
    advertise(1_800, 3_600, 1_800);
    assertThat(w().note(own.high(), own.low())).isNull();
  }

  @Test
  void a_hop_limit_with_which_nothing_gets_far_is_not_believed() {
    autoconf(true);
    advertise(1_800, 3_600, 1_800);
    assertThat(w().advice().hopLimit()).isEqualTo(33);
    for (int limit : new int[] {1, 31}) {
      world.cable.a.inject(advertisement(limit, 1_800, 3_600, 1_800, 1_400));
      world.runtime.runUntilIdle();
    }
    assertThat(w().advice().hopLimit()).isEqualTo(33);
    assertThat(IpWorld.count(world.a, "nd.low-hop-limit")).isEqualTo(2);
    world.cable.a.inject(advertisement(32, 1_800, 3_600, 1_800, 1_400));
    world.runtime.runUntilIdle();
    assertThat(w().advice().hopLimit()).isEqualTo(32);
  }

  @Test
  void as_many_advertisements_in_a_second_change_something_as_may() {
    autoconf(true);
    world.advance(3_000);
    for (int i = 0; i < 50; i++) {
      byte[] fromAfar = advertisement(200, 1_800, 3_600, 1_800, 1_400);
      fromAfar[Packets.IP + 7] = (byte) 254;
      world.cable.a.inject(fromAfar);
      world.runtime.runUntilIdle();
    }
    assertThat(IpWorld.count(world.a, "ip.nd.bad-advertisement")).isEqualTo(50);
    for (int i = 0; i < 50; i++) {
      world.cable.a.inject(advertisement(50 + i, 1_800, 3_600, 1_800, 1_400));
      world.runtime.runUntilIdle();
    }
    assertThat(w().advice().hopLimit()).isEqualTo(50 + 9);
    assertThat(IpWorld.count(world.a, "nd.drop.advertisement-limit")).isEqualTo(40);
    world.advance(1_001);
    world.cable.a.inject(advertisement(200, 1_800, 3_600, 1_800, 1_400));
    world.runtime.runUntilIdle();
    assertThat(w().advice().hopLimit()).isEqualTo(200);
    assertThat(world.areFramesBack()).isTrue();
  }
}
