package org.sluice.core.ip;

import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.network.NetworkSnapshot;
import org.sluice.core.trace.WorkerTrace;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.nic.TxQueue;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.transport.Endpoint;

/**
 * The IP layer's part of one worker: its queues of the cards, its paths, what it does in each turn. Owned by the
 * worker.
 */
public final class IpWorker {
  private static final int IDENTIFICATION_STEP = 0x9e37;

  private final int index;
  private final int workers;
  private final IpLayer layer;
  private final NetworkPlane network;
  private final IpCounters counters;
  private final Worker worker;
  private final PathTable paths;
  private final FlowKey mtuKey = new FlowKey();
  private final PathMtuLearner mtuLearner;
  private final Reassembler reassembler;
  private final NextHop nextHop = new NextHop();
  private final FrameInput input;
  private final NeighborAccess neighbors;
  private final WorkerTrace trace;
  private final Int2ObjectOpenHashMap<Port> byIndex = new Int2ObjectOpenHashMap<>();
  private Port[] ports = {};
  private @Nullable NetworkSnapshot synced;
  private int @Nullable [] descriptors;
  private PacketBatch survivors;
  private int identification;

  IpWorker(Worker worker, int workers, IpLayer layer, RandomGenerator random) {
    this.worker = worker;
    index = worker.index();
    this.workers = workers;
    this.layer = layer;
    network = layer.plane();
    counters = layer.counters();
    trace = layer.traces().worker(index);
    long seed = random.nextLong();
    identification = (int) seed;
    int burst = layer.limits().packetsPerQueue();
    survivors = new PacketBatch(burst);
    paths = new PathTable(this, network, layer.limits().idlePaths(), seed);
    neighbors = layer.neighborAccess(this);
    Bursts bursts = new Bursts(layer.protocols(), counters, index, burst, trace);
    mtuLearner = layer.pathMtus().learner(worker, layer::forgetPathMtu);
    IcmpErrorOutput errors = new IcmpErrorOutput(counters, index, paths, layer.icmpErrors(worker, random));
    reassembler = layer.reassembler(worker, random, (m, packet, length, table, interfaceIndex) -> {
      Port port = port(interfaceIndex);
      if (port != null) {
        errors.send(IcmpProblem.REASSEMBLY_TIME_EXCEEDED, 0, port, m, packet, length);
      }
    });
    FragmentInput fragments = new FragmentInput(reassembler, errors, trace);
    IcmpInput icmp = new IcmpInput(counters, index, paths, new NdInput(counters, index, neighbors), layer.pings(),
        new IcmpErrorInput(counters, this, layer.protocols(), layer.pings(), layer.receivedErrors(worker)));
    input = new FrameInput(counters, worker, burst, bursts,
        new Ip4Input(counters, index, bursts, icmp, fragments, errors),
        new Ip6Input(counters, index, bursts, icmp, fragments, errors), new ArpInput(counters, index, neighbors),
        trace);
  }

  // ---- A turn.

  /**
   * Takes one burst of each receive queue and passes it up.
   *
   * @return how many frames
   */
  public int receive() {
    NetworkSnapshot now = network.snapshot();
    sync(now);
    int received = 0;
    for (Port port : ports) {
      for (int i = 0; i < port.rxQueues().size(); i++) {
        received += input.receive(port, port.rxQueues().get(i), now);
      }
    }
    return received;
  }

  /**
   * Tells the cards what was queued in this turn.
   *
   * @return how many frames
   */
  public int flush() {
    int sent = 0;
    for (Port port : ports) {
      sent += port.flush();
    }
    return sent;
  }

  /**
   * How long no card brings anything unseen. Called on the worker, or between its turns.
   *
   * @param nowNs the time
   * @return nanoseconds; 0 when packets wait, and when there are interfaces that the worker has not looked at yet
   */
  @SuppressWarnings("ReferenceEquality") // A snapshot that is another object is another snapshot.
  public long idleNs(long nowNs) {
    if (network.snapshot() != synced) {
      return 0;
    }
    long idleNs = Long.MAX_VALUE;
    for (Port port : ports) {
      for (int i = 0; i < port.rxQueues().size(); i++) {
        idleNs = Math.min(idleNs, port.rxQueues().get(i).idleNs(nowNs));
      }
    }
    return idleNs;
  }

  /**
   * What brings packets while the worker sleeps.
   *
   * @return the descriptors of its receive queues, another array when they are others; null for none
   */
  public int @Nullable [] descriptors() {
    return descriptors;
  }

  // ---- Interfaces.

  /** Lets go of the queues of interfaces that are no more, before their cards are closed. */
  void follow() {
    sync(network.snapshot());
  }

  @SuppressWarnings("ReferenceEquality") // A snapshot that is another object is another snapshot.
  private void sync(NetworkSnapshot now) {
    if (now == synced) {
      return;
    }
    synced = now;
    List<Port> present = new ArrayList<>();
    for (NetInterface one : now.interfaces()) {
      Port port = byIndex.get(one.index());
      if (port == null) {
        port = open(one);
        byIndex.put(one.index(), port);
      }
      port.update(one);
      present.add(port);
    }
    for (Port port : ports) {
      if (now.byIndex(port.index) == null) {
        port.close();
        byIndex.remove(port.index);
        if (index == 0) {
          layer.forget(port);
        }
      }
    }
    ports = present.toArray(Port[]::new);
    int[] polled = present.stream().flatMap(port -> port.rxQueues().stream()).mapToInt(RxQueue::pollDescriptor)
        .filter(descriptor -> descriptor >= 0).toArray();
    if (!Arrays.equals(polled, descriptors)) {
      descriptors = polled.length == 0 ? null : polled;
    }
  }

  private Port open(NetInterface one) {
    Nic nic = one.nic();
    List<RxQueue> receiving = new ArrayList<>();
    for (int i = index; i < nic.capabilities().rxQueues(); i += workers) {
      receiving.add(nic.rxQueue(i));
    }
    return new Port(one, receiving, sending(one, nic), layer.neighborCache(one.index()), trace,
        counters.of(Drop.LINK_QUEUE_FULL));
  }

  /** A queue of the card, or the way to the worker that has one. */
  private @Nullable TxQueue sending(NetInterface one, Nic nic) {
    int queues = Math.min(nic.capabilities().txQueues(), workers);
    if (index < queues) {
      return nic.txQueue(index);
    }
    return queues == 0 ? null : layer.borrowedTx(this, index % queues, one.index(), nic.txQueue(index % queues).pool());
  }

  @Nullable Port port(int interfaceIndex) {
    sync(network.snapshot());
    return byIndex.get(interfaceIndex);
  }

  // ---- For paths.

  int index() {
    return index;
  }

  PathTable paths() {
    return paths;
  }

  WorkerTrace trace() {
    return trace;
  }

  NextHop nextHop() {
    return nextHop;
  }

  NetworkSnapshot snapshot() {
    return network.snapshot();
  }

  PathMtuCache pathMtus() {
    return layer.pathMtus();
  }

  /** For looking path MTUs up, overwritten each time. */
  FlowKey mtuKey() {
    return mtuKey;
  }

  PathMtuLearner mtuLearner() {
    return mtuLearner;
  }

  long nowNs() {
    return worker.nowNs();
  }

  /** Whether a packet-too-big message may be believed, if its packet is in flight. */
  boolean isSmallerMtu(IcmpError error) {
    int link = linkMtu(error);
    if (link == 0) {
      counters.count(Drop.ICMP_ERROR_NOT_OURS, index);
    }
    return link != 0 && mtuLearner.isSmaller(error, link);
  }

  /** A transport has that packet in flight. */
  void learnPathMtu(IcmpError error) {
    int link = linkMtu(error);
    int mtu = link == 0 ? 0 : mtuLearner.learn(error, link);
    if (mtu != 0) {
      layer.tellPathMtu(error.remote(), error.table(), mtu);
    }
  }

  /** The MTU of the first link to where an error's packet went; 0 when there is no way. */
  private int linkMtu(IcmpError error) {
    return linkMtu(error.remote(), error.table());
  }

  int linkMtu(IpAddress remote, int table) {
    IpAddress any = remote.isIp4() ? IpAddress.ANY_IP4 : IpAddress.ANY_IP6;
    int fault = nextHop.find(snapshot(), table, Endpoint.ANY_INTERFACE, remote.high(), remote.low(), any.high(),
        any.low());
    Port port = fault == 0 ? port(nextHop.egress().index()) : null;
    return port == null ? 0 : port.mtuBytes(remote.isIp4());
  }

  NeighborAccess neighbors() {
    return neighbors;
  }

  /** Where the identifications of a path begin, so that they tell nothing about other paths. */
  int nextIdentification() {
    identification += IDENTIFICATION_STEP;
    return identification;
  }

  /** Gives whole frames to the card; how many it took. */
  int transmit(Port port, PacketBatch batch) {
    int wanted = batch.size();
    int accepted = port.transmit(batch);
    counters.sent.add(index, accepted);
    for (int i = accepted; i < wanted; i++) {
      counters.count(Drop.LINK_QUEUE_FULL, index);
    }
    return accepted;
  }

  int dropAll(Drop reason, PacketBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      counters.drop(reason, index, batch, i);
    }
    batch.clear();
    return 0;
  }

  /** The packets of a batch that are not too big, in another one; the rest is dropped, and the batch cleared. */
  PacketBatch fitting(PacketBatch batch, StackPath path) {
    if (survivors.capacity() < batch.size()) {
      survivors = new PacketBatch(batch.capacity());
    }
    int most = path.mtuBytes();
    for (int i = 0; i < batch.size(); i++) {
      if (path.isTooBig(batch, i, most)) {
        counters.drop(path.tooBig(), index, batch, i);
      } else {
        survivors.add(batch, i);
      }
    }
    batch.clear();
    return survivors;
  }
}
