package org.sluice.spi.session;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.TransportAttribute;

/**
 * What an application sees of one flow: two byte FIFOs, a state, and the calls to end it.
 *
 * <p>Owned by one context, the worker on which its callbacks run: all methods are called there unless stated. A
 * reference is valid inside callbacks and until {@code onCleanup(SESSION)}; what an application keeps longer is the
 * {@link #handle()}. After the end every call is refused with NOSESSION; none touches freed memory, throws or blocks.
 * Counts and codes share results: not negative is a count, negative a {@link SessionError#code()}.
 */
public interface Session {

  /**
   * The name of this session. Any context.
   *
   * @return a {@link org.sluice.spi.runtime.Handle}
   */
  long handle();

  /**
   * Where the session is in its life.
   *
   * @return the state
   */
  SessionState state();

  /**
   * The opaque value given at connect, or set since; 0 for accepted sessions.
   *
   * @return the application's own number
   */
  long opaque();

  /**
   * Sets the opaque value.
   *
   * @param value the application's own number
   */
  void opaque(long value);

  /**
   * The application's object for this session; dropped at cleanup.
   *
   * @return what {@link #attachment(Object)} was given last, or null
   */
  @Nullable Object attachment();

  /**
   * Keeps an object with the session.
   *
   * @param object the application's own, or null
   */
  void attachment(@Nullable Object object);

  // ---- Data.

  /**
   * Copies bytes into the tx FIFO and tells whoever sends or reads them. Takes what fits: ask for room with {@link
   * #wantWritable} when it was less.
   *
   * @param source where the bytes are; the caller's, free again on return
   * @param offset the first byte
   * @param lengthBytes how many
   * @return bytes taken, 0 when full; or NOSESSION, CLOSED, SEG_NO_SPACE (no memory is free in the segment: ask for
   *     room as when it is full), CORRUPT, CONFLICT (see {@link #stream}, and while the session moves to another
   *     worker), INVALID_RMT_IP for the session that a listener has on a worker, which has no peer
   */
  int write(MemorySegment source, long offset, int lengthBytes);

  /**
   * The same from an array.
   *
   * @param source where the bytes are
   * @param offset the first byte
   * @param lengthBytes how many
   * @return see {@link #write(MemorySegment, long, int)}
   */
  int write(byte[] source, int offset, int lengthBytes);

  /**
   * Copies bytes out of the rx FIFO and tells the sender about the room.
   *
   * @param target where to; the caller's
   * @param offset where the first byte goes
   * @param lengthBytes the most wanted
   * @return bytes copied, 0 when none waits; or NOSESSION, CORRUPT
   */
  int read(MemorySegment target, long offset, int lengthBytes);

  /**
   * The same into an array.
   *
   * @param target where to
   * @param offset where the first byte goes
   * @param lengthBytes the most wanted
   * @return see {@link #read(MemorySegment, long, int)}
   */
  int read(byte[] target, int offset, int lengthBytes);

  /**
   * Takes one datagram with its addresses out of the rx FIFO; what {@link #read} has left of an earlier one is skipped.
   * Allocates nothing.
   *
   * @param target where the payload goes; the caller's
   * @param offset where the first byte goes
   * @param lengthBytes the most wanted: what the datagram has beyond that is lost
   * @param from filled: the peer, and the own address that it sent to
   * @return payload bytes copied, 0 when none waits; or NOSESSION, CORRUPT, NOSUPPORT when the session carries a stream
   */
  int readDatagram(MemorySegment target, long offset, int lengthBytes, DatagramAddress from);

  /**
   * Puts one datagram for an address into the tx FIFO, whole or not at all. A session that is connected sends to its
   * peer only. The session that a listener has on a worker sends from the listener's port, and from its address unless
   * that is unspecified: then from the own address given here, or from one that the transport chooses for the
   * unspecified one. Allocates nothing.
   *
   * @param source where the payload is; the caller's, free again on return
   * @param offset the first byte
   * @param lengthBytes how many
   * @param to the peer
   * @return {@code lengthBytes}, or 0 when it does not fit now; or NOSESSION, CLOSED, SEG_NO_SPACE, INVALID when it
   *     never fits, INVALID_RMT_IP for an unspecified peer or one that the session is not connected to, NOSUPPORT when
   *     the session carries a stream
   */
  int writeDatagram(MemorySegment source, long offset, int lengthBytes, DatagramAddress to);

  /**
   * Moves bytes from this session's rx FIFO to the tx FIFO of another one of the same owner (or of this one), and tells
   * both sides: what echo servers and proxies are made of. When not all fits, the target's room is asked for.
   *
   * <p>Into the session that a listener has on a worker, datagrams are moved with the addresses they came with, so
   * within that session they are answers.
   *
   * @param target the session to write to
   * @param maxBytes the most to move
   * @return bytes moved, or an error of either side
   */
  int transferTo(Session target, int maxBytes);

  /**
   * Bytes that {@link #read} would yield now.
   *
   * @return bytes, or NOSESSION
   */
  int readable();

  /**
   * Bytes that {@link #write} would take now.
   *
   * @return bytes, or NOSESSION, CLOSED
   */
  int writable();

  /**
   * Asks for one {@code onWritable}. Also when there is room already: then it is called in the next turn. Where there
   * is room, but no memory (a write was short of it, or was answered by SEG_NO_SPACE), it is called when memory for
   * what is wished for is found again: of a stream one byte or the threshold, of datagrams the one that did not fit.
   * That is looked for some hundred times a second, since nobody tells when another session gives memory back. None
   * comes once {@link #writable} is CLOSED, of which {@code onDisconnected}, {@code onReset} or {@code
   * onTransportClosed} tells.
   *
   * @param wish when
   * @param thresholdBytes for {@link WritableWish#THRESHOLD}; ignored otherwise
   */
  void wantWritable(WritableWish wish, int thresholdBytes);

  /**
   * The application's side of the rx FIFO, for views and peeking. Tell the layer by {@link #consumed} afterwards.
   *
   * @return the consumer side; not to be kept longer than this session, after whose end it serves another
   * @throws IllegalStateException when the session is gone or has no FIFOs
   */
  FifoConsumer rx();

  /**
   * The application's side of the tx FIFO, for views and gathered writes. Tell the layer by {@link #written}
   * afterwards.
   *
   * @return the producer side; not to be kept longer than this session, after whose end it serves another
   * @throws IllegalStateException when the session is gone or has no FIFOs
   */
  FifoProducer tx();

  /** Tells the layer that bytes were put directly into {@link #tx()}; one call may cover many. */
  void written();

  /** Tells the layer that bytes were taken directly out of {@link #rx()}; one call may cover many. */
  void consumed();

  /** Asks the transport to send what is queued now, also where it fills no segment. */
  void flush();

  /**
   * Hands the session's FIFOs over to application threads. From now on the data calls of this interface are refused
   * with CONFLICT, and no callback comes for this session but {@code onCleanup}: the stream tells of data, room and the
   * end. The application closes the stream, or the session. Possible once, from {@code onAccept} or {@code onConnected}
   * on.
   *
   * @return the stream
   * @throws IllegalStateException when it was handed over before, is closed or gone, or carries datagrams
   */
  SessionStream stream();

  /**
   * What could be done now, level-triggered: the bits of {@link Readiness}. Any context; a snapshot.
   *
   * @return the bits; {@link Readiness#CLOSED} alone when the session is gone
   */
  int readiness();

  // ---- Ends.

  /**
   * Half close: no more is written, what was written is delivered, reading goes on. Possible from {@code
   * onAccept} on.
   *
   * @return NONE, NOSESSION, CONFLICT when not established, or NOSUPPORT for the session that a listener has on a
   *     worker
   */
  SessionError shutdown();

  /**
   * Closes in good order. What was written is delivered first; what was not read is lost, and the peer is told by a
   * reset. Idempotent until the session is gone.
   *
   * @return NONE or NOSESSION; NOSUPPORT for the session that a listener has on a worker, which ends with the listener
   */
  SessionError close();

  /**
   * Aborts: nothing more is delivered, the peer sees a reset. Idempotent until the session is gone.
   *
   * @return NONE or NOSESSION; NOSUPPORT as for {@link #close}
   */
  SessionError reset();

  // ---- Properties.

  /**
   * The own side. Allocates.
   *
   * @return the endpoint
   */
  Endpoint localEndpoint();

  /**
   * The peer's side. Allocates.
   *
   * @return the endpoint
   */
  Endpoint remoteEndpoint();

  /**
   * The name of the transport that carries the session.
   *
   * @return for example {@code tcp}
   */
  String transport();

  /**
   * The handle of the listener an accepted session came from.
   *
   * @return the handle, or {@link org.sluice.spi.runtime.Handle#INVALID} for a connected one
   */
  long listener();

  /**
   * The session that this one is a stream of. What ends the parent ends its streams: a close or reset of the parent by
   * its application acts on each of them first, as if the application had closed or reset it; and of an end that comes
   * from the peer or the transport each of them is told first.
   *
   * @return the handle, or {@link org.sluice.spi.runtime.Handle#INVALID} for a session that is no stream, or whose
   *     parent is gone
   */
  long parent();

  /**
   * The event queue this session's events come by.
   *
   * @return the queue's handle
   */
  long eventQueue();

  /**
   * The event queue of the other end of a local session, which events for the peer go to.
   *
   * @return the queue's handle, or {@link org.sluice.spi.runtime.Handle#INVALID} when the peer is not on this host
   */
  long peerEventQueue();

  /**
   * Reads an attribute of the connection.
   *
   * @param attribute which
   * @param <T> its type
   * @return the value, or null when the transport does not have it or the connection is gone
   */
  <T> @Nullable T attribute(TransportAttribute<T> attribute);

  /**
   * Sets an attribute of the connection.
   *
   * @param attribute which
   * @param value the new value
   * @param <T> its type
   * @return NONE, NOSUPPORT, INVALID, NOSESSION, or CONFLICT before READY
   */
  <T> SessionError attribute(TransportAttribute<T> attribute, T value);
}
