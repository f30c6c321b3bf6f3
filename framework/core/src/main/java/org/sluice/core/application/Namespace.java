package org.sluice.core.application;

import org.jspecify.annotations.Nullable;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkPlane;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.transport.Endpoint;

/** A namespace: who may attach to it, and in which tables its endpoints live. Worker 0. */
final class Namespace {
  private final String id;
  private final int index;
  private final NetworkPlane network;
  private long secret;
  private Place place;

  /**
   * Where the endpoints live.
   *
   * @param bound the interface whose tables and first addresses they have; null for none
   * @param table4 the table of IPv4, or {@link NamespaceBinding#ABSENT}
   * @param table6 the table of IPv6, or {@link NamespaceBinding#ABSENT}
   * @param anyLocal what a connect wishes of its own side that wishes nothing
   */
  record Place(@Nullable NetInterface bound, int table4, int table6, Endpoint anyLocal) {

    static Place of(NetInterface one) {
      IpAddress any = IpAddress.ANY_IP4;
      return new Place(one, one.table4(), one.table6(),
          new Endpoint(any.high(), any.low(), 0, one.index(), Endpoint.NAMESPACE_TABLE));
    }

    static Place of(int table4, int table6) {
      return new Place(null, table4, table6, Endpoint.ANY_IP4);
    }

    int table(boolean ip4) {
      return ip4 ? table4 : table6;
    }

    /**
     * Where the network is listened on for an endpoint that an application listens on: with an interface, the
     * unspecified address stands for its first one. Null when it has none.
     */
    @Nullable Endpoint listening(Endpoint wanted) {
      if (bound == null || !IpAddress.isAny(wanted.addressHigh(), wanted.addressLow())) {
        return wanted;
      }
      IpAddress first = bound.firstAddress(wanted.isIp4());
      return first == null
          ? null
          : new Endpoint(first.high(), first.low(), wanted.port(), bound.index(), wanted.table());
    }
  }

  /**
   * Makes a namespace.
   *
   * @param id its name
   * @param index its number, which names its local table
   * @param secret needed to attach; 0 for none
   * @param place where its endpoints live
   * @param network whose addresses count
   */
  Namespace(String id, int index, long secret, Place place, NetworkPlane network) {
    this.id = id;
    this.index = index;
    this.secret = secret;
    this.place = place;
    this.network = network;
  }

  String id() {
    return id;
  }

  int index() {
    return index;
  }

  long secret() {
    return secret;
  }

  void secret(long other) {
    secret = other;
  }

  Place place() {
    return place;
  }

  void place(Place other) {
    place = other;
  }

  /** The table of the endpoints of a family, or {@link NamespaceBinding#ABSENT}. */
  int table(boolean ip4) {
    return place.table(ip4);
  }

  /** Whether an endpoint is one of this namespace: it names no table, or the one that the namespace has. */
  boolean admits(Endpoint endpoint) {
    return endpoint.table() == Endpoint.NAMESPACE_TABLE || endpoint.table() == table(endpoint.isIp4());
  }

  /** Whether an address is one of this host here. */
  boolean owns(long high, long low) {
    int table = table(IpAddress.isIp4(high, low));
    return IpAddress.isAny(high, low)
        || IpAddress.isLoopback(high, low)
        || table >= 0 && network.snapshot().owns(table, high, low);
  }

  /** What a connect wishes of its own side: where the namespace has an interface, an address of that one. */
  Endpoint local(Endpoint wished) {
    NetInterface bound = place.bound();
    if (bound == null || wished.interfaceIndex() != Endpoint.ANY_INTERFACE) {
      return wished;
    }
    return wished.equals(Endpoint.ANY_IP4)
        ? place.anyLocal()
        : new Endpoint(wished.addressHigh(), wished.addressLow(), wished.port(), bound.index(), wished.table());
  }
}
