package org.sluice.testkit.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.pf4j.ExtensionPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.PluginScope;
import org.sluice.core.Stack;
import org.sluice.spi.application.Applications;
import org.sluice.spi.host.Configuration;
import org.sluice.spi.host.ExtensionListener;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.network.Network;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.CounterReader;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Workers;
import org.sluice.spi.session.SessionLayer;

/**
 * What one plugin is given, over a stack of the test's own. Extensions are built by hand from it, and registered
 * through its {@link #scope}; {@code scope().revoke()} ends the plugin.
 */
public final class TestHost implements HostServices {
  private final PluginScope scope;
  private final SessionLayer sessions;
  private volatile Configuration configuration;
  private final Executor background;
  private final @Nullable Network network;
  private final Logger log;
  private final List<ExtensionPoint> extensions = new ArrayList<>();
  private final List<Watch<?>> watches = new ArrayList<>();
  private final List<Consumer<Configuration>> configurationListeners = new ArrayList<>();
  private volatile boolean ended;

  private record Watch<T extends ExtensionPoint>(Class<T> point, ExtensionListener<T> listener) {
    void added(ExtensionPoint extension) {
      if (point.isInstance(extension)) {
        listener.onAdded(point.cast(extension));
      }
    }

    void removed(ExtensionPoint extension) {
      if (point.isInstance(extension)) {
        listener.onRemoved(point.cast(extension));
      }
    }
  }

  private TestHost(PluginScope scope, SessionLayer sessions, Configuration configuration, Executor background,
      @Nullable Network network) {
    this.scope = scope;
    this.sessions = sessions;
    this.configuration = configuration;
    this.background = background;
    this.network = network;
    log = LoggerFactory.getLogger("plugin." + scope.pluginId());
  }

  /**
   * The host of a plugin without configuration, whose background tasks run at once, where they are handed over.
   *
   * @param stack the stack
   * @param pluginId the plugin
   * @return its host
   */
  public static TestHost of(Stack stack, String pluginId) {
    return new TestHost(stack.scope(pluginId), stack.sessions(), new TestConfiguration(Map.of()),
        Runnable::run, null);
  }

  /**
   * The same with a configuration.
   *
   * @param values see {@link TestConfiguration}
   * @return another host of the same plugin
   */
  public TestHost with(Map<String, Object> values) {
    return new TestHost(scope, sessions, new TestConfiguration(values), background, network);
  }

  /**
   * The same with another session layer, for example one that watches what a transport reports.
   *
   * @param layer the layer given to the plugin
   * @return another host of the same plugin
   */
  public TestHost with(SessionLayer layer) {
    return new TestHost(scope, layer, configuration, background, network);
  }

  /**
   * The same with another executor for background tasks, for example one that runs them step by step.
   *
   * @param executor given to the plugin, with a guard that counts what tasks throw
   * @return another host of the same plugin
   */
  public TestHost with(Executor executor) {
    return new TestHost(scope, sessions, configuration, executor, network);
  }

  /**
   * The same with an IP layer, for example a {@link org.sluice.testkit.network.FakeStack}.
   *
   * @param newNetwork given to the plugin
   * @return another host of the same plugin
   */
  public TestHost with(Network newNetwork) {
    return new TestHost(scope, sessions, configuration, background, newNetwork);
  }

  /**
   * The plugin's scope, where transports are registered and all is taken back.
   *
   * @return the scope
   */
  public PluginScope scope() {
    return scope;
  }

  /**
   * Adds an extension, as if a plugin with it were started.
   *
   * @param extension the extension
   */
  public void add(ExtensionPoint extension) {
    extensions.add(extension);
    watches.forEach(watch -> watch.added(extension));
  }

  /**
   * Takes an extension away.
   *
   * @param extension the extension
   */
  public void remove(ExtensionPoint extension) {
    if (extensions.remove(extension)) {
      watches.forEach(watch -> watch.removed(extension));
    }
  }

  /**
   * One of the plugin's counters.
   *
   * @param name without the plugin's id
   * @return its value
   * @throws IllegalArgumentException when there is no such counter
   */
  public long count(String name) {
    String wanted = pluginId() + "." + name;
    List<Long> found = new ArrayList<>();
    scope.counters().forEach((full, counter) -> {
      if (full.equals(wanted)) {
        found.add(counter.value());
      }
    });
    if (found.isEmpty()) {
      throw new IllegalArgumentException("no counter " + wanted);
    }
    return found.getFirst();
  }

  /**
   * Ends the plugin: its extensions go, and all that was made through its scope.
   *
   * @return completes when nothing of it is left in the stack
   */
  public CompletableFuture<Void> revoke() {
    List.copyOf(extensions).forEach(this::remove);
    return scope.revoke().thenRun(() -> ended = true);
  }

  @Override
  public String pluginId() {
    return scope.pluginId();
  }

  @Override
  public Clock clock() {
    return scope.clock();
  }

  @Override
  public RandomGenerator random() {
    return scope.random();
  }

  @Override
  public Counters counters() {
    return scope.counters();
  }

  @Override
  public CounterReader allCounters() {
    return scope.allCounters();
  }

  @Override
  public Configuration configuration() {
    return configuration;
  }

  /**
   * Tells the plugin that live keys have other values, on the calling thread.
   *
   * @param values of the whole section from now on, see {@link TestConfiguration}
   */
  public void reconfigure(Map<String, Object> values) {
    configuration = new TestConfiguration(values);
    configurationListeners.forEach(listener -> listener.accept(configuration));
  }

  @Override
  public void onConfigurationChange(Consumer<Configuration> listener) {
    configurationListeners.add(listener);
  }

  @Override
  public Logger log() {
    return log;
  }

  @Override
  public Workers workers() {
    return scope.workers();
  }

  @Override
  public Executor background() {
    return this::runInBackground;
  }

  private void runInBackground(Runnable task) {
    if (ended) {
      throw new RejectedExecutionException("plugin " + pluginId() + " has stopped");
    }
    background.execute(() -> {
      try {
        task.run();
      } catch (Throwable e) {
        scope.faults().caught("a background task", e);
      }
    });
  }

  @Override
  public SessionLayer sessions() {
    return sessions;
  }

  @Override
  public Applications applications() {
    return scope.applications();
  }

  @Override
  public Network network() {
    return network != null ? network : scope.network();
  }

  @Override
  public <T extends ExtensionPoint> List<T> extensions(Class<T> point) {
    return extensions.stream().filter(point::isInstance).map(point::cast).toList();
  }

  @Override
  public <T extends ExtensionPoint> void watch(Class<T> point, ExtensionListener<T> listener) {
    Watch<T> watch = new Watch<>(point, listener);
    watches.add(watch);
    extensions.forEach(watch::added);
  }
}
