package org.sluice.core.console;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.sluice.core.ip.IpLayer;
import org.sluice.core.ip.NeighborRow;
import org.sluice.core.ip.PathMtuRow;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.network.NetworkSnapshot;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** The commands that look at the IP layer. */
final class IpCommands {
  private static final long SECOND_NS = 1_000_000_000;

  private final NetworkPlane network;
  private final IpLayer ip;
  private final WorkerQueries queries;

  private IpCommands(StackParts parts, WorkerQueries queries) {
    network = parts.network();
    ip = parts.ip();
    this.queries = queries;
  }

  static List<ConsoleCommand> of(StackParts parts, WorkerQueries queries) {
    IpCommands area = new IpCommands(parts, queries);
    return List.of(
        new Action("show ip neighbor", "[INTERFACE]", "Show the neighbours of the interfaces (ARP and ND)",
            area::names, area::neighbors),
        new Action("show ip path-mtu", "", "Show the paths that are narrower than their first link", Stream::empty,
            area::narrowPaths),
        new PingCommand(parts));
  }

  private Stream<String> names() {
    return network.snapshot().interfaces().stream().map(NetInterface::name);
  }

  private void narrowPaths(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    words.end();
    List<PathMtuRow> rows = queries.await(0, ip.narrowPaths());
    output.table("path_mtus", Column.of("Destination", 24), Column.of("Table", -5),
        new Column("MTU", "mtu_bytes", -6), new Column("Age s", "age_s", -6));
    rows.stream()
        .sorted(Comparator.comparingInt(PathMtuRow::table)
            .thenComparing(row -> row.remote().high(), Long::compareUnsigned)
            .thenComparing(row -> row.remote().low(), Long::compareUnsigned))
        .forEach(row -> output.row(row.remote(), row.table(), row.mtuBytes(), row.ageNs() / SECOND_NS));
  }

  private void neighbors(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    String only = words.hasNext() ? words.next("the name of an interface") : null;
    words.end();
    NetworkSnapshot now = network.snapshot();
    if (only != null && now.byName(only) == null) {
      throw CommandException.failure("there is no interface '" + only + "'");
    }
    List<NeighborRow> rows = queries.await(0, ip.neighbors());
    output.table("neighbors", Column.of("Interface", 12), Column.of("Address", 24), Column.of("MAC", 17),
        Column.of("State", 10), new Column("Age s", "age_s", -6), new Column("Waiting", "waiting_packets", -7));
    rows.stream()
        .sorted(Comparator.comparingInt(NeighborRow::interfaceIndex)
            .thenComparing(row -> row.address().high(), Long::compareUnsigned)
            .thenComparing(row -> row.address().low(), Long::compareUnsigned))
        .forEach(row -> {
          NetInterface found = now.byIndex(row.interfaceIndex());
          String name = found == null ? "none" : found.name();
          if (only == null || only.equals(name)) {
            output.row(name, row.address(), row.mac() == 0 ? "none" : NetworkShows.mac(row.mac()), row.state(),
                row.ageNs() / SECOND_NS, row.waiting());
          }
        });
  }
}
