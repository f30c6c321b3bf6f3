package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.core.runtime.WorkerDuties;
import org.sluice.core.segment.FifoPair;
import org.sluice.core.stream.StreamSettings;
import org.sluice.core.transport.TransportRegistry;
import org.sluice.spi.application.SessionCallbacks;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.EventQueue;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Worker;

/**
 * The session layer's part of one worker: what it does in each turn of the event loop, and the place where the parts
 * that its sessions need are found. Owned by the worker.
 */
public final class SessionWorker implements WorkerDuties {
  private static final int EVENTS_PER_LANE = 128;

  private final Worker worker;
  private final SessionPool pool;
  private final SessionCounters counters;
  private final TransportRegistry transports;
  private final StreamSettings streams;
  private final SessionLifecycle lifecycle;
  private final EventDelivery delivery;
  private final LaneQueue lanes = new LaneQueue();
  private final LaneClosings closings;
  private final ControlEvents control;
  private final TxScheduler tx;
  private final FifoSweeper sweeper;
  private final MemoryWaits memoryWaits;
  private final SessionFlows flows;
  private final ParentStreams parents = new ParentStreams(this);
  private final OwnerMoves moves = new OwnerMoves(this);
  private final Migrations migrations = new Migrations(this);
  private final SessionRecords records;
  private final SessionAdmin admin = new SessionAdmin(this);
  private final SessionAttributes attributes = new SessionAttributes();
  private final FifoPair fifos = new FifoPair();
  private final FifoSides sides;
  private @Nullable HalfOpens halfOpens;
  private @Nullable Datagrams datagrams;

  SessionWorker(Worker worker, SessionShared shared, FlowHolders flows, int maxSessions) {
    this.worker = worker;
    this.counters = shared.counters();
    this.transports = shared.transports();
    this.flows = new SessionFlows(flows);
    streams = shared.streams();
    sides = new FifoSides(worker, maxSessions);
    pool = new SessionPool(this, maxSessions, counters.sessionLimit);
    lifecycle = new SessionLifecycle(this);
    delivery = new EventDelivery(this, lifecycle);
    closings = new LaneClosings(lifecycle);
    control = new ControlEvents(lifecycle);
    tx = new TxScheduler(this, shared.txLimits());
    sweeper = new FifoSweeper(this, shared.sweepLimits());
    memoryWaits = new MemoryWaits(this);
    records = new SessionRecords(this, shared.maxRecords());
  }

  void halfOpens(HalfOpens table) {
    halfOpens = table;
  }

  // ---- The event loop's calls.

  @Override
  public void updateTime(long nowNs) {
    transports.updateTime(index(), nowNs);
  }

  @Override
  public int dispatchEvents(int budget) {
    int delivered = 0;
    while (delivered < budget) {
      EventLane lane = lanes.poll();
      if (lane == null) {
        break;
      }
      // A visit counts also when nothing came of it, so that this loop ends whatever a shared queue looks like.
      delivered += Math.max(1, lane.dispatch(Math.min(EVENTS_PER_LANE, budget - delivered)));
    }
    return delivered + closings.run(budget) + records.deliver(budget);
  }

  @Override
  public int transmit(long nowNs) {
    return control.run() + tx.run(nowNs);
  }

  @Override
  public long idleNs(long nowNs) {
    boolean waits = !lanes.isEmpty() || !control.isEmpty() || !closings.isEmpty() || records.isWaiting();
    return waits ? 0 : tx.idleNs(nowNs);
  }

  // ---- Inside the session layer.

  int index() {
    return worker.index();
  }

  Worker worker() {
    return worker;
  }

  boolean isCurrent() {
    return worker.isCurrent();
  }

  String notCurrent(long handle) {
    return "session " + Handle.text(handle) + " of " + worker.name() + " touched by "
        + Thread.currentThread().getName();
  }

  /**
   * Makes a lane of this worker for an application worker.
   *
   * @param owner the application worker
   * @param callbacks called for its sessions
   * @param queue its event queue
   * @return the lane
   */
  public EventLane newLane(SessionOwner owner, SessionCallbacks callbacks, EventQueue queue) {
    return new EventLane(owner, this, callbacks, queue);
  }

  /**
   * Takes all sessions of a lane from their application and closes the lane: from this turn on, as many in each turn as
   * it may run events. Half-opens were cancelled before.
   *
   * @param lane a lane of this worker
   * @param closed runs on this worker when none is left
   */
  public void closeLane(EventLane lane, Runnable closed) {
    assert isCurrent();
    lane.beginClose();
    records.remove(lane);
    closings.add(lane, closed);
  }

  /**
   * What operators see and do here.
   *
   * @return it
   */
  public SessionAdmin admin() {
    return admin;
  }

  /**
   * How many sessions live on this worker.
   *
   * @return count, half-opens and listeners included
   */
  public int liveSessions() {
    return pool.live();
  }

  /**
   * The records of closed sessions.
   *
   * @return those of this worker
   */
  public SessionRecords records() {
    return records;
  }

  SessionPool pool() {
    return pool;
  }

  SessionCounters counters() {
    return counters;
  }

  SessionLifecycle lifecycle() {
    return lifecycle;
  }

  SessionAttributes attributes() {
    return attributes;
  }

  LaneQueue lanes() {
    return lanes;
  }

  LaneClosings closings() {
    return closings;
  }

  ControlEvents control() {
    return control;
  }

  TxScheduler tx() {
    return tx;
  }

  FifoSweeper sweeper() {
    return sweeper;
  }

  MemoryWaits memoryWaits() {
    return memoryWaits;
  }

  SessionFlows flows() {
    return flows;
  }

  ParentStreams parents() {
    return parents;
  }

  Migrations migrations() {
    return migrations;
  }

  OwnerMoves moves() {
    return moves;
  }

  /** Made with the first session that needs it: its buffer is as long as the longest datagram. */
  Datagrams datagrams() {
    Datagrams made = datagrams;
    if (made == null) {
      made = new Datagrams(this);
      datagrams = made;
    }
    return made;
  }

  TransportRegistry transports() {
    return transports;
  }

  FifoPair fifos() {
    return fifos;
  }

  EventDelivery delivery() {
    return delivery;
  }

  FifoSides sides() {
    return sides;
  }

  StreamSettings streams() {
    return streams;
  }

  HalfOpens halfOpens() {
    HalfOpens table = halfOpens;
    if (table == null) {
      throw new IllegalStateException("half-opens live on worker 0, this is " + worker.name());
    }
    return table;
  }

  // ---- What comes of a session's calls.

  void post(StackSession session, int event) {
    EventLane lane = session.lane;
    if (lane != null) {
      lane.post(session, event);
    }
  }

  void flush(StackSession session) {
    if (!session.has(SessionFlags.LOCAL)) {
      session.set(SessionFlags.FLUSH);
      tx.schedule(session);
    }
  }

  /** Takes a session that is about to be freed off every list of this worker. */
  void unlist(StackSession session) {
    control.remove(session);
    session.leave(SessionLinks.SWEEP);
    session.leave(SessionLinks.MEMORY);
    tx.remove(session);
  }

  // ---- Errors.

  /** Counts an error that an application is given, and returns its code. */
  int refused(SessionError error) {
    counters.error(index(), error);
    return error.code();
  }

  /** Translates a FIFO's status; impossible values of the other side end the session. */
  int fifoError(StackSession session, int status) {
    return switch (status) {
      case Fifo.CORRUPT -> corrupt(session);
      case Fifo.NO_SPACE -> refused(SessionError.SEG_NO_SPACE);
      default -> refused(SessionError.NOSESSION);
    };
  }

  /** The other side of a FIFO wrote what cannot be: its session ends. */
  int corrupt(StackSession session) {
    counters.corruptFifos.increment(index());
    lifecycle.resetNotify(session);
    return refused(SessionError.CORRUPT);
  }
}
