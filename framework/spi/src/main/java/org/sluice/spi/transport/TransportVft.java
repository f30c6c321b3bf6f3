package org.sluice.spi.transport;

import org.jspecify.annotations.Nullable;
import org.pf4j.ExtensionPoint;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.nic.PacketBatch;

/**
 * A transport: the table of functions that the session layer calls. An extension point, one instance per stack.
 *
 * <p>The session layer, to which a transport reports, is given to its constructor ({@code HostServices.sessions()}).
 * Methods have a default exactly where a transport may lack the function. No method may block. Negative results are
 * codes of {@link SessionError}.
 *
 * <p>Contract of the ends: after {@link #close} or {@link #reset} the transport goes on until it is done and then
 * <em>must</em> report {@code deleteNotify} (or a delete request) once per connection; after {@link #cleanup} and
 * {@link #cleanupHalfOpen} it frees at once and reports nothing. An exception is caught, counted under the plugin's id,
 * and resets the session it was called for.
 */
public interface TransportVft extends ExtensionPoint {

  /**
   * Name, service and mode; constant.
   *
   * @return the descriptor
   */
  TransportDescriptor descriptor();

  // ---- Setup: worker 0 unless stated.

  /**
   * Starts the transport. Worker 0, before anything else; again, with the same id, each time the session layer comes
   * back after a {@link #disable}. A transport that throws here is removed; the others go on.
   *
   * @param protocolId the id under which the transport now is registered; its connections carry it
   */
  void enable(int protocolId);

  /**
   * Stops the transport, because it is removed or the session layer is turned off. Worker 0; all its sessions,
   * half-opens and listeners are gone by then. Frees everything; may be enabled again, and is called for nothing until
   * then.
   */
  default void disable() {}

  /**
   * Starts listening. Worker 0. A listener whose namespace moves to other tables is stopped and started again with the
   * same listening session.
   *
   * @param listener the handle of the listening session, for {@code streamAccept}
   * @param config what to listen on ({@link EndpointConfig#local}); not kept, see {@link EndpointConfig#copy}
   * @return the transport's listener handle, not negative, or an error: NOSUPPORT, PORTINUSE, NOINTF ...
   */
  long startListen(long listener, EndpointConfig config);

  /**
   * Stops listening. Worker 0. Accepted connections are not touched.
   *
   * @param transportListener what {@link #startListen} returned
   */
  void stopListen(long transportListener);

  /**
   * Starts to connect. Worker 0. A virtual circuit makes a half-open connection, stores the handle of the half-open
   * session in it, and sends its first message; it later calls {@code connectNotify}, from any worker, and in the end
   * {@code halfOpenDeleteNotify}. A connectionless transport makes the connection at once.
   *
   * @param session the handle of the half-open session (virtual circuit) or of the session (connectionless)
   * @param config where to; not kept, see {@link EndpointConfig#copy}
   * @return the handle of the (half-open) connection, not negative, or an error: then nothing is left behind and no
   *     notification follows
   */
  long connect(long session, EndpointConfig config);

  /**
   * Makes the connection of the session that a listener has on one worker: it has the listener's local side and no
   * peer. Worker of the session, after {@link #startListen}; connectionless transports with tx mode DATAGRAM only. From
   * {@link #sendParams} to the sending of a burst the connection's sides are those of the datagrams in it; else the
   * remote side is of no meaning. It is ended as others are, by {@link #close} or {@link #cleanup}.
   *
   * @param session the handle of the session
   * @param config what is listened on; not kept
   * @return the handle of a connection of the calling worker, not negative, or an error: then nothing is left behind;
   *     NOSUPPORT where a transport accepts a session per peer only
   */
  default long openDatagrams(long session, EndpointConfig config) {
    return SessionError.NOSUPPORT.code();
  }

  /**
   * Opens a stream of a parent connection. Worker of the parent. The stream is usable at once: a connection of its own
   * of the same worker, found by {@link #connection}, of which nothing is reported before this has returned.
   *
   * <p>The session layer ends streams before their parent: it tells {@link #close} or {@link #reset} of each stream and
   * then of the parent. A transport that reports the end of a parent need not report that of its streams; those that it
   * has not let go of when it lets go of the parent are taken from it by {@link #cleanup}, inside of that call.
   *
   * @param parent the parent's connection
   * @param session the handle of the new session
   * @param config where to; not kept
   * @return the handle of the stream's connection, or an error: then nothing is left behind; NOSUPPORT where a
   *     transport has no streams, MAX_STREAMS_HIT where it allows no more now
   */
  default long connectStream(TransportConnection parent, long session, EndpointConfig config) {
    return SessionError.NOSUPPORT.code();
  }

  // ---- Ends: the connection's worker unless stated.

  /**
   * The application accepted the session that {@code acceptNotify} announced. Needed by transports that tell the
   * peer only then.
   *
   * @param connection the accepted connection
   */
  default void accepted(TransportConnection connection) {}

  /**
   * The application sends no more: what is queued is sent, then the end. Absent means nothing happens.
   *
   * @param connection the connection
   */
  default void halfClose(TransportConnection connection) {}

  /**
   * Closes in good order: what is queued is sent first.
   *
   * @param connection the connection
   */
  void close(TransportConnection connection);

  /**
   * Aborts. Absent means {@link #close}.
   *
   * @param connection the connection
   */
  default void reset(TransportConnection connection) {
    close(connection);
  }

  /**
   * Frees the connection at once, without any notification: its application is gone.
   *
   * @param connection the connection; not valid afterwards
   */
  void cleanup(TransportConnection connection);

  /**
   * Frees a half-open connection at once, and what it holds (local endpoint, timers), without any notification. Worker
   * 0. Called at most once per half-open, and not after its {@code halfOpenDeleteNotify} (but see there).
   *
   * @param halfOpen the half-open connection; not valid afterwards
   */
  default void cleanupHalfOpen(TransportConnection halfOpen) {
    cleanup(halfOpen);
  }

  /**
   * A session has arrived by {@code SessionLayer.migrate}: from now on the connection is like any other of its worker.
   * Its application may have left meanwhile; then {@link #close} follows.
   *
   * @param connection the successor
   */
  default void migrated(TransportConnection connection) {}

  // ---- Transmission: the connection's worker. Transports with tx mode INTERNAL need customTx alone.

  /**
   * Says what may be sent now.
   *
   * @param connection the connection
   * @param params cleared; to be filled
   */
  default void sendParams(TransportConnection connection, SendParams params) {
    params.refuse(SendParams.Scheduling.DESCHEDULE);
  }

  /**
   * Prepends the transport header to each packet of a burst and accounts its payload. The caller sends the batch
   * afterwards.
   *
   * @param connection the connection
   * @param batch packets whose data is payload, with headroom in front; the packets stay the caller's
   */
  default void pushHeader(TransportConnection connection, PacketBatch batch) {}

  /**
   * Lets the transport write by itself: always for tx mode INTERNAL, else when it asked for it by
   * {@code requestCustomTx} (retransmissions, probes).
   *
   * @param connection the connection
   * @param tx the budget, and where to report what was dequeued
   * @return packets sent
   */
  default int customTx(TransportConnection connection, CustomTx tx) {
    return 0;
  }

  /**
   * The application wants queued data to leave now, also where less than a full segment is queued.
   *
   * @param connection the connection
   */
  default void flush(TransportConnection connection) {}

  /**
   * The application consumed data of the rx FIFO: window updates, dequeue notifications of a local peer.
   *
   * @param connection the connection
   */
  default void applicationRead(TransportConnection connection) {}

  /**
   * Once per turn and worker, before anything is sent. Timers are better served by {@code Worker.newTimer}.
   *
   * @param workerIndex the worker
   * @param nowNs its time
   */
  default void updateTime(int workerIndex, long nowNs) {}

  // ---- Retrieval: any worker for its own connections; worker 0 for listeners and half-opens.

  /**
   * A connection by its handle.
   *
   * @param connection the transport's handle
   * @return the connection, or null when the handle is stale
   */
  @Nullable TransportConnection connection(long connection);

  /**
   * A listener's connection header by what {@link #startListen} returned.
   *
   * @param transportListener the handle
   * @return the header with the local side, or null when the handle is stale
   */
  @Nullable TransportConnection listener(long transportListener);

  /**
   * A half-open connection by its handle.
   *
   * @param halfOpen the transport's handle
   * @return the connection, or null when the handle is stale
   */
  default @Nullable TransportConnection halfOpen(long halfOpen) {
    return connection(halfOpen);
  }

  // ---- Attributes and formatters: the connection's worker.

  /**
   * Reads an attribute.
   *
   * @param connection the connection
   * @param attribute which
   * @param <T> its type
   * @return the value, or null when this transport does not have the attribute
   */
  default <T> @Nullable T attribute(TransportConnection connection, TransportAttribute<T> attribute) {
    return null;
  }

  /**
   * Sets an attribute; the session layer checked that the session is READY or later.
   *
   * @param connection the connection
   * @param attribute which
   * @param value the new value
   * @param <T> its type
   * @return 0, or an error: NOSUPPORT for an attribute this transport lacks or cannot set, INVALID for the value
   */
  default <T> int attribute(TransportConnection connection, TransportAttribute<T> attribute, T value) {
    return SessionError.NOSUPPORT.code();
  }

  /**
   * The transport's part of an established session's state column and details. The session layer itself prints the id,
   * FIFOs and session state.
   *
   * @param connection the connection
   * @param verbosity how much
   * @return for LINE the state alone, for FULL further lines, each ended by a newline; empty for nothing to add
   */
  default String format(TransportConnection connection, Verbosity verbosity) {
    return "";
  }

  /**
   * The same for a half-open connection. Worker 0.
   *
   * @param halfOpen the half-open connection
   * @param verbosity how much
   * @return see {@link #format}
   */
  default String formatHalfOpen(TransportConnection halfOpen, Verbosity verbosity) {
    return format(halfOpen, verbosity);
  }

  /**
   * The same for a listener. Worker 0.
   *
   * @param listener the listener's header
   * @param verbosity how much
   * @return see {@link #format}
   */
  default String formatListener(TransportConnection listener, Verbosity verbosity) {
    return format(listener, verbosity);
  }
}
