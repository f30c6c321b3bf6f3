package org.sluice.core.nic;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.nic.LinkState;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicCapabilities;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.nic.TxQueue;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Worker;

/** One end of a wire. It is up while the other end is open too. */
final class WireNic implements Nic {
  private final WireSettings settings;
  private final Wires wires;
  private final WireCounters counters;
  private final List<WireTx> txQueues;
  private final List<WireRx> rxQueues;
  private volatile LinkState state = LinkState.DOWN;
  private List<WireExit> exits = List.of();

  WireNic(WireSettings settings, Wires wires, WireCounters counters, List<WireTx> txQueues, List<WireRx> rxQueues) {
    this.settings = settings;
    this.wires = wires;
    this.counters = counters;
    this.txQueues = List.copyOf(txQueues);
    this.rxQueues = List.copyOf(rxQueues);
  }

  WireSettings settings() {
    return settings;
  }

  // ---- What the plugging of both ends does; under the lock of the wires.

  /** Joins both ends; what this one sends the other receives, and the other way round. */
  static void join(WireNic one, WireNic other) {
    one.sendTo(other);
    other.sendTo(one);
    one.state = LinkState.UP;
    other.state = LinkState.UP;
  }

  private void sendTo(WireNic other) {
    List<Worker> receivers = other.rxQueues.stream().map(WireRx::owner).toList();
    List<WireExit> made = txQueues.stream().map(queue -> queue.newExit(receivers)).toList();
    for (int i = 0; i < receivers.size(); i++) {
      int queue = i;
      other.rxQueues.get(i).connect(made.stream().flatMap(exit -> exit.lanesTo(queue).stream()).toList());
    }
    for (int i = 0; i < made.size(); i++) {
      txQueues.get(i).connect(made.get(i));
    }
    exits = made;
  }

  /** Ends this end; the other one, if there is one, waits for the next. */
  void cut(@Nullable WireNic other) {
    if (other != null) {
      other.disconnect(LinkState.DOWN);
      // The other end's queues take back what they sent; what this one sent is gone with its frames.
      counters.cut.add(Counter.NO_WORKER, exits.stream().mapToLong(WireExit::backlog).sum());
    }
    disconnect(LinkState.GONE);
    exits = List.of();
  }

  private void disconnect(LinkState why) {
    state = why;
    txQueues.forEach(queue -> queue.connect(null));
    rxQueues.forEach(queue -> queue.connect(List.of()));
  }

  // ---- The card.

  @Override
  public String name() {
    return WireDriver.NAME + "/" + settings.name();
  }

  @Override
  public long macAddress() {
    return MacAddresses.local(settings.name());
  }

  @Override
  public int mtuBytes() {
    return settings.mtuBytes();
  }

  @Override
  public LinkState linkState() {
    return state;
  }

  @Override
  public NicCapabilities capabilities() {
    return new NicCapabilities(rxQueues.size(), txQueues.size(), WireSettings.MAX_MTU_BYTES, settings.isTrusted(),
        settings.isTrusted(), 0, 1, true);
  }

  @Override
  public RxQueue rxQueue(int index) {
    return rxQueues.get(index);
  }

  @Override
  public TxQueue txQueue(int index) {
    return txQueues.get(index);
  }

  @Override
  public void close() {
    wires.unplug(this);
  }

  /** A list of as many queues as were asked for, or as there are workers. */
  static <T> List<T> queues(int wanted, List<Worker> workers, Function<Worker, T> maker) {
    List<T> made = new ArrayList<>();
    for (int i = 0; i < (wanted == 0 ? workers.size() : wanted); i++) {
      made.add(maker.apply(workers.get(i % workers.size())));
    }
    return made;
  }
}
