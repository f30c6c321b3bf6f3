package org.sluice.host.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.host.boot.ConfigReading;
import org.sluice.host.config.ConfigurationLoader;
import org.sluice.host.config.KeyTable;
import org.sluice.host.plugin.VettedPlugins;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice config}: the keys there are, and whether a file is right, without a host. */
@Command(name = "config", synopsisSubcommandLabel = "COMMAND", description = "Explain and check the configuration.")
final class ConfigCommand {

  static CommandLine line(SluiceCommand sluice) {
    return new CommandLine(new ConfigCommand())
        .addSubcommand(new ListCommand(sluice))
        .addSubcommand(new ShowCommand(sluice))
        .addSubcommand(new CheckCommand(sluice))
        .addSubcommand(new HelpCommand());
  }

  private static KeyTable keys(OfflineCommand command) {
    return ConfigurationLoader.keys(command.vetted(command.loader(null)).references());
  }

  /** {@code sluice config list}. */
  @Command(name = "list", mixinStandardHelpOptions = true,
      description = "Show every key of the host and the plugins: type, default, whether it changes live.")
  static final class ListCommand extends OfflineCommand {
    @Option(names = "--full", description = "Show the whole text of each key.")
    private boolean full;

    @Parameters(arity = "0..1", paramLabel = "PART", description = "Only keys whose name contains this.")
    private String part = "";

    private ListCommand(SluiceCommand sluice) {
      super(sluice, "list");
    }

    @Override
    public void run(List<String> arguments, ConsoleOutput output) throws CommandException {
      ConfigReading.list(keys(this), part, full, output);
    }
  }

  /** {@code sluice config show}. */
  @Command(name = "show", mixinStandardHelpOptions = true, description = "Explain one key.")
  static final class ShowCommand extends OfflineCommand {
    @Parameters(arity = "1", paramLabel = "KEY", description = "The key, as in stack.workers.")
    private String key = "";

    private ShowCommand(SluiceCommand sluice) {
      super(sluice, "show");
    }

    @Override
    public void run(List<String> arguments, ConsoleOutput output) throws CommandException {
      ConfigReading.show(keys(this), key, output);
    }
  }

  /** {@code sluice config check}. */
  @Command(name = "check", mixinStandardHelpOptions = true,
      description = "Check a configuration and show all problems; nothing is started.",
      footer = {"", "Exit status: 0 when nothing is wrong, else 1."})
  static final class CheckCommand extends OfflineCommand {
    @Parameters(arity = "0..1", paramLabel = "FILE", description = "Check this, not conf/sluice.conf.")
    private @Nullable Path file;

    private CheckCommand(SluiceCommand sluice) {
      super(sluice, "check");
    }

    @Override
    public void run(List<String> arguments, ConsoleOutput output) throws CommandException {
      ConfigurationLoader loader = loader(file);
      VettedPlugins vetted = vetted(loader);
      var _ = ConfigReading.check(loader, vetted.references(), vetted.refusedIds(), output);
      output.line("nothing is wrong");
    }
  }
}
