package org.sluice.spi.network;

import org.sluice.spi.nic.PacketSink;

/**
 * The way to one destination, held by a connection for as long as it lives. It carries a generation: when a route,
 * neighbour or address changes, {@link #isCurrent} turns false and the holder asks {@link Network#path} again. Sending
 * through an outdated path is harmless: packets are dropped and counted. Used on the connection's worker.
 *
 * <p>As a {@link PacketSink} it takes packets whose data begins at the transport header and prepends IP and link
 * headers.
 */
public interface Path extends PacketSink {

  /**
   * Whether route, neighbour and source address are still those the path was made with.
   *
   * @return false when a new path must be asked for
   */
  boolean isCurrent();

  /**
   * The source address packets will carry.
   *
   * @return the address
   */
  IpAddress localAddress();

  /**
   * The largest unit the egress card can cut into segments itself.
   *
   * @return bytes of transport payload; 0 when it cannot
   */
  int segmentOffloadBytes();

  /**
   * Whether the transport may leave its checksum to the card.
   *
   * @return true when {@link org.sluice.spi.nic.PacketBatch#requestChecksum} is honoured
   */
  boolean checksumOffload();

  /** Gives the path up; idempotent. */
  void release();
}
