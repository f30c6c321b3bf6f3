package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.event.SessionStateEvent;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.EndReason;
import org.sluice.spi.session.SessionState;

/** Tells the flight recorder of the states of one worker's sessions. While nobody records, a change costs a test. */
final class StateEvents {
  /** Is only asked: objects and texts are made when somebody records. */
  private final SessionStateEvent recorder = new SessionStateEvent();

  /** A session has come from another state. */
  void changed(StackSession session, SessionState from) {
    if (recorder.isEnabled()) {
      EndReason reason = EndReasons.of(session);
      commit(session, from, reason == EndReason.UNKNOWN ? "" : reason.label());
    }
  }

  /** A connect has a half-open, which knows where to. */
  void connecting(HalfOpen halfOpen) {
    if (recorder.isEnabled()) {
      commit(halfOpen, SessionState.CREATED, "");
    }
  }

  private static void commit(SessionSlot slot, SessionState from, String reason) {
    SessionView view = new SessionView(slot);
    SessionStateEvent event = new SessionStateEvent();
    event.session = Handle.text(slot.handle);
    event.from = from.label();
    event.to = slot.state.label();
    event.reason = reason;
    event.transport = view.transport();
    event.application = view.application();
    event.local = text(view.localEndpoint());
    event.remote = text(view.remoteEndpoint());
    event.worker = slot.home.index();
    event.commit();
  }

  private static String text(@Nullable Object endpoint) {
    return endpoint == null ? "" : endpoint.toString();
  }
}
