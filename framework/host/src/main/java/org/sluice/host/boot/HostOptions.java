package org.sluice.host.boot;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a host is started with.
 *
 * @param home the folder of the distribution: everything that is not named otherwise is below it
 * @param configuration the configuration file, null for {@code conf/sluice.conf}
 * @param plugins the plugins folder, null for what the configuration says
 * @param pluginJars further plugin jars
 * @param control whether {@code sluice ctl} can reach it
 * @param socket the control socket, null for what the configuration says
 * @param assignments {@code key=value} each, stronger than the configuration file
 */
public record HostOptions(
    Path home,
    @Nullable Path configuration,
    @Nullable Path plugins,
    List<Path> pluginJars,
    Control control,
    @Nullable Path socket,
    List<String> assignments) {

  /** Whether there is a control socket. */
  public enum Control {
    /** There is one. */
    SOCKET,
    /** There is none. */
    NONE
  }

  /** Copies the lists. */
  public HostOptions {
    pluginJars = List.copyOf(pluginJars);
    assignments = List.copyOf(assignments);
  }
}
