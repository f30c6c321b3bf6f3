package org.sluice.plugin.perf;

import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.pf4j.Extension;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

/**
 * The servers: one application with a listener for each. A session's attachment is its {@link ServerSession}, or its
 * {@link Server} when a thread serves it. Also where the plugin's commands meet.
 */
@Extension
public final class PerfApplication implements Application {
  private final PerfSettings settings;
  private final PerfCounters counters;
  private final Map<Long, Server> servers = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong runs = new AtomicLong();
  private volatile @Nullable ApplicationContext context;

  /**
   * Makes the application.
   *
   * @param services the plugin's scope
   */
  @Inject
  public PerfApplication(HostServices services) {
    settings = PerfSettings.of(services.configuration());
    counters = new PerfCounters(services.counters());
  }

  @Override
  public AttachOptions options() {
    return settings.attachOptions("perf");
  }

  @Override
  public void onAttached(ApplicationContext attached) {
    context = attached;
    for (String uri : settings.listen()) {
      // The layer logs and counts a failure; one bad URI does not stop the others.
      var _ = listen(attached, uri, false);
    }
  }

  @Override
  public void onDetached() {
    // Nobody calls back for its sessions any more; threads are told by their streams.
    context = null;
    servers.clear();
    open.set(0);
  }

  @Override
  public AcceptDecision onAccept(Session session) {
    // Null for what connected before the listener's handle was noted down, or after it was stopped.
    Server server = servers.get(session.listener());
    if (server == null) {
      return AcceptDecision.REJECT;
    }
    // First of all, since a session of datagrams cannot be handed over, and then nothing may have been counted.
    Runnable thread = server.threads() ? new ServerThread(session.stream(), server) : null;
    if (open.incrementAndGet() > settings.maxSessions()) {
      open.decrementAndGet();
      counters.sessionLimit.increment(Handle.worker(session.handle()));
      return AcceptDecision.REJECT;
    }
    server.open().increment();
    server.accepted().increment();
    counters.sessions.increment(Handle.worker(session.handle()));
    if (thread != null) {
      session.attachment(server);
      Thread.ofVirtual().name("perf-server").start(thread);
    } else {
      session.attachment(new ServerSession(server));
    }
    return AcceptDecision.ACCEPT;
  }

  @Override
  public void onReadable(Session session) {
    of(session).advance(session);
  }

  @Override
  public void onWritable(Session session) {
    of(session).advance(session);
  }

  @Override
  public void onDisconnected(Session session) {
    of(session).peerClosed(session);
  }

  @Override
  public void onReset(Session session) {
    of(session).reset(session);
  }

  @Override
  public void onCleanup(Session session, CleanupPhase phase) {
    if (phase != CleanupPhase.SESSION) {
      return;
    }
    Server server = switch (session.attachment()) {
      case ServerSession served -> served.server();
      case Server threaded -> threaded;
      case null, default -> null; // Refused.
    };
    if (server != null) {
      server.open().decrement();
      open.decrementAndGet();
    }
  }

  // ---- For the commands, from any thread.

  /** Serves a URI. */
  CompletableFuture<Server> serve(String uri, boolean threads) {
    ApplicationContext current = context;
    if (current == null) {
      return CompletableFuture.failedFuture(new SessionException(SessionError.NOAPP, "listen on " + uri));
    }
    return listen(current, uri, threads);
  }

  private CompletableFuture<Server> listen(ApplicationContext current, String uri, boolean threads) {
    Server server = new Server(uri, threads, counters);
    return current.listen(uri).thenApply(listener -> {
      servers.put(listener, server);
      return server;
    });
  }

  /** Stops listening; sessions that are there go on. Completes with false when nobody listens on that URI. */
  CompletableFuture<Boolean> stop(String uri) {
    ApplicationContext current = context;
    for (Map.Entry<Long, Server> entry : servers.entrySet()) {
      if (current != null && entry.getValue().uri().equals(uri)) {
        return current.unlisten(entry.getKey()).thenApply(_ -> servers.remove(entry.getKey()) != null);
      }
    }
    return CompletableFuture.completedFuture(false);
  }

  List<Server> servers() {
    return List.copyOf(servers.values());
  }

  PerfSettings settings() {
    return settings;
  }

  /** Options of a client, under a name of its own. */
  AttachOptions clientOptions(String what) {
    return settings.attachOptions("perf-" + what + "-" + runs.incrementAndGet());
  }

  private static ServerSession of(Session session) {
    if (session.attachment() instanceof ServerSession served) {
      return served;
    }
    throw new IllegalStateException("session " + Handle.text(session.handle()) + " was not accepted here");
  }
}
