package org.sluice.core.ip;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.Worker;

/**
 * The neighbours of all interfaces, of both families: ARP has the states of neighbour discovery (RFC 4861 section 7.3),
 * with a reply in the place of a solicited advertisement. Worker 0.
 *
 * <p>When all places are taken the next neighbour takes that of the one that was asked for first, once a quarter of the
 * places is taken by such, because anybody can make us ask for addresses that nobody has (RFC 6583); otherwise that of
 * the one that nothing was sent to for the longest time.
 *
 * <p>Who has not answered three requests is forgotten, and the packets that waited for it are reported: the next packet
 * begins anew.
 */
final class NeighborTable {
  static final int MOST_REQUESTS = 3;

  /** Which part of the places may be taken by neighbours that have not answered while others want them. */
  private static final int ASKED_PART = 4;

  private static final long REQUEST_INTERVAL_NS = 1_000_000_000;
  private static final long DELAY_NS = 5_000_000_000L;

  private final Worker worker;
  private final IpLimits limits;
  private final IpCounters counters;
  private final IntFunction<@Nullable Port> ports;
  private final Unreachable unreachable;
  private final NeighborRequests requests;
  private final List<Neighbor> all = new ArrayList<>();
  private final NeighborLine asked = new NeighborLine();
  private final NeighborLine stale = new NeighborLine();
  private final PacketBatch single = new PacketBatch(1);
  private final WaitingPackets waiting;
  /** Those of one neighbour that wait no longer. */
  private final PacketBatch waited;

  NeighborTable(Worker worker, IpLimits limits, IpCounters counters, IntFunction<@Nullable Port> ports,
      Unreachable unreachable) {
    this.worker = worker;
    this.limits = limits;
    this.counters = counters;
    this.ports = ports;
    this.unreachable = unreachable;
    requests = new NeighborRequests(worker, limits.requestsPerSecond(), counters);
    waiting = new WaitingPackets(limits.waitingPackets(), limits.packetsPerNeighbor(), worker.index(), counters);
    waited = new PacketBatch(limits.packetsPerNeighbor());
  }

  // ---- What packets to send need.

  /** Takes a whole frame that lacks its receiver's address: sends it, or keeps it until the neighbour has answered. */
  void send(Port port, long high, long low, PacketBatch batch, int i) {
    Neighbor neighbor = port.neighbors.find(high, low);
    if (neighbor == null) {
      neighbor = add(port, high, low);
      if (neighbor == null) {
        counters.drop(Drop.NEIGHBOR_LIMIT, worker.index(), batch, i);
        return;
      }
      set(neighbor, NeighborState.INCOMPLETE, 0);
      neighbor.requests = 0;
      waiting.add(neighbor.waiting, batch, i);
      ask(neighbor);
      return;
    }
    long mac = neighbor.usableMac();
    if (mac == Neighbor.NONE) {
      waiting.add(neighbor.waiting, batch, i);
      return;
    }
    single.add(batch, i);
    transmit(port, single, mac);
    if (neighbor.isStale()) {
      used(neighbor);
    }
  }

  /** Something was sent to a neighbour that may have gone: it is asked, unless it is heard of soon. */
  void used(Neighbor neighbor) {
    if (neighbor.isStale()) {
      set(neighbor, NeighborState.DELAY, neighbor.mac());
      schedule(neighbor, DELAY_NS);
    }
  }

  // ---- What is heard of neighbours.

  /** A station has asked us something: what it tells of itself is good until the contrary is heard. */
  void heard(Port port, long high, long low, long mac) {
    Neighbor neighbor = port.neighbors.find(high, low);
    if (neighbor == null) {
      neighbor = add(port, high, low);
      if (neighbor == null) {
        counters.count(Drop.NEIGHBOR_LIMIT, worker.index());
        return;
      }
    } else if (neighbor.usableMac() == mac) {
      return;
    }
    stale(neighbor, mac);
    flush(port, neighbor);
  }

  /** A station tells all others of itself: that changes what is known, and adds nothing. */
  void changed(Port port, long high, long low, long mac) {
    if (port.neighbors.find(high, low) != null) {
      heard(port, high, low, mac);
    }
  }

  /** An ARP reply or an advertisement (RFC 4861 section 7.2.5); {@link Neighbor#NONE} when it has no address in it. */
  void advertised(Port port, long high, long low, long mac, boolean solicited, boolean override) {
    Neighbor neighbor = port.neighbors.find(high, low);
    if (neighbor == null) {
      counters.count(Drop.ND_UNKNOWN, worker.index());
      return;
    }
    boolean incomplete = !neighbor.state().hasAddress();
    if (incomplete && mac == Neighbor.NONE) {
      return;
    }
    long known = neighbor.mac();
    boolean differs = mac != Neighbor.NONE && mac != known;
    if (differs && !incomplete && !override) {
      if (neighbor.state() == NeighborState.REACHABLE) {
        stale(neighbor, known);
      }
      return;
    }
    if (solicited) {
      reachable(neighbor, mac == Neighbor.NONE ? known : mac);
    } else if (differs) {
      stale(neighbor, mac);
    }
    flush(port, neighbor);
  }

  private void reachable(Neighbor neighbor, long mac) {
    set(neighbor, NeighborState.REACHABLE, mac);
    schedule(neighbor, limits.neighborReachableNs());
  }

  private void stale(Neighbor neighbor, long mac) {
    set(neighbor, NeighborState.STALE, mac);
    schedule(neighbor, limits.neighborStaleNs());
  }

  /** Sends what has waited. */
  private void flush(Port port, Neighbor neighbor) {
    long mac = neighbor.usableMac();
    if (neighbor.waiting.count() == 0 || mac == Neighbor.NONE) {
      return;
    }
    waiting.take(neighbor.waiting, waited);
    transmit(port, waited, mac);
    if (neighbor.isStale()) {
      used(neighbor);
    }
  }

  private void transmit(Port port, PacketBatch frames, long mac) {
    for (int i = 0; i < frames.size(); i++) {
      EthernetHeader.write(frames.pool(i).memory(), frames.offset(i), mac, port.mac,
          EthernetHeader.type(frames.pool(i).memory(), frames.offset(i)));
    }
    int wanted = frames.size();
    int accepted = port.transmit(frames);
    counters.sent.add(worker.index(), accepted);
    for (int i = accepted; i < wanted; i++) {
      counters.count(Drop.LINK_QUEUE_FULL, worker.index());
    }
  }

  // ---- Deadlines.

  private void onDeadline(Neighbor neighbor) {
    switch (neighbor.state()) {
      case REACHABLE -> stale(neighbor, neighbor.mac());
      case STALE -> remove(neighbor);
      case DELAY -> {
        set(neighbor, NeighborState.PROBE, neighbor.mac());
        neighbor.requests = 0;
        ask(neighbor);
      }
      case INCOMPLETE, PROBE -> {
        if (neighbor.requests < MOST_REQUESTS) {
          ask(neighbor);
        } else {
          fail(neighbor);
        }
      }
      case GONE -> {}
    }
  }

  private void ask(Neighbor neighbor) {
    Port port = ports.apply(neighbor.interfaceIndex);
    if (port == null || !port.sends() || requests.send(port, neighbor)) {
      neighbor.requests++;
    }
    schedule(neighbor, REQUEST_INTERVAL_NS);
  }

  private void fail(Neighbor neighbor) {
    waiting.take(neighbor.waiting, waited);
    // First, because whoever is told may send anew.
    remove(neighbor);
    Port port = ports.apply(neighbor.interfaceIndex);
    for (int i = 0; i < waited.size(); i++) {
      if (port != null) {
        unreachable.report(port.about(), waited, i);
      }
      counters.drop(Drop.NEIGHBOR_UNREACHABLE, worker.index(), waited, i);
    }
    waited.clear();
  }

  private void schedule(Neighbor neighbor, long delayNs) {
    Timer timer = neighbor.timer;
    if (timer != null) {
      timer.schedule(worker.nowNs() + delayNs);
    }
  }

  private void set(Neighbor neighbor, NeighborState state, long mac) {
    neighbor.set(state, mac);
    neighbor.changedNs = worker.nowNs();
    NeighborLine line = neighbor.line;
    if (line != null) {
      line.remove(neighbor);
    }
    switch (state) {
      case INCOMPLETE -> asked.add(neighbor);
      case STALE -> stale.add(neighbor);
      default -> {}
    }
  }

  // ---- Who is in the table.

  private @Nullable Neighbor add(Port port, long high, long low) {
    if (all.size() >= limits.maxNeighbors() && !evictOne()) {
      return null;
    }
    Neighbor added = new Neighbor(port.index, high, low);
    added.timer = worker.newTimer(nowNs -> onDeadline(added));
    added.place = all.size();
    all.add(added);
    port.neighbors.add(added);
    return added;
  }

  /** Makes room. */
  private boolean evictOne() {
    Neighbor unused = stale.first();
    boolean askedForMany = asked.size() >= limits.maxNeighbors() / ASKED_PART;
    Neighbor evicted = askedForMany && asked.size() > 0 || unused == null ? asked.first() : unused;
    if (evicted == null) {
      return false;
    }
    if (!evicted.isStale()) {
      counters.count(Drop.NEIGHBOR_LIMIT, worker.index());
    }
    remove(evicted, Drop.NEIGHBOR_EVICTED);
    return true;
  }

  private void remove(Neighbor neighbor) {
    remove(neighbor, Drop.NEIGHBOR_UNREACHABLE);
  }

  private void remove(Neighbor neighbor, Drop why) {
    Timer timer = neighbor.timer;
    if (timer != null) {
      timer.cancel();
    }
    set(neighbor, NeighborState.GONE, 0);
    waiting.drop(neighbor.waiting, why);
    Neighbor last = all.removeLast();
    if (last.place != neighbor.place) {
      all.set(neighbor.place, last);
      last.place = neighbor.place;
    }
    Port port = ports.apply(neighbor.interfaceIndex);
    if (port != null) {
      port.neighbors.remove(neighbor);
    }
  }

  /** The interface is gone. */
  void forget(Port port) {
    for (int i = all.size() - 1; i >= 0; i--) {
      if (all.get(i).interfaceIndex == port.index) {
        remove(all.get(i));
      }
    }
    port.neighbors.clear();
  }

  void forEach(Consumer<NeighborRow> visitor) {
    for (Neighbor one : all) {
      visitor.accept(new NeighborRow(one.interfaceIndex, new IpAddress(one.high, one.low), one.mac(),
          one.state().name().toLowerCase(Locale.ROOT), worker.nowNs() - one.changedNs,
          one.waiting.count()));
    }
  }
}
