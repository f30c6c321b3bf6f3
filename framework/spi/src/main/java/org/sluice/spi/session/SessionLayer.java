package org.sluice.spi.session;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.transport.TransportConnection;

/**
 * What a transport is given: the other half of {@code TransportVft}.
 *
 * <p>Called on the worker that owns the connection unless stated; never blocks. Each notification is idempotent: a
 * later duplicate is dropped. Results that are handles or counts are negative codes of {@code SessionError} on failure.
 */
public interface SessionLayer extends LocalSessions {

  // ---- Passive open.

  /**
   * Makes a session in CREATED for an incoming flow, with FIFOs and lookup entry (unless NO_LOOKUP). The application is
   * not told before {@link #acceptNotify}.
   *
   * @param connection the new connection, its endpoints and flags set; its session handle is set by this call
   * @param listener the handle of the listening session
   * @return the session's handle; or NOLISTEN, MQ_FULL, SEG_NO_SPACE, ALLOC, PORTINUSE when the flow is that of a
   *     session whose transport is not closed, or NOSUPPORT when the transport is being removed or disabled: the
   *     transport refuses the peer
   */
  long streamAccept(TransportConnection connection, long listener);

  /**
   * The handshake is done: CREATED becomes ACCEPTING and the application is asked.
   *
   * @param connection the connection
   * @return 0, or an error: NOAPP when the application went meanwhile; the transport aborts the peer
   */
  int acceptNotify(TransportConnection connection);

  /**
   * The same in one step for a connectionless peer: the session starts in ACCEPTING.
   *
   * @param connection the new connection
   * @param listener the handle of the listening session, of a listen with {@code EndpointFlag.CONNECTED}
   * @return see {@link #streamAccept}; NOSUPPORT when the listener has sessions of its own ({@link #datagramSession})
   */
  long datagramAccept(TransportConnection connection, long listener);

  /**
   * Makes a session in CREATED for a stream that the peer opened on a parent connection; {@link #acceptNotify} follows
   * as for any other. It goes to the application worker of the parent. The stream is on the parent's worker, and in no
   * lookup table.
   *
   * @param stream the stream's connection; its session handle is set by this call
   * @param parent the parent's connection
   * @return the session's handle; or NOSESSION (the parent has none, or its application left), INVALID (the parent is a
   *     stream itself), CLOSED (its end has begun), MAX_STREAMS_HIT, MQ_FULL, SEG_NO_SPACE, ALLOC, or NOSUPPORT when
   *     the transport is being removed or disabled: the transport refuses the stream
   */
  long acceptStream(TransportConnection stream, TransportConnection parent);

  /**
   * The session that serves a flow of a connectionless listener without {@code EndpointFlag.CONNECTED}: the listener
   * has one per application worker and data worker, and the flow's hash chooses, so that a flow stays with one of them
   * as long as the same application workers listen. Any worker; lock-free; allocates nothing.
   *
   * <p>The session's worker is {@code Handle.worker(result)}: the packet is handed over when that is another one. There
   * {@link #connection} gives the transport's connection of it, for {@link #enqueueDatagram(TransportConnection,
   * DatagramAddress, MemorySegment, long, int)} and {@link #enqueueNotify}.
   *
   * @param listener the handle of the listening session
   * @param key the packet's flow: local side is ours
   * @return the session's handle; or NOLISTEN when the listener is gone or not ready, NOSUPPORT when it accepts a
   *     session per flow: the packet is dropped
   */
  long datagramSession(long listener, FlowKey key);

  // ---- Active open. The half-open session lives on worker 0; these may be called on any worker, in time or too late:
  // what comes after another report, after a cancel, or by a stale handle has no effect.

  /**
   * The peer answered: makes the established session on the calling worker, or, with an error, tells the application.
   * At most one call per half-open has an effect. The half-open lookup entry is gone afterwards in any case.
   *
   * @param halfOpen the handle of the half-open session, as given to {@code TransportVft.connect}
   * @param connection the established connection of the calling worker; null with an error
   * @param error 0, or the code that the application is told
   * @return the new session's handle; 0 with an error that was delivered; or NOSESSION/CANCELLED when the application
   *     left or cancelled, or another error when the session could not be made (the application was told): the
   *     transport aborts the peer and cleans up by itself
   */
  long connectNotify(long halfOpen, @Nullable TransportConnection connection, int error);

  /**
   * The transport let go of its half-open connection. The half-open session is freed on worker 0, after the application
   * saw the result. A transport that reports this on another worker while worker 0 cancels can be told
   * {@code cleanupHalfOpen} at the same moment; one that frees its half-open connections on worker 0 alone cannot.
   *
   * @param halfOpen the handle of the half-open session
   */
  void halfOpenDeleteNotify(long halfOpen);

  /**
   * Asks for permission to free the half-open connection: the callback runs on worker 0 when the application has seen
   * the result, and the half-open session is freed before it. Keeps statistics of a failed connect readable meanwhile.
   *
   * @param halfOpen the handle of the half-open session
   * @param free frees the transport's half-open connection; called exactly once, on worker 0: also when the application
   *     is gone, and also when this comes too late, be it that {@code cleanupHalfOpen} has freed the connection before
   */
  void halfOpenDeleteRequest(long halfOpen, Runnable free);

  /**
   * A half-open connection is about to move to another worker; until {@link #halfOpenMigrated} nobody may touch it.
   * Only for NO_LOOKUP connections: a flow that has an entry loses it. Worker 0.
   *
   * @param halfOpen the handle of the half-open session
   */
  void halfOpenMigrate(long halfOpen);

  /**
   * The half-open connection arrived on the calling worker; the session layer does not touch it there.
   *
   * @param halfOpen the handle of the half-open session
   * @return 0, or CANCELLED: the application left or cancelled meanwhile; the transport frees what it has, and need not
   *     notify anything
   */
  int halfOpenMigrated(long halfOpen);

  // ---- Moves.

  /**
   * Moves a session to another worker, for example to the one that its packets come in on. The session arrives there
   * with a handle of its own, with everything in its FIFOs, and carried by the successor; {@code TransportVft.migrated}
   * tells when. Until then the successor must not be used, neither here nor there; from then on data may be enqueued,
   * which is announced when the application's {@code onMigrated} has returned. What the application asks by the old
   * handle until then follows the session. The arrival cannot be refused.
   *
   * @param connection the connection as it is; when this returned 0 it has no session, and the transport frees it
   * @param successor a connection of the other worker with the same endpoints, which has no session yet
   * @return 0; or an error, and nothing has changed: NOSESSION, CONFLICT (not now: its application does not know it
   *     yet, has closed it, or has a view or stream of its FIFOs; or its end has begun), INVALID (the same worker, or
   *     other endpoints), NOSUPPORT (a local session, a stream or a session with streams, or the transport is being
   *     removed or disabled)
   */
  int migrate(TransportConnection connection, TransportConnection successor);

  // ---- Ends.

  /**
   * The peer closed: the application is told after it was told of all data.
   *
   * @param connection the connection
   */
  void closingNotify(TransportConnection connection);

  /**
   * The peer reset, or the transport gave up.
   *
   * @param connection the connection
   */
  void resetNotify(TransportConnection connection);

  /**
   * The transport sends and receives nothing any more. A new connection of the same flow may take its lookup entry over
   * from now on, also before this one is deleted.
   *
   * @param connection the connection
   */
  void closedNotify(TransportConnection connection);

  /**
   * The transport frees the connection on return. The session stays until the application let go: once {@link
   * #acceptNotify} was called that application is told of the session, of the data in it and of its end, also when the
   * connection went before.
   *
   * @param connection the connection; its session handle is cleared by this call
   */
  void deleteNotify(TransportConnection connection);

  /**
   * Asks for permission to free the connection: the callback runs on the connection's worker after the application was
   * told {@code onCleanup(TRANSPORT)}, so that it can read statistics there.
   *
   * @param connection the connection
   * @param free frees it; called exactly once
   */
  void deleteRequest(TransportConnection connection, Runnable free);

  // ---- Receive path.

  /**
   * Appends in-order payload to the session's rx FIFO. One call per segment, then one {@link #enqueueNotify} per burst.
   *
   * @param connection the connection
   * @param source where the payload is, for example a pool's memory; not kept
   * @param offset the first byte
   * @param lengthBytes how many
   * @return bytes by which in-order data grew: up to {@code lengthBytes}, more when out-of-order data was reached; 0
   *     when the FIFO is full; or NOSESSION, SEG_NO_SPACE
   */
  int enqueue(TransportConnection connection, MemorySegment source, long offset, int lengthBytes);

  /**
   * Puts out-of-order payload at its place behind the in-order end.
   *
   * @param connection the connection
   * @param distanceBytes how far behind the end of in-order data the payload begins, at least 1
   * @param source where the payload is
   * @param offset the first byte
   * @param lengthBytes how many
   * @return bytes kept; 0 when they do not fit or the limit of ranges is reached (counted)
   */
  int enqueueAt(TransportConnection connection, int distanceBytes, MemorySegment source, long offset, int lengthBytes);

  /**
   * Puts one datagram with its addresses into the rx FIFO, whole or not at all.
   *
   * @param connection whose session receives it; its endpoints are stored with the message
   * @param source where the payload is
   * @param offset the first byte
   * @param lengthBytes how many
   * @return {@code lengthBytes}, 0 when there is no room (counted), or NOSESSION
   */
  int enqueueDatagram(TransportConnection connection, MemorySegment source, long offset, int lengthBytes);

  /**
   * The same for a session of a listener, which has no peer of its own.
   *
   * @param connection whose session receives it
   * @param address stored with the message
   * @param source where the payload is
   * @param offset the first byte
   * @param lengthBytes how many
   * @return {@code lengthBytes}, 0 when there is no room (counted), or NOSESSION
   */
  int enqueueDatagram(
      TransportConnection connection, DatagramAddress address, MemorySegment source, long offset, int lengthBytes);

  /**
   * Tells the application about what was enqueued since, at most once until it looks.
   *
   * @param connection the connection
   */
  void enqueueNotify(TransportConnection connection);

  /**
   * The room of the rx FIFO: what a receive window is computed from.
   *
   * @param connection the connection
   * @return bytes, or NOSESSION
   */
  int rxSpace(TransportConnection connection);

  /**
   * The size of the rx FIFO.
   *
   * @param connection the connection
   * @return bytes, or NOSESSION
   */
  int rxCapacity(TransportConnection connection);

  /**
   * Makes the rx FIFO larger, for a peer that could send more than fits. Not beyond what the application allows ({@code
   * AttachOptions.maxRxFifoBytes}) or half of what is free in the segment, and not while pressure on that is high. The
   * FIFO takes no memory by it before there are bytes to keep, and never becomes smaller.
   *
   * @param connection the connection
   * @param capacityBytes the wanted size
   * @return its size now, which may be the old one or one in between; or NOSESSION
   */
  int growRx(TransportConnection connection, int capacityBytes);

  /**
   * Asks for one {@code applicationRead} when the application has taken data out and at least this much fits.
   *
   * @param connection the connection
   * @param thresholdBytes room to wait for
   */
  void wantRxSpace(TransportConnection connection, int thresholdBytes);

  // ---- Transmit path.

  /**
   * Payload in the tx FIFO.
   *
   * @param connection the connection
   * @return bytes, or NOSESSION
   */
  int txReadable(TransportConnection connection);

  /**
   * Copies payload of the tx FIFO without taking it out.
   *
   * @param connection the connection
   * @param distanceBytes from the head of the FIFO
   * @param target where to
   * @param offset where the first byte goes
   * @param lengthBytes the most wanted
   * @return bytes copied, or NOSESSION
   */
  int txPeek(TransportConnection connection, int distanceBytes, MemorySegment target, long offset, int lengthBytes);

  /**
   * Takes acknowledged payload out of the tx FIFO.
   *
   * @param connection the connection
   * @param bytes how much
   * @return bytes dropped, or NOSESSION
   */
  int txDrop(TransportConnection connection, int bytes);

  /**
   * Brings a descheduled connection back to the tx lists; without effect for one that is there or has nothing to send.
   *
   * @param connection the connection
   */
  void reschedule(TransportConnection connection);

  /**
   * Asks for a turn of {@code customTx} in this or the next turn of the worker.
   *
   * @param connection the connection
   */
  void requestCustomTx(TransportConnection connection);

  // ---- Lookup. Entries of established sessions and listeners are kept by the layer itself.

  /**
   * Finds whom a packet is for, in the order: established, half-open, rules, listener of the exact address, listener of
   * the unspecified address, proxy of the exact address, proxy of the unspecified address. Any worker; lock-free;
   * allocates nothing.
   *
   * <p>A rule that drops gives DROP, one that redirects LISTENER with the first listener of its application for this
   * protocol, or NONE when that listens nowhere or has left: listeners are not asked then.
   *
   * @param key the packet's flow: local side is ours
   * @param result cleared and filled; never {@code APPLICATION}
   */
  void lookup(FlowKey key, LookupResult result);

  /**
   * The transport's connection of a session that {@link #lookup} found: of an established one on its own worker, of a
   * half-open one on worker 0 while it is not answered and is not on the move to another worker. Lock-free; allocates
   * nothing.
   *
   * @param session the handle of a session of kind SESSION or HALF_OPEN
   * @return the connection as the transport gave it, which stays the owner; null on another worker, when the handle is
   *     stale, or when the transport has none for it (any more)
   */
  @Nullable TransportConnection connection(long session);

  // ---- Local endpoints.

  /**
   * The book of local endpoints in use.
   *
   * @return shared by all transports of the stack
   */
  LocalEndpoints localEndpoints();
}
