package org.sluice.testkit.nic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sluice.core.nic.WireDriver;
import org.sluice.core.nic.Wires;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.runtime.WorkerDuties;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicDriver;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/**
 * Joins two cards by a {@code wire} that delays, loses, doubles, spoils and reorders as it was told: what comes in at
 * one goes through the wire and out at the other. It is polled by one worker, which sleeps while there is nothing to
 * do; how much can be on its way is bounded by the wire's {@code frames}, and what finds no room is dropped and
 * counted. Packets in several frames are dropped.
 *
 * <p>Cards are opened with {@link #open}, joined, and {@link #start} begins. Whatever card has the bridge at one end of
 * its cable sees the impairments, so two kernels, two stacks, or one of each can be compared over the same.
 */
public final class ImpairedBridge implements AutoCloseable {
  /** 4 Gbit/s of full frames for 20 ms, and room to spare. */
  private static final int FRAMES = 1 << 14;

  private final WorkerSet workers;
  private final WireDriver wires;
  private final Duties duties = new Duties();
  private final List<Nic> open = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> fault;

  /** What its worker does in a turn. */
  private static final class Duties implements WorkerDuties {
    private BridgeDirection[] directions = {};
    private int @Nullable [] descriptors;

    void add(BridgeDirection there, BridgeDirection back) {
      directions = Stream.concat(Stream.of(directions), Stream.of(there, back)).toArray(BridgeDirection[]::new);
      int[] polled = Stream.of(directions).flatMap(one -> one.from().stream()).mapToInt(RxQueue::pollDescriptor)
          .filter(descriptor -> descriptor >= 0).toArray();
      descriptors = polled.length == 0 ? null : polled;
    }

    @Override
    public int receive(long nowNs) {
      int work = 0;
      for (BridgeDirection one : directions) {
        work += one.turn();
      }
      return work;
    }

    @Override
    public long idleNs(long nowNs) {
      long idleNs = Long.MAX_VALUE;
      for (BridgeDirection one : directions) {
        idleNs = Math.min(idleNs, one.idleNs(nowNs));
      }
      return idleNs;
    }

    @Override
    public int @Nullable [] descriptors() {
      return descriptors;
    }
  }

  /**
   * A bridge with a thread and a clock of its own.
   *
   * @param seed decides what is lost and so on
   */
  public ImpairedBridge(long seed) {
    this(seed, new AtomicReference<>());
  }

  private ImpairedBridge(long seed, AtomicReference<@Nullable Throwable> fault) {
    this(seed, WorkerSet.builder().namePrefix("bridge-")
        .faultHandler((worker, scope, what, caught) -> fault.compareAndSet(null, caught)).build(), fault);
  }

  /**
   * A bridge on a worker of the caller's, for virtual time.
   *
   * @param seed decides what is lost and so on
   * @param workers one, which has no duties yet
   */
  public ImpairedBridge(long seed, WorkerSet workers) {
    this(seed, workers, new AtomicReference<>());
  }

  private ImpairedBridge(long seed, WorkerSet workers, AtomicReference<@Nullable Throwable> fault) {
    this.workers = workers;
    this.fault = fault;
    wires = new WireDriver(counters(), new SplittableRandom(seed)::split, new Wires());
    workers.worker(0).duties(duties);
  }

  private Counters counters() {
    return workers.counters().scope(WorkerSet.OWN_SCOPE);
  }

  /**
   * Opens a card whose queues are the bridge's. Before {@link #start}.
   *
   * @param driver opens it
   * @param configuration what to open
   * @return the card, which the bridge closes
   * @throws NicException when it does not work
   */
  public Nic open(NicDriver driver, NicConfiguration configuration) throws NicException {
    StackWorker worker = workers.worker(0);
    boolean entered = worker.enter();
    try {
      Nic made = driver.open(configuration, List.of(worker));
      open.addFirst(made);
      return made;
    } finally {
      if (entered) {
        worker.exit();
      }
    }
  }

  /**
   * Joins two cards. Before {@link #start}; several pairs are one after the other's.
   *
   * @param left one card
   * @param there options of a {@code wire} for what goes from left to right
   * @param right the other card
   * @param back the same for what goes from right to left
   * @throws NicException when the options make no sense
   */
  public void join(Nic left, Map<String, String> there, Nic right, Map<String, String> back) throws NicException {
    int mtuBytes = Math.max(left.mtuBytes(), right.mtuBytes());
    String name = "bridge" + open.size();
    Nic near = openWire(name + ":0", mtuBytes, there);
    Nic far = openWire(name + ":1", mtuBytes, back);
    var pieces = counters().counter("bridge.drop.pieces", "Packets in several frames, which a bridge does not carry");
    duties.add(new BridgeDirection(left, near, far, right, pieces, 0),
        new BridgeDirection(right, far, near, left, pieces, 0));
  }

  private Nic openWire(String name, int mtuBytes, Map<String, String> options) throws NicException {
    Map<String, String> all = new HashMap<>(options);
    all.putIfAbsent("frames", Integer.toString(FRAMES));
    all.put("mtu", Integer.toString(mtuBytes));
    return open(wires, new NicConfiguration(name, 1, 1, all));
  }

  /** Begins, on a thread of its own. Not in virtual time. */
  public void start() {
    workers.start();
  }

  /**
   * What a counter says.
   *
   * @param name as of the wires of a stack: {@code wire.lost}, {@code wire.duplicated}, {@code wire.reordered}, {@code
   *     wire.corrupted}, {@code wire.drop.queue}, {@code wire.drop.frame}; or {@code bridge.drop.pieces}
   * @return its value
   * @throws IllegalArgumentException when there is none of that name
   */
  public long count(String name) {
    String whole = WorkerSet.OWN_SCOPE + "." + name;
    List<Counter> found = new ArrayList<>();
    workers.counters().forEach((each, counter) -> {
      if (each.equals(whole)) {
        found.add(counter);
      }
    });
    if (found.isEmpty()) {
      throw new IllegalArgumentException("a bridge does not count " + name);
    }
    return found.getFirst().value();
  }

  /**
   * Ends it, and closes the cards that it has opened.
   *
   * @throws IllegalStateException when the bridge has failed meanwhile
   */
  @Override
  public void close() {
    workers.close();
    StackWorker worker = workers.worker(0);
    boolean entered = worker.enter();
    try {
      open.forEach(Nic::close);
      open.clear();
    } finally {
      if (entered) {
        worker.exit();
      }
    }
    Throwable caught = fault.getAndSet(null);
    if (caught != null) {
      throw new IllegalStateException("the bridge has failed", caught);
    }
  }
}
