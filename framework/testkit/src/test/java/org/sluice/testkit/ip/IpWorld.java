package org.sluice.testkit.ip;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.sluice.core.Stack;
import org.sluice.core.StackLimits;
import org.sluice.core.ip.IpLimits;
import org.sluice.core.ip.NeighborRow;
import org.sluice.core.ip.PingListener;
import org.sluice.core.ip.PingRequest;
import org.sluice.core.ip.PingSummary;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.testkit.runtime.DeterministicRuntime;

/**
 * Two stacks on a cable. Each has an interface {@code w}: of a with 10.0.0.1/24, fd00::1/64 and fe80::1/64, of b with
 * the same ending in 2.
 */
final class IpWorld {
  static final Duration PATIENCE = Duration.ofMinutes(2);
  static final String IP4_A = "10.0.0.1";
  static final String IP4_B = "10.0.0.2";
  static final String IP6_A = "fd00::1";
  static final String IP6_B = "fd00::2";

  final DeterministicRuntime runtime;
  final Cable cable;
  final Stack a;
  final Stack b;
  final List<String> pinged = new ArrayList<>();

  IpWorld(long seed) {
    this(seed, 0, IpLimits.DEFAULT);
  }

  IpWorld(long seed, int dataWorkers, IpLimits limits) {
    this(seed, dataWorkers, limits, new Cable());
  }

  IpWorld(long seed, int dataWorkers, IpLimits limits, Cable cable) {
    this.cable = cable;
    runtime = new DeterministicRuntime(seed);
    a = stack("a-", cable.a, dataWorkers, limits);
    b = stack("b-", cable.b, dataWorkers, limits);
    address(a, "10.0.0.1/24", "fd00::1/64", "fe80::1/64");
    address(b, "10.0.0.2/24", "fd00::2/64", "fe80::2/64");
    // Until all that addresses have to say is said.
    advance(10_000);
  }

  private Stack stack(String name, Cable.End end, int dataWorkers, IpLimits limits) {
    Stack made = Stack.builder()
        .name(name)
        .dataWorkers(dataWorkers)
        .clock(runtime.clock())
        .random(runtime.newRandom())
        .limits(StackLimits.DEFAULT.with(limits))
        .nicDriver(end)
        .build();
    runtime.add(made.workerSet());
    return made;
  }

  private void address(Stack stack, String... addresses) {
    var _ = await(stack, () -> stack.network().addInterface("cable", "w"));
    for (String address : addresses) {
      var _ = await(stack, () -> stack.network().addAddress("w", IpPrefix.parse(address)));
    }
  }

  <T> T await(Stack stack, Supplier<CompletableFuture<T>> action) {
    List<CompletableFuture<T>> begun = new ArrayList<>();
    runtime.on(stack.worker(0), () -> begun.add(action.get()));
    return runtime.await(begun.getFirst(), PATIENCE);
  }

  <T> T get(Stack stack, int worker, Supplier<T> action) {
    List<T> result = new ArrayList<>();
    runtime.on(stack.worker(worker), () -> result.add(action.get()));
    return result.getFirst();
  }

  static PingRequest request(String remote, int count, int bytes) {
    IpAddress to = IpAddress.parse(remote);
    return new PingRequest(to, to.isIp4() ? IpAddress.ANY_IP4 : IpAddress.ANY_IP6, 0, -1, count, bytes, 1_000_000_000L,
        1_000_000_000L);
  }

  PingSummary ping(Stack from, String remote, int count, int bytes) {
    return ping(from, request(remote, count, bytes));
  }

  PingSummary ping(Stack from, PingRequest request) {
    return await(from, () -> from.ip().ping(request, new PingListener() {
      @Override
      public void onReply(int sequence, int bytes, int hops, long rttNs) {
        pinged.add(sequence + ": " + bytes + " bytes, hops " + hops);
      }

      @Override
      public void onFailure(int sequence, String why) {
        pinged.add(sequence + ": " + why);
      }

      @Override
      public boolean isCancelled() {
        return false;
      }
    }));
  }

  void advance(long milliseconds) {
    runtime.advance(Duration.ofMillis(milliseconds));
    for (Stack stack : List.of(a, b)) {
      for (int i = 0; i < stack.workers().count(); i++) {
        // A turn, without which a worker that slept would take the time for that of its last one.
        runtime.on(stack.worker(i), () -> {});
      }
    }
    runtime.runUntilIdle();
  }

  static long count(Stack stack, String counter) {
    return stack.counters().scope(Stack.OWN_SCOPE).counter(counter, "").value();
  }

  /** State of a neighbour; "none" when there is no such one. */
  String neighbor(Stack stack, String address) {
    IpAddress wanted = IpAddress.parse(address);
    return await(stack, () -> stack.ip().neighbors()).stream()
        .filter(row -> row.address().equals(wanted)).map(NeighborRow::state).findFirst().orElse("none");
  }

  /** Checks that each frame is back in its pool. */
  boolean areFramesBack() {
    runtime.runUntilIdle();
    return back(a, cable.a) && back(b, cable.b);
  }

  private boolean back(Stack stack, Cable.End end) {
    for (int i = 0; i < end.queues.size(); i++) {
      Cable.Queue queue = end.queues.get(i);
      if (get(stack, i, queue.pool::available) != Cable.FRAMES) {
        return false;
      }
    }
    return true;
  }
}
