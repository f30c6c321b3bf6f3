package org.sluice.host.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.host.config.ConfigurationLoader;
import org.sluice.host.plugin.VettedPlugins;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;

/** {@code sluice plugin}: looks at plugin jars without a host. */
@Command(name = "plugin", synopsisSubcommandLabel = "COMMAND", description = "Look at plugin jars.")
final class PluginCommand {

  static CommandLine line(SluiceCommand sluice) {
    return new CommandLine(new PluginCommand()).addSubcommand(new ListCommand(sluice))
        .addSubcommand(VerifyCommand.line(sluice)).addSubcommand(new HelpCommand());
  }

  /** {@code sluice plugin list}. */
  @Command(name = "list", mixinStandardHelpOptions = true,
    description = "Check the plugin jars and show what is wrong; nothing is started.",
      footer = {"", "Exit status: 0 when all are good, 1 when one is not.",
          "'sluice ctl plugin list' asks the running host instead."})
  static final class ListCommand extends OfflineCommand {
    @Option(names = "--config", paramLabel = "FILE", description = "Read this, not conf/sluice.conf.")
    private @Nullable Path configuration;

    private ListCommand(SluiceCommand sluice) {
      super(sluice, "list");
    }

    @Override
    public void run(List<String> arguments, ConsoleOutput output) throws CommandException {
      ConfigurationLoader loader = loader(configuration);
      VettedPlugins vetted = vetted(loader);
      vetted.print(output);
      if (!vetted.problems().isEmpty()) {
        throw CommandException.failure(vetted.problems().size() + " problems in " + folder(loader));
      }
    }
  }
}
