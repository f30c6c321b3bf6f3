package org.sluice.host.plugin;

import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Whose class a frame of a stack is of: the plugins that are loaded, with the names of the classes in their jars. Kept
 * so that whoever finds code where it should not be can name its plugin, at no cost for the code while it runs. Any
 * thread; never waits, so it answers also while a plugin does not.
 */
public final class ClassOwners {
  private final Map<String, PluginJar> jars = new ConcurrentHashMap<>();

  /** None yet. */
  public ClassOwners() {}

  void add(PluginJar jar) {
    jars.put(jar.id(), jar);
  }

  void remove(String pluginId) {
    jars.remove(pluginId);
  }

  /**
   * The plugin that a frame runs code of.
   *
   * @return its id; empty for a frame of the host, of a library of the host's, or of Java
   */
  public Optional<String> owner(StackTraceElement frame) {
    // Java's classes are of modules, those of the host of a loader with a name; a plugin's loader has none.
    if (frame.getModuleName() != null || frame.getClassLoaderName() != null) {
      return Optional.empty();
    }
    return jars.values().stream().filter(jar -> jar.classes().contains(frame.getClassName())).map(PluginJar::id)
        .sorted().findFirst();
  }

  /** The ids of the plugins that are loaded, sorted. */
  public List<String> plugins() {
    return jars.keySet().stream().sorted().toList();
  }

  /**
   * The packages of a plugin, without those inside of another one of them: what the loggers of its classes begin with.
   * A package that another plugin has classes in too is left out.
   *
   * @return their names; none for a plugin that is not loaded
   */
  public List<String> packages(String pluginId) {
    PluginJar jar = jars.get(pluginId);
    NavigableSet<String> names = packages(jar);
    jars.values().stream().filter(other -> !other.id().equals(pluginId)).map(ClassOwners::packages)
        .forEach(names::removeAll);
    return names.stream().filter(name -> names.stream().noneMatch(above -> name.startsWith(above + "."))).toList();
  }

  private static NavigableSet<String> packages(@Nullable PluginJar jar) {
    NavigableSet<String> names = new TreeSet<>();
    if (jar != null) {
      for (String name : jar.classes()) {
        int end = name.lastIndexOf('.');
        if (end > 0) {
          names.add(name.substring(0, end));
        }
      }
    }
    return names;
  }
}
