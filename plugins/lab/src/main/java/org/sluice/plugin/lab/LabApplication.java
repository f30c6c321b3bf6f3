package org.sluice.plugin.lab;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

/**
 * An application of the bench: accepts everybody, counts and keeps the end of what it receives, and closes when its
 * peer has. It is on the bench from {@link #onAttached} to {@link #onDetached}, whoever detaches it.
 */
final class LabApplication implements Application {
  private final AttachOptions options;
  private final Bench bench;
  private final ConnectBook connects;
  private final Map<Long, LabSession> sessions = new ConcurrentSkipListMap<>();
  private volatile @Nullable ApplicationContext context;

  LabApplication(AttachOptions options, Bench bench, ConnectBook connects) {
    this.options = options;
    this.bench = bench;
    this.connects = connects;
  }

  @Override
  public AttachOptions options() {
    return options;
  }

  String name() {
    return options.name();
  }

  /** What it acts through; only for one that is on the bench. */
  ApplicationContext context() {
    return Objects.requireNonNull(context);
  }

  ConnectBook connects() {
    return connects;
  }

  Collection<LabSession> sessions() {
    return sessions.values();
  }

  @Override
  public void onAttached(ApplicationContext attached) {
    context = attached;
    bench.attached(this);
  }

  @Override
  public void onDetached() {
    bench.detached(this);
  }

  @Override
  public AcceptDecision onAccept(Session session) {
    sessions.put(session.handle(), LabSession.accepted(session));
    return AcceptDecision.ACCEPT;
  }

  @Override
  public void onConnected(Session session, long opaque) {
    sessions.put(session.handle(), LabSession.connected(session, opaque));
    connects.settle(opaque, Outcome.connected(session.handle()));
  }

  @Override
  public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
    connects.settle(opaque, Outcome.failed(error));
  }

  @Override
  public void onReadable(Session session) {
    LabSession known = sessions.get(session.handle());
    if (known != null) {
      known.read(session);
    }
  }

  @Override
  public void onDisconnected(Session session) {
    onReadable(session);
    session.close();
  }

  @Override
  public void onCleanup(Session session, CleanupPhase phase) {
    if (phase == CleanupPhase.SESSION) {
      sessions.remove(session.handle());
    }
  }
}
