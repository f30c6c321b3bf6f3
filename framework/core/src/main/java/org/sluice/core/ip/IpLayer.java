package org.sluice.core.ip;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sluice.core.fault.PluginFaults;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.runtime.Counters;

/** The IP layer of a stack. Any context, unless stated. */
public final class IpLayer {
  private final WorkerSet workers;
  private final NetworkPlane plane;
  private final IpLimits limits;
  private final IpCounters counters;
  private final Protocols protocols = new Protocols();
  private final Pings pings;
  private final NeighborTable neighbors;
  private final ConcurrentHashMap<Integer, NeighborCache> caches = new ConcurrentHashMap<>();
  private final List<IpWorker> parts = new ArrayList<>();

  /**
   * Makes the layer over the interfaces of a stack, before the first turn.
   *
   * @param workers the workers of the stack
   * @param plane interfaces, addresses and routes
   * @param limits bounds
   * @param counters the stack's scope
   * @param random where seeds come from
   */
  public IpLayer(WorkerSet workers, NetworkPlane plane, IpLimits limits, Counters counters, RandomGenerator random) {
    this.workers = workers;
    this.plane = plane;
    this.limits = limits;
    this.counters = new IpCounters(counters);
    pings = new Pings(workers);
    neighbors = new NeighborTable(workers.worker(0), limits, this.counters, this::portOfZero,
        new Unreachable(protocols, pings));
    for (int i = 0; i < workers.count(); i++) {
      parts.add(new IpWorker(i, workers.count(), this, random.nextLong()));
    }
    plane.cardUser(worker -> parts.get(worker).follow());
  }

  private @Nullable Port portOfZero(int interfaceIndex) {
    return parts.getFirst().port(interfaceIndex);
  }

  // ---- Parts.

  /**
   * One worker's part.
   *
   * @param index the worker
   * @return what it does in its turns
   */
  public IpWorker worker(int index) {
    return parts.get(index);
  }

  /**
   * The network as one plugin is given it.
   *
   * @param faults the account of the plugin
   * @return its network, to be revoked with the plugin
   */
  public StackNetwork scope(PluginFaults faults) {
    return new StackNetwork(workers, this, faults);
  }

  NetworkPlane plane() {
    return plane;
  }

  IpLimits limits() {
    return limits;
  }

  IpCounters counters() {
    return counters;
  }

  Protocols protocols() {
    return protocols;
  }

  Pings pings() {
    return pings;
  }

  NeighborTable neighborTable() {
    return neighbors;
  }

  NeighborCache neighborCache(int interfaceIndex) {
    return caches.computeIfAbsent(interfaceIndex, absent -> new NeighborCache());
  }

  NeighborAccess neighborAccess(IpWorker of) {
    return of.index() == 0
        ? new NeighborAccess.Direct(neighbors)
        : new HandOver(of.index(), workers.worker(0), counters, neighbors, this::portOfZero);
  }

  // ---- What operators see and do.

  /**
   * The neighbours of all interfaces.
   *
   * @return completes with them, in no order
   */
  public CompletableFuture<List<NeighborRow>> neighbors() {
    return workers.query(0, () -> {
      List<NeighborRow> rows = new ArrayList<>();
      neighbors.forEach(rows::add);
      return rows;
    });
  }

  /**
   * Asks a station for echoes.
   *
   * @param request whom and how
   * @param listener told of each answer
   * @return completes when all are answered or the time is over; LIMIT when too many run
   */
  public CompletableFuture<PingSummary> ping(PingRequest request, PingListener listener) {
    CompletableFuture<PingSummary> summary = new CompletableFuture<>();
    var _ = workers.query(0, () -> {
      pings.start(request, listener, parts.getFirst().paths(), workers.worker(0), summary);
      return true;
    }).exceptionally(failure -> summary.completeExceptionally(failure));
    return summary;
  }
}
