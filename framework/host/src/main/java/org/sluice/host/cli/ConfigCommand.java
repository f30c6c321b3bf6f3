package org.sluice.host.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sluice.core.fault.PluginFaults;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.host.boot.ConfigReading;
import org.sluice.host.boot.Version;
import org.sluice.host.config.ConfigurationLoader;
import org.sluice.host.config.KeyTable;
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

  /** What the three have in common: a plugins folder, whose reference files say what keys there are. */
  abstract static class Part implements Callable<Integer>, ConsoleCommand {
    private final SluiceCommand sluice;

    @Mixin
    private final HostSelection selection = new HostSelection();

    @Option(names = "--json", description = "Show the result as JSON.")
    private boolean json;

    private Part(SluiceCommand sluice) {
      this.sluice = sluice;
    }

    @Override
    public Integer call() {
      CommandRegistry registry = new CommandRegistry();
      registry.add(new PluginFaults("host", new CounterRegistry(1).scope("host")), this);
      return new Console(registry).run(json ? name() + " --json" : name(), sluice.sink(), new Invocation());
    }

    @Override
    public String summary() {
      return "";
    }

    final ConfigurationLoader loader(@Nullable Path file) {
      return new ConfigurationLoader(sluice.home(), file, selection.assignments);
    }

    final VettedPlugins vetted(ConfigurationLoader loader) {
      Path folder = selection.plugins != null ? selection.plugins
          : sluice.home().resolve(loader.early("host.plugins").orElseThrow());
      return Vetting.vet(folder, selection.pluginJars, Version.current().spi(), Trust.of(loader, sluice.home()));
    }

    final KeyTable keys() {
      return ConfigurationLoader.keys(vetted(loader(null)).references());
    }
  }

  /** {@code sluice config list}. */
  @Command(name = "list", mixinStandardHelpOptions = true,
      description = "Show every key of the host and the plugins: type, default, whether it changes live.")
  static final class ListCommand extends Part {
    @Option(names = "--full", description = "Show the whole text of each key.")
    private boolean full;

    @Parameters(arity = "0..1", paramLabel = "PART", description = "Only keys whose name contains this.")
    private String part = "";

    private ListCommand(SluiceCommand sluice) {
      super(sluice);
    }

    @Override
    public String name() {
      return "list";
    }

    @Override
    public void run(List<String> arguments, ConsoleOutput output) throws CommandException {
      ConfigReading.list(keys(), part, full, output);
    }
  }

  /** {@code sluice config show}. */
  @Command(name = "show", mixinStandardHelpOptions = true, description = "Explain one key.")
  static final class ShowCommand extends Part {
    @Parameters(arity = "1", paramLabel = "KEY", description = "The key, as in stack.workers.")
    private String key = "";

    private ShowCommand(SluiceCommand sluice) {
      super(sluice);
    }

    @Override
    public String name() {
      return "show";
    }

    @Override
    public void run(List<String> arguments, ConsoleOutput output) throws CommandException {
      ConfigReading.show(keys(), key, output);
    }
  }

  /** {@code sluice config check}. */
  @Command(name = "check", mixinStandardHelpOptions = true,
      description = "Check a configuration and show all problems; nothing is started.",
      footer = {"", "Exit status: 0 when nothing is wrong, else 1."})
  static final class CheckCommand extends Part {
    @Parameters(arity = "0..1", paramLabel = "FILE", description = "Check this, not conf/sluice.conf.")
    private @Nullable Path file;

    private CheckCommand(SluiceCommand sluice) {
      super(sluice);
    }

    @Override
    public String name() {
      return "check";
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
