package org.sluice.core.ip;

import org.jspecify.annotations.Nullable;
import org.sluice.core.network.NetworkPlane;

/**
 * The paths of one worker by destination, so that connections to one peer share one. Those that nobody holds are kept
 * for a while, up to a limit, the longest unused going first. Owned by the worker.
 */
final class PathTable {
  private static final int FIRST_SIZE = 64;

  private final IpWorker worker;
  private final NetworkPlane network;
  private final int maxIdle;
  private final long seed;
  private @Nullable StackPath[] buckets = new @Nullable StackPath[FIRST_SIZE];
  private int size;

  // Those that nobody holds, as a list.
  private @Nullable StackPath oldestIdle;
  private @Nullable StackPath newestIdle;
  private int idle;
  private int lastError;

  PathTable(IpWorker worker, NetworkPlane network, int maxIdle, long seed) {
    this.worker = worker;
    this.network = network;
    this.maxIdle = maxIdle;
    this.seed = seed;
  }

  int lastError() {
    return lastError;
  }

  /** How many there are, those that nobody holds included. */
  int size() {
    return size;
  }

  /** The path to a destination, held until it is released; null, with the reason in {@link #lastError}. */
  @Nullable StackPath acquire(long remoteHigh, long remoteLow, long localHigh, long localLow, int table,
      int interfaceIndex, int dscp, int protocol) {
    int hash = hash(remoteHigh, remoteLow, localLow, table, protocol);
    StackPath found = buckets[hash & buckets.length - 1];
    while (found != null && !(found.hash == hash && found.matches(
        remoteHigh, remoteLow, localHigh, localLow, table, interfaceIndex, dscp, protocol))) {
      found = found.nextInBucket;
    }
    if (found != null && found.isCurrent()) {
      hold(found);
      return found;
    }
    if (found != null && found.holders == 0) {
      unlinkIdle(found);
      remove(found);
    } else if (found != null) {
      // Its holders are to see that it is outdated.
      remove(found);
    }
    StackPath path = found != null && found.holders == 0 ? found : spare();
    path.aim(hash, remoteHigh, remoteLow, localHigh, localLow, table, interfaceIndex, dscp, protocol);
    lastError = path.resolve(network.snapshot());
    if (lastError != 0) {
      return null;
    }
    path.holders = 1;
    add(path);
    return path;
  }

  private void hold(StackPath path) {
    if (path.holders++ == 0) {
      unlinkIdle(path);
    }
  }

  /** The holder gives it up. */
  void release(StackPath path) {
    assert path.holders > 0 : path;
    if (--path.holders > 0 || !path.listed) {
      return;
    }
    StackPath before = newestIdle;
    path.olderIdle = before;
    if (before == null) {
      oldestIdle = path;
    } else {
      before.newerIdle = path;
    }
    newestIdle = path;
    idle++;
    StackPath oldest = oldestIdle;
    if (idle > maxIdle && oldest != null) {
      unlinkIdle(oldest);
      remove(oldest);
    }
  }

  /** An object for another path: the one longest unused, when there are as many as may be. */
  private StackPath spare() {
    StackPath oldest = oldestIdle;
    if (oldest == null || idle < maxIdle) {
      return new StackPath(worker, this);
    }
    unlinkIdle(oldest);
    remove(oldest);
    return oldest;
  }

  private void unlinkIdle(StackPath path) {
    StackPath older = path.olderIdle;
    StackPath newer = path.newerIdle;
    if (older == null) {
      oldestIdle = newer;
    } else {
      older.newerIdle = newer;
    }
    if (newer == null) {
      newestIdle = older;
    } else {
      newer.olderIdle = older;
    }
    path.olderIdle = null;
    path.newerIdle = null;
    idle--;
  }

  // ---- The hash table.

  private void add(StackPath path) {
    if (size == buckets.length) {
      grow();
    }
    path.listed = true;
    int at = path.hash & buckets.length - 1;
    path.nextInBucket = buckets[at];
    buckets[at] = path;
    size++;
  }

  @SuppressWarnings("ReferenceEquality") // The object itself is in the chain.
  private void remove(StackPath path) {
    int at = path.hash & buckets.length - 1;
    StackPath before = null;
    StackPath found = buckets[at];
    while (found != null && found != path) {
      before = found;
      found = found.nextInBucket;
    }
    assert found != null : path;
    if (before == null) {
      buckets[at] = path.nextInBucket;
    } else {
      before.nextInBucket = path.nextInBucket;
    }
    path.nextInBucket = null;
    path.listed = false;
    size--;
  }

  private void grow() {
    @Nullable StackPath[] old = buckets;
    buckets = new @Nullable StackPath[2 * old.length];
    for (StackPath chain : old) {
      while (chain != null) {
        StackPath next = chain.nextInBucket;
        int at = chain.hash & buckets.length - 1;
        chain.nextInBucket = buckets[at];
        buckets[at] = chain;
        chain = next;
      }
    }
  }

  /** With a seed, because peers choose the addresses. */
  private int hash(long remoteHigh, long remoteLow, long localLow, int table, int protocol) {
    long mixed = mix(mix(seed ^ remoteHigh) ^ remoteLow) ^ localLow;
    return (int) (mix(mix(mixed) ^ (long) table << Byte.SIZE ^ protocol) >>> Integer.SIZE);
  }

  private static long mix(long bits) {
    long product = bits * 0x9e37_79b9_7f4a_7c15L;
    return product ^ product >>> 29;
  }
}
