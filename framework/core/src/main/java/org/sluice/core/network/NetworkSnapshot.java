package org.sluice.core.network;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.network.IpAddress;

/**
 * The network at one moment. Immutable, read by every worker; the methods that take bare numbers allocate nothing.
 */
public final class NetworkSnapshot {
  static final NetworkSnapshot EMPTY = new NetworkSnapshot(List.of(), List.of(), List.of());

  /** By index, ascending. */
  private final List<NetInterface> interfaces;

  /** By id, ascending. */
  private final List<RouteTable> tables4;

  private final List<RouteTable> tables6;

  private NetworkSnapshot(List<NetInterface> interfaces, List<RouteTable> tables4, List<RouteTable> tables6) {
    this.interfaces = interfaces;
    this.tables4 = tables4;
    this.tables6 = tables6;
  }

  // ---- Reading.

  /**
   * All interfaces.
   *
   * @return them by index
   */
  public List<NetInterface> interfaces() {
    return interfaces;
  }

  /**
   * One interface.
   *
   * @param index its number
   * @return the interface, or null
   */
  public @Nullable NetInterface byIndex(int index) {
    int at = place(interfaces, NetInterface::index, index);
    return at < 0 ? null : interfaces.get(at);
  }

  /**
   * One interface.
   *
   * @param name its name
   * @return the interface, or null
   */
  public @Nullable NetInterface byName(String name) {
    for (NetInterface one : interfaces) {
      if (one.name().equals(name)) {
        return one;
      }
    }
    return null;
  }

  /**
   * All tables of a family.
   *
   * @param ip4 which family
   * @return them by id
   */
  public List<RouteTable> tables(boolean ip4) {
    return ip4 ? tables4 : tables6;
  }

  /**
   * One table.
   *
   * @param ip4 its family
   * @param id its number
   * @return the table, or null
   */
  public @Nullable RouteTable table(boolean ip4, int id) {
    List<RouteTable> tables = tables(ip4);
    int at = place(tables, RouteTable::id, id);
    return at < 0 ? null : tables.get(at);
  }

  /**
   * The route of a destination.
   *
   * @param table the table set
   * @param high first half of the address
   * @param low second half
   * @return the one of the longest prefix, or null
   */
  public @Nullable Route route(int table, long high, long low) {
    RouteTable found = table(IpAddress.isIp4(high, low), table);
    return found == null ? null : found.routes().longest(high, low);
  }

  /**
   * Whether packets to an address are for this host.
   *
   * @param table the table set
   * @param high first half of the address
   * @param low second half
   * @return true for an address of an interface, and for those of a local route
   */
  public boolean owns(int table, long high, long low) {
    Route route = route(table, high, low);
    return route != null && route.kind() == Route.Kind.LOCAL;
  }

  // ---- Changing.

  NetworkSnapshot with(NetInterface changed) {
    List<NetInterface> copy = new ArrayList<>(interfaces);
    put(copy, place(interfaces, NetInterface::index, changed.index()), changed);
    return new NetworkSnapshot(copy, tables4, tables6);
  }

  NetworkSnapshot without(NetInterface gone) {
    List<NetInterface> copy = new ArrayList<>(interfaces);
    copy.removeIf(one -> one.index() == gone.index());
    return new NetworkSnapshot(copy, tables4, tables6);
  }

  NetworkSnapshot with(RouteTable changed) {
    List<RouteTable> copy = new ArrayList<>(tables(changed.ip4()));
    put(copy, place(copy, RouteTable::id, changed.id()), changed);
    return withTables(changed.ip4(), copy);
  }

  NetworkSnapshot without(RouteTable gone) {
    List<RouteTable> copy = new ArrayList<>(tables(gone.ip4()));
    copy.removeIf(one -> one.id() == gone.id());
    return withTables(gone.ip4(), copy);
  }

  private NetworkSnapshot withTables(boolean ip4, List<RouteTable> tables) {
    return new NetworkSnapshot(interfaces, ip4 ? tables : tables4, ip4 ? tables6 : tables);
  }

  /** Puts a value at its place, or, where that is not taken, between its neighbours. */
  private static <T> void put(List<T> list, int at, T value) {
    if (at < 0) {
      list.add(~at, value);
    } else {
      list.set(at, value);
    }
  }

  /** The place of a number in a list that is sorted by it; otherwise the complement of where it would be. */
  private static <T> int place(List<T> sorted, ToIntFunction<T> number, int wanted) {
    int low = 0;
    int high = sorted.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (number.applyAsInt(sorted.get(middle)) < wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < sorted.size() && number.applyAsInt(sorted.get(low)) == wanted ? low : ~low;
  }
}
