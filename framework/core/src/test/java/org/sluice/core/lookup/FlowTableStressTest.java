package org.sluice.core.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;

/**
 * Readers and writers at once. Every third flow stays for good, handed over from one handle to the next, and must be
 * found at any time; the others come and go. Each is written by one thread, under a handle that names the flow and
 * counts up: a reader may see any handle that the flow had since the last one it saw, never one of another flow and
 * never an older one.
 */
@Timeout(60)
final class FlowTableStressTest {
  private static final int WRITERS = 2;
  private static final int READERS = 2;
  private static final int GENERATION_BITS = 32;

  @Test
  void readers_see_only_right_handles_in_chains_that_move() throws Exception {
    run(Flows.collidingTable(1 << 10), 60, 60_000);
  }

  @Test
  void readers_see_only_right_handles_in_a_slot_that_changes_hands() throws Exception {
    for (int i = 0; i < 8; i++) {
      run(Flows.collidingTable(1 << 10), 3, 200_000);
    }
  }

  @Test
  void readers_see_only_right_handles_while_the_table_grows() throws Exception {
    for (int i = 0; i < 10; i++) {
      run(Flows.table(1 << 17, i), 30_000, 40_000);
    }
  }

  @Test
  void of_two_workers_that_add_the_same_flow_one_succeeds() throws Exception {
    FlowTable table = Flows.table(1 << 17, 5);
    int flows = 20_000;
    try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
      List<Future<Integer>> results = new ArrayList<>();
      for (int w = 0; w < WRITERS; w++) {
        int id = w;
        results.add(threads.submit(() -> {
          FlowKey key = new FlowKey();
          int added = 0;
          for (int n = 0; n < flows; n++) {
            added += table.add(Flows.mixed(key, n), id) ? 1 : 0;
          }
          return added;
        }));
      }
      assertThat(results.get(0).get() + results.get(1).get()).isEqualTo(flows);
    }
    assertThat(table.size()).isEqualTo(flows);
  }

  @Test
  void counts_of_many_workers_come_back_to_nothing() throws Exception {
    FlowTable table = Flows.collidingTable(64);
    try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS + READERS)) {
      List<Future<?>> results = new ArrayList<>();
      for (int w = 0; w < WRITERS + READERS; w++) {
        RandomGenerator random = new SplittableRandom(w);
        results.add(threads.submit(() -> {
          FlowKey key = new FlowKey();
          for (int i = 0; i < 20_000; i++) {
            Flows.ip4(key, random.nextInt(16));
            assertThat(table.addTo(key, 1)).isPositive();
            assertThat(table.find(key)).isPositive();
            assertThat(table.addTo(key, -1)).isNotNegative();
          }
        }));
      }
      for (Future<?> result : results) {
        result.get();
      }
    }
    assertThat(table.size()).isZero();
    for (int n = 0; n < 16; n++) {
      assertThat(table.find(Flows.ip4(new FlowKey(), n))).isEqualTo(Handle.INVALID);
    }
  }

  private static void run(FlowTable table, int flows, int writes) throws Exception {
    FlowKey key = new FlowKey();
    for (int n = 0; n < flows; n += 3) {
      table.add(Flows.ip4(key, n), handle(n, 0));
    }
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS + READERS)) {
      List<Future<?>> writers = new ArrayList<>();
      List<Future<Long>> readers = new ArrayList<>();
      for (int w = 0; w < WRITERS; w++) {
        int id = w;
        writers.add(threads.submit(() -> write(table, flows, writes, id)));
      }
      for (int r = 0; r < READERS; r++) {
        int id = r;
        readers.add(threads.submit(() -> read(table, flows, done, id)));
      }
      try {
        for (Future<?> writer : writers) {
          writer.get();
        }
      } finally {
        done.set(true);
      }
      for (Future<Long> reader : readers) {
        assertThat(reader.get()).as("lookups").isPositive();
      }
    }
    assertThat(table.size()).isEqualTo((flows + 2) / 3);
  }

  private static void write(FlowTable table, int flows, int writes, int id) {
    RandomGenerator random = new SplittableRandom(id);
    FlowKey key = new FlowKey();
    boolean[] present = new boolean[flows];
    long[] generations = new long[flows];
    for (int i = 0; i < writes; i++) {
      int third = random.nextInt(flows / 3);
      int n = third * 3 + 1 + id;
      toggle(table, Flows.ip4(key, n), n, present, generations);
      if (third % WRITERS == id) {
        int stays = third * 3;
        long before = generations[stays]++;
        if (!table.handOver(Flows.ip4(key, stays), handle(stays, before), handle(stays, before + 1))) {
          throw new AssertionError("flow " + stays + " was not where it was put");
        }
      }
    }
    for (int n = 1 + id; n < flows; n += 3) {
      if (present[n]) {
        toggle(table, Flows.ip4(key, n), n, present, generations);
      }
    }
  }

  private static void toggle(FlowTable table, FlowKey key, int n, boolean[] present, long[] generations) {
    boolean changed = present[n]
        ? table.remove(key, handle(n, generations[n]))
        : table.add(key, handle(n, ++generations[n]));
    if (!changed) {
      throw new AssertionError("flow " + n + " of generation " + generations[n] + " was not where it was put");
    }
    present[n] = !present[n];
    long seen = table.find(key);
    if (seen != (present[n] ? handle(n, generations[n]) : Handle.INVALID)) {
      throw new AssertionError("the writer itself sees " + seen + " for flow " + n);
    }
  }

  private static long read(FlowTable table, int flows, AtomicBoolean done, int id) {
    RandomGenerator random = new SplittableRandom(100 + id);
    FlowKey key = new FlowKey();
    long[] newest = new long[flows];
    long lookups = 0;
    do {
      int n = random.nextInt(flows);
      long seen = table.find(Flows.ip4(key, n));
      if (seen == Handle.INVALID ? n % 3 == 0 : seen >>> GENERATION_BITS != n || seen < newest[n]) {
        throw new AssertionError("flow " + n + " is found as " + seen + " after " + newest[n]);
      }
      newest[n] = Math.max(newest[n], seen);
      lookups++;
    } while (!done.get());
    return lookups;
  }

  private static long handle(int n, long generation) {
    return ((long) n << GENERATION_BITS) | generation;
  }
}
