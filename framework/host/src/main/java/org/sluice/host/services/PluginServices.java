package org.sluice.host.services;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.pf4j.ExtensionPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.PluginScope;
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
  private final Configuration configuration;
  private final ExtensionRegistry registry;
  private final BackgroundThreads background;
  private final Logger log;

  /** Everything that is reached through {@code scope} is revoked with it. */
  public PluginServices(PluginScope scope, Configuration configuration, ExtensionRegistry registry,
      BackgroundThreads background) {
    this.scope = scope;
    this.configuration = configuration;
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
