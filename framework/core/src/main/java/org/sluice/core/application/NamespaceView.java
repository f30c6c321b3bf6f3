package org.sluice.core.application;

import java.util.List;

/**
 * A namespace as consoles see it. A snapshot taken on worker 0.
 *
 * @param id its name
 * @param index its number
 * @param leaving whether it is being deleted, and goes with the last of its applications
 * @param hasSecret whether one has to be known to attach
 * @param interfaceName the interface it is bound to; empty for none
 * @param table4 the table of its IPv4 endpoints, or {@link NamespaceBinding#ABSENT}
 * @param table6 the table of its IPv6 endpoints, or {@link NamespaceBinding#ABSENT}
 * @param applications the names of those attached to it
 */
public record NamespaceView(
    String id,
    int index,
    boolean leaving,
    boolean hasSecret,
    String interfaceName,
    int table4,
    int table6,
    List<String> applications) {

  /** Copies the list. */
  public NamespaceView {
    applications = List.copyOf(applications);
  }
}
