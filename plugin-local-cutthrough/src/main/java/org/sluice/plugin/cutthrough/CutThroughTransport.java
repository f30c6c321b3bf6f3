package org.sluice.plugin.cutthrough;

import jakarta.inject.Inject;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pf4j.Extension;
import org.sluice.plugin.cutthrough.CutThroughConnection.Role;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.MessagePort;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.runtime.Workers;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportTrait;
import org.sluice.spi.transport.TransportVft;
import org.sluice.spi.transport.TxMode;
import org.sluice.spi.transport.Verbosity;

/**
 * The transport of local sessions.
 *
 * <p>A connect takes four steps: a request is made on worker 0; it moves to a data worker, chosen round robin; there
 * the server's session is made and its application asked; when that accepts, the client's session is made on the same
 * FIFOs. From then on the two sessions pass data and notifications without this class, which serves their ends alone.
 */
@Extension
public final class CutThroughTransport implements TransportVft {
  private static final TransportDescriptor DESCRIPTOR = new TransportDescriptor(
      "ct",
      "CT",
      ServiceType.VIRTUAL_CIRCUIT,
      TxMode.INTERNAL,
      Set.of(TransportTrait.LOCAL, TransportTrait.NO_LOOKUP));
  private static final int FIRST_EPHEMERAL_PORT = 49152;
  private static final int EPHEMERAL_PORTS = 0x10000 - FIRST_EPHEMERAL_PORT;

  private final SessionLayer sessions;
  private final ConnectionPool[] pairs;
  private final ConnectionPool requests;
  private final ConnectionPool listeners;
  private final MessagePort port;
  private int protocolId;
  private int lastWorker;
  private int nextPort;

  /**
   * Makes the transport of one stack.
   *
   * @param host what the plugin may use
   */
  @Inject
  public CutThroughTransport(HostServices host) {
    this(host.workers(), host.sessions(), host.counters(), (int) host.configuration().number("max-connections"));
  }

  /**
   * Makes the transport by hand.
   *
   * @param workers the workers of the stack
   * @param sessions the session layer
   * @param counters for the limit of connections
   * @param maxConnections the most connection ends of one worker, and the most requests and listeners
   */
  public CutThroughTransport(Workers workers, SessionLayer sessions, Counters counters, int maxConnections) {
    this.sessions = sessions;
    Counter limitHits = counters.counter("connections.limit", "Connects refused for the limit of connections");
    pairs = new ConnectionPool[workers.count()];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = new ConnectionPool(workers.worker(i), false, maxConnections, limitHits);
    }
    requests = new ConnectionPool(workers.worker(0), true, maxConnections, limitHits);
    listeners = new ConnectionPool(workers.worker(0), false, maxConnections, limitHits);
    port = workers.newPort((worker, kind, slot, argument) -> open(worker, (int) slot));
  }

  @Override
  public TransportDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public void enable(int id) {
    protocolId = id;
  }

  // ---- Listening.

  @Override
  public long startListen(long listener, EndpointConfig config) {
    CutThroughConnection header = listeners.allocate(Role.LISTENER, protocolId);
    if (header == null) {
      return SessionError.ALLOC.code();
    }
    header.endpoints(config);
    header.sessionHandle(listener);
    return header.handle();
  }

  @Override
  public void stopListen(long transportListener) {
    CutThroughConnection header = listeners.get(transportListener);
    if (header != null) {
      listeners.free(header);
    }
  }

  // ---- Connecting.

  @Override
  public long connect(long session, EndpointConfig config) {
    CutThroughConnection request = requests.allocate(Role.REQUEST, protocolId);
    if (request == null) {
      return SessionError.ALLOC.code();
    }
    request.endpoints(config);
    chooseLocalSide(request);
    request.sessionHandle(session);
    request.serves(session, config.listener());
    long handle = request.handle();
    // From here on the request is the other worker's; the session layer does not touch it even to cancel it.
    sessions.halfOpenMigrate(session);
    if (!port.send(nextWorker(), 0, request.slot(), 0)) {
      requests.free(request);
      return SessionError.REFUSED.code();
    }
    return handle;
  }

  /** What the connect left open: the address is the peer's, since both are this host's. Ports need not be unique. */
  private void chooseLocalSide(CutThroughConnection request) {
    boolean any = IpAddress.isAny(request.localHigh(), request.localLow());
    long high = any ? request.remoteHigh() : request.localHigh();
    long low = any ? request.remoteLow() : request.localLow();
    int localPort = request.localPort();
    if (localPort == 0) {
      localPort = FIRST_EPHEMERAL_PORT + nextPort;
      nextPort = (nextPort + 1) % EPHEMERAL_PORTS;
    }
    request.local(high, low, localPort);
  }

  /** Worker 0 carries local sessions only where there is no other. */
  private int nextWorker() {
    if (pairs.length > 1) {
      lastWorker = lastWorker % (pairs.length - 1) + 1;
    }
    return lastWorker;
  }

  private void open(Worker worker, int requestSlot) {
    CutThroughConnection request = requests.at(requestSlot);
    if (request == null) {
      return;
    }
    ConnectionPool pool = pairs[worker.index()];
    long halfOpen = request.halfOpen();
    long listener = request.listener();
    CutThroughConnection client = pool.allocate(Role.CONNECTING, protocolId);
    CutThroughConnection server = client == null ? null : pool.allocate(Role.SERVER, protocolId);
    if (client != null) {
      client.endpointsOf(request);
      client.serves(halfOpen, listener);
    }
    request.giveBack();
    if (client == null || server == null) {
      if (client != null) {
        pool.free(client);
      }
      refuse(halfOpen, SessionError.ALLOC);
      return;
    }
    server.endpointsOfPeer(client);
    server.peer(client);
    client.peer(server);
    accept(pool, client, server);
  }

  private void accept(ConnectionPool pool, CutThroughConnection client, CutThroughConnection server) {
    long halfOpen = client.halfOpen();
    long accepted = sessions.halfOpenMigrated(halfOpen);
    if (accepted == 0) {
      accepted = sessions.acceptLocal(server, client.listener(), halfOpen);
    }
    if (accepted < 0) {
      pool.free(client);
      pool.free(server);
      refuse(halfOpen, SessionError.of(accepted));
    }
  }

  private void refuse(long halfOpen, SessionError error) {
    sessions.connectNotify(halfOpen, null, error.code());
    sessions.halfOpenDeleteNotify(halfOpen);
  }

  @Override
  public void accepted(TransportConnection connection) {
    CutThroughConnection server = (CutThroughConnection) connection;
    CutThroughConnection client = server.peer();
    if (client == null || client.role() != Role.CONNECTING) {
      return;
    }
    long halfOpen = client.halfOpen();
    long connected = sessions.connectLocal(client, server, halfOpen);
    sessions.halfOpenDeleteNotify(halfOpen);
    if (connected >= 0) {
      client.role(Role.CLIENT);
      return;
    }
    server.peer(null);
    pairs[client.workerIndex()].free(client);
    sessions.resetNotify(server);
  }

  // ---- Ends.

  @Override
  public void halfClose(TransportConnection connection) {
    CutThroughConnection peer = ((CutThroughConnection) connection).peer();
    if (peer != null) {
      peer.hearEnd();
      sessions.closingNotify(peer);
    }
  }

  @Override
  public void close(TransportConnection connection) {
    end((CutThroughConnection) connection, sessions.unread(connection) > 0);
  }

  @Override
  public void reset(TransportConnection connection) {
    end((CutThroughConnection) connection, true);
  }

  private void end(CutThroughConnection connection, boolean dataLost) {
    leavePeer(connection, dataLost);
    sessions.closedNotify(connection);
    sessions.deleteRequest(connection, connection);
  }

  @Override
  public void cleanup(TransportConnection connection) {
    CutThroughConnection own = (CutThroughConnection) connection;
    leavePeer(own, true);
    pairs[own.workerIndex()].free(own);
  }

  /** Tells the other end: a client that still waits is refused. */
  private void leavePeer(CutThroughConnection connection, boolean dataLost) {
    CutThroughConnection peer = connection.peer();
    if (peer == null) {
      return;
    }
    connection.peer(null);
    peer.peer(null);
    if (peer.role() == Role.CONNECTING) {
      long halfOpen = peer.halfOpen();
      pairs[peer.workerIndex()].free(peer);
      refuse(halfOpen, SessionError.REFUSED);
      return;
    }
    if (dataLost) {
      sessions.resetNotify(peer);
    } else {
      sessions.closingNotify(peer);
    }
    if (peer.heardEnd()) {
      // Its application knows of the half close, so neither of the above says anything new. It may wait for room that
      // nobody will make any more: this end is closed for good, and that is told.
      sessions.closedNotify(peer);
      sessions.deleteRequest(peer, peer);
    }
  }

  // ---- Retrieval and format.

  @Override
  public @Nullable TransportConnection connection(long connection) {
    return pairs[Handle.worker(connection)].get(connection);
  }

  @Override
  public @Nullable TransportConnection listener(long transportListener) {
    return listeners.get(transportListener);
  }

  @Override
  public @Nullable TransportConnection halfOpen(long halfOpen) {
    return requests.get(halfOpen);
  }

  @Override
  public String format(TransportConnection connection, Verbosity verbosity) {
    CutThroughConnection own = (CutThroughConnection) connection;
    String role = own.role().name().toLowerCase(Locale.ROOT);
    CutThroughConnection peer = own.peer();
    return switch (verbosity) {
      case ID -> Handle.text(own.handle());
      case LINE -> "";
      case FULL -> own.role() == Role.LISTENER
          ? "  " + role + "\n"
          : "  " + role + ", peer " + (peer == null ? "gone" : "session " + Handle.text(peer.sessionHandle())) + "\n";
    };
  }

  /** Connections, requests and listeners that are in use, of all workers; exact when no worker runs. */
  int inUse() {
    int used = requests.used() + listeners.used();
    for (ConnectionPool pool : pairs) {
      used += pool.used();
    }
    return used;
  }
}
