package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.header.ArpHeader;
import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.nic.PacketBatch;

/** Writes ARP packets (RFC 826) and sends them at once. */
final class ArpMessages {
  private final PacketBatch frame = new PacketBatch(1);

  /** Asks all stations, or one that had the address; false when there is no frame. */
  boolean request(Port port, long sender, long target, long receiver) {
    return send(port, ArpHeader.REQUEST, receiver, sender, 0, target);
  }

  /** Answers a request. */
  boolean reply(Port port, long own, long askerHardware, long asker) {
    return send(port, ArpHeader.REPLY, askerHardware, own, askerHardware, asker);
  }

  private boolean send(Port port, int operation, long receiver, long sender, long targetHardware, long target) {
    if (!port.allocate(frame)) {
      return false;
    }
    MemorySegment m = frame.pool(0).memory();
    long at = frame.offset(0);
    long arp = at + EthernetHeader.LENGTH;
    EthernetHeader.write(m, at, receiver, port.mac, EthernetHeader.TYPE_ARP);
    ArpHeader.write(m, arp, operation);
    ArpHeader.sender(m, arp, port.mac, sender);
    ArpHeader.target(m, arp, targetHardware, target);
    frame.bounds(0, at, EthernetHeader.LENGTH + ArpHeader.LENGTH);
    return port.transmit(frame) == 1;
  }
}
