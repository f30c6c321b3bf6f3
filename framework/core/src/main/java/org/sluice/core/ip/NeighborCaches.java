package org.sluice.core.ip;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/** The neighbours of each interface, for all workers. Any context. */
final class NeighborCaches {
  private final ConcurrentHashMap<Integer, NeighborCache> byInterface = new ConcurrentHashMap<>();

  NeighborCache of(int interfaceIndex) {
    return byInterface.computeIfAbsent(interfaceIndex, absent -> new NeighborCache());
  }

  /** Forgets those of interfaces that are no more, also of one that a worker saw last when the others had forgotten. */
  void retain(IntPredicate exists) {
    byInterface.keySet().removeIf(index -> !exists.test(index));
  }
}
