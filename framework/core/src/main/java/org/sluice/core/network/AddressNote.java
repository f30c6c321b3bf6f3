package org.sluice.core.network;

import org.sluice.spi.network.IpPrefix;

/**
 * What is special about an address of an interface.
 *
 * @param address the address with the length of its link
 * @param state what it is
 */
public record AddressNote(IpPrefix address, State state) {

  /** Why an address is not used like others. */
  public enum State {
    /** The link is being asked whether somebody has it; it is not used yet. */
    TENTATIVE,
    /** Another station of the link has it; it is not used. */
    DUPLICATE,
    /** Its life ends: it is used where it is used already, and not chosen any more. */
    DEPRECATED
  }

  /** Whether the interface has it only in name. */
  boolean isUnused() {
    return state != State.DEPRECATED;
  }
}
