package org.sluice.spi.nic;

import java.util.List;
import org.pf4j.ExtensionPoint;
import org.sluice.spi.runtime.Worker;

/**
 * Opens cards of one kind. An extension point: found in plugin jars at boot and at run time. Called on worker 0.
 */
public interface NicDriver extends ExtensionPoint {

  /**
   * The driver's name in configuration, for example {@code af_xdp}.
   *
   * @return lower-case, unique among drivers
   */
  String name();

  /**
   * What on this host keeps the driver from working. Does not block for long and changes nothing.
   *
   * @return one sentence for each thing that is missing, with the command that mends it; empty when all is well
   */
  List<String> probe();

  /**
   * Opens a card. May block for the kernel.
   *
   * @param configuration the card's section; unknown keys are refused
   * @param workers the workers that its queues are given to: queue {@code i} to {@code workers.get(i % size)}
   * @return the open card, owned by the caller
   * @throws NicException when it cannot be opened: nothing is left behind
   */
  Nic open(NicConfiguration configuration, List<Worker> workers) throws NicException;
}
