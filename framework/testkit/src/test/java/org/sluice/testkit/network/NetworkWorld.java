package org.sluice.testkit.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.sluice.core.Stack;
import org.sluice.core.StackLimits;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.network.NetworkSnapshot;
import org.sluice.core.network.Route;
import org.sluice.core.network.RouteTable;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.testkit.host.Simulation;

/** A stack whose network is built up by a test. */
final class NetworkWorld {
  final Simulation simulation;
  final Stack stack;
  final NetworkPlane network;

  NetworkWorld() {
    this(StackLimits.DEFAULT);
  }

  NetworkWorld(StackLimits limits) {
    simulation = new Simulation(1, 0, limits);
    stack = simulation.stack();
    network = stack.network();
  }

  /** A loop with addresses, in the same table for both families. */
  NetInterface loop(String name, int table, String... addresses) {
    var _ = simulation.await(() -> network.addInterface("loop", name));
    var _ = simulation.await(() -> network.setTable(name, true, table));
    NetInterface made = simulation.await(() -> network.setTable(name, false, table));
    for (String address : addresses) {
      made = address(name, address);
    }
    return made;
  }

  NetInterface address(String name, String address) {
    return simulation.await(() -> network.addAddress(name, IpPrefix.parse(address)));
  }

  void route(int table, Route route) {
    var _ = simulation.get(0, () -> network.addRoute(table, route).join());
  }

  void unroute(int table, String prefix) {
    var _ = simulation.get(0, () -> network.deleteRoute(table, IpPrefix.parse(prefix)).join());
  }

  SessionError refusal(Supplier<? extends CompletableFuture<?>> change) {
    NetworkSnapshot before = network.snapshot();
    CompletableFuture<?> result = simulation.get(0, change::get);
    assertThat(result).isCompletedExceptionally();
    assertThat(network.snapshot()).as("nothing has changed").isSameAs(before);
    return ((SessionException) result.exceptionNow()).error();
  }

  /** The route of a destination that has one. */
  Route find(int table, String address) {
    IpAddress to = IpAddress.parse(address);
    return Objects.requireNonNull(network.snapshot().route(table, to.high(), to.low()), address);
  }

  boolean isRouted(int table, String address) {
    IpAddress to = IpAddress.parse(address);
    return network.snapshot().route(table, to.high(), to.low()) != null;
  }

  /** A table that exists. */
  RouteTable table(boolean ip4, int id) {
    return Objects.requireNonNull(network.snapshot().table(ip4, id), "table " + id);
  }

  boolean owns(int table, String address) {
    IpAddress to = IpAddress.parse(address);
    return network.snapshot().owns(table, to.high(), to.low());
  }

  long counter(String name) {
    return stack.counters().scope(Stack.OWN_SCOPE).counter(name, "").value();
  }
}
