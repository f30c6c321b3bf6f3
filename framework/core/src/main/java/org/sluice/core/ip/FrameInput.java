package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import org.sluice.core.network.NetworkSnapshot;
import org.sluice.core.trace.WorkerTrace;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.runtime.Worker;

/** What comes out of a receive queue: looks at the Ethernet headers and passes each frame on. Owned by one worker. */
final class FrameInput {
  private final IpCounters counters;
  private final int worker;
  private final PacketPieces pieces;
  private final PacketBatch batch;
  private final Bursts bursts;
  private final Ip4Input ip4;
  private final Ip6Input ip6;
  private final ArpInput arp;
  private final WorkerTrace trace;

  FrameInput(IpCounters counters, Worker owner, int capacity, Bursts bursts, Ip4Input ip4, Ip6Input ip6, ArpInput arp,
      WorkerTrace trace) {
    this.counters = counters;
    worker = owner.index();
    pieces = new PacketPieces(owner, counters.joinedFrames);
    batch = new PacketBatch(capacity);
    this.bursts = bursts;
    this.ip4 = ip4;
    this.ip6 = ip6;
    this.arp = arp;
    this.trace = trace;
  }

  /** Takes one burst of a queue; how many frames it was. */
  int receive(Port port, RxQueue queue, NetworkSnapshot now) {
    int received = queue.receive(batch, batch.capacity());
    if (received == 0) {
      return 0;
    }
    counters.received.add(worker, received);
    if (trace.isOpen()) {
      acceptTraced(port, now);
    } else {
      for (int i = 0; i < batch.size(); i++) {
        i = acceptPacket(port, now, i);
      }
    }
    batch.clear();
    bursts.deliver(port);
    return received;
  }

  private void acceptTraced(Port port, NetworkSnapshot now) {
    trace.received(batch, port.index);
    for (int i = 0; i < batch.size(); i++) {
      trace.begin(batch, i);
      i = acceptPacket(port, now, i);
      trace.end();
    }
  }

  /** Takes a packet; returns its last descriptor. */
  private int acceptPacket(Port port, NetworkSnapshot now, int i) {
    if ((batch.flags(i) & PacketFlags.CONTINUED) != 0) {
      return acceptPieces(port, now, i);
    }
    accept(port, now, i);
    return i;
  }

  /** Takes a packet in several frames; returns its last descriptor. */
  private int acceptPieces(Port port, NetworkSnapshot now, int first) {
    int last = PacketPieces.last(batch, first);
    if (pieces.join(batch, first, last)) {
      accept(port, now, first);
    } else {
      for (int i = first; i <= last; i++) {
        counters.drop(Drop.LINK_MULTI_BUFFER, worker, batch, i);
      }
    }
    return last;
  }

  private void accept(Port port, NetworkSnapshot now, int i) {
    MemorySegment m = batch.pool(i).memory();
    long at = batch.offset(i);
    int length = batch.length(i);
    int header = EthernetHeader.validate(m, at, length);
    if (header < 0) {
      counters.drop(Layer.LINK, header, worker, batch, i);
      return;
    }
    long receiver = EthernetHeader.destination(m, at);
    if (receiver != port.mac && !EthernetHeader.isMulticast(receiver)) {
      counters.drop(Drop.LINK_OTHER_STATION, worker, batch, i);
      return;
    }
    int type = EthernetHeader.type(m, at);
    // The link header stays in front of the data, where ARP and neighbour discovery find the sender.
    batch.bounds(i, at + header, length - header);
    switch (type) {
      case EthernetHeader.TYPE_IP4 -> ip4.accept(port, now, batch, i, receiver != port.mac);
      case EthernetHeader.TYPE_IP6 -> ip6.accept(port, now, batch, i, receiver != port.mac);
      case EthernetHeader.TYPE_ARP -> arp.accept(port, now, batch, i);
      default -> counters.drop(Drop.LINK_UNKNOWN_TYPE, worker, batch, i);
    }
  }
}
