package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkSnapshot;
import org.sluice.spi.header.ArpHeader;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.nic.PacketBatch;

/**
 * ARP packets that came in (RFC 826, RFC 5227). A request for an address of the interface is answered, and its sender
 * remembered; what stations tell unasked changes what is known and adds nothing. Owned by one worker.
 */
final class ArpInput {
  private final IpCounters counters;
  private final int worker;
  private final NeighborAccess neighbors;
  private final ArpMessages messages = new ArpMessages();

  ArpInput(IpCounters counters, int worker, NeighborAccess neighbors) {
    this.counters = counters;
    this.worker = worker;
    this.neighbors = neighbors;
  }

  /** Takes a frame over whose data begins at the ARP header. */
  void accept(Port port, NetworkSnapshot now, PacketBatch batch, int i) {
    MemorySegment m = batch.pool(i).memory();
    long at = batch.offset(i);
    int result = ArpHeader.validate(m, at, batch.length(i));
    if (result < 0) {
      counters.drop(Layer.ARP, result, worker, batch, i);
      return;
    }
    long sender = ArpHeader.senderProtocol(m, at);
    long hardware = ArpHeader.senderHardware(m, at);
    NetInterface about = port.about();
    if (!port.loop && hardware == port.mac) {
      counters.drop(Drop.ARP_OWN, worker, batch, i);
      return;
    }
    if (!port.loop && isAboutTentative(about, m, at)) {
      long wanted = sender == 0 ? ArpHeader.targetProtocol(m, at) : sender;
      neighbors.claimed(port, 0, IpAddress.IP4_MAPPED | wanted, hardware);
      counters.arp.increment(worker);
      batch.pool(i).release(at);
      return;
    }
    if (port.loop || hardware == 0 || EthernetHeader.isMulticast(hardware) || !isStation(port, sender)) {
      counters.drop(Drop.ARP_BAD_SENDER, worker, batch, i);
      return;
    }
    if (sender != 0 && port.owns(now, 0, IpAddress.IP4_MAPPED | sender)) {
      if (about.has(0, IpAddress.IP4_MAPPED | sender)) {
        neighbors.claimed(port, 0, IpAddress.IP4_MAPPED | sender, hardware);
      }
      counters.drop(Drop.ARP_CONFLICT, worker, batch, i);
      return;
    }
    long target = ArpHeader.targetProtocol(m, at);
    boolean forUs = about.has(0, IpAddress.IP4_MAPPED | target);
    if (ArpHeader.operation(m, at) == ArpHeader.REQUEST) {
      request(port, sender, hardware, target, forUs);
    } else {
      // An answer is to us, not to all: a gratuitous one is no proof that the station hears us.
      boolean solicited = forUs && ArpHeader.targetHardware(m, at) == port.mac;
      if (sender != 0 && port.neighbors.find(0, IpAddress.IP4_MAPPED | sender) != null) {
        neighbors.advertised(port, 0, IpAddress.IP4_MAPPED | sender, hardware, solicited, true);
      }
    }
    counters.arp.increment(worker);
    batch.pool(i).release(at);
  }

  private void request(Port port, long sender, long hardware, long target, boolean forUs) {
    if (!forUs) {
      if (sender != 0) {
        neighbors.changed(port, 0, IpAddress.IP4_MAPPED | sender, hardware);
      }
      return;
    }
    if (sender != 0) {
      neighbors.heard(port, 0, IpAddress.IP4_MAPPED | sender, hardware);
    }
    if (messages.reply(port, target, hardware, sender)) {
      counters.sent.increment(worker);
    }
  }

  /** Somebody has an address that we ask for, or asks for it too (RFC 5227 section 2.1.1). */
  private static boolean isAboutTentative(NetInterface about, MemorySegment m, long at) {
    long sender = ArpHeader.senderProtocol(m, at);
    long wanted = sender == 0 && ArpHeader.operation(m, at) == ArpHeader.REQUEST
        ? ArpHeader.targetProtocol(m, at) : sender;
    return about.isTentative(0, IpAddress.IP4_MAPPED | wanted);
  }

  /**
   * An address of the link, or none: that is a station which looks whether the target is taken. Also one that something
   * was sent to: a route may lead by a router whose address is within no prefix of the interface.
   */
  private static boolean isStation(Port port, long sender) {
    return sender == 0 || port.about().isOnLink(0, IpAddress.IP4_MAPPED | sender)
        || port.neighbors.find(0, IpAddress.IP4_MAPPED | sender) != null;
  }
}
