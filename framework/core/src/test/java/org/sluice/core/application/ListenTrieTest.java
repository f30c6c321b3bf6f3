package org.sluice.core.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ListenTrieTest {
  private record Key(long high, long low, long scope) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void a_table_and_every_older_one_say_what_the_model_says(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    ListenTrie<String> table = ListenTrie.empty();
    Map<Key, List<Long>> model = new LinkedHashMap<>();
    List<ListenTrie<String>> olderTables = new ArrayList<>();
    List<Map<Key, List<Long>>> olderModels = new ArrayList<>();
    for (int step = 0; step < 3_000; step++) {
      // The first two words of neighbours hash alike, so that many entries share one hash.
      int n = random.nextInt(8);
      Key key = new Key(n, -31L * n, random.nextInt(20));
      long handle = random.nextInt(4);
      List<Long> handles = model.computeIfAbsent(key, k -> new ArrayList<>());
      if (random.nextInt(5) < 2 + random.nextInt(2) && !handles.contains(handle)) {
        handles.add(handle);
        table = table.with(key.high(), key.low(), key.scope(), handle, "value " + handle);
      } else {
        boolean present = handles.remove(handle);
        ListenTrie<String> rest = table.without(key.high(), key.low(), key.scope(), handle);
        assertThat(rest != table).as("seed %d, step %d", seed, step).isEqualTo(present);
        table = rest;
      }
      if (step % 100 == 0) {
        olderTables.add(table);
        Map<Key, List<Long>> copy = new LinkedHashMap<>();
        model.forEach((k, list) -> copy.put(k, List.copyOf(list)));
        olderModels.add(copy);
      }
    }
    olderTables.add(table);
    olderModels.add(model);
    for (int i = 0; i < olderTables.size(); i++) {
      check(olderTables.get(i), olderModels.get(i), "seed " + seed + ", table " + i);
    }
  }

  private static void check(ListenTrie<String> table, Map<Key, List<Long>> model, String what) {
    for (int n = 0; n < 8; n++) {
      for (int scope = 0; scope < 20; scope++) {
        Key key = new Key(n, -31L * n, scope);
        List<Long> handles = model.getOrDefault(key, List.of());
        ListenTrie.Entry<String> found = table.find(key.high(), key.low(), key.scope());
        assertThat(found == null ? -1 : found.handle).as("%s, the oldest of %s", what, key)
            .isEqualTo(handles.isEmpty() ? -1 : handles.getFirst());
        assertThat(found == null ? "" : found.value).isEqualTo(found == null ? "" : "value " + found.handle);
      }
    }
  }

  @Test
  void a_change_copies_a_handful_of_nodes_whatever_the_size() {
    ListenTrie<String> table = ListenTrie.empty();
    long copied = 0;
    for (int i = 0; i < 65_536; i++) {
      ListenTrie<String> grown = table.with(0, i / 1_000, i % 1_000, i, "");
      int nodes = nodesOnlyIn(grown.root, table.root);
      assertThat(nodes).as("entry %d", i).isLessThanOrEqualTo(10);
      copied += nodes;
      table = grown;
    }
    assertThat(copied).as("nodes copied for 65 536 entries").isLessThan(5 * 65_536);
    for (int i = 0; i < 65_536; i++) {
      ListenTrie<String> rest = table.without(0, i / 1_000, i % 1_000, i);
      assertThat(nodesOnlyIn(rest.root, table.root)).as("entry %d", i).isLessThanOrEqualTo(10);
      table = rest;
    }
    assertThat(table.root).as("nothing is left of what came and went").containsOnlyNulls();
  }

  /** Counts the nodes of a tree that another one does not share. */
  private static int nodesOnlyIn(@Nullable Object tree, @Nullable Object other) {
    if (tree == other || !(tree instanceof Object[] node)) {
      return 0;
    }
    int count = 1;
    for (int i = 0; i < node.length; i++) {
      count += nodesOnlyIn(node[i], other instanceof Object[] same ? same[i] : null);
    }
    return count;
  }
}
