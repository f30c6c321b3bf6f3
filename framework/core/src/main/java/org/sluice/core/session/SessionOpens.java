package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.core.segment.FifoPair;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.ConnectionFlags;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TxMode;

/**
 * The making of sessions on one worker: accepted, connected, and local pairs. Either everything is made or nothing is
 * left.
 */
final class SessionOpens {
  private final SessionWorker home;
  private final ListenerDirectory listeners;
  private final HalfOpens halfOpens;
  private final HalfOpenReports reports;

  SessionOpens(SessionWorker home, ListenerDirectory listeners, HalfOpens halfOpens, HalfOpenReports reports) {
    this.home = home;
    this.listeners = listeners;
    this.halfOpens = halfOpens;
    this.reports = reports;
  }

  // ---- Passive.

  long accept(TransportConnection connection, long listenerHandle) {
    SessionListener listener = listeners.listener(listenerHandle);
    if (listener == null) {
      return home.refused(SessionError.NOLISTEN);
    }
    if (listener.datagramSessions() != null) {
      return home.refused(SessionError.NOSUPPORT);
    }
    SessionOwner owner = listener.choose(home.index());
    if (owner == null || owner.lane(home.index()).isClosed()) {
      return home.refused(SessionError.MQ_FULL);
    }
    StackSession session = make(connection);
    if (session == null) {
      return home.refused(SessionError.ALLOC);
    }
    session.listener = listenerHandle;
    owner.lane(home.index()).add(session);
    FifoPair fifos = home.fifos();
    int error = listener.allocateFifos(owner, fifos);
    if (error == 0) {
      attachFifos(session, fifos);
      if (home.flows().enter(session)) {
        return session.handle;
      }
      error = SessionError.PORTINUSE.code();
    }
    return undo(session, error);
  }

  boolean isListening(long listenerHandle) {
    return listeners.listener(listenerHandle) != null;
  }

  // ---- Active.

  long connect(long halfOpenHandle, TransportConnection connection) {
    HalfOpen halfOpen = reports.claim(halfOpenHandle);
    if (halfOpen == null) {
      return home.refused(SessionError.CANCELLED);
    }
    long result = SessionError.UNKNOWN.code();
    try {
      result = establish(halfOpen, halfOpenHandle, connection);
    } finally {
      reports.conclude(halfOpen, halfOpenHandle, result);
    }
    return result;
  }

  private long establish(HalfOpen halfOpen, long halfOpenHandle, TransportConnection connection) {
    SessionOwner owner = halfOpen.owner();
    EventLane lane = owner == null ? null : owner.lane(home.index());
    if (owner == null || lane == null || lane.isClosed()) {
      return home.refused(SessionError.NOSESSION);
    }
    StackSession session = make(connection);
    if (session == null) {
      return home.refused(SessionError.ALLOC);
    }
    lane.add(session);
    FifoPair fifos = home.fifos();
    int error = owner.allocateConnectFifos(fifos);
    if (error == 0) {
      attachFifos(session, fifos);
      if (home.flows().takeOver(session, FlowHolders.halfOpen(halfOpenHandle))) {
        return connected(session, halfOpen);
      }
      error = SessionError.PORTINUSE.code();
    }
    return undo(session, error);
  }

  long connectionless(SessionOwner owner, TransportEntry transport, EndpointConfig config, long opaque) {
    StackSession session = home.pool().allocate();
    if (session == null) {
      return home.refused(SessionError.ALLOC);
    }
    session.listen(transport);
    long connection;
    try {
      connection = transport.vft().connect(session.handle, config);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("connect", e);
      connection = SessionError.UNKNOWN.code();
    }
    TransportConnection made = connection < 0 ? null : made(transport, connection);
    if (made == null) {
      home.pool().free(session);
      return home.refused(connection < 0 ? SessionError.of(connection) : SessionError.UNKNOWN);
    }
    session.reuse(transport, made);
    made.sessionHandle(session.handle);
    session.set(SessionFlags.CONNECTIONLESS);
    if (transport.txMode() == TxMode.DATAGRAM) {
      session.set(SessionFlags.DATAGRAM);
    }
    session.opaque = opaque;
    owner.lane(home.index()).add(session);
    int error = owner.allocateConnectFifos(home.fifos());
    if (error == 0) {
      attachFifos(session, home.fifos());
      error = home.flows().enter(session) ? 0 : SessionError.PORTINUSE.code();
    }
    if (error != 0) {
      cleanup(transport, made);
      session.connection = null;
      return undo(session, error);
    }
    home.lifecycle().move(session, SessionState.OPENED);
    postConnected(session);
    owner.connectAnswered();
    return session.handle;
  }

  static @Nullable TransportConnection made(TransportEntry transport, long connection) {
    try {
      return transport.vft().connection(connection);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("connection", e);
      return null;
    }
  }

  static void cleanup(TransportEntry transport, TransportConnection made) {
    try {
      transport.vft().cleanup(made);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("cleanup", e);
    }
  }

  private long connected(StackSession session, HalfOpen halfOpen) {
    session.opaque = halfOpen.opaque;
    home.lifecycle().move(session, SessionState.CONNECTING);
    home.lifecycle().move(session, SessionState.READY);
    postConnected(session);
    return session.handle;
  }

  void postConnected(StackSession session) {
    session.set(SessionFlags.OFFERED);
    home.post(session, SessionEvent.CONNECTED);
  }

  // ---- Local pairs.

  long acceptLocal(TransportConnection connection, long listenerHandle, long halfOpenHandle) {
    HalfOpen halfOpen = halfOpens.get(halfOpenHandle);
    if (halfOpen == null) {
      return home.refused(SessionError.CANCELLED);
    }
    SessionOwner client = halfOpen.owner();
    int originalProtocol = halfOpen.originalProtocol();
    // Only now: what was read is the client's if that still waits.
    if (client == null || !halfOpen.isWaiting(halfOpenHandle)) {
      return home.refused(SessionError.CANCELLED);
    }
    SessionListener listener = listeners.listener(listenerHandle);
    SessionOwner server = listener == null ? null : listener.choose(home.index());
    if (listener == null || server == null || server.lane(home.index()).isClosed()) {
      return home.refused(SessionError.REFUSED);
    }
    StackSession session = make(connection);
    if (session == null) {
      return home.refused(SessionError.ALLOC);
    }
    session.set(SessionFlags.LOCAL);
    session.listener = listenerHandle;
    session.originalProtocol = (short) originalProtocol;
    session.peerQueue = client.lane(home.index()).handle();
    server.lane(home.index()).add(session);
    FifoPair fifos = home.fifos();
    int error = listener.allocateLocalFifos(server, client, home.index(), fifos);
    if (error != 0) {
      return undo(session, error);
    }
    attachOwnSides(session, fifos);
    fifos.clear();
    home.lifecycle().acceptNotify(session);
    return session.handle;
  }

  long connectLocal(TransportConnection connection, TransportConnection serverConnection, long halfOpenHandle) {
    StackSession server = home.pool().get(serverConnection.sessionHandle());
    HalfOpen halfOpen = server == null ? null : reports.claim(halfOpenHandle);
    if (server == null || halfOpen == null) {
      return home.refused(SessionError.CANCELLED);
    }
    long result = SessionError.UNKNOWN.code();
    try {
      result = join(halfOpen, connection, server);
    } finally {
      reports.conclude(halfOpen, halfOpenHandle, result);
    }
    return result;
  }

  private long join(HalfOpen halfOpen, TransportConnection connection, StackSession server) {
    SessionOwner owner = halfOpen.owner();
    EventLane lane = owner == null ? null : owner.lane(home.index());
    if (lane == null || lane.isClosed()) {
      return home.refused(SessionError.NOSESSION);
    }
    StackSession session = make(connection);
    if (session == null) {
      return home.refused(SessionError.ALLOC);
    }
    session.set(SessionFlags.LOCAL);
    session.originalProtocol = server.originalProtocol;
    lane.add(session);
    cross(session, server);
    EventLane serverLane = server.lane;
    session.peerQueue = serverLane == null ? session.peerQueue : serverLane.handle();
    return connected(session, halfOpen);
  }

  /** The client takes the other sides of the server's FIFOs. */
  private void cross(StackSession client, StackSession server) {
    Segment memory = server.requireMemory();
    client.segmentHandle = server.segmentHandle;
    client.memory = memory;
    client.rxOffset = server.txOffset;
    client.txOffset = server.rxOffset;
    client.rx = home.sides().consumer(memory, client.rxOffset);
    client.tx = home.sides().producer(memory, client.txOffset);
    client.lease = server.peerLease;
    server.peerLease = null;
    client.peer = server;
    server.peer = client;
    client.home.sweeper().watch(client);
    // The server may have closed in the callback that accepted.
    if (server.has(SessionFlags.APP_CLOSED)) {
      client.set(SessionFlags.PEER_GONE);
    }
  }

  // ---- Pieces.

  @Nullable StackSession make(TransportConnection connection) {
    TransportEntry transport = home.transports().byId(connection.protocol());
    if (transport == null) {
      throw new IllegalArgumentException("protocol id " + connection.protocol() + " is not registered");
    }
    StackSession session = home.pool().allocate();
    if (session == null) {
      return null;
    }
    session.reuse(transport, connection);
    if (connection.has(ConnectionFlags.CONNECTIONLESS)) {
      session.set(SessionFlags.CONNECTIONLESS);
    }
    if (transport.txMode() == TxMode.DATAGRAM) {
      session.set(SessionFlags.DATAGRAM);
    }
    connection.sessionHandle(session.handle);
    return session;
  }

  void attachFifos(StackSession session, FifoPair fifos) {
    Segment memory = attachOwnSides(session, fifos);
    session.rxIn = home.sides().producer(memory, session.rxOffset);
    session.txOut = home.sides().consumer(memory, session.txOffset);
    fifos.clear();
  }

  private Segment attachOwnSides(StackSession session, FifoPair fifos) {
    Segment memory = fifos.segment().memory();
    session.segmentHandle = fifos.segment().handle();
    session.memory = memory;
    session.rxOffset = fifos.rxOffset();
    session.txOffset = fifos.txOffset();
    session.lease = fifos.lease();
    session.peerLease = fifos.peerLease();
    session.rx = home.sides().consumer(memory, session.rxOffset);
    session.tx = home.sides().producer(memory, session.txOffset);
    home.sweeper().watch(session);
    return memory;
  }

  long undo(StackSession session, int error) {
    home.lifecycle().free(session);
    return home.refused(SessionError.of(error));
  }
}
