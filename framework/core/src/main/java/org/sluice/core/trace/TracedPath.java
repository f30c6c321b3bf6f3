package org.sluice.core.trace;

import org.sluice.spi.nic.PacketBatch;

/** A path as a trace looks at it. Called on the worker. */
public interface TracedPath {

  /**
   * The interface it leaves by.
   *
   * @return its index
   */
  int interfaceIndex();

  /**
   * Half of the destination's address.
   *
   * @return see {@link org.sluice.spi.network.IpAddress}
   */
  long remoteHigh();

  /**
   * The other half.
   *
   * @return see {@link org.sluice.spi.network.IpAddress}
   */
  long remoteLow();

  /**
   * The most that a packet bears behind its IP header.
   *
   * @return bytes
   */
  int mtuBytes();

  /**
   * Whether a filter takes a packet that has no IP header yet.
   *
   * @param filter the filter
   * @param batch packets
   * @param i index
   * @return whether it does
   */
  boolean isWanted(TraceFilter filter, PacketBatch batch, int i);
}
