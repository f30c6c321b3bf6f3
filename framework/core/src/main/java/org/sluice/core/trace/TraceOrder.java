package org.sluice.core.trace;

import java.util.List;

/**
 * What a trace is to take.
 *
 * @param packets of each worker, 1 to {@link WorkerTrace#MAX_PACKETS}
 * @param received those that come in
 * @param sent those that go out
 * @param interfaceIndex of one interface; {@link TraceFilter#ANY} for all
 * @param filter which of them
 * @param counters those that are looked at before and after the work on a packet
 */
public record TraceOrder(
    int packets,
    boolean received,
    boolean sent,
    int interfaceIndex,
    TraceFilter filter,
    List<WatchedCounter> counters) {}
