package org.sluice.host.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sluice.core.fault.PluginFaults;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.host.boot.Version;
import org.sluice.host.config.ConfigurationLoader;
import org.sluice.host.console.CommandRegistry;
import org.sluice.host.console.Console;
import org.sluice.host.console.Invocation;
import org.sluice.host.plugin.Trust;
import org.sluice.host.plugin.VettedPlugins;
import org.sluice.host.plugin.Vetting;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
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
  static final class ListCommand implements Callable<Integer>, ConsoleCommand {
    private final SluiceCommand sluice;

    @Mixin
    private final HostSelection selection = new HostSelection();

    @Option(names = "--config", paramLabel = "FILE", description = "Read this, not conf/sluice.conf.")
    private @Nullable Path configuration;

    @Option(names = "--json", description = "Show the result as JSON.")
    private boolean json;

    private ListCommand(SluiceCommand sluice) {
      this.sluice = sluice;
    }

    @Override
    public Integer call() {
      CommandRegistry registry = new CommandRegistry();
      registry.add(new PluginFaults("host", new CounterRegistry(1).scope("host")), this);
      return new Console(registry).run(json ? name() + " --json" : name(), sluice.sink(), new Invocation());
    }

    @Override
    public String name() {
      return "list";
    }

    @Override
    public String summary() {
      return "Check the plugin jars";
    }

    @Override
    public void run(List<String> arguments, ConsoleOutput output) throws CommandException {
      Path home = sluice.home();
      ConfigurationLoader loader = new ConfigurationLoader(home, configuration, selection.assignments);
      Path folder = selection.plugins != null ? selection.plugins
          : home.resolve(loader.early("host.plugins").orElseThrow());
      VettedPlugins vetted =
          Vetting.vet(folder, selection.pluginJars, Version.current().spi(), Trust.of(loader, home));
      vetted.print(output);
      if (!vetted.problems().isEmpty()) {
        throw CommandException.failure(vetted.problems().size() + " problems in " + folder);
      }
    }
  }
}
