package org.sluice.core.ip;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sluice.core.fault.PluginFaults;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.core.trace.PacketTraces;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Worker;

/** The IP layer of a stack. Any context, unless stated. */
public final class IpLayer {
  private final WorkerSet workers;
  private final NetworkPlane plane;
  private final IpLimits limits;
  private final Counters scope;
  private final PacketTraces traces;
  private final IpCounters counters;
  private final ReassemblyCounters reassemblyCounters;
  private final PathMtuCache pathMtus;
  private final Protocols protocols = new Protocols();
  private final Pings pings;
  private final NeighborTable neighbors;
  private final LinkControl links;
  private final NeighborCaches caches = new NeighborCaches();
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
    scope = counters;
    reassemblyCounters = ReassemblyCounters.of(counters);
    pathMtus = new PathMtuCache(limits.icmp().pathMtus(), counters, random);
    traces = new PacketTraces(workers, counters);
    this.counters = new IpCounters(counters, traces);
    pings = new Pings(workers);
    neighbors = new NeighborTable(workers.worker(0), limits, this.counters, this::portOfZero,
        new Unreachable(protocols, pings));
    links = new LinkControl(workers.worker(0), plane,
        new LinkShared(limits.link(), this.counters, counters, this::portOfZero), own(random));
    for (int i = 0; i < workers.count(); i++) {
      parts.add(new IpWorker(workers.worker(i), workers.count(), this, own(random)));
    }
    plane.watch(links);
    plane.addressProbe(links);
    plane.cardUser(worker -> parts.get(worker).follow());
  }

  private @Nullable Port portOfZero(int interfaceIndex) {
    return parts.getFirst().port(interfaceIndex);
  }

  private static RandomGenerator own(RandomGenerator random) {
    return new SplittableRandom(random.nextLong());
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

  /**
   * The traces of packets.
   *
   * @return those of all workers
   */
  public PacketTraces traces() {
    return traces;
  }

  /**
   * The most packets that a trace takes on a worker.
   *
   * @return count
   */
  public int maxTracedPackets() {
    return limits.tracePackets();
  }

  /**
   * Why a counter of the layer drops packets, in the terms of this layer.
   *
   * @param name a counter's name without scope
   * @return a name; empty for other counters
   */
  public static String dropReason(String name) {
    for (Drop reason : Drop.values()) {
      if (reason.counter.equals(name)) {
        return reason.name();
      }
    }
    return "";
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

  NeighborCache neighborCache(int interfaceIndex) {
    return caches.of(interfaceIndex);
  }

  /** An interface is gone. Worker 0. */
  void forget(Port port) {
    neighbors.forget(port);
    links.forget(port.index);
    caches.retain(index -> plane.snapshot().byIndex(index) != null);
  }

  PathMtuCache pathMtus() {
    return pathMtus;
  }

  Reassembler reassembler(Worker of, RandomGenerator random, Reassembler.TimeoutListener listener) {
    return new Reassembler(of, limits.reassembly(), reassemblyCounters, random, listener);
  }

  IcmpErrors icmpErrors(Worker of, RandomGenerator random) {
    return new IcmpErrors(of, limits.icmp().errorsPerSecond(), limits.icmp().errorBurst(), scope, random);
  }

  ReceivedIcmpError receivedErrors(Worker of) {
    return new ReceivedIcmpError(of, scope);
  }

  /** Tells the transports on all workers; on the calling one before this returns. */
  void tellPathMtu(IpAddress remote, int table, int mtuBytes) {
    for (int i = 0; i < workers.count(); i++) {
      var _ = workers.call(i, () -> {
        protocols.tellPathMtu(remote, table, mtuBytes);
        return true;
      });
    }
  }

  /** What was known of a path is too old: it is as wide as its first link until the contrary is heard. */
  void forgetPathMtu(IpAddress remote, int table) {
    StackWorker here = workers.current();
    int link = here == null ? 0 : parts.get(here.index()).linkMtu(remote, table);
    if (link != 0) {
      tellPathMtu(remote, table, link);
    }
  }

  /** For a worker without a transmit queue of a card: the way to one that has one. */
  BorrowedTx borrowedTx(IpWorker borrower, int lender, int interfaceIndex, PacketPool lendersPool) {
    // What is built in them has to fit a frame of the card, in which it is copied. The headers are in front of the data
    // here and behind the headroom there.
    int frameBytes = lendersPool.frameBytes() - lendersPool.headroomBytes();
    return new BorrowedTx(workers.worker(borrower.index()), workers.worker(lender), interfaceIndex, frameBytes,
        counters, counters.borrowedFrames, worker(lender)::port);
  }

  NeighborAccess neighborAccess(IpWorker of) {
    return of.index() == 0
        ? new NeighborAccess.Direct(neighbors, links)
        : new HandOver(of.index(), workers.worker(0), counters, neighbors, links, this::portOfZero);
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
   * The paths that are narrower than their first link.
   *
   * @return completes with them, in no order
   */
  public CompletableFuture<List<PathMtuRow>> narrowPaths() {
    CompletableFuture<List<PathMtuRow>> all = CompletableFuture.completedFuture(List.of());
    for (IpWorker part : parts) {
      all = all.thenCombine(workers.query(part.index(), () -> {
        List<PathMtuRow> rows = new ArrayList<>();
        part.mtuLearner().forEach(rows::add);
        return rows;
      }), (before, more) -> Stream.concat(before.stream(), more.stream()).toList());
    }
    return all;
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
