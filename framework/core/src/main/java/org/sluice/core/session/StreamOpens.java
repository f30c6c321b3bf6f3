package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.core.segment.FifoPair;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TxMode;

/**
 * The opening of streams of the parent sessions of one worker, by the application or by the peer. A stream is a session
 * of its own, on its parent's worker and carried by its parent's transport; it is in no lookup table. Either everything
 * is made or nothing is left.
 */
final class StreamOpens {
  private final SessionWorker home;
  private final SessionOpens opens;
  private final int maxPerParent;
  private @Nullable EndpointConfig spareConfig;

  StreamOpens(SessionWorker home, SessionOpens opens, int maxPerParent) {
    this.home = home;
    this.opens = opens;
    this.maxPerParent = maxPerParent;
  }

  // ---- By the application.

  /** Opens a stream; its handle, or an error of which nobody was told and which is not counted yet. */
  long connect(SessionOwner owner, ConnectOptions options, long opaque) {
    StackSession parent = home.pool().get(options.parent());
    SessionError refusal = parent == null ? absent(options.parent()) : check(owner, parent, options.protocol());
    if (parent == null || refusal != SessionError.NONE) {
      return refusal.code();
    }
    StackSession session = home.pool().allocate();
    if (session == null) {
      return SessionError.ALLOC.code();
    }
    TransportEntry transport = parent.carrier();
    session.listen(transport);
    long handle = session.handle;
    int error = open(parent, transport, session, options);
    if (error == 0) {
      error = join(parent, session, owner.lane(home.index()));
    }
    if (error != 0) {
      takeBack(session, handle, transport);
      return error;
    }
    session.opaque = opaque;
    home.lifecycle().move(session, SessionState.READY);
    opens.postConnected(session);
    owner.connectAnswered();
    return session.handle;
  }

  private SessionError absent(long parent) {
    return home.pool().halfOpen(parent) == null ? SessionError.NOSESSION : SessionError.INVALID;
  }

  private SessionError check(SessionOwner owner, StackSession parent, String protocol) {
    EventLane lane = parent.lane;
    if (parent.state == SessionState.LISTENING) {
      return SessionError.INVALID;
    }
    if (lane == null) {
      return SessionError.NOSESSION;
    }
    if (!owner.sharesApplication(lane.owner())) {
      return SessionError.OWNER;
    }
    TransportEntry carrier = parent.carrier();
    TransportEntry exact = home.transports().byName(protocol);
    TransportEntry wanted = exact == null ? home.transports().bySecureName(protocol) : exact;
    // A local session goes by the name of the protocol that was asked for.
    if (parent.has(SessionFlags.STREAM) || wanted != carrier && !carrier.local()) {
      return SessionError.INVALID;
    }
    if (parent.state.compareTo(SessionState.READY) < 0) {
      return SessionError.CONFLICT;
    }
    return admit(parent);
  }

  /** Whether a session may have one more stream. */
  private SessionError admit(StackSession parent) {
    SessionError refusal = admitNone(parent);
    if (refusal != SessionError.NONE) {
      return refusal;
    }
    if (home.parents().count(parent) >= maxPerParent) {
      home.counters().streamLimit.increment(home.index());
      return SessionError.MAX_STREAMS_HIT;
    }
    return SessionError.NONE;
  }

  /** Whether a session, however many streams it has, may have none more. */
  private SessionError admitNone(StackSession parent) {
    if (parent.has(SessionFlags.APP_CLOSED) || parent.state.compareTo(SessionState.OPENED) > 0) {
      return SessionError.CLOSED;
    }
    if (parent.has(SessionFlags.MIGRATING)) {
      return SessionError.CONFLICT;
    }
    return home.transports().isOpen(parent.carrier().id()) ? SessionError.NONE : SessionError.NOSUPPORT;
  }

  /** Has the transport make the stream's connection and gives it to the session. */
  private int open(StackSession parent, TransportEntry transport, StackSession session, ConnectOptions options) {
    EndpointConfig kept = spareConfig;
    // A transport may open another stream while it is asked for this one.
    spareConfig = null;
    EndpointConfig config = kept == null ? new EndpointConfig() : kept;
    try {
      config.set(options.remote(), options.local(), parent.connected().table())
          .wishes(options.mssBytes(), options.dscp(), options.flags(), options.extensions())
          .origin(options.parent(), transport.id());
      long connection = transport.vft().connectStream(parent.connected(), session.handle, config);
      if (connection < 0) {
        return (int) connection;
      }
      TransportConnection made = transport.vft().connection(connection);
      if (made == null || made.workerIndex() != home.index()) {
        throw new IllegalStateException("stream " + connection + " is no connection of " + home.worker().name());
      }
      carry(session, transport, made);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("connectStream", e);
      return SessionError.UNKNOWN.code();
    } finally {
      spareConfig = config;
    }
    // Its parent may have ended meanwhile, or have been given more streams.
    return parent.handle == options.parent() ? admit(parent).code() : SessionError.CLOSED.code();
  }

  private static void carry(StackSession session, TransportEntry transport, TransportConnection made) {
    session.reuse(transport, made);
    made.sessionHandle(session.handle);
    if (transport.txMode() == TxMode.DATAGRAM) {
      session.set(SessionFlags.DATAGRAM);
    }
  }

  private void takeBack(StackSession session, long handle, TransportEntry transport) {
    if (session.handle != handle) {
      // Its parent has taken it along.
      return;
    }
    TransportConnection made = session.connection;
    if (made != null) {
      SessionOpens.cleanup(transport, made);
      session.connection = null;
    }
    home.lifecycle().free(session);
  }

  // ---- By the peer.

  long accept(TransportConnection connection, TransportConnection parentConnection) {
    StackSession parent = home.pool().get(parentConnection.sessionHandle());
    EventLane lane = parent == null ? null : parent.lane;
    if (parent == null || lane == null || parent.connection != parentConnection) {
      return home.refused(SessionError.NOSESSION);
    }
    SessionError refusal = parent.has(SessionFlags.STREAM) ? SessionError.INVALID : admit(parent);
    if (refusal == SessionError.NONE && lane.isCongested()) {
      refusal = SessionError.MQ_FULL;
    }
    if (refusal != SessionError.NONE) {
      return home.refused(refusal);
    }
    StackSession session = opens.make(connection);
    if (session == null) {
      return home.refused(SessionError.ALLOC);
    }
    long handle = session.handle;
    int error = join(parent, session, lane);
    if (error != 0) {
      if (session.handle == handle) {
        home.lifecycle().free(session);
      }
      return home.refused(SessionError.of(error));
    }
    return handle;
  }

  /** Whether a stream that the peer opened may still be offered to the application. */
  boolean isWelcome(StackSession stream) {
    return !stream.has(SessionFlags.APP_CLOSED) && home.parents().parentOf(stream) >= 0;
  }

  // ---- Both.

  private int join(StackSession parent, StackSession session, EventLane lane) {
    if (lane.isClosed()) {
      return SessionError.NOAPP.code();
    }
    long parentHandle = parent.handle;
    long handle = session.handle;
    home.parents().join(parent, session);
    lane.add(session);
    FifoPair fifos = home.fifos();
    int error = lane.owner().allocateConnectFifos(fifos);
    if (error != 0) {
      return error;
    }
    // The application may have been told of new memory, and have ended the parent then, or anything else.
    if (session.handle != handle) {
      fifos.lease().release();
      fifos.clear();
      return SessionError.CLOSED.code();
    }
    opens.attachFifos(session, fifos);
    SessionError refusal = parent.handle == parentHandle ? admitNone(parent) : SessionError.CLOSED;
    if (refusal != SessionError.NONE || session.has(SessionFlags.APP_CLOSED)) {
      return refusal == SessionError.NONE ? SessionError.CLOSED.code() : refusal.code();
    }
    home.counters().streamsOpened.increment(home.index());
    return 0;
  }
}
