package org.sluice.core.session;

import org.sluice.core.lookup.FlowTable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TxMode;

/**
 * The sessions that serve all peers of connectionless listeners: made and ended on their workers, found by the hash of
 * a flow on any.
 */
public final class ListenerSessions {
  private final SessionWorker[] workers;
  private final WorkerOpens[] opens;
  private final ListenerDirectory listeners;
  private final FlowTable flows;

  ListenerSessions(SessionWorker[] workers, WorkerOpens[] opens, ListenerDirectory listeners, FlowTable flows) {
    this.workers = workers;
    this.opens = opens;
    this.listeners = listeners;
    this.flows = flows;
  }

  /** The session that serves a flow. Any worker. */
  long find(int worker, long listenerHandle, FlowKey key) {
    SessionListener listener = listeners.listener(listenerHandle);
    if (listener == null) {
      return workers[worker].refused(SessionError.NOLISTEN);
    }
    long[] sessions = listener.datagramSessions();
    if (sessions == null || sessions.length == 0) {
      return workers[worker].refused(sessions == null ? SessionError.NOSUPPORT : SessionError.NOLISTEN);
    }
    return sessions[(int) Math.unsignedMultiplyHigh(flows.hash(key), sessions.length)];
  }

  /**
   * Opens the session of a listener on the calling worker.
   *
   * @param worker the calling worker
   * @param owner the application worker
   * @param listener the listener, which the owner is a member of
   * @param listening the handle of its listening session
   * @param transport who carries it
   * @param config what is listened on
   * @return the session's handle, or a negative error: then nothing is left
   */
  public long open(
      int worker,
      SessionOwner owner,
      SessionListener listener,
      long listening,
      TransportEntry transport,
      EndpointConfig config) {
    SessionWorker home = workers[worker];
    assert home.isCurrent();
    if (owner.lane(worker).isClosed()) {
      return home.refused(SessionError.NOAPP);
    }
    if (transport.txMode() != TxMode.DATAGRAM || !home.transports().isOpen(transport.id())) {
      return home.refused(SessionError.NOSUPPORT);
    }
    StackSession session = home.pool().allocate();
    if (session == null) {
      return home.refused(SessionError.ALLOC);
    }
    session.listen(transport);
    long connection = ask(transport, session.handle, config);
    TransportConnection made = connection < 0 ? null : SessionOpens.made(transport, connection);
    if (made == null) {
      home.pool().free(session);
      return home.refused(connection < 0 ? SessionError.of(connection) : SessionError.UNKNOWN);
    }
    session.reuse(transport, made);
    session.originalProtocol = (short) config.originalProtocol();
    session.listener = listening;
    session.set(SessionFlags.CONNECTIONLESS | SessionFlags.DATAGRAM | SessionFlags.SHARED);
    made.sessionHandle(session.handle);
    owner.lane(worker).add(session);
    int error = listener.allocateFifos(owner, home.fifos());
    if (error != 0) {
      SessionOpens.cleanup(transport, made);
      session.connection = null;
      return opens[worker].sessions().undo(session, error);
    }
    opens[worker].sessions().attachFifos(session, home.fifos());
    home.lifecycle().move(session, SessionState.OPENED);
    session.set(SessionFlags.OFFERED);
    home.post(session, SessionEvent.ACCEPTED);
    return session.handle;
  }

  private static long ask(TransportEntry transport, long session, EndpointConfig config) {
    try {
      return transport.vft().openDatagrams(session, config);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("openDatagrams", e);
      return SessionError.UNKNOWN.code();
    }
  }

  /**
   * Ends the session of a listener that goes. Worker of the session; without effect when it has ended.
   *
   * @param handle the session's handle
   */
  public void close(long handle) {
    SessionWorker home = workers[Handle.worker(handle)];
    assert home.isCurrent() : home.notCurrent(handle);
    StackSession session = home.pool().get(handle);
    if (session != null) {
      home.lifecycle().endListening(session);
    }
  }
}
