package org.sluice.testkit.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.network.NetInterface;
import org.sluice.core.policy.DenyChange;
import org.sluice.core.policy.DenyEntry;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.core.policy.RuleAction.Verdict;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.Endpoint;
import org.sluice.testkit.contract.RecordingApplication;

/** Connects to listeners of the network tables on this host, which meet the rules before they have an address. */
@Timeout(60)
class UnknownSourceTest {
  /** One family: the host, the unspecified address, and prefixes that hold that one as they do others. */
  private record Family(String host, String any, int bits, List<String> holdingAny) {
    static Family of(boolean ip4) {
      return ip4
          ? new Family("192.0.2.1", "0.0.0.0", 32, List.of("0.0.0.0/8", "0.0.0.0/1", "0.0.0.0/32"))
          : new Family("2001:db8::1", "::", 128, List.of("::/8", "::/1", "::/128"));
    }

    String prefix(int length) {
      return any + "/" + length;
    }
  }

  private SessionError connect(PolicyWorld world, RecordingApplication client, Family family, Endpoint source) {
    int before = client.connects().size();
    long asked = world.local.calls("connect");
    ConnectOptions options = new ConnectOptions(PolicyWorld.NET, Endpoint.of(family.host(), 80), source, 0, 0, Set.of(),
        Handle.INVALID, List.of());
    assertThat(world.simulation.get(0, () -> client.context().connect(options, 1))).isEqualTo(SessionError.NONE);
    world.simulation.run();
    List<String> outcomes = client.connects();
    if (outcomes.size() > before) {
      return SessionError.valueOf(outcomes.get(before).split(" ", 3)[1]);
    }
    assertThat(world.local.calls("connect")).as("asked of the local transport").isEqualTo(asked + 1);
    return SessionError.NONE;
  }

  private static RecordingApplication server(PolicyWorld world, Family family) {
    NetInterface lan = world.simulation.await(() -> world.simulation.stack().network().addInterface("loop", null));
    var _ = world.simulation.await(() -> world.simulation.stack().network()
        .addAddress(lan.name(), IpPrefix.parse(family.host() + "/" + (family.bits() - 8))));
    RecordingApplication server = world.attach("server");
    world.listen(server, family.bits() == 32 ? family.host() + ":80" : "[" + family.host() + "]:80");
    return server;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void A13_only_rules_for_every_source_match_a_connect_without_one(boolean ip4) {
    Family family = Family.of(ip4);
    PolicyWorld world = new PolicyWorld(PolicyBackend.RULES);
    final RecordingApplication server = server(world, family);
    RecordingApplication client = world.attach("client", Scope.LOCAL, Scope.GLOBAL);
    String host = family.host() + "/" + family.bits();
    for (String source : family.holdingAny()) {
      assertThat(world.add(PolicyWorld.key(host, 80, source, 0), Verdict.DROP)).isEqualTo(SessionError.NONE);
    }
    assertThat(connect(world, client, family, Endpoint.ANY_IP4)).isEqualTo(SessionError.NONE);
    assertThat(world.add(PolicyWorld.key(host, 80, family.prefix(0), 9), Verdict.DROP)).isEqualTo(SessionError.NONE);
    assertThat(connect(world, client, family, Endpoint.ANY_IP4)).as("the port is not known either")
        .isEqualTo(SessionError.NONE);
    assertThat(world.add(PolicyWorld.key(host, 0, family.prefix(0), 0), Verdict.DROP)).isEqualTo(SessionError.NONE);
    assertThat(connect(world, client, family, Endpoint.ANY_IP4)).isEqualTo(SessionError.FILTERED);
    assertThat(world.add(PolicyWorld.key(host, 80, family.prefix(0), 0), Verdict.ALLOW)).isEqualTo(SessionError.NONE);
    assertThat(connect(world, client, family, Endpoint.ANY_IP4)).as("the more specific one")
        .isEqualTo(SessionError.NONE);
    String own = family.host() + "/" + (family.bits() - 8);
    assertThat(world.add(PolicyWorld.key(host, 80, own, 0), Verdict.DROP)).isEqualTo(SessionError.NONE);
    assertThat(connect(world, client, family, Endpoint.ANY_IP4)).isEqualTo(SessionError.NONE);
    assertThat(connect(world, client, family, Endpoint.of(family.host(), 0))).as("a source that is asked for")
        .isEqualTo(SessionError.FILTERED);
    world.end(server, client);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void A18_a_deny_list_says_nothing_about_a_connect_without_a_source(boolean ip4) {
    Family family = Family.of(ip4);
    PolicyWorld world = new PolicyWorld(PolicyBackend.DENY_LIST);
    final RecordingApplication server = server(world, family);
    RecordingApplication client = world.attach("client", Scope.LOCAL, Scope.GLOBAL);
    for (String source : family.holdingAny()) {
      DenyChange change = new DenyChange.Add(new DenyEntry(IpPrefix.parse(source), Verdict.DROP, ""));
      assertThat(world.attempt(() -> world.policy().changeDenied(PolicyWorld.DEFAULT, List.of(change))))
          .isEqualTo(SessionError.NONE);
    }
    assertThat(connect(world, client, family, Endpoint.ANY_IP4)).isEqualTo(SessionError.NONE);
    DenyChange own = new DenyChange.Add(
        new DenyEntry(IpPrefix.parse(family.host() + "/" + family.bits()), Verdict.DROP, ""));
    assertThat(world.attempt(() -> world.policy().changeDenied(PolicyWorld.DEFAULT, List.of(own))))
        .isEqualTo(SessionError.NONE);
    assertThat(connect(world, client, family, Endpoint.of(family.host(), 0))).isEqualTo(SessionError.FILTERED);
    world.end(server, client);
  }
}
