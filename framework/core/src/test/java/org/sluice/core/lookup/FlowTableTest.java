package org.sluice.core.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;

/** The flow table by one thread. */
final class FlowTableTest {
  private final FlowTable table = Flows.table(1 << 20, 1);
  private final FlowKey key = new FlowKey();

  @Test
  void flow_is_found_by_its_tuple_and_gone_after_remove() {
    assertThat(table.find(Flows.ip4(key, 1))).isEqualTo(Handle.INVALID);
    assertThat(table.add(Flows.ip4(key, 1), 77)).isTrue();
    assertThat(table.find(Flows.ip4(new FlowKey(), 1))).isEqualTo(77);
    assertThat(table.size()).isEqualTo(1);

    assertThat(table.remove(key, 77)).isTrue();
    assertThat(table.find(key)).isEqualTo(Handle.INVALID);
    assertThat(table.size()).isZero();
    assertThat(table.add(key, 78)).as("again").isTrue();
    assertThat(table.find(key)).isEqualTo(78);
  }

  @Test
  void flow_that_is_there_is_not_entered_again() {
    assertThat(table.add(Flows.ip4(key, 1), 0)).isTrue();
    assertThat(table.add(key, 5)).isFalse();
    assertThat(table.find(key)).isZero();
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void flows_that_stay_are_found_when_most_others_have_gone() {
    int flows = 100_000;
    for (int n = 0; n < flows; n++) {
      assertThat(table.add(Flows.mixed(key, n), n)).isTrue();
    }
    int slots = table.slotCount();
    for (int n = 0; n < flows; n++) {
      if (n % 50 != 0) {
        assertThat(table.remove(Flows.mixed(key, n), n)).isTrue();
      }
    }
    for (int n = 0; n < flows; n++) {
      assertThat(table.find(Flows.mixed(key, n))).isEqualTo(n % 50 == 0 ? n : Handle.INVALID);
    }
    assertThat(table.size()).isEqualTo(flows / 50);
    assertThat(table.slotCount()).as("of %d slots", slots).isLessThanOrEqualTo(slots / 8);
  }

  @Test
  void flow_is_removed_only_by_the_handle_it_belongs_to() {
    table.add(Flows.ip4(key, 1), 10);
    assertThat(table.remove(key, 11)).isFalse();
    assertThat(table.find(key)).isEqualTo(10);
    assertThat(table.remove(Flows.ip4(key, 2), 10)).isFalse();
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void flow_is_handed_over_by_the_handle_it_belongs_to() {
    table.add(Flows.ip4(key, 1), 10);
    assertThat(table.handOver(key, 10, 11)).isTrue();
    assertThat(table.find(key)).isEqualTo(11);
    assertThat(table.handOver(key, 10, 12)).as("by one it does not belong to any more").isFalse();
    assertThat(table.find(key)).isEqualTo(11);
    assertThat(table.remove(key, 10)).isFalse();
    assertThat(table.size()).isEqualTo(1);
    assertThat(table.remove(key, 11)).isTrue();
    assertThat(table.size()).isZero();
  }

  @Test
  void flow_that_is_not_there_is_entered_when_it_is_handed_over() {
    assertThat(table.handOver(Flows.ip4(key, 1), 10, 11)).isTrue();
    assertThat(table.find(key)).isEqualTo(11);
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void flow_is_handed_over_in_a_full_table_but_not_entered() {
    Counter limitHits = Flows.counter();
    FlowTable full = new FlowTable(1, new SplittableRandom(3), limitHits);
    full.add(Flows.ip4(key, 1), 10);
    assertThat(full.handOver(key, 10, 11)).isTrue();
    assertThat(limitHits.value()).isZero();
    assertThat(full.handOver(Flows.ip4(key, 2), 10, 12)).isFalse();
    assertThat(limitHits.value()).isEqualTo(1);
    assertThat(full.size()).isEqualTo(1);
  }

  @Test
  void every_part_of_the_key_counts() {
    Flows.ip4(key, 1);
    table.add(key, 1);
    assertDiffers(k -> k.local(0, IpAddress.IP4_MAPPED | 0x0a000002, 80));
    assertDiffers(k -> k.local(0, IpAddress.IP4_MAPPED | 0x0a000001, 81));
    assertDiffers(k -> k.local(1, IpAddress.IP4_MAPPED | 0x0a000001, 80));
    assertDiffers(k -> k.local(0, 0x0a000001, 80));
    assertDiffers(k -> k.remote(0, IpAddress.IP4_MAPPED | 0x0b000002, 4000));
    assertDiffers(k -> k.remote(0, IpAddress.IP4_MAPPED | 0x0b000001, 4001));
    assertDiffers(k -> k.remote(-1, IpAddress.IP4_MAPPED | 0x0b000001, 4000));
    assertDiffers(k -> k.scope(2, 0));
    assertDiffers(k -> k.scope(1, 1));
    assertDiffers(k -> k.scope(0, 1));
  }

  private void assertDiffers(Consumer<FlowKey> change) {
    FlowKey other = Flows.ip4(new FlowKey(), 1);
    change.accept(other);
    assertThat(table.find(other)).isEqualTo(Handle.INVALID);
    assertThat(table.add(other, 2)).isTrue();
    assertThat(table.find(other)).isEqualTo(2);
    assertThat(table.find(key)).isEqualTo(1);
    assertThat(table.remove(other, 2)).isTrue();
  }

  @Test
  void flow_beyond_the_limit_is_refused_and_counted() {
    Counter limitHits = Flows.counter();
    FlowTable small = new FlowTable(100, new SplittableRandom(3), limitHits);
    for (int n = 0; n < 100; n++) {
      assertThat(small.add(Flows.mixed(key, n), n)).isTrue();
    }
    assertThat(small.add(Flows.mixed(key, 100), 100)).isFalse();
    assertThat(limitHits.value()).isEqualTo(1);
    assertThat(small.find(key)).isEqualTo(Handle.INVALID);
    assertThat(small.remove(Flows.mixed(key, 7), 7)).isTrue();
    assertThat(small.add(Flows.mixed(key, 100), 100)).isTrue();
    assertThat(small.size()).isEqualTo(100);
  }

  @Test
  void refused_duplicates_do_not_use_up_the_limit() {
    FlowTable small = new FlowTable(2, new SplittableRandom(3), Flows.counter());
    small.add(Flows.ip4(key, 1), 1);
    for (int i = 0; i < 10; i++) {
      assertThat(small.add(key, 2)).isFalse();
    }
    assertThat(small.add(Flows.ip4(key, 2), 2)).isTrue();
  }

  @Test
  void grows_to_many_flows_and_back() {
    int flows = 200_000;
    for (int n = 0; n < flows; n++) {
      assertThat(table.add(Flows.mixed(key, n), n)).isTrue();
    }
    assertThat(table.size()).isEqualTo(flows);
    for (int n = 0; n < flows; n++) {
      assertThat(table.find(Flows.mixed(key, n))).isEqualTo(n);
    }
    assertThat(table.find(Flows.mixed(key, flows))).isEqualTo(Handle.INVALID);
    for (int n = 0; n < flows; n++) {
      assertThat(table.remove(Flows.mixed(key, n), n)).isTrue();
    }
    assertThat(table.size()).isZero();
  }

  @Test
  void flows_that_all_collide_are_told_apart() {
    FlowTable colliding = Flows.collidingTable(1 << 10);
    for (int n = 0; n < 500; n++) {
      assertThat(colliding.add(Flows.ip4(key, n), n)).isTrue();
    }
    for (int n = 0; n < 500; n += 2) {
      assertThat(colliding.remove(Flows.ip4(key, n), n)).isTrue();
    }
    for (int n = 0; n < 500; n++) {
      assertThat(colliding.find(Flows.ip4(key, n))).isEqualTo(n % 2 == 0 ? Handle.INVALID : n);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void entry_of_a_counting_table_begins_at_its_first_and_ends_at_zero(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    FlowTable counts = new FlowTable(8, random, Flows.counter());
    long[] model = new long[12];
    for (int step = 0; step < 5_000; step++) {
      int n = random.nextInt(model.length);
      int delta = random.nextBoolean() ? 1 : -1;
      long used = Arrays.stream(model).filter(count -> count > 0).count();
      boolean refused = delta < 0 ? model[n] == 0 : model[n] == 0 && used == 8;
      assertThat(counts.addTo(Flows.ip4(key, n), delta)).as("seed %d, step %d", seed, step)
          .isEqualTo(refused ? -1 : model[n] + delta);
      model[n] += refused ? 0 : delta;
      assertThat(counts.find(key)).isEqualTo(model[n] == 0 ? Handle.INVALID : model[n]);
      assertThat(counts.size()).isEqualTo((int) Arrays.stream(model).filter(count -> count > 0).count());
    }
  }

  @Test
  void lookup_allocates_nothing() {
    for (int n = 0; n < 10_000; n++) {
      table.add(Flows.mixed(key, n), n);
    }
    assertThat(allocatedBy(() -> {
      for (int n = 0; n < 20_000; n++) {
        assertFound(n);
      }
    })).isZero();
  }

  @Test
  void steady_add_and_remove_allocate_nothing() {
    assertThat(allocatedBy(() -> {
      for (int n = 0; n < 10_000; n++) {
        table.add(Flows.mixed(key, n), n);
        if (n >= 100) {
          table.remove(Flows.mixed(key, n - 100), n - 100);
        }
      }
      for (int n = 9_900; n < 10_000; n++) {
        table.remove(Flows.mixed(key, n), n);
      }
    })).isZero();
  }

  private void assertFound(int n) {
    long found = table.find(Flows.mixed(key, n));
    if (found != (n < 10_000 ? n : Handle.INVALID)) {
      throw new AssertionError("flow " + n + " is found as " + found);
    }
  }

  /** What the last of several rounds allocates, or none as soon as a round allocates nothing. */
  private static long allocatedBy(Runnable round) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = Long.MAX_VALUE;
    for (int i = 0; i < 20 && allocated != 0; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      round.run();
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }
    return allocated;
  }
}
