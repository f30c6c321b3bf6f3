package org.sluice.plugin.perf;

import java.util.concurrent.atomic.LongAdder;

/**
 * One listener, and what its sessions have in common. Immutable but for the counts.
 *
 * @param threads whether each session has a thread
 * @param open sessions now
 * @param accepted sessions so far
 * @param bytes discarded or sent back so far
 * @param counters the plugin's
 */
record Server(boolean threads, LongAdder open, LongAdder accepted, LongAdder bytes, PerfCounters counters) {
  Server(boolean threads, PerfCounters counters) {
    this(threads, new LongAdder(), new LongAdder(), new LongAdder(), counters);
  }

  void served(int worker, long count) {
    bytes.add(count);
    counters.bytes.add(worker, count);
  }
}
