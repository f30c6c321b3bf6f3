package org.sluice.core.trace;

import org.sluice.spi.header.EthernetHeader;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;

/** What the flags of a packet say to a trace. */
final class PacketBytes {
  private PacketBytes() {}

  /** The Ethernet type of a packet without link header. */
  static int type(PacketBatch batch, int i) {
    return (batch.flags(i) & PacketFlags.IP4) != 0 ? EthernetHeader.TYPE_IP4 : EthernetHeader.TYPE_IP6;
  }

  /** In the bits of a record. */
  static int what(int flags) {
    return bit(flags, PacketFlags.RX_CHECKSUM_GOOD, TraceRecords.CHECKSUM_GOOD)
        | bit(flags, PacketFlags.RX_CHECKSUM_PARTIAL, TraceRecords.CHECKSUM_LEFT)
        | bit(flags, PacketFlags.TX_CHECKSUM_REQUEST, TraceRecords.CHECKSUM_ASKED)
        | bit(flags, PacketFlags.TX_SEGMENT_REQUEST, TraceRecords.CUT_ASKED);
  }

  private static int bit(int flags, int here, int there) {
    return (flags & here) == 0 ? 0 : there;
  }
}
