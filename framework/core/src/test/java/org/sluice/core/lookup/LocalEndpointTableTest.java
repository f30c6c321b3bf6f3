package org.sluice.core.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportConnection;

/** Local addresses and ports, without a network. */
final class LocalEndpointTableTest {
  private static final int PROTOCOL = 3;
  private static final Endpoint SERVER = Endpoint.of("192.0.2.1", 80).withTable(0);
  private static final Endpoint OTHER_SERVER = Endpoint.of("192.0.2.2", 80).withTable(0);
  private static final IpAddress OWN = IpAddress.parse("198.51.100.7");

  private static final SourceAddressSelector OWN_ADDRESS = new Fixed(OWN, SessionError.NONE);

  private final FlowTable flows = Flows.table(1 << 18, 1);
  private final FlowTable users = Flows.table(1 << 18, 2);
  private final FlowKey key = new FlowKey();

  @Test
  void port_is_random_and_in_the_range() {
    LocalEndpointTable endpoints = table(new PortRange(20_000, 60_000));
    Set<Integer> ports = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      ports.add(connect(endpoints, SERVER).localPort());
    }
    assertThat(ports).hasSize(500).allMatch(port -> port >= 20_000 && port <= 60_000);
    assertThat(ports.stream().mapToInt(Integer::intValue).average().orElseThrow()).isBetween(37_000.0, 43_000.0);
    assertThat(endpoints.inUse()).isEqualTo(500);
  }

  @Test
  void same_seed_chooses_the_same_ports() {
    FakeConnection one = new FakeConnection(PROTOCOL);
    FakeConnection other = new FakeConnection(PROTOCOL);
    table(PortRange.EPHEMERAL).allocate(one, config(SERVER, Endpoint.of(OWN, 0)));
    LocalEndpointTable again = new LocalEndpointTable(
        Flows.table(16, 9), flow -> false, OWN_ADDRESS, new SplittableRandom(5), PortRange.EPHEMERAL);
    again.allocate(other, config(SERVER, Endpoint.of(OWN, 0)));
    assertThat(one.localPort()).isEqualTo(other.localPort()).isGreaterThanOrEqualTo(1024);
  }

  @Test
  void local_side_is_written_into_the_connection() {
    LocalEndpointTable endpoints = table(PortRange.EPHEMERAL);
    FakeConnection connection = new FakeConnection(PROTOCOL);
    Endpoint wanted = new Endpoint(OWN.high(), OWN.low(), 4321, 2, 9);
    assertThat(endpoints.allocate(connection, config(SERVER, wanted))).isZero();
    assertThat(connection.localEndpoint()).isEqualTo(wanted);
    assertThat(connection.remoteEndpoint().address()).isEqualTo(SERVER.address());
    assertThat(connection.remotePort()).isEqualTo(80);
  }

  @Test
  void address_comes_from_the_selector_when_none_is_asked_for() {
    LocalEndpointTable endpoints = table(PortRange.EPHEMERAL);
    FakeConnection connection = new FakeConnection(PROTOCOL);
    assertThat(endpoints.allocate(connection, config(SERVER, Endpoint.ANY_IP4.withTable(4)))).isZero();
    assertThat(connection.localEndpoint().address()).isEqualTo(OWN);
    assertThat(connection.interfaceIndex()).isEqualTo(6);
    assertThat(connection.table()).isEqualTo(4);
    assertThat(endpoints.inUse()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NOROUTE", "NOINTF", "NOIP"})
  void error_of_the_selector_is_the_answer_and_takes_nothing(String error) {
    SessionError expected = SessionError.valueOf(error);
    LocalEndpointTable endpoints =
        new LocalEndpointTable(users, this::exists, new Fixed(OWN, expected), new SplittableRandom(1),
            PortRange.EPHEMERAL);
    assertThat(allocate(endpoints, SERVER, Endpoint.ANY_IP4)).isEqualTo(expected);
    assertThat(allocate(endpoints, SERVER, Endpoint.of("0.0.0.0", 5555))).isEqualTo(expected);
    assertThat(allocate(endpoints, SERVER, Endpoint.of("::", 0))).isEqualTo(expected);
    assertThat(endpoints.inUse()).isZero();
  }

  @Test
  void T08_an_address_that_was_asked_for_must_be_an_own_one() {
    LocalEndpointTable endpoints = table(PortRange.EPHEMERAL);
    Endpoint foreign = Endpoint.of("203.0.113.8", 4321).withTable(0);
    assertThat(allocate(endpoints, SERVER, foreign)).isEqualTo(SessionError.ADDR_NOT_IN_USE);
    assertThat(endpoints.inUse()).isZero();
    assertThat(allocate(endpoints, SERVER, Endpoint.of(OWN, 4321).withTable(0))).isEqualTo(SessionError.NONE);
    assertThat(endpoints.inUse()).isEqualTo(1);
  }

  @Test
  void forced_port_is_shared_while_the_remote_sides_differ() {
    LocalEndpointTable endpoints = table(PortRange.EPHEMERAL);
    Endpoint forced = Endpoint.of(OWN, 4321).withTable(0);
    FakeConnection first = connect(endpoints, SERVER, forced);
    FakeConnection second = connect(endpoints, OTHER_SERVER, forced);
    assertThat(endpoints.inUse()).as("one entry, two users").isEqualTo(1);

    assertThat(allocate(endpoints, SERVER, forced)).isEqualTo(SessionError.PORTINUSE);
    close(endpoints, first);
    assertThat(endpoints.inUse()).isEqualTo(1);
    connect(endpoints, SERVER, forced);
    close(endpoints, second);
    assertThat(endpoints.inUse()).isEqualTo(1);
  }

  @Test
  void forced_port_of_a_flow_that_was_accepted_is_in_use() {
    LocalEndpointTable endpoints = table(PortRange.EPHEMERAL);
    Endpoint forced = Endpoint.of(OWN, 8080).withTable(0);
    FakeConnection accepted = new FakeConnection(PROTOCOL);
    accepted.endpoints(forced, SERVER);
    flows.add(key.set(accepted), 1);
    assertThat(allocate(endpoints, SERVER, forced)).isEqualTo(SessionError.PORTINUSE);
    assertThat(allocate(endpoints, OTHER_SERVER, forced)).isEqualTo(SessionError.NONE);
  }

  @Test
  void entries_of_other_protocols_tables_and_addresses_are_others() {
    LocalEndpointTable endpoints = table(PortRange.EPHEMERAL);
    Endpoint forced = Endpoint.of(OWN, 4321).withTable(0);
    connect(endpoints, SERVER, forced);
    connect(endpoints, SERVER, forced.withTable(1));
    connect(endpoints, SERVER, Endpoint.of("198.51.100.8", 4321).withTable(0));
    FakeConnection otherProtocol = new FakeConnection(PROTOCOL + 1);
    assertThat(endpoints.allocate(otherProtocol, config(SERVER, forced))).isZero();
    assertThat(endpoints.inUse()).isEqualTo(4);
  }

  @Test
  void unused_port_is_preferred_to_a_shared_one() {
    LocalEndpointTable endpoints = table(new PortRange(1024, 1027));
    Set<Integer> ports = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      ports.add(connect(endpoints, i % 2 == 0 ? SERVER : OTHER_SERVER).localPort());
    }
    assertThat(ports).hasSize(4);
  }

  @Test
  void all_ports_are_used_towards_one_server_then_there_is_none() {
    LocalEndpointTable endpoints = table(new PortRange(2000, 2999));
    List<FakeConnection> connections = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      connections.add(connect(endpoints, SERVER));
    }
    assertThat(connections).extracting(TransportConnection::localPort).doesNotHaveDuplicates();
    assertThat(allocate(endpoints, SERVER, Endpoint.of(OWN, 0))).isEqualTo(SessionError.NOPORT);

    for (int i = 0; i < 1_000; i++) {
      connect(endpoints, OTHER_SERVER);
    }
    assertThat(endpoints.inUse()).as("shared with the other server").isEqualTo(1_000);
    assertThat(allocate(endpoints, OTHER_SERVER, Endpoint.of(OWN, 0))).isEqualTo(SessionError.NOPORT);

    FakeConnection closed = connections.get(437);
    close(endpoints, closed);
    assertThat(connect(endpoints, SERVER).localPort()).as("the one that was freed").isEqualTo(closed.localPort());
  }

  @Test
  void whole_range_can_be_used() {
    LocalEndpointTable endpoints = table(PortRange.EPHEMERAL);
    Set<Integer> ports = new HashSet<>();
    for (int i = 0; i < 64_512; i++) {
      ports.add(connect(endpoints, SERVER).localPort());
    }
    assertThat(ports).hasSize(64_512);
    assertThat(allocate(endpoints, SERVER, Endpoint.of(OWN, 0))).isEqualTo(SessionError.NOPORT);
  }

  @Test
  void full_table_has_no_port() {
    LocalEndpointTable endpoints = new LocalEndpointTable(
        Flows.table(2, 1), this::exists, OWN_ADDRESS, new SplittableRandom(5), PortRange.EPHEMERAL);
    connect(endpoints, SERVER);
    connect(endpoints, SERVER);
    assertThat(allocate(endpoints, SERVER, Endpoint.of(OWN, 0))).isEqualTo(SessionError.NOPORT);
    assertThat(endpoints.inUse()).isEqualTo(2);
  }

  @Test
  void listener_of_a_specific_address_is_a_user_one_of_any_address_is_not() {
    LocalEndpointTable endpoints = table(PortRange.EPHEMERAL);
    FakeConnection specific = new FakeConnection(PROTOCOL);
    specific.endpoints(Endpoint.of(OWN, 80).withTable(0), Endpoint.ANY_IP4);
    FakeConnection any = new FakeConnection(PROTOCOL);
    any.endpoints(Endpoint.of("0.0.0.0", 80).withTable(0), Endpoint.ANY_IP4);
    FakeConnection any6 = new FakeConnection(PROTOCOL);
    any6.endpoints(Endpoint.of("::", 80).withTable(0), Endpoint.of("::", 0));

    List.of(specific, any, any6).forEach(endpoints::share);
    assertThat(endpoints.inUse()).isEqualTo(1);
    FakeConnection client = connect(endpoints, SERVER, Endpoint.of(OWN, 80).withTable(0));
    assertThat(endpoints.inUse()).as("a connect may use the listener's address and port").isEqualTo(1);

    List.of(any6, any, specific).forEach(endpoints::release);
    assertThat(endpoints.inUse()).isEqualTo(1);
    close(endpoints, client);
    assertThat(endpoints.inUse()).isZero();
  }

  @Test
  void taken_over_endpoint_is_free_when_both_users_have_released_it() {
    LocalEndpointTable endpoints = table(PortRange.EPHEMERAL);
    FakeConnection halfOpen = connect(endpoints, SERVER);
    FakeConnection established = new FakeConnection(PROTOCOL);
    established.endpointsOf(halfOpen);
    endpoints.share(established);
    endpoints.release(halfOpen);
    assertThat(endpoints.inUse()).isEqualTo(1);
    endpoints.release(established);
    assertThat(endpoints.inUse()).isZero();
  }

  @Test
  void release_without_a_user_is_a_programmer_error() {
    LocalEndpointTable endpoints = table(PortRange.EPHEMERAL);
    FakeConnection connection = connect(endpoints, SERVER);
    endpoints.release(connection);
    assertThatThrownBy(() -> endpoints.release(connection))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("198.51.100.7:" + connection.localPort());
  }

  @Test
  @Timeout(60)
  void release_from_any_worker_is_effective_at_once() throws Exception {
    LocalEndpointTable endpoints = table(new PortRange(3000, 3099));
    try (ExecutorService workers = Executors.newFixedThreadPool(3)) {
      for (int round = 0; round < 200; round++) {
        List<FakeConnection> connections = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          connections.add(connect(endpoints, SERVER));
        }
        List<Future<?>> releases = new ArrayList<>();
        for (int worker = 0; worker < 3; worker++) {
          int first = worker;
          releases.add(workers.submit(() -> {
            for (int i = first; i < 100; i += 3) {
              close(endpoints, connections.get(i));
            }
          }));
        }
        for (Future<?> release : releases) {
          release.get();
        }
        assertThat(endpoints.inUse()).isZero();
      }
    }
  }

  @Test
  void port_range_is_checked() {
    assertThatThrownBy(() -> new PortRange(0, 10)).hasMessageContaining("0..10");
    assertThatThrownBy(() -> new PortRange(10, 65_536)).hasMessageContaining("10..65536");
    assertThatThrownBy(() -> new PortRange(11, 10)).hasMessageContaining("11..10");
    LocalEndpointTable single = table(new PortRange(7, 7));
    assertThat(connect(single, SERVER).localPort()).isEqualTo(7);
  }

  private LocalEndpointTable table(PortRange range) {
    return new LocalEndpointTable(users, this::exists, OWN_ADDRESS, new SplittableRandom(5), range);
  }

  private boolean exists(FlowKey flow) {
    return flows.find(flow) >= 0;
  }

  private FakeConnection connect(LocalEndpointTable endpoints, Endpoint remote) {
    return connect(endpoints, remote, Endpoint.of(OWN, 0).withTable(0));
  }

  /** Connects, and enters the flow as a session layer does. */
  private FakeConnection connect(LocalEndpointTable endpoints, Endpoint remote, Endpoint local) {
    FakeConnection connection = new FakeConnection(PROTOCOL);
    assertThat(SessionError.of(endpoints.allocate(connection, config(remote, local)))).isEqualTo(SessionError.NONE);
    assertThat(flows.add(key.set(connection), 1)).as("flow %s", connection.localEndpoint()).isTrue();
    return connection;
  }

  private void close(LocalEndpointTable endpoints, TransportConnection connection) {
    assertThat(flows.remove(new FlowKey().set(connection), 1)).isTrue();
    endpoints.release(connection);
  }

  private static SessionError allocate(LocalEndpointTable endpoints, Endpoint remote, Endpoint local) {
    return SessionError.of(endpoints.allocate(new FakeConnection(PROTOCOL), config(remote, local)));
  }

  private static EndpointConfig config(Endpoint remote, Endpoint local) {
    return new EndpointConfig().set(remote, local, local.table()).origin(Handle.INVALID, PROTOCOL);
  }

  /** A host with the addresses around one, all on interface 6. */
  private record Fixed(IpAddress own, SessionError error) implements SourceAddressSelector {

    @Override
    public int select(EndpointConfig config, TransportConnection connection) {
      connection.local(own.high(), own.low(), 0);
      connection.scope(connection.table(), 6);
      return error.code();
    }

    @Override
    public int check(EndpointConfig config, TransportConnection connection) {
      boolean isOwn = new IpPrefix(own, 24).contains(connection.localHigh(), connection.localLow());
      return isOwn ? 0 : SessionError.ADDR_NOT_IN_USE.code();
    }
  }

  private static final class FakeConnection extends TransportConnection {
    FakeConnection(int protocol) {
      reuse(0, protocol);
    }
  }
}
