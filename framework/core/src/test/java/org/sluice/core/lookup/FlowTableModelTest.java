package org.sluice.core.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;

/** The flow table against a map. */
final class FlowTableModelTest {
  private static final int STEPS = 30_000;
  private static final int FLOWS = 400;

  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33, 34, 35, 36})
  void table_agrees_with_a_map(long seed) {
    run(seed, Flows.table(FLOWS, seed));
    run(seed, Flows.collidingTable(FLOWS));
  }

  private static void run(long seed, FlowTable table) {
    RandomGenerator random = new SplittableRandom(seed);
    Map<Integer, Long> model = new HashMap<>();
    FlowKey key = new FlowKey();
    for (int step = 0; step < STEPS; step++) {
      String context = "seed " + seed + ", step " + step;
      // The number of flows swings, so that the table is now nearly full, now nearly empty.
      int bias = step / 2_000 % 2 == 0 ? 7 : 3;
      int n = random.nextInt(FLOWS);
      long handle = random.nextLong(1L << 40);
      key(key, n);
      if (random.nextInt(10) < bias) {
        assertThat(table.add(key, handle)).as(context).isEqualTo(model.putIfAbsent(n, handle) == null);
      } else if (random.nextInt(4) == 0) {
        handOver(table, model, key, n, random.nextBoolean() ? model.getOrDefault(n, handle) : handle, handle + 1);
      } else if (random.nextInt(4) == 0) {
        assertThat(table.remove(key, handle)).as(context).isFalse();
      } else {
        Long expected = model.remove(n);
        assertThat(table.remove(key, expected == null ? handle : expected)).as(context).isEqualTo(expected != null);
      }
      assertThat(table.size()).as(context).isEqualTo(model.size());
      assertFound(table, model, key, random.nextInt(FLOWS), context);
      if (step % 100 == 0) {
        for (int other = 0; other < FLOWS; other++) {
          assertFound(table, model, key, other, context);
        }
      }
    }
  }

  private static void handOver(
      FlowTable table, Map<Integer, Long> model, FlowKey key, int n, long from, long to) {
    long before = model.getOrDefault(n, from);
    boolean expected = before == from && (model.containsKey(n) || model.size() < FLOWS);
    assertThat(table.handOver(key, from, to)).isEqualTo(expected);
    if (expected) {
      model.put(n, to);
    }
  }

  private static void assertFound(FlowTable table, Map<Integer, Long> model, FlowKey key, int n, String context) {
    long found = table.find(key(key, n));
    if (found != model.getOrDefault(n, Handle.INVALID)) {
      throw new AssertionError(context + ": flow " + n + " is found as " + found + ", not " + model.get(n));
    }
  }

  /** A third of the flows collide when there are no secrets, in chains that begin next to each other. */
  private static FlowKey key(FlowKey key, int n) {
    return n % 3 == 0 ? Flows.ip4(key, n) : Flows.mixed(key, n);
  }
}
