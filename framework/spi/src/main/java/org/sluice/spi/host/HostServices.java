package org.sluice.spi.host;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.pf4j.ExtensionPoint;
import org.sluice.spi.application.Applications;
import org.sluice.spi.network.Network;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.CounterReader;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Workers;
import org.sluice.spi.session.SessionLayer;
import org.slf4j.Logger;

/**
 * Everything a plugin may use, scoped to it: extensions take it, or any one of these services, in their constructor. An
 * extension can be built by hand from a {@code HostServices} too (tests, embedding).
 */
public interface HostServices {

  /**
   * The plugin this scope belongs to.
   *
   * @return its id
   */
  String pluginId();

  /**
   * The time.
   *
   * @return the clock of the stack
   */
  Clock clock();

  /**
   * Randomness: seeded in simulations. For one context at a time.
   *
   * @return a generator of this plugin's own
   */
  RandomGenerator random();

  /**
   * Counters named below the plugin's id.
   *
   * @return the counters
   */
  Counters counters();

  /**
   * The counters of everybody, for who shows them elsewhere.
   *
   * @return reads the stack's and every plugin's
   */
  CounterReader allCounters();

  /**
   * The plugin's section of the configuration, as it is in force: keys that {@code reference.conf} calls {@code live:
   * yes} have other values after a {@code config reload}, all others keep theirs until the plugin starts again.
   *
   * @return the section; immutable, so ask again for the values of live keys
   */
  Configuration configuration();

  /**
   * Tells of changes of live keys until the plugin stops.
   *
   * @param listener called on worker 0 with the whole section, once for each reload that changed a live key of it; what
   *     it throws is counted as the plugin's and shown to whoever reloads
   */
  void onConfigurationChange(Consumer<Configuration> listener);

  /**
   * A log under the plugin's id.
   *
   * @return the logger
   */
  Logger log();

  /**
   * The workers of the stack.
   *
   * @return the workers; ports made through it are revoked when the plugin stops
   */
  Workers workers();

  /**
   * Runs what may block or take long (files, hashes, look-ups) on threads of this plugin's own, so that no worker waits
   * for it. Tasks begin in the order they came, several at a time; each sees what was written before it was handed
   * over. They run in no context that owns sessions, FIFOs or timers: hand results to a worker by a {@link
   * org.sluice.spi.runtime.ControlSlot} or a {@link org.sluice.spi.runtime.MessagePort}. What a task throws is counted
   * and logged with the plugin's id.
   *
   * <p>When the plugin stops, everything else of it is revoked first; then no further task is taken, those that were
   * taken may end, and the host waits for them. A task that has not ended after half of {@code host.plugin-timeout} is
   * interrupted, and those that wait still are dropped.
   *
   * @return the executor; its {@code execute} may be called from any context, does not block, and throws {@link
   *     java.util.concurrent.RejectedExecutionException} when {@code host.plugin-tasks} wait already (counted as {@code
   *     background.refused}) or the plugin has stopped
   */
  Executor background();

  /**
   * The session layer, for transports.
   *
   * @return the layer
   */
  SessionLayer sessions();

  /**
   * Attaches applications, which are detached when the plugin stops.
   *
   * @return the applications
   */
  Applications applications();

  /**
   * The IP layer.
   *
   * @return the network; protocols registered through it end when the plugin stops
   */
  Network network();

  /**
   * The extensions of a point that are there now, of all plugins. A snapshot.
   *
   * @param point the extension point
   * @param <T> its type
   * @return the extensions
   */
  <T extends ExtensionPoint> List<T> extensions(Class<T> point);

  /**
   * Watches the extensions of a point until the plugin stops.
   *
   * @param point the extension point
   * @param listener told about each
   * @param <T> its type
   */
  <T extends ExtensionPoint> void watch(Class<T> point, ExtensionListener<T> listener);
}
