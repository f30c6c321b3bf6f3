package org.sluice.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;

final class RemotePrefixesTest {
  private static final int LENGTH = 28;
  private static final int PREFIXES = 20_000;

  @Test
  void holds_what_a_map_holds_while_it_grows_and_shrinks_and_leaves_copies_alone() {
    SplittableRandom random = new SplittableRandom(1);
    Map<IpPrefix, RuleGroup> model = new HashMap<>();
    RemotePrefixes empty = RemotePrefixes.empty(prefix(0).bits());
    RemotePrefixes prefixes = empty;
    while (model.size() < PREFIXES) {
      IpPrefix prefix = prefix(random.nextInt());
      RuleGroup group = group(prefix);
      prefixes = prefixes.with(group);
      model.put(prefix, group);
    }
    RemotePrefixes full = prefixes;
    compare(full, model);
    assertThat(full.placeCount()).isBetween(4 * PREFIXES, 16 * PREFIXES);

    for (IpPrefix prefix : List.copyOf(model.keySet())) {
      prefixes = prefixes.without(prefix);
    }

    assertThat(prefixes.size()).isZero();
    assertThat(prefixes.placeCount()).as("given back").isEqualTo(empty.placeCount());
    compare(full, model);
    assertThat(empty.size()).isZero();
  }

  @Test
  void an_address_leads_to_the_prefix_that_holds_it_and_to_no_other() {
    RuleGroup group = group(prefix(0x0a000010));
    RemotePrefixes prefixes = RemotePrefixes.empty(prefix(0).bits()).with(group);

    assertThat(prefixes.holding(0, IpAddress.IP4_MAPPED | 0x0a00001fL)).isSameAs(group);
    assertThat(prefixes.holding(0, IpAddress.IP4_MAPPED | 0x0a000020L)).isNull();
    assertThat(prefixes.holding(0, IpAddress.IP4_MAPPED | 0x0a00000fL)).isNull();
  }

  private static void compare(RemotePrefixes prefixes, Map<IpPrefix, RuleGroup> model) {
    assertThat(prefixes.size()).isEqualTo(model.size());
    model.forEach((prefix, group) -> assertThat(prefixes.of(prefix)).as("%s", prefix).isSameAs(group));
  }

  private static IpPrefix prefix(int address) {
    return new IpPrefix(IpAddress.ofIp4(address), LENGTH).mask();
  }

  private static RuleGroup group(IpPrefix prefix) {
    return FewRules.of(new Rule(0, new RuleKey(prefix, IpPrefix.ALL_IP4, 0, 0), RuleAction.Verdict.DROP, ""));
  }
}
