package org.sluice.core.ip;

import java.util.ArrayDeque;
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
  private final Timer timer;
  private final FlowKey key = new FlowKey();
  /** In the order in which they were learned. Some were replaced since; they are no entries any more. */
  private final ArrayDeque<Learned> byAge = new ArrayDeque<>();

  private record Learned(IpAddress remote, int table, long entry, long atNs) {}

  PathMtuLearner(PathMtuCache cache, Worker worker) {
    this.cache = cache;
    this.worker = worker;
    timer = worker.newTimer(this::expire);
  }

  /**
   * Believes a packet-too-big message, if it is about a packet of ours and makes the MTU smaller: it never makes one
   * larger (RFC 8201 section 4).
   *
   * @param error of the kind {@link IcmpError.Kind#PACKET_TOO_BIG}
   * @param linkMtuBytes the MTU of the first link
   * @param quoted says whether the quoted packet is ours
   * @return the new path MTU, which transports are to be told of; 0 when nothing has changed (counted)
   */
  public int learn(IcmpError error, int linkMtuBytes, QuotedPackets quoted) {
    assert worker.isCurrent() : worker.name();
    int mtu = PathMtuCache.plausible(error);
    if (mtu == 0) {
      cache.tooSmall.increment(worker.index());
      return 0;
    }
    IpAddress remote = error.remote();
    long nowNs = worker.nowNs();
    if (mtu >= cache.mtu(key, remote.high(), remote.low(), error.table(), linkMtuBytes, nowNs)) {
      cache.useless.increment(worker.index());
      return 0;
    }
    if (!quoted.isOurs(error)) {
      cache.forged.increment(worker.index());
      return 0;
    }
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
      if (forget(byAge.removeFirst())) {
        cache.expired.increment(worker.index());
      }
    }
    if (!byAge.isEmpty()) {
      timer.schedule(byAge.getFirst().atNs + PathMtuCache.AGE_NS);
    }
  }
}
