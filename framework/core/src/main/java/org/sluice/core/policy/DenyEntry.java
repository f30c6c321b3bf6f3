package org.sluice.core.policy;

import org.sluice.spi.network.IpPrefix;

/**
 * An entry of the deny list: whatever comes from a prefix, of any protocol and to any address.
 *
 * @param source the prefix; bits behind its length do not count
 * @param action what becomes of it: usually {@link RuleAction.Verdict#DROP}, or ALLOW as a hole in a wider entry
 * @param tag the name it can be deleted by, unique in its table; empty for none
 */
public record DenyEntry(IpPrefix source, RuleAction action, String tag) {
  /** Drops the bits of the address that do not count. */
  public DenyEntry {
    source = source.mask();
  }
}
