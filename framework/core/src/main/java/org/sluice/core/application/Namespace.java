package org.sluice.core.application;

import org.sluice.spi.network.IpAddress;

/**
 * A namespace: who may attach to it, and in which tables its endpoints live. Without a network layer its own addresses
 * are the unspecified and the loopback ones.
 *
 * @param id its name
 * @param secret needed to attach; 0 for none
 * @param index its number, which names its local table
 * @param table the table set its global endpoints live in
 */
record Namespace(String id, long secret, int index, int table) {

  /** Whether an address can be listened on here. */
  boolean owns(long high, long low) {
    return IpAddress.isAny(high, low) || IpAddress.isLoopback(high, low);
  }
}
