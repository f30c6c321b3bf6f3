package org.sluice.host.plugin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.pf4j.PluginDependency;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.PluginSessions;
import org.sluice.host.config.Settings;
import org.sluice.host.config.SectionReference;
import org.sluice.host.problem.Problem;
import org.sluice.host.problem.ProblemsException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.runtime.Clock;

/**
 * The plugins of a host. Any thread; one at a time is let in. What operators ask for at run time goes through {@link
 * PluginLife}, which waits for sessions outside of this lock.
 */
public final class Plugins {
  private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);

  private final SluicePluginManager manager;
  private final PluginEnvironment environment;
  private final Path directory;
  private final String spiVersion;
  private final Trust trust;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ProblemBook problems = new ProblemBook();
  /** What is loaded; each jar comes after what it depends on. */
  private List<PluginJar> order;
  private List<Vetting.Refused> refused;

  /**
   * Loads the jars that were found good; nothing starts yet.
   *
   * @param directory the plugins folder
   * @param spiVersion what plugins must work with
   * @param trust which jars may run
   */
  public Plugins(
      VettedPlugins vetted, Path directory, String spiVersion, Trust trust, PluginEnvironment environment) {
    this.directory = directory;
    this.spiVersion = spiVersion;
    this.trust = trust;
    this.environment = environment;
    problems.addAll(vetted.problems());
    problems.addAll(environment.settings().warnings());
    order = vetted.order();
    refused = vetted.refused();
    manager = new SluicePluginManager(directory, environment, spiVersion);
    order.forEach(manager::load);
  }

  /**
   * Starts every plugin, dependencies first, then opens each: applications find all transports there. One that fails
   * stops only those that need it.
   */
  public synchronized void startAll() {
    start(order);
  }

  /** The same for some of them, each after what it depends on. */
  private void start(List<PluginJar> jars) {
    for (PluginJar jar : jars) {
      PluginWrapper plugin = manager.getPlugin(jar.id());
      missing(plugin).ifPresentOrElse(problems::add, () -> settled(plugin, manager.startPlugin(jar.id())));
    }
    for (PluginJar jar : jars) {
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
            "needs plugin " + needed.getPluginId() + ", which did not start: " + problemOf(needed.getPluginId()),
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

  /** Stops every plugin, dependents first, whatever sessions they have; no other starts from then on. */
  public void stopAll() {
    closing.countDown();
    synchronized (this) {
      for (PluginJar jar : order.reversed()) {
        stop(jar.id());
      }
    }
  }

  /** Waits, but not when the host closes: true as soon as it does. */
  boolean awaitClosing(Duration patience) throws InterruptedException {
    return closing.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void requireOpen() throws ProblemsException {
    if (closing.getCount() == 0) {
      throw new ProblemsException("Nothing was changed:",
          List.of(new Problem("PLG-021", "host", "the host is stopping", "do it when it runs again")));
    }
  }

  /** Stops a plugin and those that need it, whatever sessions they have; without effect on one that does not run. */
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

  /** Stops a plugin and those that need it, whatever sessions they have, and forgets their classes. */
  public synchronized void unload(String pluginId) {
    find(pluginId).ifPresent(jar -> {
      stop(pluginId);
      Dependents.needing(pluginId, order).reversed().forEach(this::drop);
      drop(jar);
    });
  }

  private void drop(PluginJar jar) {
    manager.forget(jar.id());
    problems.forget("PLG-020", jar.id());
    order = order.stream().filter(other -> other != jar).toList();
    LOG.info("plugin {} unloaded", jar.id());
  }

  /** What is loaded and what is refused, as a vetting of all of it would say. */
  public synchronized VettedPlugins vetted() {
    List<SectionReference> references = order.stream()
        .map(jar -> SectionReference.parse(jar.id(), jar.fileName() + "!/reference.conf", jar.reference())).toList();
    return new VettedPlugins(order, references, refused, problems.all());
  }

  // ---- For PluginLife.

  /** What is loaded; each jar comes after what it depends on. */
  synchronized List<PluginJar> loaded() {
    return order;
  }

  /** What was found and may not run. */
  synchronized List<Vetting.Refused> refused() {
    return refused;
  }

  synchronized Optional<PluginJar> find(String pluginId) {
    return order.stream().filter(jar -> jar.id().equals(pluginId)).findFirst();
  }

  synchronized boolean isStarted(String pluginId) {
    PluginWrapper plugin = manager.getPlugin(pluginId);
    return plugin != null && plugin.getPluginState() == PluginState.STARTED;
  }

  /** The sessions of those of some plugins that run. */
  synchronized List<PluginSessions> sessions(Collection<PluginJar> jars) {
    return jars.stream().filter(jar -> isStarted(jar.id()))
        .flatMap(jar -> manager.container(jar.id()).sessions().stream()).toList();
  }

  /** Looks at jars that come while all that is loaded stays, but for some. Reads files; not under the lock. */
  VettedPlugins vet(Collection<Path> jars, Collection<PluginJar> without) {
    return Vetting.more(directory, jars, spiVersion, trust,
        loaded().stream().filter(jar -> !without.contains(jar)).toList());
  }

  Path directory() {
    return directory;
  }

  Clock clock() {
    return environment.stack().clock();
  }

  Duration patience() {
    return environment.patience();
  }

  Settings settings() {
    return environment.settings();
  }

  /** Remembers what a vetting refused. */
  synchronized void note(VettedPlugins vetted) {
    List<Path> seen = vetted.refused().stream().map(Vetting.Refused::file).toList();
    List<Vetting.Refused> all = new ArrayList<>(refused);
    all.removeIf(old -> seen.contains(old.file()));
    all.addAll(vetted.refused());
    refused = List.copyOf(all);
    vetted.problems().forEach(problem -> problems.forgetFile(problem.place()));
    problems.addAll(vetted.problems());
    vetted.problems().forEach(problem -> LOG.warn("plugin jar refused: {}", problem));
  }

  synchronized void note(Vetting.Refused jar, Optional<Problem> why) {
    List<Vetting.Refused> all = new ArrayList<>(refused);
    all.removeIf(old -> old.file().equals(jar.file()));
    all.add(jar);
    refused = List.copyOf(all);
    why.ifPresent(problems::add);
  }

  /** A jar is not in the folder any more. */
  synchronized void forgetFile(Path file) {
    refused = refused.stream().filter(jar -> !jar.file().equals(file)).toList();
    problems.forgetFile(String.valueOf(file.getFileName()));
  }

  /**
   * Stops and unloads plugins, dependents first, then loads others and starts some of them, dependencies first.
   *
   * @param out what goes, in order
   * @param vetted what was found good, in order: of it those come that are not loaded then
   * @param starting the ids of those that are to run
   * @throws ProblemsException when what comes is wrongly configured, or the host closes: nothing is changed then
   */
  synchronized void swap(List<PluginJar> out, VettedPlugins vetted, Collection<String> starting)
      throws ProblemsException {
    requireOpen();
    Settings inForce = environment.settings();
    Settings latest = environment.live().latest();
    for (SectionReference reference : vetted.references()) {
      inForce = inForce.with(reference);
      latest = latest.with(reference);
    }
    out.reversed().forEach(jar -> stop(jar.id()));
    out.reversed().forEach(this::drop);
    environment.live().change(inForce, latest);
    List<PluginJar> came = vetted.order().stream().filter(jar -> manager.getPlugin(jar.id()) == null).toList();
    for (PluginJar jar : came) {
      problems.forget(jar);
      problems.forgetSection(jar.id());
      refused = refused.stream().filter(old -> !old.file().equals(jar.file())).toList();
      load(jar);
    }
    order = vetted.order().stream().filter(jar -> manager.getPlugin(jar.id()) != null).toList();
    startSome(order.stream().filter(jar -> came.contains(jar) && starting.contains(jar.id())).toList());
  }

  /** What goes wrong here was not there when the jar was vetted: somebody has changed or removed it since. */
  private void load(PluginJar jar) {
    try {
      manager.load(jar);
      LOG.info("plugin {} {} loaded from {}", jar.id(), jar.version(), jar.file());
    } catch (RuntimeException e) {
      LOG.error("plugin {} cannot be loaded", jar.id(), e);
      manager.forget(jar.id());
      note(new Vetting.Refused(jar.id(), jar.version(), jar.file(), "PLG-001"), Optional.of(new Problem("PLG-001",
          jar.fileName(), "it cannot be loaded any more: " + PluginFailure.text(e), "load it again")));
    }
  }

  /**
   * Starts plugins that are loaded.
   *
   * @throws ProblemsException when the host closes
   */
  synchronized void startLoaded(List<PluginJar> jars) throws ProblemsException {
    requireOpen();
    jars.forEach(problems::forget);
    jars.forEach(jar -> manager.forgive(jar.id()));
    startSome(jars.stream().filter(jar -> !isStarted(jar.id())).toList());
  }

  private void startSome(List<PluginJar> jars) {
    start(jars);
    jars.stream().filter(jar -> isStarted(jar.id())).forEach(jar -> LOG.info("plugin {} started", jar.id()));
  }

  /** Writes to {@code enabled.txt} or {@code disabled.txt} whether a plugin may run. */
  synchronized void mark(String pluginId, boolean enabled) {
    manager.mark(pluginId, enabled);
  }

  /** What is wrong with a plugin. */
  synchronized Optional<Problem> problem(String pluginId) {
    return problems.of(pluginId);
  }

  /** Adds something that is wrong. */
  synchronized void add(Problem problem) {
    problems.add(problem);
  }

  // ---- For people.

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
    return problems.all();
  }

  /** Shows the plugins with what they registered, and what went wrong. */
  public void print(ConsoleOutput output) {
    table(false).print(output);
  }

  /** Shows the plugins with the files they come from, and what went wrong. */
  public void printJars(ConsoleOutput output) {
    table(true).print(output);
  }

  private synchronized PluginTable table(boolean jars) {
    List<PluginTable.Row> rows = new ArrayList<>();
    for (PluginJar jar : order) {
      rows.add(new PluginTable.Row(jar, state(jar.id()).orElse("UNLOADED"), registered(jar.id())));
    }
    return new PluginTable(jars, rows, refused, problems.all());
  }

  private String registered(String pluginId) {
    String registered = isStarted(pluginId) ? manager.container(pluginId).registered() : "";
    return registered.isEmpty() ? problemOf(pluginId) : registered;
  }

  private String problemOf(String pluginId) {
    return problems.of(pluginId).map(Problem::id).orElse("-");
  }
}
