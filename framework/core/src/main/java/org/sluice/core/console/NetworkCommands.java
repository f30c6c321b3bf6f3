package org.sluice.core.console;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.network.Route;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;

/** The commands that change interfaces, addresses, routes and tables. {@link NetworkShows} are those that show them. */
final class NetworkCommands {
  private static final String TABLE = "table";
  private static final String VIA = "via";
  private static final String LOCAL = "local";
  private static final String DROP = "drop";
  private static final String IP4 = "ip4";
  private static final String IP6 = "ip6";
  private static final String ON = "on";
  private static final String OFF = "off";

  private final NetworkPlane network;
  private final WorkerQueries queries;

  private NetworkCommands(StackParts parts, WorkerQueries queries) {
    network = parts.network();
    this.queries = queries;
  }

  static List<ConsoleCommand> of(StackParts parts, WorkerQueries queries) {
    NetworkCommands area = new NetworkCommands(parts, queries);
    return List.of(
        new Action("interface add", "DRIVER [NAME] [KEY=VALUE ...]",
            "Make an interface of the driver loop or wire or one of a plugin, with the driver's options",
            () -> Stream.of("loop", "wire"), area::addInterface),
        new Action("interface del", "NAME", "Delete an interface, its addresses, and the routes that leave by it",
            area::names, area::deleteInterface),
        new Action("interface table", "NAME TABLE [ip4|ip6]",
            "Move an interface with its addresses to another table, in one family or both",
            area::names, area::moveInterface),
        new Action("interface autoconf", "NAME on|off",
            "Take IPv6 addresses, routes and advice from the routers of an interface's link, or give them back",
            () -> Stream.concat(area.names(), Stream.of(ON, OFF)), area::autoconf),
        new Action("address add", "INTERFACE ADDRESS/LENGTH", "Give an interface an address", area::names,
            area::addAddress),
        new Action("address del", "INTERFACE ADDRESS", "Take an address from an interface", area::names,
            area::deleteAddress),
        new Action("route add", "PREFIX INTERFACE [via ROUTER] | local | drop [table TABLE]",
            "Add a route by an interface, one that makes addresses local, or one that drops",
            () -> Stream.concat(area.names(), Stream.of(LOCAL, DROP, VIA, TABLE)), area::addRoute),
        new Action("route del", "PREFIX [table TABLE]", "Remove a route that was added by command",
            () -> Stream.of(TABLE), area::deleteRoute),
        new Action("table add", "TABLE [ip4|ip6]", "Keep a table, of one family or both, also while nobody uses it",
            () -> Stream.of(IP4, IP6), area::keepTable),
        new Action("table del", "TABLE [ip4|ip6]", "Free a table with its routes, as soon as nobody uses it",
            () -> Stream.of(IP4, IP6), area::dropTable));
  }

  private Stream<String> names() {
    return network.snapshot().interfaces().stream().map(NetInterface::name);
  }

  // ---- Interfaces and addresses.

  private void addInterface(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    String driver = words.next("the name of a driver");
    String name = words.hasNext() && !words.nextIsOption() ? words.next("a name") : null;
    Map<String, String> options = new HashMap<>();
    while (words.nextIsOption()) {
      String[] option = words.next("an option").split("=", 2);
      if (options.put(option[0], option[1]) != null) {
        throw CommandException.usage("'" + option[0] + "' is given twice");
      }
    }
    words.end();
    NetInterface made = queries.await(0, network.addInterface(driver, name, options));
    output.line("interface " + made.name() + " has the number " + made.index());
  }

  private void deleteInterface(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    String name = words.next("the name of an interface");
    words.end();
    queries.finish(0, network.deleteInterface(name));
    output.line("interface " + name + " is gone");
  }

  private void moveInterface(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    String name = words.next("the name of an interface");
    int table = table(words);
    for (boolean ip4 : families(words)) {
      NetInterface moved = queries.await(0, network.setTable(name, ip4, table));
      output.line("interface " + moved.name() + " is in the " + family(ip4) + " table " + table);
    }
  }

  private void autoconf(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    String name = words.next("the name of an interface");
    boolean on = words.take(ON);
    if (!on && !words.take(OFF)) {
      throw CommandException.usage("needs 'on' or 'off'");
    }
    words.end();
    NetInterface changed = queries.await(0, network.setAutoconf(name, on));
    output.line("interface " + changed.name() + (on ? " listens to" : " ignores") + " the routers of its link");
  }

  private void addAddress(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    String name = words.next("the name of an interface");
    IpPrefix address = words.prefix();
    words.end();
    NetInterface changed = queries.await(0, network.beginAddress(name, address));
    output.line(changed.isTentative(address.address().high(), address.address().low())
        ? "interface " + changed.name() + " asks its link for the address " + address
            + "; 'show address' tells the outcome"
        : "interface " + changed.name() + " has the address " + address);
  }

  private void deleteAddress(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    String name = words.next("the name of an interface");
    IpPrefix address = words.prefix();
    words.end();
    NetInterface changed = queries.await(0, network.deleteAddress(name, address.address()));
    output.line("interface " + changed.name() + " has the address " + address.address() + " no more");
  }

  // ---- Routes.

  private void addRoute(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    IpPrefix prefix = words.prefix();
    String where = words.next("an interface, 'local' or 'drop'");
    Route route = switch (where) {
      case LOCAL -> Route.local(prefix);
      case DROP -> Route.drop(prefix);
      default -> Route.forward(prefix, index(where), router(words));
    };
    int table = tableOption(words);
    queries.finish(0, network.addRoute(table, route));
    output.line("table " + table + " has a route to " + route.prefix());
  }

  private int index(String name) throws CommandException {
    NetInterface found = network.snapshot().byName(name);
    if (found == null) {
      throw CommandException.failure("there is no interface '" + name + "'; there are: "
          + String.join(", ", names().toList()));
    }
    return found.index();
  }

  private static @Nullable IpAddress router(Words words) throws CommandException {
    return words.take(VIA) ? words.prefix().address() : null;
  }

  private void deleteRoute(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    IpPrefix prefix = words.prefix();
    int table = tableOption(words);
    queries.finish(0, network.deleteRoute(table, prefix));
    output.line("table " + table + " has no route of yours to " + prefix.mask() + " any more");
  }

  private static int tableOption(Words words) throws CommandException {
    int table = words.take(TABLE) ? table(words) : 0;
    words.end();
    return table;
  }

  // ---- Tables.

  private void keepTable(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    int table = table(words);
    for (boolean ip4 : families(words)) {
      boolean isNew = queries.await(0, network.keepTable(ip4, table));
      output.line(family(ip4) + " table " + table + (isNew ? " is kept" : " is kept already"));
    }
  }

  private void dropTable(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    int table = table(words);
    for (boolean ip4 : families(words)) {
      boolean wasKept = queries.await(0, network.dropTable(ip4, table));
      boolean stays = network.snapshot().table(ip4, table) != null;
      output.line(family(ip4) + " table " + table + (wasKept ? "" : " was not kept by command, and")
          + (stays ? " stays while somebody uses it: see 'show table'" : " is gone"));
    }
  }

  private static int table(Words words) throws CommandException {
    return words.number("the number of a table", 0, NetworkPlane.MAX_TABLE);
  }

  private static List<Boolean> families(Words words) throws CommandException {
    List<Boolean> chosen = words.take(IP4) ? List.of(true) : words.take(IP6) ? List.of(false) : List.of(true, false);
    words.end();
    return chosen;
  }

  static String family(boolean ip4) {
    return ip4 ? "IPv4" : "IPv6";
  }
}
