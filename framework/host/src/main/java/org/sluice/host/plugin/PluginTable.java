package org.sluice.host.plugin;

import java.util.List;
import org.sluice.host.problem.Problem;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/**
 * The plugins at one moment, for people: printed without a lock, because a reader may be slow.
 *
 * @param jars whether their files are asked for, rather than what they registered
 * @param rows those that are loaded
 * @param refused those that may not run
 * @param problems what is wrong
 */
record PluginTable(boolean jars, List<Row> rows, List<Vetting.Refused> refused, List<Problem> problems) {

  /** One that is loaded. */
  record Row(PluginJar jar, String state, String registered) {}

  PluginTable {
    rows = List.copyOf(rows);
  }

  void print(ConsoleOutput output) {
    if (jars) {
      printJars(output);
    } else {
      printRegistered(output);
    }
    Problem.print(problems, output);
  }

  private void printRegistered(ConsoleOutput output) {
    output.table("plugins", Column.of("Plugin"), Column.of("Version"), Column.of("State"), Column.of("Registered"));
    for (Row row : rows) {
      output.row(row.jar.id(), row.jar.version(), row.state, row.registered);
    }
    for (Vetting.Refused jar : refused) {
      boolean disabled = jar.verdict().equals(Vetting.DISABLED);
      output.row(jar.id(), jar.version(), disabled ? jar.verdict() : "REFUSED", disabled ? "-" : jar.verdict());
    }
  }

  private void printJars(ConsoleOutput output) {
    output.table("plugins", Column.of("Plugin"), Column.of("Version"), Column.of("State"), Column.of("Needs SPI"),
        Column.of("Jar"), Column.of("Description"));
    for (Row row : rows) {
      output.row(row.jar.id(), row.jar.version(), row.state, row.jar.requires(), row.jar.file(),
          row.jar.description());
    }
    for (Vetting.Refused jar : refused) {
      output.row(jar.id(), jar.version(), jar.verdict(), "-", jar.file(), "");
    }
  }
}
