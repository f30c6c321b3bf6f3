package org.sluice.core.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sluice.core.runtime.WorkerDuties;
import org.sluice.core.segment.FifoPair;
import org.sluice.core.stream.StreamSettings;
import org.sluice.core.transport.TransportEntry;
import org.sluice.core.transport.TransportRegistry;
import org.sluice.spi.application.SessionCallbacks;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.EventQueue;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.SessionState;

/**
 * The session layer's part of one worker: its sessions, the lanes with events to deliver, the control events of
 * applications, and the tx scheduler. Called by the event loop; owned by the worker.
 */
public final class SessionWorker implements WorkerDuties {
  static final int CONTROL_HALF_CLOSE = 1;
  static final int CONTROL_CLOSE = 2;
  static final int CONTROL_RESET = 4;
  private static final int EVENTS_PER_LANE = 128;

  private final Worker worker;
  private final SessionPool pool;
  private final SessionCounters counters;
  private final TransportRegistry transports;
  private final FlowHolders flows;
  private final StreamSettings streams;
  private final SessionLifecycle lifecycle;
  private final EventDelivery delivery;
  private final TxScheduler tx;
  private final FifoSweeper sweeper;
  private final ParentStreams parents = new ParentStreams(this);
  private final OwnerMoves moves = new OwnerMoves(this);
  private final Migrations migrations = new Migrations(this);
  private final SessionRecords records;
  private final SessionAttributes attributes = new SessionAttributes();
  private final FifoPair fifos = new FifoPair();
  private final FifoSides sides;
  private final FlowKey flowKey = new FlowKey();
  private @Nullable HalfOpens halfOpens;

  private @Nullable EventLane laneHead;
  private @Nullable EventLane laneTail;
  private final ArrayDeque<Closing> closing = new ArrayDeque<>();
  private final SessionQueue control = new SessionQueue(SessionLinks.CONTROL);
  private final SessionQueue controlTurn = new SessionQueue(SessionLinks.CONTROL);
  private @Nullable Datagrams datagrams;

  SessionWorker(Worker worker, SessionShared shared, FlowHolders flows, int maxSessions) {
    this.worker = worker;
    this.counters = shared.counters();
    this.transports = shared.transports();
    this.flows = flows;
    streams = shared.streams();
    sides = new FifoSides(worker);
    pool = new SessionPool(this, maxSessions, counters.sessionLimit);
    lifecycle = new SessionLifecycle(this);
    delivery = new EventDelivery(this, lifecycle);
    tx = new TxScheduler(this, shared.txLimits());
    sweeper = new FifoSweeper(this, shared.sweepLimits());
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
      EventLane lane = laneHead;
      if (lane == null) {
        break;
      }
      unlinkFirstLane(lane);
      // A visit counts also when nothing came of it, so that this loop ends whatever a shared queue looks like.
      delivered += Math.max(1, lane.dispatch(Math.min(EVENTS_PER_LANE, budget - delivered)));
    }
    return delivered + closeLanes(budget) + records.deliver(budget);
  }

  @Override
  public int transmit(long nowNs) {
    return runControl() + tx.run(nowNs);
  }

  @Override
  public long idleNs(long nowNs) {
    boolean waits = laneHead != null || !control.isEmpty() || !controlTurn.isEmpty() || !closing.isEmpty()
        || records.isWaiting();
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
   * The sessions of this worker, for inspection on it.
   *
   * @param visitor sees each live session
   */
  public void forEachSession(Consumer<SessionView> visitor) {
    pool.forEach(session -> visitor.accept(new SessionView(session)));
  }

  /**
   * The same piece by piece, so that a worker with many sessions is not held up.
   *
   * @param fromSlot where to begin
   * @param slotCount how many slots to look at
   * @param visitor sees each live session in them
   * @return the slot to go on with, or -1 after the last
   */
  public int forEachSession(int fromSlot, int slotCount, Consumer<SessionView> visitor) {
    assert isCurrent();
    return pool.forEach(fromSlot, slotCount, session -> visitor.accept(new SessionView(session)));
  }

  /**
   * One session of this worker, for inspection on it.
   *
   * @param handle its handle
   * @return the session, or null when the handle is stale
   */
  public @Nullable SessionView view(long handle) {
    assert isCurrent();
    SessionSlot session = pool.named(handle);
    return session == null ? null : new SessionView(session);
  }

  /**
   * How much waits for its turn. Worker only.
   *
   * @return the lengths of its queues
   */
  public QueueDepths queueDepths() {
    assert isCurrent();
    int most = QueueDepths.MOST;
    int lanes = 0;
    for (EventLane lane = laneHead; lane != null && lanes < most; lane = lane.nextScheduled) {
      lanes++;
    }
    return new QueueDepths(tx.queued(true, most), tx.queued(false, most),
        Math.min(most, control.count(most) + controlTurn.count(most)), sweeper.watched(most), lanes,
        Math.min(most, closing.size()));
  }

  /**
   * What is in a slot of this worker, for inspection on it.
   *
   * @param slot the slot
   * @return the session, or null when the slot is free
   */
  public @Nullable SessionView at(int slot) {
    assert isCurrent();
    SessionSlot session = pool.at(slot);
    return session == null ? null : new SessionView(session);
  }

  /**
   * Ends a session by force, for the operator: an established one is taken from its transport and its application sees
   * a reset, a half-open fails with CANCELLED. Worker only.
   *
   * @param slot where it is now
   * @return NONE; NOSESSION when the slot is empty; NOSUPPORT for what belongs to a listener; CLOSED when its transport
   *     has let go already, so that it waits for its application alone
   */
  public SessionError clear(int slot) {
    assert isCurrent();
    SessionSlot found = pool.at(slot);
    if (!(found instanceof StackSession session)) {
      return found == null ? SessionError.NOSESSION : halfOpens().clear(found.handle);
    }
    if (session.state == SessionState.LISTENING || session.has(SessionFlags.SHARED)) {
      return SessionError.NOSUPPORT;
    }
    if (session.connection == null || session.state == SessionState.TRANSPORT_DELETED) {
      return SessionError.CLOSED;
    }
    lifecycle.evict(session, session.carrier());
    return SessionError.NONE;
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
    closing.add(new Closing(lane, closed));
  }

  private record Closing(EventLane lane, Runnable closed) {}

  private int closeLanes(int budget) {
    int done = 0;
    for (Closing first = closing.peek(); first != null && done < budget; first = closing.peek()) {
      done++;
      StackSession session = first.lane().firstSession();
      if (session != null) {
        lifecycle.detach(session, CONTROL_CLOSE);
        continue;
      }
      closing.remove();
      first.lane().drain();
      first.lane().close();
      first.closed().run();
    }
    return done;
  }

  /** Ends every session that a transport carries, without its listeners; returns how many. */
  int evict(TransportEntry transport) {
    List<StackSession> carried = new ArrayList<>();
    pool.forEach(slot -> {
      if (slot instanceof StackSession session && session.transport == transport
          && session.connection != null && session.state != SessionState.LISTENING) {
        carried.add(session);
      }
    });
    for (StackSession session : carried) {
      if (session.transport == transport) {
        lifecycle.evict(session, transport);
      }
    }
    return carried.size();
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

  TxScheduler tx() {
    return tx;
  }

  FifoSweeper sweeper() {
    return sweeper;
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

  HalfOpens halfOpens() {
    HalfOpens table = halfOpens;
    if (table == null) {
      throw new IllegalStateException("half-opens live on worker 0, this is " + worker.name());
    }
    return table;
  }

  // ---- Events.

  void post(StackSession session, int event) {
    EventLane lane = session.lane;
    if (lane != null) {
      lane.post(session, event);
    }
  }

  void postWritable(StackSession session) {
    if (!session.has(SessionFlags.WRITABLE_DUE)) {
      session.set(SessionFlags.WRITABLE_DUE);
      post(session, SessionEvent.WRITABLE);
    }
  }

  /** Posts READABLE for data that waits, unless an event is on its way. */
  void announceReadable(StackSession session) {
    if (SessionReadiness.waiting(session) <= 0) {
      return;
    }
    FifoProducer in = session.peer == null ? session.rxIn : session.peer.tx;
    // The flag of a writer that is a thread is that thread's; an event too many does no harm.
    if (in == null || in.setEventLightly()) {
      post(session, SessionEvent.READABLE);
    }
  }

  // ---- Streams: what their threads ask of the worker.

  StreamSettings streams() {
    return streams;
  }

  /** Whoever takes what a stream wrote, and is no stream, is told. */
  void streamWritten(StackSession session) {
    if (!session.has(SessionFlags.LOCAL)) {
      FifoConsumer fifo = session.txOut;
      if (fifo != null) {
        fifo.clearEvent();
        tx.schedule(session);
      }
    } else if (session.peer != null) {
      post(session.peer, SessionEvent.READABLE);
    }
  }

  /** Whoever writes what a stream read, and is no stream, is told of the room. */
  void streamConsumed(StackSession session) {
    if (session.peer != null) {
      postWritable(session.peer);
    } else if (session.has(SessionFlags.RX_SPACE_WANTED)) {
      session.clear(SessionFlags.RX_SPACE_WANTED);
      applicationRead(session);
    }
  }

  void flush(StackSession session) {
    if (!session.has(SessionFlags.LOCAL)) {
      session.set(SessionFlags.FLUSH);
      tx.schedule(session);
    }
  }

  void scheduleLane(EventLane lane) {
    EventLane tail = laneTail;
    if (tail == null) {
      laneHead = lane;
    } else {
      tail.nextScheduled = lane;
    }
    laneTail = lane;
  }

  private void unlinkFirstLane(EventLane lane) {
    laneHead = lane.nextScheduled;
    if (laneHead == null) {
      laneTail = null;
    }
    lane.nextScheduled = null;
    lane.scheduled(false);
  }

  // ---- Control events.

  void programControl(StackSession session, int what) {
    session.pendingControl |= (byte) what;
    if (!session.isQueued(SessionLinks.CONTROL)) {
      control.append(session);
    }
  }

  /** Serves what was asked before this turn's transmission; what that brings about waits for the next turn. */
  private int runControl() {
    int done = 0;
    controlTurn.prependAll(control);
    for (StackSession session = controlTurn.first(); session != null; session = controlTurn.first()) {
      session.leave(SessionLinks.CONTROL);
      int pending = session.pendingControl;
      session.pendingControl = 0;
      lifecycle.control(session, pending);
      done++;
    }
    return done;
  }

  /** Takes a session that is about to be freed off every list of this worker. */
  void unlist(StackSession session) {
    session.pendingControl = 0;
    session.leave(SessionLinks.CONTROL);
    session.leave(SessionLinks.SWEEP);
    tx.remove(session);
  }

  // ---- Transports and lookup.

  void applicationRead(StackSession session) {
    if (session.connection == null || session.state == SessionState.TRANSPORT_DELETED) {
      return;
    }
    TransportEntry transport = session.carrier();
    try {
      transport.vft().applicationRead(session.connected());
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      lifecycle.transportFailed(session, transport, "applicationRead", e);
    }
  }

  /** Evaluates the application's wish for room after the stack took bytes out of a tx FIFO. */
  void txDequeued(StackSession session, FifoConsumer fifo) {
    if (fifo.takeDequeueNotificationLightly()) {
      postWritable(session);
    }
  }

  void wantRxSpace(StackSession session, int thresholdBytes) {
    FifoProducer fifo = session.rxIn;
    if (fifo == null) {
      return;
    }
    session.set(SessionFlags.RX_SPACE_WANTED);
    if (!fifo.wantDequeueNotification(Fifo.NOTIFY_ROOM, thresholdBytes)) {
      session.clear(SessionFlags.RX_SPACE_WANTED);
      applicationRead(session);
    }
  }

  boolean enterFlow(StackSession session) {
    if (session.carrier().noLookup()) {
      return true;
    }
    return flows.enter(flowKey.set(session.connected()), session.handle);
  }

  /** The same for a flow that another holds: lookups find the one or the other, at no moment neither. */
  boolean takeOverFlow(StackSession session, long holder) {
    if (session.carrier().noLookup()) {
      return true;
    }
    return flows.takeOver(flowKey.set(session.connected()), holder, session.handle);
  }

  void forgetFlow(StackSession session) {
    if (session.connection != null && !session.carrier().noLookup()) {
      flows.forget(flowKey.set(session.connected()), session.handle);
    }
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
