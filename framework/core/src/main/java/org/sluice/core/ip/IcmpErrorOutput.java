package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import org.sluice.core.network.Scopes;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.Wire;
import org.sluice.spi.memory.NativeMemory;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.transport.Endpoint;

/** Tells senders what is wrong with their packets, from the address that these went to. Owned by one worker. */
final class IcmpErrorOutput {
  private final IpCounters counters;
  private final int worker;
  private final PathTable paths;
  private final IcmpErrors errors;
  private final MemorySegment written = NativeMemory.allocate(IcmpErrors.MAX_MESSAGE_BYTES);
  private final PacketBatch message = new PacketBatch(1);

  IcmpErrorOutput(IpCounters counters, int worker, PathTable paths, IcmpErrors errors) {
    this.counters = counters;
    this.worker = worker;
    this.paths = paths;
    this.errors = errors;
  }

  /**
   * Sends an error about a packet that came in for one of our addresses, if there may be one.
   *
   * @param detail see {@link IcmpProblem}
   * @param available bytes of the packet that are there
   */
  void send(IcmpProblem problem, int detail, Port port, MemorySegment m, long packet, int available) {
    boolean ip4 = Wire.u8(m, packet) >>> 4 == 4;
    long fromHigh = ip4 ? 0 : Ip6Header.destinationHigh(m, packet);
    long fromLow = ip4 ? IpAddress.IP4_MAPPED | Ip4Header.destination(m, packet) : Ip6Header.destinationLow(m, packet);
    int length = errors.write(problem, detail, m, packet, available, false, fromHigh, fromLow, written, 0);
    if (length == 0) {
      return;
    }
    long toHigh = ip4 ? 0 : Ip6Header.sourceHigh(m, packet);
    long toLow = ip4 ? IpAddress.IP4_MAPPED | Ip4Header.source(m, packet) : Ip6Header.sourceLow(m, packet);
    int link = Scopes.isLinkLocal(toHigh, toLow) || port.loop ? port.index : Endpoint.ANY_INTERFACE;
    StackPath path = paths.acquire(toHigh, toLow, fromHigh, fromLow, port.table(ip4), link, 0,
        ip4 ? IcmpHeader.PROTOCOL_4 : IcmpHeader.PROTOCOL_6);
    if (path == null || !send(path, length)) {
      counters.count(Drop.ICMP_ERROR_UNSENT, worker);
    }
    if (path != null) {
      path.release();
    }
  }

  private boolean send(StackPath path, int length) {
    if (length > path.mtuBytes() || path.allocate(message, 1) == 0) {
      return false;
    }
    MemorySegment.copy(written, 0, message.pool(0).memory(), message.offset(0), length);
    message.bounds(0, message.offset(0), length);
    return path.send(message) == 1;
  }
}
