package org.sluice.testkit.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.Route;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.session.LocalEndpoints;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.testkit.runtime.AllocatedBytes;

/** Which own address an active open gets, or why it gets none: T08, defect F8 of the plan. */
final class SourceSelectionTest {
  private static final int PORT = 80;

  private final NetworkWorld world = new NetworkWorld();
  private final LocalEndpoints endpoints = world.stack.sessions().localEndpoints();

  @Test
  void T08_without_any_interface_in_the_table_there_is_none() {
    assertThat(error("10.0.0.9", 0)).isEqualTo(SessionError.NOINTF);
    world.loop("a", 7, "10.0.0.1/8");
    assertThat(error("10.0.0.9", 0)).as("the interface is in another table").isEqualTo(SessionError.NOINTF);
    assertThat(error("10.0.0.9", 3)).as("no such table").isEqualTo(SessionError.NOINTF);
    assertThat(source("10.0.0.9", 7)).isEqualTo("10.0.0.1");
  }

  @Test
  void T08_a_loopback_destination_has_no_interface() {
    NetInterface loop = world.loop("a", 0, "10.0.0.1/8");
    world.route(0, Route.forward(IpPrefix.ALL_IP4, loop.index(), null));
    assertThat(error("127.0.0.1", 0)).isEqualTo(SessionError.NOINTF);
    assertThat(error("::1", 0)).isEqualTo(SessionError.NOINTF);
  }

  @Test
  void T08_without_a_route_or_with_one_that_drops_there_is_none() {
    NetInterface loop = world.loop("a", 0, "10.0.0.1/8", "10.0.0.2/8");
    assertThat(error("192.0.2.1", 0)).isEqualTo(SessionError.NOROUTE);
    assertThat(error("2001:db8::1", 0)).isEqualTo(SessionError.NOROUTE);
    world.route(0, Route.forward(IpPrefix.ALL_IP4, loop.index(), IpAddress.parse("10.0.0.9")));
    assertThat(source("192.0.2.1", 0)).isEqualTo("10.0.0.1");
    world.route(0, Route.drop(IpPrefix.parse("192.0.2.0/24")));
    assertThat(error("192.0.2.1", 0)).isEqualTo(SessionError.NOROUTE);
    assertThat(source("192.0.3.1", 0)).isEqualTo("10.0.0.1");
  }

  @Test
  void T08_an_interface_without_an_address_of_the_family_has_no_ip() {
    NetInterface loop = world.loop("a", 0, "2001:db8::1/64");
    world.loop("b", 0, "10.0.0.1/8");
    world.route(0, Route.forward(IpPrefix.parse("192.0.2.0/24"), loop.index(), null));
    assertThat(error("192.0.2.1", 0)).as("another interface's address will not do").isEqualTo(SessionError.NOIP);
    NetInterface near = world.loop("c", 0, "fe80::3/64");
    world.route(0, Route.forward(IpPrefix.parse("2001:db8:9::/48"), near.index(), null));
    assertThat(error("2001:db8:9::1", 0)).as("a link-local source reaches its link only").isEqualTo(SessionError.NOIP);
  }

  @Test
  void T08_the_address_nearest_to_the_destination_is_chosen() {
    NetInterface loop = world.loop("a", 0, "10.0.0.1/8", "10.1.0.1/16", "10.1.2.1/24", "2001:db8::1/64", "fe80::1/64");
    assertThat(source("10.1.2.9", 0)).isEqualTo("10.1.2.1");
    assertThat(source("10.1.9.9", 0)).isEqualTo("10.1.0.1");
    assertThat(source("10.9.9.9", 0)).isEqualTo("10.0.0.1");
    assertThat(source("10.1.0.1", 0)).as("to oneself").isEqualTo("10.1.0.1");
    assertThat(source("fe80::9", 0)).as("the same scope").isEqualTo("fe80::1");
    assertThat(source("2001:db8::9", 0)).isEqualTo("2001:db8::1");
    TransportConnection connection = new Connection();
    assertThat(allocate(connection, Endpoint.of("10.1.2.9", PORT), Endpoint.ANY_IP4, 0)).isEqualTo(SessionError.NONE);
    assertThat(connection.interfaceIndex()).isEqualTo(loop.index());
    assertThat(connection.localPort()).isPositive();
  }

  @Test
  void T08_a_link_is_chosen_by_the_interface_that_either_side_names() {
    world.loop("a", 0, "fe80::a/64", "10.0.0.1/8");
    NetInterface second = world.loop("b", 0, "fe80::b/64");
    NetInterface elsewhere = world.loop("c", 5, "fe80::c/64");
    assertThat(source("fe80::9", 0)).isEqualTo("fe80::a");
    assertThat(scoped("fe80::9", second.index())).isEqualTo("fe80::b");
    assertThat(scoped("fe80::9", elsewhere.index())).as("of another table").isEqualTo("NOINTF");
    assertThat(scoped("fe80::9", 99)).isEqualTo("NOINTF");
    IpAddress far = IpAddress.parse("10.0.0.9");
    assertThat(ask(new Endpoint(far.high(), far.low(), PORT, second.index(), Endpoint.NAMESPACE_TABLE),
        Endpoint.ANY_IP4, 0)).as("not on that link, and no route by it").isEqualTo("NOROUTE");
    assertThat(ask(Endpoint.of("10.0.0.9", PORT), on(second.index()), 0)).as("no address to take").isEqualTo("NOIP");
    world.route(0, Route.forward(IpPrefix.parse("2001:db8::/32"), second.index(), null));
    assertThat(scoped("2001:db8::9", second.index())).as("a route, no address").isEqualTo("NOIP");
  }

  @Test
  void T08_an_interface_of_the_own_side_gives_the_address_wherever_the_route_leaves() {
    world.loop("a", 0, "10.0.0.1/8");
    NetInterface second = world.loop("b", 0, "10.0.0.2/8");
    assertThat(source("10.0.0.9", 0)).isEqualTo("10.0.0.1");
    assertThat(ask(Endpoint.of("10.0.0.9", PORT), on(second.index()), 0)).isEqualTo("10.0.0.2");
    assertThat(ask(Endpoint.of("192.0.2.9", PORT), on(second.index()), 0)).isEqualTo("NOROUTE");
  }

  @Test
  void T08_a_route_into_another_table_takes_an_address_of_its_own_table() {
    NetInterface here = world.loop("a", 1, "10.1.0.1/16");
    NetInterface there = world.loop("b", 2, "10.2.0.1/16");
    world.route(1, Route.forward(IpPrefix.parse("10.2.0.1"), there.index(), null));
    world.route(2, Route.forward(IpPrefix.parse("10.1.0.1"), here.index(), null));
    assertThat(source("10.2.0.1", 1)).isEqualTo("10.1.0.1");
    assertThat(source("10.1.0.1", 2)).isEqualTo("10.2.0.1");
  }

  @Test
  void T08_a_local_route_without_an_interface_takes_an_address_of_the_table() {
    NetInterface loop = world.loop("a", 0, "10.1.0.1/16");
    world.route(0, Route.local(IpPrefix.parse("10.1.7.0/24")));
    assertThat(source("10.1.7.9", 0)).isEqualTo("10.1.0.1");
    assertThat(ask(Endpoint.of("10.1.7.9", PORT), Endpoint.of("10.1.7.5", 4321), 0)).as("any of them is an own one")
        .isEqualTo("10.1.7.5");
    assertThat(loop.index()).isEqualTo(0);
  }

  @Test
  void T08_an_address_that_was_asked_for_must_be_one_of_the_table() {
    NetInterface loop = world.loop("a", 0, "10.0.0.1/8");
    NetInterface other = world.loop("b", 7, "10.0.0.2/8");
    assertThat(forced("10.0.0.1", Endpoint.ANY_INTERFACE, 0)).isEqualTo("10.0.0.1");
    assertThat(forced("10.0.0.1", loop.index(), 0)).isEqualTo("10.0.0.1");
    assertThat(forced("10.0.0.2", Endpoint.ANY_INTERFACE, 0)).isEqualTo("ADDR_NOT_IN_USE");
    assertThat(forced("10.0.0.2", Endpoint.ANY_INTERFACE, 7)).isEqualTo("10.0.0.2");
    assertThat(forced("10.0.0.1", other.index(), 0)).isEqualTo("NOINTF");
    assertThat(forced("10.0.0.1", 99, 0)).isEqualTo("NOINTF");
    assertThat(forced("127.0.0.1", Endpoint.ANY_INTERFACE, 0)).as("must not leave the host")
        .isEqualTo("ADDR_NOT_IN_USE");
    assertThat(endpoints.inUse()).as("what was refused took nothing").isEqualTo(2);
  }

  @Test
  void T08_an_address_that_was_asked_for_needs_a_way_like_any_other() {
    NetInterface loop = world.loop("a", 0, "10.0.0.1/8", "fe80::1/64");
    Endpoint own = Endpoint.of("10.0.0.1", 4321);
    assertThat(ask(Endpoint.of("192.0.2.1", PORT), own, 0)).isEqualTo("NOROUTE");
    assertThat(ask(Endpoint.of("127.0.0.1", PORT), own, 0)).as("no interface leads there").isEqualTo("NOINTF");
    assertThat(ask(Endpoint.of("192.0.2.1", PORT), Endpoint.of("10.0.0.2", 4321), 0)).as("the address comes first")
        .isEqualTo("ADDR_NOT_IN_USE");
    assertThat(endpoints.inUse()).as("what was refused took nothing").isZero();
    world.route(0, Route.forward(IpPrefix.ALL_IP4, loop.index(), IpAddress.parse("10.0.0.9")));
    assertThat(ask(Endpoint.of("192.0.2.1", PORT), own, 0)).isEqualTo("10.0.0.1");
    world.route(0, Route.drop(IpPrefix.parse("192.0.2.0/24")));
    assertThat(ask(Endpoint.of("192.0.2.2", PORT), own, 0)).isEqualTo("NOROUTE");
    IpAddress near = IpAddress.parse("fe80::1");
    Endpoint nearOwn = new Endpoint(near.high(), near.low(), 4321, loop.index(), Endpoint.NAMESPACE_TABLE);
    assertThat(ask(Endpoint.of("fe80::9", PORT), nearOwn, 0)).as("on its link").isEqualTo("fe80::1");
    assertThat(ask(Endpoint.of("127.0.0.1", PORT), Endpoint.of("127.0.0.1", 4321), 0)).as("inside of the host")
        .isEqualTo("127.0.0.1");
  }

  @Test
  void T08_choosing_allocates_nothing() {
    NetInterface loop = world.loop("a", 0, "10.0.0.1/8", "10.1.0.1/16", "2001:db8::1/64");
    world.route(0, Route.forward(IpPrefix.ALL_IP4, loop.index(), IpAddress.parse("10.0.0.9")));
    Connection connection = new Connection();
    EndpointConfig config = new EndpointConfig().set(Endpoint.of("192.0.2.9", PORT), Endpoint.ANY_IP4, 0);
    assertThat(AllocatedBytes.leastOf(() -> {
      for (int i = 0; i < 2_000; i++) {
        connection.fresh();
        if (endpoints.allocate(connection, config) != 0) {
          throw new AssertionError("refused");
        }
        endpoints.release(connection);
      }
    })).isZero();
  }

  // ---- Asking.

  private String source(String remote, int table) {
    return ask(Endpoint.of(remote, PORT), Endpoint.ANY_IP4, table);
  }

  private SessionError error(String remote, int table) {
    return SessionError.valueOf(source(remote, table));
  }

  private String scoped(String remote, int interfaceIndex) {
    IpAddress to = IpAddress.parse(remote);
    Endpoint peer = new Endpoint(to.high(), to.low(), PORT, interfaceIndex, Endpoint.NAMESPACE_TABLE);
    String byRemote = ask(peer, Endpoint.ANY_IP4, 0);
    assertThat(ask(Endpoint.of(remote, PORT), on(interfaceIndex), 0)).isEqualTo(byRemote);
    return byRemote;
  }

  private static Endpoint on(int interfaceIndex) {
    return new Endpoint(0, 0, 0, interfaceIndex, Endpoint.NAMESPACE_TABLE);
  }

  private String forced(String local, int interfaceIndex, int table) {
    IpAddress own = IpAddress.parse(local);
    return ask(Endpoint.of("10.0.0.9", PORT),
        new Endpoint(own.high(), own.low(), 4321, interfaceIndex, Endpoint.NAMESPACE_TABLE), table);
  }

  private String ask(Endpoint remote, Endpoint local, int table) {
    TransportConnection connection = new Connection();
    SessionError error = allocate(connection, remote, local, table);
    return error == SessionError.NONE ? connection.localEndpoint().address().toString() : error.name();
  }

  private SessionError allocate(TransportConnection connection, Endpoint remote, Endpoint local, int table) {
    return SessionError.of(endpoints.allocate(connection, new EndpointConfig().set(remote, local, table)));
  }

  private static final class Connection extends TransportConnection {
    Connection() {
      fresh();
    }

    void fresh() {
      reuse(0, 1);
    }
  }
}
