package org.sluice.host.plugin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pf4j.PluginDependency;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.host.problem.Problem;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** The plugins of a host. Any thread; one at a time is let in. */
public final class Plugins {
  private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);

  /** Guice reports through it what the problems here say already. Held, because a log manager forgets its loggers. */
  private static final java.util.logging.Logger GUICE = java.util.logging.Logger.getLogger("com.google.inject");

  private final SluicePluginManager manager;
  private final VettedPlugins vetted;
  private final List<Problem> problems;

  /**
   * Loads the jars that were found good; nothing starts yet.
   *
   * @param directory the plugins folder
   * @param spiVersion what plugins must work with
   */
  public Plugins(VettedPlugins vetted, Path directory, String spiVersion, PluginEnvironment environment) {
    this.vetted = vetted;
    // Guice defines its helper classes in loaders of their own then, not by ways that later JDKs close.
    System.setProperty("guice_custom_class_loading", "CHILD");
    GUICE.setLevel(java.util.logging.Level.OFF);
    problems = new ArrayList<>(vetted.problems());
    problems.addAll(environment.settings().warnings());
    manager = new SluicePluginManager(directory, environment, spiVersion);
    vetted.order().forEach(manager::load);
  }

  /**
   * Starts every plugin, dependencies first, then opens each: applications find all transports there. One that fails
   * stops only those that need it.
   */
  public synchronized void startAll() {
    for (PluginJar jar : vetted.order()) {
      PluginWrapper plugin = manager.getPlugin(jar.id());
      missing(plugin).ifPresentOrElse(problems::add, () -> settled(plugin, manager.startPlugin(jar.id())));
    }
    for (PluginJar jar : vetted.order()) {
      PluginWrapper plugin = manager.getPlugin(jar.id());
      if (plugin.getPluginState() == PluginState.STARTED) {
        missing(plugin).ifPresentOrElse(problem -> {
          problems.add(problem);
          manager.takeBack(jar.id(), PluginState.STOPPED, null);
        }, () -> settled(plugin, manager.openPlugin(jar.id())));
      }
    }
  }

  private Optional<Problem> missing(PluginWrapper plugin) {
    for (PluginDependency dependency : plugin.getDescriptor().getDependencies()) {
      PluginWrapper needed = manager.getPlugin(dependency.getPluginId());
      if (needed != null && needed.getPluginState() != PluginState.STARTED && !dependency.isOptional()) {
        return Optional.of(new Problem("PLG-014", plugin.getPluginId(),
            "needs plugin " + needed.getPluginId() + ", which did not start: " + problemOf(needed),
            "mend " + needed.getPluginId()));
      }
    }
    return Optional.empty();
  }

  private void settled(PluginWrapper plugin, PluginState state) {
    if (state != PluginState.STARTED) {
      report(plugin);
    }
  }

  private void report(PluginWrapper plugin) {
    Throwable thrown = plugin.getFailedException();
    Problem problem = thrown instanceof PluginFailure failure ? failure.problem(plugin.getPluginId())
        : new Problem("PLG-011", plugin.getPluginId(), "its start threw " + thrown, "see the log, and ask its author");
    problems.add(problem);
    LOG.error("plugin {} failed: {}", plugin.getPluginId(), problem.cause(), thrown);
  }

  /** Stops every plugin, dependents first. */
  public synchronized void stopAll() {
    for (PluginJar jar : vetted.order().reversed()) {
      stop(jar.id());
    }
  }

  /** Stops a plugin and those that need it; without effect on one that does not run. */
  public synchronized void stop(String pluginId) {
    PluginWrapper plugin = manager.getPlugin(pluginId);
    if (plugin == null || plugin.getPluginState() != PluginState.STARTED) {
      return;
    }
    if (manager.stopPlugin(pluginId) == PluginState.FAILED) {
      report(plugin);
    } else {
      LOG.info("plugin {} stopped", pluginId);
    }
  }

  /** Stops a plugin and those that need it, and forgets their classes. */
  public synchronized void unload(String pluginId) {
    stop(pluginId);
    if (manager.getPlugin(pluginId) != null) {
      manager.unloadPlugin(pluginId);
      LOG.info("plugin {} unloaded", pluginId);
    }
  }

  /** The state of a plugin in PF4J's words; empty for one that is not loaded. */
  public synchronized Optional<String> state(String pluginId) {
    return Optional.ofNullable(manager.getPlugin(pluginId)).map(plugin -> plugin.getPluginState().toString());
  }

  /** Whose classes are which. Does not wait for a plugin that is being started or stopped. */
  public ClassOwners owners() {
    return manager.owners();
  }

  SluicePluginManager manager() {
    return manager;
  }

  /** What went wrong, from vetting on. */
  public synchronized List<Problem> problems() {
    return List.copyOf(problems);
  }

  /** Shows the plugins with what they registered, and what went wrong. */
  public synchronized void print(ConsoleOutput output) {
    output.table("plugins", Column.of("Plugin"), Column.of("Version"), Column.of("State"), Column.of("Registered"));
    for (PluginJar jar : vetted.order()) {
      PluginWrapper plugin = manager.getPlugin(jar.id());
      if (plugin != null) {
        output.row(jar.id(), jar.version(), plugin.getPluginState(), registered(plugin));
      }
    }
    for (Vetting.Refused jar : vetted.refused()) {
      boolean disabled = jar.verdict().equals(Vetting.DISABLED);
      output.row(jar.id(), jar.version(), disabled ? jar.verdict() : "REFUSED", disabled ? "-" : jar.verdict());
    }
    Problem.print(problems(), output);
  }

  /** Shows the plugins with the files they come from, and what went wrong. */
  public synchronized void printJars(ConsoleOutput output) {
    output.table("plugins", Column.of("Plugin"), Column.of("Version"), Column.of("State"), Column.of("Needs SPI"),
        Column.of("Jar"), Column.of("Description"));
    for (PluginJar jar : vetted.order()) {
      output.row(jar.id(), jar.version(), state(jar.id()).orElse("UNLOADED"), jar.requires(), jar.file(),
          jar.description());
    }
    for (Vetting.Refused jar : vetted.refused()) {
      output.row(jar.id(), jar.version(), jar.verdict(), "-", jar.file(), "");
    }
    Problem.print(problems(), output);
  }

  private String registered(PluginWrapper plugin) {
    String registered =
        plugin.getPluginState() == PluginState.STARTED ? manager.container(plugin.getPluginId()).registered() : "";
    return registered.isEmpty() ? problemOf(plugin) : registered;
  }

  private String problemOf(PluginWrapper plugin) {
    return problems.stream().filter(problem -> problem.place().equals(plugin.getPluginId())).findFirst()
        .map(Problem::id).orElse("-");
  }
}
