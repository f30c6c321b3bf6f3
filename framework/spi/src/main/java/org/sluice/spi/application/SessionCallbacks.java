package org.sluice.spi.application;

import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

/**
 * The callbacks of sessions. Each runs on the worker that owns the session and must not block; callbacks of one session
 * never overlap, those of different sessions may run on several workers at once. An exception is caught, counted and
 * logged with the plugin's id, and resets that session, unless it serves a listener ({@link #onListening}).
 *
 * <p>The order for one session is a contract: {@link #onAccept}, {@link #onConnected} or {@link #onListening}, any
 * number of {@link #onReadable} and {@link #onWritable}, at most one of {@link #onDisconnected} and {@link #onReset},
 * {@link #onTransportClosed}, {@link #onCleanup} TRANSPORT, {@code onCleanup} SESSION. Only cleanup SESSION is certain.
 */
public interface SessionCallbacks {

  /**
   * A peer connected to a listener of this application. The session is ACCEPTING and becomes READY on return; data that
   * came with it is announced by {@link #onReadable} afterwards.
   *
   * @param session the new session; may be written to at once
   * @return whether to take it
   */
  default AcceptDecision onAccept(Session session) {
    return AcceptDecision.ACCEPT;
  }

  /**
   * A listener of datagrams is ready on this worker: it has one session there, for all its peers, which serves reading
   * with addresses ({@link Session#readDatagram}) and writing to addresses ({@link Session#writeDatagram}), and ends
   * with the listener. One that ends before, because its transport failed or its FIFOs were spoiled, tells so as any
   * session does; it is not replaced, the others serve its peers from then on. Before any {@link #onReadable} of it.
   * Only for listens of a connectionless transport without {@code EndpointFlag.CONNECTED}; with it, each peer is
   * accepted.
   *
   * @param session the session; may be written to at once
   */
  default void onListening(Session session) {}

  /**
   * A connect succeeded. Either this or {@link #onConnectFailed} follows each connect exactly once, unless the
   * application cancels it or detaches.
   *
   * @param session the new session
   * @param opaque what the connect was given
   */
  default void onConnected(Session session, long opaque) {}

  /**
   * A connect failed.
   *
   * @param error why
   * @param opaque what the connect was given
   * @param halfOpen the handle of the half-open session, whose statistics can still be read by {@link
   *     ApplicationContext#halfOpenAttribute}, or {@link org.sluice.spi.runtime.Handle#INVALID} when it failed before
   *     there was one
   */
  default void onConnectFailed(SessionError error, long opaque, long halfOpen) {}

  /**
   * Data waits in the rx FIFO. Called once until the application has returned; again when more came meanwhile. Data
   * left unread is not announced again.
   *
   * @param session the session
   */
  default void onReadable(Session session) {}

  /**
   * The tx FIFO has room again, as asked for by {@link Session#wantWritable}.
   *
   * @param session the session
   */
  default void onWritable(Session session) {}

  /**
   * The peer closed and all its data was announced. The application should read what is left and close too. It may go
   * on writing if the peer only half closed: {@link Session#writable} is CLOSED when it closed altogether, and {@link
   * #onTransportClosed} tells when it does so later.
   *
   * @param session the session
   */
  default void onDisconnected(Session session) {
    session.close();
  }

  /**
   * The peer or the transport aborted. Unread data can still be read; the application must close.
   *
   * @param session the session
   */
  default void onReset(Session session) {
    session.close();
  }

  /**
   * The transport sends and receives no more; the session still exists.
   *
   * @param session the session
   */
  default void onTransportClosed(Session session) {}

  /**
   * A half of the session is about to be freed.
   *
   * @param session the session; not valid after {@link CleanupPhase#SESSION}
   * @param phase which half
   */
  default void onCleanup(Session session, CleanupPhase phase) {}

  /**
   * A half-open session is about to be freed, after its connect was answered. Worker 0.
   *
   * @param halfOpen its handle
   * @param opaque what the connect was given
   */
  default void onHalfOpenCleanup(long halfOpen, long opaque) {}

  /**
   * The session moved to another worker; the callback runs there, before any other of the session on that worker. The
   * old handle is stale from now on; what was asked by it before is done when this returned. Data that waits, also what
   * was left unread, is announced by {@link #onReadable} afterwards. Attachment and opaque value came along.
   *
   * <p>From the move until this is called the old reference is good for close, reset and shutdown only, which follow
   * the session. Calls for data are refused with CONFLICT; an attachment, an opaque value and a wish for room that are
   * set there stay behind.
   *
   * @param session the session at its new place
   * @param oldHandle what it was called before
   */
  default void onMigrated(Session session, long oldHandle) {}

  /**
   * A session of this application's namespace is over: its transport has let go of it. Only for applications that
   * collect records ({@link AttachOptions.Flag#EVENT_COLLECTOR}), by the callbacks of their first application worker;
   * on the worker that the session was on, in this or the next turn. One for each session that an application was told
   * of, once; when more end at a time than {@code stack.limits.session-records}, those are dropped and counted. An
   * exception is counted and has no other effect.
   *
   * @param record what became of it; not kept, see {@link SessionRecord#copy}
   */
  default void onSessionRecord(SessionRecord record) {}

  /**
   * A further segment is mapped for this application; comes before any session that has FIFOs in it. The first segment,
   * which holds the event queues, comes with the attachment and is not announced. Worker 0 or that of the session.
   *
   * @param segment the segment's handle
   */
  default void onSegmentAdded(long segment) {}

  /**
   * A segment is about to be unmapped; the last session in it is gone.
   *
   * @param segment the segment's handle
   */
  default void onSegmentRemoved(long segment) {}
}
