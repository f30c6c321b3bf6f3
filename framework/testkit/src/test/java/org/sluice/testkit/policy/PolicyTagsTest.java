package org.sluice.testkit.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.core.policy.DenyChange;
import org.sluice.core.policy.DenyEntry;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.core.policy.RuleAction.Verdict;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpPrefix;

/** Two namespaces, whose tables of different families have the same numbers, do not share the names of rules. */
@Timeout(60)
class PolicyTagsTest {
  private static final Set<Scope> GLOBAL = Set.of(Scope.GLOBAL);
  private static final List<String> PREFIXES = List.of("192.0.2.0/24", "2001:db8::/32");

  private static PolicyWorld world(PolicyBackend backend) {
    PolicyWorld world = new PolicyWorld(backend);
    for (int table = 5; table <= 6; table++) {
      int kept = table;
      var _ = world.simulation.await(() -> world.simulation.stack().network().keepTable(true, kept));
      var _ = world.simulation.await(() -> world.simulation.stack().network().keepTable(false, kept));
    }
    namespace(world, "a", 5, 6);
    namespace(world, "b", 6, 5);
    return world;
  }

  private static void namespace(PolicyWorld world, String id, int table4, int table6) {
    var _ = world.simulation.await(() -> world.simulation.stack().applicationLayer().namespaces()
        .add(id, OptionalLong.empty(), NamespaceBinding.toTables(table4, table6)));
  }

  private static String any(String prefix) {
    return prefix.contains(":") ? "::/0" : "0.0.0.0/0";
  }

  @Test
  void A15_rules_of_two_namespaces_in_tables_of_one_number_may_have_one_tag() {
    PolicyWorld world = world(PolicyBackend.RULES);
    for (String namespace : List.of("a", "b")) {
      for (String prefix : PREFIXES) {
        assertThat(world.add(namespace, GLOBAL, PolicyWorld.key(any(prefix), 0, prefix, 0), Verdict.DROP, "x"))
            .as("%s %s", namespace, prefix).isEqualTo(SessionError.NONE);
      }
    }
    assertThat(world.delete("a", GLOBAL, "x")).isEqualTo(SessionError.NONE);
    assertThat(world.delete("a", GLOBAL, "x")).isEqualTo(SessionError.NOROUTE);
    for (String prefix : PREFIXES) {
      assertThat(world.delete("b", GLOBAL, PolicyWorld.key(any(prefix), 0, prefix, 0))).as(prefix)
          .isEqualTo(SessionError.NONE);
    }
    world.end();
  }

  @Test
  void A18_deny_lists_of_two_namespaces_in_tables_of_one_number_may_have_one_tag() {
    PolicyWorld world = world(PolicyBackend.DENY_LIST);
    for (String namespace : List.of("a", "b")) {
      for (String prefix : PREFIXES) {
        DenyChange add = new DenyChange.Add(new DenyEntry(IpPrefix.parse(prefix), Verdict.DROP, "x"));
        assertThat(world.attempt(() -> world.policy().changeDenied(namespace, List.of(add))))
            .as("%s %s", namespace, prefix).isEqualTo(SessionError.NONE);
      }
    }
    assertThat(world.attempt(() -> world.policy().deleteDenied("a", "x"))).isEqualTo(SessionError.NONE);
    assertThat(world.attempt(() -> world.policy().deleteDenied("a", "x"))).isEqualTo(SessionError.NOROUTE);
    for (String prefix : PREFIXES) {
      DenyChange delete = new DenyChange.Delete(IpPrefix.parse(prefix));
      assertThat(world.attempt(() -> world.policy().changeDenied("b", List.of(delete)))).as(prefix)
          .isEqualTo(SessionError.NONE);
    }
    world.end();
  }
}
