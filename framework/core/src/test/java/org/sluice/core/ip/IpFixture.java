package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.Wire;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.Counters;

/** One worker whose time the test sets, its counters, and packets. */
final class IpFixture implements Clock {
  static final long SECOND_NS = 1_000_000_000L;
  static final long HOST_4 = 0x0a000001;
  static final long PEER_4 = 0x0a000002;
  static final long NET_6 = 0x20010db8L << 32;

  private final AtomicLong nowNs = new AtomicLong();
  private final CounterRegistry registry = new CounterRegistry(1);
  final WorkerSet workers = WorkerSet.builder().clock(this).counters(registry).build();
  final StackWorker worker = workers.worker(0);

  @Override
  public long nanoTime() {
    return nowNs.get();
  }

  @Override
  public long epochMicros() {
    return nowNs.get() / 1_000;
  }

  Counters counters() {
    return registry.scope(WorkerSet.OWN_SCOPE);
  }

  long count(String name) {
    return counters().counter(name, "").value();
  }

  /** Lets time pass and the worker run its timers. */
  void pass(long ns) {
    nowNs.addAndGet(ns);
    worker.turn();
  }

  /** Runs on the worker. */
  <T> T on(java.util.function.Supplier<T> work) {
    boolean entered = worker.enter();
    try {
      return work.get();
    } finally {
      if (entered) {
        worker.exit();
      }
    }
  }

  static MemorySegment ip4(int protocol, int id, int fragment, byte[] payload) {
    MemorySegment m = MemorySegment.ofArray(new byte[Ip4Header.MIN_LENGTH + payload.length]);
    Ip4Header.write(m, 0, (int) m.byteSize(), 0, 64, protocol);
    Ip4Header.addresses(m, 0, PEER_4, HOST_4);
    Ip4Header.fragment(m, 0, id, fragment);
    Ip4Header.fillChecksum(m, 0);
    MemorySegment.copy(payload, 0, m, java.lang.foreign.ValueLayout.JAVA_BYTE, Ip4Header.MIN_LENGTH, payload.length);
    return m;
  }

  /** A packet from 2001:db8::2 to 2001:db8::1. */
  static MemorySegment ip6(int nextHeader, byte[] payload) {
    MemorySegment m = MemorySegment.ofArray(new byte[Ip6Header.LENGTH + payload.length]);
    Ip6Header.write(m, 0, 0, payload.length, nextHeader, 64);
    Ip6Header.source(m, 0, NET_6, 2);
    Ip6Header.destination(m, 0, NET_6, 1);
    MemorySegment.copy(payload, 0, m, java.lang.foreign.ValueLayout.JAVA_BYTE, Ip6Header.LENGTH, payload.length);
    return m;
  }

  /** A fragment of such a packet. */
  static MemorySegment fragment6(int nextHeader, int id, int position, boolean more, byte[] part) {
    byte[] payload = new byte[8 + part.length];
    MemorySegment header = MemorySegment.ofArray(payload);
    Wire.put8(header, 0, nextHeader);
    Wire.put16(header, 2, position | (more ? 1 : 0));
    Wire.put16(header, 4, id >>> 16);
    Wire.put16(header, 6, id);
    System.arraycopy(part, 0, payload, 8, part.length);
    return ip6(44, payload);
  }
}
