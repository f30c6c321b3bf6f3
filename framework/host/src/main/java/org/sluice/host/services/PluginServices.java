package org.sluice.host.services;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.pf4j.ExtensionPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.PluginScope;
import org.sluice.host.config.LiveSettings;
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

/** The services of one start of one plugin: the scope that the stack keeps for it, its configuration and its log. */
public final class PluginServices implements HostServices {
  private final PluginScope scope;
  private final LiveSettings settings;
  private final ExtensionRegistry registry;
  private final BackgroundThreads background;
  private final Logger log;
  private final List<Consumer<Configuration>> listeners = new CopyOnWriteArrayList<>();

  /** Everything that is reached through {@code scope} is revoked with it. */
  public PluginServices(PluginScope scope, LiveSettings settings, ExtensionRegistry registry,
      BackgroundThreads background) {
    this.scope = scope;
    this.settings = settings;
    this.registry = registry;
    this.background = background;
    log = LoggerFactory.getLogger("plugin." + scope.pluginId());
  }

  /** The plugin's scope in the stack. */
  public PluginScope scope() {
    return scope;
  }

  /**
   * Ends what the plugin does in the background; to be called when its scope is revoked.
   *
   * @param patience how long to wait for it
   * @return false when some of it goes on
   */
  public boolean endBackground(Duration patience) {
    return background.close(patience);
  }

  /**
   * Tells the plugin that its live keys have other values, and waits for it.
   *
   * @param patience how long to wait
   * @return what its listeners threw; also that they did not answer
   */
  public List<Throwable> tell(Configuration section, Duration patience) {
    if (listeners.isEmpty()) {
      return List.of();
    }
    try {
      return scope.workers().query(0, () -> tellAll(section)).get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return List.of(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of(e);
    }
  }

  private List<Throwable> tellAll(Configuration section) {
    List<Throwable> thrown = new ArrayList<>();
    for (Consumer<Configuration> listener : listeners) {
      try {
        listener.accept(section);
      } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
        scope.faults().caught("a listener of the configuration", e);
        thrown.add(e);
      }
    }
    return thrown;
  }

  @Override
  public void onConfigurationChange(Consumer<Configuration> listener) {
    listeners.add(listener);
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
    return settings.plugin(pluginId());
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
    return background;
  }

  @Override
  public SessionLayer sessions() {
    return scope.sessions();
  }

  @Override
  public Applications applications() {
    return scope.applications();
  }

  @Override
  public Network network() {
    return scope.network();
  }

  @Override
  public <T extends ExtensionPoint> List<T> extensions(Class<T> point) {
    return registry.extensions(point);
  }

  @Override
  public <T extends ExtensionPoint> void watch(Class<T> point, ExtensionListener<T> listener) {
    var _ = registry.watch(scope.faults(), point, listener).whenComplete((done, failure) -> {
      if (failure != null) {
        log.error("the extensions of {} are not watched: {}", point.getSimpleName(), failure.toString());
      }
    });
  }
}
