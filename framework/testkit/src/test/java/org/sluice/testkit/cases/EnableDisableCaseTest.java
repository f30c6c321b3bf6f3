package org.sluice.testkit.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.core.policy.DenyChange;
import org.sluice.core.policy.DenyEntry;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.core.policy.RuleAction.Verdict;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.session.LookupResult.Kind;
import org.sluice.testkit.policy.PolicyWorld;

/** The case {@code enable-disable}: rule engines come and go a hundred times. */
@Timeout(60)
class EnableDisableCaseTest {
  private static final int TOGGLES = 100;
  private static final int ENTRIES = 50;
  private static final long MOST_GROWTH = 32 << 10;
  private static final int ATTEMPTS = 5;

  private final PolicyWorld world = new PolicyWorld(PolicyBackend.NONE);

  private void select(PolicyBackend backend) {
    assertThat(world.attempt(() -> world.policy().select(backend))).isEqualTo(SessionError.NONE);
  }

  private void toggle() {
    select(PolicyBackend.RULES);
    for (int i = 0; i < ENTRIES; i++) {
      world.add(PolicyWorld.DEFAULT, Set.of(Scope.GLOBAL, Scope.LOCAL),
          PolicyWorld.key("0.0.0.0/0", 0, "10.0." + i + ".0/24", i), Verdict.DROP, "tag " + i);
    }
    assertThat(entries()).isEqualTo(2 * ENTRIES);
    assertThat(world.lookup("127.0.0.1:80", "10.0.9.1:9")).isEqualTo(Kind.DROP);
    select(PolicyBackend.NONE);
    assertThat(world.lookup("127.0.0.1:80", "10.0.9.1:9")).isEqualTo(Kind.NONE);
    select(PolicyBackend.DENY_LIST);
    for (int i = 0; i < ENTRIES; i++) {
      DenyEntry entry = new DenyEntry(IpPrefix.host(IpAddress.ofIp4(i + 1)), Verdict.DROP, "tag " + i);
      world.attempt(() -> world.policy().changeDenied(PolicyWorld.DEFAULT, List.of(new DenyChange.Add(entry))));
    }
    assertThat(entries()).isEqualTo(ENTRIES);
    assertThat(world.lookup("127.0.0.1:80", "0.0.0.9:9")).isEqualTo(Kind.DROP);
    select(PolicyBackend.NONE);
    assertThat(world.simulation.get(0, () -> world.policy().places(null))).isEmpty();
  }

  /** Rules, each in both scopes, or entries of the deny list. */
  private long entries() {
    return world.simulation.get(0, () -> world.policy().places(null).stream()
        .mapToLong(place -> world.policy().rules(place).size() + world.policy().denied(place).size()).sum());
  }

  private static long usedBytes() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  /** Others of this JVM come and go too; what stays of toggles would stay of each hundred. */
  @Test
  void defect_19_a_hundred_toggles_leave_nothing_behind() {
    toggle();
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < ATTEMPTS && least >= MOST_GROWTH; attempt++) {
      long before = usedBytes();
      for (int i = 0; i < TOGGLES; i++) {
        toggle();
      }
      least = Math.min(least, usedBytes() - before);
    }
    assertThat(least).as("bytes that a hundred toggles added to the heap").isLessThan(MOST_GROWTH);
    world.end();
  }
}
