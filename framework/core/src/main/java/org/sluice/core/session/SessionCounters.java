package org.sluice.core.session;

import java.util.Arrays;
import java.util.Locale;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/** The counters of the session layer. Each worker counts in its own cell. */
public final class SessionCounters {
  private final Counter[] errors;
  final Counter sessionLimit;
  final Counter eventQueueFull;
  final Counter staleEvents;
  final Counter illegalTransitions;
  final Counter unexpectedDeletes;
  final Counter corruptFifos;
  final Counter txNoFrames;
  final Counter datagramsSkipped;
  final Counter datagramsFull;
  final Counter fifosSwept;
  final Counter bytesSwept;
  final Counter sweepLimit;
  final Counter memoryWaits;
  final Counter streamLimit;
  final Counter streamsOpened;
  final Counter listenerSessionsLost;
  final Counter takenOver;
  final Counter migrated;
  final Counter records;
  final Counter recordsDropped;
  final Counter recordsUndelivered;

  /**
   * Makes the counters.
   *
   * @param counters the stack's scope
   */
  public SessionCounters(Counters counters) {
    errors = Arrays.stream(SessionError.values())
        .map(e -> counters.counter("session.error." + e.name().toLowerCase(Locale.ROOT).replace('_', '-'), e.text()))
        .toArray(Counter[]::new);
    sessionLimit = counters.counter("session.limit", "Sessions refused because a worker has as many as it may");
    eventQueueFull = counters.counter("session.event-queue-full", "Times an event queue was full and events waited");
    staleEvents = counters.counter("session.stale-events", "Events whose session was gone when they were taken");
    illegalTransitions = counters.counter("session.illegal-transition", "State changes refused");
    unexpectedDeletes =
        counters.counter("session.unexpected-delete", "Transports that deleted the connection of an open session");
    corruptFifos = counters.counter("session.corrupt-fifo", "Sessions reset for impossible values in shared memory");
    txNoFrames = counters.counter("session.tx-no-frames", "Bursts put off because the egress queue had no frame");
    datagramsSkipped =
        counters.counter("session.datagram-skipped", "Datagrams not sent: empty, or longer than a packet can be");
    datagramsFull = counters.counter("session.datagram-no-room", "Datagrams dropped because the rx FIFO was full");
    fifosSwept = counters.counter("session.fifo-swept", "FIFOs that gave their memory back after an idle time");
    bytesSwept = counters.counter("session.fifo-swept-bytes", "Bytes that idle FIFOs gave back");
    streamLimit =
        counters.counter("session.stream-limit", "Streams refused because their parent has as many as it may");
    streamsOpened = counters.counter("session.streams-opened", "Streams of parent sessions that were opened");
    listenerSessionsLost = counters.counter("session.listener-session-lost",
        "Sessions that served a listener of datagrams on a worker and ended before it");
    takenOver = counters.counter("session.taken-over", "Sessions that another worker of their application took over");
    migrated = counters.counter("session.migrated", "Sessions that left a worker for another one");
    records = counters.counter("session.records", "Records of closed sessions made for event collectors");
    recordsDropped = counters.counter("session.records-dropped",
        "Records not made because as many as may be waited for their collectors");
    recordsUndelivered = counters.counter("session.records-undelivered",
        "Records made that no collector was given, because those that there were had left");
    sweepLimit =
        counters.counter("session.fifo-sweep-limit", "Times more sessions were due for a sweep than one run takes");
    memoryWaits = counters.counter("session.memory-wait",
        "Times a writer had room in its FIFO, but waits because no memory is free in the segment");
  }

  /**
   * Counts an error that was given to an application or transport.
   *
   * @param worker the worker's index
   * @param error which
   */
  public void error(int worker, SessionError error) {
    errors[-error.code()].increment(worker);
  }

  /**
   * How often an error was given.
   *
   * @param error which
   * @return its counter
   */
  public Counter error(SessionError error) {
    return errors[-error.code()];
  }

  void eventQueueFull(int worker) {
    eventQueueFull.increment(worker);
  }
}
