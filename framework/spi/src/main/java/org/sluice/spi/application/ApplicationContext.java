package org.sluice.spi.application;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.TransportAttribute;

/**
 * What an attached application acts through. One per application worker: it names its listeners, sessions and connects.
 *
 * <p>May be called from any context; nothing blocks. Control-plane calls run on worker 0: inline when the caller is
 * there (the future is complete on return), else by message. New work (listen, connect, a further worker) is refused
 * with LIMIT while the mailbox of worker 0 is full; calls that end something cannot be refused, and may overtake it. Do
 * not wait for a future on a worker's thread.
 */
public interface ApplicationContext {

  /**
   * The application's name.
   *
   * @return {@link AttachOptions#name()}
   */
  String name();

  /**
   * The application's handle.
   *
   * @return a {@link org.sluice.spi.runtime.Handle}
   */
  long handle();

  /**
   * The number of this application worker, 0 for the first.
   *
   * @return the index
   */
  int applicationWorker();

  /**
   * Listens. A failure is also logged and counted, so that an ignored future loses nothing.
   *
   * @param options what to listen on
   * @return completes with the listener's handle, or with a {@link SessionException}: NOSUPPORT or TRANSPORT_NO_REG (no
   *     such transport), ALREADY_LISTENING, INVALID_NS, PORTINUSE, NOAPP, ALLOC, LIMIT, DISABLED
   */
  CompletableFuture<Long> listen(ListenOptions options);

  /**
   * Listens on a URI.
   *
   * @param uri see {@link SessionUri}
   * @return see {@link #listen(ListenOptions)}; a text that is no URI completes it with INVALID
   */
  CompletableFuture<Long> listen(String uri);

  /**
   * Stops listening. Sessions that were accepted stay.
   *
   * @param listener the handle
   * @return completes with null, or with a {@link SessionException}: NOLISTEN, OWNER, NOAPP, NOSUPPORT for what a proxy
   *     has without asking
   */
  CompletableFuture<@Nullable Void> unlisten(long listener);

  /**
   * Connects. When this returns NONE, exactly one of {@code onConnected} and {@code onConnectFailed} follows, never
   * before this call returned, on the worker of the new session or, for a failure, on worker 0; unless the application
   * detaches or cancels first.
   *
   * <p>With options that are made once and used again a connect allocates nothing in the steady state, from any
   * context.
   *
   * @param options where to
   * @param opaque handed to the callback
   * @return NONE; or without any callback: LIMIT when as many connects as allowed are not answered, NOAPP when
   *     detached, DISABLED while the session layer is off
   */
  SessionError connect(ConnectOptions options, long opaque);

  /**
   * Connects to a URI, which is parsed anew each time.
   *
   * @param uri see {@link SessionUri}
   * @param opaque handed to the callback
   * @return see {@link #connect(ConnectOptions, long)}
   * @throws IllegalArgumentException when the text is no URI
   */
  default SessionError connect(String uri, long opaque) {
    return connect(ConnectOptions.of(uri), opaque);
  }

  /**
   * Connects many times: cheaper than one by one from elsewhere than worker 0, which takes up to 32 of them by one
   * message. For each connect that was begun see {@link #connect(ConnectOptions, long)}. Allocates nothing in the
   * steady state.
   *
   * @param options where to, one entry per connect; may be the same object many times; not kept, but the entries are
   *     until worker 0 has read them
   * @param opaques handed to the callbacks; not kept
   * @param count how many entries of both to use
   * @return how many connects were begun: those of the first entries. Fewer than {@code count} when as many as allowed
   *     are not answered, or the way to worker 0 is full: the others may be tried again later. Or NOAPP when detached,
   *     DISABLED while the session layer is off
   * @throws IndexOutOfBoundsException when there are fewer entries than {@code count}
   */
  int connectAll(ConnectOptions[] options, long[] opaques, int count);

  /**
   * The handles of this application worker's connects that are not answered.
   *
   * @return completes with a snapshot
   */
  CompletableFuture<long[]> halfOpens();

  /**
   * This application worker's connects that are not answered, with what tells them apart. Made in one go on worker 0,
   * in time and memory that grow with their number.
   *
   * @return completes with a snapshot, the newest first
   */
  CompletableFuture<List<PendingConnect>> pendingConnects();

  /**
   * Cancels a connect that is not answered: neither callback follows if this was in time.
   *
   * @param halfOpen the handle
   * @return completes with NONE, or NOSESSION when it was answered already, or OWNER
   */
  CompletableFuture<SessionError> cancelConnect(long halfOpen);

  /**
   * Cancels all connects of this application, of each of its workers, that are not answered now; neither callback
   * follows for those that it is in time for. Connects that are made later are not touched. Spread over as many turns
   * of worker 0 as their number asks for, so that others have their share meanwhile.
   *
   * @return completes with the number that were cancelled; never exceptionally
   */
  CompletableFuture<Integer> cancelConnects();

  /**
   * An attribute of a half-open connection: for a connect that waits, and in {@code onConnectFailed} for one that has
   * failed, as long as its transport has it (one that lets go by a delete request has it until {@code
   * onHalfOpenCleanup} has returned). Only on worker 0, where these callbacks run.
   *
   * @param halfOpen the handle that the callback was given, or that {@link #pendingConnects} told
   * @param attribute which
   * @param <T> its type
   * @return the value; null elsewhere than on worker 0, when the handle is stale or another application worker's, when
   *     the transport has let go or taken the connection to another worker, or lacks the attribute
   */
  <T> @Nullable T halfOpenAttribute(long halfOpen, TransportAttribute<T> attribute);

  /**
   * A session of this application by its handle. Only on the worker that owns it.
   *
   * @param session the handle
   * @return the session, or null when the handle is stale, of another worker or of another application
   */
  @Nullable Session session(long session);

  /**
   * Closes a session from any context, see {@link Session#close}.
   *
   * @param session the handle
   * @return completes with NONE, NOSESSION or OWNER
   */
  CompletableFuture<SessionError> disconnect(long session);

  /**
   * Half-closes a session from any context, see {@link Session#shutdown}.
   *
   * @param session the handle
   * @return completes with NONE, NOSESSION, OWNER or CONFLICT
   */
  CompletableFuture<SessionError> shutdown(long session);

  /**
   * Aborts a session from any context, see {@link Session#reset}.
   *
   * @param session the handle
   * @return completes with NONE, NOSESSION or OWNER
   */
  CompletableFuture<SessionError> reset(long session);

  /**
   * Takes a session over from another worker of this application, from any context. It keeps its handle, its stack
   * worker, its FIFOs with all that is in them, its opaque value and attachment; the callbacks of this application
   * worker get its events from now on, those included that were under way and not delivered yet, each once and in
   * order. When data waits, this one is told of it by {@code onReadable}, whether or not the other one has seen it;
   * before that by {@code onSegmentAdded} of the memory of the other one, if it is the first session there. The other
   * one hears nothing of the session any more.
   *
   * @param session the handle
   * @return completes on the session's worker with NONE, also when it is this one's already; NOSESSION, OWNER (it is
   *     another application's), NOSUPPORT (it serves a listener, see {@link SessionCallbacks#onListening}), NOAPP (this
   *     one has left), CLOSED (the application closed it, or its transport has let go), CONFLICT (its present owner has
   *     not accepted it yet, has a view of its FIFOs open, has handed it over to threads, or has just taken it over
   *     itself), MQ_FULL (this one has more events than its queue has room for)
   */
  CompletableFuture<SessionError> takeOver(long session);

  /**
   * Adds an application worker: a further owner of listeners and sessions, among whom accepts are shared.
   *
   * @param callbacks called for its sessions
   * @return completes with its context, or with a {@link SessionException}: NOAPP, LIMIT, DISABLED
   */
  CompletableFuture<ApplicationContext> addWorker(SessionCallbacks callbacks);

  /**
   * Removes this application worker: its listeners end, its sessions are closed, its connects cancelled. Removing the
   * last one detaches the application.
   *
   * @return completes with null, or with a {@link SessionException}: NOAPP
   */
  CompletableFuture<@Nullable Void> detachWorker();

  /**
   * Detaches the application with all its workers. No callback but {@code onDetached} follows.
   *
   * @return completes with null when it owns nothing any more, or with a {@link SessionException}: NOAPP. Its
   *     connections may go on closing in their transports
   */
  CompletableFuture<@Nullable Void> detach();
}
