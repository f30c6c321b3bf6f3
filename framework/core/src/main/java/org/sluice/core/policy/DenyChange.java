package org.sluice.core.policy;

import org.sluice.spi.network.IpPrefix;

/** One of many changes of a deny list that are made together or not at all. */
public sealed interface DenyChange {

  /**
   * Adds an entry.
   *
   * @param entry the entry
   */
  record Add(DenyEntry entry) implements DenyChange {}

  /**
   * Takes the entry of a prefix out.
   *
   * @param source the prefix
   */
  record Delete(IpPrefix source) implements DenyChange {}

  /**
   * Takes the entry of a tag out. The families have tags of their own.
   *
   * @param ip4 its family
   * @param tag its tag
   */
  record DeleteTag(boolean ip4, String tag) implements DenyChange {}
}
