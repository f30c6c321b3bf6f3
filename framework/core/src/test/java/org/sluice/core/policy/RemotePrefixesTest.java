package org.sluice.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

  @ParameterizedTest
  @ValueSource(ints = {8, 9, 10, 12, 13, 14, 16, 20, 24, 28, 32})
  void prefixes_that_follow_each_other_are_spread_over_the_table(int length) {
    RemotePrefixes prefixes = RemotePrefixes.empty(new IpPrefix(IpAddress.ofIp4(0), length).bits());
    int count = Math.min(1 << length, 2_000);

    for (int i = 0; i < count; i++) {
      prefixes = prefixes.with(group(new IpPrefix(IpAddress.ofIp4(i << (Integer.SIZE - length)), length)));
    }

    assertThat(prefixes.size()).isEqualTo(count);
    assertThat(prefixes.placeCount()).isLessThanOrEqualTo(16 * Math.max(count, 32));
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 32, 48, 64, 72, 128})
  void so_are_those_of_ip6(int length) {
    RemotePrefixes prefixes = RemotePrefixes.empty(length);
    int variedBits = length <= Long.SIZE ? length : length - Long.SIZE;
    int count = Math.min(1 << Math.min(variedBits, 20), 2_000);

    for (long i = 0; i < count; i++) {
      long high = length <= Long.SIZE ? i << (Long.SIZE - length) : 0x2001L << 48;
      long low = length <= Long.SIZE ? 0 : i << (2 * Long.SIZE - length);
      prefixes = prefixes.with(FewRules.of(new Rule(0, new RuleKey(new IpPrefix(new IpAddress(high, low), length),
          IpPrefix.ALL_IP6, 0, 0), RuleAction.Verdict.DROP, "")));
    }

    assertThat(prefixes.size()).isEqualTo(count);
    assertThat(prefixes.placeCount()).isLessThanOrEqualTo(16 * count);
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
