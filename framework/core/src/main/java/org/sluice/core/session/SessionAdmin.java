package org.sluice.core.session;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.SessionState;

/** What operators see of the sessions of one worker, and do to them by force. Worker only. */
public final class SessionAdmin {
  private final SessionWorker home;

  SessionAdmin(SessionWorker home) {
    this.home = home;
  }

  // ---- Views.

  /**
   * The sessions of the worker, for inspection on it.
   *
   * @param visitor sees each live session
   */
  public void forEachSession(Consumer<SessionView> visitor) {
    home.pool().forEach(session -> visitor.accept(new SessionView(session)));
  }

  /**
   * The same piece by piece, so that a worker with many sessions is not held up.
   *
   * @param fromSlot where to begin
   * @param slotCount how many slots to look at
   * @param visitor sees each live session in them
   * @return the slot to go on with, or -1 after the last
   */
  public int forEachSession(int fromSlot, int slotCount, Consumer<SessionView> visitor) {
    assert home.isCurrent();
    return home.pool().forEach(fromSlot, slotCount, session -> visitor.accept(new SessionView(session)));
  }

  /**
   * One session of the worker, for inspection on it.
   *
   * @param handle its handle
   * @return the session, or null when the handle is stale
   */
  public @Nullable SessionView view(long handle) {
    assert home.isCurrent();
    SessionSlot session = home.pool().named(handle);
    return session == null ? null : new SessionView(session);
  }

  /**
   * What is in a slot of the worker, for inspection on it.
   *
   * @param slot the slot
   * @return the session, or null when the slot is free
   */
  public @Nullable SessionView at(int slot) {
    assert home.isCurrent();
    SessionSlot session = home.pool().at(slot);
    return session == null ? null : new SessionView(session);
  }

  /**
   * How much waits for its turn. Worker only.
   *
   * @return the lengths of its queues
   */
  public QueueDepths queueDepths() {
    assert home.isCurrent();
    int most = QueueDepths.MOST;
    return new QueueDepths(home.tx().queued(true, most), home.tx().queued(false, most), home.control().count(most),
        home.sweeper().watched(most), home.lanes().count(most), Math.min(most, home.closings().count()));
  }

  // ---- By force.

  /**
   * Ends a session by force, for the operator: an established one is taken from its transport and its application sees
   * a reset, a half-open fails with CANCELLED. Worker only.
   *
   * @param slot where it is now
   * @return NONE; NOSESSION when the slot is empty; NOSUPPORT for what belongs to a listener; CLOSED when its transport
   *     has let go already, so that it waits for its application alone
   */
  public SessionError clear(int slot) {
    assert home.isCurrent();
    SessionSlot found = home.pool().at(slot);
    if (!(found instanceof StackSession session)) {
      return found == null ? SessionError.NOSESSION : home.halfOpens().clear(found.handle);
    }
    if (session.state == SessionState.LISTENING || session.has(SessionFlags.SHARED)) {
      return SessionError.NOSUPPORT;
    }
    if (session.connection == null || session.state == SessionState.TRANSPORT_DELETED) {
      return SessionError.CLOSED;
    }
    home.lifecycle().evict(session, session.carrier());
    return SessionError.NONE;
  }

  /** Ends every session that a transport carries, without its listeners; returns how many. */
  int evict(TransportEntry transport) {
    List<StackSession> carried = new ArrayList<>();
    home.pool().forEach(slot -> {
      if (slot instanceof StackSession session && session.transport == transport
          && session.connection != null && session.state != SessionState.LISTENING) {
        carried.add(session);
      }
    });
    for (StackSession session : carried) {
      if (session.transport == transport) {
        home.lifecycle().evict(session, transport);
      }
    }
    return carried.size();
  }
}
