package org.sluice.plugin.perf;

import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;

/** What happened to the sessions of servers, by name. */
final class PerfCounters {
  final Counter sessions;
  final Counter bytes;
  final Counter wrongHello;
  final Counter aborted;
  final Counter sessionLimit;

  PerfCounters(Counters counters) {
    sessions = counters.counter("sessions", "Sessions accepted by servers.");
    bytes = counters.counter("bytes", "Bytes that servers discarded or sent back.");
    wrongHello = counters.counter("wrong-hello", "Sessions reset because their first bytes were no hello.");
    aborted = counters.counter("aborted", "Sessions of servers that ended before their client was done.");
    sessionLimit = counters.counter("limit.sessions", "Sessions refused by plugins.perf.limit.sessions.");
  }
}
