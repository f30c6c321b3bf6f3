package org.sluice.benchmarks.lookup;

import java.util.SplittableRandom;
import org.sluice.core.lookup.FlowTable;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.session.FlowKey;

/** A table whose flows are all in one shard, which has grown and is about to halve. */
final class ShrinkingFlows {
  /** With so many a shard has 1024 slots. */
  private static final int MOST = 342;
  /** With so many of 1024 it halves. */
  private static final int SPARSE = 127;
  private static final int REMOVED = 4;
  private static final int STAYING = 0;
  private static final int GOING = 1;
  /** The high bits of a hash choose one of 16 shards. */
  private static final int SHARD_SHIFT = 60;
  private static final Counter LIMIT_HITS = new CounterRegistry(1).scope("stress").counter("limit", "Flows refused.");
  private static final FlowKey[] KEYS = keys();

  private final FlowTable table = newTable();
  private final long going;

  ShrinkingFlows(long staying, long going) {
    this.going = going;
    add(STAYING, staying);
    add(GOING, going);
    for (int flow = GOING + 1; flow < MOST; flow++) {
      add(flow, flow);
    }
    for (int flow = SPARSE + REMOVED; flow < MOST; flow++) {
      remove(flow, flow);
    }
  }

  private static FlowTable newTable() {
    return new FlowTable(MOST, new SplittableRandom(1), LIMIT_HITS);
  }

  private static FlowKey[] keys() {
    FlowTable table = newTable();
    FlowKey[] keys = new FlowKey[MOST];
    int found = 0;
    for (int host = 1; found < MOST; host++) {
      FlowKey key = new FlowKey();
      key.local(0, IpAddress.IP4_MAPPED | 1, 80);
      key.remote(0, IpAddress.IP4_MAPPED | host, 1024);
      key.scope(1, 0);
      if (table.hash(key) >>> SHARD_SHIFT == 0) {
        keys[found++] = key;
      }
    }
    return keys;
  }

  private void add(int flow, long handle) {
    if (!table.add(KEYS[flow], handle)) {
      throw new IllegalStateException("flow " + flow + " is there");
    }
  }

  private void remove(int flow, long handle) {
    if (!table.remove(KEYS[flow], handle)) {
      throw new IllegalStateException("flow " + flow + " is not there");
    }
  }

  /** Takes flows out; with the last, the one that goes, the shard halves. */
  void shrink() {
    for (int flow = SPARSE + REMOVED - 1; flow > SPARSE; flow--) {
      remove(flow, flow);
    }
    remove(GOING, going);
  }

  void handOver(long from, long to) {
    if (!table.handOver(KEYS[STAYING], from, to)) {
      throw new IllegalStateException("not handed over");
    }
  }

  long findStaying() {
    return table.find(KEYS[STAYING]);
  }

  long findGoing() {
    return table.find(KEYS[GOING]);
  }
}
