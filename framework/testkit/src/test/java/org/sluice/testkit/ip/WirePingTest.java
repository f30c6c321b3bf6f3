package org.sluice.testkit.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.core.Stack;
import org.sluice.core.StackLimits;
import org.sluice.core.ip.IcmpLimits;
import org.sluice.core.ip.IpLimits;
import org.sluice.core.ip.LinkLimits;
import org.sluice.core.ip.PingListener;
import org.sluice.core.ip.PingRequest;
import org.sluice.core.ip.PingSummary;
import org.sluice.core.ip.ReassemblyLimits;
import org.sluice.core.nic.Wires;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.testkit.runtime.DeterministicRuntime;

/** Workers sleep until the next frame of a wire is due, no longer and not shorter. */
final class WirePingTest {
  private static final Map<String, String> DELAY = Map.of("delay", "20ms");
  private static final long DELAY_NS = 20_000_000;
  /** Without two seconds of asking for each IPv6 address. */
  private static final StackLimits UNASKED = StackLimits.DEFAULT.with(new IpLimits(64, 4096, 16, 256, 1000, 1024,
      30_000_000_000L, 600_000_000_000L, ReassemblyLimits.DEFAULT, IcmpLimits.DEFAULT,
      new LinkLimits(1, 1, 1, 1, 1, 0, 0)));

  private final DeterministicRuntime runtime = new DeterministicRuntime(1);
  private final List<Long> roundTripsNs = new CopyOnWriteArrayList<>();

  private final class Recorder implements PingListener {
    @Override
    public void onReply(int sequence, int bytes, int hops, long rttNs) {
      roundTripsNs.add(rttNs);
    }

    @Override
    public void onFailure(int sequence, String why) {
      throw new AssertionError(sequence + ": " + why);
    }

    @Override
    public boolean isCancelled() {
      return false;
    }
  }

  private static PingRequest request(String remote, int table, long intervalNs) {
    IpAddress to = IpAddress.parse(remote);
    return new PingRequest(to, to.isIp4() ? IpAddress.ANY_IP4 : IpAddress.ANY_IP6, table, -1, 4, 56, intervalNs,
        5_000_000_000L);
  }

  private Stack simulated(String name, int dataWorkers, Wires wires) {
    Stack made = Stack.builder().name(name).dataWorkers(dataWorkers).clock(runtime.clock())
        .random(runtime.newRandom()).wires(wires).build();
    runtime.add(made.workerSet());
    return made;
  }

  private <T> T await(Stack stack, Supplier<CompletableFuture<T>> action) {
    List<CompletableFuture<T>> begun = new ArrayList<>();
    runtime.on(stack.worker(0), () -> begun.add(action.get()));
    return runtime.await(begun.getFirst(), Duration.ofMinutes(1));
  }

  private void end(Stack stack, String name, int table, String... addresses) {
    var _ = await(stack, () -> stack.network().addInterface("wire", name, DELAY));
    var _ = await(stack, () -> stack.network().setTable(name, true, table));
    var _ = await(stack, () -> stack.network().setTable(name, false, table));
    for (String address : addresses) {
      var _ = await(stack, () -> stack.network().addAddress(name, IpPrefix.parse(address)));
    }
  }

  /** Lets addresses become usable, and the worker see the time. */
  private void settle(Stack stack) {
    runtime.advance(Duration.ofSeconds(10));
    runtime.on(stack.worker(0), () -> {});
    runtime.runUntilIdle();
  }

  private void assertRoundTrips(PingSummary summary) {
    assertThat(summary.received()).isEqualTo(4);
    assertThat(roundTripsNs).hasSize(4);
    assertThat(roundTripsNs.getFirst()).as("with the neighbours' addresses").isBetween(2 * DELAY_NS, 6 * DELAY_NS + 10);
    assertThat(roundTripsNs.subList(1, 4)).containsOnly(2 * DELAY_NS);
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.2,0", "fd00::2,0", "10.0.0.2,2", "fd00::2,2"})
  void two_stacks_on_a_wire_with_delay_answer_after_exactly_two_delays(String address, int dataWorkers) {
    Wires wires = new Wires();
    Stack a = simulated("a-", dataWorkers, wires);
    Stack b = simulated("b-", dataWorkers, wires);
    end(a, "w:0", 0, "10.0.0.1/24", "fd00::1/64");
    end(b, "w:1", 0, "10.0.0.2/24", "fd00::2/64");
    settle(a);
    assertRoundTrips(await(a, () -> a.ip().ping(request(address, 0, 1_000_000_000L), new Recorder())));
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.2,0", "fd00::2,0", "10.0.0.2,2", "fd00::2,2"})
  void so_do_two_interfaces_of_one_stack_in_two_table_sets(String address, int dataWorkers) {
    Stack stack = simulated("s-", dataWorkers, new Wires());
    end(stack, "w:0", 1, "10.0.0.1/24", "fd00::1/64");
    end(stack, "w:1", 2, "10.0.0.2/24", "fd00::2/64");
    settle(stack);
    long before = stack.counters().scope(Stack.OWN_SCOPE).counter("link.received", "").value();
    assertRoundTrips(await(stack, () -> stack.ip().ping(request(address, 1, 1_000_000_000L), new Recorder())));
    assertThat(stack.counters().scope(Stack.OWN_SCOPE).counter("link.received", "").value() - before)
        .as("frames crossed the wire").isGreaterThanOrEqualTo(8);
  }

  @Test
  void workers_that_wait_for_a_frame_do_not_turn_meanwhile() {
    Stack stack = simulated("s-", 0, new Wires());
    end(stack, "w:0", 1, "10.0.0.1/24");
    end(stack, "w:1", 2, "10.0.0.2/24");
    settle(stack);
    long before = runtime.turns();
    assertRoundTrips(await(stack, () -> stack.ip().ping(request("10.0.0.2", 1, 1_000_000_000L), new Recorder())));
    assertThat(runtime.turns() - before).isLessThan(100);
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.2,0", "fd00::2,1"})
  void threads_that_sleep_are_back_when_the_frame_is_due(String address, int dataWorkers) throws Exception {
    Wires wires = new Wires();
    try (Stack a = Stack.builder().name("a-").dataWorkers(dataWorkers).limits(UNASKED).wires(wires).build();
        Stack b = Stack.builder().name("b-").dataWorkers(dataWorkers).limits(UNASKED).wires(wires).build()) {
      a.start();
      b.start();
      for (Stack stack : List.of(a, b)) {
        boolean first = stack.equals(a);
        String name = first ? "w:0" : "w:1";
        stack.network().addInterface("wire", name, DELAY).get(5, TimeUnit.SECONDS);
        for (String own : List.of("10.0.0.", "fd00::")) {
          IpPrefix prefix = IpPrefix.parse(own + (first ? 1 : 2) + (own.contains(":") ? "/64" : "/24"));
          stack.network().addAddress(name, prefix).get(5, TimeUnit.SECONDS);
        }
      }
      PingSummary summary =
          a.ip().ping(request(address, 0, 100_000_000L), new Recorder()).get(20, TimeUnit.SECONDS);
      assertThat(summary.received()).isEqualTo(4);
      assertThat(roundTripsNs).allSatisfy(ns -> assertThat(ns).isGreaterThanOrEqualTo(2 * DELAY_NS));
    }
  }
}
