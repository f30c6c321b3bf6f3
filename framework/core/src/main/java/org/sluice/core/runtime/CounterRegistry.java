package org.sluice.core.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.CounterReader;

/** The counters of a stack, by scope. Any thread. */
public final class CounterRegistry implements CounterReader {

  private final int workers;
  private final Map<String, ScopedCounters> scopes = new TreeMap<>();

  /**
   * Makes an empty registry.
   *
   * @param workers how many workers will count
   */
  public CounterRegistry(int workers) {
    this.workers = workers;
  }

  /**
   * The counters of a scope, made at the first call.
   *
   * @param id a plugin's id, or {@link WorkerSet#OWN_SCOPE}; the first word of its counters' names
   * @return the counters
   */
  public synchronized ScopedCounters scope(String id) {
    return scopes.computeIfAbsent(id, absent -> new ScopedCounters(absent, workers));
  }

  /**
   * Forgets a scope. Counters that are still held go on counting, unseen; a later scope of that id begins at zero.
   *
   * @param id the scope
   */
  public synchronized void drop(String id) {
    scopes.remove(id);
  }

  /**
   * Calls the visitor with each counter's full name, scope by scope, in order.
   *
   * @param visitor takes the name and the counter
   */
  public void forEach(BiConsumer<String, Counter> visitor) {
    snapshot().forEach(scope -> scope.forEach(visitor));
  }

  @Override
  public void forEach(Visitor visitor) {
    snapshot().forEach(scope -> scope.forEachDescribed(visitor));
  }

  /**
   * What a counter counts.
   *
   * @param fullName as {@link #forEach} gives it
   * @return the sentence given when it was made; empty when there is no such counter
   */
  public String description(String fullName) {
    for (ScopedCounters scope : snapshot()) {
      String description = scope.description(fullName);
      if (!description.isEmpty()) {
        return description;
      }
    }
    return "";
  }

  private synchronized List<ScopedCounters> snapshot() {
    return new ArrayList<>(scopes.values());
  }
}
