package org.sluice.core.console;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.runtime.Counter;

/**
 * The errors that sessions had, by worker: {@code show session stats}. Counters only grow, since others read them too;
 * what {@code clear session stats} takes away is what they were then. Console threads.
 */
final class SessionErrors {
  private static final String ERRORS = ".session.error.";

  private final StackParts parts;
  private final int workers;
  private final Map<String, Long> cleared = new ConcurrentHashMap<>();

  SessionErrors(StackParts parts, int workers) {
    this.parts = parts;
    this.workers = workers;
  }

  private interface Visitor {
    void see(int worker, String name, String error, Counter counter);
  }

  private void visit(Visitor visitor) {
    for (int worker = Counter.NO_WORKER; worker < workers; worker++) {
      int on = worker;
      parts.ownCounters().forEach((name, counter) -> {
        int at = name.indexOf(ERRORS);
        if (at >= 0) {
          visitor.see(on, name, name.substring(at + ERRORS.length()), counter);
        }
      });
    }
  }

  void clear() {
    visit((worker, name, error, counter) -> cleared.put(worker + name, counter.value(worker)));
  }

  void print(ConsoleOutput output) {
    output.table("error_counters", Column.of("Worker", 6), Column.of("Error", 20), Column.of("Count", -12),
        Column.of("Meaning"));
    long[] total = {0};
    visit((worker, name, error, counter) -> {
      // Read first: a clear that comes in between can only make the counter larger.
      long before = cleared.getOrDefault(worker + name, 0L);
      long count = counter.value(worker) - before;
      if (count != 0) {
        output.row(worker == Counter.NO_WORKER ? "none" : Integer.toString(worker), error, count,
            parts.counters().description(name));
        total[0] += count;
      }
    });
    output.value("errors", total[0]);
  }
}
