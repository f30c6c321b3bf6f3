package org.sluice.core.network;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;

/**
 * The way to the addresses of a prefix.
 *
 * @param prefix where to, without bits behind its length
 * @param kind what becomes of a packet
 * @param origin who made it; of routes to the same prefix the earlier origin wins
 * @param interfaceIndex the interface to leave by, or that owns the address; {@link #NO_INTERFACE} where there is none
 * @param nextHop the router; null when the destination is on the link
 */
public record Route(IpPrefix prefix, Kind kind, Origin origin, int interfaceIndex, @Nullable IpAddress nextHop) {
  /** Of a route that leads to no interface. */
  public static final int NO_INTERFACE = -1;

  /** What becomes of a packet. */
  public enum Kind {
    /** It leaves by the interface, to the next hop or the destination itself. */
    FORWARD,
    /** The destination is an address of this host. */
    LOCAL,
    /** Nobody gets it. */
    DROP
  }

  /** Who made a route. */
  public enum Origin {
    /** It came with the address of an interface, and is that address. */
    ADDRESS,
    /** The operator added it. */
    OPERATOR,
    /** It came with the address of an interface, and is the link that the address is on. */
    CONNECTED,
    /** A router of the link told of it. */
    ROUTER
  }

  /**
   * A route of the operator's to a router or a link.
   *
   * @param prefix where to; bits behind its length do not count
   * @param interfaceIndex the interface to leave by; it may be of another table
   * @param nextHop the router; null when the destinations are on the link
   * @return the route
   */
  public static Route forward(IpPrefix prefix, int interfaceIndex, @Nullable IpAddress nextHop) {
    return new Route(prefix.mask(), Kind.FORWARD, Origin.OPERATOR, interfaceIndex, nextHop);
  }

  /**
   * A route of the operator's that makes every address of a prefix one of this host.
   *
   * @param prefix which; bits behind its length do not count
   * @return the route
   */
  public static Route local(IpPrefix prefix) {
    return new Route(prefix.mask(), Kind.LOCAL, Origin.OPERATOR, NO_INTERFACE, null);
  }

  /**
   * A route of the operator's to nowhere.
   *
   * @param prefix which; bits behind its length do not count
   * @return the route
   */
  public static Route drop(IpPrefix prefix) {
    return new Route(prefix.mask(), Kind.DROP, Origin.OPERATOR, NO_INTERFACE, null);
  }

  /**
   * A route that a router told of.
   *
   * @param prefix where to; bits behind its length do not count
   * @param interfaceIndex the interface of the router's link
   * @param nextHop the router; null when the destinations are on the link
   * @return the route
   */
  public static Route learned(IpPrefix prefix, int interfaceIndex, @Nullable IpAddress nextHop) {
    return new Route(prefix.mask(), Kind.FORWARD, Origin.ROUTER, interfaceIndex, nextHop);
  }

  static Route address(IpAddress address, int interfaceIndex) {
    return new Route(IpPrefix.host(address), Kind.LOCAL, Origin.ADDRESS, interfaceIndex, null);
  }

  static Route connected(IpPrefix address, int interfaceIndex) {
    return new Route(address.mask(), Kind.FORWARD, Origin.CONNECTED, interfaceIndex, null);
  }
}
