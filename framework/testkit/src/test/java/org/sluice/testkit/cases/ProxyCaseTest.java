package org.sluice.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.ListenOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointFlag;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.policy.PolicyWorld;

/** The case {@code proxy}: an application takes what nobody else listens on. */
@Timeout(60)
class ProxyCaseTest {
  private static final long SECRET = 1234;
  private static final NamespaceBinding TO_LAN = NamespaceBinding.toInterface("lan");

  private final CaseWorld world = new CaseWorld();

  private static AttachOptions.Builder proxy(String name) {
    return AttachOptions.named(name).with().proxy(CaseWorld.NET);
  }

  /** A proxy in a namespace that is bound to an interface of table 3. */
  private RecordingApplication onInterface() {
    world.loop("lan", 3, "192.0.2.1/24", "2001:db8::1/64");
    world.namespace("a", SECRET, TO_LAN);
    return world.attach(proxy("proxy").namespace("a", SECRET).build());
  }

  private void end(RecordingApplication... applications) {
    for (RecordingApplication application : applications) {
      world.detach(application);
    }
    world.end();
  }

  private SessionError refused(AttachOptions options) {
    return world.refusal(() -> world.simulation.stack().applications().attach(new RecordingApplication(), options));
  }

  /** How each session of an application began. */
  private static List<String> events(RecordingApplication application) {
    return application.logs().stream().map(log -> log.events().getFirst()).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1:", "[2001:db8::1]:"})
  void A20_every_port_of_the_address_leads_packets_to_the_proxy(String address) {
    RecordingApplication proxy = onInterface();
    assertThat(world.packet(3, address + 1)).isEqualTo("proxy");
    long listener = world.handle();
    assertThat(world.packet(3, address + 65535)).isEqualTo("proxy");
    assertThat(world.handle()).isEqualTo(listener);
    end(proxy);
  }

  @Test
  void A20_another_address_or_table_leads_to_nobody() {
    RecordingApplication proxy = onInterface();
    assertThat(world.packet(3, "192.0.2.2:80")).isEmpty();
    assertThat(world.packet(3, "[2001:db8::2]:80")).isEmpty();
    assertThat(world.packet(0, "192.0.2.1:80")).isEmpty();
    end(proxy);
  }

  @Test
  void A20_connects_of_its_namespace_lead_to_the_proxy_and_those_of_others_do_not() {
    RecordingApplication proxy = onInterface();
    for (String to : List.of("127.0.0.1:80", "192.0.2.1:80", "198.51.100.1:80", "[::1]:80", "[2001:db8::7]:80")) {
      assertThat(world.connectOf("a", to)).as(to).isEqualTo("proxy");
      assertThat(world.connectOf(CaseWorld.DEFAULT, to)).as(to).isEmpty();
    }
    RecordingApplication client =
        world.attach(AttachOptions.named("client").with().namespace("a", SECRET).build());
    assertThat(world.connect(client, "198.51.100.1:80")).isEqualTo(SessionError.NONE);
    assertThat(world.served()).isEqualTo("proxy");
    assertThat(world.local.lastHalfOpen().remoteEndpoint()).as("what was asked for, which a proxy goes on to")
        .isEqualTo(Endpoint.of("198.51.100.1", 80).withTable(3));
    end(proxy, client);
  }

  @Test
  void A20_after_its_detach_nothing_leads_to_it() {
    RecordingApplication proxy = onInterface();
    world.detach(proxy);
    assertThat(world.packet(3, "192.0.2.1:80")).isEmpty();
    assertThat(world.packet(3, "[2001:db8::1]:80")).isEmpty();
    assertThat(world.connectOf("a", "192.0.2.1:80")).isEmpty();
    assertThat(world.connectOf("a", "[::1]:80")).isEmpty();
    assertThat(world.portsInUse()).isZero();
    assertThat(world.simulation.get(0, () -> world.simulation.stack().applicationRegistry().views().entries()))
        .isEmpty();
    world.end();
  }

  @Test
  void A20_listeners_come_before_the_proxy_wherever_they_listen() {
    final RecordingApplication proxy = onInterface();
    RecordingApplication exact = world.attach(AttachOptions.named("exact").with().namespace("a", SECRET).build());
    RecordingApplication wild = world.attach(
        AttachOptions.named("wild").with().namespace("a", SECRET).scopes(Scope.GLOBAL).build());
    final long listener = world.listen(exact, "192.0.2.1:80");
    world.listen(wild, "0.0.0.0:81");
    assertThat(world.packet(3, "192.0.2.1:80")).isEqualTo("exact");
    assertThat(world.packet(3, "192.0.2.1:81")).isEqualTo("wild");
    assertThat(world.packet(3, "192.0.2.1:82")).isEqualTo("proxy");
    assertThat(world.connectOf("a", "192.0.2.1:80")).isEqualTo("exact");
    assertThat(world.connect(exact, "192.0.2.1:81")).isEqualTo(SessionError.NONE);
    assertThat(world.served()).as("though the local table has only the proxy").isEqualTo("wild");
    assertThat(world.connect(exact, "192.0.2.1:82")).isEqualTo(SessionError.NONE);
    assertThat(world.served()).isEqualTo("proxy");
    world.unlisten(exact, listener);
    assertThat(world.packet(3, "192.0.2.1:80")).isEqualTo("proxy");
    end(proxy, exact, wild);
  }

  @Test
  void A20_the_proxy_gets_past_itself_in_both_scopes() {
    RecordingApplication proxy = onInterface();
    assertThat(world.connect(proxy, "127.0.0.1:80")).as("locally").isEqualTo(SessionError.NOROUTE);
    assertThat(world.connect(proxy, "192.0.2.1:80")).as("globally, to the network, whose packets come to it")
        .isEqualTo(SessionError.NONE);
    assertThat(events(proxy)).containsExactlyInAnyOrder("connected", "accepted");
    assertThat(world.connect(proxy, "192.0.2.9:80")).as("to whom it stands for").isEqualTo(SessionError.REFUSED);
    assertThat(world.local.calls("connect")).isZero();
    RecordingApplication server = world.attach(AttachOptions.named("server").with().namespace("a", SECRET).build());
    world.listen(server, "0.0.0.0:80");
    assertThat(world.connect(proxy, "127.0.0.1:80")).as("a listener beside it").isEqualTo(SessionError.NONE);
    assertThat(world.served()).isEqualTo("server");
    end(proxy, server);
  }

  @Test
  void A20_a_global_proxy_takes_connects_to_this_host_alone() {
    world.loop("lan", 0, "192.0.2.1/24");
    RecordingApplication proxy = world.attach(proxy("proxy").scopes(Scope.GLOBAL).build());
    RecordingApplication client = world.attach("client", Scope.LOCAL, Scope.GLOBAL);
    assertThat(world.packet(0, "203.0.113.1:80")).as("no interface, every address").isEqualTo("proxy");
    assertThat(world.connectOf(CaseWorld.DEFAULT, "192.0.2.1:80")).as("not in the local table").isEmpty();
    assertThat(world.connect(client, "192.0.2.1:80")).isEqualTo(SessionError.NONE);
    assertThat(world.local.calls("connect")).as("it is attached here").isEqualTo(1);
    assertThat(world.connect(client, "127.0.0.1:80")).isEqualTo(SessionError.NOROUTE);
    assertThat(world.connect(proxy, "192.0.2.1:80")).isEqualTo(SessionError.NONE);
    assertThat(world.local.calls("connect")).as("not to itself").isEqualTo(1);
    assertThat(events(proxy)).as("but by the network").containsExactlyInAnyOrder("connected", "accepted");
    assertThat(world.connect(client, "192.0.2.7:80")).isEqualTo(SessionError.NONE);
    assertThat(world.local.calls("connect")).as("another host, by the network").isEqualTo(1);
    assertThat(events(client)).containsExactly("connected");
    assertThat(events(proxy)).as("whose packets come to it").hasSize(3).endsWith("accepted");
    end(proxy, client);
  }

  @Test
  void A20_a_local_proxy_is_in_no_table_of_the_network() {
    world.loop("lan", 0, "192.0.2.1/24");
    RecordingApplication proxy = world.attach(proxy("proxy").scopes(Scope.LOCAL).build());
    assertThat(world.packet(0, "192.0.2.1:80")).isEmpty();
    assertThat(world.connectOf(CaseWorld.DEFAULT, "192.0.2.1:80")).isEqualTo("proxy");
    assertThat(world.portsInUse()).isZero();
    end(proxy);
  }

  @Test
  void A20_a_rebind_takes_the_proxy_along_also_into_families_that_were_absent() {
    world.keepTable(5);
    world.namespace("a", SECRET, NamespaceBinding.toTables(5, NamespaceBinding.ABSENT));
    RecordingApplication proxy = world.attach(proxy("proxy").namespace("a", SECRET).build());
    assertThat(world.packet(5, "203.0.113.1:80")).isEqualTo("proxy");
    long listener = world.handle();
    assertThat(world.packet(5, "[2001:db8::1]:80")).as("absent").isEmpty();
    assertThat(world.connectOf("a", "[::1]:80")).as("local needs no table").isEqualTo("proxy");

    world.loop("lan", 3, "192.0.2.1/24", "2001:db8::1/64");
    world.namespace("a", SECRET, TO_LAN);
    assertThat(world.packet(5, "203.0.113.1:80")).isEmpty();
    assertThat(world.packet(3, "192.0.2.1:80")).isEqualTo("proxy");
    assertThat(world.handle()).as("moved, not made anew").isEqualTo(listener);
    assertThat(world.packet(3, "192.0.2.2:80")).as("the address of the interface").isEmpty();
    assertThat(world.packet(3, "[2001:db8::1]:80")).isEqualTo("proxy");
    assertThat(world.portsInUse()).isEqualTo(2);

    world.simulation.await(() -> world.plane.deleteAddress("lan", IpPrefix.parse("192.0.2.1").address()));
    assertThat(world.packet(3, "192.0.2.1:80")).as("no address, no listener").isEmpty();
    assertThat(world.connectOf("a", "192.0.2.1:80")).isEqualTo("proxy");
    world.simulation.await(() -> world.plane.addAddress("lan", IpPrefix.parse("192.0.2.5/24")));
    assertThat(world.packet(3, "192.0.2.5:80")).isEqualTo("proxy");

    world.namespace("a", SECRET, NamespaceBinding.toTables(5, NamespaceBinding.ABSENT));
    assertThat(world.packet(3, "[2001:db8::1]:80")).isEmpty();
    assertThat(world.connectOf("a", "[::1]:80")).isEqualTo("proxy");
    assertThat(world.portsInUse()).isZero();
    end(proxy);
  }

  @Test
  void A20_a_proxy_waits_for_its_transport_and_has_it_again_after_a_reload() {
    CaseWorld bare = new CaseWorld(false);
    RecordingApplication proxy = bare.attach(proxy("proxy").build());
    assertThat(bare.simulation.get(0, () -> bare.simulation.stack().applicationRegistry().views().entries()))
        .isEmpty();
    bare.startNetwork();
    assertThat(bare.packet(0, "203.0.113.1:80")).isEqualTo("proxy");
    bare.simulation.stop(bare.netHost);
    bare.startNetwork();
    assertThat(bare.packet(0, "203.0.113.1:80")).isEqualTo("proxy");
    assertThat(bare.connectOf(CaseWorld.DEFAULT, "203.0.113.1:80")).isEqualTo("proxy");
    bare.detach(proxy);
    assertThat(bare.packet(0, "203.0.113.1:80")).isEmpty();
    bare.end();
  }

  @Test
  void A20_further_workers_share_what_comes_and_keep_it_when_the_first_leaves() {
    RecordingApplication proxy = onInterface();
    ApplicationContext second = world.simulation.await(() -> proxy.context().addWorker(proxy));
    assertThat(world.simulation.get(0, () -> world.simulation.stack().applicationRegistry().views().listeners()))
        .allSatisfy(listener -> assertThat(listener.members()).hasSize(2));
    world.simulation.await(() -> proxy.context().detachWorker().thenApply(done -> true));
    assertThat(world.packet(3, "192.0.2.1:80")).isEqualTo("proxy");
    world.simulation.await(() -> second.detach().thenApply(done -> true));
    assertThat(world.packet(3, "192.0.2.1:80")).isEmpty();
    world.end();
  }

  @Test
  void A20_two_proxies_of_one_protocol_and_place_are_one_too_many() {
    RecordingApplication proxy = onInterface();
    assertThat(refused(proxy("other").namespace("a", SECRET).build())).isEqualTo(SessionError.ALREADY_LISTENING);
    world.namespace("b", SECRET, TO_LAN);
    assertThat(refused(proxy("other").namespace("b", SECRET).build())).as("the same table")
        .isEqualTo(SessionError.ALREADY_LISTENING);
    RecordingApplication local =
        world.attach(proxy("local").namespace("b", SECRET).scopes(Scope.LOCAL).build());
    assertThat(world.connectOf("b", "127.0.0.1:80")).isEqualTo("local");
    assertThat(world.connectOf("a", "127.0.0.1:80")).isEqualTo("proxy");
    RecordingApplication elsewhere = world.attach(proxy("elsewhere").build());
    assertThat(world.refusal(() -> world.namespaces.add(CaseWorld.DEFAULT, OptionalLong.empty(), TO_LAN)))
        .as("a move to where one is").isEqualTo(SessionError.ALREADY_LISTENING);
    assertThat(world.packet(0, "192.0.2.1:80")).as("nothing has changed").isEqualTo("elsewhere");
    end(proxy, local, elsewhere);
  }

  @Test
  void A20_what_a_proxy_cannot_be_is_refused() {
    RecordingApplication proxy = onInterface();
    assertThat(refused(AttachOptions.named("x").with().flags(AttachOptions.Flag.PROXY).build()))
        .as("of nothing").isEqualTo(SessionError.INVALID);
    assertThat(refused(proxy("x").flags(AttachOptions.Flag.EVENT_COLLECTOR).build()))
        .as("without the flag").isEqualTo(SessionError.INVALID);
    assertThat(refused(AttachOptions.named("x").with().flags(AttachOptions.Flag.TRANSPORT_APPLICATION).build()))
        .isEqualTo(SessionError.NOSUPPORT);
    assertThat(world.packet(3, "192.0.2.1:80")).isEqualTo("proxy");
    long listener = world.handle();
    assertThat(world.refusal(() -> proxy.context().unlisten(listener))).isEqualTo(SessionError.NOSUPPORT);
    ListenOptions withPort = new ListenOptions(
        CaseWorld.NET, Endpoint.of("192.0.2.1", 80), Set.of(EndpointFlag.PROXY), List.of());
    assertThat(world.refusal(() -> proxy.context().listen(withPort))).isEqualTo(SessionError.NOSUPPORT);
    ConnectOptions to = new ConnectOptions(CaseWorld.NET, Endpoint.of("192.0.2.9", 80), Endpoint.ANY_IP4, 0, 0,
        Set.of(EndpointFlag.PROXY), Handle.INVALID, List.of());
    assertThat(world.connect(proxy, to)).isEqualTo(SessionError.NOSUPPORT);
    end(proxy);
  }

  @Test
  void A21_a_redirect_to_a_proxy_reaches_what_it_listens_on_itself_and_nobody_without_that() {
    PolicyWorld rules = new PolicyWorld(PolicyBackend.RULES);
    RecordingApplication proxy = rules.attach(
        AttachOptions.named("proxy").with().proxy(PolicyWorld.NET).scopes(Scope.LOCAL, Scope.GLOBAL).build());
    RecordingApplication client = rules.attach("client", Scope.LOCAL, Scope.GLOBAL);
    assertThat(rules.add(PolicyWorld.DEFAULT, Set.of(Scope.LOCAL, Scope.GLOBAL),
        PolicyWorld.key("0.0.0.0/0", 0, "10.0.0.0/8", 0), rules.to(proxy), "")).isEqualTo(SessionError.NONE);
    rules.lookup("203.0.113.1:80", "10.1.1.1:9");
    assertThat(rules.owner()).as("a packet").isEmpty();
    assertThat(rules.connect(client, "10.1.1.1:80")).as("a connect").isEqualTo(SessionError.NOLISTEN);
    long listener = rules.listen(proxy, "127.0.0.1:5000");
    rules.lookup("203.0.113.1:80", "10.1.1.1:9");
    assertThat(rules.handle()).isEqualTo(listener);
    assertThat(rules.connect(client, "10.1.1.1:80")).isEqualTo(SessionError.NONE);
    assertThat(rules.local.calls("connect")).isEqualTo(1);
    rules.lookup("203.0.113.1:80", "11.1.1.1:9");
    assertThat(rules.owner()).as("what no rule covers is the proxy's").isEqualTo("proxy");
    assertThat(rules.handle()).isNotEqualTo(listener);
    rules.end(proxy, client);
  }
}
