package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.core.application.PolicyControl;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.core.policy.Rule;
import org.sluice.core.policy.RuleAction.Verdict;
import org.sluice.core.policy.RuleKey;
import org.sluice.spi.application.ListenOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointFlag;

/** Connects of this host that rules or proxies have a say in: A07, A20, A21. */
class RuledConnectsTest {
  private final LocalHost host = new LocalHost(0);
  private final FakeNetworkTransport network = new FakeNetworkTransport(host.scope);
  private final PolicyControl policy = host.stack.policy();
  private final int protocol = host.main(() -> host.scope.registerTransport(network).join());

  @BeforeEach
  void start() {
    NetworkPlane plane = host.stack.network();
    host.main(() -> plane.addInterface("loop", "x").join());
    host.main(() -> plane.addAddress("x", IpPrefix.parse("10.0.0.1/8")).join());
    host.onMain(() -> policy.select(PolicyBackend.RULES));
  }

  private Probe attach(String name, Scope scope, Scope... more) {
    Probe probe = new Probe(name);
    host.attach(probe, LocalHost.small(name).with().scopes(scope, more).build());
    return probe;
  }

  private Probe both(String name) {
    return attach(name, Scope.LOCAL, Scope.GLOBAL);
  }

  private void redirect(Scope scope, String to, String application) {
    RuleKey key = new RuleKey(IpPrefix.ALL_IP4, IpPrefix.parse(to), 0, 0);
    host.onMain(() -> policy.addRule("default", Set.of(scope), "tcp", key, policy.redirect(application), ""));
  }

  private void namespace(String id, int table4, int table6) {
    host.main(() -> host.stack.applicationLayer().namespaces()
        .add(id, OptionalLong.empty(), NamespaceBinding.toTables(table4, table6)).join());
  }

  private void delete(String namespace) {
    host.main(() -> host.stack.applicationLayer().namespaces().delete(namespace));
    host.settle();
  }

  private List<Rule> rules() {
    return host.main(() -> policy.places(null).stream().flatMap(place -> policy.rules(place).stream()).toList());
  }

  private SessionError connect(Probe client, String uri) {
    int before = client.failures.size();
    host.main(() -> client.context().connect(uri, 0));
    host.settle();
    return client.failures.size() == before ? SessionError.NONE : client.failures.getLast();
  }

  @Test
  void A21_a_redirect_to_nobody_does_not_fall_through_to_the_listener_that_it_covers() {
    Probe covered = attach("covered", Scope.GLOBAL);
    host.listen(covered, "tcp://10.0.0.1:80");
    Probe chosen = attach("chosen", Scope.GLOBAL);
    Probe client = both("client");
    redirect(Scope.GLOBAL, "10.0.0.1/32", "chosen");
    assertThat(connect(client, "tcp://10.0.0.1:80")).as("it listens nowhere").isEqualTo(SessionError.NOLISTEN);
    host.listen(chosen, "tcp://10.0.0.1:81");
    assertThat(connect(client, "tcp://10.0.0.1:80")).isEqualTo(SessionError.NONE);
    assertThat(chosen.told()).containsExactly("accepted");
    host.detach(chosen);
    assertThat(connect(client, "tcp://10.0.0.1:80")).as("it has left").isEqualTo(SessionError.NOLISTEN);
    assertThat(covered.log).isEmpty();
    assertThat(network.connects).isEmpty();
  }

  @Test
  void A21_a_redirect_leads_to_a_listener_of_the_family_and_table_of_what_it_redirects() {
    NetworkPlane plane = host.stack.network();
    host.main(() -> plane.keepTable(true, 5).join());
    host.main(() -> plane.keepTable(false, 5).join());
    namespace("a", 0, 0);
    Probe chosen = new Probe("chosen");
    host.attach(chosen, LocalHost.small("chosen").with().scopes(Scope.GLOBAL).namespace("a", 0).build());
    redirect(Scope.GLOBAL, "10.0.0.1/32", "chosen");
    host.listen(chosen, "tcp://[::]:81");
    assertThat(found("10.0.0.1")).as("of the other family").isEqualTo(Handle.INVALID);
    long listener = host.listen(chosen, "tcp://0.0.0.0:82");
    assertThat(found("10.0.0.1")).isEqualTo(listener);
    namespace("a", 5, 5);
    assertThat(found("10.0.0.1")).as("it has moved to another table").isEqualTo(Handle.INVALID);
    namespace("a", 0, 0);
    assertThat(found("10.0.0.1")).as("and back").isEqualTo(listener);
    host.detach(chosen);
    assertThat(found("10.0.0.1")).isEqualTo(Handle.INVALID);
  }

  @Test
  void A21_a_connect_is_redirected_to_a_listener_of_its_family() {
    Probe chosen = both("chosen");
    Probe client = both("client");
    RuleKey key = new RuleKey(IpPrefix.parse("10.9.0.0/16"), IpPrefix.ALL_IP4, 0, 0);
    host.onMain(() -> policy.addRule(
        "default", Set.of(Scope.LOCAL), "tcp", key, policy.redirect("chosen"), ""));
    host.listen(chosen, "tcp://[::]:81");
    assertThat(connect(client, "tcp://10.9.9.9:80")).isEqualTo(SessionError.NOLISTEN);
    host.listen(chosen, "tcp://0.0.0.0:81");
    assertThat(connect(client, "tcp://10.9.9.9:80")).isEqualTo(SessionError.NONE);
    assertThat(chosen.told()).containsExactly("accepted");
  }

  private long found(String address) {
    FlowKey key = new FlowKey();
    key.set(Endpoint.of(address, 80).withTable(0), Endpoint.of("198.51.100.9", 999), protocol);
    LookupResult result = new LookupResult();
    host.onMain(() -> host.stack.sessions().lookup(key, result));
    return result.kind() == LookupResult.Kind.LISTENER ? result.handle() : Handle.INVALID;
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0,tcp://10.0.0.9:80", "10.0.0.1,tcp://10.0.0.1:80"})
  void A20_a_proxy_connects_past_itself(String address, String uri) {
    Probe proxy = both("proxy");
    host.main(() -> proxy.context().listen(
        new ListenOptions("tcp", Endpoint.of(address, 0), Set.of(EndpointFlag.PROXY), List.of())).join());
    assertThat(connect(proxy, uri)).isEqualTo(SessionError.NONE);
    assertThat(proxy.log).as("neither accepted nor connected").isEmpty();
    assertThat(network.connects).as("the network is asked").hasSize(1);
    Probe client = both("client");
    assertThat(connect(client, uri)).isEqualTo(SessionError.NONE);
    assertThat(proxy.told()).as("anybody else meets it").containsExactly("accepted");
    assertThat(network.connects).hasSize(1);
  }

  @Test
  void A16_rules_go_with_the_table_of_their_family_though_the_other_one_has_its_number() {
    NetworkPlane plane = host.stack.network();
    host.main(() -> plane.keepTable(true, 5).join());
    host.main(() -> plane.keepTable(false, 5).join());
    namespace("four", 5, NamespaceBinding.ABSENT);
    namespace("six", NamespaceBinding.ABSENT, 5);
    RuleKey key4 = new RuleKey(IpPrefix.parse("10.0.0.0/8"), IpPrefix.ALL_IP4, 0, 0);
    RuleKey key6 = new RuleKey(IpPrefix.parse("2001:db8::/32"), IpPrefix.ALL_IP6, 0, 0);
    host.onMain(() -> policy.addRule("four", Set.of(), "tcp", key4, Verdict.DROP, ""));
    host.onMain(() -> policy.addRule("six", Set.of(), "tcp", key6, Verdict.DROP, ""));
    delete("four");
    assertThat(rules()).extracting(Rule::key).containsExactly(key6);
    delete("six");
    assertThat(rules()).isEmpty();
  }

  @Test
  void A16_a_delete_in_both_scopes_changes_nothing_where_the_namespace_lacks_one() {
    host.main(() -> host.stack.network().keepTable(false, 5).join());
    namespace("six", NamespaceBinding.ABSENT, 5);
    RuleKey key = new RuleKey(IpPrefix.parse("10.0.0.0/8"), IpPrefix.ALL_IP4, 0, 0);
    host.onMain(() -> policy.addRule("six", Set.of(Scope.LOCAL), "tcp", key, Verdict.DROP, ""));
    Set<Scope> localFirst = new LinkedHashSet<>(List.of(Scope.LOCAL, Scope.GLOBAL));
    host.onMain(() -> assertThatThrownBy(() -> policy.deleteRule("six", localFirst, "tcp", key))
        .isInstanceOfSatisfying(SessionException.class,
            refused -> assertThat(refused.error()).isEqualTo(SessionError.INVALID_NS)));
    assertThat(rules()).hasSize(1);
  }
}
