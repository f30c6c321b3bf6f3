package org.sluice.core.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;

final class PrefixTrieTest {
  private static final int STEPS = 4_000;

  @Test
  void the_longest_prefix_that_holds_an_address_wins() {
    PrefixTrie<String> trie = PrefixTrie.<String>empty()
        .with(IpPrefix.parse("0.0.0.0/0"), "default")
        .with(IpPrefix.parse("10.0.0.0/8"), "ten")
        .with(IpPrefix.parse("10.1.2.0/24"), "net")
        .with(IpPrefix.parse("10.1.2.3"), "host");
    assertThat(find(trie, "10.1.2.3")).isEqualTo("host");
    assertThat(find(trie, "10.1.2.4")).isEqualTo("net");
    assertThat(find(trie, "10.1.3.3")).isEqualTo("ten");
    assertThat(find(trie, "11.1.2.3")).isEqualTo("default");
    assertThat(find(trie.without(IpPrefix.parse("10.1.2.0/24")), "10.1.2.4")).isEqualTo("ten");
    assertThat(find(trie, "10.1.2.4")).as("the original is as it was").isEqualTo("net");
  }

  @Test
  void the_families_do_not_see_each_other() {
    PrefixTrie<String> trie = PrefixTrie.<String>empty().with(IpPrefix.ALL_IP6, "six");
    assertThat(find(trie, "10.0.0.1")).isNull();
    assertThat(find(trie, "::1")).isEqualTo("six");
    trie = trie.without(IpPrefix.ALL_IP6).with(IpPrefix.ALL_IP4, "four");
    assertThat(find(trie, "::1")).isNull();
    assertThat(find(trie, "255.255.255.255")).isEqualTo("four");
  }

  @ParameterizedTest
  @ValueSource(longs = {41, 42, 43, 44})
  void trie_agrees_with_a_search_of_everything(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    Map<IpPrefix, Integer> model = new HashMap<>();
    PrefixTrie<Integer> trie = PrefixTrie.empty();
    PrefixTrie<Integer> kept = trie;
    Map<IpPrefix, Integer> keptModel = Map.of();
    for (int step = 0; step < STEPS; step++) {
      IpPrefix prefix = prefix(random, step / 500 % 2 == 0 ? 4 : 2);
      boolean add = random.nextInt(10) < (step / 800 % 2 == 0 ? 7 : 3);
      if (add) {
        trie = trie.with(prefix, step);
        model.put(prefix.mask(), step);
      } else {
        IpPrefix gone = model.isEmpty() || random.nextInt(4) == 0 ? prefix : List.copyOf(model.keySet())
            .get(random.nextInt(model.size()));
        trie = trie.without(gone);
        model.remove(gone.mask());
      }
      String context = "seed " + seed + ", step " + step;
      assertThat(trie.size()).as(context).isEqualTo(model.size());
      assertThat(trie.get(prefix)).as(context).isEqualTo(model.get(prefix.mask()));
      assertFinds(trie, model, prefix(random, 3).address(), context);
      assertFinds(trie, model, prefix.address(), context);
      if (step % 1_000 == 0) {
        assertFinds(kept, keptModel, prefix.address(), context + ", kept copy");
        kept = trie;
        keptModel = Map.copyOf(model);
        assertHasAll(trie, model, context);
      }
    }
    assertHasAll(trie, model, "seed " + seed + ", end");
    for (IpPrefix prefix : model.keySet()) {
      trie = trie.without(prefix);
    }
    assertHasAll(trie, Map.of(), "seed " + seed + ", emptied");
  }

  @Test
  void lookups_allocate_nothing() {
    RandomGenerator random = new SplittableRandom(45);
    PrefixTrie<Integer> trie = PrefixTrie.empty();
    long[] addresses = new long[2_000];
    for (int i = 0; i < addresses.length / 2; i++) {
      IpPrefix prefix = prefix(random, 4);
      trie = trie.with(prefix, i);
      addresses[2 * i] = prefix.address().high();
      addresses[2 * i + 1] = prefix.address().low();
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = Long.MAX_VALUE;
    long found = 0;
    for (int round = 0; round < 50 && allocated != 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < addresses.length; i += 2) {
        found += trie.longest(addresses[i], addresses[i + 1]) == null ? 0 : 1;
      }
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(allocated).isZero();
    assertThat(found).isPositive();
  }

  private static void assertFinds(
      PrefixTrie<Integer> trie, Map<IpPrefix, Integer> model, IpAddress address, String context) {
    Integer expected = null;
    int length = -1;
    for (Map.Entry<IpPrefix, Integer> entry : model.entrySet()) {
      if (entry.getKey().length() > length && entry.getKey().contains(address)) {
        length = entry.getKey().length();
        expected = entry.getValue();
      }
    }
    assertThat(trie.longest(address.high(), address.low())).as("%s, %s", context, address).isEqualTo(expected);
  }

  private static void assertHasAll(PrefixTrie<Integer> trie, Map<IpPrefix, Integer> model, String context) {
    Map<IpPrefix, Integer> all = new HashMap<>();
    List<IpPrefix> order = new ArrayList<>();
    trie.forEach((prefix, value) -> {
      all.put(prefix, value);
      order.add(prefix);
    });
    assertThat(all).as(context).isEqualTo(model);
    assertThat(order).as(context).isSortedAccordingTo((a, b) -> {
      if (a.isIp4() != b.isIp4()) {
        return a.isIp4() ? -1 : 1;
      }
      int byHigh = Long.compareUnsigned(a.address().high(), b.address().high());
      int byLow = Long.compareUnsigned(a.address().low(), b.address().low());
      return byHigh != 0 ? byHigh : byLow != 0 ? byLow : Integer.compare(a.length(), b.length());
    });
  }

  /** Bytes of few values, so that prefixes nest and collide. */
  private static IpPrefix prefix(RandomGenerator random, int values) {
    if (random.nextBoolean()) {
      long bits = 0;
      for (int i = 0; i < 4; i++) {
        bits = bits << 8 | (random.nextInt(values) * 85L & 0xff);
      }
      return new IpPrefix(IpAddress.ofIp4(bits), random.nextInt(33));
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < 8; i++) {
      high = high << 8 | (random.nextInt(values) * 85L & 0xff);
      low = low << 8 | (random.nextInt(values) * 85L & 0xff);
    }
    return new IpPrefix(new IpAddress(high, low), random.nextInt(129));
  }

  private static <V> @Nullable V find(PrefixTrie<V> trie, String address) {
    IpAddress parsed = IpAddress.parse(address);
    return trie.longest(parsed.high(), parsed.low());
  }
}
