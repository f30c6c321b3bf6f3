package org.sluice.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.core.policy.RuleAction.Verdict;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.session.LookupResult.Kind;

/** Tables, tags, bounds and backends; what rules match is in {@link RuleModelTest}. */
@Timeout(60)
final class PolicyTablesTest {
  private static final int TABLE = 0;
  private static final int TCP = 0;

  private final CounterRegistry counters = new CounterRegistry(1);
  private final PolicyTables tables = new PolicyTables(new PolicyLimits(3, 3), counters.scope("stack"));
  private final FlowKey flow = new FlowKey();
  private final LookupResult result = new LookupResult();

  private static RuleKey key(String remote, int localPort) {
    return new RuleKey(IpPrefix.parse(remote), IpPrefix.ALL_IP4, 0, localPort);
  }

  private static Rule rule(String remote, int localPort, RuleAction action, String tag) {
    return new Rule(TCP, key(remote, localPort), action, tag);
  }

  private static DenyChange deny(String source, String tag) {
    return new DenyChange.Add(new DenyEntry(IpPrefix.parse(source), Verdict.DROP, tag));
  }

  private Kind decide(String remote, int localPort) {
    IpAddress address = IpAddress.parse(remote);
    flow.remote(address.high(), address.low(), 999);
    flow.local(0, IpAddress.IP4_MAPPED | 7, localPort);
    flow.scope(5, TABLE);
    result.clear();
    return tables.decide(TCP, flow, result) ? result.kind() : Kind.NONE;
  }

  private long counted(String name) {
    List<Long> found = new ArrayList<>();
    counters.forEach((counter, value) -> {
      if (counter.equals("stack." + name)) {
        found.add(value.value());
      }
    });
    return found.getFirst();
  }

  @Test
  void A17_only_one_backend_is_on_and_turning_it_off_forgets_everything() {
    assertThat(tables.add(TABLE, rule("10.0.0.0/8", 0, Verdict.DROP, ""))).isEqualTo(SessionError.NOSUPPORT);
    assertThat(tables.change(TABLE, List.of(deny("10.0.0.0/8", "")))).isEqualTo(SessionError.NOSUPPORT);
    assertThat(tables.select(PolicyBackend.RULES)).isEqualTo(SessionError.NONE);
    assertThat(tables.add(TABLE, rule("10.0.0.0/8", 0, Verdict.DROP, "t"))).isEqualTo(SessionError.NONE);
    assertThat(tables.select(PolicyBackend.RULES)).as("again").isEqualTo(SessionError.NONE);
    assertThat(decide("10.1.1.1", 80)).isEqualTo(Kind.DROP);
    assertThat(tables.select(PolicyBackend.DENY_LIST)).isEqualTo(SessionError.CONFLICT);
    assertThat(tables.change(TABLE, List.of(deny("10.0.0.0/8", "")))).isEqualTo(SessionError.NOSUPPORT);
    assertThat(tables.select(PolicyBackend.NONE)).isEqualTo(SessionError.NONE);
    assertThat(tables.size()).isZero();
    assertThat(decide("10.1.1.1", 80)).isEqualTo(Kind.NONE);
    assertThat(tables.select(PolicyBackend.DENY_LIST)).isEqualTo(SessionError.NONE);
    assertThat(decide("10.1.1.1", 80)).isEqualTo(Kind.NONE);
    assertThat(tables.select(PolicyBackend.NONE)).isEqualTo(SessionError.NONE);
    assertThat(tables.select(PolicyBackend.RULES)).isEqualTo(SessionError.NONE);
    assertThat(tables.places()).isEmpty();
  }

  @Test
  void A15_allow_is_a_hole_in_a_wider_drop_and_redirect_names_an_application() {
    tables.select(PolicyBackend.RULES);
    tables.add(TABLE, rule("10.0.0.0/8", 0, Verdict.DROP, ""));
    tables.add(TABLE, rule("10.1.0.0/16", 0, Verdict.ALLOW, ""));
    tables.add(TABLE, rule("10.2.0.0/16", 80, new RuleAction.Redirect(77), ""));
    assertThat(decide("10.3.0.1", 80)).isEqualTo(Kind.DROP);
    assertThat(decide("10.1.0.1", 80)).as("goes on to the listeners").isEqualTo(Kind.NONE);
    assertThat(decide("10.2.0.1", 80)).isEqualTo(Kind.APPLICATION);
    assertThat(result.handle()).isEqualTo(77);
    assertThat(decide("10.2.0.1", 81)).isEqualTo(Kind.DROP);
    assertThat(tables.decide(TCP + 1, flow, result)).as("another protocol").isFalse();
    flow.scope(5, TABLE + 1);
    assertThat(tables.decide(TCP, flow, result)).as("another table").isFalse();
  }

  @Test
  void A15_A18_families_of_a_table_have_tags_of_their_own() {
    tables.select(PolicyBackend.RULES);
    Rule four = rule("10.0.0.0/8", 0, Verdict.DROP, "one");
    RuleKey key = new RuleKey(IpPrefix.parse("2001:db8::/32"), IpPrefix.ALL_IP6, 0, 0);
    Rule six = new Rule(TCP, key, Verdict.DROP, "one");
    assertThat(tables.add(TABLE, four)).isEqualTo(SessionError.NONE);
    assertThat(tables.add(TABLE, six)).isEqualTo(SessionError.NONE);
    assertThat(tables.delete(TABLE, false, "one")).isEqualTo(SessionError.NONE);
    assertThat(tables.rules(TABLE)).containsExactly(four);
    assertThat(tables.delete(TABLE, false, "one")).isEqualTo(SessionError.NOROUTE);
    tables.select(PolicyBackend.NONE);
    tables.select(PolicyBackend.DENY_LIST);
    assertThat(tables.change(TABLE, List.of(deny("10.0.0.0/8", "one"), deny("2001:db8::/32", "one"))))
        .isEqualTo(SessionError.NONE);
    assertThat(tables.change(TABLE, List.of(new DenyChange.DeleteTag(true, "one")))).isEqualTo(SessionError.NONE);
    assertThat(decide("10.0.0.1", 80)).isEqualTo(Kind.NONE);
    assertThat(decide("2001:db8::1", 80)).isEqualTo(Kind.DROP);
    assertThat(tables.change(TABLE, List.of(new DenyChange.DeleteTag(true, "one")))).isEqualTo(SessionError.NOROUTE);
  }

  @Test
  void A15_tag_is_unique_in_its_table_and_deletes() {
    tables.select(PolicyBackend.RULES);
    assertThat(tables.add(TABLE, rule("10.0.0.0/8", 0, Verdict.DROP, "one"))).isEqualTo(SessionError.NONE);
    assertThat(tables.add(TABLE, rule("11.0.0.0/8", 0, Verdict.DROP, "one"))).isEqualTo(SessionError.INVALID);
    assertThat(tables.add(TABLE + 1, rule("11.0.0.0/8", 0, Verdict.DROP, "one"))).isEqualTo(SessionError.NONE);
    assertThat(tables.add(TABLE, rule("10.0.0.0/8", 0, Verdict.ALLOW, "one"))).as("the same rule")
        .isEqualTo(SessionError.NONE);
    assertThat(tables.add(TABLE, rule("10.0.0.0/8", 0, Verdict.DROP, "two"))).isEqualTo(SessionError.NONE);
    assertThat(tables.rules(TABLE)).containsExactly(rule("10.0.0.0/8", 0, Verdict.DROP, "two"));
    assertThat(tables.delete(TABLE, true, "one")).isEqualTo(SessionError.NOROUTE);
    assertThat(tables.delete(TABLE, true, "two")).isEqualTo(SessionError.NONE);
    assertThat(tables.delete(TABLE, true, key("10.0.0.0/8", 0).toString())).isEqualTo(SessionError.NOROUTE);
    assertThat(tables.size()).isEqualTo(1);
  }

  @Test
  void A15_tag_has_64_bytes_at_most() {
    tables.select(PolicyBackend.RULES);
    assertThat(tables.add(TABLE, rule("10.0.0.0/8", 0, Verdict.DROP, "x".repeat(64)))).isEqualTo(SessionError.NONE);
    assertThat(tables.add(TABLE, rule("11.0.0.0/8", 0, Verdict.DROP, "x".repeat(65))))
        .isEqualTo(SessionError.INVALID);
    assertThat(tables.add(TABLE, rule("11.0.0.0/8", 0, Verdict.DROP, "\u00e4".repeat(33))))
        .isEqualTo(SessionError.INVALID);
  }

  @Test
  void A16_rules_live_as_long_as_their_table() {
    tables.select(PolicyBackend.RULES);
    tables.add(TABLE, rule("10.0.0.0/8", 0, Verdict.DROP, ""));
    tables.add(PolicyTables.local(4), rule("10.0.0.0/8", 0, Verdict.DROP, ""));
    assertThat(tables.places()).containsExactly(PolicyTables.local(4), TABLE);
    tables.retire(PolicyTables.local(4));
    tables.retire(PolicyTables.local(5));
    assertThat(tables.places()).containsExactly(TABLE);
    assertThat(tables.decideLocal(4, TCP, flow, result)).isFalse();
    assertThat(decide("10.0.0.1", 1)).isEqualTo(Kind.DROP);
    tables.retire(TABLE);
    assertThat(decide("10.0.0.1", 1)).isEqualTo(Kind.NONE);
    assertThat(tables.size()).isZero();
  }

  @Test
  void A16_a_table_of_one_family_takes_the_rules_of_that_family_alone() {
    tables.select(PolicyBackend.RULES);
    Rule six = new Rule(TCP, new RuleKey(IpPrefix.parse("2001:db8::/32"), IpPrefix.ALL_IP6, 0, 0), Verdict.DROP, "six");
    tables.add(TABLE, rule("10.0.0.0/8", 0, Verdict.DROP, "four"));
    tables.add(TABLE, six);
    tables.retire(TABLE, true);
    assertThat(tables.rules(TABLE)).containsExactly(six);
    assertThat(decide("10.0.0.1", 1)).isEqualTo(Kind.NONE);
    assertThat(tables.size()).isEqualTo(1);
    assertThat(tables.delete(TABLE, true, "four")).isEqualTo(SessionError.NOROUTE);
    tables.retire(TABLE, false);
    tables.retire(TABLE, false);
    assertThat(tables.places()).isEmpty();
    assertThat(tables.size()).isZero();
  }

  @Test
  void A18_a_table_of_one_family_takes_the_denied_of_that_family_alone() {
    tables.select(PolicyBackend.DENY_LIST);
    tables.change(TABLE, List.of(deny("10.0.0.0/8", "four"), deny("11.0.0.0/8", ""), deny("2001:db8::/32", "six")));
    tables.retire(TABLE, false);
    assertThat(tables.denied(TABLE)).extracting(entry -> entry.source().toString())
        .containsExactly("10.0.0.0/8", "11.0.0.0/8");
    assertThat(tables.change(TABLE, List.of(deny("2001:db9::/32", "six")))).as("the tag is free")
        .isEqualTo(SessionError.NONE);
    tables.retire(TABLE, true);
    assertThat(decide("2001:db9::1", 1)).isEqualTo(Kind.DROP);
    assertThat(decide("10.0.0.1", 1)).isEqualTo(Kind.NONE);
    assertThat(tables.size()).isEqualTo(1);
  }

  @Test
  void A15_a_connect_rule_is_replaced_whatever_local_side_it_was_given() {
    tables.select(PolicyBackend.RULES);
    int local = PolicyTables.local(0);
    assertThat(tables.add(local, rule("10.0.0.0/8", 80, Verdict.DROP, "t"))).isEqualTo(SessionError.NONE);
    tables.add(TABLE, rule("10.0.0.0/8", 0, Verdict.DROP, ""));
    tables.add(TABLE, rule("11.0.0.0/8", 0, Verdict.DROP, ""));
    assertThat(tables.add(local, rule("10.0.0.0/8", 81, Verdict.ALLOW, "t"))).as("neither a tag nor room is lacking")
        .isEqualTo(SessionError.NONE);
    assertThat(tables.rules(local)).containsExactly(rule("10.0.0.0/8", 0, Verdict.ALLOW, "t"));
  }

  @Test
  void A16_a_rule_of_several_places_is_added_in_all_of_them_or_in_none() {
    tables.select(PolicyBackend.RULES);
    int local = PolicyTables.local(0);
    int[] both = {local, TABLE};
    tables.add(TABLE, rule("10.0.0.0/8", 0, Verdict.DROP, "t"));
    tables.add(TABLE, rule("11.0.0.0/8", 0, Verdict.DROP, ""));
    assertThat(tables.add(both, rule("12.0.0.0/8", 0, Verdict.DROP, ""))).isEqualTo(SessionError.LIMIT);
    assertThat(tables.add(both, rule("12.0.0.0/8", 0, Verdict.DROP, "t"))).isEqualTo(SessionError.INVALID);
    assertThat(tables.places()).containsExactly(TABLE);
    assertThat(tables.size()).isEqualTo(2);
    assertThat(counted("policy.rule.limit")).isEqualTo(1);
    assertThat(tables.add(both, rule("11.0.0.0/8", 0, Verdict.ALLOW, ""))).as("one of the two is there")
        .isEqualTo(SessionError.NONE);
    assertThat(tables.size()).isEqualTo(3);
  }

  /** A protocol that no table of rules by protocol has room for stands for whatever fails on the way to a new set. */
  @Test
  void A16_a_rule_that_cannot_be_put_among_the_others_leaves_no_trace() {
    tables.select(PolicyBackend.RULES);
    Rule impossible = new Rule(-1, key("10.0.0.0/8", 0), Verdict.DROP, "t");
    assertThatException().isThrownBy(() -> tables.add(TABLE, impossible));
    assertThat(tables.rules(TABLE)).isEmpty();
    assertThat(tables.places()).isEmpty();
    assertThat(tables.size()).isZero();
    Rule there = rule("11.0.0.0/8", 0, Verdict.DROP, "");
    tables.add(TABLE, there);
    assertThatException().isThrownBy(() -> tables.add(TABLE, impossible));
    assertThat(tables.rules(TABLE)).containsExactly(there);
    assertThat(tables.delete(TABLE, true, "t")).isEqualTo(SessionError.NOROUTE);
    assertThat(tables.add(TABLE, rule("12.0.0.0/8", 0, Verdict.DROP, "t"))).as("its tag is free")
        .isEqualTo(SessionError.NONE);
    assertThat(tables.size()).isEqualTo(2);
  }

  @Test
  void rules_have_a_limit_over_all_tables_that_is_counted() {
    tables.select(PolicyBackend.RULES);
    for (int i = 0; i < 3; i++) {
      assertThat(tables.add(i, rule("10.0.0.0/8", 0, Verdict.DROP, ""))).isEqualTo(SessionError.NONE);
    }
    assertThat(tables.add(1, rule("11.0.0.0/8", 0, Verdict.DROP, ""))).isEqualTo(SessionError.LIMIT);
    assertThat(tables.add(9, rule("11.0.0.0/8", 0, Verdict.DROP, ""))).isEqualTo(SessionError.LIMIT);
    assertThat(tables.add(1, rule("10.0.0.0/8", 0, Verdict.ALLOW, ""))).as("one that is there")
        .isEqualTo(SessionError.NONE);
    assertThat(counted("policy.rule.limit")).isEqualTo(2);
    assertThat(tables.places()).containsExactly(0, 1, 2);
  }

  @Test
  void A18_bulk_change_is_made_as_a_whole_or_not_at_all() {
    tables.select(PolicyBackend.DENY_LIST);
    assertThat(tables.change(TABLE, List.of(deny("10.0.0.0/8", "ten"), deny("11.0.0.0/8", ""))))
        .isEqualTo(SessionError.NONE);
    List<DenyEntry> before = tables.denied(TABLE);
    List<List<DenyChange>> refused = List.of(
        List.of(new DenyChange.DeleteTag(true, "ten"), deny("12.0.0.0/8", "ten"), deny("11.0.0.0/8", "")),
        List.of(new DenyChange.Delete(IpPrefix.parse("10.0.0.0/8")), deny("10.0.0.0/8", "other"),
            new DenyChange.Delete(IpPrefix.parse("13.0.0.0/8"))),
        List.of(deny("12.0.0.0/8", "twelve"), deny("13.0.0.0/8", "twelve")),
        List.of(deny("12.0.0.0/8", ""), deny("13.0.0.0/8", "")));
    assertThat(refused.stream().map(changes -> tables.change(TABLE, changes))).containsExactly(
        SessionError.IPINUSE, SessionError.NOROUTE, SessionError.INVALID, SessionError.LIMIT);
    assertThat(counted("policy.sdl.limit")).isEqualTo(1);
    assertThat(tables.denied(TABLE)).isEqualTo(before);
    assertThat(tables.size()).isEqualTo(2);
    assertThat(tables.change(TABLE, List.of(deny("12.0.0.0/8", "twelve")))).as("the tag was given back")
        .isEqualTo(SessionError.NONE);
    assertThat(tables.change(TABLE, List.of(new DenyChange.DeleteTag(true, "ten"), deny("10.0.0.0/8", "ten"))))
        .as("not more than before").isEqualTo(SessionError.NONE);
    assertThat(tables.change(TABLE, List.of(new DenyChange.DeleteTag(true, "")))).isEqualTo(SessionError.NOROUTE);
  }

  @Test
  void key_refuses_what_cannot_match() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RuleKey(IpPrefix.ALL_IP4, IpPrefix.ALL_IP6, 0, 0)).withMessageContaining("family");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RuleKey(IpPrefix.ALL_IP4, IpPrefix.ALL_IP4, 65536, 0)).withMessageContaining("65536");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RuleAction.Redirect(-1)).withMessageContaining("no application");
    assertThat(key("10.1.2.3/8", 0)).as("bits that do not count").isEqualTo(key("10.0.0.0/8", 0));
  }

  @Test
  void A12_decisions_allocate_nothing() {
    PolicyTables many = new PolicyTables(PolicyLimits.DEFAULT, counters.scope("many"));
    many.select(PolicyBackend.RULES);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 2_000; i++) {
      IpPrefix remote = new IpPrefix(IpAddress.ofIp4(random.nextInt()), 8 + random.nextInt(25));
      many.add(TABLE, new Rule(TCP, new RuleKey(remote, IpPrefix.ALL_IP4, 0, random.nextInt(3)), Verdict.DROP, ""));
      many.add(PolicyTables.local(0),
          new Rule(TCP, new RuleKey(remote, IpPrefix.ALL_IP4, 0, 0), new RuleAction.Redirect(1), ""));
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 30 && least != 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 20_000; i++) {
        flow.remote(0, IpAddress.IP4_MAPPED | random.nextInt() & 0xffff_ffffL, 5);
        flow.local(0, IpAddress.IP4_MAPPED | 1, i & 3);
        boolean _ = many.decide(TCP, flow, result);
        boolean _ = many.decideLocal(0, TCP, flow, result);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isZero();
  }

  /** A packet is refused by the old rule or by the new one, at no moment by none. */
  @Test
  void readers_see_the_rules_of_one_moment() throws InterruptedException {
    tables.select(PolicyBackend.RULES);
    tables.add(TABLE, rule("10.0.0.0/8", 0, Verdict.DROP, ""));
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<String> seen = new AtomicReference<>("");
    Thread reader = Thread.ofPlatform().start(() -> {
      FlowKey mine = new FlowKey();
      LookupResult found = new LookupResult();
      mine.remote(0, IpAddress.IP4_MAPPED | 10L << 24 | 1, 9);
      mine.local(0, IpAddress.IP4_MAPPED | 1, 80);
      mine.scope(5, TABLE);
      while (!done.get()) {
        if (!tables.decide(TCP, mine, found)) {
          seen.set("let through");
        }
      }
    });
    for (int i = 0; i < 20_000; i++) {
      tables.add(TABLE, rule("10.0.0.1/32", 80, Verdict.DROP, ""));
      tables.delete(TABLE, TCP, key("10.0.0.0/8", 0));
      tables.add(TABLE, rule("10.0.0.0/8", 0, Verdict.DROP, ""));
      tables.delete(TABLE, TCP, key("10.0.0.1/32", 80));
    }
    done.set(true);
    reader.join();
    assertThat(seen.get()).isEmpty();
  }
}
