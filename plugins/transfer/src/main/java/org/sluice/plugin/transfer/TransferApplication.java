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
 * Receives, in any namespace: a listener for each receiver. Each session's {@link ReceiveSession} is its attachment.
 * Also where the plugin's commands meet.
 */
@Extension
public final class TransferApplication implements Application {
  private final HostServices services;
  private final TransferSettings settings;
  private final TransferCounters counters;
  private final @Nullable Intake intake;
  private final NamespacedListeners<Receiver> receivers;
  private final Map<Long, ReceiveSession> sessions = new ConcurrentHashMap<>();
  private final Set<Progress> sends = ConcurrentHashMap.newKeySet();
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
    receivers = new NamespacedListeners<>(services.applications(), options(), this, this::left);
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
    receivers.attached(attached);
    long periodNs = Math.max(1, settings.idleTimeoutNs() / 4);
    Timer timer = services.workers().worker(0).newTimer(this::resetIdle);
    timer.schedule(services.workers().worker(0).nowNs() + periodNs);
    idleTimer = timer;
    if (intake != null) {
      for (String uri : settings.listen()) {
        // The layer logs and counts a failure.
        var _ = listen(uri, intake, AttachOptions.DEFAULT_NAMESPACE, 0);
      }
    }
  }

  @Override
  public void onDetached() {
    if (idleTimer != null) {
      idleTimer.cancel();
    }
    receivers.detached();
  }

  /** An application was detached: nobody calls back for its sessions any more. */
  private void left(ApplicationContext leaving) {
    sessions.values().removeIf(receive -> {
      boolean gone = receive.context().handle() == leaving.handle();
      if (gone) {
        receive.abandon();
      }
      return gone;
    });
  }

  @Override
  public AcceptDecision onAccept(Session session) {
    // Null for what connected before the listener's handle was noted down, or after it was stopped.
    Listening<Receiver> listening = receivers.get(session.listener());
    int worker = Handle.worker(session.handle());
    if (listening == null) {
      return AcceptDecision.REJECT;
    }
    if (sessions.size() >= settings.maxSessions()) {
      counters.sessionLimit.increment(worker);
      return AcceptDecision.REJECT;
    }
    counters.sessions.increment(worker);
    Progress progress = new Progress("receive", session.remoteEndpoint().toString(), now(session));
    ReceiveSession receive = new ReceiveSession(listening, services, progress);
    receive.wakes(wakeUp(session, listening.context()));
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
    of(session).wakes(wakeUp(session, of(session).context()));
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
  CompletableFuture<Listening<Receiver>> receive(String uri, Path directory, String namespace, long secret)
      throws IOException {
    return listen(uri, new Intake(directory, settings.maxNameBytes()), namespace, secret);
  }

  private CompletableFuture<Listening<Receiver>> listen(String uri, Intake into, String namespace, long secret) {
    return receivers.listen(namespace, secret, uri,
        new Receiver(into, new LongAdder(), settings, counters, services.log()));
  }

  /** What is listened on. */
  NamespacedListeners<Receiver> receivers() {
    return receivers;
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
    sessions.forEach((handle, receive) -> {
      if (nowNs - receive.progress().lastActiveNs() > settings.idleTimeoutNs()) {
        counters.idle.increment(0);
        var _ = receive.context().reset(handle);
      }
    });
    if (idleTimer != null) {
      idleTimer.schedule(nowNs + Math.max(1, settings.idleTimeoutNs() / 4));
    }
  }

  /** Has the session go on, on its worker, when its lane has done something. */
  private ControlSlot wakeUp(Session session, ApplicationContext owner) {
    long handle = session.handle();
    return services.workers().worker(Handle.worker(handle)).newControlSlot(() -> {
      Session live = owner.session(handle);
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
