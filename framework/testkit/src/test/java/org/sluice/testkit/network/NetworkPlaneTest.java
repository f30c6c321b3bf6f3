package org.sluice.testkit.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.core.StackLimits;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkLimits;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.network.NetworkSnapshot;
import org.sluice.core.network.Route;
import org.sluice.core.network.RouteTable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.nic.LinkState;

/** Interfaces, addresses, tables and routes, without packets. */
final class NetworkPlaneTest {

  @Test
  void an_address_brings_itself_and_its_link() {
    NetworkWorld world = new NetworkWorld();
    NetInterface loop = world.loop("a", 0, "10.1.2.3/16", "2001:db8::1/64", "192.0.2.1/32");
    assertThat(world.find(0, "10.1.2.3")).isEqualTo(new Route(
        IpPrefix.parse("10.1.2.3"), Route.Kind.LOCAL, Route.Origin.ADDRESS, loop.index(), null));
    assertThat(world.find(0, "10.1.9.9")).isEqualTo(new Route(
        IpPrefix.parse("10.1.0.0/16"), Route.Kind.FORWARD, Route.Origin.CONNECTED, loop.index(), null));
    assertThat(world.isRouted(0, "10.2.0.0")).isFalse();
    assertThat(world.owns(0, "2001:db8::1")).isTrue();
    assertThat(world.owns(0, "2001:db8::2")).isFalse();
    assertThat(world.owns(0, "192.0.2.1")).isTrue();
    assertThat(world.isRouted(0, "192.0.2.0")).as("a link of one address has no other").isFalse();
    assertThat(world.owns(7, "10.1.2.3")).as("another table").isFalse();

    NetInterface left = world.simulation.await(() -> world.network.deleteAddress("a", IpAddress.parse("10.1.2.3")));
    assertThat(left.addresses()).extracting(IpPrefix::toString).containsExactly("2001:db8::1/64", "192.0.2.1/32");
    assertThat(world.isRouted(0, "10.1.2.3")).isFalse();
    assertThat(world.isRouted(0, "10.1.9.9")).isFalse();
  }

  @Test
  void routes_to_the_same_prefix_hide_each_other_and_come_back() {
    NetworkWorld world = new NetworkWorld();
    NetInterface first = world.loop("a", 0, "10.1.0.1/24");
    NetInterface second = world.loop("b", 0, "10.1.0.2/24");
    assertThat(world.find(0, "10.1.0.9").interfaceIndex()).as("the older link").isEqualTo(first.index());
    world.route(0, Route.drop(IpPrefix.parse("10.1.0.0/24")));
    world.route(0, Route.forward(IpPrefix.parse("10.1.0.1/32"), second.index(), IpAddress.parse("10.1.0.9")));
    assertThat(world.find(0, "10.1.0.9").kind()).as("the operator wins over a link").isEqualTo(Route.Kind.DROP);
    assertThat(world.find(0, "10.1.0.1").kind()).as("an address over the operator").isEqualTo(Route.Kind.LOCAL);
    world.unroute(0, "10.1.0.0/24");
    assertThat(world.find(0, "10.1.0.9").interfaceIndex()).isEqualTo(first.index());
    world.simulation.await(() -> world.network.deleteAddress("a", IpAddress.parse("10.1.0.1")));
    assertThat(world.find(0, "10.1.0.9").interfaceIndex()).isEqualTo(second.index());
    assertThat(world.find(0, "10.1.0.1").origin()).isEqualTo(Route.Origin.OPERATOR);
    world.unroute(0, "10.1.0.1");
    assertThat(world.find(0, "10.1.0.1").prefix()).isEqualTo(IpPrefix.parse("10.1.0.0/24"));
  }

  @Test
  void a_local_route_makes_every_address_of_a_prefix_an_own_one() {
    NetworkWorld world = new NetworkWorld();
    world.loop("a", 0, "10.0.0.1/8");
    world.route(0, Route.local(IpPrefix.parse("10.9.0.0/16")));
    world.route(0, Route.drop(IpPrefix.parse("10.9.9.0/24")));
    assertThat(world.owns(0, "10.9.1.1")).isTrue();
    assertThat(world.owns(0, "10.9.9.1")).isFalse();
    assertThat(world.owns(0, "10.8.1.1")).isFalse();
  }

  @Test
  void A11_a_table_is_made_for_its_first_user_and_freed_with_its_routes_after_the_last() {
    NetworkWorld world = new NetworkWorld();
    assertThat(world.network.snapshot().table(true, 7)).isNull();
    NetInterface loop = world.loop("a", 7, "10.0.0.1/8", "2001:db8::1/64");
    assertThat(world.table(true, 7).users()).containsExactly("interface a");
    assertThat(world.table(false, 7).interfaces()).isEqualTo(1);
    assertThat(world.simulation.await(() -> world.network.keepTable(true, 7))).isTrue();
    assertThat(world.simulation.await(() -> world.network.keepTable(true, 7))).isFalse();
    world.route(7, Route.forward(IpPrefix.ALL_IP4, loop.index(), IpAddress.parse("10.0.0.2")));
    world.route(7, Route.forward(IpPrefix.ALL_IP6, loop.index(), null));

    world.simulation.await(() -> world.network.setTable("a", true, 0));
    world.simulation.await(() -> world.network.setTable("a", false, 0));
    assertThat(world.network.snapshot().table(false, 7)).as("nobody kept it").isNull();
    RouteTable kept = world.table(true, 7);
    assertThat(kept.users()).containsExactly("operator");
    assertThat(kept.routes().size()).as("the route of the operator").isEqualTo(1);
    assertThat(world.owns(0, "10.0.0.1")).as("addresses move along").isTrue();
    assertThat(world.simulation.await(() -> world.network.dropTable(true, 7))).isTrue();
    assertThat(world.simulation.await(() -> world.network.dropTable(true, 7))).isFalse();
    assertThat(world.network.snapshot().table(true, 7)).isNull();
    world.loop("b", 7);
    assertThat(world.table(true, 7).routes().size()).as("a new life").isZero();
  }

  @Test
  void a_deleted_interface_takes_its_addresses_and_the_routes_by_it_along() {
    NetworkWorld world = new NetworkWorld();
    world.loop("a", 0, "10.0.0.1/8");
    NetInterface gone = world.loop("b", 7, "10.0.0.1/8");
    world.route(0, Route.forward(IpPrefix.parse("192.0.2.0/24"), gone.index(), null));
    world.route(0, Route.forward(IpPrefix.parse("10.0.0.0/8"), gone.index(), null));
    world.route(0, Route.drop(IpPrefix.parse("198.51.100.0/24")));
    var _ = world.simulation.get(0, () -> world.network.deleteInterface("b").join());
    assertThat(gone.nic().linkState()).isEqualTo(LinkState.GONE);
    assertThat(world.network.snapshot().byIndex(gone.index())).isNull();
    assertThat(world.network.snapshot().table(true, 7)).isNull();
    assertThat(world.isRouted(0, "192.0.2.1")).isFalse();
    assertThat(world.find(0, "10.5.5.5").origin()).isEqualTo(Route.Origin.CONNECTED);
    assertThat(world.isRouted(0, "198.51.100.1")).isTrue();
    assertThat(world.loop("b", 0).index()).as("a number of its own").isGreaterThan(gone.index());
  }

  @Test
  void a_reader_keeps_the_network_it_has() {
    NetworkWorld world = new NetworkWorld();
    world.loop("a", 0, "10.0.0.1/8");
    NetworkSnapshot before = world.network.snapshot();
    world.address("a", "10.0.0.2/8");
    var _ = world.simulation.get(0, () -> world.network.deleteInterface("a").join());
    IpAddress first = IpAddress.parse("10.0.0.1");
    assertThat(before.owns(0, first.high(), first.low())).isTrue();
    assertThat(before.interfaces().getFirst().addresses()).hasSize(1);
    assertThat(world.network.snapshot().interfaces()).isEmpty();
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal("driver", SessionError.INVALID, (n, i) -> n.addInterface("nosuch", "x")),
        refusal("name", SessionError.CONFLICT, (n, i) -> n.addInterface("loop", "a")),
        refusal("delete", SessionError.NOINTF, (n, i) -> n.deleteInterface("x")),
        refusal("held", SessionError.CONFLICT, (n, i) -> n.deleteInterface("held")),
        refusal("table of", SessionError.NOINTF, (n, i) -> n.setTable("x", true, 1)),
        refusal("table with", SessionError.IPINUSE, (n, i) -> n.setTable("b", true, 0)),
        refusal("address of", SessionError.NOINTF, (n, i) -> n.addAddress("x", IpPrefix.parse("10.0.0.9/8"))),
        refusal("again", SessionError.IPINUSE, (n, i) -> n.addAddress("a", IpPrefix.parse("10.0.0.1/24"))),
        refusal("twice", SessionError.IPINUSE, (n, i) -> n.addAddress("held", IpPrefix.parse("10.0.0.1/8"))),
        refusal("loopback", SessionError.INVALID, (n, i) -> n.addAddress("a", IpPrefix.parse("127.0.0.1/8"))),
        refusal("loopback 6", SessionError.INVALID, (n, i) -> n.addAddress("a", IpPrefix.parse("::1/128"))),
        refusal("any", SessionError.INVALID, (n, i) -> n.addAddress("a", IpPrefix.parse("0.0.0.0/8"))),
        refusal("group", SessionError.INVALID, (n, i) -> n.addAddress("a", IpPrefix.parse("224.0.0.1/8"))),
        refusal("broadcast", SessionError.INVALID, (n, i) -> n.addAddress("a", IpPrefix.parse("255.255.255.255/8"))),
        refusal("group 6", SessionError.INVALID, (n, i) -> n.addAddress("a", IpPrefix.parse("ff02::1/64"))),
        refusal("absent", SessionError.ADDR_NOT_IN_USE, (n, i) -> n.deleteAddress("a", IpAddress.parse("10.0.0.9"))),
        refusal("no table", SessionError.INVALID, (n, i) -> n.addRoute(9, Route.drop(IpPrefix.ALL_IP4))),
        refusal("no interface", SessionError.NOINTF,
            (n, i) -> n.addRoute(0, Route.forward(IpPrefix.ALL_IP4, 99, null))),
        refusal("family", SessionError.INVALID,
            (n, i) -> n.addRoute(0, Route.forward(IpPrefix.ALL_IP6, i, IpAddress.parse("10.0.0.1")))),
        refusal("route twice", SessionError.CONFLICT,
            (n, i) -> n.addRoute(0, Route.drop(IpPrefix.parse("192.0.2.0/24")))),
        refusal("no route", SessionError.NOROUTE, (n, i) -> n.deleteRoute(0, IpPrefix.parse("192.0.3.0/24"))),
        refusal("not the operator's", SessionError.NOROUTE, (n, i) -> n.deleteRoute(0, IpPrefix.parse("10.0.0.0/8"))));
  }

  private static Arguments refusal(
      String what, SessionError error, BiFunction<NetworkPlane, Integer, CompletableFuture<?>> change) {
    return Arguments.of(what, error, change);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("refusals")
  void what_is_refused_changes_nothing(
      String what, SessionError expected, BiFunction<NetworkPlane, Integer, CompletableFuture<?>> change) {
    NetworkWorld world = new NetworkWorld();
    NetInterface first = world.loop("a", 0, "10.0.0.1/8");
    world.loop("b", 1, "10.0.0.1/8");
    NetInterface held = world.loop("held", 0);
    world.simulation.on(0, () -> world.network.holdInterface(held.index(), "somebody"));
    world.route(0, Route.drop(IpPrefix.parse("192.0.2.7/24")));
    assertThat(world.refusal(() -> change.apply(world.network, first.index()))).as(what).isEqualTo(expected);
  }

  @Test
  void the_same_link_local_address_may_be_on_every_link() {
    NetworkWorld world = new NetworkWorld();
    NetInterface first = world.loop("a", 0, "fe80::1/64");
    NetInterface second = world.loop("b", 0, "fe80::1/64");
    world.simulation.await(() -> world.network.deleteAddress("a", IpAddress.parse("fe80::1")));
    assertThat(world.find(0, "fe80::1").interfaceIndex()).isEqualTo(second.index()).isNotEqualTo(first.index());
  }

  @Test
  void each_limit_refuses_and_counts_and_what_goes_makes_room() {
    NetworkWorld world = new NetworkWorld(StackLimits.DEFAULT.with(new NetworkLimits(2, 2, 1, 3)));
    world.loop("a", 0, "10.0.0.1/8");
    world.loop("b", 0, "2001:db8::1/64");
    assertThat(world.refusal(() -> world.network.addInterface("loop", "c"))).isEqualTo(SessionError.LIMIT);
    assertThat(world.refusal(() -> world.network.addAddress("a", IpPrefix.parse("10.0.0.2/8"))))
        .isEqualTo(SessionError.LIMIT);
    world.route(0, Route.drop(IpPrefix.ALL_IP4));
    assertThat(world.refusal(() -> world.network.addRoute(0, Route.drop(IpPrefix.ALL_IP6))))
        .isEqualTo(SessionError.LIMIT);
    world.simulation.await(() -> world.network.keepTable(true, 5));
    assertThat(world.refusal(() -> world.network.keepTable(true, 6))).isEqualTo(SessionError.LIMIT);
    assertThat(world.refusal(() -> world.network.setTable("a", true, 6))).isEqualTo(SessionError.LIMIT);
    assertThat(List.of(world.counter("network.interface.limit"), world.counter("network.address.limit"),
        world.counter("network.route.limit"), world.counter("network.table.limit"))).containsExactly(1L, 1L, 1L, 2L);

    var _ = world.simulation.get(0, () -> world.network.deleteInterface("a").join());
    world.unroute(0, "0.0.0.0/0");
    world.simulation.await(() -> world.network.dropTable(true, 5));
    world.loop("c", 0, "10.0.0.1/8");
    world.route(0, Route.drop(IpPrefix.ALL_IP6));
    world.simulation.await(() -> world.network.keepTable(true, 6));
  }

  @Test
  void routes_of_a_freed_table_make_room() {
    NetworkWorld world = new NetworkWorld(StackLimits.DEFAULT.with(new NetworkLimits(2, 2, 1, 3)));
    world.simulation.await(() -> world.network.keepTable(true, 5));
    world.route(5, Route.drop(IpPrefix.ALL_IP4));
    world.simulation.await(() -> world.network.dropTable(true, 5));
    world.simulation.await(() -> world.network.keepTable(true, 6));
    world.route(6, Route.drop(IpPrefix.ALL_IP4));
  }
}
