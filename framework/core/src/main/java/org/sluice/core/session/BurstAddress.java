package org.sluice.core.session;

import org.sluice.spi.network.IpAddress;
import org.sluice.spi.session.DatagramAddress;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.TransportConnection;

/**
 * The addresses of a burst of a session that serves a listener: its connection has them from the first question about
 * the burst until it has been sent, and its own ones again afterwards. What the application may not choose, the port
 * and an address that the listener has, stays. One per worker.
 */
final class BurstAddress {
  private final DatagramAddress own = new DatagramAddress();
  private final DatagramAddress next = new DatagramAddress();

  /** Gives the connection the addresses of the datagram that was peeked. */
  void begin(TransportConnection connection, DatagramRecord record) {
    own.set(connection);
    record.address(next);
    connection.remote(next.remoteHigh(), next.remoteLow(), next.remotePort());
    connection.local(localHigh(), localLow(), own.localPort());
    connection.scope(own.table(), interfaceIndex());
  }

  /** Gives it its own ones back. */
  void end(TransportConnection connection) {
    connection.remote(own.remoteHigh(), own.remoteLow(), own.remotePort());
    connection.local(own.localHigh(), own.localLow(), own.localPort());
    connection.scope(own.table(), own.interfaceIndex());
  }

  /** Whether the datagram that was peeked has the addresses of the burst. */
  boolean covers(TransportConnection connection, DatagramRecord record) {
    record.address(next);
    return connection.remoteHigh() == next.remoteHigh()
        && connection.remoteLow() == next.remoteLow()
        && connection.remotePort() == next.remotePort()
        && connection.localHigh() == localHigh()
        && connection.localLow() == localLow()
        && connection.interfaceIndex() == interfaceIndex();
  }

  private boolean mayChoose() {
    return IpAddress.isAny(own.localHigh(), own.localLow()) && !IpAddress.isAny(next.localHigh(), next.localLow());
  }

  private long localHigh() {
    return mayChoose() ? next.localHigh() : own.localHigh();
  }

  private long localLow() {
    return mayChoose() ? next.localLow() : own.localLow();
  }

  private int interfaceIndex() {
    return own.interfaceIndex() == Endpoint.ANY_INTERFACE ? next.interfaceIndex() : own.interfaceIndex();
  }
}
