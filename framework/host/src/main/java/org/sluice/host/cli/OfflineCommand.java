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
import org.sluice.spi.console.ConsoleCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A command that looks at configuration and plugin jars without a host. Its result is that of a console command, so it
 * is text or JSON like every other one.
 */
abstract class OfflineCommand implements Callable<Integer>, ConsoleCommand {
  private final SluiceCommand sluice;
  private final String name;

  @Mixin
  private final HostSelection selection = new HostSelection();

  @Option(names = "--json", description = "Show the result as JSON.")
  private boolean json;

  OfflineCommand(SluiceCommand sluice, String name) {
    this.sluice = sluice;
    this.name = name;
  }

  @Override
  public final Integer call() {
    CommandRegistry registry = new CommandRegistry();
    registry.add(new PluginFaults("host", new CounterRegistry(1).scope("host")), this);
    return new Console(registry).run(json ? name + " --json" : name, sluice.sink(), new Invocation());
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String summary() {
    return "";
  }

  /** The configuration of a file, or of the usual one, with what the command line sets. */
  final ConfigurationLoader loader(@Nullable Path file) {
    return new ConfigurationLoader(sluice.home(), file, selection.assignments);
  }

  final Path folder(ConfigurationLoader loader) {
    return selection.plugins != null ? selection.plugins
        : sluice.home().resolve(loader.early("host.plugins").orElseThrow());
  }

  /** The jars beside those of the folder. */
  final List<Path> jars() {
    return selection.pluginJars;
  }

  final Trust trust(ConfigurationLoader loader) {
    return Trust.of(loader, sluice.home());
  }

  final VettedPlugins vetted(ConfigurationLoader loader) {
    return Vetting.vet(folder(loader), jars(), Version.current().spi(), trust(loader));
  }
}
