package org.sluice.spi.session;

import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.TransportConnection;

/**
 * Both sides of one datagram, seen from this host. Mutable so that a worker reuses one; not kept by the callee. What
 * {@link Session#readDatagram} has filled can be given to {@link Session#writeDatagram} as it is, for an answer.
 */
public final class DatagramAddress {
  private long localHigh;
  private long localLow;
  private long remoteHigh;
  private long remoteLow;
  private int ports;
  private int table;
  private int interfaceIndex = Endpoint.ANY_INTERFACE;

  /** Addresses nobody. */
  public DatagramAddress() {}

  /**
   * Sets everything from a connection.
   *
   * @param connection whose sides, table and interface count
   * @return this
   */
  public DatagramAddress set(TransportConnection connection) {
    local(connection.localHigh(), connection.localLow(), connection.localPort());
    remote(connection.remoteHigh(), connection.remoteLow(), connection.remotePort());
    return scope(connection.table(), connection.interfaceIndex());
  }

  /**
   * Sets everything from a packet's flow, on any interface.
   *
   * @param flow whose sides and table count
   * @return this
   */
  public DatagramAddress set(FlowKey flow) {
    local(flow.localHigh(), flow.localLow(), flow.localPort());
    remote(flow.remoteHigh(), flow.remoteLow(), flow.remotePort());
    return scope(flow.table(), Endpoint.ANY_INTERFACE);
  }

  /**
   * Sets the own side.
   *
   * @param high address, first half
   * @param low address, second half
   * @param port 0 to 65535
   * @return this
   */
  public DatagramAddress local(long high, long low, int port) {
    localHigh = high;
    localLow = low;
    ports = (ports & 0xffff) | port << 16;
    return this;
  }

  /**
   * Sets the peer's side.
   *
   * @param high address, first half
   * @param low address, second half
   * @param port 0 to 65535
   * @return this
   */
  public DatagramAddress remote(long high, long low, int port) {
    remoteHigh = high;
    remoteLow = low;
    ports = (ports & 0xffff_0000) | (port & 0xffff);
    return this;
  }

  /**
   * Sets the peer's side.
   *
   * @param remote its address and port; the own side is left to the listener
   * @return this
   */
  public DatagramAddress to(Endpoint remote) {
    local(0, 0, 0);
    remote(remote.addressHigh(), remote.addressLow(), remote.port());
    return scope(0, remote.interfaceIndex());
  }

  /**
   * Sets where the datagram was or is to be.
   *
   * @param tableSet the table set
   * @param interfaceIdx the interface, or {@link Endpoint#ANY_INTERFACE}
   * @return this
   */
  public DatagramAddress scope(int tableSet, int interfaceIdx) {
    table = tableSet;
    interfaceIndex = interfaceIdx;
    return this;
  }

  /**
   * Local address, first half.
   *
   * @return the half
   */
  public long localHigh() {
    return localHigh;
  }

  /**
   * Local address, second half.
   *
   * @return the half
   */
  public long localLow() {
    return localLow;
  }

  /**
   * Remote address, first half.
   *
   * @return the half
   */
  public long remoteHigh() {
    return remoteHigh;
  }

  /**
   * Remote address, second half.
   *
   * @return the half
   */
  public long remoteLow() {
    return remoteLow;
  }

  /**
   * Local port.
   *
   * @return 0 to 65535
   */
  public int localPort() {
    return ports >>> 16;
  }

  /**
   * Remote port.
   *
   * @return 0 to 65535
   */
  public int remotePort() {
    return ports & 0xffff;
  }

  /**
   * The table set.
   *
   * @return the table set
   */
  public int table() {
    return table;
  }

  /**
   * The interface.
   *
   * @return its index, or {@link Endpoint#ANY_INTERFACE}
   */
  public int interfaceIndex() {
    return interfaceIndex;
  }

  /**
   * The own side as a value. Allocates.
   *
   * @return the endpoint
   */
  public Endpoint localEndpoint() {
    return new Endpoint(localHigh, localLow, localPort(), interfaceIndex, table);
  }

  /**
   * The peer's side as a value. Allocates.
   *
   * @return the endpoint
   */
  public Endpoint remoteEndpoint() {
    return new Endpoint(remoteHigh, remoteLow, remotePort(), interfaceIndex, table);
  }

  /**
   * {@code local<-remote}, for logs and tests. Allocates.
   *
   * @return the text
   */
  @Override
  public String toString() {
    return localEndpoint() + "<-" + remoteEndpoint();
  }
}
