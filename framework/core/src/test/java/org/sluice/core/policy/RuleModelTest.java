package org.sluice.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;

/** A14: the rules against all of them looked at one by one, while they come, change and go. */
final class RuleModelTest {
  private static final int TABLE = 3;
  private static final int STEPS = 6_000;
  private static final Comparator<RuleKey> STRONGER = Comparator
      .comparingInt((RuleKey key) -> key.remote().length())
      .thenComparingInt(key -> key.local().length())
      .thenComparingInt(key -> Math.min(key.remotePort(), 1))
      .thenComparingInt(key -> Math.min(key.localPort(), 1));

  private final PolicyTables tables =
      new PolicyTables(PolicyLimits.DEFAULT, new CounterRegistry(1).scope("test"));
  private final List<Map<RuleKey, Rule>> model = List.of(new HashMap<>(), new HashMap<>());
  private final Map<RuleKey, Rule> connects = new HashMap<>();
  private final FlowKey flow = new FlowKey();
  private final LookupResult result = new LookupResult();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void A14_winner_is_the_lexicographic_maximum_in_any_order_of_insertion(long seed) {
    SplittableRandom random = new SplittableRandom(Long.getLong("sluice.seed", seed));
    tables.select(PolicyBackend.RULES);
    for (int step = 0; step < STEPS; step++) {
      change(random, step);
      for (int i = 0; i < 4; i++) {
        compare(random, "seed " + seed + ", step " + step);
      }
    }
    assertThat(tables.size()).isEqualTo(model.get(0).size() + model.get(1).size() + connects.size());
    for (int protocol = 0; protocol < 2; protocol++) {
      for (RuleKey key : List.copyOf(model.get(protocol).keySet())) {
        assertThat(tables.delete(TABLE, protocol, key)).isEqualTo(SessionError.NONE);
      }
    }
    List.copyOf(connects.keySet()).forEach(key -> tables.delete(PolicyTables.local(0), 0, key));
    assertThat(tables.size()).isZero();
    model.forEach(Map::clear);
    connects.clear();
    compare(random, "emptied");
  }

  private void change(SplittableRandom random, int step) {
    int protocol = random.nextInt(2);
    RuleKey key = key(random);
    boolean local = random.nextInt(4) == 0;
    int place = local ? PolicyTables.local(0) : TABLE;
    Map<RuleKey, Rule> there = local ? connects : model.get(protocol);
    RuleKey held = local ? key.withoutLocal() : key;
    if (random.nextInt(100) < (step < STEPS / 2 ? 70 : 45)) {
      Rule rule = new Rule(local ? 0 : protocol, held, new RuleAction.Redirect(step), "");
      assertThat(tables.add(place, new Rule(rule.protocol(), key, rule.action(), ""))).isEqualTo(SessionError.NONE);
      there.put(held, rule);
    } else {
      if (!there.isEmpty() && random.nextBoolean()) {
        key = new ArrayList<>(there.keySet()).get(random.nextInt(there.size()));
        held = key;
      }
      SessionError expected = there.remove(held) == null ? SessionError.NOROUTE : SessionError.NONE;
      assertThat(tables.delete(place, local ? 0 : protocol, key)).isEqualTo(expected);
    }
  }

  private void compare(SplittableRandom random, String when) {
    boolean ip4 = random.nextBoolean();
    IpAddress remote = address(random, ip4);
    IpAddress local = address(random, ip4);
    int remotePort = 1 + random.nextInt(3);
    int localPort = 1 + random.nextInt(3);
    flow.remote(remote.high(), remote.low(), remotePort);
    flow.local(local.high(), local.low(), localPort);
    int protocol = random.nextInt(2);
    String what = when + ": " + remote + ":" + remotePort + " -> " + local + ":" + localPort;
    assertThat(tables.rule(TABLE, protocol, flow)).as(what)
        .isEqualTo(best(model.get(protocol), remote, local, remotePort, localPort));
    flow.scope(9, TABLE);
    Rule winner = tables.rule(TABLE, protocol, flow);
    assertThat(tables.decide(protocol, flow, result)).as(what).isEqualTo(winner != null);
    if (winner != null) {
      assertThat(result.handle()).as(what).isEqualTo(winner.action().code());
    }
    assertThat(tables.rule(PolicyTables.local(0), 0, flow)).as(what + " as a connect")
        .isEqualTo(best(connects, remote, local, remotePort, localPort));
  }

  private static @Nullable Rule best(
      Map<RuleKey, Rule> rules, IpAddress remote, IpAddress local, int remotePort, int localPort) {
    return rules.values().stream()
        .filter(rule -> rule.key().matches(remote, local, remotePort, localPort))
        .max(Comparator.comparing(Rule::key, STRONGER))
        .orElse(null);
  }

  /** Few bits differ, so that rules nest and meet. */
  private static IpAddress address(SplittableRandom random, boolean ip4) {
    long bits = random.nextLong(4) << 30 | random.nextLong(4) << 14 | random.nextLong(4);
    return ip4 ? IpAddress.ofIp4(bits) : new IpAddress(bits << 32 | random.nextInt(2), random.nextInt(4));
  }

  private static RuleKey key(SplittableRandom random) {
    boolean ip4 = random.nextBoolean();
    return new RuleKey(prefix(random, ip4), prefix(random, ip4), random.nextInt(3), random.nextInt(3));
  }

  private static IpPrefix prefix(SplittableRandom random, boolean ip4) {
    int[] lengths = ip4 ? new int[] {0, 1, 2, 16, 18, 31, 32} : new int[] {0, 2, 18, 64, 126, 127, 128};
    return new IpPrefix(address(random, ip4), lengths[random.nextInt(lengths.length)]);
  }
}
