package org.sluice.core.nic;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicDriver;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Worker;

/**
 * The built-in card {@code wire}: two ends in one process, called {@code NAME:0} and {@code NAME:1}, or each told of
 * the other by {@code peer}. Each end has options for what it sends:
 *
 * <ul>
 *   <li>{@code rate}, for example {@code 10gbit}, with a {@code queue} of so many frames before it;
 *   <li>{@code delay}, for example {@code 5ms};
 *   <li>{@code loss}, {@code duplicate}, {@code corrupt} and {@code reorder}, each a share such as {@code 0.1%}, drawn
 *       from {@code seed} if there is one; a reordered frame comes later by {@code reorder-delay};
 *   <li>{@code frames}, how many each transmit queue has, waiting, on their way, or not given back yet;
 *   <li>{@code mtu} and {@code trusted}, which both ends must have alike: nothing happens to what is on a trusted wire,
 *       so that checksums are not needed.
 * </ul>
 *
 * <p>With several receive queues, a frame comes in on the one that its flow's hash says.
 */
public final class WireDriver implements NicDriver {
  static final String NAME = "wire";

  private final WireCounters counters;
  private final Supplier<RandomGenerator> randoms;
  private final Wires wires;

  /**
   * Makes the driver.
   *
   * @param counters the stack's scope
   * @param randoms gives each transmit queue a generator of its own
   * @param wires where its ends find the other ones
   */
  public WireDriver(Counters counters, Supplier<RandomGenerator> randoms, Wires wires) {
    this.counters = new WireCounters(counters);
    this.randoms = randoms;
    this.wires = wires;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> probe() {
    return List.of();
  }

  @Override
  public Nic open(NicConfiguration configuration, List<Worker> workers) throws NicException {
    WireSettings settings = WireSettings.of(configuration);
    AtomicLong busyUntilNs = new AtomicLong(workers.getFirst().nowNs());
    Supplier<RandomGenerator> source = source(settings);
    List<WireTx> txQueues;
    try {
      txQueues = WireNic.queues(configuration.txQueues(), workers,
          owner -> new WireTx(owner, settings, counters, busyUntilNs, source.get()));
    } catch (OutOfMemoryError e) {
      throw new NicException("wire '" + settings.name() + "' cannot be made: there is no memory for "
          + settings.poolFrames() + " frames for each of its queues. Give it fewer 'frames', or the process more "
          + "memory (-XX:MaxDirectMemorySize).", e);
    }
    List<WireRx> rxQueues = WireNic.queues(configuration.rxQueues(), workers, WireRx::new);
    WireNic made = new WireNic(settings, wires, counters, txQueues, rxQueues);
    wires.plug(made);
    return made;
  }

  private Supplier<RandomGenerator> source(WireSettings settings) {
    if (!settings.hasSeed()) {
      return randoms;
    }
    SplittableRandom seeded = new SplittableRandom(settings.seed());
    return seeded::split;
  }
}
