package org.sluice.host.plugin;

import com.google.inject.Module;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pf4j.Extension;
import org.pf4j.ExtensionPoint;
import org.pf4j.Plugin;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PluginWrapper;
import org.sluice.core.PluginScope;
import org.sluice.core.PluginSessions;
import org.sluice.host.services.BackgroundThreads;
import org.sluice.host.services.PluginServices;
import org.sluice.spi.host.Configuration;

/**
 * What PF4J starts and stops for each plugin, whether it has a class with a life cycle of its own or not. Everything of
 * one start (services, extensions, registrations) is made here and dropped here.
 */
final class PluginContainer extends Plugin {
  /** Which part of the patience is for threads that are on their way out when everything else has stopped. */
  private static final int THREADS_SHARE = 10;

  private final PluginWrapper plugin;
  private final PluginEnvironment environment;
  private final PluginJar jar;
  private final PluginThreads threads;
  private @Nullable Instances instances;
  private @Nullable Plugin lifeCycle;
  private @Nullable Registrations registrations;

  PluginContainer(PluginWrapper plugin, PluginEnvironment environment, PluginJar jar) {
    this.plugin = plugin;
    this.environment = environment;
    this.jar = jar;
    threads = new PluginThreads(jar, plugin.getPluginClassLoader(), environment.stack().clock());
  }

  /** What it has registered, for people. */
  String registered() {
    return registrations == null ? "" : registrations.text();
  }

  /** The sessions that depend on it; empty while it does not run. */
  Optional<PluginSessions> sessions() {
    return Optional.ofNullable(registrations).map(Registrations::sessions);
  }

  /** The instance of one of its extensions. */
  <T> T instance(Class<T> type) {
    if (instances == null) {
      throw new PluginRuntimeException("plugin " + plugin.getPluginId() + " is not started");
    }
    return instances.get(type);
  }

  /**
   * Makes everything and registers what others build on: transports, drivers, algorithms. Leaves nothing behind when it
   * fails.
   */
  @Override
  public void start() {
    Set<Thread> before = PluginThreads.present();
    PluginServices services = services();
    Registrations made = new Registrations(services, environment);
    registrations = made;
    try {
      List<Class<?>> extensions = extensionClasses();
      List<Class<?>> classes = new ArrayList<>(extensions);
      jar.pluginClass().map(this::load).ifPresent(classes::addFirst);
      instances = PlainInstances.of(services, classes).orElseGet(() -> GuiceInstances.of(services, classes));
      startLifeCycle();
      for (Class<?> extension : extensions) {
        if (!Module.class.isAssignableFrom(extension)) {
          made.provide((ExtensionPoint) instance(extension));
        }
      }
    } catch (Throwable e) {
      threads.begun(before);
      release();
      throw e;
    }
    threads.begun(before);
  }

  private PluginServices services() {
    PluginScope scope = environment.stack().scope(jar.id());
    Configuration host = environment.settings().section("host");
    BackgroundThreads background = new BackgroundThreads(scope.faults(), scope.counters(),
        Math.toIntExact(host.number("plugin-threads")), Math.toIntExact(host.number("plugin-tasks")));
    PluginServices services =
        new PluginServices(scope, environment.live(), environment.extensions(), background);
    environment.live().started(jar.id(), section -> services.tell(section, environment.patience()));
    return services;
  }

  /**
   * Registers what uses others: applications, which may listen at once, and commands. Comes after the start of every
   * plugin that starts together with this one, so that the transports are there, whatever their plugins are called.
   *
   * @throws PluginFailure when something is refused; the plugin is to be stopped then
   */
  void open() {
    if (registrations != null) {
      Set<Thread> before = PluginThreads.present();
      try {
        registrations.open();
      } finally {
        threads.begun(before);
      }
    }
  }

  private void startLifeCycle() {
    if (jar.pluginClass().isEmpty()) {
      return;
    }
    Plugin own = (Plugin) instance(load(jar.pluginClass().get()));
    try {
      own.start();
      lifeCycle = own;
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      throw new PluginFailure("PLG-011", "its start threw " + e, "see the log, and ask " + provider(), e);
    }
  }

  /** Whoever sorts first is registered first; the index alone has no order. */
  private List<Class<?>> extensionClasses() {
    List<Class<?>> classes = new ArrayList<>();
    for (String name : jar.extensions()) {
      Class<?> type = load(name);
      if (!ExtensionPoint.class.isAssignableFrom(type)) {
        throw new PluginFailure("PLG-012", name + " is in the extension index but implements no extension point",
            "implement one of the SPI's, for example Application", null);
      }
      classes.add(type);
    }
    classes.sort(Comparator.<Class<?>>comparingInt(PluginContainer::ordinal).thenComparing(Class::getName));
    return classes;
  }

  private static int ordinal(Class<?> type) {
    Extension annotation = type.getAnnotation(Extension.class);
    return annotation == null ? 0 : annotation.ordinal();
  }

  private Class<?> load(String name) {
    try {
      Class<?> type = plugin.getPluginClassLoader().loadClass(name);
      // Resolves the types in its signatures now, where a missing one can be named.
      var _ = type.getDeclaredConstructors();
      return type;
    } catch (ClassNotFoundException | LinkageError e) {
      throw new PluginFailure("PLG-012", "class " + name + " cannot be loaded: " + e,
          "plugins see their own jar, their dependencies, the SPI and its libraries; bundle what else they need", e);
    }
  }

  private String provider() {
    String provider = plugin.getDescriptor().getProvider();
    return provider == null || provider.isBlank() ? "its author" : provider;
  }

  /** Takes back everything, whatever fails on the way. */
  @Override
  public void stop() {
    List<String> failures = release();
    if (!failures.isEmpty()) {
      throw new PluginFailure("PLG-016", "did not stop cleanly: " + String.join("; ", failures),
          "restart the host to be rid of it", null);
    }
  }

  private List<String> release() {
    List<String> failures = new ArrayList<>();
    environment.live().stopped(jar.id());
    if (registrations != null) {
      failures.addAll(registrations.revoke());
    }
    if (lifeCycle != null) {
      try {
        lifeCycle.stop();
      } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
        log.error("plugin {}: its stop threw", jar.id(), e);
        failures.add("its stop threw " + e);
      }
    }
    registrations = null;
    lifeCycle = null;
    instances = null;
    failures.addAll(threads.left(environment.patience().dividedBy(THREADS_SHARE)));
    return failures;
  }
}
