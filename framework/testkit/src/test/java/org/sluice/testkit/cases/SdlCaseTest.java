package org.sluice.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.core.policy.DenyChange;
import org.sluice.core.policy.DenyEntry;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.core.policy.RuleAction;
import org.sluice.core.policy.RuleAction.Verdict;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.session.LookupResult.Kind;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.policy.PolicyWorld;

/** The case {@code sdl}: the deny list of sources. */
@Timeout(60)
class SdlCaseTest {
  private static final String OURS = "127.0.0.1:80";

  private final PolicyWorld world = new PolicyWorld(PolicyBackend.DENY_LIST);
  private final RecordingApplication server = world.attach("server");

  @AfterEach
  void end() {
    world.end(server);
  }

  private SessionError add(String prefix, RuleAction action, String tag) {
    return change(new DenyChange.Add(new DenyEntry(IpPrefix.parse(prefix), action, tag)));
  }

  private SessionError delete(String prefix) {
    return change(new DenyChange.Delete(IpPrefix.parse(prefix)));
  }

  private SessionError change(DenyChange... changes) {
    return world.attempt(() -> world.policy().changeDenied(PolicyWorld.DEFAULT, List.of(changes)));
  }

  private String entry(String source) {
    return world.simulation.get(0, () -> {
      DenyEntry found = world.policy().denied(PolicyWorld.DEFAULT, IpAddress.parse(source));
      return found == null ? "none" : found.source().toString();
    });
  }

  private long entries() {
    return world.simulation.get(0, () -> world.policy().places(null).stream()
        .mapToLong(place -> world.policy().denied(place).size()).sum());
  }

  @Test
  void A18_longest_prefix_wins() {
    assertThat(add("192.168.0.0/16", Verdict.DROP, "")).isEqualTo(SessionError.NONE);
    assertThat(add("192.168.1.0/24", Verdict.ALLOW, "")).isEqualTo(SessionError.NONE);
    assertThat(entry("192.168.1.77")).isEqualTo("192.168.1.0/24");
    assertThat(entry("192.168.2.77")).isEqualTo("192.168.0.0/16");
    world.listen(server, OURS);
    assertThat(world.lookup(OURS, "192.168.2.77:9")).isEqualTo(Kind.DROP);
    assertThat(world.lookup(OURS, "192.168.1.77:9")).isEqualTo(Kind.LISTENER);
    assertThat(delete("192.168.1.0/24")).isEqualTo(SessionError.NONE);
    assertThat(world.lookup(1, OURS, "192.168.1.77:9")).isEqualTo(Kind.DROP);
  }

  @Test
  void A18_what_no_prefix_holds_is_not_denied() {
    add("192.168.0.0/16", Verdict.DROP, "");
    assertThat(entry("192.169.0.1")).isEqualTo("none");
    world.listen(server, OURS);
    assertThat(world.lookup(OURS, "192.169.0.1:9")).isEqualTo(Kind.LISTENER);
  }

  @Test
  void A18_prefix_that_is_there_is_in_use() {
    add("192.168.0.0/16", Verdict.DROP, "");
    assertThat(add("192.168.0.0/16", Verdict.DROP, "")).isEqualTo(SessionError.IPINUSE);
    assertThat(add("192.168.3.4/16", Verdict.ALLOW, "")).as("the same prefix").isEqualTo(SessionError.IPINUSE);
    assertThat(delete("192.168.0.0/16")).isEqualTo(SessionError.NONE);
    assertThat(delete("192.168.0.0/16")).isEqualTo(SessionError.NOROUTE);
  }

  @Test
  void A18_the_prefix_of_every_address_can_neither_be_added_nor_deleted() {
    for (String all : List.of("0.0.0.0/0", "::/0")) {
      assertThat(add(all, Verdict.DROP, "")).isEqualTo(SessionError.IPINUSE);
      assertThat(delete(all)).isEqualTo(SessionError.NOROUTE);
    }
  }

  @Test
  void A18_tagged_entry_is_listed_once_and_deleted_by_its_tag() {
    assertThat(add("10.1.0.0/16", Verdict.DROP, "noisy")).isEqualTo(SessionError.NONE);
    assertThat(entries()).isEqualTo(1);
    assertThat(add("10.2.0.0/16", Verdict.DROP, "noisy")).isEqualTo(SessionError.INVALID);
    assertThat(entries()).isEqualTo(1);
    assertThat(change(new DenyChange.DeleteTag(true, "quiet"))).isEqualTo(SessionError.NOROUTE);
    assertThat(change(new DenyChange.DeleteTag(true, "noisy"))).isEqualTo(SessionError.NONE);
    assertThat(entries()).isZero();
    assertThat(add("10.2.0.0/16", Verdict.DROP, "noisy")).isEqualTo(SessionError.NONE);
  }

  @Test
  void A18_ip6_prefix_of_124_bits_matches_sixteen_addresses() {
    add("2001:db8::10/124", Verdict.DROP, "");
    assertThat(entry("2001:db8::1f")).isEqualTo("2001:db8::10/124");
    assertThat(entry("2001:db8::20")).isEqualTo("none");
    world.listen(server, "[::1]:80");
    assertThat(world.lookup("[::1]:80", "[2001:db8::11]:9")).isEqualTo(Kind.DROP);
    assertThat(world.lookup("[::1]:80", "[2001:db8::20]:9")).isEqualTo(Kind.LISTENER);
  }

  @Test
  void A18_many_changes_are_made_together_or_not_at_all() {
    DenyChange good = new DenyChange.Add(new DenyEntry(IpPrefix.parse("10.0.0.0/8"), Verdict.DROP, "t"));
    DenyChange bad = new DenyChange.Delete(IpPrefix.parse("11.0.0.0/8"));
    assertThat(change(good, bad)).isEqualTo(SessionError.NOROUTE);
    assertThat(entries()).isZero();
    assertThat(change(good)).isEqualTo(SessionError.NONE);
    DenyChange[] many = new DenyChange[64 << 10];
    for (int i = 0; i < many.length; i++) {
      IpPrefix host = IpPrefix.host(IpAddress.ofIp4(172L << 24 | i));
      many[i] = new DenyChange.Add(new DenyEntry(host, Verdict.DROP, ""));
    }
    assertThat(change(many)).isEqualTo(SessionError.NONE);
    assertThat(entries()).isEqualTo(many.length + 1L);
    assertThat(entry("172.0.255.255")).isEqualTo("172.0.255.255/32");
  }

  @Test
  void A18_connects_are_not_sources() {
    add("127.0.0.0/8", Verdict.DROP, "");
    assertThat(world.lookupLocal("127.0.0.1:80")).isEqualTo(Kind.NONE);
  }
}
