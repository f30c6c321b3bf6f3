package org.sluice.core.application;

import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/**
 * How often the limits of the application layer were hit, and what it lost. Counted on worker 0, connects in any
 * context.
 *
 * @param applications applications refused
 * @param workers application workers refused
 * @param listeners listeners refused
 * @param connects connects refused
 * @param namespaces namespaces refused
 * @param lostListeners listeners that could not follow their namespace
 */
record ApplicationCounters(
    Counter applications, Counter workers, Counter listeners, Counter connects, Counter namespaces,
    Counter lostListeners) {

  static ApplicationCounters of(Counters counters) {
    return new ApplicationCounters(
        counters.counter("application.limit", "Applications refused because as many as may be are attached"),
        counters.counter("application.worker.limit", "Application workers refused because there are as many as may be"),
        counters.counter("listener.limit", "Listeners refused because there are as many as may be"),
        counters.counter("application.connect.limit", "Connects refused because as many are not answered"),
        counters.counter("namespace.limit", "Namespaces refused because there are as many as may be"),
        counters.counter("listener.lost", "Times an application stopped listening because its namespace moved to where "
            + "the transport or its sessions did not come along"));
  }
}
