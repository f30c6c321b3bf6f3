package org.sluice.spi.nic;

/** The flag bits of one packet descriptor of a {@link PacketBatch}. */
public final class PacketFlags {
  /** The frame goes on in the next descriptor of the batch (multi-buffer). */
  public static final int CONTINUED = 1;
  /** Received: the card verified the L4 checksum. */
  public static final int RX_CHECKSUM_GOOD = 1 << 1;
  /**
   * Received: the checksum field holds the pseudo-header sum only, because the sender left the rest to its card. The
   * bytes never crossed a wire. The descriptor's checksum start and offset say what is to be summed, and where the
   * field stands; both are 0 when the card does not know.
   */
  public static final int RX_CHECKSUM_PARTIAL = 1 << 2;
  /** To send: the card is to finish the L4 checksum from the checksum start and offset of the descriptor. */
  public static final int TX_CHECKSUM_REQUEST = 1 << 3;
  /** To send: the card or link is to cut the payload into segments of the descriptor's segment size. */
  public static final int TX_SEGMENT_REQUEST = 1 << 4;
  /** The frame carries an IPv4 packet; otherwise IPv6 when {@link #L3_KNOWN} is set. */
  public static final int IP4 = 1 << 5;
  /** The L3 and L4 offsets of the descriptor are valid. */
  public static final int L3_KNOWN = 1 << 6;
  /** The payload was received as several in-order segments and is handed over as one unit. */
  public static final int RX_COALESCED = 1 << 7;
  /** To send: the IP header is to bear ECT(0), because the transport answers to marks (RFC 3168 section 5). */
  public static final int TX_ECN_CAPABLE = 1 << 8;
  /**
   * Which record of its worker's trace the packet has; 0 for none. Means nothing on another worker: who hands a packet
   * over clears these bits. See {@link org.sluice.spi.network.PacketTrace}.
   */
  public static final int TRACE = 0x7fff_0000;

  private PacketFlags() {}
}
