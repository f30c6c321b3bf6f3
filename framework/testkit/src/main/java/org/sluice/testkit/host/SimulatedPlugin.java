package org.sluice.testkit.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.pf4j.ExtensionPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.PluginScope;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.Applications;
import org.sluice.spi.host.Configuration;
import org.sluice.spi.host.ExtensionListener;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.network.Network;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Workers;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.TransportVft;

/** What one plugin is given on a {@link SimulatedHost}, and the host's part of its life: add, count, stop. */
public final class SimulatedPlugin implements HostServices {
  private final SimulatedHost host;
  private final PluginScope scope;
  private final Configuration configuration;
  private final List<ExtensionPoint> extensions = new ArrayList<>();

  SimulatedPlugin(SimulatedHost host, String pluginId, Map<String, Object> settings) {
    this.host = host;
    scope = host.stack().scope(pluginId);
    configuration = new MapConfiguration("plugins." + pluginId, settings);
  }

  /**
   * Does with an extension what a host does: registers a transport, attaches an application, and lists it for others.
   *
   * @param extension made by the test, with this plugin as its services
   * @param <T> its type
   * @return the extension
   * @throws java.util.concurrent.CompletionException when it is refused
   */
  public <T extends ExtensionPoint> T add(T extension) {
    if (extension instanceof TransportVft transport) {
      var _ = host.await(scope.registerTransport(transport));
    }
    if (extension instanceof Application application) {
      var _ = host.await(scope.keepAttached(application));
    }
    extensions.add(extension);
    host.announce(extension);
    return extension;
  }

  /**
   * One of the plugin's counters.
   *
   * @param name without the plugin's id
   * @return its value, 0 when there is none
   */
  public long count(String name) {
    long[] value = new long[1];
    scope.counters().forEach((full, counter) -> {
      if (full.equals(name) || full.equals(pluginId() + "." + name)) {
        value[0] = counter.value();
      }
    });
    return value[0];
  }

  /** Takes back everything that the plugin has registered, as a host does when it stops one. */
  public void stop() {
    List<ExtensionPoint> gone = List.copyOf(extensions);
    extensions.clear();
    gone.forEach(host::withdraw);
    var _ = host.await(scope.revoke());
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
  public Configuration configuration() {
    return configuration;
  }

  @Override
  public Logger log() {
    return LoggerFactory.getLogger("plugin." + pluginId());
  }

  @Override
  public Workers workers() {
    return scope.workers();
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
    throw new IllegalStateException("a simulated host has no network layer");
  }

  @Override
  public <T extends ExtensionPoint> List<T> extensions(Class<T> point) {
    return host.extensions(point);
  }

  @Override
  public <T extends ExtensionPoint> void watch(Class<T> point, ExtensionListener<T> listener) {
    host.watch(point, listener);
  }

  <T extends ExtensionPoint> Stream<T> own(Class<T> point) {
    return extensions.stream().filter(point::isInstance).map(point::cast);
  }
}
