package org.sluice.host.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that starts a host. */
final class HostSelection {
  @Option(names = "--plugins", paramLabel = "DIR", description = "Load plugins from here, not from plugins/.")
  @Nullable Path plugins;

  @Option(names = "--plugin", paramLabel = "JAR", description = "Load one more plugin. Repeatable.")
  List<Path> pluginJars = new ArrayList<>();

  @Option(names = "--set", paramLabel = "KEY=VALUE",
      description = "Set a key of the configuration, stronger than the file. Repeatable.")
  List<String> assignments = new ArrayList<>();
}
