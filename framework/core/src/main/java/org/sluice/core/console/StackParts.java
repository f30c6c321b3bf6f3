package org.sluice.core.console;

import org.sluice.core.application.ApplicationLayer;
import org.sluice.core.ip.IpLayer;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.core.session.SessionCore;
import org.sluice.core.transport.TransportRegistry;
import org.sluice.spi.runtime.Counters;

/**
 * The parts of a stack that its commands look at.
 *
 * @param workers the workers
 * @param sessions the session layer
 * @param applications the application layer
 * @param network interfaces, tables and routes
 * @param ip neighbours and pings
 * @param transports the registered transports
 * @param counters all counters
 * @param ownCounters those of the stack itself
 */
public record StackParts(
    WorkerSet workers,
    SessionCore sessions,
    ApplicationLayer applications,
    NetworkPlane network,
    IpLayer ip,
    TransportRegistry transports,
    CounterRegistry counters,
    Counters ownCounters) {}
