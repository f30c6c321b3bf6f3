package org.sluice.host.boot;

import java.util.ArrayList;
import java.util.List;
import org.sluice.host.log.PluginLogs;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** {@code log level}: shows and changes at which level plugins log. */
final class LogLevelCommand implements ConsoleCommand {
  private final Host host;

  LogLevelCommand(Host host) {
    this.host = host;
  }

  @Override
  public String name() {
    return "log level";
  }

  @Override
  public String arguments() {
    return "[PLUGIN [LEVEL]]";
  }

  @Override
  public String summary() {
    return "Show at which level plugins log, or change it until the host stops";
  }

  @Override
  public String example() {
    return "log level tcp debug";
  }

  @Override
  public List<String> complete(List<String> words) {
    if (words.size() <= 1) {
      return host.logs().plugins();
    }
    List<String> levels = new ArrayList<>(PluginLogs.LEVELS);
    levels.add(PluginLogs.DEFAULT);
    return words.size() == 2 ? levels : List.of();
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException {
    PluginLogs logs = host.logs();
    if (arguments.size() > 2) {
      throw CommandException.usage("'log level' takes a plugin and a level, as in: " + example());
    }
    if (!logs.isOurs()) {
      throw CommandException.failure("something else than Logback logs here: change its configuration instead");
    }
    if (!arguments.isEmpty() && !logs.plugins().contains(arguments.getFirst())) {
      throw CommandException.usage("there is no plugin " + arguments.getFirst() + "; there are: "
          + String.join(", ", logs.plugins()));
    }
    if (arguments.size() == 2) {
      String level = PluginLogs.word(arguments.get(1));
      if (level.isEmpty()) {
        throw CommandException.usage("'" + arguments.get(1) + "' is no level; levels are: "
            + String.join(", ", PluginLogs.LEVELS) + ", and " + PluginLogs.DEFAULT + " for that of everything");
      }
      logs.set(arguments.getFirst(), level);
    }
    output.table("levels", Column.of("Plugin"), Column.of("Level"), new Column("Set", "set", 5));
    for (String plugin : arguments.isEmpty() ? logs.plugins() : arguments.subList(0, 1)) {
      output.row(plugin, logs.level(plugin).orElse(""), logs.isSet(plugin) ? "yes" : "no");
    }
  }
}
