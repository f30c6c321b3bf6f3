package org.sluice.plugin.http.server;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.pf4j.Extension;
import org.sluice.plugin.http.resource.DocumentRoot;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.NamespacedListeners;
import org.sluice.spi.application.NamespacedListeners.Listening;
import org.sluice.spi.host.ConfigurationException;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

/**
 * The server, in any namespace: a listener for each {@link Site}. Each session's {@link Connection} is its
 * attachment. Also where the plugin's commands meet.
 */
@Extension
public final class HttpApplication implements Application {
  private final HostServices services;
  private final Server server;
  private final @Nullable DocumentRoot root;
  private final NamespacedListeners<Site> sites;
  private final Map<Long, Connection> connections = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private @Nullable Timer scan;

  /**
   * Makes the application. Not on a worker.
   *
   * @param services the plugin's scope
   */
  @Inject
  public HttpApplication(HostServices services) {
    this.services = services;
    server = new Server(services);
    sites = new NamespacedListeners<>(services.applications(), options(), this, this::left);
    root = settings().listen().isEmpty() ? null : configuredRoot();
  }

  private DocumentRoot configuredRoot() {
    try {
      return new DocumentRoot(Path.of(settings().root()), settings().index());
    } catch (IOException | InvalidPathException e) {
      throw new ConfigurationException(
          "plugins.http.root = " + settings().root() + " cannot be used: " + e + "; name a directory that is there");
    }
  }

  @Override
  public AttachOptions options() {
    return settings().attachOptions();
  }

  @Override
  public void onAttached(ApplicationContext attached) {
    sites.attached(attached);
    Timer timer = services.workers().worker(0).newTimer(this::wakeDue);
    timer.schedule(services.workers().worker(0).nowNs() + settings().scanNs());
    scan = timer;
    DocumentRoot configured = root;
    if (configured != null) {
      for (String uri : settings().listen()) {
        // The layer logs and counts a failure.
        var _ = listen(uri, configured, AttachOptions.DEFAULT_NAMESPACE, 0);
      }
    }
  }

  @Override
  public void onDetached() {
    if (scan != null) {
      scan.cancel();
    }
    sites.detached();
  }

  /** An application was detached: nobody calls back for its connections any more. */
  private void left(ApplicationContext leaving) {
    connections.values().removeIf(connection -> {
      boolean gone = connection.listening().context().handle() == leaving.handle();
      if (gone) {
        connection.abandon();
        open.decrementAndGet();
      }
      return gone;
    });
  }

  @Override
  public AcceptDecision onAccept(Session session) {
    // Null for what connected before the listener's handle was noted down, or after it was stopped.
    Listening<Site> site = sites.get(session.listener());
    int worker = Handle.worker(session.handle());
    if (site == null) {
      return AcceptDecision.REJECT;
    }
    if (open.incrementAndGet() > settings().maxConnections()) {
      open.decrementAndGet();
      server.counters().connectionLimit.increment(worker);
      return AcceptDecision.REJECT;
    }
    server.counters().connections.increment(worker);
    Connection connection = new Connection(server, site, session.remoteEndpoint().toString(), now(session));
    connection.wakes(wakeUp(session, site.context()));
    session.attachment(connection);
    connections.put(session.handle(), connection);
    return AcceptDecision.ACCEPT;
  }

  @Override
  public void onReadable(Session session) {
    of(session).advance(session, now(session));
  }

  @Override
  public void onWritable(Session session) {
    of(session).advance(session, now(session));
  }

  @Override
  public void onDisconnected(Session session) {
    of(session).peerClosed(session, now(session));
  }

  @Override
  public void onReset(Session session) {
    of(session).lost(session);
  }

  @Override
  public void onTransportClosed(Session session) {
    of(session).lost(session);
  }

  @Override
  public void onMigrated(Session session, long oldHandle) {
    connections.remove(oldHandle);
    connections.put(session.handle(), of(session));
    of(session).wakes(wakeUp(session, of(session).listening().context()));
  }

  @Override
  public void onCleanup(Session session, CleanupPhase phase) {
    if (phase == CleanupPhase.SESSION && session.attachment() instanceof Connection connection) {
      connection.end(session);
      if (connections.remove(session.handle()) != null) {
        open.decrementAndGet();
      }
    }
  }

  // ---- For the commands, from any thread.

  /** Listens on a URI and serves the files below a directory. */
  CompletableFuture<Listening<Site>> serve(String uri, Path directory, String index, String namespace, long secret)
      throws IOException {
    return listen(uri, new DocumentRoot(directory, index), namespace, secret);
  }

  private CompletableFuture<Listening<Site>> listen(String uri, DocumentRoot served, String namespace, long secret) {
    return sites.listen(namespace, secret, uri, new Site(served));
  }

  /** What is listened on. */
  NamespacedListeners<Site> sites() {
    return sites;
  }

  List<Connection> connections() {
    return List.copyOf(connections.values());
  }

  HttpSettings settings() {
    return server.settings();
  }

  // ----

  private void wakeDue(long nowNs) {
    connections.values().forEach(connection -> connection.wakeIfDue(nowNs));
    if (scan != null) {
      scan.schedule(nowNs + settings().scanNs());
    }
  }

  /** Has the session go on, on its worker, when its lane has done something or its time is over. */
  private ControlSlot wakeUp(Session session, ApplicationContext owner) {
    long handle = session.handle();
    return services.workers().worker(Handle.worker(handle)).newControlSlot(() -> {
      Session live = owner.session(handle);
      if (live != null) {
        woken(live);
      }
    });
  }

  /** A mistake of ours ends the session, as it would in a callback. */
  private void woken(Session session) {
    try {
      of(session).woken(session, now(session));
    } catch (RuntimeException | AssertionError e) {
      session.reset();
      throw e;
    }
  }

  private static Connection of(Session session) {
    if (session.attachment() instanceof Connection connection) {
      return connection;
    }
    throw new IllegalStateException("session " + Handle.text(session.handle()) + " was not accepted here");
  }

  private long now(Session session) {
    return services.workers().worker(Handle.worker(session.handle())).nowNs();
  }
}
