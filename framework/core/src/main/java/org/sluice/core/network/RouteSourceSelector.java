package org.sluice.core.network;

import org.jspecify.annotations.Nullable;
import org.sluice.core.lookup.SourceAddressSelector;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportConnection;

/**
 * Chooses the own address of an active open by its route: of the addresses of the interface that the route leaves by,
 * the one nearest to the destination (RFC 6724 section 5, rules 1, 2 and 8). Where the route leads into another table,
 * it is an address of the own table, so that the answer comes back there. A connect that names an interface of its own
 * side gets an address of that one, wherever the route leaves. Worker 0.
 */
public final class RouteSourceSelector implements SourceAddressSelector {
  private final NetworkPlane network;

  /**
   * Makes a selector.
   *
   * @param network whose interfaces and routes count
   */
  public RouteSourceSelector(NetworkPlane network) {
    this.network = network;
  }

  @Override
  public int select(EndpointConfig config, TransportConnection connection) {
    NetworkSnapshot now = network.snapshot();
    long high = config.remote().addressHigh();
    long low = config.remote().addressLow();
    boolean ip4 = IpAddress.isIp4(high, low);
    RouteTable table = now.table(ip4, connection.table());
    int error = unreachable(now, table, config);
    if (error != 0 || table == null) {
      return error;
    }
    NetInterface source = now.byIndex(config.local().interfaceIndex());
    if (config.local().interfaceIndex() != Endpoint.ANY_INTERFACE && !isIn(table, source)) {
      return SessionError.NOINTF.code();
    }
    NetInterface egress = egress(now, table, config);
    NetInterface owner = source == null && isIn(table, egress) ? egress : source;
    return owner == null
        ? takeOfTable(now, table, egress, connection, high, low)
        : take(SourceAddress.nearest(owner, high, low, null), egress == null ? owner : egress, connection);
  }

  @Override
  public int check(EndpointConfig config, TransportConnection connection) {
    long high = connection.localHigh();
    long low = connection.localLow();
    if (IpAddress.isLoopback(high, low)) {
      // It must not leave the host (RFC 1122 section 3.2.1.3).
      Endpoint remote = config.remote();
      return IpAddress.isLoopback(remote.addressHigh(), remote.addressLow()) ? 0 : SessionError.ADDR_NOT_IN_USE.code();
    }
    NetworkSnapshot now = network.snapshot();
    int wanted = config.local().interfaceIndex();
    boolean ip4 = IpAddress.isIp4(high, low);
    NetInterface named = now.byIndex(wanted);
    if (wanted != Endpoint.ANY_INTERFACE && (named == null || named.table(ip4) != connection.table())) {
      return SessionError.NOINTF.code();
    }
    return now.owns(connection.table(), high, low) || named != null && named.has(high, low)
        ? unreachable(now, now.table(ip4, connection.table()), config)
        : SessionError.ADDR_NOT_IN_USE.code();
  }

  // ---- The way to the remote side.

  /** Why an active open has no way to where it wants to: NOINTF or NOROUTE; 0 when it has one. */
  private static int unreachable(NetworkSnapshot now, @Nullable RouteTable table, EndpointConfig config) {
    long high = config.remote().addressHigh();
    long low = config.remote().addressLow();
    if (IpAddress.isLoopback(high, low) || table == null || table.interfaces() == 0) {
      return SessionError.NOINTF.code();
    }
    Route route = table.routes().longest(high, low);
    int link = link(config, high, low);
    if (link == Endpoint.ANY_INTERFACE) {
      return route == null || route.kind() == Route.Kind.DROP ? SessionError.NOROUTE.code() : 0;
    }
    NetInterface egress = now.byIndex(link);
    if (egress == null || !isIn(table, egress)) {
      return SessionError.NOINTF.code();
    }
    return egress.isOnLink(high, low) || leadsTo(route, link) ? 0 : SessionError.NOROUTE.code();
  }

  /** The interface that a reachable remote side is left for by; null when its route names none. */
  private static @Nullable NetInterface egress(NetworkSnapshot now, RouteTable table, EndpointConfig config) {
    long high = config.remote().addressHigh();
    long low = config.remote().addressLow();
    int link = link(config, high, low);
    Route route = link == Endpoint.ANY_INTERFACE ? table.routes().longest(high, low) : null;
    return now.byIndex(route == null ? link : route.interfaceIndex());
  }

  private static boolean isIn(RouteTable table, @Nullable NetInterface one) {
    return one != null && one.table(table.ip4()) == table.id();
  }

  /** The link that a destination is on, where it is not the route that tells: either side may name it. */
  private static int link(EndpointConfig config, long high, long low) {
    int named = config.remote().interfaceIndex();
    return named == Endpoint.ANY_INTERFACE && Scopes.isLinkLocal(high, low)
        ? config.local().interfaceIndex()
        : named;
  }

  private static boolean leadsTo(@Nullable Route route, int interfaceIndex) {
    return route != null && route.kind() != Route.Kind.DROP && route.interfaceIndex() == interfaceIndex;
  }

  /** The route is one of the operator's into another table, or makes addresses local that no interface has. */
  private static int takeOfTable(NetworkSnapshot now, RouteTable table, @Nullable NetInterface egress,
      TransportConnection connection, long high, long low) {
    IpPrefix best = null;
    NetInterface owner = null;
    for (int i = 0; i < now.interfaces().size(); i++) {
      NetInterface one = now.interfaces().get(i);
      IpPrefix nearer = one.table(table.ip4()) == table.id() ? SourceAddress.nearest(one, high, low, best) : best;
      if (nearer != best) {
        best = nearer;
        owner = one;
      }
    }
    return take(best, egress == null ? owner : egress, connection);
  }

  private static int take(@Nullable IpPrefix own, @Nullable NetInterface egress, TransportConnection connection) {
    if (own == null || egress == null) {
      return SessionError.NOIP.code();
    }
    connection.local(own.address().high(), own.address().low(), connection.localPort());
    connection.scope(connection.table(), egress.index());
    return 0;
  }
}
