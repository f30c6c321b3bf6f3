package org.sluice.core.session;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.lookup.FlowTable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportConnection;

/**
 * The half-open sessions: active opens that are not answered. They are sessions of worker 0, allocated and freed only
 * there; an answer, a migration or a delete notification may come from any worker and is settled here.
 *
 * <p>A half-open is freed when its transport has let go ({@code halfOpenDeleteNotify}) and its application has seen the
 * result, or at once when the application cancels it or leaves.
 */
public final class HalfOpens {
  private static final Logger LOG = LoggerFactory.getLogger(HalfOpens.class);

  private final SessionWorker home;
  private final FlowTable flows;
  private final FlowKey key = new FlowKey();
  private volatile @Nullable HalfOpen[] bySlot = new @Nullable HalfOpen[0];

  HalfOpens(SessionWorker home, FlowTable flows) {
    this.home = home;
    this.flows = flows;
    home.halfOpens(this);
  }

  /**
   * Opens a virtual circuit.
   *
   * @param owner the application worker
   * @param transport who connects
   * @param config where to
   * @param opaque handed back with the answer
   * @return the handle of the half-open session, or a negative error: then nothing is left and no callback follows
   */
  public long open(SessionOwner owner, TransportEntry transport, EndpointConfig config, long opaque) {
    assert home.isCurrent();
    HalfOpen halfOpen = begin(owner, transport, opaque);
    if (halfOpen == null) {
      return SessionError.ALLOC.code();
    }
    halfOpen.config = config;
    StackSession session = halfOpen.session;
    session.originalProtocol = config.originalProtocol();
    long handle = session.handle;
    long connection = connect(transport, handle, config);
    if (connection < 0) {
      recycle(halfOpen);
      return connection;
    }
    TransportConnection made = made(transport, connection);
    // A half-open that migrates belongs to another worker already.
    if (made != null && halfOpen.names(handle) && halfOpen.phase() == HalfOpen.PENDING) {
      link(halfOpen, handle, made);
    }
    return handle;
  }

  private void link(HalfOpen halfOpen, long handle, TransportConnection made) {
    halfOpen.connection = made;
    halfOpen.session.connection = made;
    if (halfOpen.transport == null || halfOpen.transport.noLookup()) {
      return;
    }
    flows.add(key.set(made), handle);
    if (!halfOpen.isWaiting(handle)) {
      // Another worker was faster with the answer and found no entry to remove.
      flows.remove(key, handle);
    }
  }

  /**
   * Tells an application that its connect failed before there was a half-open.
   *
   * @param owner the application worker
   * @param error the code it is told
   * @param opaque handed back
   */
  public void refuse(SessionOwner owner, int error, long opaque) {
    assert home.isCurrent();
    HalfOpen halfOpen = begin(owner, null, opaque);
    if (halfOpen == null) {
      LOG.error("connect of {} failed with {} and could not be told: no slot is left", owner.name(), error);
      owner.connectAnswered();
      return;
    }
    halfOpen.refused = true;
    halfOpen.claim(halfOpen.session.handle);
    halfOpen.error = error;
    halfOpen.failureOwed = true;
    halfOpen.deleted = true;
    settle(halfOpen);
  }

  private @Nullable HalfOpen begin(SessionOwner owner, @Nullable TransportEntry transport, long opaque) {
    StackSession session = home.pool().allocateHalfOpen();
    if (session == null) {
      return null;
    }
    session.flags = SessionFlags.HALF_OPEN;
    session.owedEvents = 0;
    session.opaque = opaque;
    session.transport = transport;
    session.connection = null;
    home.lifecycle().move(session, SessionState.CONNECTING);
    owner.lane(0).add(session);
    HalfOpen halfOpen = at(session);
    halfOpen.begin(owner, transport);
    return halfOpen;
  }

  private static long connect(TransportEntry transport, long handle, EndpointConfig config) {
    try {
      return transport.vft().connect(handle, config);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("connect", e);
      return SessionError.UNKNOWN.code();
    }
  }

  private static @Nullable TransportConnection made(TransportEntry transport, long connection) {
    try {
      return transport.vft().halfOpen(connection);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("halfOpen", e);
      return null;
    }
  }

  /** The half-open of a handle, or null when it is stale. Any worker. */
  @Nullable HalfOpen get(long handle) {
    @Nullable HalfOpen[] snapshot = bySlot;
    int slot = Handle.slot(handle);
    if (handle < 0 || Handle.worker(handle) != 0 || slot >= snapshot.length) {
      return null;
    }
    HalfOpen halfOpen = snapshot[slot];
    return halfOpen != null && halfOpen.names(handle) ? halfOpen : null;
  }

  // ---- Reports of the transport, on any worker.

  /** The connect failed; the application is told on worker 0. */
  long fail(long handle, int error) {
    HalfOpen halfOpen = get(handle);
    if (halfOpen == null || !halfOpen.claim(handle)) {
      return SessionError.CANCELLED.code();
    }
    halfOpen.error = error;
    halfOpen.failureOwed = true;
    forgetFlow(halfOpen, handle);
    settleOrPost(halfOpen);
    return 0;
  }

  /** The connect was answered, as the caller claimed; the lookup entry goes. */
  void answered(HalfOpen halfOpen, long handle) {
    forgetFlow(halfOpen, handle);
  }

  void deleteNotify(long handle) {
    delete(handle, null);
  }

  void deleteRequest(long handle, Runnable free) {
    if (!delete(handle, free)) {
      home.worker().newControlSlot(free).post();
    }
  }

  private boolean delete(long handle, @Nullable Runnable free) {
    HalfOpen halfOpen = get(handle);
    if (halfOpen == null || halfOpen.deleted) {
      return false;
    }
    if (halfOpen.claim(handle)) {
      LOG.warn("half-open {}: its transport let go without an answer", Handle.text(handle));
      halfOpen.error = SessionError.UNKNOWN.code();
      halfOpen.failureOwed = true;
      forgetFlow(halfOpen, handle);
    }
    halfOpen.free = free;
    halfOpen.deleted = true;
    settleOrPost(halfOpen);
    return true;
  }

  void migrate(long handle) {
    HalfOpen halfOpen = get(handle);
    if (halfOpen != null && halfOpen.move(handle, HalfOpen.PENDING, HalfOpen.MIGRATING)) {
      halfOpen.connection = null;
      halfOpen.session.connection = null;
    }
  }

  int migrated(long handle, TransportConnection moved) {
    HalfOpen halfOpen = get(handle);
    if (halfOpen == null) {
      return SessionError.CANCELLED.code();
    }
    halfOpen.connection = moved;
    boolean alive = halfOpen.move(handle, HalfOpen.MIGRATING, HalfOpen.MIGRATED);
    return alive ? 0 : SessionError.CANCELLED.code();
  }

  private void settleOrPost(HalfOpen halfOpen) {
    if (home.isCurrent()) {
      settle(halfOpen);
    } else {
      halfOpen.post();
    }
  }

  // ---- Worker 0.

  /** Acts on what was reported: queues the application's events in their order. */
  void settle(HalfOpen halfOpen) {
    StackSession session = halfOpen.session;
    if (halfOpen.phase() != HalfOpen.ANSWERED) {
      return;
    }
    if (session.state == SessionState.CONNECTING) {
      home.lifecycle().move(session, SessionState.TRANSPORT_CLOSED);
    }
    EventLane lane = session.lane;
    if (lane != null && halfOpen.failureOwed && !halfOpen.failureQueued) {
      halfOpen.failureQueued = true;
      lane.post(session, SessionEvent.CONNECT_FAILED);
    }
    if (!halfOpen.deleted || halfOpen.cleanupQueued) {
      return;
    }
    halfOpen.cleanupQueued = true;
    if (lane == null) {
      finish(halfOpen);
    } else {
      lane.post(session, SessionEvent.HALF_CLEANUP);
    }
  }

  void deliver(EventLane lane, StackSession session, int event) {
    HalfOpen halfOpen = at(session);
    long handle = session.handle;
    try {
      if (event == SessionEvent.CONNECT_FAILED) {
        SessionError error = SessionError.of(halfOpen.error);
        home.counters().error(home.index(), error);
        lane.callbacks().onConnectFailed(error, session.opaque, halfOpen.refused ? Handle.INVALID : handle);
      } else if (!halfOpen.refused) {
        lane.callbacks().onHalfOpenCleanup(handle, session.opaque);
      }
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      lane.owner().faults().caught("onConnectFailed or onHalfOpenCleanup", e);
    }
    if (event == SessionEvent.HALF_CLEANUP && halfOpen.names(handle)) {
      finish(halfOpen);
    }
  }

  /**
   * Cancels a connect that is not answered; its transport is told once.
   *
   * @param handle the half-open session
   * @param owner who asks; null for the stack itself
   * @return NONE, NOSESSION when it was answered or is gone, OWNER
   */
  public SessionError cancel(long handle, @Nullable SessionOwner owner) {
    assert home.isCurrent();
    HalfOpen halfOpen = get(handle);
    if (halfOpen == null) {
      return SessionError.NOSESSION;
    }
    if (owner != null && halfOpen.owner != owner) {
      return SessionError.OWNER;
    }
    if (halfOpen.move(handle, HalfOpen.PENDING, HalfOpen.FREE)) {
      forgetFlow(halfOpen, handle);
      cleanupTransport(halfOpen);
      release(halfOpen);
      return SessionError.NONE;
    }
    if (halfOpen.move(handle, HalfOpen.MIGRATING, HalfOpen.FREE)
        || halfOpen.move(handle, HalfOpen.MIGRATED, HalfOpen.FREE)) {
      release(halfOpen);
      return SessionError.NONE;
    }
    return SessionError.NOSESSION;
  }

  /**
   * Ends every half-open of a transport that goes: its application sees a failed connect.
   *
   * @param transport the transport
   */
  public void evict(TransportEntry transport) {
    assert home.isCurrent();
    for (HalfOpen halfOpen : bySlot) {
      if (halfOpen != null && halfOpen.transport == transport) {
        evict(halfOpen, SessionError.NOSUPPORT);
      }
    }
  }

  /** Ends one half-open by force: its application sees a failed connect, unless it was told already. */
  SessionError clear(long handle) {
    HalfOpen halfOpen = get(handle);
    if (halfOpen == null) {
      return SessionError.NOSESSION;
    }
    evict(halfOpen, SessionError.CANCELLED);
    return SessionError.NONE;
  }

  private void evict(HalfOpen halfOpen, SessionError error) {
    long handle = halfOpen.session.handle;
    boolean mine = halfOpen.move(handle, HalfOpen.PENDING, HalfOpen.ANSWERED);
    if (mine || halfOpen.move(handle, HalfOpen.MIGRATING, HalfOpen.ANSWERED) || halfOpen.claim(handle)) {
      halfOpen.error = error.code();
      halfOpen.failureOwed = true;
    }
    forgetFlow(halfOpen, handle);
    if (mine) {
      cleanupTransport(halfOpen);
    }
    halfOpen.deleted = true;
    settle(halfOpen);
  }

  /**
   * Takes all half-opens of a lane from their application: the waiting ones are cancelled, the answered ones go when
   * their transport lets go.
   *
   * @param lane the application worker's lane of worker 0
   */
  public void detach(EventLane lane) {
    assert home.isCurrent();
    for (StackSession session = lane.firstHalfOpen(); session != null; session = lane.firstHalfOpen()) {
      if (cancel(session.handle, null) == SessionError.NONE) {
        continue;
      }
      HalfOpen halfOpen = at(session);
      lane.remove(session);
      halfOpen.owner = null;
      if (halfOpen.cleanupQueued) {
        finish(halfOpen);
      }
    }
  }

  /**
   * The handles of an application worker's half-opens that wait.
   *
   * @param lane its lane of worker 0
   * @return a snapshot
   */
  public long[] waiting(EventLane lane) {
    assert home.isCurrent();
    long[] handles = new long[lane.halfOpenCount()];
    int n = 0;
    for (StackSession s = lane.firstHalfOpen(); s != null; s = s.laneNext) {
      if (at(s).phase() != HalfOpen.ANSWERED) {
        handles[n++] = s.handle;
      }
    }
    return Arrays.copyOf(handles, n);
  }

  private void cleanupTransport(HalfOpen halfOpen) {
    TransportEntry transport = halfOpen.transport;
    TransportConnection connection = halfOpen.connection;
    if (transport == null || connection == null) {
      return;
    }
    try {
      transport.vft().cleanupHalfOpen(connection);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("cleanupHalfOpen", e);
    }
  }

  private void finish(HalfOpen halfOpen) {
    Runnable free = halfOpen.free;
    TransportEntry transport = halfOpen.transport;
    release(halfOpen);
    if (free == null) {
      return;
    }
    try {
      free.run();
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      if (transport != null) {
        transport.faults().caught("free", e);
      }
    }
  }

  private void release(HalfOpen halfOpen) {
    SessionOwner owner = halfOpen.owner;
    recycle(halfOpen);
    if (owner != null) {
      owner.connectAnswered();
    }
  }

  private void recycle(HalfOpen halfOpen) {
    StackSession session = halfOpen.session;
    halfOpen.end();
    EventLane lane = session.lane;
    if (lane != null) {
      lane.remove(session);
    }
    session.connection = null;
    session.transport = null;
    session.flags = 0;
    home.pool().freeHalfOpen(session);
  }

  private void forgetFlow(HalfOpen halfOpen, long handle) {
    TransportEntry transport = halfOpen.transport;
    TransportConnection connection = halfOpen.connection;
    if (transport != null && connection != null && !transport.noLookup()) {
      flows.remove(new FlowKey().set(connection), handle);
    }
  }

  private HalfOpen at(StackSession session) {
    @Nullable HalfOpen[] snapshot = bySlot;
    if (session.slot >= snapshot.length) {
      snapshot = Arrays.copyOf(snapshot, Math.max(16, Integer.highestOneBit(session.slot) * 2 + 1));
    }
    HalfOpen halfOpen = snapshot[session.slot];
    if (halfOpen == null) {
      halfOpen = new HalfOpen(session, this);
      snapshot[session.slot] = halfOpen;
    }
    bySlot = snapshot;
    return halfOpen;
  }
}
