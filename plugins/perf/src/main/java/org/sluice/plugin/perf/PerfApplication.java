package org.sluice.plugin.perf;

import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.pf4j.Extension;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.NamespacedListeners;
import org.sluice.spi.application.NamespacedListeners.Listening;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

/**
 * The servers, in any namespace: a listener for each. A session's attachment is its {@link ServerSession}, also when a
 * thread serves it. Also where the plugin's commands meet.
 */
@Extension
public final class PerfApplication implements Application {
  private volatile PerfSettings settings;
  private final PerfCounters counters;
  private final NamespacedListeners<Server> servers;
  private final AtomicInteger open = new AtomicInteger();
  /** Of each application, by its handle: what {@link #open} loses when it is detached. */
  private final Map<Long, AtomicInteger> openOfApplication = new ConcurrentHashMap<>();
  private final AtomicLong runs = new AtomicLong();

  /**
   * Makes the application.
   *
   * @param services the plugin's scope
   */
  @Inject
  public PerfApplication(HostServices services) {
    settings = PerfSettings.of(services.configuration());
    services.onConfigurationChange(section -> settings = PerfSettings.of(section));
    counters = new PerfCounters(services.counters());
    servers = new NamespacedListeners<>(services.applications(), options(), this, this::left);
  }

  @Override
  public AttachOptions options() {
    return settings.attachOptions("perf");
  }

  @Override
  public void onAttached(ApplicationContext attached) {
    servers.attached(attached);
    for (String uri : settings.listen()) {
      // The layer logs and counts a failure; one bad URI does not stop the others.
      var _ = serve(uri, false, AttachOptions.DEFAULT_NAMESPACE, 0);
    }
  }

  @Override
  public void onDetached() {
    servers.detached();
  }

  /** Nobody calls back for the sessions of an application any more; threads are told by their streams. */
  private void left(ApplicationContext leaving) {
    AtomicInteger there = openOfApplication.remove(leaving.handle());
    if (there != null) {
      open.addAndGet(-there.get());
    }
  }

  @Override
  public AcceptDecision onAccept(Session session) {
    // Null for what connected before the listener's handle was noted down, or after it was stopped.
    Listening<Server> listening = servers.get(session.listener());
    if (listening == null) {
      return AcceptDecision.REJECT;
    }
    Server server = listening.listener();
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
    AtomicInteger openThere = openOfApplication.computeIfAbsent(listening.context().handle(), _ -> new AtomicInteger());
    openThere.incrementAndGet();
    session.attachment(new ServerSession(server, openThere));
    if (thread != null) {
      Thread.ofVirtual().name("perf-server").start(thread);
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
    // Without attachment: refused.
    if (phase == CleanupPhase.SESSION && session.attachment() instanceof ServerSession served) {
      served.server().open().decrement();
      served.openThere().decrementAndGet();
      open.decrementAndGet();
    }
  }

  // ---- For the commands, from any thread.

  /** Serves a URI. */
  CompletableFuture<Listening<Server>> serve(String uri, boolean threads, String namespace, long secret) {
    return servers.listen(namespace, secret, uri, new Server(threads, counters));
  }

  /** What is served. */
  NamespacedListeners<Server> servers() {
    return servers;
  }

  PerfSettings settings() {
    return settings;
  }

  /** Options of a client, under a name of its own. */
  AttachOptions clientOptions(String what, RunArguments arguments) {
    return arguments.place().in(settings.attachOptions("perf-" + what + "-" + runs.incrementAndGet()));
  }

  private static ServerSession of(Session session) {
    if (session.attachment() instanceof ServerSession served) {
      return served;
    }
    throw new IllegalStateException("session " + Handle.text(session.handle()) + " was not accepted here");
  }
}
