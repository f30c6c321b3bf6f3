package org.sluice.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.spi.runtime.Counter;

class CounterRegistryTest {

  private final CounterRegistry registry = new CounterRegistry(2);

  @Test
  void counter_addsUpItsWorkers() {
    Counter counter = registry.scope("tcp").counter("segments.in", "Segments received");

    counter.increment(0);
    counter.add(1, 10);
    counter.add(Counter.NO_WORKER, 100);

    assertThat(counter.value()).isEqualTo(111);
    assertThat(counter.value(0)).isEqualTo(1);
    assertThat(counter.value(1)).isEqualTo(10);
    assertThat(counter.value(Counter.NO_WORKER)).isEqualTo(100);
  }

  @Test
  void counterOfAName_isMadeOnce() {
    ScopedCounters scope = registry.scope("tcp");
    assertThat(scope.counter("a", "first")).isSameAs(scope.counter("a", "second"));
    assertThat(registry.scope("tcp")).isSameAs(scope);
    assertThat(registry.description("tcp.a")).isEqualTo("first");
    assertThat(registry.description("tcp.b")).isEmpty();
  }

  @Test
  void manyCounters_doNotShareCells() {
    ScopedCounters scope = registry.scope("many");
    List<Counter> counters = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Counter counter = scope.counter("c" + i, "Counter of a test");
      counter.add(i % 2, i);
      counters.add(counter);
    }
    for (int i = 0; i < 200; i++) {
      assertThat(counters.get(i).value()).isEqualTo(i);
    }
  }

  @Test
  void names_areListedInOrderWithTheirScope() {
    registry.scope("tcp").counter("b", "B");
    registry.scope("tcp").counter("a", "A");
    registry.scope(WorkerSet.OWN_SCOPE).counter("mailbox.full", "M");
    List<String> names = new ArrayList<>();

    registry.forEach((name, counter) -> names.add(name));

    assertThat(names).containsExactly("stack.mailbox.full", "tcp.a", "tcp.b");
  }

  @Test
  void droppedScope_isListedNoMore_andStartsAtZeroAgain() {
    Counter old = registry.scope("tcp").counter("a", "A");
    old.increment(0);

    registry.drop("tcp");
    old.increment(0);

    List<String> names = new ArrayList<>();
    registry.forEach((name, counter) -> names.add(name));
    assertThat(names).isEmpty();
    assertThat(registry.scope("tcp").counter("a", "A").value()).isZero();
  }

  @Test
  void namesThatAreNoNames_areRefused() {
    for (String name : List.of("", "A", "a..b", ".a", "a.", "a b", "a_b")) {
      assertThatThrownBy(() -> registry.scope("tcp").counter(name, "")).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void endlessNames_areRefused() {
    ScopedCounters scope = registry.scope("leak");
    for (int i = 0; i < ScopedCounters.MAX_COUNTERS; i++) {
      scope.counter("c" + i, "");
    }
    assertThatThrownBy(() -> scope.counter("one-more", ""))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("leak");
  }

  @Test
  void counting_allocatesNothing() {
    Counter counter = registry.scope("tcp").counter("a", "A");
    Allocations.assertNone(
        () -> {
          for (int i = 0; i < 100_000; i++) {
            counter.increment(i & 1);
            counter.add(Counter.NO_WORKER, i);
          }
        });
  }
}
