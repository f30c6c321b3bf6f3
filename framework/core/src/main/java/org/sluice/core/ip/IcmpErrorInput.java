package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.core.network.NetworkSnapshot;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.nic.PacketBatch;

/**
 * ICMP errors that came in: the transport whose packet is quoted is told, or the ping. Whether that packet was ever
 * sent is for them to know; here it only has to have come from one of our addresses. Owned by one worker.
 */
final class IcmpErrorInput {
  private final IpCounters counters;
  private final IpWorker worker;
  private final Protocols protocols;
  private final Pings pings;
  private final ReceivedIcmpError error;

  IcmpErrorInput(IpCounters counters, IpWorker worker, Protocols protocols, Pings pings, ReceivedIcmpError error) {
    this.counters = counters;
    this.worker = worker;
    this.protocols = protocols;
    this.pings = pings;
    this.error = error;
  }

  /** Takes a message over whose checksum is right. */
  void accept(Port port, NetworkSnapshot now, PacketBatch batch, int i, boolean ip4) {
    MemorySegment m = batch.pool(i).memory();
    long at = batch.offset(i) + batch.l4Offset(i);
    int length = batch.length(i) - batch.l4Offset(i);
    boolean readable = ip4 ? error.read4(m, at, length) : error.read6(m, at, length);
    if (readable && !port.owns(now, error.localHigh(), error.localLow())) {
      counters.count(Drop.ICMP_ERROR_NOT_OURS, worker.index());
    } else if (readable) {
      tell(port.table(ip4));
    }
    batch.pool(i).release(batch.offset(i));
  }

  private void tell(int table) {
    if (error.protocol() == IcmpHeader.PROTOCOL_4 || error.protocol() == IcmpHeader.PROTOCOL_6) {
      tellPing();
      return;
    }
    Protocols.@Nullable Entry entry = protocols.find(error.protocol());
    if (entry == null) {
      counters.count(Drop.ICMP_ERROR_NOT_OURS, worker.index());
      return;
    }
    IcmpError told = error.toError(table);
    if (told.kind() == IcmpError.Kind.PACKET_TOO_BIG && !worker.isSmallerMtu(told)) {
      return;
    }
    counters.errors.increment(worker.index());
    try {
      entry.input().onIcmpError(told);
    } catch (Throwable fault) {
      entry.faults().caught("onIcmpError", fault);
    }
  }

  private void tellPing() {
    // Of an echo request, identifier and sequence are what the sequence number is of TCP.
    int identifier = error.sequence() >>> Short.SIZE;
    Pings.@Nullable Waiting ping = pings.find(identifier, error.remoteHigh(), error.remoteLow());
    if (ping == null) {
      counters.count(Drop.ICMP_ERROR_NOT_OURS, worker.index());
      return;
    }
    counters.errors.increment(worker.index());
    pings.onError(ping, (short) error.sequence() & 0xffff, error.kind());
  }
}
