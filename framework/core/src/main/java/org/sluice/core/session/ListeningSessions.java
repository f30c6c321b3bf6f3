package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.TransportConnection;

/** The sessions in LISTENING, which stand for listeners where sessions are named and shown. Worker 0. */
public final class ListeningSessions {
  private final SessionWorker home;

  ListeningSessions(SessionWorker home) {
    this.home = home;
  }

  /**
   * Makes a session in LISTENING. Worker 0.
   *
   * @param transport whose listener it is
   * @param originalProtocol the protocol that the application listens for, by id
   * @return its handle, or ALLOC
   */
  public long open(TransportEntry transport, int originalProtocol) {
    StackSession session = home.pool().allocate();
    if (session == null) {
      return home.refused(SessionError.ALLOC);
    }
    session.listen(transport);
    session.originalProtocol = (short) originalProtocol;
    home.lifecycle().move(session, SessionState.LISTENING);
    return session.handle;
  }

  /**
   * Links a listening session to what its transport shows of the listener. Worker 0.
   *
   * @param listening the session's handle
   * @param header the transport's listener
   */
  public void shown(long listening, @Nullable TransportConnection header) {
    StackSession session = home.pool().get(listening);
    if (session != null) {
      session.connection = header;
    }
  }

  /**
   * Frees a session in LISTENING. Worker 0.
   *
   * @param listening its handle
   */
  public void close(long listening) {
    StackSession session = home.pool().get(listening);
    if (session != null) {
      session.connection = null;
      session.transport = null;
      home.pool().free(session);
    }
  }
}
