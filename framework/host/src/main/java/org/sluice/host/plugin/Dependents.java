package org.sluice.host.plugin;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.pf4j.PluginDependency;

/** Who depends on a plugin, directly or through others. Pure functions of what is loaded, in order. */
final class Dependents {
  private Dependents() {}

  /** Those that cannot run without it, in order. */
  static List<PluginJar> needing(String pluginId, List<PluginJar> order) {
    return of(pluginId, order, dependency -> !dependency.isOptional());
  }

  /** Those that may have classes of it in hand, in order: also those that could run without it. */
  static List<PluginJar> touching(String pluginId, List<PluginJar> order) {
    return of(pluginId, order, dependency -> true);
  }

  private static List<PluginJar> of(String pluginId, List<PluginJar> order, Predicate<PluginDependency> counts) {
    Set<String> ids = new HashSet<>(Set.of(pluginId));
    List<PluginJar> found = new ArrayList<>();
    for (PluginJar jar : order) {
      boolean depends = jar.dependencies().stream().filter(counts).map(PluginDependency::getPluginId)
          .anyMatch(ids::contains);
      if (depends && ids.add(jar.id())) {
        found.add(jar);
      }
    }
    return found;
  }

  /** What a plugin cannot run without, in order, itself at the end. */
  static List<PluginJar> neededBy(PluginJar jar, List<PluginJar> order) {
    Set<String> ids = new HashSet<>(Set.of(jar.id()));
    List<PluginJar> found = new ArrayList<>();
    for (PluginJar other : order.reversed()) {
      if (ids.contains(other.id())) {
        found.addFirst(other);
        other.dependencies().stream().filter(dependency -> !dependency.isOptional())
            .map(PluginDependency::getPluginId).forEach(ids::add);
      }
    }
    return found;
  }
}
