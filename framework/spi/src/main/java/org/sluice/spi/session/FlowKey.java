package org.sluice.spi.session;

import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.TransportConnection;

/**
 * The key of a lookup: addresses, ports, protocol, table. Mutable so that a worker reuses one; not kept by the callee.
 */
public final class FlowKey {
  private long localHigh;
  private long localLow;
  private long remoteHigh;
  private long remoteLow;
  private int ports;
  private int table;
  private int protocol;

  /** An empty key. */
  public FlowKey() {}

  /**
   * Sets everything.
   *
   * @param local the own side; its table counts
   * @param remote the peer
   * @param protocolId the transport's id
   * @return this key
   */
  public FlowKey set(Endpoint local, Endpoint remote, int protocolId) {
    local(local.addressHigh(), local.addressLow(), local.port());
    remote(remote.addressHigh(), remote.addressLow(), remote.port());
    scope(protocolId, local.table());
    return this;
  }

  /**
   * Sets everything from a connection.
   *
   * @param connection whose endpoints, protocol and table count
   * @return this key
   */
  public FlowKey set(TransportConnection connection) {
    local(connection.localHigh(), connection.localLow(), connection.localPort());
    remote(connection.remoteHigh(), connection.remoteLow(), connection.remotePort());
    scope(connection.protocol(), connection.table());
    return this;
  }

  /**
   * Sets the own side.
   *
   * @param high address, first half
   * @param low address, second half
   * @param port 0 to 65535
   */
  public void local(long high, long low, int port) {
    localHigh = high;
    localLow = low;
    ports = (ports & 0xffff) | port << 16;
  }

  /**
   * Sets the peer's side.
   *
   * @param high address, first half
   * @param low address, second half
   * @param port 0 to 65535
   */
  public void remote(long high, long low, int port) {
    remoteHigh = high;
    remoteLow = low;
    ports = (ports & 0xffff_0000) | (port & 0xffff);
  }

  /**
   * Sets protocol and table.
   *
   * @param protocolId the transport's id
   * @param tableSet the table set
   */
  public void scope(int protocolId, int tableSet) {
    protocol = protocolId;
    table = tableSet;
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
   * The transport's id.
   *
   * @return the id
   */
  public int protocol() {
    return protocol;
  }

  /**
   * The table set.
   *
   * @return the table set
   */
  public int table() {
    return table;
  }
}
