package org.sluice.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.core.application.EntryView;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportTrait;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.transport.FakeConnectionlessTransport;
import org.sluice.testkit.transport.ScriptedTransport;

/** Where a proxy is one: each place of the network has one of a transport, whatever namespaces lead there. */
@Timeout(60)
class ProxyPlacesTest {
  private static final long SECRET = 1234;
  private static final int ABSENT = NamespaceBinding.ABSENT;
  private static final NamespaceBinding TO_LAN = NamespaceBinding.toInterface("lan");

  private final CaseWorld world = new CaseWorld();

  private RecordingApplication proxy(String name, String namespace, String protocol) {
    return world.attach(AttachOptions.named(name).with().namespace(namespace, SECRET).proxy(protocol).build());
  }

  private SessionError refused(String name, String protocol) {
    AttachOptions options = AttachOptions.named(name).with().proxy(protocol).build();
    return world.refusal(() -> world.simulation.stack().applications().attach(new RecordingApplication(), options));
  }

  private ScriptedTransport script() {
    return world.start(new ScriptedTransport(
        new TransportDescriptor("script", "S", ServiceType.VIRTUAL_CIRCUIT, TxMode.DEQUEUE), world.host));
  }

  private void addAddress(String interfaceName, String prefix) {
    var _ = world.simulation.await(() -> world.plane.addAddress(interfaceName, IpPrefix.parse(prefix)));
  }

  /** What leads to an application, in the order it came. */
  private List<String> places(CaseWorld where, String application) {
    return where.simulation.get(0, () -> where.simulation.stack().applicationRegistry().views().entries()).stream()
        .filter(entry -> entry.application().equals(application))
        .map(ProxyPlacesTest::place).toList();
  }

  private static String place(EntryView entry) {
    return entry.where() + " " + entry.protocol() + " " + entry.endpoint();
  }

  private void end(RecordingApplication... applications) {
    for (RecordingApplication application : applications) {
      world.detach(application);
    }
    world.end();
  }

  @Test
  void A20_an_address_that_would_give_two_proxies_one_place_is_refused() {
    world.loop("lan", 3);
    world.namespace("a", SECRET, TO_LAN);
    world.namespace("b", SECRET, TO_LAN);
    RecordingApplication first = proxy("first", "a", CaseWorld.NET);
    RecordingApplication second = proxy("second", "b", CaseWorld.NET);
    assertThat(world.refusal(() -> world.plane.addAddress("lan", IpPrefix.parse("192.0.2.1/24"))))
        .isEqualTo(SessionError.ALREADY_LISTENING);
    assertThat(world.packet(3, "192.0.2.1:80")).isEmpty();
    assertThat(world.connectOf("a", "127.0.0.1:80")).isEqualTo("first");
    assertThat(world.connectOf("b", "127.0.0.1:80")).isEqualTo("second");
    world.detach(second);
    addAddress("lan", "192.0.2.1/24");
    assertThat(world.packet(3, "192.0.2.1:80")).isEqualTo("first");
    assertThat(world.connectOf("a", "127.0.0.1:80")).isEqualTo("first");
    addAddress("lan", "2001:db8::1/64");
    assertThat(world.packet(3, "[2001:db8::1]:80")).isEqualTo("first");
    end(first);
  }

  @Test
  void A20_a_rebind_into_a_family_where_another_is_the_proxy_is_refused() {
    world.keepTable(5);
    world.keepTable(7);
    world.namespace("a", SECRET, NamespaceBinding.toTables(5, ABSENT));
    world.namespace("b", SECRET, NamespaceBinding.toTables(ABSENT, 7));
    RecordingApplication first = proxy("first", "a", CaseWorld.NET);
    RecordingApplication second = proxy("second", "b", CaseWorld.NET);
    assertThat(world.refusal(() ->
        world.namespaces.add("a", OptionalLong.of(SECRET), NamespaceBinding.toTables(5, 7))))
        .isEqualTo(SessionError.ALREADY_LISTENING);
    assertThat(world.packet(5, "203.0.113.1:80")).isEqualTo("first");
    assertThat(world.packet(7, "[2001:db8::1]:80")).isEqualTo("second");
    assertThat(world.connectOf("a", "[::1]:80")).isEqualTo("first");
    world.detach(second);
    world.namespace("a", SECRET, NamespaceBinding.toTables(5, 7));
    assertThat(world.packet(7, "[2001:db8::1]:80")).isEqualTo("first");
    end(first);
  }

  @Test
  void A20_proxies_that_met_while_their_transport_was_away_share_by_who_came_first_and_keep_the_local_side() {
    world.keepTable(5);
    world.keepTable(7);
    world.namespace("a", SECRET, NamespaceBinding.toTables(5, ABSENT));
    world.namespace("b", SECRET, NamespaceBinding.toTables(5, 7));
    world.simulation.stop(world.netHost);
    RecordingApplication first = proxy("first", "a", CaseWorld.NET);
    RecordingApplication second = proxy("second", "b", CaseWorld.NET);
    world.startNetwork();
    assertThat(world.packet(5, "203.0.113.1:80")).isEqualTo("first");
    assertThat(world.packet(7, "[2001:db8::1]:80")).isEqualTo("second");
    assertThat(world.connectOf("b", "127.0.0.1:80")).as("this host's side is nobody else's").isEqualTo("second");
    world.loop("lan", 3, "192.0.2.1/24");
    assertThat(world.connectOf("b", "127.0.0.1:80")).isEqualTo("second");
    world.detach(first);
    world.namespace("b", SECRET, NamespaceBinding.toTables(5, 7));
    assertThat(world.packet(5, "203.0.113.1:80")).isEqualTo("second");
    end(second);
  }

  @Test
  void A20_a_proxy_whose_transport_refuses_the_network_stays_one_on_this_host() {
    ScriptedTransport script = script();
    world.loop("lan", 3);
    world.namespace("a", SECRET, TO_LAN);
    RecordingApplication proxy = proxy("proxy", "a", "script");
    List<String> local = List.of("ns a script 0.0.0.0", "ns a script ::");
    assertThat(places(world, "proxy")).isEqualTo(local);
    script.throwIn("startListen");
    addAddress("lan", "192.0.2.1/24");
    assertThat(places(world, "proxy")).containsExactlyInAnyOrderElementsOf(local);
    script.behaveIn("startListen");
    addAddress("lan", "192.0.2.2/24");
    assertThat(places(world, "proxy")).containsExactlyInAnyOrder(
        "ns a script 0.0.0.0", "table 3 script 192.0.2.1", "ns a script ::");
    script.throwIn("startListen");
    world.simulation.await(() -> world.plane.deleteAddress("lan", IpPrefix.parse("192.0.2.1").address()));
    assertThat(places(world, "proxy")).as("one that cannot follow").containsExactlyInAnyOrderElementsOf(local);
    end(proxy);
  }

  @Test
  void A20_both_forms_of_a_protocol_are_one_place_of_the_network() {
    String secure = CaseWorld.NET + "s";
    world.loop("lan", 0, "192.0.2.1/24");
    RecordingApplication plain = world.attach("plain", Scope.GLOBAL);
    RecordingApplication other = world.attach("other", Scope.GLOBAL);
    final long listener = world.listen(plain, "192.0.2.1:80");
    String same = secure + "://192.0.2.1:80";
    assertThat(world.refusal(() -> other.context().listen(same))).isEqualTo(SessionError.ALREADY_LISTENING);
    assertThat(world.refusal(() -> plain.context().listen(same))).as("nor does the application share with itself")
        .isEqualTo(SessionError.ALREADY_LISTENING);
    world.unlisten(plain, listener);
    long protectedOne = world.simulation.await(() -> other.context().listen(same));
    assertThat(world.packet(0, "192.0.2.1:80")).isEqualTo("other");
    RecordingApplication client = world.attach("client", Scope.LOCAL, Scope.GLOBAL);
    assertThat(world.connect(client, "192.0.2.1:80")).isEqualTo(SessionError.NONE);
    assertThat(world.local.calls("connect")).as("what is not asked for does not answer").isZero();
    world.unlisten(other, protectedOne);

    RecordingApplication proxy = world.attach(AttachOptions.named("proxy").with().proxy(CaseWorld.NET).build());
    assertThat(refused("x", secure)).isEqualTo(SessionError.ALREADY_LISTENING);
    world.detach(proxy);
    assertThat(world.refusal(() -> world.simulation.stack().applications().attach(new RecordingApplication(),
        AttachOptions.named("x").with().proxy(CaseWorld.NET, secure).build())))
        .as("one that wants both").isEqualTo(SessionError.ALREADY_LISTENING);
    RecordingApplication local = world.attach(
        AttachOptions.named("local").with().proxy(CaseWorld.NET, secure).scopes(Scope.LOCAL).build());
    assertThat(places(world, "local")).as("on this host they are two").hasSize(4);
    end(plain, other, client, local);
  }

  @Test
  void A20_a_proxy_of_datagrams_has_its_sessions_and_so_have_its_further_workers() {
    world.start(new FakeConnectionlessTransport(world.host));
    world.loop("lan", 3);
    world.namespace("a", SECRET, TO_LAN);
    RecordingApplication proxy = proxy("proxy", "a", "message");
    assertThat(proxy.logs()).as("no network yet").isEmpty();
    addAddress("lan", "192.0.2.1/24");
    world.simulation.run();
    assertThat(proxy.logs()).hasSize(1)
        .allSatisfy(log -> assertThat(log.events()).containsExactly("listening"));
    RecordingApplication second = new RecordingApplication();
    var _ = world.simulation.await(() -> proxy.context().addWorker(second));
    world.simulation.run();
    assertThat(second.logs()).hasSize(1)
        .allSatisfy(log -> assertThat(log.events()).containsExactly("listening"));
    world.simulation.await(() -> proxy.context().detachWorker().thenApply(done -> true));
    world.simulation.run();
    assertThat(second.logs().getFirst().isOver()).isFalse();
    assertThat(places(world, "proxy")).contains("table 3 message 192.0.2.1");
    world.deleteNamespace("a");
    world.end();
  }

  /** Opens sessions of listeners of datagrams while it is told to. */
  private static final class Refusing extends FakeConnectionlessTransport {
    private boolean refuses;

    Refusing(HostServices host) {
      super(host);
    }

    @Override
    public long openDatagrams(long session, EndpointConfig config) {
      return refuses ? SessionError.ALLOC.code() : super.openDatagrams(session, config);
    }
  }

  @Test
  void A20_a_proxy_that_gets_no_sessions_of_datagrams_stays_one_on_this_host() {
    Refusing transport = world.start(new Refusing(world.host));
    world.loop("lan", 3);
    world.namespace("a", SECRET, TO_LAN);
    RecordingApplication proxy = proxy("proxy", "a", "message");
    RecordingApplication second = new RecordingApplication();
    var _ = world.simulation.await(() -> proxy.context().addWorker(second));
    List<String> local = List.of("ns a message 0.0.0.0", "ns a message ::");
    assertThat(places(world, "proxy")).isEqualTo(local);
    transport.refuses = true;
    addAddress("lan", "192.0.2.1/24");
    world.simulation.run();
    assertThat(places(world, "proxy")).containsExactlyInAnyOrderElementsOf(local);
    assertThat(world.simulation.get(0, () -> world.simulation.stack().applicationRegistry().views().listeners()))
        .hasSize(2).allSatisfy(listener -> assertThat(listener.members()).hasSize(2));
    assertThat(proxy.logs()).isEmpty();

    transport.refuses = false;
    addAddress("lan", "192.0.2.2/24");
    world.simulation.run();
    assertThat(places(world, "proxy")).as("asked again").containsExactlyInAnyOrder(
        "ns a message 0.0.0.0", "table 3 message 192.0.2.1", "ns a message ::");
    assertThat(List.of(proxy, second)).allSatisfy(one -> assertThat(one.logs()).singleElement()
        .satisfies(log -> assertThat(log.events()).containsExactly("listening")));
    end(proxy);
  }

  @Test
  void A20_the_network_side_of_a_proxy_of_datagrams_goes_with_the_last_worker_that_has_sessions() {
    int[] opens = {0};
    world.start(new FakeConnectionlessTransport(world.host) {
      @Override
      public long openDatagrams(long session, EndpointConfig config) {
        return ++opens[0] == 1 ? super.openDatagrams(session, config) : SessionError.ALLOC.code();
      }
    });
    world.loop("lan", 3);
    world.namespace("a", SECRET, TO_LAN);
    RecordingApplication proxy = proxy("proxy", "a", "message");
    RecordingApplication second = new RecordingApplication();
    var _ = world.simulation.await(() -> proxy.context().addWorker(second));
    addAddress("lan", "192.0.2.1/24");
    world.simulation.run();
    assertThat(opens[0]).as("both workers").isEqualTo(2);
    assertThat(places(world, "proxy")).contains("table 3 message 192.0.2.1");
    assertThat(proxy.logs()).as("the one that was asked for first").hasSize(1);
    world.simulation.await(() -> proxy.context().detachWorker().thenApply(done -> true));
    assertThat(places(world, "proxy")).containsExactlyInAnyOrder("ns a message 0.0.0.0", "ns a message ::");
    world.deleteNamespace("a");
    world.end();
  }

  @Test
  void A20_a_worker_that_gets_no_sessions_of_datagrams_does_not_join_and_the_others_stay() {
    int[] opens = {0};
    int refuseFrom = 2;
    world.start(new FakeConnectionlessTransport(world.host) {
      @Override
      public long openDatagrams(long session, EndpointConfig config) {
        return ++opens[0] < refuseFrom ? super.openDatagrams(session, config) : SessionError.ALLOC.code();
      }
    });
    RecordingApplication proxy = world.attach(AttachOptions.named("proxy").with().proxy("message").build());
    world.simulation.run();
    assertThat(opens[0]).as("both families").isEqualTo(2);
    assertThat(places(world, "proxy")).containsExactly(
        "table 0 message 0.0.0.0", "ns default message 0.0.0.0", "ns default message ::");
    RecordingApplication second = new RecordingApplication();
    var _ = world.simulation.await(() -> proxy.context().addWorker(second));
    world.simulation.run();
    assertThat(second.logs()).isEmpty();
    assertThat(world.simulation.get(0, () -> world.simulation.stack().applicationRegistry().views().listeners()))
        .extracting(listener -> listener.members().size()).as("both sides of the one, and the other on this host")
        .containsExactly(1, 1, 2);
    assertThat(proxy.logs()).singleElement().satisfies(log -> assertThat(log.isOver()).isFalse());
    end(proxy);
  }

  @Test
  void A20_a_local_proxy_waits_for_the_local_transport() {
    Simulation bare = new Simulation(1, 1);
    TestHost host = bare.host("net", Map.of());
    bare.start(host, new ScriptedTransport(
        new TransportDescriptor("script", "S", ServiceType.VIRTUAL_CIRCUIT, TxMode.DEQUEUE), host));
    RecordingApplication proxy = new RecordingApplication();
    AttachOptions options = AttachOptions.named("proxy").with().proxy("script").scopes(Scope.LOCAL).build();
    var _ = bare.await(() -> bare.stack().applications().attach(proxy, options));
    assertThat(bare.get(0, () -> bare.stack().applicationRegistry().views().entries())).isEmpty();
    for (int round = 0; round < 2; round++) {
      TestHost localHost = bare.host("local" + round, Map.of());
      bare.start(localHost, new ScriptedTransport(new TransportDescriptor(
          "local", "L", ServiceType.VIRTUAL_CIRCUIT, TxMode.INTERNAL, Set.of(TransportTrait.LOCAL)), localHost));
      assertThat(bare.get(0, () -> bare.stack().applicationRegistry().views().entries()))
          .extracting(ProxyPlacesTest::place)
          .containsExactly("ns default script 0.0.0.0", "ns default script ::");
      bare.stop(localHost);
      assertThat(bare.get(0, () -> bare.stack().applicationRegistry().views().entries())).isEmpty();
    }
    bare.await(() -> proxy.context().detach().thenApply(done -> true));
    bare.stop(host);
    bare.requireNothingLeft();
  }
}
