package org.sluice.core.ip;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.FlowKey;

/** What one worker adds to the {@link PathMtuCache}, and takes out when it is old. Learning allocates; it is rare. */
public final class PathMtuLearner {
  private final PathMtuCache cache;
  private final Worker worker;
  private final Listener listener;
  private final Timer timer;
  private final FlowKey key = new FlowKey();
  /** In the order in which they were learned. Some were replaced since; they are no entries any more. */
  private final ArrayDeque<Learned> byAge = new ArrayDeque<>();

  private record Learned(IpAddress remote, int table, long entry, long atNs) {}

  PathMtuLearner(PathMtuCache cache, Worker worker, Listener listener) {
    this.cache = cache;
    this.worker = worker;
    this.listener = listener;
    timer = worker.newTimer(this::expire);
  }

  /**
   * Whether a packet-too-big message is worth asking a transport about: it makes the MTU smaller, and not smaller than
   * any link has (RFC 8201 section 4).
   *
   * @param error of the kind {@link IcmpError.Kind#PACKET_TOO_BIG}
   * @param linkMtuBytes the MTU of the first link
   * @return false when nothing can come of it (counted)
   */
  public boolean isSmaller(IcmpError error, int linkMtuBytes) {
    boolean smaller = smaller(error, linkMtuBytes) != 0;
    if (smaller) {
      cache.told.increment(worker.index());
    }
    return smaller;
  }

  private int smaller(IcmpError error, int linkMtuBytes) {
    assert worker.isCurrent() : worker.name();
    int mtu = PathMtuCache.plausible(error);
    if (mtu == 0) {
      cache.tooSmall.increment(worker.index());
      return 0;
    }
    IpAddress remote = error.remote();
    if (mtu >= cache.mtu(key, remote.high(), remote.low(), error.table(), linkMtuBytes, worker.nowNs())) {
      cache.useless.increment(worker.index());
      return 0;
    }
    return mtu;
  }

  /**
   * Believes a packet-too-big message, whose quoted packet is one that a transport has in flight.
   *
   * @param error of the kind {@link IcmpError.Kind#PACKET_TOO_BIG}
   * @param linkMtuBytes the MTU of the first link
   * @return the new path MTU, which transports are to be told of; 0 when nothing has changed (counted)
   */
  public int learn(IcmpError error, int linkMtuBytes) {
    int mtu = smaller(error, linkMtuBytes);
    if (mtu == 0) {
      return 0;
    }
    IpAddress remote = error.remote();
    long nowNs = worker.nowNs();
    long entry = PathMtuCache.entry(mtu, nowNs);
    if (!put(remote, error.table(), entry)) {
      return 0;
    }
    byAge.addLast(new Learned(remote, error.table(), entry, nowNs));
    if (byAge.size() > cache.maxEntries() && forget(byAge.removeFirst())) {
      cache.limit.increment(worker.index());
    }
    if (!timer.isScheduled()) {
      timer.schedule(nowNs + PathMtuCache.AGE_NS);
    }
    cache.learned.increment(worker.index());
    return mtu;
  }

  private boolean put(IpAddress remote, int table, long entry) {
    while (true) {
      PathMtuCache.key(key, remote.high(), remote.low(), table);
      long before = cache.find(key);
      if (cache.put(key, before, entry)) {
        return true;
      }
      boolean full = before == Handle.INVALID && cache.find(key) == Handle.INVALID;
      if (full && byAge.isEmpty()) {
        return false;
      }
      if (full) {
        // The table has counted it.
        var _ = forget(byAge.removeFirst());
      }
      // Otherwise another worker learned of the same path meanwhile.
    }
  }

  private boolean forget(Learned old) {
    return cache.remove(PathMtuCache.key(key, old.remote.high(), old.remote.low(), old.table), old.entry);
  }

  private void expire(long nowNs) {
    while (!byAge.isEmpty() && nowNs - byAge.getFirst().atNs >= PathMtuCache.AGE_NS) {
      Learned old = byAge.removeFirst();
      if (forget(old)) {
        cache.expired.increment(worker.index());
        listener.onForgotten(old.remote, old.table);
      }
    }
    if (!byAge.isEmpty()) {
      timer.schedule(byAge.getFirst().atNs + PathMtuCache.AGE_NS);
    }
  }

  /**
   * What this worker has learned and not forgotten. On the worker.
   *
   * @param visitor is given each
   */
  void forEach(Consumer<PathMtuRow> visitor) {
    long nowNs = worker.nowNs();
    for (Learned one : byAge) {
      PathMtuCache.key(key, one.remote.high(), one.remote.low(), one.table);
      if (cache.find(key) == one.entry) {
        visitor.accept(
            new PathMtuRow(one.remote, one.table, PathMtuCache.mtuOf(one.entry), nowNs - one.atNs));
      }
    }
  }

  /** Is told when a path may have become wider. Called on the worker. */
  @FunctionalInterface
  public interface Listener {
    /**
     * What was known of a path is too old to be believed.
     *
     * @param remote the destination
     * @param table the table set
     */
    void onForgotten(IpAddress remote, int table);
  }
}
