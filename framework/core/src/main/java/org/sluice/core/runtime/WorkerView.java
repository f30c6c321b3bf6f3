package org.sluice.core.runtime;

/**
 * A worker as consoles see it. A snapshot.
 *
 * @param turns turns it has made
 * @param idleTurns those that found nothing to do
 * @param work what the others found: packets, messages, events, timers, sends
 * @param sleeps how often it slept for want of work
 * @param mailboxDepth messages that wait
 * @param mailboxCapacity messages that can wait
 * @param timers timers that are armed
 */
public record WorkerView(
    long turns, long idleTurns, long work, long sleeps, int mailboxDepth, int mailboxCapacity, int timers) {}
