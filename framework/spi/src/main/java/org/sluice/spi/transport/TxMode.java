package org.sluice.spi.transport;

/** How payload leaves a session's tx FIFO. */
public enum TxMode {
  /** Payload stays in the FIFO until the transport drops it (when the peer acknowledged it). */
  PEEK,
  /** Payload leaves the FIFO when it is put into a packet. */
  DEQUEUE,
  /** The transport reads the FIFO itself, in {@link TransportVft#customTx}. */
  INTERNAL,
  /** The FIFO holds messages with their addresses; one message becomes one packet. */
  DATAGRAM
}
