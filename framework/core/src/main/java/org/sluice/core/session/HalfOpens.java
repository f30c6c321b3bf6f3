package org.sluice.core.session;

import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.application.PendingConnect;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportAttribute;
import org.sluice.spi.transport.TransportConnection;

/**
 * The half-open sessions: active opens that are not answered. They are sessions of worker 0, opened, cancelled and
 * freed only there; what their transports report may come from any worker ({@link HalfOpenReports}) and is settled here
 * ({@link HalfOpenSettling}).
 *
 * <p>A half-open is freed when its transport has let go ({@code halfOpenDeleteNotify}) and its application has seen the
 * result, or at once when the application cancels it or leaves.
 */
public final class HalfOpens {
  private static final Logger LOG = LoggerFactory.getLogger(HalfOpens.class);

  private final SessionWorker home;
  private final FlowHolders flows;
  private final HalfOpenReports reports;
  private final HalfOpenSettling settling;
  private final HalfOpenQueue reported;
  private final FlowKey key = new FlowKey();

  /** Those whose transports are being asked to connect, the innermost last; INVALID for one cancelled meanwhile. */
  private final LongArrayList opening = new LongArrayList();

  HalfOpens(SessionWorker home, FlowHolders flows) {
    this.home = home;
    this.flows = flows;
    reports = new HalfOpenReports(this, flows);
    settling = new HalfOpenSettling(home);
    reported = new HalfOpenQueue(home.worker(), settling);
    home.halfOpens(this);
  }

  // ---- The table.

  /** The half-open of a handle, or null when it is stale. Any worker. */
  @Nullable HalfOpen get(long handle) {
    if (handle < 0 || Handle.worker(handle) != 0) {
      return null;
    }
    return home.pool().peek(handle) instanceof HalfOpen halfOpen && halfOpen.names(handle) ? halfOpen : null;
  }

  /** The transport's connection of a half-open that waits and is not on the move, else null. Worker 0. */
  @Nullable TransportConnection connection(long handle) {
    HalfOpen halfOpen = get(handle);
    return halfOpen != null && halfOpen.isWaiting(handle) ? halfOpen.connection() : null;
  }

  // ---- Opening.

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
    HalfOpen halfOpen = begin(owner, transport, config.originalProtocol(), opaque);
    if (halfOpen == null) {
      return SessionError.ALLOC.code();
    }
    halfOpen.wantedLocal = config.local();
    halfOpen.wantedRemote = config.remote();
    home.lifecycle().connecting(halfOpen);
    long handle = halfOpen.handle;
    opening.add(handle);
    long connection = connect(transport, handle, config);
    if (opening.popLong() != handle) {
      settling.cleanup(transport, connection < 0 ? null : made(transport, connection));
      return handle;
    }
    if (connection < 0) {
      return undo(halfOpen, handle, connection);
    }
    TransportConnection made = made(transport, connection);
    // A half-open that migrates belongs to another worker already.
    if (made == null || !halfOpen.names(handle) || halfOpen.phase() != HalfOpen.PENDING) {
      return handle;
    }
    return link(halfOpen, handle, made);
  }

  private long undo(HalfOpen halfOpen, long handle, long error) {
    if (halfOpen.withdraw(handle) != HalfOpen.TOO_LATE) {
      settling.recycle(halfOpen);
      return error;
    }
    // It has answered all the same: that answer stands, and there is nothing more to wait for.
    reports.delete(handle, null);
    return handle;
  }

  private long link(HalfOpen halfOpen, long handle, TransportConnection made) {
    halfOpen.connection(made);
    if (halfOpen.transport == null || halfOpen.transport.noLookup()) {
      return handle;
    }
    // Refused also when another worker was so fast with the answer that the session is there already.
    if (!flows.enter(key.set(made), FlowHolders.halfOpen(handle)) && halfOpen.withdraw(handle) != HalfOpen.TOO_LATE) {
      settling.cleanupTransport(halfOpen);
      settling.recycle(halfOpen);
      return SessionError.PORTINUSE.code();
    }
    if (!halfOpen.isWaiting(handle)) {
      // Answered meanwhile by one who found no entry to remove, or to take over.
      flows.forget(key, FlowHolders.halfOpen(handle));
    }
    return handle;
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
    HalfOpen halfOpen = begin(owner, null, 0, opaque);
    if (halfOpen == null) {
      LOG.error("connect of {} failed with {} and could not be told: no slot is left", owner.name(), error);
      owner.connectAnswered();
      return;
    }
    halfOpen.refused = true;
    reports.fail(halfOpen.handle, error);
    reports.delete(halfOpen.handle, null);
  }

  private @Nullable HalfOpen begin(
      SessionOwner owner, @Nullable TransportEntry transport, int originalProtocol, long opaque) {
    HalfOpen halfOpen = home.pool().allocateHalfOpen();
    if (halfOpen == null) {
      return null;
    }
    halfOpen.flags = SessionFlags.HALF_OPEN;
    halfOpen.owedEvents = 0;
    halfOpen.opaque = opaque;
    home.lifecycle().move(halfOpen, SessionState.CONNECTING);
    owner.lane(0).add(halfOpen);
    halfOpen.begin(owner, transport, originalProtocol);
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

  // ---- What was reported.

  /** Acts on a report, here or on worker 0. */
  void settleOrPost(HalfOpen halfOpen) {
    if (home.isCurrent()) {
      settling.settle(halfOpen);
    } else {
      reported.add(halfOpen);
    }
  }

  void deliver(EventLane lane, HalfOpen halfOpen, int event) {
    settling.deliver(lane, halfOpen, event);
  }

  /** Runs, on worker 0, what frees a connection whose half-open is gone already. */
  void runLate(Runnable free) {
    home.worker().newControlSlot(free).post();
  }

  // ---- Ending.

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
    if (owner != null && halfOpen.owner() != owner) {
      return SessionError.OWNER;
    }
    int was = halfOpen.withdraw(handle);
    if (was == HalfOpen.TOO_LATE) {
      return SessionError.NOSESSION;
    }
    takeFromTransport(halfOpen, handle, was);
    settling.release(halfOpen);
    return SessionError.NONE;
  }

  /**
   * One that migrates, or has, is not cleaned up: its transport learns of it from the answer to its next call. One
   * that its transport is just being asked for is cleaned up as soon as that has made its connection.
   */
  private void takeFromTransport(HalfOpen halfOpen, long handle, int was) {
    reports.forgetFlow(halfOpen, handle);
    int asked = opening.indexOf(handle);
    if (asked >= 0) {
      opening.set(asked, was == HalfOpen.PENDING ? Handle.INVALID : handle);
    } else if (was == HalfOpen.PENDING) {
      settling.cleanupTransport(halfOpen);
    }
  }

  /**
   * Ends every half-open of a transport that goes: its application sees a failed connect.
   *
   * @param transport the transport
   */
  public void evict(TransportEntry transport) {
    assert home.isCurrent();
    home.pool().forEach(slot -> {
      if (slot instanceof HalfOpen halfOpen && halfOpen.transport == transport) {
        evict(halfOpen, SessionError.NOSUPPORT);
        settling.freeTransport(halfOpen);
      }
    });
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
    long handle = halfOpen.handle;
    int was = halfOpen.claim(handle);
    if (was != HalfOpen.TOO_LATE) {
      takeFromTransport(halfOpen, handle, was);
      reports.conclude(halfOpen, handle, error.code());
    }
    // What somebody else has claimed is settled when he posts it.
    reports.delete(handle, null);
  }

  /**
   * Takes all half-opens of a lane from their application: the waiting ones are cancelled, the answered ones go when
   * their transport lets go.
   *
   * @param lane the application worker's lane of worker 0
   */
  public void detach(EventLane lane) {
    assert home.isCurrent();
    for (HalfOpen halfOpen = lane.firstHalfOpen(); halfOpen != null; halfOpen = lane.firstHalfOpen()) {
      if (cancel(halfOpen.handle, null) == SessionError.NONE) {
        continue;
      }
      lane.remove(halfOpen);
      halfOpen.owner(null);
      if (halfOpen.cleanupQueued) {
        settling.finish(halfOpen);
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
    for (HalfOpen halfOpen = lane.firstHalfOpen(); halfOpen != null; halfOpen = after(halfOpen)) {
      if (halfOpen.isWaiting(halfOpen.handle)) {
        handles[n++] = halfOpen.handle;
      }
    }
    return Arrays.copyOf(handles, n);
  }

  // ---- What applications ask.

  /**
   * An application worker's connects that wait, the newest first.
   *
   * @param lane its lane of worker 0
   * @return a snapshot
   */
  public List<PendingConnect> pending(EventLane lane) {
    assert home.isCurrent();
    List<PendingConnect> pending = new ArrayList<>(lane.halfOpenCount());
    for (HalfOpen halfOpen = lane.firstHalfOpen(); halfOpen != null; halfOpen = after(halfOpen)) {
      // Read once: it may be answered while this is asked.
      int phase = halfOpen.phase();
      if (phase <= HalfOpen.MIGRATED) {
        pending.add(pending(halfOpen, phase));
      }
    }
    return pending;
  }

  private static @Nullable HalfOpen after(HalfOpen halfOpen) {
    return (HalfOpen) halfOpen.laneNext;
  }

  private PendingConnect pending(HalfOpen halfOpen, int phase) {
    TransportConnection connection = halfOpen.isHeld() ? halfOpen.connection() : null;
    TransportEntry asked = home.transports().byId(halfOpen.originalProtocol());
    Endpoint local = connection == null ? halfOpen.wantedLocal : connection.localEndpoint();
    Endpoint remote = connection == null ? halfOpen.wantedRemote : connection.remoteEndpoint();
    return new PendingConnect(
        halfOpen.handle,
        halfOpen.opaque,
        asked == null ? "" : asked.name(),
        local == null ? Endpoint.ANY_IP4 : local,
        remote == null ? Endpoint.ANY_IP4 : remote,
        switch (phase) {
          case HalfOpen.MIGRATING -> PendingConnect.Phase.MIGRATING;
          case HalfOpen.MIGRATED -> PendingConnect.Phase.MIGRATED;
          default -> PendingConnect.Phase.CONNECTING;
        });
  }

  /**
   * What the transport of a half-open says of it while it has its connection.
   *
   * @param handle the half-open session
   * @param owner who asks
   * @param attribute which attribute
   * @param <T> its type
   * @return the value; null elsewhere than on worker 0, for a handle that is stale or another's, for a connection that
   *     the transport has let go or that is another worker's, and for an attribute that the transport lacks
   */
  public <T> @Nullable T attribute(long handle, SessionOwner owner, TransportAttribute<T> attribute) {
    HalfOpen halfOpen = home.isCurrent() ? get(handle) : null;
    if (halfOpen == null || halfOpen.owner() != owner || !halfOpen.isHeld()) {
      return null;
    }
    TransportEntry transport = halfOpen.transport;
    TransportConnection connection = halfOpen.connection();
    if (transport == null || connection == null) {
      return null;
    }
    try {
      return transport.vft().attribute(connection, attribute);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("attribute", e);
      return null;
    }
  }
}
