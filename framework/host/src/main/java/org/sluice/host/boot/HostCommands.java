package org.sluice.host.boot;

import java.util.List;
import org.sluice.host.console.CommandRegistry;
import org.sluice.host.console.RegisteredCommand;
import org.sluice.host.console.WatchCommand;
import org.sluice.host.doctor.Doctor;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** The commands every host has. */
final class HostCommands {
  private final Host host;
  private final CommandRegistry registry;

  HostCommands(Host host, CommandRegistry registry) {
    this.host = host;
    this.registry = registry;
  }

  List<ConsoleCommand> all() {
    return List.of(
        new HostCommand("help", "[COMMAND]", "List the commands, or explain one", registry::complete, this::help),
        HostCommand.plain("doctor", "Check what this machine lacks, and say what mends it",
            (words, output) -> new Doctor(host.stack().network(), host.plugins()::problems).run(output)),
        new LogLevelCommand(host),
        HostCommand.plain("plugin list", "Show the plugins with their jars",
            (words, output) -> host.plugins().printJars(output)),
        new HostCommand("show config", "[PART]", "Show every key with its value and where it was set",
            words -> List.of(), (words, output) -> host.settings().print(part("show config", words), output)),
        HostCommand.plain("show plugins", "Show the plugins, what they registered, and what is wrong with them",
            (words, output) -> host.plugins().print(output)),
        HostCommand.plain("show version", "Show the versions of the host, the SPI and Java", this::showVersion),
        new WatchCommand(registry),
        HostCommand.plain("quit", "Stop the host", this::quit));
  }

  private void help(List<String> words, ConsoleOutput output) throws CommandException {
    if (words.isEmpty()) {
      output.table("commands", Column.of("Command"), Column.of("Arguments"), Column.of("What it does"));
      for (RegisteredCommand command : registry.commands()) {
        output.row(command.name(), command.command().arguments(), command.command().summary());
      }
      output.line("Words may be shortened while they stay unambiguous; every command takes --json.");
    } else {
      ConsoleCommand command = registry.find(words).command();
      output.value("command", command.name());
      output.value("usage", (command.name() + " " + command.arguments()).strip());
      output.value("summary", command.summary());
      if (!command.example().isEmpty()) {
        output.value("example", command.example());
      }
    }
  }

  private static String part(String command, List<String> words) throws CommandException {
    if (words.size() > 1) {
      throw CommandException.usage("'" + command + "' takes one part of a name, as in: " + command + " limit");
    }
    return words.isEmpty() ? "" : words.getFirst();
  }

  private void showVersion(List<String> words, ConsoleOutput output) {
    Version version = Version.current();
    output.value("product", version.product());
    output.value("spi", version.spi());
    output.value("java", Runtime.version().toString());
  }

  private void quit(List<String> words, ConsoleOutput output) {
    output.line("stopping");
    host.requestStop();
  }
}
