package org.sluice.core.network;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.core.lookup.PrefixTrie;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpPrefix;

/** The tables while they change. A table is made for its first user and freed after its last one. Worker 0. */
final class TableRegistry {
  private final NetworkState state;
  private final NetworkLimits limits;
  private final NetworkCounters counters;
  private final Map<Integer, Table> tables4 = new HashMap<>();
  private final Map<Integer, Table> tables6 = new HashMap<>();
  private int operatorRoutes;

  TableRegistry(NetworkState state, NetworkLimits limits, NetworkCounters counters) {
    this.state = state;
    this.limits = limits;
    this.counters = counters;
  }

  private static final class Table {
    final int id;
    final boolean ip4;
    final Set<String> users = new LinkedHashSet<>();

    /** Routes that another one to the same prefix keeps from being used, the next best first. */
    final Map<IpPrefix, List<Route>> waiting = new HashMap<>();

    PrefixTrie<Route> routes = PrefixTrie.empty();
    int interfaces;
    int operatorRoutes;

    Table(int id, boolean ip4) {
      this.id = id;
      this.ip4 = ip4;
    }

    RouteTable view() {
      return new RouteTable(id, ip4, routes, interfaces, List.copyOf(users));
    }
  }

  boolean exists(boolean ip4, int id) {
    return tables(ip4).containsKey(id);
  }

  /** Throws when so many more tables would be too many. */
  void requireRoom(int more) {
    if (tables4.size() + tables6.size() + more > limits.maxTables()) {
      counters.tables().increment(0);
      throw new SessionException(
          SessionError.LIMIT, "another table, of which " + limits.maxTables() + " are allowed");
    }
  }

  /** Adds a user, and makes the table if there is none; false when it was a user already. */
  boolean join(boolean ip4, int id, String user) {
    Table table = tables(ip4).get(id);
    if (table == null) {
      requireRoom(1);
      table = new Table(id, ip4);
      tables(ip4).put(id, table);
    }
    boolean joined = table.users.add(user);
    state.publish(table.view());
    return joined;
  }

  /** Takes a user away, and frees the table after its last one; false when it was none. */
  boolean leave(boolean ip4, int id, String user) {
    Table table = tables(ip4).get(id);
    if (table == null || !table.users.remove(user)) {
      return false;
    }
    if (table.users.isEmpty()) {
      operatorRoutes -= table.operatorRoutes;
      tables(ip4).remove(id);
      state.retract(table.view());
    } else {
      state.publish(table.view());
    }
    return true;
  }

  void interfaceCame(boolean ip4, int id, String user) {
    join(ip4, id, user);
    Table table = present(ip4, id);
    table.interfaces++;
    state.publish(table.view());
  }

  void interfaceLeft(boolean ip4, int id, String user) {
    present(ip4, id).interfaces--;
    leave(ip4, id, user);
  }

  // ---- Routes.

  /** Adds a route of the operator's. */
  void add(int id, Route route) {
    Table table = known(route.prefix().isIp4(), id);
    if (find(table, route.prefix(), Route.Origin.OPERATOR) != null) {
      throw new SessionException(SessionError.CONFLICT, "a second route to " + route.prefix() + " in table " + id);
    }
    if (operatorRoutes >= limits.maxRoutes()) {
      counters.routes().increment(0);
      throw new SessionException(SessionError.LIMIT,
          "route to " + route.prefix() + ", of which " + limits.maxRoutes() + " are allowed");
    }
    operatorRoutes++;
    table.operatorRoutes++;
    put(table, route);
    state.publish(table.view());
  }

  /** Removes the operator's route to a prefix. */
  void remove(int id, IpPrefix prefix) {
    Table table = known(prefix.isIp4(), id);
    Route route = find(table, prefix, Route.Origin.OPERATOR);
    if (route == null) {
      throw new SessionException(SessionError.NOROUTE, "no route of yours to " + prefix + " in table " + id);
    }
    removeOperators(table, route);
    state.publish(table.view());
  }

  /** The routes that come with an address. */
  void addressCame(int id, IpPrefix address, int interfaceIndex) {
    Table table = present(address.isIp4(), id);
    put(table, Route.address(address.address(), interfaceIndex));
    if (!address.equals(IpPrefix.host(address.address()))) {
      put(table, Route.connected(address, interfaceIndex));
    }
    state.publish(table.view());
  }

  void addressLeft(int id, IpPrefix address, int interfaceIndex) {
    Table table = present(address.isIp4(), id);
    cut(table, Route.address(address.address(), interfaceIndex));
    if (!address.equals(IpPrefix.host(address.address()))) {
      cut(table, Route.connected(address, interfaceIndex));
    }
    state.publish(table.view());
  }

  /** Adds a route that a router told of. */
  void learn(int id, Route route) {
    Table table = present(route.prefix().isIp4(), id);
    put(table, route);
    state.publish(table.view());
  }

  /** Removes a route that a router told of; nothing happens when it is gone already. */
  void forget(int id, Route route) {
    Table table = tables(route.prefix().isIp4()).get(id);
    if (table != null) {
      cut(table, route);
      state.publish(table.view());
    }
  }

  /** Moves what routers told of to another table, where their interface goes. */
  void moveLearned(boolean ip4, int from, int to, int interfaceIndex) {
    Table table = present(ip4, from);
    List<Route> moving = new ArrayList<>();
    table.routes.forEach((prefix, route) -> moving.add(route));
    table.waiting.values().forEach(moving::addAll);
    moving.removeIf(route -> route.origin() != Route.Origin.ROUTER || route.interfaceIndex() != interfaceIndex);
    moving.forEach(route -> {
      forget(from, route);
      learn(to, route);
    });
  }

  /** Removes the routes of operator and routers that leave by an interface, from all tables. */
  void interfaceGone(int interfaceIndex) {
    for (Map<Integer, Table> tables : List.of(tables4, tables6)) {
      for (Table table : tables.values()) {
        List<Route> gone = new ArrayList<>();
        table.routes.forEach((prefix, route) -> gone.add(route));
        table.waiting.values().forEach(gone::addAll);
        gone.removeIf(route -> route.interfaceIndex() != interfaceIndex
            || route.origin() != Route.Origin.OPERATOR && route.origin() != Route.Origin.ROUTER);
        gone.forEach(route -> {
          if (route.origin() == Route.Origin.OPERATOR) {
            removeOperators(table, route);
          } else {
            cut(table, route);
          }
        });
        if (!gone.isEmpty()) {
          state.publish(table.view());
        }
      }
    }
  }

  private void removeOperators(Table table, Route route) {
    operatorRoutes--;
    table.operatorRoutes--;
    cut(table, route);
  }

  private static void put(Table table, Route route) {
    Route used = table.routes.get(route.prefix());
    if (used == null) {
      table.routes = table.routes.with(route.prefix(), route);
      return;
    }
    boolean better = route.origin().compareTo(used.origin()) < 0;
    List<Route> waiting = table.waiting.computeIfAbsent(route.prefix(), prefix -> new ArrayList<>());
    waiting.add(better ? 0 : waiting.size(), better ? used : route);
    waiting.sort(Comparator.comparing(Route::origin));
    if (better) {
      table.routes = table.routes.with(route.prefix(), route);
    }
  }

  private static void cut(Table table, Route route) {
    List<Route> waiting = table.waiting.getOrDefault(route.prefix(), List.of());
    if (!route.equals(table.routes.get(route.prefix()))) {
      waiting.remove(route);
    } else if (waiting.isEmpty()) {
      table.routes = table.routes.without(route.prefix());
    } else {
      table.routes = table.routes.with(route.prefix(), waiting.removeFirst());
    }
    if (waiting.isEmpty()) {
      table.waiting.remove(route.prefix());
    }
  }

  private static @Nullable Route find(Table table, IpPrefix prefix, Route.Origin origin) {
    Route used = table.routes.get(prefix);
    if (used != null && used.origin() == origin) {
      return used;
    }
    for (Route route : table.waiting.getOrDefault(prefix.mask(), List.of())) {
      if (route.origin() == origin) {
        return route;
      }
    }
    return null;
  }

  private Table known(boolean ip4, int id) {
    Table table = tables(ip4).get(id);
    if (table == null) {
      throw new SessionException(SessionError.INVALID,
          "there is no " + (ip4 ? "IPv4" : "IPv6") + " table " + id + "; 'table add' makes one");
    }
    return table;
  }

  private Table present(boolean ip4, int id) {
    Table table = tables(ip4).get(id);
    assert table != null : "table " + id + " went while it was used";
    return known(ip4, id);
  }

  private Map<Integer, Table> tables(boolean ip4) {
    return ip4 ? tables4 : tables6;
  }
}
