package org.sluice.benchmarks.lookup;

import org.sluice.core.lookup.FlowTable;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.session.FlowKey;

/** A table whose hash has no secrets, so that all its flows want the same slot. */
final class StressFlows {
  private static final Counter LIMIT_HITS = new CounterRegistry(1).scope("stress").counter("limit", "Flows refused.");

  private final FlowTable table = new FlowTable(1 << 10, () -> 0, LIMIT_HITS);

  boolean add(int flow, long handle) {
    return table.add(key(flow), handle);
  }

  void remove(int flow, long handle) {
    if (!table.remove(key(flow), handle)) {
      throw new IllegalStateException("flow " + flow + " is not there");
    }
  }

  boolean removeIfThere(int flow, long handle) {
    return table.remove(key(flow), handle);
  }

  boolean handOver(int flow, long from, long to) {
    return table.handOver(key(flow), from, to);
  }

  long find(int flow) {
    return table.find(key(flow));
  }

  int size() {
    return table.size();
  }

  private static FlowKey key(int flow) {
    FlowKey key = new FlowKey();
    key.local(0, IpAddress.IP4_MAPPED | 1, 80);
    key.remote(0, IpAddress.IP4_MAPPED | (flow + 2L), 1024);
    key.scope(1, 0);
    return key;
  }
}
