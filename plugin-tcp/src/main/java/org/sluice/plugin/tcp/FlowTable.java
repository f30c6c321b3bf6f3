package org.sluice.plugin.tcp;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.transport.TransportConnection;

/** Flows without sessions by their addresses and ports: chained, grown by doubling, never shrunk. One owner. */
final class FlowTable<F extends FlowTable.Flow> {
  private static final int FIRST_BUCKETS = 64;

  private @Nullable Flow[] buckets = new @Nullable Flow[FIRST_BUCKETS];
  private final long seed;
  private int size;

  /** What the table holds. */
  abstract static class Flow extends TransportConnection {
    private @Nullable Flow chained;

    Flow() {}
  }

  /**
   * An empty table.
   *
   * @param seed known to nobody, so that nobody can choose flows that all stand in one chain
   */
  FlowTable(long seed) {
    this.seed = seed;
  }

  int size() {
    return size;
  }

  void add(F flow) {
    if (size == buckets.length) {
      grow();
    }
    size++;
    link(flow);
  }

  private void link(Flow flow) {
    int bucket = bucket(hash(flow.localLow(), flow.remoteLow(), flow.localPort(), flow.remotePort()));
    flow.chained = buckets[bucket];
    buckets[bucket] = flow;
  }

  void remove(F flow) {
    int bucket = bucket(hash(flow.localLow(), flow.remoteLow(), flow.localPort(), flow.remotePort()));
    Flow before = null;
    for (Flow at = buckets[bucket]; at != null; before = at, at = at.chained) {
      if (at == flow) {
        if (before == null) {
          buckets[bucket] = at.chained;
        } else {
          before.chained = at.chained;
        }
        at.chained = null;
        size--;
        return;
      }
    }
    throw new IllegalStateException("no flow " + flow.localEndpoint() + "->" + flow.remoteEndpoint());
  }

  @Nullable F find(TcpSegment s) {
    Flow at = buckets[bucket(hash(s.localLow, s.remoteLow, s.localPort, s.remotePort))];
    while (at != null && !(at.localPort() == s.localPort && at.remotePort() == s.remotePort
        && at.localLow() == s.localLow && at.remoteLow() == s.remoteLow && at.localHigh() == s.localHigh
        && at.remoteHigh() == s.remoteHigh && at.table() == s.table)) {
      at = at.chained;
    }
    return cast(at);
  }

  @Nullable F find(TransportConnection c) {
    Flow at = buckets[bucket(hash(c.localLow(), c.remoteLow(), c.localPort(), c.remotePort()))];
    while (at != null && !(at.localPort() == c.localPort() && at.remotePort() == c.remotePort()
        && at.localLow() == c.localLow() && at.remoteLow() == c.remoteLow() && at.localHigh() == c.localHigh()
        && at.remoteHigh() == c.remoteHigh() && at.table() == c.table())) {
      at = at.chained;
    }
    return cast(at);
  }

  /**
   * Looks at some flows. Those that come and go between two calls may be missed or met twice.
   *
   * @param from the first bucket
   * @param most buckets to look at
   * @return the bucket to go on with, or -1 at the end
   */
  int forEach(int from, int most, Consumer<F> visitor) {
    int end = Math.min(buckets.length, from + most);
    for (int i = from; i < end; i++) {
      for (F at = cast(buckets[i]); at != null; at = cast(((Flow) at).chained)) {
        visitor.accept(at);
      }
    }
    return end < buckets.length ? end : -1;
  }

  @SuppressWarnings("unchecked") // Only flows of the type are added.
  private @Nullable F cast(@Nullable Flow found) {
    return (F) found;
  }

  private void grow() {
    @Nullable Flow[] old = buckets;
    buckets = new @Nullable Flow[old.length * 2];
    for (Flow head : old) {
      for (Flow at = head; at != null; ) {
        Flow next = at.chained;
        link(at);
        at = next;
      }
    }
  }

  private int bucket(int hash) {
    return hash & buckets.length - 1;
  }

  private int hash(long localLow, long remoteLow, int localPort, int remotePort) {
    long hash = (remoteLow ^ seed) * 0x9e3779b97f4a7c15L + localLow * 0xc2b2ae3d27d4eb4fL;
    hash = (hash ^ hash >>> 32 ^ ((long) localPort << 16 | remotePort)) * 0x165667b19e3779f9L;
    hash ^= hash >>> 32;
    return (int) (hash * 0x9e3779b97f4a7c15L >>> 32);
  }
}
