package org.sluice.plugin.perf;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How the sessions of a run ended. Any thread; once per session, not per message. */
final class Outcomes {
  private final LongAdder succeeded = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

  void succeeded(long byteCount) {
    bytes.add(byteCount);
    succeeded.increment();
  }

  void failed(String why) {
    failed(why, 1);
  }

  void failed(String why, long count) {
    failures.computeIfAbsent(why, _ -> new LongAdder()).add(count);
  }

  long succeeded() {
    return succeeded.sum();
  }

  /** The bytes of those that succeeded. */
  long bytes() {
    return bytes.sum();
  }

  long failed() {
    return failures.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** How many failed, by reason, in the order of the reasons. */
  Map<String, Long> failures() {
    Map<String, Long> sorted = new TreeMap<>();
    failures.forEach((why, count) -> sorted.put(why, count.sum()));
    return sorted;
  }
}
