package org.sluice.core.ip;

import org.sluice.spi.network.IcmpError;

/** Knows which packets a transport has sent and still waits to hear of. */
@FunctionalInterface
public interface QuotedPackets {

  /**
   * Whether the packet that an error quotes is one that was sent from here: addresses and ports belong to a session,
   * and a sequence number, where the transport has one, is in flight. Called on the worker that received the error;
   * must not block.
   *
   * @param error the error
   * @return false for what somebody off the path may have made up
   */
  boolean isOurs(IcmpError error);
}
