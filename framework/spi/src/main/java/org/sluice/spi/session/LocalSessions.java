package org.sluice.spi.session;

import org.sluice.spi.transport.TransportConnection;

/**
 * What the session layer offers to transports that join two sessions of this host (trait LOCAL): FIFO pairs in a
 * segment that both applications map, crossed so that one side's rx FIFO is the other's tx FIFO.
 *
 * <p>The order of a local connect: {@code TransportVft.connect} on worker 0 → the transport moves its half-open to a
 * worker of its choice → {@link #acceptLocal} there → the server's application accepts →
 * {@code TransportVft.accepted} → {@link #connectLocal} → {@code halfOpenDeleteNotify}. Both connections of a pair live
 * on one worker, the caller's. Data and its notifications then pass between the two sessions without the transport.
 */
public interface LocalSessions {

  /**
   * Makes the server's session with both FIFOs and asks its application; both applications are told about the segment
   * first.
   *
   * @param server the server's connection, endpoints set
   * @param listener the handle of the listening session
   * @param halfOpen the handle of the client's half-open session
   * @return the server session's handle; or REFUSED (the listener is gone or congested), ALLOC, SEG_NO_SPACE, NOSESSION
   *     or CANCELLED (the client is gone), NOSUPPORT (the transport is being removed or disabled): nothing is left
   *     behind
   */
  long acceptLocal(TransportConnection server, long listener, long halfOpen);

  /**
   * Makes the client's session on the server's FIFOs and tells its application. Takes the place of {@code
   * connectNotify} for success; an error is reported by {@code connectNotify}.
   *
   * @param client the client's connection, endpoints set
   * @param server the accepted server connection
   * @param halfOpen the handle of the client's half-open session
   * @return the client session's handle; or NOSESSION, CANCELLED, ALLOC: the transport ends the server's session
   */
  long connectLocal(TransportConnection client, TransportConnection server, long halfOpen);

  /**
   * Whether the session's rx FIFO holds data its application has not read: closing would lose it.
   *
   * @param connection the connection
   * @return bytes, 0 also when the session is gone
   */
  int unread(TransportConnection connection);
}
