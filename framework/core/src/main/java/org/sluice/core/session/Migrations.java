package org.sluice.core.session;

import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.TransportConnection;

/**
 * Sessions that move from this worker to another, or to this one. The old place stays as a name until the application
 * has been told of the new handle: what it asks by the old one follows the session. At the new place nothing is told
 * before that callback has returned. Owned by the worker.
 *
 * <p>A migration that began arrives: its session was counted against a worker's limit when it was opened.
 */
final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
  private static final int KEPT_HERE =
      SessionFlags.LOCAL | SessionFlags.PARENT | SessionFlags.STREAM | SessionFlags.SHARED;

  private final SessionWorker home;

  /** By slot of this worker: those that leave and those that have arrived and are not told. */
  private final Int2ObjectOpenHashMap<Migration> underWay = new Int2ObjectOpenHashMap<>();

  Migrations(SessionWorker home) {
    this.home = home;
  }

  // ---- From here.

  SessionError migrate(TransportConnection connection, TransportConnection successor, SessionWorker target) {
    StackSession session = home.pool().get(connection.sessionHandle());
    EventLane lane = session == null ? null : session.lane;
    if (session == null || lane == null || session.connection != connection) {
      return SessionError.NOSESSION;
    }
    if (target == home || !isSameFlow(connection, successor)) {
      return SessionError.INVALID;
    }
    if (session.has(KEPT_HERE) || !home.transports().carries(connection.protocol())) {
      return SessionError.NOSUPPORT;
    }
    if (!isAtRest(session)) {
      return SessionError.CONFLICT;
    }
    Migration migration = new Migration(session, target);
    migration.pack(lane.owner(), successor);
    connection.sessionHandle(Handle.INVALID);
    session.leave(SessionLinks.OVERFLOW);
    home.unlist(session);
    session.set(SessionFlags.MIGRATING);
    underWay.put(session.slot, migration);
    home.counters().migrated.increment(home.index());
    migration.arrival.post();
    return SessionError.NONE;
  }

  private static boolean isSameFlow(TransportConnection one, TransportConnection other) {
    return one.protocol() == other.protocol() && one.table() == other.table()
        && one.localPort() == other.localPort() && one.remotePort() == other.remotePort()
        && one.localHigh() == other.localHigh() && one.localLow() == other.localLow()
        && one.remoteHigh() == other.remoteHigh() && one.remoteLow() == other.remoteLow();
  }

  private static boolean isAtRest(StackSession session) {
    FifoConsumer rx = session.rx;
    FifoProducer tx = session.tx;
    boolean open = session.state == SessionState.READY || session.state == SessionState.OPENED;
    boolean known = session.has(SessionFlags.ANNOUNCED) && !session.has(SessionFlags.APP_CLOSED | SessionFlags.MOVING);
    return open && known && rx != null && tx != null && !rx.isViewOpen() && !tx.isViewOpen();
  }

  /** The application asks something of a session that is on its way, by its old handle. */
  SessionError ask(StackSession old, int what) {
    return underWay.get(old.slot).ask(what) ? SessionError.NONE : SessionError.NOSESSION;
  }

  /** The application has been told of the new handle, or has left: the old place is free. */
  void leave(Migration migration) {
    underWay.remove(migration.old.slot);
    migration.old.clear(SessionFlags.MIGRATING);
    home.lifecycle().free(migration.old);
  }

  // ---- To here.

  void arrive(Migration migration) {
    StackSession session = home.pool().allocateMoved();
    if (session == null) {
      LOG.error("session {} is lost: {} has no slot left", Handle.text(migration.oldHandle), home.worker().name());
      lose(migration);
      return;
    }
    SessionOwner owner = migration.owner();
    migration.unpack(session);
    underWay.put(session.slot, migration);
    TransportConnection connection = migration.connection();
    connection.sessionHandle(session.handle);
    home.lifecycle().move(session, migration.state());
    if (!home.flows().takeOver(session, migration.oldHandle)) {
      LOG.warn("session {}: its flow was not found when it moved", Handle.text(session.handle));
    }
    settle(session, migration, owner.lane(home.index()));
    migration.empty();
    told(session, connection);
    TransportEntry transport = session.transport;
    if (transport != null && session.connection == connection && !home.transports().carries(transport.id())) {
      // Who took its transport's sessions from it may have been here before this one came.
      home.lifecycle().evict(session, transport);
    }
  }

  private void settle(StackSession session, Migration migration, EventLane lane) {
    FifoConsumer rx = session.rx;
    if (rx != null) {
      // An event that the old worker had under way is not delivered; what waits is announced anew.
      rx.clearEvent();
    }
    home.sweeper().watch(session);
    home.records().arrived(session, lane.owner(), migration.openedNs());
    if (migration.control() != 0) {
      home.control().program(session, migration.control());
    }
    if (lane.isClosed()) {
      home.lifecycle().detach(session, ControlEvents.CLOSE);
      return;
    }
    if (migration.isGuest()) {
      session.set(SessionFlags.GUEST);
      lane.owner().segmentTaken(session.segmentHandle);
    }
    lane.add(session);
    lane.post(session, SessionEvent.MIGRATED);
    home.tx().scheduleWaiting(session);
  }

  private void told(StackSession session, TransportConnection connection) {
    TransportEntry transport = session.transport;
    if (transport == null) {
      return;
    }
    try {
      transport.vft().migrated(connection);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      home.lifecycle().transportFailed(session, transport, "migrated", e);
    }
  }

  private void lose(Migration migration) {
    StackSession nowhere = new StackSession(home, 0);
    migration.unpack(nowhere);
    nowhere.handle = migration.oldHandle;
    home.flows().forget(nowhere);
    home.lifecycle().leaveFifos(nowhere);
    TransportEntry transport = nowhere.carrier();
    try {
      transport.vft().cleanup(migration.connection());
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("cleanup", e);
    }
    int _ = migration.tell();
    migration.empty();
    migration.departure.post();
  }

  /** The old handle of a session whose application is not told of the new one. */
  long oldHandle(StackSession session) {
    Migration migration = session.has(SessionFlags.ARRIVING) ? underWay.get(session.slot) : null;
    return migration == null ? Handle.INVALID : migration.oldHandle;
  }

  /** The application is told of the new handle, or never will be: what it asked by the old one until now. */
  int conclude(StackSession session) {
    session.clear(SessionFlags.ARRIVING);
    @Nullable Migration migration = underWay.remove(session.slot);
    if (migration == null) {
      return 0;
    }
    int asked = migration.tell();
    migration.departure.post();
    return asked;
  }

  /** Does what was asked of the old handle. */
  void serve(StackSession session, int asked) {
    if ((asked & ControlEvents.RESET) != 0) {
      home.lifecycle().reset(session);
    } else if ((asked & ControlEvents.CLOSE) != 0) {
      home.lifecycle().close(session);
    } else if ((asked & ControlEvents.HALF_CLOSE) != 0) {
      home.lifecycle().shutdown(session);
    }
  }
}
