package org.sluice.core.session;

import org.sluice.core.lookup.FlowPolicy;
import org.sluice.core.lookup.FlowTable;
import org.sluice.core.stream.StreamSettings;
import org.sluice.core.transport.TransportRegistry;

/**
 * What the workers of one session layer share.
 *
 * @param counters counts errors and limits
 * @param transports the registered transports
 * @param flows established and half-open flows
 * @param policy the rules for what belongs to no flow
 * @param txLimits bounds of the tx scheduler
 * @param sweepLimits when idle FIFOs give their memory back
 * @param maxRecords the most records of closed sessions that wait on a worker
 * @param streams what streams of application threads have in common
 * @param maxStreamsPerSession the most streams of a parent session
 */
public record SessionShared(
    SessionCounters counters,
    TransportRegistry transports,
    FlowTable flows,
    FlowPolicy policy,
    TxLimits txLimits,
    SweepLimits sweepLimits,
    int maxRecords,
    StreamSettings streams,
    int maxStreamsPerSession) {}
