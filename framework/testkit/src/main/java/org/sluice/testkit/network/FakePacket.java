package org.sluice.testkit.network;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.network.IpAddress;

/** A packet on its way through a {@link FakeNetwork}: addresses, and the bytes from the transport's header on. */
public final class FakePacket implements Comparable<FakePacket> {
  byte[] data = new byte[2048];
  int length;
  long sourceHigh;
  long sourceLow;
  long destinationHigh;
  long destinationLow;
  int protocol;
  int ecn;
  int fromTable;
  int table;
  long dueNs;
  long order;
  @Nullable FakePacket next;

  FakePacket() {}

  void room(int bytes) {
    if (data.length < bytes) {
      data = new byte[bytes];
    }
    length = bytes;
  }

  void fill(IpAddress source, IpAddress destination, byte[] segment, long nowNs) {
    room(segment.length);
    System.arraycopy(segment, 0, data, 0, segment.length);
    sourceHigh = source.high();
    sourceLow = source.low();
    destinationHigh = destination.high();
    destinationLow = destination.low();
    dueNs = nowNs;
  }

  void copy(FakePacket other) {
    room(other.length);
    System.arraycopy(other.data, 0, data, 0, length);
    sourceHigh = other.sourceHigh;
    sourceLow = other.sourceLow;
    destinationHigh = other.destinationHigh;
    destinationLow = other.destinationLow;
    protocol = other.protocol;
    ecn = other.ecn;
    fromTable = other.fromTable;
    table = other.table;
  }

  boolean isIp4() {
    return IpAddress.isIp4(destinationHigh, destinationLow);
  }

  /**
   * The table set it was sent from.
   *
   * @return the table set
   */
  public int fromTable() {
    return fromTable;
  }

  /**
   * The bytes from the transport's header on. Allocates a view.
   *
   * @return the bytes, of this packet alone
   */
  public MemorySegment bytes() {
    return MemorySegment.ofArray(data).asSlice(0, length);
  }

  /**
   * Who sent it.
   *
   * @return the address
   */
  public IpAddress source() {
    return new IpAddress(sourceHigh, sourceLow);
  }

  /**
   * Where it goes.
   *
   * @return the address
   */
  public IpAddress destination() {
    return new IpAddress(destinationHigh, destinationLow);
  }

  /**
   * The ECN bits of its IP header (RFC 3168).
   *
   * @return 0 to 3
   */
  public int ecn() {
    return ecn;
  }

  /** What chooses the worker: addresses and the first four bytes, where transports have their ports. */
  int flowHash() {
    long hash = sourceLow * 0x9e3779b97f4a7c15L + destinationLow * 0xc2b2ae3d27d4eb4fL;
    for (int i = 0; i < Math.min(4, length); i++) {
      hash = hash * 31 + data[i];
    }
    hash *= 0x9e3779b97f4a7c15L;
    return (int) (hash >>> 33);
  }

  @Override
  public int compareTo(FakePacket other) {
    int byTime = Long.compare(dueNs, other.dueNs);
    return byTime == 0 ? Long.compare(order, other.order) : byTime;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(order);
  }
}
