package org.sluice.host.plugin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pf4j.PluginRuntimeException;
import org.sluice.host.problem.Nearest;
import org.sluice.host.problem.Problem;
import org.sluice.host.problem.ProblemsException;

/**
 * Changes the plugins of a running host: loads, starts, stops, reloads them. Any thread; one change at a time, and a
 * second one is refused rather than made to wait. A change that is refused changes nothing.
 */
public final class PluginLife {
  private static final String NOTHING = "Nothing was changed:";
  /** What waits for another plugin; it is tried again when one comes. */
  private static final String UNSATISFIED = "PLG-006";

  private final Plugins plugins;
  private final ReentrantLock changing = new ReentrantLock();
  private volatile String change = "";

  /** Changes these plugins. */
  public PluginLife(Plugins plugins) {
    this.plugins = plugins;
  }

  private interface Change<T> {
    T run() throws ProblemsException, InterruptedException;
  }

  private <T> T exclusively(String what, Change<T> work) throws ProblemsException, InterruptedException {
    if (!changing.tryLock()) {
      throw refused("PLG-021", "host", "another change of plugins is under way: " + change, "wait for its end");
    }
    try {
      change = what;
      return work.run();
    } finally {
      changing.unlock();
    }
  }

  private static ProblemsException refused(String id, String place, String cause, String remedy) {
    return new ProblemsException(NOTHING, List.of(new Problem(id, place, cause, remedy)));
  }

  // ---- Coming.

  /**
   * Loads jars and starts their plugins. Each is vetted against what is loaded; a bad one does not keep the others.
   *
   * @return the ids of those that run now, in order
   * @throws ProblemsException when one was refused or did not start; says which, the others run all the same
   */
  public List<String> load(Collection<Path> jars) throws ProblemsException, InterruptedException {
    return exclusively("load of " + names(jars), () -> loadNow(jars));
  }

  private List<String> loadNow(Collection<Path> jars) throws ProblemsException {
    Set<Path> files = new LinkedHashSet<>(jars);
    plugins.refused().stream().filter(jar -> jar.verdict().equals(UNSATISFIED)).map(Vetting.Refused::file)
        .filter(file -> file.toFile().exists()).forEach(files::add);
    VettedPlugins vetted = plugins.vet(files, List.of());
    List<PluginJar> before = plugins.loaded();
    List<PluginJar> came = vetted.order().stream().filter(jar -> !before.contains(jar)).toList();
    plugins.note(vetted);
    List<Problem> problems = new ArrayList<>(vetted.problems());
    try {
      plugins.swap(List.of(), vetted, came.stream().map(PluginJar::id).toList());
    } catch (ProblemsException e) {
      problems.addAll(e.problems());
    }
    problems.addAll(notStarted(came));
    if (!problems.isEmpty()) {
      throw new ProblemsException("Not everything runs:", problems);
    }
    return came.stream().map(PluginJar::id).toList();
  }

  private List<Problem> notStarted(List<PluginJar> jars) {
    return jars.stream().filter(jar -> !plugins.isStarted(jar.id()))
        .flatMap(jar -> plugins.problem(jar.id()).stream()).toList();
  }

  /**
   * Starts a plugin that is loaded, and before it what it needs; one that failed is tried again.
   *
   * @return the ids of those that were started
   * @throws ProblemsException when it is not loaded, or does not start
   */
  public List<String> start(String id) throws ProblemsException, InterruptedException {
    return exclusively("start of " + id, () -> {
      PluginJar jar = loaded(id);
      List<PluginJar> needed = Dependents.neededBy(jar, plugins.loaded()).stream()
          .filter(other -> !plugins.isStarted(other.id())).toList();
      plugins.startLoaded(needed);
      throwIfAny(notStarted(needed));
      return needed.stream().map(PluginJar::id).toList();
    });
  }

  private static void throwIfAny(List<Problem> problems) throws ProblemsException {
    if (!problems.isEmpty()) {
      throw new ProblemsException("Not everything runs:", problems);
    }
  }

  // ---- Going.

  /**
   * Stops a plugin and before it those that need it.
   *
   * @return the ids of those that were stopped, in this order
   * @throws ProblemsException when it is not loaded, live sessions depend on it, or it does not stop cleanly
   */
  public List<String> stop(String id, Sessions wish, ChangeWatcher watcher)
      throws ProblemsException, InterruptedException {
    return exclusively("stop of " + id, () -> {
      List<PluginJar> going = going(loaded(id));
      List<PluginJar> running = going.stream().filter(jar -> plugins.isStarted(jar.id())).toList().reversed();
      new Draining(plugins, watcher).settle(id, running, wish);
      running.forEach(jar -> plugins.stop(jar.id()));
      throwIfAny(unclean(running));
      return running.stream().map(PluginJar::id).toList();
    });
  }

  private List<Problem> unclean(Collection<PluginJar> jars) {
    return jars.stream().flatMap(jar -> plugins.problem(jar.id()).stream())
        .filter(problem -> problem.id().equals("PLG-016")).toList();
  }

  /** A plugin behind those that need it, in order. */
  private List<PluginJar> going(PluginJar jar) {
    return Stream.concat(Stream.of(jar), Dependents.needing(jar.id(), plugins.loaded()).stream()).toList();
  }

  /**
   * Stops a plugin and those that need it, and forgets their classes. Those that could go without it are loaded anew.
   *
   * @return the ids of those that were unloaded, dependents first
   * @throws ProblemsException as for {@link #stop}
   */
  public List<String> unload(String id, Sessions wish, ChangeWatcher watcher)
      throws ProblemsException, InterruptedException {
    return exclusively("unload of " + id, () -> unloadNow(loaded(id), wish, watcher));
  }

  private List<String> unloadNow(PluginJar jar, Sessions wish, ChangeWatcher watcher)
      throws ProblemsException, InterruptedException {
    List<PluginJar> going = going(jar);
    List<PluginJar> out = touched(jar);
    new Draining(plugins, watcher).settle(jar.id(), out, wish);
    List<PluginJar> back = out.stream().filter(other -> !going.contains(other)).toList();
    List<String> running = running(back);
    VettedPlugins vetted = plugins.vet(files(back), out);
    plugins.note(vetted);
    plugins.swap(out, vetted, running);
    throwIfAny(unclean(out));
    return going.reversed().stream().map(PluginJar::id).toList();
  }

  /** A plugin and those that may have classes of it in hand, in order. */
  private List<PluginJar> touched(PluginJar jar) {
    return Stream.concat(Stream.of(jar), Dependents.touching(jar.id(), plugins.loaded()).stream()).toList();
  }

  private List<String> running(List<PluginJar> jars) {
    return jars.stream().map(PluginJar::id).filter(plugins::isStarted).toList();
  }

  private static List<Path> files(List<PluginJar> jars) {
    return jars.stream().map(PluginJar::file).toList();
  }

  // ---- Changing places.

  /**
   * Puts a jar in the place of a loaded one. It is vetted first; those that depend on the plugin are stopped before it
   * and run again after it. One that does not start gives way to the old one again, if that was another file.
   *
   * @param jar the new file; empty for the one it was loaded from
   * @return the ids of those that run now, in order
   * @throws ProblemsException when the new one is refused, live sessions depend on the plugin, or not all run again
   */
  public List<String> reload(String id, Optional<Path> jar, Sessions wish, ChangeWatcher watcher)
      throws ProblemsException, InterruptedException {
    return exclusively("reload of " + id, () -> reloadNow(loaded(id), jar, wish, watcher));
  }

  private List<String> reloadNow(PluginJar old, Optional<Path> jar, Sessions wish, ChangeWatcher watcher)
      throws ProblemsException, InterruptedException {
    List<PluginJar> out = touched(old);
    List<PluginJar> dependents = out.subList(1, out.size());
    VettedPlugins vetted = fit(old, jar.orElse(old.file()), out);
    Set<String> running = new LinkedHashSet<>(Set.of(old.id()));
    running.addAll(running(dependents));
    new Draining(plugins, watcher).settle(old.id(), out, wish);
    plugins.swap(out, vetted, running);
    List<PluginJar> now = plugins.loaded().stream().filter(other -> running.contains(other.id())).toList();
    List<Problem> problems = new ArrayList<>(notStarted(now));
    if (!plugins.isStarted(old.id())) {
      putBack(old, running);
    }
    throwIfAny(problems);
    return now.stream().map(PluginJar::id).toList();
  }

  /** What holds after a change, if the new jar and all that depend on it fit. */
  private VettedPlugins fit(PluginJar old, Path file, List<PluginJar> out) throws ProblemsException {
    if (idOf(file).filter(id -> !id.equals(old.id())).isPresent()) {
      throw refused("PLG-019", String.valueOf(file.getFileName()), "it holds another plugin than " + old.id(),
          "load it with 'plugin load'");
    }
    List<Path> files = new ArrayList<>(files(out.subList(1, out.size())));
    files.addFirst(file);
    VettedPlugins vetted = plugins.vet(files, out);
    if (!vetted.problems().isEmpty()) {
      throw new ProblemsException(NOTHING, vetted.problems());
    }
    if (vetted.order().stream().noneMatch(jar -> jar.id().equals(old.id()))) {
      throw refused("PLG-022", old.id(), "it is disabled now", "'plugin enable " + old.id() + "'");
    }
    // Said here already, before anything stops.
    for (var reference : vetted.references()) {
      var _ = plugins.settings().with(reference);
    }
    return vetted;
  }

  /** Empty for what is no plugin: the vetting says why. */
  private static Optional<String> idOf(Path file) {
    try {
      return PluginJar.read(file).map(PluginJar::id);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The new jar was good to look at, but did not start: what ran before runs again. */
  private void putBack(PluginJar old, Collection<String> running) throws ProblemsException {
    Optional<PluginJar> failed = plugins.find(old.id());
    if (failed.isEmpty() || failed.get().file().equals(old.file())) {
      return;
    }
    Optional<Problem> why = plugins.problem(old.id());
    List<PluginJar> out = touched(failed.get());
    plugins.swap(out, fit(old, old.file(), out), running);
    why.ifPresent(problem -> plugins.note(
        new Vetting.Refused(failed.get().id(), failed.get().version(), failed.get().file(), problem.id()),
        Optional.of(new Problem(problem.id(), failed.get().fileName(), problem.cause(), problem.remedy()))));
  }

  // ---- Enabled and disabled.

  /**
   * Has a plugin run, now and after restarts.
   *
   * @return the ids of those that run now
   * @throws ProblemsException when it is unknown, not disabled, or does not run
   */
  public List<String> enable(String id) throws ProblemsException, InterruptedException {
    return exclusively("enable of " + id, () -> {
      if (plugins.find(id).isPresent()) {
        throw refused("PLG-022", id, "it is enabled already", "'plugin start " + id + "' starts it if it does not run");
      }
      Vetting.Refused jar = plugins.refused().stream()
          .filter(other -> other.id().equals(id) && other.verdict().equals(Vetting.DISABLED)).findFirst()
          .orElseThrow(() -> unknown(id, plugins.refused().stream().filter(
              other -> other.verdict().equals(Vetting.DISABLED)).map(Vetting.Refused::id).toList(), "is disabled"));
      mark(id, true);
      return loadNow(List.of(jar.file()));
    });
  }

  /**
   * Stops and unloads a plugin, now and after restarts. Those that need it wait until it is enabled again.
   *
   * @return the ids of those that were unloaded, dependents first
   * @throws ProblemsException as for {@link #unload}
   */
  public List<String> disable(String id, Sessions wish, ChangeWatcher watcher)
      throws ProblemsException, InterruptedException {
    return exclusively("disable of " + id, () -> {
      PluginJar jar = loaded(id);
      List<PluginJar> going = going(jar);
      new Draining(plugins, watcher).settle(id, touched(jar), wish);
      mark(id, false);
      List<String> gone = unloadNow(jar, Sessions.RESET, watcher);
      plugins.note(new Vetting.Refused(id, jar.version(), jar.file(), Vetting.DISABLED), Optional.empty());
      for (PluginJar other : going.subList(1, going.size())) {
        plugins.note(new Vetting.Refused(other.id(), other.version(), other.file(), UNSATISFIED),
            Optional.of(new Problem(UNSATISFIED, other.fileName(), "needs plugin " + id + ", which is disabled",
                "'plugin enable " + id + "'")));
      }
      return gone;
    });
  }

  private void mark(String id, boolean enabled) throws ProblemsException {
    try {
      plugins.mark(id, enabled);
    } catch (PluginRuntimeException e) {
      throw refused("PLG-023", plugins.directory().toString(), "it cannot be written there whether " + id + " runs: "
          + PluginFailure.text(e), "mend enabled.txt and disabled.txt there");
    }
  }

  // ---- Names.

  private PluginJar loaded(String id) throws ProblemsException {
    Optional<PluginJar> found = plugins.find(id);
    if (found.isPresent()) {
      return found.get();
    }
    Optional<Vetting.Refused> refused =
        plugins.refused().stream().filter(jar -> jar.id().equals(id)).findFirst();
    if (refused.isEmpty()) {
      throw unknown(id, ids(), "is loaded");
    }
    boolean disabled = refused.get().verdict().equals(Vetting.DISABLED);
    throw refused("PLG-022", id, disabled ? "it is disabled" : "it was refused: " + refused.get().verdict(),
        disabled ? "'plugin enable " + id + "'" : "see 'plugin list', mend it and 'plugin load' it");
  }

  private static ProblemsException unknown(String id, Collection<String> known, String state) {
    return refused("PLG-019", id, "no plugin of this name " + state, Nearest.to(id, known)
        .map(nearest -> "did you mean " + nearest + "?")
        .orElse(known.isEmpty() ? "there is none" : "there are: " + String.join(", ", known)));
  }

  /** The ids of what is loaded. */
  public List<String> ids() {
    return plugins.loaded().stream().map(PluginJar::id).toList();
  }

  /** The ids of what is disabled. */
  public List<String> disabledIds() {
    return plugins.refused().stream().filter(jar -> jar.verdict().equals(Vetting.DISABLED)).map(Vetting.Refused::id)
        .toList();
  }

  private static String names(Collection<Path> jars) {
    return jars.stream().map(jar -> String.valueOf(jar.getFileName())).collect(Collectors.joining(", "));
  }
}
