package org.sluice.core.nic;

import java.util.ArrayList;
import java.util.List;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.NicConfiguration;
import org.sluice.spi.nic.NicDriver;
import org.sluice.spi.nic.NicException;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Worker;

/** The built-in card {@code loop}: what is sent is received by the same worker. It needs nothing of the host. */
public final class LoopDriver implements NicDriver {
  private final Counter dropped;
  private final Counter exhausted;

  /**
   * Makes the driver.
   *
   * @param counters the stack's scope
   */
  public LoopDriver(Counters counters) {
    dropped = counters.counter("loop.dropped", "Frames that a loop dropped because it had no room for them");
    exhausted = counters.counter("loop.frames", "Frames of a loop that were wanted when all were in use");
  }

  @Override
  public String name() {
    return "loop";
  }

  @Override
  public List<String> probe() {
    return List.of();
  }

  @Override
  public Nic open(NicConfiguration configuration, List<Worker> workers) throws NicException {
    if (!configuration.options().isEmpty()) {
      throw new NicException("A loop has no options, but was given "
          + String.join(", ", configuration.options().keySet().stream().sorted().toList()) + ". Remove them.");
    }
    int queues = Math.max(configuration.rxQueues(), configuration.txQueues());
    List<LoopQueue> made = new ArrayList<>();
    for (int i = 0; i < (queues == 0 ? workers.size() : queues); i++) {
      Worker owner = workers.get(i % workers.size());
      made.add(new LoopQueue(owner, dropped, exhausted));
    }
    return new LoopNic(configuration.interfaceName(), made);
  }
}
