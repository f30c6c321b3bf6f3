package org.sluice.plugin.transfer;

import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.pf4j.Extension;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.host.ConfigurationException;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

/**
 * Receives: one application with a listener for each receiver. Each session's {@link ReceiveSession} is its attachment.
 * Also where the plugin's commands meet.
 */
@Extension
public final class TransferApplication implements Application {
  private final HostServices services;
  private final TransferSettings settings;
  private final TransferCounters counters;
  private final @Nullable Intake intake;
  private final Map<Long, Receiver> receivers = new ConcurrentHashMap<>();
  private final Map<Long, ReceiveSession> sessions = new ConcurrentHashMap<>();
  private final Set<Progress> sends = ConcurrentHashMap.newKeySet();
  private volatile @Nullable ApplicationContext context;
  private @Nullable Timer idleTimer;

  /**
   * Makes the application, and the directory that what comes by the configured URIs goes to. Not on a worker.
   *
   * @param services the plugin's scope
   */
  @Inject
  public TransferApplication(HostServices services) {
    this.services = services;
    settings = TransferSettings.of(services.configuration());
    counters = new TransferCounters(services.counters());
    intake = settings.listen().isEmpty() ? null : intake(settings);
  }

  private static Intake intake(TransferSettings settings) {
    try {
      return new Intake(Path.of(settings.directory()), settings.maxNameBytes());
    } catch (IOException e) {
      throw new ConfigurationException(
          "plugins.transfer.directory = " + settings.directory() + " cannot be used: " + e + "; name another one");
    }
  }

  @Override
  public AttachOptions options() {
    return settings.attachOptions("transfer");
  }

  @Override
  public void onAttached(ApplicationContext attached) {
    context = attached;
    long periodNs = Math.max(1, settings.idleTimeoutNs() / 4);
    Timer timer = services.workers().worker(0).newTimer(this::resetIdle);
    timer.schedule(services.workers().worker(0).nowNs() + periodNs);
    idleTimer = timer;
    if (intake != null) {
      for (String uri : settings.listen()) {
        // The layer logs and counts a failure.
        var _ = listen(attached, uri, intake);
      }
    }
  }

  @Override
  public void onDetached() {
    if (idleTimer != null) {
      idleTimer.cancel();
    }
    context = null;
    receivers.clear();
    // Nobody calls back for them any more.
    sessions.values().forEach(ReceiveSession::abandon);
    sessions.clear();
  }

  @Override
  public AcceptDecision onAccept(Session session) {
    // Null for what connected before the listener's handle was noted down, or after it was stopped.
    Receiver receiver = receivers.get(session.listener());
    int worker = Handle.worker(session.handle());
    if (receiver == null) {
      return AcceptDecision.REJECT;
    }
    if (sessions.size() >= settings.maxSessions()) {
      counters.sessionLimit.increment(worker);
      return AcceptDecision.REJECT;
    }
    counters.sessions.increment(worker);
    Progress progress = new Progress("receive", session.remoteEndpoint().toString(), now(session));
    ReceiveSession receive = new ReceiveSession(receiver, services, progress);
    receive.wakes(wakeUp(session));
    session.attachment(receive);
    sessions.put(session.handle(), receive);
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
    of(session).peerClosed(session, now(session));
  }

  @Override
  public void onMigrated(Session session, long oldHandle) {
    sessions.remove(oldHandle);
    sessions.put(session.handle(), of(session));
    of(session).wakes(wakeUp(session));
  }

  @Override
  public void onCleanup(Session session, CleanupPhase phase) {
    if (phase == CleanupPhase.SESSION && session.attachment() instanceof ReceiveSession receive) {
      receive.end();
      sessions.remove(session.handle());
    }
  }

  // ---- For the commands, from any thread.

  /** Listens on a URI and writes what comes into a directory, which is made when it is not there. */
  CompletableFuture<Receiver> receive(String uri, Path directory) throws IOException {
    ApplicationContext current = context;
    if (current == null) {
      return CompletableFuture.failedFuture(new SessionException(SessionError.NOAPP, "listen on " + uri));
    }
    return listen(current, uri, new Intake(directory, settings.maxNameBytes()));
  }

  private CompletableFuture<Receiver> listen(ApplicationContext current, String uri, Intake into) {
    Receiver receiver = new Receiver(uri, into, new LongAdder(), settings, counters, services.log());
    return current.listen(uri).thenApply(listener -> {
      receivers.put(listener, receiver);
      return receiver;
    });
  }

  /** Stops listening; sessions that are there go on. Completes with false when nobody listens on that URI. */
  CompletableFuture<Boolean> stop(String uri) {
    ApplicationContext current = context;
    for (Map.Entry<Long, Receiver> entry : receivers.entrySet()) {
      if (current != null && entry.getValue().uri().equals(uri)) {
        return current.unlisten(entry.getKey()).thenApply(_ -> receivers.remove(entry.getKey()) != null);
      }
    }
    return CompletableFuture.completedFuture(false);
  }

  List<Receiver> receivers() {
    return List.copyOf(receivers.values());
  }

  /** The transfers that go on, both directions. */
  List<Progress> active() {
    List<Progress> active = new ArrayList<>(sends);
    sessions.values().forEach(receive -> active.add(receive.progress()));
    return active;
  }

  void sendStarted(Progress progress) {
    sends.add(progress);
  }

  void sendEnded(Progress progress) {
    sends.remove(progress);
  }

  TransferSettings settings() {
    return settings;
  }

  // ----

  private void resetIdle(long nowNs) {
    ApplicationContext current = context;
    if (current == null) {
      return;
    }
    sessions.forEach((handle, receive) -> {
      if (nowNs - receive.progress().lastActiveNs() > settings.idleTimeoutNs()) {
        counters.idle.increment(0);
        var _ = current.reset(handle);
      }
    });
    if (idleTimer != null) {
      idleTimer.schedule(nowNs + Math.max(1, settings.idleTimeoutNs() / 4));
    }
  }

  /** Has the session go on, on its worker, when its lane has done something. */
  private ControlSlot wakeUp(Session session) {
    long handle = session.handle();
    return services.workers().worker(Handle.worker(handle)).newControlSlot(() -> {
      ApplicationContext current = context;
      Session live = current == null ? null : current.session(handle);
      if (live != null) {
        advance(live);
      }
    });
  }

  /** A mistake of ours ends the session, as it would in a callback. */
  private void advance(Session session) {
    try {
      of(session).advance(session, now(session));
    } catch (RuntimeException | AssertionError e) {
      session.reset();
      throw e;
    }
  }

  private static ReceiveSession of(Session session) {
    if (session.attachment() instanceof ReceiveSession receive) {
      return receive;
    }
    throw new IllegalStateException("session " + Handle.text(session.handle()) + " was not accepted here");
  }

  private long now(Session session) {
    return services.workers().worker(Handle.worker(session.handle())).nowNs();
  }
}
