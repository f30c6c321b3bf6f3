package org.sluice.core.ip;

import org.jspecify.annotations.Nullable;
import org.sluice.core.trace.WorkerTrace;
import org.sluice.spi.nic.PacketBatch;

/**
 * The packets of one receive burst by protocol and family, in order of arrival, on their way to the protocols. Owned by
 * one worker; a batch is made with the first packet of a protocol that somebody serves.
 */
final class Bursts {
  private final Protocols protocols;
  private final IpCounters counters;
  private final int worker;
  private final int capacity;
  private final WorkerTrace trace;
  private final @Nullable PacketBatch[] batches = new @Nullable PacketBatch[2 * Protocols.COUNT];
  private final int[] touched = new int[2 * Protocols.COUNT];
  private int count;

  Bursts(Protocols protocols, IpCounters counters, int worker, int capacity, WorkerTrace trace) {
    this.trace = trace;
    this.protocols = protocols;
    this.counters = counters;
    this.worker = worker;
    this.capacity = capacity;
  }

  /** Takes a packet over; false, and it stays the caller's, when nobody serves its protocol. */
  boolean add(int protocol, boolean ip4, PacketBatch from, int i) {
    int key = ip4 ? protocol : Protocols.COUNT + protocol;
    PacketBatch batch = batches[key];
    if (batch == null) {
      if (protocols.find(protocol) == null) {
        return false;
      }
      batch = new PacketBatch(capacity);
      batches[key] = batch;
    }
    if (batch.size() == 0) {
      touched[count++] = key;
    }
    batch.add(from, i);
    return true;
  }

  /** Gives all to the protocols. */
  void deliver(Port port) {
    for (int n = 0; n < count; n++) {
      int key = touched[n];
      PacketBatch batch = batches[key];
      if (batch != null) {
        deliver(batch, key % Protocols.COUNT, port.table(key < Protocols.COUNT), port.index);
        batch.clear();
      }
    }
    count = 0;
  }

  private void deliver(PacketBatch batch, int protocol, int table, int interfaceIndex) {
    Protocols.@Nullable Entry entry = protocols.find(protocol);
    if (entry == null) {
      for (int i = 0; i < batch.size(); i++) {
        counters.drop(Drop.IP_UNKNOWN_PROTOCOL, worker, batch, i);
      }
      return;
    }
    counters.delivered.add(worker, batch.size());
    if (trace.isOpen()) {
      trace.given(batch, protocol, table);
    }
    try {
      entry.input().onPackets(batch, table, interfaceIndex);
    } catch (Throwable fault) {
      entry.faults().caught("onPackets", fault);
    }
  }
}
