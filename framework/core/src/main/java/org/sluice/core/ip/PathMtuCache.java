package org.sluice.core.ip;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.sluice.core.lookup.FlowTable;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.FlowKey;

/**
 * The MTUs of paths that are narrower than their first link, by table and destination, learned from packet-too-big
 * messages (RFC 1191, RFC 8201). Every worker reads without locks; each learns by a {@link PathMtuLearner} of its own.
 * What was learned is forgotten after ten minutes (RFC 8201 section 5.3), so that a path that became wider is noticed.
 */
public final class PathMtuCache {
  /** How long an MTU is believed. */
  public static final long AGE_NS = 600_000_000_000L;
  /** What nobody may talk an IPv4 path below: the least that every host takes in one piece (RFC 1122 section 3.3.2). */
  public static final int LEAST_4_BYTES = 576;
  /** The least MTU of an IPv6 link (RFC 8200 section 5). */
  public static final int LEAST_6_BYTES = 1280;

  private static final int MTU_BITS = 17;
  private static final int MTU_MASK = (1 << MTU_BITS) - 1;
  /** 17 bits of MTU leave 46 for a time that makes no negative word: 19 h in ns are 2^46, so it is kept in µs. */
  private static final long TIME_MASK = (1L << 46) - 1;
  private static final long UNIT_NS = 1_000;

  private final FlowTable entries;
  /** Changes with each change of the entries. */
  private final AtomicInteger version = new AtomicInteger();
  private final int maxEntries;
  final Counter limit;
  final Counter told;
  final Counter tooSmall;
  final Counter useless;
  final Counter learned;
  final Counter expired;

  /**
   * Makes an empty cache.
   *
   * @param maxEntries the most destinations; the oldest that a worker learned gives way to its next
   * @param counters the stack's scope
   * @param random seeds the hash
   */
  public PathMtuCache(int maxEntries, Counters counters, RandomGenerator random) {
    this.maxEntries = maxEntries;
    limit = counters.counter("ip.path-mtu.limit", "Times a path MTU had no place because there are as many as may be");
    told = counters.counter("ip.path-mtu.told",
        "Packet-too-big messages given to transports, which believe those about packets in flight");
    tooSmall = counters.counter("ip.path-mtu.too-small", "Packet-too-big messages with an MTU that no link may have");
    useless = counters.counter("ip.path-mtu.not-smaller", "Packet-too-big messages with an MTU that is not smaller");
    learned = counters.counter("ip.path-mtu.learned", "Path MTUs learned");
    expired = counters.counter("ip.path-mtu.expired", "Path MTUs forgotten for their age");
    entries = new FlowTable(maxEntries, random, limit);
  }

  /**
   * The MTU towards a destination. Any worker; lock-free, allocates nothing.
   *
   * @param key the worker's own, overwritten
   * @param high the destination, first half
   * @param low the destination, second half
   * @param table the table set
   * @param linkMtuBytes the MTU of the first link
   * @param nowNs the turn's time
   * @return the largest IP packet; never more than the link's
   */
  public int mtu(FlowKey key, long high, long low, int table, int linkMtuBytes, long nowNs) {
    long entry = entries.find(key(key, high, low, table));
    return entry == Handle.INVALID || isOld(entry, nowNs) ? linkMtuBytes : Math.min(linkMtuBytes, mtuOf(entry));
  }

  /**
   * What changes whenever something was learned or forgotten, so that readers may keep what {@link #mtu} returned. Any
   * worker; to be read before it.
   *
   * @return a number
   */
  public int version() {
    return version.getAcquire();
  }

  /**
   * How many destinations there are. Any context; a snapshot.
   *
   * @return entries
   */
  public int size() {
    return entries.size();
  }

  int maxEntries() {
    return maxEntries;
  }

  long find(FlowKey key) {
    return entries.find(key);
  }

  boolean put(FlowKey key, long before, long entry) {
    boolean done = entries.handOver(key, before, entry);
    version.getAndIncrement();
    return done;
  }

  boolean remove(FlowKey key, long entry) {
    boolean done = entries.remove(key, entry);
    version.getAndIncrement();
    return done;
  }

  static FlowKey key(FlowKey key, long high, long low, int table) {
    key.local(0, 0, 0);
    key.remote(high, low, 0);
    key.scope(0, table);
    return key;
  }

  static long entry(int mtu, long nowNs) {
    return (nowNs / UNIT_NS & TIME_MASK) << MTU_BITS | mtu;
  }

  static int mtuOf(long entry) {
    return (int) entry & MTU_MASK;
  }

  static boolean isOld(long entry, long nowNs) {
    return ((nowNs / UNIT_NS - (entry >>> MTU_BITS)) & TIME_MASK) >= AGE_NS / UNIT_NS;
  }

  /**
   * Makes what one worker learns by.
   *
   * @param worker the worker
   * @param listener told of what is forgotten for its age
   * @return its learner
   */
  public PathMtuLearner learner(Worker worker, PathMtuLearner.Listener listener) {
    return new PathMtuLearner(this, worker, listener);
  }

  /** The MTU that an error is to be taken for, or 0 when it is to be ignored. */
  static int plausible(IcmpError error) {
    if (error.mtuBytes() <= 0) {
      return 0;
    }
    IpAddress remote = error.remote();
    if (remote.isIp4()) {
      return Math.min(MTU_MASK, Math.max(LEAST_4_BYTES, error.mtuBytes()));
    }
    // RFC 8201 section 4: a smaller one must be discarded.
    return error.mtuBytes() < LEAST_6_BYTES ? 0 : Math.min(MTU_MASK, error.mtuBytes());
  }
}
