package org.sluice.core.console;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sluice.core.network.AddressNote;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.network.NetworkSnapshot;
import org.sluice.core.network.Route;
import org.sluice.core.network.RouteTable;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.nic.Nic;

/** The commands that show interfaces, addresses, routes and tables. */
final class NetworkShows {
  private static final String TABLE = "table";

  private final NetworkPlane network;
  private final WorkerQueries queries;

  private NetworkShows(StackParts parts, WorkerQueries queries) {
    network = parts.network();
    this.queries = queries;
  }

  static List<ConsoleCommand> of(StackParts parts, WorkerQueries queries) {
    NetworkShows area = new NetworkShows(parts, queries);
    return List.of(
        new Action("show interface", "", "Show the interfaces, their cards, tables and first addresses", Stream::empty,
            area::interfaces),
        new Action("show address", "", "Show the addresses of the interfaces", Stream::empty, area::addresses),
        new Action("show route", "[ADDRESS] [table TABLE]",
            "Show the routes of a table, or the one that an address is reached by", () -> Stream.of(TABLE),
            area::routes),
        new Action("show ip route", "[ADDRESS] [table TABLE]", "The same as 'show route'", () -> Stream.of(TABLE),
            area::routes),
        new Action("show table", "", "Show the tables and who uses them", Stream::empty, area::tables));
  }

  private record InterfaceRow(NetInterface about, String link, int mtu, long mac) {

    /** Asks the card. Worker 0. */
    static InterfaceRow of(NetInterface one) {
      Nic nic = one.nic();
      return new InterfaceRow(one, Label.of(nic.linkState()), nic.mtuBytes(), nic.macAddress());
    }
  }

  private void interfaces(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    words.end();
    List<InterfaceRow> rows =
        queries.ask(0, () -> network.snapshot().interfaces().stream().map(InterfaceRow::of).toList());
    output.table("interfaces", Column.of("Index", -5), Column.of("Name", 12), Column.of("Driver", 8),
        Column.of("Link", 5), new Column("MTU", "mtu_bytes", -6), Column.of("MAC", 17),
        new Column("IPv4 table", "ip4_table", -10), new Column("IPv6 table", "ip6_table", -10),
        Column.of("Autoconf", 8), new Column("Address", "address", 15));
    if (rows.isEmpty()) {
      output.line("there is no interface; 'interface add loop' makes one");
    }
    for (InterfaceRow row : rows) {
      NetInterface one = row.about();
      output.row(one.index(), one.name(), one.driver(), row.link(), row.mtu(), mac(row.mac()), one.table4(),
          one.table6(), one.autoconf() ? "on" : "off",
          one.addresses().isEmpty() ? "none" : one.addresses().getFirst());
    }
  }

  static String mac(long bits) {
    List<String> bytes = new ArrayList<>();
    for (int shift = 40; shift >= 0; shift -= Byte.SIZE) {
      bytes.add(String.format("%02x", bits >>> shift & 0xff));
    }
    return String.join(":", bytes);
  }

  private void addresses(Words words, ConsoleOutput output) throws CommandException {
    words.end();
    output.table("addresses", Column.of("Interface", 12), Column.of("Address", 20), Column.of("Table", -5),
        Column.of("State", 10));
    for (NetInterface one : network.snapshot().interfaces()) {
      for (IpPrefix address : one.addresses()) {
        AddressNote note = one.note(address.address().high(), address.address().low());
        output.row(one.name(), address, one.table(address.isIp4()),
            note == null ? "used" : Label.of(note.state()));
      }
      for (AddressNote note : one.notes()) {
        if (!one.has(note.address().address().high(), note.address().address().low())) {
          output.row(one.name(), note.address(), one.table(note.address().isIp4()), Label.of(note.state()));
        }
      }
    }
  }

  private void routes(Words words, ConsoleOutput output) throws CommandException {
    IpAddress asked = words.hasNext() && !words.isNext(TABLE) ? words.prefix().address() : null;
    int table = words.take(TABLE) ? words.number("the number of a table", 0, NetworkPlane.MAX_TABLE) : 0;
    words.end();
    NetworkSnapshot now = network.snapshot();
    output.table("routes", Column.of("Prefix", 20), Column.of("Kind", 8), Column.of("Interface", 12),
        new Column("Router", "next_hop", 15), Column.of("From", 10));
    if (asked != null) {
      Route route = now.route(table, asked.high(), asked.low());
      if (route == null) {
        output.line("no route of table " + table + " leads to " + asked);
      } else {
        print(route, now, output);
      }
      return;
    }
    for (boolean ip4 : List.of(true, false)) {
      RouteTable found = now.table(ip4, table);
      if (found == null) {
        output.line("there is no " + NetworkCommands.family(ip4) + " table " + table);
      } else {
        found.routes().forEach((prefix, route) -> print(route, now, output));
      }
    }
  }

  private static void print(Route route, NetworkSnapshot now, ConsoleOutput output) {
    if (!output.isCancelled()) {
      output.row(route.prefix(), Label.of(route.kind()), name(now.byIndex(route.interfaceIndex())),
          route.nextHop() == null ? "none" : route.nextHop(), Label.of(route.origin()));
    }
  }

  private static String name(@Nullable NetInterface found) {
    return found == null ? "none" : found.name();
  }

  private void tables(Words words, ConsoleOutput output) throws CommandException {
    words.end();
    output.table("tables", Column.of("Family", 6), Column.of("Table", -5), Column.of("Routes", -8),
        Column.of("Interfaces", -10), new Column("Used by", "users", 12));
    for (boolean ip4 : List.of(true, false)) {
      for (RouteTable table : network.snapshot().tables(ip4)) {
        output.row(NetworkCommands.family(ip4), table.id(), table.routes().size(), table.interfaces(),
            String.join(", ", table.users()));
      }
    }
  }
}
