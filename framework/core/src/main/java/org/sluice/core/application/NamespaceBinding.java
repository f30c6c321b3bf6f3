package org.sluice.core.application;

import org.jspecify.annotations.Nullable;

/**
 * Where the endpoints of a namespace live.
 *
 * @param interfaceName the interface whose tables they are in; null for none, then the tables are named
 * @param table4 the table of IPv4 endpoints, or {@link #ABSENT}; without meaning where there is an interface
 * @param table6 the table of IPv6 endpoints, or {@link #ABSENT}; without meaning where there is an interface
 */
public record NamespaceBinding(@Nullable String interfaceName, int table4, int table6) {
  /**
   * In the place of a table: the namespace has no endpoints of that family but local ones. Keys of listeners and rules
   * have small negative numbers for namespaces, so it is none of those.
   */
  public static final int ABSENT = Integer.MIN_VALUE;

  /**
   * In the tables of an interface, also after it moves to others.
   *
   * @param name its name
   * @return the binding
   */
  public static NamespaceBinding toInterface(String name) {
    return new NamespaceBinding(name, ABSENT, ABSENT);
  }

  /**
   * In tables.
   *
   * @param table4 the table of IPv4 endpoints, or {@link #ABSENT}
   * @param table6 the table of IPv6 endpoints, or {@link #ABSENT}
   * @return the binding
   */
  public static NamespaceBinding toTables(int table4, int table6) {
    return new NamespaceBinding(null, table4, table6);
  }
}
