package org.sluice.benchmarks.soak;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

/** A server that is callbacks on a worker; it has one session at a time. */
final class CallbackServer implements Application {
  private volatile @Nullable Conversation next;
  private volatile @Nullable CallbackEnd last;

  /** The session to come. */
  void expect(Conversation conversation) {
    next = conversation;
  }

  @Override
  public AcceptDecision onAccept(Session session) {
    Conversation conversation = Objects.requireNonNull(next);
    CallbackEnd end = new CallbackEnd(conversation, session);
    session.attachment(end);
    last = end;
    end.run(end::begin);
    return AcceptDecision.ACCEPT;
  }

  @Override
  public void onReadable(Session session) {
    CallbackEnd end = of(session);
    end.run(end::read);
  }

  @Override
  public void onWritable(Session session) {
    CallbackEnd end = of(session);
    end.run(end::write);
  }

  @Override
  public void onDisconnected(Session session) {
    CallbackEnd end = of(session);
    end.run(() -> end.ended(SessionError.END_OF_STREAM));
  }

  @Override
  public void onReset(Session session) {
    CallbackEnd end = of(session);
    end.run(() -> end.ended(SessionError.RESET));
  }

  @Override
  public void onTransportClosed(Session session) {
    CallbackEnd end = of(session);
    end.run(end::nobodyReads);
  }

  @Override
  public void onCleanup(Session session, CleanupPhase phase) {
    if (phase == CleanupPhase.SESSION && session.attachment() instanceof CallbackEnd end) {
      end.gone();
    }
  }

  @Override
  public void onDetached() {
    // No cleanup was called for a session that the detach has ended.
    CallbackEnd end = last;
    if (end != null) {
      end.gone();
    }
  }

  private static CallbackEnd of(Session session) {
    return (CallbackEnd) Objects.requireNonNull(session.attachment());
  }
}
