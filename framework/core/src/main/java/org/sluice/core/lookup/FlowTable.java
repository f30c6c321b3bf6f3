package org.sluice.core.lookup;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;

/**
 * Flows, each with a word for whom it belongs to: addresses, ports, protocol and table of established or half-open
 * sessions. Any worker reads, without locks and without waiting for writers or for a change of size. Any worker writes,
 * one entry by one worker at a time; writers of others meet it only in the same of {@value #SHARDS} shards.
 */
public final class FlowTable {
  private static final int SHARD_BITS = 4;
  private static final int SHARDS = 1 << SHARD_BITS;

  private final FlowShard[] shards = new FlowShard[SHARDS];
  private final AtomicInteger size = new AtomicInteger();
  private final FlowHash hash;
  private final Counter limitHits;
  private final int maxEntries;

  /**
   * Makes an empty table.
   *
   * @param maxEntries the most flows
   * @param random seeds the hash
   * @param limitHits counts flows refused because there were as many as there may be
   */
  public FlowTable(int maxEntries, RandomGenerator random, Counter limitHits) {
    this.maxEntries = maxEntries;
    this.limitHits = limitHits;
    hash = new FlowHash(random);
    for (int i = 0; i < SHARDS; i++) {
      shards[i] = new FlowShard(hash);
    }
  }

  /**
   * Enters a flow. Any worker. Allocates when its shard has to grow.
   *
   * @param key the flow; not kept
   * @param holder whom it belongs to: anything but {@link Handle#INVALID}
   * @return false when the flow is there already, or the table is full (counted)
   */
  public boolean add(FlowKey key, long holder) {
    assert holder != Handle.INVALID : "flow for nobody";
    if (!takePlace()) {
      return false;
    }
    long keyHash = hash.of(key);
    boolean added = shard(keyHash).add(keyHash, key, holder);
    if (!added) {
      size.decrementAndGet();
    }
    return added;
  }

  /**
   * Enters a flow, or hands its entry over when it has one: by a single store, so that a lookup finds the old holder or
   * the new one and at no moment none. Any worker. Allocates when its shard has to grow.
   *
   * @param key the flow; not kept
   * @param from whom it belongs to, if it is there
   * @param to whom it belongs to afterwards
   * @return false when the flow belongs to somebody else, or it is not there and the table is full (counted)
   */
  public boolean handOver(FlowKey key, long from, long to) {
    assert to != Handle.INVALID : "flow for nobody";
    long keyHash = hash.of(key);
    FlowShard shard = shard(keyHash);
    while (true) {
      long found = shard.replace(keyHash, key, from, to);
      if (found != Handle.INVALID) {
        return found == from;
      }
      if (!takePlace()) {
        return false;
      }
      if (shard.add(keyHash, key, to)) {
        return true;
      }
      // Somebody entered it in between; it may be the one to take it over from.
      size.decrementAndGet();
    }
  }

  /**
   * Takes a flow out, if it belongs to that holder. Any worker. Allocates when its shard halves.
   *
   * @param key the flow; not kept
   * @param holder whom it is expected to belong to
   * @return whether it was there with that holder
   */
  public boolean remove(FlowKey key, long holder) {
    long keyHash = hash.of(key);
    boolean removed = shard(keyHash).remove(keyHash, key, holder);
    if (removed) {
      size.decrementAndGet();
    }
    return removed;
  }

  /**
   * Finds whom a flow belongs to. Any context; lock-free, allocates nothing. A flow that is present during the whole
   * call is found, whatever happens to others meanwhile.
   *
   * @param key the flow; not kept
   * @return the holder, or {@link Handle#INVALID}
   */
  public long find(FlowKey key) {
    long keyHash = hash.of(key);
    return shard(keyHash).find(keyHash, key);
  }

  /**
   * The hash of a flow, by secrets of this table. Any context.
   *
   * @param key the flow; not kept
   * @return 64 bits, the high ones as good as the low ones
   */
  public long hash(FlowKey key) {
    return hash.of(key);
  }

  /**
   * How many flows there are. Any context; a snapshot.
   *
   * @return entries
   */
  public int size() {
    return size.get();
  }

  /**
   * For tables that count: adds to the value of an entry, which begins to be at its first and ends at 0. Any worker.
   *
   * @return the new value; -1 when there is no entry to take from, or no place for a new one (counted)
   */
  long addTo(FlowKey key, int delta) {
    long keyHash = hash.of(key);
    FlowShard shard = shard(keyHash);
    while (true) {
      long value = shard.addTo(keyHash, key, delta);
      if (value == 0) {
        size.decrementAndGet();
      }
      if (value >= 0 || delta < 0) {
        return value;
      }
      if (!takePlace()) {
        return -1;
      }
      if (shard.add(keyHash, key, delta)) {
        return delta;
      }
      // Somebody else entered it in between.
      size.decrementAndGet();
    }
  }

  /** Places for flows, taken or not; for tests of what is given back. */
  int slotCount() {
    int slots = 0;
    for (FlowShard shard : shards) {
      slots += shard.slotCount();
    }
    return slots;
  }

  private boolean takePlace() {
    if (size.incrementAndGet() <= maxEntries) {
      return true;
    }
    size.decrementAndGet();
    limitHits.increment(Counter.NO_WORKER);
    return false;
  }

  private FlowShard shard(long keyHash) {
    return shards[(int) (keyHash >>> (Long.SIZE - SHARD_BITS))];
  }
}
