package org.sluice.core.network;

import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/**
 * How often the limits of the network were hit. Counted on worker 0.
 *
 * @param interfaces interfaces refused
 * @param addresses addresses refused
 * @param routes routes refused
 * @param tables tables refused
 */
record NetworkCounters(Counter interfaces, Counter addresses, Counter routes, Counter tables) {

  static NetworkCounters of(Counters counters) {
    return new NetworkCounters(
        counters.counter("network.interface.limit", "Interfaces refused because there are as many as may be"),
        counters.counter("network.address.limit", "Interface addresses refused because there are as many as may be"),
        counters.counter("network.route.limit", "Routes refused because there are as many as may be"),
        counters.counter("network.table.limit", "Tables refused because there are as many as may be"));
  }
}
