package org.sluice.core.application;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.fault.PluginFaults;
import org.sluice.core.segment.SegmentBudget;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.SessionCallbacks;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;

/** The attached applications. Calls may come from any context; the work is done on worker 0. */
public final class ApplicationRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ApplicationRegistry.class);

  private final ControlPlane plane;
  private final Listens listens;
  private final StreamConnects streamConnects;
  private final Proxies proxies;
  private final Connects connects;
  private final ConnectRequests connectRequests;
  private final Map<String, AttachedApplication> byName = new LinkedHashMap<>();
  private final HandleTable<AttachedApplication> applications = new HandleTable<>();
  private final HandleTable<ApplicationWorker> workers = new HandleTable<>();
  private final List<Kept> kept = new ArrayList<>();

  /** An application that is attached whenever the layer is on. */
  private record Kept(Application callbacks, AttachOptions options, PluginFaults faults) {}

  ApplicationRegistry(ControlPlane plane) {
    this.plane = plane;
    listens = new Listens(plane);
    proxies = new Proxies(plane, listens);
    streamConnects = new StreamConnects(plane);
    connects = new Connects(plane, streamConnects);
    connectRequests = new ConnectRequests(plane.workers(), connects);
  }

  /**
   * Attaches an application on behalf of a plugin.
   *
   * @param callbacks the application
   * @param options how
   * @param faults the account of the plugin
   * @param isLeaving asked on worker 0: whether the plugin is being revoked, whose applications are detached already
   * @return see {@link org.sluice.spi.application.Applications#attach(Application, AttachOptions)}
   */
  public CompletableFuture<ApplicationContext> attach(
      Application callbacks, AttachOptions options, PluginFaults faults, BooleanSupplier isLeaving) {
    String what = attachOf(options);
    return plane.admit(what, () -> {
      requireStaying(isLeaving, faults, what);
      return attachNow(callbacks, options, faults);
    });
  }

  /**
   * Keeps an application of a plugin attached: now, if the layer is on, and again each time it comes back on, with the
   * same options, until {@link #detachAll(PluginFaults)}.
   *
   * @param callbacks the application
   * @param options how
   * @param faults the account of the plugin
   * @param isLeaving as for {@link #attach}
   * @return completes with its name, also while the layer is off; or with why it could not be attached: then it is not
   *     kept
   */
  public CompletableFuture<String> keepAttached(
      Application callbacks, AttachOptions options, PluginFaults faults, BooleanSupplier isLeaving) {
    String what = attachOf(options);
    return plane.admit(what, () -> {
      requireStaying(isLeaving, faults, what);
      if (plane.transports().isOn()) {
        ApplicationContext _ = attachNow(callbacks, options, faults);
      }
      kept.add(new Kept(callbacks, options, faults));
      return options.name();
    });
  }

  private void requireStaying(BooleanSupplier isLeaving, PluginFaults faults, String what) {
    if (isLeaving.getAsBoolean()) {
      throw plane.failure(SessionError.CONFLICT, what + ", whose plugin " + faults.pluginId() + " is stopping");
    }
  }

  private static String attachOf(AttachOptions options) {
    return "attach of application '" + options.name() + "'";
  }

  /** Attaches what is kept attached, when the layer has come on; returns why some were not. */
  List<String> attachKept() {
    plane.assertMain();
    List<String> failures = new ArrayList<>();
    for (Kept application : List.copyOf(kept)) {
      try {
        ApplicationContext _ = attachNow(application.callbacks(), application.options(), application.faults());
      } catch (RuntimeException e) {
        LOG.error("plugin {}: an application did not come back", application.faults().pluginId(), e);
        failures.add(String.valueOf(e.getMessage()));
      }
    }
    return failures;
  }

  /**
   * Detaches every application of a plugin, for good.
   *
   * @param faults the account of the plugin
   * @return completes when all are detached
   */
  public CompletableFuture<@Nullable Void> detachAll(PluginFaults faults) {
    return plane.run(() -> kept.removeIf(application -> application.faults() == faults))
        .thenCompose(removed -> detachAll(application -> application.faults() == faults));
  }

  /**
   * Has the applications of a plugin take no new sessions while those they have go on, or take them again. Connects
   * fail with CONFLICT meanwhile, and those of peers are refused.
   *
   * @param faults the account of the plugin
   * @param on whether they drain
   * @return completes when it holds
   */
  public CompletableFuture<Boolean> drain(PluginFaults faults, boolean on) {
    return plane.run(() -> {
      byName.values().stream().filter(application -> application.faults() == faults)
          .forEach(application -> application.draining(on));
      return true;
    });
  }

  CompletableFuture<@Nullable Void> detachAll(Predicate<AttachedApplication> which) {
    CompletableFuture<List<CompletableFuture<@Nullable Void>>> started = plane.run(() -> {
      List<CompletableFuture<@Nullable Void>> detaching = new ArrayList<>();
      for (AttachedApplication application : List.copyOf(byName.values())) {
        if (which.test(application)) {
          detaching.add(application.isDetached() ? application.gone() : detachNow(application));
        }
      }
      return detaching;
    });
    return started.thenCompose(all -> CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)));
  }

  private ApplicationContext attachNow(Application callbacks, AttachOptions options, PluginFaults faults) {
    plane.assertMain();
    String what = attachOf(options);
    plane.requireOn(what);
    Namespace namespace = AttachChecks.check(options, byName, plane, what);
    proxies.check(options, namespace, what);
    SegmentBudget budget = new SegmentBudget(
        plane.segments(), plane.segmentFactory(), plane.segmentCounters(), options.maxFifoMemoryBytes());
    long handle = applications.reserve();
    AttachedApplication application =
        new AttachedApplication(handle, callbacks, options, namespace, faults, budget);
    ApplicationWorker worker;
    try {
      worker = newWorker(application, null);
    } catch (SessionException e) {
      applications.free(handle);
      throw e;
    }
    applications.set(handle, application);
    byName.put(options.name(), application);
    try {
      callbacks.onAttached(worker);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      faults.caught("onAttached", e);
      CompletableFuture<@Nullable Void> _ = detachNow(application);
      throw new SessionException(SessionError.UNKNOWN, what + ", whose onAttached threw " + e);
    }
    try {
      // Not before: sessions may come at once, on any worker.
      proxies.attached(application);
    } catch (SessionException e) {
      CompletableFuture<@Nullable Void> _ = detachNow(application);
      throw e;
    }
    return worker;
  }

  /** Makes an application worker; callbacks null means those of the application itself. */
  private ApplicationWorker newWorker(AttachedApplication application, @Nullable SessionCallbacks callbacks) {
    long handle = workers.reserve();
    ApplicationWorker worker = new ApplicationWorker(plane, this, application, handle);
    int error = worker.open(callbacks);
    if (error != 0) {
      workers.free(handle);
      throw plane.failure(
          SessionError.of(error), "first segment of application '" + application.options().name() + "'");
    }
    workers.set(handle, worker);
    application.workerCame(worker);
    return worker;
  }

  ApplicationContext addWorker(AttachedApplication application, SessionCallbacks callbacks) {
    plane.assertMain();
    String what = "new worker of '" + application.options().name() + "'";
    plane.requireOn(what);
    if (application.isDetached()) {
      throw plane.failure(SessionError.NOAPP, what);
    }
    if (application.workers().size() >= plane.limits().maxWorkersPerApplication()) {
      throw plane.limit(plane.counters().workers(), plane.limits().maxWorkersPerApplication(), what);
    }
    ApplicationWorker made = newWorker(application, callbacks);
    proxies.workerCame(made);
    return made;
  }

  /** Takes an application worker away; the last one takes the application with it. */
  CompletableFuture<@Nullable Void> detachWorker(ApplicationWorker worker) {
    plane.assertMain();
    AttachedApplication application = worker.application();
    if (!application.workers().remove(worker)) {
      return CompletableFuture.failedFuture(
          plane.failure(SessionError.NOAPP, "detach of a worker of '" + application.options().name() + "'"));
    }
    if (application.workers().isEmpty()) {
      application.detached();
    }
    listens.leaveAll(worker);
    CompletableFuture<@Nullable Void> left =
        worker.close(CollectorControl.first(application)).thenRun(() -> left(worker));
    return application.isDetached() ? application.gone().copy() : left;
  }

  CompletableFuture<@Nullable Void> detachNow(AttachedApplication application) {
    plane.assertMain();
    if (application.isDetached()) {
      return CompletableFuture.failedFuture(
          plane.failure(SessionError.NOAPP, "detach of '" + application.options().name() + "'"));
    }
    application.detached();
    for (ApplicationWorker worker : List.copyOf(application.workers())) {
      CompletableFuture<@Nullable Void> _ = detachWorker(worker);
    }
    return application.gone().copy();
  }

  private void left(ApplicationWorker worker) {
    AttachedApplication application = worker.application();
    workers.free(worker.handle());
    if (!application.workerLeft()) {
      return;
    }
    byName.remove(application.options().name(), application);
    applications.free(application.handle());
    try {
      ControlPlane.guarded(application.faults(), "onDetached", application.callbacks()::onDetached);
    } finally {
      application.gone().complete(null);
    }
  }

  /**
   * Ends every listener of a transport that goes. Worker 0.
   *
   * @param transport the transport
   */
  public void stopListeners(TransportEntry transport) {
    listens.stopAll(transport);
  }

  /** A transport takes listeners now: proxies have waited for it. Worker 0. */
  public void transportCame() {
    proxies.refresh(byName.values());
  }

  /**
   * Throws when the listeners of a namespace could not follow it to another place, also because of those that move at
   * the same time and whose keys are taken.
   */
  void checkMove(
      Namespace namespace, Namespace.Place place, Map<ListenKey, Listens.Claim> taken, String what) {
    listens.checkMove(namespace, place, taken, what);
    proxies.checkMove(byName.values(), namespace, place, taken, what);
  }

  /** Lets the listeners of a namespace follow it. */
  void moved(Namespace namespace) {
    listens.moved(namespace);
    proxies.refresh(byName.values());
  }

  Listens listens() {
    return listens;
  }

  ConnectRequests connectRequests() {
    return connectRequests;
  }

  StreamConnects streamConnects() {
    return streamConnects;
  }

  Connects connects() {
    return connects;
  }

  /**
   * What consoles may see.
   *
   * @return the views
   */
  public ApplicationViews views() {
    return new ApplicationViews(plane, this);
  }

  /**
   * Who is given the records of closed sessions.
   *
   * @return the control of it
   */
  public CollectorControl collectors() {
    return new CollectorControl(plane, this);
  }

  Collection<AttachedApplication> all() {
    return byName.values();
  }
}
