package org.sluice.host.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.pf4j.DefaultPluginStatusProvider;
import org.pf4j.DefaultVersionManager;
import org.pf4j.PluginDependency;
import org.pf4j.PluginStatusProvider;
import org.pf4j.VersionManager;
import org.sluice.host.config.SectionReference;
import org.sluice.host.problem.Problem;
import org.sluice.spi.host.ConfigurationException;

/**
 * Looks at every jar before PF4J sees any, because PF4J loads all or none: a jar that could not run is refused with the
 * reason, and what needs it is refused too.
 */
public final class Vetting {
  /** The verdict on a plugin that {@code disabled.txt} or {@code enabled.txt} keeps from running. */
  static final String DISABLED = "DISABLED";

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
  private static final Pattern EXACT = Pattern.compile("\\d+\\.\\d+\\.\\d+");

  private final String spiVersion;
  private final VersionManager versions = new DefaultVersionManager();
  private final List<Problem> problems = new ArrayList<>();
  private final List<Refused> refused = new ArrayList<>();
  /** The jars that are good so far, by id. */
  private final Map<String, PluginJar> good = new TreeMap<>();
  private final Map<String, SectionReference> references = new LinkedHashMap<>();

  private final PluginStatusProvider status;
  private final Trust trust;
  /** What is loaded already and stays, by id: part of {@link #good}, and never refused. */
  private final Map<String, PluginJar> loaded = new TreeMap<>();

  private Vetting(Path directory, String spiVersion, Trust trust) {
    this.spiVersion = spiVersion;
    this.trust = trust;
    status = new DefaultPluginStatusProvider(directory);
  }

  /**
   * A jar that does not run.
   *
   * @param verdict the id of the problem, or {@link #DISABLED}
   */
  record Refused(String id, String version, Path file, String verdict) {}

  /**
   * Looks at the jars of a folder and at further ones.
   *
   * @param directory the plugins folder
   * @param jars further jars, wherever they are
   * @param spiVersion what plugins must work with
   * @param trust which jars may run at all
   */
  public static VettedPlugins vet(Path directory, List<Path> jars, String spiVersion, Trust trust) {
    Vetting vetting = new Vetting(directory, spiVersion, trust);
    return vetting.look(vetting.files(directory, jars));
  }

  /**
   * Looks at jars that come to plugins that are loaded. Those are taken as they are: a jar that does not go together
   * with them is refused.
   *
   * @param directory the plugins folder, which says what is disabled
   * @param jars the jars that come
   * @param spiVersion what plugins must work with
   * @param trust which jars may run at all
   * @param loaded what is loaded and stays
   * @return all of them in order, the loaded ones included; the references are those of the others
   */
  static VettedPlugins more(
      Path directory, Collection<Path> jars, String spiVersion, Trust trust, Collection<PluginJar> loaded) {
    Vetting vetting = new Vetting(directory, spiVersion, trust);
    loaded.forEach(jar -> vetting.loaded.put(jar.id(), jar));
    vetting.good.putAll(vetting.loaded);
    Set<Path> files = new LinkedHashSet<>();
    jars.stream().map(Vetting::real).forEach(files::add);
    return vetting.look(files);
  }

  private VettedPlugins look(Set<Path> files) {
    Map<String, List<PluginJar>> byId = new TreeMap<>();
    for (Path file : files) {
      read(file).ifPresent(jar -> byId.computeIfAbsent(jar.id(), id -> new ArrayList<>()).add(jar));
    }
    byId.values().forEach(this::single);
    List<PluginJar> order = inDependencyOrder();
    return new VettedPlugins(order,
        order.stream().filter(jar -> !isLoaded(jar)).map(PluginJar::id).map(references::get).toList(),
        List.copyOf(refused), List.copyOf(problems));
  }

  private boolean isLoaded(PluginJar jar) {
    return loaded.get(jar.id()) == jar;
  }

  private Set<Path> files(Path directory, List<Path> jars) {
    Set<Path> files = new LinkedHashSet<>();
    try (Stream<Path> entries = Files.list(directory)) {
      entries.filter(entry -> entry.toString().endsWith(".jar")).sorted().map(Vetting::real).forEach(files::add);
    } catch (IOException e) {
      problems.add(new Problem("PLG-015", directory.toString(), "the plugins folder cannot be read: " + e,
          "make the folder, or name another one with --plugins or the key host.plugins"));
    }
    jars.stream().map(Vetting::real).forEach(files::add);
    return files;
  }

  /** So that a jar of the folder that is also named by an option counts once. */
  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return file.toAbsolutePath();
    }
  }

  private Optional<PluginJar> read(Path file) {
    String name = String.valueOf(file.getFileName());
    try {
      Optional<PluginJar> jar = PluginJar.read(file);
      if (jar.isEmpty()) {
        refuse(name, "-", file, "PLG-002", "its manifest has no Plugin-Id, so it is not a plugin",
            "remove it, or build it with the parent sluice-plugin-parent, which writes the manifest");
      }
      return jar.filter(this::isTrusted);
    } catch (IOException e) {
      refuse(name, "-", file, "PLG-001", Files.exists(file) ? "not a jar: " + e.getMessage() : "there is no such file",
          "replace it by a jar, or remove it");
      return Optional.empty();
    }
  }

  /** Before anything else that it says counts, so that it cannot keep another jar from running either. */
  private boolean isTrusted(PluginJar jar) {
    Optional<Trust.Refusal> refusal = trust.check(jar.file());
    refusal.ifPresent(why -> refuse(jar, why.problem(), why.cause(), why.remedy()));
    return refusal.isEmpty();
  }

  private void refuse(String id, String version, Path file, String problem, String cause, String remedy) {
    problems.add(new Problem(problem, String.valueOf(file.getFileName()), cause, remedy));
    refused.add(new Refused(id, version, file, problem));
  }

  private void refuse(PluginJar jar, String problem, String cause, String remedy) {
    if (good.get(jar.id()) == jar) {
      good.remove(jar.id());
    }
    refuse(jar.id(), jar.version().isEmpty() ? "-" : jar.version(), jar.file(), problem, cause, remedy);
  }

  private void single(List<PluginJar> sameId) {
    if (sameId.size() > 1) {
      List<String> names = sameId.stream().map(jar -> jar.file().toString()).toList();
      sameId.forEach(jar -> refuse(jar, "PLG-003",
          "plugin " + jar.id() + " is in several jars: " + String.join(", ", names), "keep one of them"));
      return;
    }
    PluginJar jar = sameId.getFirst();
    PluginJar running = loaded.get(jar.id());
    if (running != null) {
      refuse(jar, "PLG-003", "plugin " + jar.id() + " is in several jars: " + running.file() + ", which is loaded, "
          + jar.file(), "keep one of them; 'plugin reload " + jar.id() + " JAR' puts one in the place of the other");
      return;
    }
    if (status.isPluginDisabled(jar.id())) {
      refused.add(new Refused(jar.id(), jar.version(), jar.file(), DISABLED));
    } else if (descriptorIsValid(jar) && versionFits(jar) && contentIsComplete(jar)) {
      good.put(jar.id(), jar);
    }
  }

  private boolean descriptorIsValid(PluginJar jar) {
    String remedy = "correct it in the plugin's POM and build again";
    if (!ID.matcher(jar.id()).matches()) {
      refuse(jar, "PLG-005", "Plugin-Id '" + jar.id() + "' is not made of letters, digits, '.', '_' and '-'", remedy);
      return false;
    }
    if (!isVersion(jar.version())) {
      refuse(jar, "PLG-005", "Plugin-Version '" + jar.version() + "' is not of the form 1.2.3", remedy);
      return false;
    }
    for (PluginDependency dependency : jar.dependencies()) {
      if (satisfies("0.0.0", dependency.getPluginVersionSupport()).isEmpty()) {
        refuse(jar, "PLG-005", "Plugin-Dependencies wants " + dependency.getPluginId() + " in version '"
            + dependency.getPluginVersionSupport() + "', which is no range such as '>=1.0.0 & <2.0.0'", remedy);
        return false;
      }
    }
    return true;
  }

  private boolean isVersion(String version) {
    try {
      return versions.compareVersions(version, version) == 0;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Whether a version is in a range; empty when the range cannot be read. */
  private Optional<Boolean> satisfies(String version, String range) {
    try {
      // As PF4J reads it: a single version means that one or a later one.
      return Optional.of(
          versions.checkVersionConstraint(version, EXACT.matcher(range).matches() ? ">=" + range : range));
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  private boolean versionFits(PluginJar jar) {
    if (satisfies(spiVersion, jar.requires()).orElse(false)) {
      return true;
    }
    refuse(jar, "PLG-004", "needs SPI " + jar.requires() + ", this host has " + spiVersion,
        "build it against SPI " + spiVersion + ", or use a host that has what it needs");
    return false;
  }

  private boolean contentIsComplete(PluginJar jar) {
    for (String name : jar.classes()) {
      if (SharedPackages.isHosts(name)) {
        refuse(jar, "PLG-008", "contains " + name + ", which is the host's",
            "give that dependency scope provided and build again");
        return false;
      }
    }
    List<String> named = Stream.concat(jar.pluginClass().stream(), jar.extensions().stream()).toList();
    for (String name : named) {
      if (!jar.classes().contains(name)) {
        refuse(jar, "PLG-009", "its " + (jar.extensions().contains(name) ? "extension index" : "Plugin-Class")
            + " names " + name + ", which is not in the jar", "build it again from a clean state");
        return false;
      }
    }
    try {
      references.put(jar.id(), SectionReference.parse(jar.id(), jar.fileName() + "!/reference.conf", jar.reference()));
      return true;
    } catch (ConfigurationException e) {
      refuse(jar, "PLG-010", "its reference.conf is wrong: " + e.getMessage(), "correct it and build again");
      return false;
    }
  }

  private List<PluginJar> inDependencyOrder() {
    refuseUnsatisfied();
    Map<String, PluginJar> waiting = new TreeMap<>(good);
    Map<String, PluginJar> order = new LinkedHashMap<>();
    while (!waiting.isEmpty()) {
      List<PluginJar> ready = waiting.values().stream().filter(jar -> present(jar, waiting).isEmpty()).toList();
      if (ready.isEmpty()) {
        refuseCycle(waiting);
        refuseUnsatisfied();
        waiting.keySet().retainAll(good.keySet());
      }
      for (PluginJar jar : ready) {
        waiting.remove(jar.id());
        order.put(jar.id(), jar);
      }
    }
    return List.copyOf(order.values());
  }

  /** The dependencies of a jar that are among some jars. */
  private static List<PluginJar> present(PluginJar jar, Map<String, PluginJar> among) {
    return jar.dependencies().stream().map(PluginDependency::getPluginId).filter(among::containsKey)
        .map(among::get).toList();
  }

  /** Each refusal may leave another jar without what it needs. */
  private void refuseUnsatisfied() {
    int before;
    do {
      before = good.size();
      for (PluginJar jar : List.copyOf(good.values())) {
        if (isLoaded(jar)) {
          refuseMisfits(jar);
          continue;
        }
        unsatisfied(jar).ifPresent(cause ->
            refuse(jar, "PLG-006", cause, "add a jar with what it needs, or mend the one that is there"));
      }
    } while (good.size() < before);
  }

  /** Refuses what a loaded plugin needs in another version. */
  private void refuseMisfits(PluginJar jar) {
    for (PluginDependency dependency : jar.dependencies()) {
      PluginJar found = good.get(dependency.getPluginId());
      String range = dependency.getPluginVersionSupport();
      if (found != null && !isLoaded(found) && !satisfies(found.version(), range).orElse(false)) {
        refuse(found, "PLG-006", "plugin " + jar.id() + ", which is loaded, needs it in version " + range
            + ", this is " + found.version(), "unload " + jar.id() + " first, or choose a version that fits it");
      }
    }
  }

  private Optional<String> unsatisfied(PluginJar jar) {
    for (PluginDependency dependency : jar.dependencies()) {
      String id = dependency.getPluginId();
      PluginJar found = good.get(id);
      if (found == null && !dependency.isOptional()) {
        return Optional.of("needs plugin " + id + refused.stream().filter(other -> other.id.equals(id)).findFirst()
            .map(other -> ", which is " + (other.verdict.equals(DISABLED) ? "disabled" : "refused: " + other.verdict))
            .orElse(", which is not there"));
      }
      String range = dependency.getPluginVersionSupport();
      if (found != null && !satisfies(found.version(), range).orElse(false)) {
        return Optional.of("needs plugin " + id + " in version " + range + ", there is " + found.version());
      }
    }
    return Optional.empty();
  }

  /** Follows dependencies among jars of which each waits for another, until one comes again. */
  private void refuseCycle(Map<String, PluginJar> waiting) {
    List<PluginJar> path = new ArrayList<>();
    PluginJar next = waiting.values().iterator().next();
    while (!path.contains(next)) {
      path.add(next);
      next = present(next, waiting).getFirst();
    }
    List<PluginJar> cycle = List.copyOf(path.subList(path.indexOf(next), path.size()));
    String ids = String.join(" -> ", cycle.stream().map(PluginJar::id).toList()) + " -> " + next.id();
    cycle.stream().filter(jar -> !isLoaded(jar)).forEach(jar -> refuse(jar, "PLG-007",
        "its dependencies form a cycle: " + ids, "take one dependency out of the cycle and build again"));
  }
}
