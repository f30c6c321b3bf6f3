package org.sluice.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sluice.testkit.policy.PolicyWorld.key;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.core.policy.PolicyLimits;
import org.sluice.core.policy.PolicyTables;
import org.sluice.core.policy.Rule;
import org.sluice.core.policy.RuleAction;
import org.sluice.core.policy.RuleKey;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.session.FlowKey;

/**
 * The case {@code rules-table}, in both families: each action is a redirect to the application of its number. Where a
 * rule for any port is added to narrower ones the case expects that it wins (action 7), because it came last; here the
 * longer prefixes do.
 */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class RulesTableCaseTest {
  private static final int TABLE = 0;
  private static final int TCP = 0;
  private static final int LOCAL_PORT = 1234;
  private static final int REMOTE_PORT = 4321;
  private static final int NOBODY = -1;

  private final boolean ip4;
  private final PolicyTables tables = new PolicyTables(PolicyLimits.DEFAULT, new CounterRegistry(1).scope("stack"));

  RulesTableCaseTest(boolean ip4) {
    this.ip4 = ip4;
  }

  /** An address with the bytes of an IPv4 one: the lengths of IPv6 prefixes are 96 more. */
  private String address(String quad) {
    return ip4 ? quad : new IpAddress(1, 1L << 40 | IpAddress.parse(quad).low() & 0xffff_ffffL).toString();
  }

  private RuleKey rule(String local, int localBits, int localPort, String remote, int remoteBits, int remotePort) {
    int more = ip4 ? 0 : 96;
    return key(address(local) + "/" + (localBits + more), localPort,
        address(remote) + "/" + (remoteBits + more), remotePort);
  }

  private void add(RuleKey key, int action) {
    assertThat(tables.add(TABLE, new Rule(TCP, key, new RuleAction.Redirect(action), "")))
        .isEqualTo(SessionError.NONE);
  }

  private void delete(RuleKey key) {
    assertThat(tables.delete(TABLE, TCP, key)).isEqualTo(SessionError.NONE);
  }

  private long lookup(String local, int localPort, String remote, int remotePort) {
    IpAddress ours = IpAddress.parse(address(local));
    IpAddress theirs = IpAddress.parse(address(remote));
    FlowKey flow = new FlowKey();
    flow.local(ours.high(), ours.low(), localPort);
    flow.remote(theirs.high(), theirs.low(), remotePort);
    Rule found = tables.rule(TABLE, TCP, flow);
    return found != null && found.action() instanceof RuleAction.Redirect(long action) ? action : NOBODY;
  }

  private long lookup(String local, String remote) {
    return lookup(local, LOCAL_PORT, remote, REMOTE_PORT);
  }

  private RuleKey outer() {
    return rule("1.2.0.0", 16, LOCAL_PORT, "5.6.0.0", 16, REMOTE_PORT);
  }

  private RuleKey middle() {
    return rule("1.2.3.0", 24, LOCAL_PORT, "5.6.0.0", 16, REMOTE_PORT);
  }

  private RuleKey inner() {
    return rule("1.2.3.0", 24, LOCAL_PORT, "5.6.7.0", 24, REMOTE_PORT);
  }

  private RuleKey outerAnyPort() {
    return rule("1.2.0.0", 16, 0, "5.6.0.0", 16, 0);
  }

  private RuleKey outerOtherPort() {
    return rule("1.2.0.0", 16, LOCAL_PORT + 1, "5.6.0.0", 16, REMOTE_PORT);
  }

  private RuleKey unrelated() {
    return rule("11.0.0.0", 8, LOCAL_PORT, "15.0.0.0", 8, REMOTE_PORT);
  }

  @BeforeEach
  void nested_and_unrelated_rules() {
    tables.select(PolicyBackend.RULES);
    add(outer(), 1);
    add(middle(), 2);
    add(inner(), 3);
    add(rule("1.3.0.0", 16, LOCAL_PORT, "5.6.0.0", 16, REMOTE_PORT), 4);
    add(unrelated(), 5);
    add(unrelated(), 6);
  }

  @Test
  void innermost_rule_wins() {
    assertThat(lookup("1.2.3.4", "5.6.7.8")).isEqualTo(3);
  }

  @Test
  void outer_rule_takes_what_is_in_no_inner_one() {
    assertThat(lookup("1.2.9.4", "5.6.9.8")).isEqualTo(1);
    assertThat(lookup("1.2.3.4", "5.6.9.8")).as("the middle one").isEqualTo(2);
  }

  @Test
  void unrelated_rule_was_overwritten() {
    assertThat(lookup("11.1.1.1", "15.1.1.1")).isEqualTo(6);
    assertThat(tables.rules(TABLE)).hasSize(5);
    assertThat(lookup("1.3.1.1", "5.6.1.1")).isEqualTo(4);
    assertThat(lookup("12.1.1.1", "15.1.1.1")).isEqualTo(NOBODY);
  }

  @Test
  void any_ports_do_not_override_longer_prefixes() {
    add(outerAnyPort(), 7);
    assertThat(lookup("1.2.3.4", "5.6.7.8")).as("7 where the last one to come wins").isEqualTo(3);
    assertThat(lookup("1.2.9.4", "5.6.9.8")).as("exact ports of the same prefixes").isEqualTo(1);
    assertThat(lookup("1.2.9.4", LOCAL_PORT, "5.6.9.8", 1)).isEqualTo(7);
    assertThat(lookup("1.2.3.4", 1, "5.6.7.8", REMOTE_PORT)).isEqualTo(7);
  }

  @Test
  void any_port_and_another_port_go_side_by_side() {
    add(outerAnyPort(), 7);
    delete(outerAnyPort());
    assertThat(lookup("1.2.9.4", LOCAL_PORT, "5.6.9.8", 1)).isEqualTo(NOBODY);
    add(outerAnyPort(), 8);
    add(outerOtherPort(), 9);
    assertThat(lookup("1.2.3.4", "5.6.7.8")).isEqualTo(3);
    assertThat(lookup("1.2.9.4", LOCAL_PORT + 1, "5.6.9.8", REMOTE_PORT)).isEqualTo(9);
    assertThat(lookup("1.2.9.4", LOCAL_PORT + 2, "5.6.9.8", REMOTE_PORT)).isEqualTo(8);
  }

  @Test
  void deletes_expose_what_is_around() {
    add(outerAnyPort(), 8);
    add(outerOtherPort(), 9);
    delete(outerAnyPort());
    delete(outer());
    assertThat(lookup("1.2.3.4", "5.6.7.8")).isEqualTo(3);
    delete(inner());
    assertThat(lookup("1.2.3.4", "5.6.7.8")).isEqualTo(2);
    delete(middle());
    assertThat(lookup("1.2.3.4", "5.6.7.8")).isEqualTo(NOBODY);
    assertThat(tables.delete(TABLE, TCP, middle())).isEqualTo(SessionError.NOROUTE);
  }
}
