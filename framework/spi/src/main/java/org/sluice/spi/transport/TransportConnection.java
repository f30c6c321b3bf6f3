package org.sluice.spi.transport;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Handle;

/**
 * The protocol's state of one flow. A transport extends it; the session layer reads the common part without knowing the
 * protocol. Owned by the transport, pooled and reused by it; touched only on the owning worker, but for half-open
 * connections, whose common part is written before they are announced and read-only until they are deleted.
 *
 * <p>All fields are primitives so that an idle connection stays small.
 */
public abstract class TransportConnection {
  /** No session, no connection. */
  public static final long NONE = Handle.INVALID;

  private long localHigh;
  private long localLow;
  private long remoteHigh;
  private long remoteLow;
  private long sessionHandle = NONE;
  private long handle = NONE;
  private int table;
  private int interfaceIndex = Endpoint.ANY_INTERFACE;
  private char localPort;
  private char remotePort;
  private short protocol = -1;
  private short flags;
  private @Nullable Pacer pacer;

  /** For subclasses; a fresh connection has no session and no addresses. */
  protected TransportConnection() {}

  /**
   * Makes a pooled object ready for a new flow: forgets session, addresses, flags and pacer.
   *
   * @param newHandle the transport's {@link Handle} for it
   * @param protocolId the id given to the transport at registration
   */
  protected final void reuse(long newHandle, int protocolId) {
    localHigh = 0;
    localLow = 0;
    remoteHigh = 0;
    remoteLow = 0;
    sessionHandle = NONE;
    handle = newHandle;
    table = 0;
    interfaceIndex = Endpoint.ANY_INTERFACE;
    localPort = 0;
    remotePort = 0;
    protocol = (short) protocolId;
    flags = 0;
    pacer = null;
  }

  /**
   * Sets both sides of the flow.
   *
   * @param local the own side
   * @param remote the peer
   */
  public final void endpoints(Endpoint local, Endpoint remote) {
    local(local.addressHigh(), local.addressLow(), local.port());
    remote(remote.addressHigh(), remote.addressLow(), remote.port());
    table = local.table();
    interfaceIndex = local.interfaceIndex();
  }

  /**
   * Sets both sides of the flow as a listen or connect asks for them.
   *
   * @param config what is asked for; not kept
   */
  public final void endpoints(EndpointConfig config) {
    Endpoint wanted = config.local();
    Endpoint peer = config.remote();
    local(wanted.addressHigh(), wanted.addressLow(), wanted.port());
    remote(peer.addressHigh(), peer.addressLow(), peer.port());
    scope(config.table(), wanted.interfaceIndex());
  }

  /**
   * Copies addresses, ports, interface and table of another connection, its sides kept.
   *
   * @param other the connection to copy from
   */
  public final void endpointsOf(TransportConnection other) {
    local(other.localHigh, other.localLow, other.localPort);
    remote(other.remoteHigh, other.remoteLow, other.remotePort);
    table = other.table;
    interfaceIndex = other.interfaceIndex;
  }

  /**
   * Copies addresses, ports, interface and table of the peer's connection, its sides swapped.
   *
   * @param peer the other end of a local flow
   */
  public final void endpointsOfPeer(TransportConnection peer) {
    local(peer.remoteHigh, peer.remoteLow, peer.remotePort);
    remote(peer.localHigh, peer.localLow, peer.localPort);
    table = peer.table;
    interfaceIndex = peer.interfaceIndex;
  }

  /**
   * Sets the own side.
   *
   * @param high address, first half
   * @param low address, second half
   * @param port 0 to 65535
   */
  public final void local(long high, long low, int port) {
    localHigh = high;
    localLow = low;
    localPort = (char) port;
  }

  /**
   * Sets the peer's side.
   *
   * @param high address, first half
   * @param low address, second half
   * @param port 0 to 65535
   */
  public final void remote(long high, long low, int port) {
    remoteHigh = high;
    remoteLow = low;
    remotePort = (char) port;
  }

  /**
   * Sets where the flow lives.
   *
   * @param tableSet the table set
   * @param interfaceIdx the interface, or {@link Endpoint#ANY_INTERFACE}
   */
  public final void scope(int tableSet, int interfaceIdx) {
    table = tableSet;
    interfaceIndex = interfaceIdx;
  }

  /**
   * The session of this connection: half-open, listening or established. Set by the session layer (for a half-open: by
   * the transport, from what {@link TransportVft#connect} was given).
   *
   * @return the handle, or {@link #NONE}
   */
  public final long sessionHandle() {
    return sessionHandle;
  }

  /**
   * Links the connection to its session.
   *
   * @param newHandle the handle, or {@link #NONE}
   */
  public final void sessionHandle(long newHandle) {
    sessionHandle = newHandle;
  }

  /**
   * The transport's own handle of this connection.
   *
   * @return see {@link #reuse}
   */
  public final long handle() {
    return handle;
  }

  /**
   * The worker that owns the connection, from its handle.
   *
   * @return the worker's index
   */
  public final int workerIndex() {
    return Handle.worker(handle);
  }

  /**
   * The protocol's id.
   *
   * @return the id given at registration
   */
  public final int protocol() {
    return protocol;
  }

  /**
   * Local address, first half.
   *
   * @return see {@link IpAddress}
   */
  public final long localHigh() {
    return localHigh;
  }

  /**
   * Local address, second half.
   *
   * @return see {@link IpAddress}
   */
  public final long localLow() {
    return localLow;
  }

  /**
   * Remote address, first half.
   *
   * @return see {@link IpAddress}
   */
  public final long remoteHigh() {
    return remoteHigh;
  }

  /**
   * Remote address, second half.
   *
   * @return see {@link IpAddress}
   */
  public final long remoteLow() {
    return remoteLow;
  }

  /**
   * Local port.
   *
   * @return 0 to 65535
   */
  public final int localPort() {
    return localPort;
  }

  /**
   * Remote port.
   *
   * @return 0 to 65535
   */
  public final int remotePort() {
    return remotePort;
  }

  /**
   * The table set the flow lives in.
   *
   * @return the table set
   */
  public final int table() {
    return table;
  }

  /**
   * The interface the flow is bound to.
   *
   * @return the index, or {@link Endpoint#ANY_INTERFACE}
   */
  public final int interfaceIndex() {
    return interfaceIndex;
  }

  /**
   * The family.
   *
   * @return true for IPv4
   */
  public final boolean isIp4() {
    return IpAddress.isIp4(remoteHigh, remoteLow);
  }

  /**
   * The own side as a value. Allocates: for consoles and applications, not for the data path.
   *
   * @return the endpoint
   */
  public final Endpoint localEndpoint() {
    return new Endpoint(localHigh, localLow, localPort, interfaceIndex, table);
  }

  /**
   * The peer's side as a value. Allocates.
   *
   * @return the endpoint
   */
  public final Endpoint remoteEndpoint() {
    return new Endpoint(remoteHigh, remoteLow, remotePort, interfaceIndex, table);
  }

  /**
   * Whether all the given bits of {@link ConnectionFlags} are set.
   *
   * @param bits the bits
   * @return true if all are
   */
  public final boolean has(int bits) {
    return (flags & bits) == bits;
  }

  /**
   * Sets bits of {@link ConnectionFlags}.
   *
   * @param bits the bits
   */
  public final void set(int bits) {
    flags |= (short) bits;
  }

  /**
   * Clears bits of {@link ConnectionFlags}.
   *
   * @param bits the bits
   */
  public final void clear(int bits) {
    flags &= (short) ~bits;
  }

  /**
   * The pacer, used when {@link ConnectionFlags#PACED} is set.
   *
   * @return the pacer, or null
   */
  public final @Nullable Pacer pacer() {
    return pacer;
  }

  /**
   * Sets the pacer.
   *
   * @param newPacer the pacer, owned by this connection
   */
  public final void pacer(@Nullable Pacer newPacer) {
    pacer = newPacer;
  }
}
