package org.sluice.testkit.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.trace.TraceFilter;
import org.sluice.core.trace.TraceOrder;
import org.sluice.core.trace.WatchedCounter;
import org.sluice.core.trace.WorkerTrace;
import org.sluice.testkit.runtime.AllocatedBytes;

/** In the steady state a packet in and a packet out cost no heap. */
final class EchoAllocationTest {
  private static final int ECHOES = 2_000;
  private static final int MOST_ROUNDS = 40;

  private final IpWorld world = new IpWorld(1);
  private final StackWorker worker = world.a.worker(0);

  private MemorySegment request(String address) {
    List<byte[]> sent = new ArrayList<>();
    world.cable.b.tap = (memory, offset, length) ->
        sent.add(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    assertThat(world.ping(world.b, address, 1, 56).received()).isEqualTo(1);
    world.cable.b.open = false;
    return MemorySegment.ofArray(sent.get(1));
  }

  private void echo(MemorySegment request) {
    for (int i = 0; i < ECHOES; i++) {
      world.cable.a.inject(request);
      worker.turn();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {IpWorld.IP4_A, IpWorld.IP6_A})
  void an_echo_allocates_nothing(String address) {
    MemorySegment request = request(address);
    long before = IpWorld.count(world.a, "icmp.echo");
    long[] rounds = new long[1];
    world.runtime.on(worker, () -> assertThat(AllocatedBytes.leastOf(() -> {
      rounds[0]++;
      echo(request);
    })).isZero());
    assertThat(IpWorld.count(world.a, "icmp.echo") - before).isEqualTo(rounds[0] * ECHOES);
  }

  @ParameterizedTest
  @ValueSource(strings = {IpWorld.IP4_A, IpWorld.IP6_A})
  void an_echo_that_is_traced_allocates_nothing(String address) {
    MemorySegment request = request(address);
    List<WatchedCounter> counters = new ArrayList<>();
    world.a.counters().forEach((name, counter) -> counters.add(new WatchedCounter(counter, name, "", "")));
    TraceOrder order = new TraceOrder(2 * ECHOES, true, true, TraceFilter.ANY, TraceFilter.ALL, List.copyOf(counters));
    WorkerTrace trace = world.a.ip().traces().worker(0);
    long[] least = {Long.MAX_VALUE};
    world.runtime.on(worker, () -> {
      for (int i = 0; i < MOST_ROUNDS && least[0] != 0; i++) {
        // The memory of a trace is taken when it begins.
        trace.open(order, 0);
        least[0] = Math.min(least[0], AllocatedBytes.of(() -> echo(request)));
      }
    });
    assertThat(least[0]).isZero();
    assertThat(IpWorld.count(world.a, "trace.limit")).as("all of them had records").isZero();
  }
}
