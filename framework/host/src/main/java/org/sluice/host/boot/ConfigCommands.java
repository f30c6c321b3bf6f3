package org.sluice.host.boot;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.sluice.host.config.Change;
import org.sluice.host.config.ConfigurationLoader;
import org.sluice.host.config.KeyReference;
import org.sluice.host.config.LiveSettings;
import org.sluice.host.config.Settings;
import org.sluice.host.plugin.VettedPlugins;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** {@code config ...}: the keys there are, a file before it is used, and the file again while the host runs. */
final class ConfigCommands {
  private static final String FULL = "--full";

  private final HostOptions options;
  private final Supplier<VettedPlugins> plugins;
  private final LiveSettings live;

  ConfigCommands(HostOptions options, Supplier<VettedPlugins> plugins, LiveSettings live) {
    this.options = options;
    this.plugins = plugins;
    this.live = live;
  }

  List<ConsoleCommand> all() {
    return List.of(
        new HostCommand("config list", "[PART] [" + FULL + "]",
            "Show every key there is, with type, default, and whether it changes live", this::keys, this::list),
        new HostCommand("config show", "KEY", "Explain one key", this::keys, this::show),
        new HostCommand("config check", "[FILE]", "Check a configuration file without using it", words -> List.of(),
            this::check),
        HostCommand.plain("config reload", "Read the configuration file again and apply what can change live",
            this::reload));
  }

  private List<String> keys(List<String> words) {
    return words.size() > 1 ? List.of() : live.now().keys().keys().stream().map(KeyReference::key).toList();
  }

  private void list(List<String> words, ConsoleOutput output) throws CommandException {
    List<String> parts = words.stream().filter(word -> !word.equals(FULL)).toList();
    if (parts.size() > 1) {
      throw CommandException.usage("'config list' takes one part of a name, as in: config list limit");
    }
    ConfigReading.list(live.now().keys(), parts.isEmpty() ? "" : parts.getFirst(), parts.size() < words.size(),
        output);
  }

  private void show(List<String> words, ConsoleOutput output) throws CommandException {
    if (words.size() != 1) {
      throw CommandException.usage("'config show' takes one key, as in: config show stack.workers");
    }
    ConfigReading.show(live.now().keys(), words.getFirst(), output);
  }

  private void check(List<String> words, ConsoleOutput output) throws CommandException {
    if (words.size() > 1) {
      throw CommandException.usage("'config check' takes one file");
    }
    var _ = read(words.isEmpty() ? options.configuration() : Path.of(words.getFirst()), output);
    output.line("nothing is wrong");
  }

  private Settings read(@Nullable Path file, ConsoleOutput output) throws CommandException {
    VettedPlugins vetted = plugins.get();
    return ConfigReading.check(new ConfigurationLoader(options.home(), file, options.assignments()),
        vetted.references(), vetted.refusedIds(), output);
  }

  private void reload(List<String> words, ConsoleOutput output) throws CommandException {
    List<Change> changes = live.take(read(options.configuration(), output));
    output.table("changes", Column.of("Key"), Column.of("Before"), Column.of("Now"), Column.of("Effect"));
    changes.forEach(change -> output.row(change.key(), change.before(), change.after(), change.effect()));
    if (changes.isEmpty()) {
      output.line("nothing has changed");
    }
  }
}
