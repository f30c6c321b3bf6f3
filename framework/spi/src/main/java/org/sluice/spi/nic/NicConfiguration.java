package org.sluice.spi.nic;

import java.util.Map;

/**
 * What the operator asked for.
 *
 * @param interfaceName the interface on the host, or the driver's own name for it
 * @param rxQueues how many receive queues to use; 0 for all
 * @param txQueues how many transmit queues to use; 0 for all
 * @param options the driver's own options by key, as written by the operator; the driver validates them
 */
public record NicConfiguration(String interfaceName, int rxQueues, int txQueues, Map<String, String> options) {

  /** Copies the options. */
  public NicConfiguration {
    options = Map.copyOf(options);
  }
}
