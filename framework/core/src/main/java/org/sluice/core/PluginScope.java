package org.sluice.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sluice.core.fault.PluginFaults;
import org.sluice.core.ip.StackNetwork;
import org.sluice.core.runtime.ScopedCounters;
import org.sluice.core.runtime.WorkerScope;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.Applications;
import org.sluice.spi.network.Network;
import org.sluice.spi.nic.NicDriver;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.CounterReader;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Workers;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.TransportVft;

/**
 * What one plugin uses and has registered, so that {@link #revoke} takes all of it back in one call. Any context.
 */
public final class PluginScope {
  private final Stack stack;
  private final String pluginId;
  private final RandomGenerator random;
  private final ScopedCounters counters;
  private final PluginFaults faults;
  private final WorkerScope workers;
  private final StackNetwork network;
  private final List<TransportEntry> transports = new CopyOnWriteArrayList<>();
  private final List<NicDriver> drivers = new CopyOnWriteArrayList<>();
  // The running revocation, or the one that has ended; a failed one is replaced by the next.
  private final AtomicReference<@Nullable CompletableFuture<Void>> revocation = new AtomicReference<>();

  PluginScope(Stack stack, String pluginId, RandomGenerator random) {
    this.stack = stack;
    this.pluginId = pluginId;
    this.random = random;
    counters = stack.counters().scope(pluginId);
    faults = new PluginFaults(pluginId, counters);
    workers = stack.workerSet().scope(pluginId, counters);
    network = stack.ip().scope(faults);
  }

  /**
   * The plugin.
   *
   * @return its id
   */
  public String pluginId() {
    return pluginId;
  }

  /**
   * The time.
   *
   * @return the stack's clock
   */
  public Clock clock() {
    return stack.clock();
  }

  /**
   * Randomness of this plugin's own.
   *
   * @return a generator for one context at a time
   */
  public RandomGenerator random() {
    return random;
  }

  /**
   * Counters below the plugin's id.
   *
   * @return the counters
   */
  public Counters counters() {
    return counters;
  }

  /**
   * The counters of everybody.
   *
   * @return reads all scopes of the stack
   */
  public CounterReader allCounters() {
    return stack.counters();
  }

  /**
   * What the plugin threw.
   *
   * @return the account
   */
  public PluginFaults faults() {
    return faults;
  }

  /**
   * The workers; timers, slots and ports made through them end with the scope.
   *
   * @return the workers
   */
  public Workers workers() {
    return workers;
  }

  /**
   * The session layer.
   *
   * @return the layer
   */
  public SessionLayer sessions() {
    return stack.sessions();
  }

  /**
   * The IP layer; protocols registered through it end with the scope.
   *
   * @return the network
   */
  public Network network() {
    return network;
  }

  /**
   * Attaches applications in the name of the plugin.
   *
   * @return the applications
   */
  public Applications applications() {
    return (application, options) -> stack.applicationRegistry().attach(application, options, faults, this::isLeaving);
  }

  /**
   * Keeps an application attached in the name of the plugin, as its host does with the applications it brings: now, and
   * again each time the session layer comes back on.
   *
   * @param application the application; asked for its options now, on the calling thread
   * @return completes with its name, also while the layer is off; or, and then it is not kept, see {@link
   *     Applications#attach(Application)}
   */
  public CompletableFuture<String> keepAttached(Application application) {
    return stack.applicationRegistry().keepAttached(application, application.options(), faults, this::isLeaving);
  }

  /**
   * Registers a transport, and enables it unless the session layer is off.
   *
   * @param transport the transport
   * @return completes with its protocol id; or with what is wrong: an IllegalArgumentException for a name that is
   *     taken, an IllegalStateException when its enable threw or the scope is revoked, a RejectedExecutionException
   *     when the mailbox of worker 0 is full. Nothing is registered then
   */
  public CompletableFuture<Integer> registerTransport(TransportVft transport) {
    return stack.workers().query(0, () -> {
      requireStaying();
      TransportEntry entry = stack.transports().register(transport, faults);
      if (isLeaving()) {
        // Revoked by the transport's own enable: the revocation has not seen this entry.
        stack.transports().unregister(entry);
        requireStaying();
      }
      transports.add(entry);
      stack.applicationRegistry().transportCame();
      return entry.id();
    });
  }

  /**
   * Registers a driver of network cards. Its cards are closed when the scope ends.
   *
   * @param driver the driver
   * @return completes when interfaces can be made of it; CONFLICT when its name is taken, an IllegalStateException when
   *     the scope is revoked
   */
  public CompletableFuture<Void> registerNicDriver(NicDriver driver) {
    if (isLeaving()) {
      return CompletableFuture.failedFuture(new IllegalStateException("plugin " + pluginId + " is stopping"));
    }
    return stack.network().addDriver(driver).thenCompose(added -> {
      drivers.add(driver);
      // A revocation that has begun meanwhile may not have seen it.
      return isLeaving() ? stack.network().removeDriver(driver) : CompletableFuture.completedFuture(null);
    });
  }

  /**
   * What of the stack's sessions depends on the plugin.
   *
   * @return what counts and drains them
   */
  public PluginSessions pluginSessions() {
    return new PluginSessions(stack, faults, transports, drivers);
  }

  private void requireStaying() {
    if (isLeaving()) {
      throw new IllegalStateException("plugin " + pluginId + " is stopping");
    }
  }

  private boolean isLeaving() {
    return revocation.get() != null;
  }

  /**
   * Takes back everything: detaches the applications, ends sessions and listeners of the transports and disables them,
   * revokes timers, slots and ports, drops the counters. From the first call on the scope takes nothing new. Calls
   * while a revocation runs wait for that one; after one that failed, the next goes on with what is left. No full
   * mailbox refuses it.
   *
   * @return completes when nothing of the plugin is left in the stack
   */
  public CompletableFuture<Void> revoke() {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> running =
        revocation.updateAndGet(last -> last == null || last.isCompletedExceptionally() ? mine : last);
    if (running == mine) {
      var _ = takeBack().whenComplete((done, failure) -> {
        if (failure == null) {
          mine.complete(null);
        } else {
          mine.completeExceptionally(failure);
        }
      });
    }
    return running.copy();
  }

  private CompletableFuture<Void> takeBack() {
    return stack.applicationRegistry()
        .detachAll(faults)
        .thenCompose(detached -> removeTransports())
        .thenCompose(removed -> removeDrivers())
        .thenCompose(removed -> network.revoke())
        .thenCompose(removed -> workers.revoke())
        .thenAccept(revoked -> stack.forget(this));
  }

  private CompletableFuture<Void> removeDrivers() {
    return CompletableFuture.allOf(drivers.stream()
        .map(driver -> stack.network().removeDriver(driver).thenRun(() -> drivers.remove(driver)))
        .toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Void> removeTransports() {
    List<CompletableFuture<Void>> removing = new ArrayList<>();
    for (TransportEntry entry : transports) {
      removing.add(stack.remove(entry).thenRun(() -> transports.remove(entry)));
    }
    return CompletableFuture.allOf(removing.toArray(CompletableFuture[]::new));
  }
}
