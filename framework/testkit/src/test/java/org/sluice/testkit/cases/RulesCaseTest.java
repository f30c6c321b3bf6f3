package org.sluice.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.testkit.policy.PolicyWorld.DEFAULT;
import static org.sluice.testkit.policy.PolicyWorld.key;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.core.application.NamespaceControl;
import org.sluice.core.application.PolicyControl;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.core.policy.RuleAction;
import org.sluice.core.policy.RuleAction.Verdict;
import org.sluice.core.policy.RuleKey;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.session.LookupResult.Kind;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.policy.PolicyWorld;

/** The case {@code rules}, in both families: an application listens, and rules decide about packets and connects. */
@Timeout(60)
@ParameterizedClass
@ValueSource(booleans = {true, false})
class RulesCaseTest {
  private static final Set<Scope> GLOBAL = Set.of(Scope.GLOBAL);
  private static final Set<Scope> LOCAL = Set.of(Scope.LOCAL);
  private static final Set<Scope> BOTH = Set.of(Scope.GLOBAL, Scope.LOCAL);
  private static final int PORT = 1234;
  private static final int PEER_PORT = 4321;

  private final boolean ip4;
  private final PolicyWorld world = new PolicyWorld(PolicyBackend.RULES);
  private final RecordingApplication server = world.attach("server", Scope.GLOBAL, Scope.LOCAL);
  private final RecordingApplication client = world.attach("client", Scope.GLOBAL, Scope.LOCAL);
  private long listener;

  RulesCaseTest(boolean ip4) {
    this.ip4 = ip4;
  }

  @BeforeEach
  void server_listens() {
    listener = world.listen(server, (ip4 ? "127.0.0.1" : "[::1]") + ":" + PORT);
  }

  private String prefix(String quad, int bits) {
    return ip4 ? quad + "/" + bits : address(quad) + "/" + (bits == 0 ? 0 : bits + 96);
  }

  private String address(String quad) {
    return ip4 ? quad : new IpAddress(0, 1L << 40 | IpAddress.parse(quad).low() & 0xffff_ffffL).toString();
  }

  private String endpoint(String quad, int port) {
    return (ip4 ? quad : "[" + address(quad) + "]") + ":" + port;
  }

  private RuleKey redirected() {
    return key(prefix("1.2.0.0", 16), PORT, prefix("5.6.0.0", 16), PEER_PORT);
  }

  private RuleKey denied() {
    return key(prefix("0.0.0.0", 0), 0, prefix("5.6.7.8", 30), PEER_PORT);
  }

  private RuleKey allowed() {
    return key(prefix("0.0.0.0", 0), 0, prefix("5.6.7.9", 32), PEER_PORT);
  }

  private void expectListener(Kind found) {
    assertThat(found).isEqualTo(Kind.LISTENER);
    assertThat(world.handle()).isEqualTo(listener);
    assertThat(world.owner()).isEqualTo("server");
  }

  @Test
  void A15_global_redirect_leads_packets_to_the_listener_of_its_application() {
    assertThat(world.lookup(endpoint("1.2.3.4", PORT), endpoint("5.6.7.8", PEER_PORT))).isEqualTo(Kind.NONE);
    world.add(redirected(), world.to(server));
    expectListener(world.lookup(0, endpoint("1.2.3.4", PORT), endpoint("5.6.7.8", PEER_PORT)));
    expectListener(world.lookup(1, endpoint("1.2.3.4", PORT), endpoint("5.6.7.8", PEER_PORT)));
    world.end(server, client);
  }

  @Test
  void A15_connects_do_not_see_a_global_rule() {
    world.add(redirected(), world.to(server));
    assertThat(world.lookupLocal(endpoint("5.6.7.8", PEER_PORT))).isEqualTo(Kind.NONE);
    world.end(server, client);
  }

  @Test
  void A15_wrong_port_leads_to_nobody() {
    world.add(redirected(), world.to(server));
    assertThat(world.lookup(endpoint("1.2.3.4", PORT + 1), endpoint("5.6.7.8", PEER_PORT))).isEqualTo(Kind.NONE);
    assertThat(world.lookup(endpoint("1.2.3.4", PORT), endpoint("5.6.7.8", PEER_PORT + 1))).isEqualTo(Kind.NONE);
    assertThat(world.lookup(endpoint("1.3.3.4", PORT), endpoint("5.6.7.8", PEER_PORT))).isEqualTo(Kind.NONE);
    world.end(server, client);
  }

  @Test
  void A15_rule_of_both_scopes_is_seen_by_both() {
    RuleKey anyLocalPort = key(prefix("1.2.0.0", 16), 0, prefix("5.6.0.0", 16), PEER_PORT);
    assertThat(world.add(DEFAULT, BOTH, anyLocalPort, world.to(server), "")).isEqualTo(SessionError.NONE);
    expectListener(world.lookup(endpoint("1.2.3.4", 9), endpoint("5.6.7.8", PEER_PORT)));
    assertThat(world.lookupLocal(endpoint("5.6.7.8", PEER_PORT))).isEqualTo(Kind.APPLICATION);
    assertThat(world.lookupLocal(endpoint("5.6.7.8", PEER_PORT + 1))).isEqualTo(Kind.NONE);
    assertThat(world.connect(client, endpoint("5.6.7.8", PEER_PORT))).isEqualTo(SessionError.NONE);
    assertThat(world.local.calls("connect")).isEqualTo(1);
    world.end(server, client);
  }

  @Test
  void A15_deny_drops_packets_and_connects() {
    world.add(DEFAULT, BOTH, denied(), Verdict.DROP, "");
    assertThat(world.lookup(endpoint("1.2.3.4", PORT), endpoint("5.6.7.8", PEER_PORT))).isEqualTo(Kind.DROP);
    assertThat(world.handle()).as("no handle of anything").isNegative();
    assertThat(world.lookupLocal(endpoint("5.6.7.8", PEER_PORT))).isEqualTo(Kind.DROP);
    assertThat(world.connect(client, endpoint("5.6.7.8", PEER_PORT))).isEqualTo(SessionError.FILTERED);
    assertThat(world.local.calls("connect")).isZero();
    world.end(server, client);
  }

  @Test
  void A15_another_remote_port_is_still_allowed() {
    world.add(DEFAULT, BOTH, redirected(), world.to(server), "");
    world.add(DEFAULT, BOTH, denied(), Verdict.DROP, "");
    assertThat(world.lookup(endpoint("1.2.3.4", PORT), endpoint("5.6.7.8", PEER_PORT + 1))).isEqualTo(Kind.NONE);
    assertThat(world.lookupLocal(endpoint("5.6.7.8", PEER_PORT + 1))).isEqualTo(Kind.NONE);
    expectListener(world.lookup(endpoint("1.2.3.4", PORT), endpoint("5.6.1.1", PEER_PORT)));
    world.end(server, client);
  }

  @Test
  void A15_more_specific_allow_masks_a_deny() {
    world.add(DEFAULT, BOTH, denied(), Verdict.DROP, "");
    world.add(DEFAULT, BOTH, allowed(), Verdict.ALLOW, "");
    assertThat(world.lookup(endpoint("1.2.3.4", PORT), endpoint("5.6.7.9", PEER_PORT))).isEqualTo(Kind.NONE);
    assertThat(world.lookupLocal(endpoint("5.6.7.9", PEER_PORT))).isEqualTo(Kind.NONE);
    assertThat(world.connect(client, endpoint("5.6.7.9", PEER_PORT))).isEqualTo(SessionError.ADDR_NOT_IN_USE);
    world.end(server, client);
  }

  @Test
  void A15_connect_to_a_neighbour_of_the_allowed_one_is_filtered() {
    world.add(DEFAULT, BOTH, denied(), Verdict.DROP, "");
    world.add(DEFAULT, BOTH, allowed(), Verdict.ALLOW, "");
    assertThat(world.connect(client, endpoint("5.6.7.10", PEER_PORT))).isEqualTo(SessionError.FILTERED);
    assertThat(world.connect(client, endpoint("5.6.7.12", PEER_PORT))).as("outside of the /30")
        .isEqualTo(SessionError.ADDR_NOT_IN_USE);
    world.end(server, client);
  }

  @Test
  void A15_deny_of_everything_in_the_local_scope_filters_every_connect() {
    RuleKey everything = key(prefix("0.0.0.0", 0), 0, prefix("0.0.0.0", 0), 0);
    world.add(DEFAULT, LOCAL, everything, Verdict.DROP, "");
    String host = ip4 ? "127.0.0.1:" : "[::1]:";
    assertThat(world.connect(client, host + PORT)).isEqualTo(SessionError.FILTERED);
    assertThat(world.connect(client, endpoint("9.9.9.9", 9))).isEqualTo(SessionError.FILTERED);
    expectListener(world.lookup(host + PORT, endpoint("9.9.9.9", 9)));
    world.delete(DEFAULT, LOCAL, everything);
    assertThat(world.connect(client, host + PORT)).isEqualTo(SessionError.NONE);
    world.end(server, client);
  }

  @Test
  void A15_deletes_in_any_order_bring_back_what_was() {
    String ours = endpoint("1.2.3.4", PORT);
    String theirs = endpoint("5.6.7.9", PEER_PORT);
    RuleKey[] rules = {redirected(), denied(), allowed()};
    RuleAction[] actions = {world.to(server), Verdict.DROP, Verdict.ALLOW};
    Kind[] alone = {Kind.LISTENER, Kind.DROP, Kind.NONE};
    for (int first = 0; first < 3; first++) {
      for (int i = 0; i < 3; i++) {
        world.add(DEFAULT, GLOBAL, rules[i], actions[i], "");
      }
      assertThat(world.lookup(ours, theirs)).isEqualTo(Kind.NONE);
      assertThat(world.delete(rules[first])).isEqualTo(SessionError.NONE);
      assertThat(world.lookup(ours, theirs)).isEqualTo(first == 2 ? Kind.DROP : Kind.NONE);
      int last = (first + 1) % 3;
      assertThat(world.delete(rules[(first + 2) % 3])).isEqualTo(SessionError.NONE);
      assertThat(world.lookup(ours, theirs)).isEqualTo(alone[last]);
      assertThat(world.delete(rules[last])).isEqualTo(SessionError.NONE);
      assertThat(world.lookup(ours, theirs)).isEqualTo(Kind.NONE);
      assertThat(world.delete(rules[last])).as("again").isEqualTo(SessionError.NOROUTE);
    }
    world.end(server, client);
  }

  @Test
  void A15_tags_add_overwrite_and_delete() {
    assertThat(world.add(DEFAULT, BOTH, denied(), Verdict.DROP, "deny")).isEqualTo(SessionError.NONE);
    assertThat(world.add(DEFAULT, BOTH, allowed(), Verdict.ALLOW, "deny")).as("taken")
        .isEqualTo(SessionError.INVALID);
    assertThat(world.lookup(endpoint("1.2.3.4", PORT), endpoint("5.6.7.9", PEER_PORT))).isEqualTo(Kind.DROP);
    assertThat(world.add(DEFAULT, BOTH, denied(), Verdict.ALLOW, "deny")).as("the same rule")
        .isEqualTo(SessionError.NONE);
    assertThat(world.lookup(endpoint("1.2.3.4", PORT), endpoint("5.6.7.9", PEER_PORT))).isEqualTo(Kind.NONE);
    assertThat(world.add(DEFAULT, BOTH, denied(), Verdict.DROP, "deny")).isEqualTo(SessionError.NONE);
    assertThat(world.delete(DEFAULT, BOTH, "other")).isEqualTo(SessionError.NOROUTE);
    assertThat(world.delete(DEFAULT, GLOBAL, "deny")).isEqualTo(SessionError.NONE);
    assertThat(world.lookup(endpoint("1.2.3.4", PORT), endpoint("5.6.7.9", PEER_PORT))).isEqualTo(Kind.NONE);
    assertThat(world.lookupLocal(endpoint("5.6.7.9", PEER_PORT))).as("the other scope").isEqualTo(Kind.DROP);
    assertThat(world.delete(DEFAULT, BOTH, "deny")).isEqualTo(SessionError.NONE);
    assertThat(world.lookupLocal(endpoint("5.6.7.9", PEER_PORT))).isEqualTo(Kind.NONE);
    world.end(server, client);
  }

  @Test
  void A15_white_list_lets_one_port_through() {
    String host = ip4 ? "127.0.0.1" : "::1";
    String bits = ip4 ? "/32" : "/128";
    world.add(DEFAULT, LOCAL, key(prefix("0.0.0.0", 0), 0, prefix("0.0.0.0", 0), 0), Verdict.DROP, "");
    world.add(DEFAULT, LOCAL, key(prefix("0.0.0.0", 0), 0, host + bits, PORT), Verdict.ALLOW, "");
    String to = ip4 ? "127.0.0.1:" : "[::1]:";
    assertThat(world.connect(client, to + PORT)).isEqualTo(SessionError.NONE);
    assertThat(world.local.calls("connect")).isEqualTo(1);
    assertThat(world.connect(client, to + (PORT + 1))).isEqualTo(SessionError.FILTERED);
    world.end(server, client);
  }

  /** The default one lets one port through, the other one nothing. */
  @Test
  void A15_two_namespaces_have_rules_of_their_own() {
    NamespaceControl namespaces = world.simulation.stack().applicationLayer().namespaces();
    var _ = world.simulation.await(
        () -> namespaces.add("other", OptionalLong.of(7), NamespaceBinding.toTables(0, 0)));
    AttachOptions there = AttachOptions.named("there").with().namespace("other", 7).scopes(Scope.LOCAL).build();
    RecordingApplication neighbour = world.attach(there);
    String to = ip4 ? "127.0.0.1:" : "[::1]:";
    var _ = world.simulation.await(() -> neighbour.context().listen(PolicyWorld.NET + "://" + to + PORT));
    assertThat(world.connect(neighbour, to + PORT)).isEqualTo(SessionError.NONE);

    RuleKey everything = key(prefix("0.0.0.0", 0), 0, prefix("0.0.0.0", 0), 0);
    String host = ip4 ? "127.0.0.1/32" : "::1/128";
    world.add(DEFAULT, LOCAL, everything, Verdict.DROP, "");
    world.add(DEFAULT, LOCAL, key(prefix("0.0.0.0", 0), 0, host, PORT), Verdict.ALLOW, "");
    assertThat(world.connect(neighbour, to + PORT)).as("not its rules").isEqualTo(SessionError.NONE);
    world.add("other", LOCAL, everything, Verdict.DROP, "");
    assertThat(world.connect(client, to + (PORT + 1))).isEqualTo(SessionError.FILTERED);
    assertThat(world.connect(neighbour, to + PORT)).isEqualTo(SessionError.FILTERED);
    assertThat(world.connect(client, to + PORT)).as("the one port").isEqualTo(SessionError.NONE);
    assertThat(world.delete("other", LOCAL, everything)).isEqualTo(SessionError.NONE);
    assertThat(world.connect(neighbour, to + PORT)).isEqualTo(SessionError.NONE);
    assertThat(world.connect(client, to + (PORT + 1))).isEqualTo(SessionError.FILTERED);
    world.end(server, client, neighbour);
  }

  @Test
  void A16_rules_of_a_shared_table_list_its_namespaces_and_go_with_the_last() {
    NamespaceControl namespaces = world.simulation.stack().applicationLayer().namespaces();
    NetworkPlane plane = world.simulation.stack().network();
    var _ = world.simulation.await(() -> plane.keepTable(ip4, 5));
    NamespaceBinding shared = ip4
        ? NamespaceBinding.toTables(5, NamespaceBinding.ABSENT)
        : NamespaceBinding.toTables(NamespaceBinding.ABSENT, 5);
    for (String id : List.of("a", "b")) {
      var _ = world.simulation.await(() -> namespaces.add(id, OptionalLong.empty(), shared));
    }
    assertThat(world.add("a", GLOBAL, denied(), Verdict.DROP, "")).isEqualTo(SessionError.NONE);
    assertThat(listed()).containsExactly(new PolicyControl.Place(Scope.GLOBAL, 5, List.of("a", "b")));
    var _ = world.simulation.await(() -> namespaces.delete("a").thenApply(done -> true));
    assertThat(listed()).as("the rule stays").containsExactly(
        new PolicyControl.Place(Scope.GLOBAL, 5, List.of("b")));
    assertThat(world.delete("b", GLOBAL, denied())).as("it is of b as much").isEqualTo(SessionError.NONE);
    assertThat(world.add("b", GLOBAL, denied(), Verdict.DROP, "")).isEqualTo(SessionError.NONE);
    var _ = world.simulation.await(() -> namespaces.delete("b").thenApply(done -> true));
    assertThat(listed()).isEmpty();
    world.end(server, client);
  }

  @Test
  void A16_rules_stay_while_a_namespace_that_uses_them_is_leaving() {
    NamespaceControl namespaces = world.simulation.stack().applicationLayer().namespaces();
    NetworkPlane plane = world.simulation.stack().network();
    var _ = world.simulation.await(() -> plane.keepTable(ip4, 5));
    int absent = NamespaceBinding.ABSENT;
    NamespaceBinding shared = ip4 ? NamespaceBinding.toTables(5, absent) : NamespaceBinding.toTables(absent, 5);
    for (String id : List.of("a", "b")) {
      var _ = world.simulation.await(() -> namespaces.add(id, OptionalLong.empty(), shared));
    }
    RecordingApplication there = world.attach(AttachOptions.named("there").with().namespace("b", 0).build());
    assertThat(world.add("b", BOTH, denied(), Verdict.DROP, "")).isEqualTo(SessionError.NONE);
    PolicyControl.Place local = new PolicyControl.Place(Scope.LOCAL, index("b"), List.of("b"));
    CompletableFuture<?> deleting = world.simulation.get(0, () -> namespaces.delete("b"));
    assertThat(listed()).containsExactly(local, new PolicyControl.Place(Scope.GLOBAL, 5, List.of("a", "b")));
    CompletableFuture<?> other = world.simulation.get(0, () -> namespaces.delete("a"));
    assertThat(other).as("nobody is attached to it").isDone();
    assertThat(deleting).isNotDone();
    assertThat(listed()).as("its sessions are there yet")
        .containsExactly(local, new PolicyControl.Place(Scope.GLOBAL, 5, List.of("b")));
    world.simulation.run();
    assertThat(deleting).isCompleted();
    assertThat(there.context()).isNotNull();
    assertThat(listed()).isEmpty();
    world.end(server, client);
  }

  private int index(String namespace) {
    return world.simulation.get(0, () -> world.simulation.stack().applicationLayer().namespaces().views()).stream()
        .filter(view -> view.id().equals(namespace)).findFirst().orElseThrow().index();
  }

  private List<PolicyControl.Place> listed() {
    return world.simulation.get(0, () -> world.policy().places(null));
  }

  @Test
  void A15_refusals_say_what_is_wrong() {
    RuleKey rule = denied();
    assertThat(world.add("nosuch", GLOBAL, rule, Verdict.DROP, "")).isEqualTo(SessionError.INVALID_NS);
    assertThat(world.attempt(() -> world.policy().addRule(DEFAULT, GLOBAL, "nosuch", rule, Verdict.DROP, "")))
        .isEqualTo(SessionError.TRANSPORT_NO_REG);
    assertThat(world.attempt(() -> world.policy().redirect("nosuch"))).isEqualTo(SessionError.NOAPP);
    assertThat(world.add(DEFAULT, GLOBAL, rule, new RuleAction.Redirect(Long.MAX_VALUE), ""))
        .isEqualTo(SessionError.NOAPP);
    assertThat(world.attempt(() -> world.policy().select(PolicyBackend.DENY_LIST))).isEqualTo(SessionError.CONFLICT);
    world.attempt(() -> world.policy().select(PolicyBackend.NONE));
    assertThat(world.add(rule, Verdict.DROP)).isEqualTo(SessionError.NOSUPPORT);
    world.end(server, client);
  }
}
