package org.sluice.spi.network;

import org.sluice.spi.nic.PacketBatch;

/** Receives the packets of one IP protocol number. Called on the worker that received them; must not block. */
public interface ProtocolInput {

  /**
   * A burst of validated IP packets of one family and table, in order of arrival. The data of each begins at the IP
   * header and ends with the packet, link-layer padding cut off; the header offsets are set, and {@link
   * org.sluice.spi.nic.PacketFlags#IP4} tells the family. The IP header is intact. The transport's own checksum is
   * the transport's to verify, unless {@link org.sluice.spi.nic.PacketFlags#RX_CHECKSUM_GOOD} or {@link
   * org.sluice.spi.nic.PacketFlags#RX_CHECKSUM_PARTIAL} says that it need not. The transport owns the frames until
   * it releases each to its pool; it reads them in place. A malformed packet is counted and dropped, never thrown.
   * What is thrown all the same is counted against the plugin; the frames stay the transport's, because nobody else
   * knows which of them it has released.
   *
   * @param batch the packets; cleared by the caller afterwards
   * @param table the table set of the receiving interface
   * @param interfaceIndex the receiving interface
   */
  void onPackets(PacketBatch batch, int table, int interfaceIndex);

  /**
   * An ICMP error about a packet this transport sent (RFC 1122 section 3.2.2, RFC 4443 section 3), or the host's own
   * finding that a neighbour does not answer. Called on any worker, not only that of the connection. The transport must
   * check that the quoted header matches a connection and, where it has one, a sequence number in flight. One of the
   * kind {@link IcmpError.Kind#PACKET_TOO_BIG} that passes this it gives to {@link Network#learnPathMtu}, on the worker
   * of the connection if it likes; nothing is learned otherwise.
   *
   * @param error what happened
   */
  default void onIcmpError(IcmpError error) {}

  /**
   * The path MTU towards a destination changed: it was learned, or what was learned is too old. Called on each worker;
   * {@link Path#mtuBytes} says the same from then on.
   *
   * @param remote the destination
   * @param table the table set
   * @param mtuBytes the largest IP packet that now fits
   */
  default void onPathMtu(IpAddress remote, int table, int mtuBytes) {}
}
