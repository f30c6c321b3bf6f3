package org.sluice.core.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.CounterReader;
import org.sluice.spi.runtime.Counters;

/**
 * The counters of one scope. Any thread may make and list them (under a lock: neither is done on the data path);
 * counting follows {@link Counter}.
 */
public final class ScopedCounters implements Counters {

  /** Counters of one scope; a scope that asks for more has mistaken a value for a name. */
  public static final int MAX_COUNTERS = 4096;

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]+(\\.[a-z0-9-]+)*");
  private static final int ROW_CELLS = 64;
  // Two cache lines on either side of a row keep the rows of two workers apart.
  private static final int PADDING = 16;

  private final String prefix;
  private final int workers;
  /** By their full names, for those who list them, often in tests. */
  private final Map<String, CellCounter> counters = new TreeMap<>();
  private long[][] rows = new long[0][];

  ScopedCounters(String scope, int workers) {
    this.prefix = scope + ".";
    this.workers = workers;
  }

  @Override
  public synchronized Counter counter(String name, String description) {
    String fullName = prefix + name;
    CellCounter counter = counters.get(fullName);
    if (counter != null) {
      return counter;
    }
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not lower-case words joined by dots: '" + name + "'");
    }
    if (counters.size() == MAX_COUNTERS) {
      throw new IllegalStateException("more than " + MAX_COUNTERS + " counters under '" + prefix + "': " + name);
    }
    int cell = counters.size() % ROW_CELLS;
    if (cell == 0) {
      rows = new long[workers + 1][PADDING + ROW_CELLS + PADDING];
    }
    counter = new CellCounter(description, rows, PADDING + cell);
    counters.put(fullName, counter);
    return counter;
  }

  @Override
  public void forEach(BiConsumer<String, Counter> visitor) {
    snapshot().forEach(entry -> visitor.accept(entry.getKey(), entry.getValue()));
  }

  void forEachDescribed(CounterReader.Visitor visitor) {
    snapshot().forEach(
        entry -> visitor.counter(entry.getKey(), entry.getValue().description(), entry.getValue()));
  }

  /**
   * What a counter of this scope counts.
   *
   * @param fullName as {@link #forEach} gives it
   * @return the sentence given when it was made; empty when there is no such counter
   */
  public synchronized String description(String fullName) {
    CellCounter counter = counters.get(fullName);
    return counter == null ? "" : counter.description();
  }

  /** Without copies of the entries: none is ever taken out or changed. */
  private synchronized List<Map.Entry<String, CellCounter>> snapshot() {
    return new ArrayList<>(counters.entrySet());
  }
}
