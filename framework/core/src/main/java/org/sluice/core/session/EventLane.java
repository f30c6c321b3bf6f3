package org.sluice.core.session;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.SessionCallbacks;
import org.sluice.spi.memory.EventHandler;
import org.sluice.spi.memory.EventQueue;
import org.sluice.spi.runtime.Handle;

/**
 * The way of events from one stack worker to one application worker: an event queue in the application's first segment,
 * and the callbacks that its records are dispatched to. Owned by the stack worker.
 *
 * <p>The queue is bounded, the stack never waits: an event that finds it full stays as a bit with its session, in the
 * order in which sessions came, and new sessions are refused meanwhile ({@link #isCongested}).
 */
public final class EventLane {
  /** Flags without which, and with which, events stay with their session for the time being. */
  private static final int NOT_NOW = SessionFlags.ANNOUNCED | SessionFlags.MOVING;

  private final long handle;
  private final SessionOwner owner;
  private final SessionWorker home;
  private final SessionCallbacks callbacks;
  private final EventQueue queue;
  private final EventDispatch dispatch;

  private @Nullable SessionSlot sessions;
  private @Nullable SessionSlot halfOpens;
  private final SessionQueue overflow = new SessionQueue(SessionLinks.OVERFLOW);
  private int sessionCount;
  private int halfOpenCount;
  private boolean scheduled;
  private boolean closing;
  private boolean closed;
  /** Whether records of sessions that others have now may be in the queue. */
  private boolean handedOver;
  @Nullable EventLane nextScheduled;

  EventLane(SessionOwner owner, SessionWorker home, SessionCallbacks callbacks, EventQueue queue) {
    this.owner = owner;
    this.home = home;
    this.callbacks = callbacks;
    this.queue = queue;
    handle = Handle.of(home.index(), Handle.slot(owner.handle()), Handle.generation(owner.handle()));
    dispatch = new EventDispatch(this, home);
  }

  /**
   * The handle that names this lane's event queue.
   *
   * @return the handle
   */
  public long handle() {
    return handle;
  }

  /**
   * The queue itself, for inspection. Any context may ask for its depth.
   *
   * @return the queue
   */
  public EventQueue queue() {
    return queue;
  }

  /**
   * The application worker.
   *
   * @return the owner
   */
  public SessionOwner owner() {
    return owner;
  }

  /**
   * Whether events are held back because the queue is full. Worker only.
   *
   * @return true when new sessions are to be refused
   */
  public boolean isCongested() {
    return !overflow.isEmpty();
  }

  /**
   * Sessions of the application worker on this stack worker. Worker only.
   *
   * @return count, without half-opens
   */
  public int sessionCount() {
    return sessionCount;
  }

  /**
   * Half-opens of the application worker; only the lane of worker 0 has any. Worker only.
   *
   * @return count
   */
  public int halfOpenCount() {
    return halfOpenCount;
  }

  /**
   * Events that wait for the application. Worker only.
   *
   * @return the depth of the queue; 0 once the application has left
   */
  public int queuedEvents() {
    return closed ? 0 : queue.depth();
  }

  /**
   * What the events of this lane are dispatched to.
   *
   * @return the callbacks
   */
  public SessionCallbacks callbacks() {
    return callbacks;
  }

  /**
   * The session layer's part of its worker.
   *
   * @return where it is
   */
  public SessionWorker home() {
    return home;
  }

  /** Whether it takes no more sessions: its application has left. */
  boolean isClosed() {
    return closing;
  }

  // ---- Membership.

  void add(SessionSlot session) {
    session.lane = this;
    boolean halfOpen = session instanceof HalfOpen;
    SessionSlot head = halfOpen ? halfOpens : sessions;
    session.lanePrevious = null;
    session.laneNext = head;
    if (head != null) {
      head.lanePrevious = session;
    }
    if (halfOpen) {
      halfOpens = session;
      halfOpenCount++;
    } else {
      sessions = session;
      sessionCount++;
    }
  }

  void remove(SessionSlot session) {
    SessionSlot next = session.laneNext;
    SessionSlot previous = session.lanePrevious;
    if (next != null) {
      next.lanePrevious = previous;
    }
    if (previous != null) {
      previous.laneNext = next;
    } else if (session instanceof HalfOpen) {
      halfOpens = next;
    } else {
      sessions = next;
    }
    if (session instanceof StackSession left) {
      sessionCount--;
      if (left.has(SessionFlags.GUEST)) {
        left.clear(SessionFlags.GUEST);
        owner.segmentLeft(left.segmentHandle);
      }
    } else {
      halfOpenCount--;
    }
    session.laneNext = null;
    session.lanePrevious = null;
    session.pendingEvents = 0;
    session.leave(SessionLinks.OVERFLOW);
    session.lane = null;
  }

  @Nullable StackSession firstSession() {
    return (StackSession) sessions;
  }

  @Nullable HalfOpen firstHalfOpen() {
    return (HalfOpen) halfOpens;
  }

  /** From now on it takes neither sessions nor events. */
  void beginClose() {
    closing = true;
  }

  /** Ends the lane and lets go of its queue, whose memory may go now. Its sessions have been detached. */
  public void close() {
    assert sessions == null && halfOpens == null : "sessions left: " + sessionCount + ", " + halfOpenCount;
    closing = true;
    closed = true;
    queue.leave();
  }

  // ---- Events.

  void post(SessionSlot session, int event) {
    if (closing) {
      return;
    }
    boolean early = (session.flags & NOT_NOW) != SessionFlags.ANNOUNCED || session.owedEvents != 0;
    if (early && SessionEvent.followsAnnouncement(event)) {
      session.owedEvents |= (short) (1 << event);
      return;
    }
    if (session.pendingEvents == 0 && offer(event, session)) {
      schedule();
      return;
    }
    if (session.pendingEvents == 0) {
      home.counters().eventQueueFull(home.index());
      overflow.append(session);
    }
    session.pendingEvents |= (short) (1 << event);
    schedule();
  }

  /** Gives a session to another lane of this worker; a record says when nothing of it waits in this one's queue. */
  void handOver(StackSession session, EventLane to) {
    int waiting = session.pendingEvents;
    boolean guest = session.has(SessionFlags.GUEST);
    session.clear(SessionFlags.GUEST);
    remove(session);
    to.add(session);
    session.owedEvents |= (short) waiting;
    session.set(SessionFlags.GUEST);
    session.set(SessionFlags.MOVING);
    handedOver = true;
    if (!queue.offer(SessionEvent.HANDED_OVER, session.handle, 0)) {
      home.counters().eventQueueFull(home.index());
      session.pendingEvents = 1 << SessionEvent.HANDED_OVER;
      overflow.append(session);
    }
    schedule();
    if (guest) {
      owner.segmentLeft(session.segmentHandle);
    }
  }

  /** Before the queue goes: events of sessions that were handed over are found, and follow them. */
  void drain() {
    if (!handedOver) {
      return;
    }
    // The last one is found behind everything else, however full the queue was; a queue that others write into must
    // not hold this up.
    int polled = queue.poll(dispatch, queue.depth());
    refill();
    while (polled > 0 && !overflow.isEmpty()) {
      polled = queue.poll(dispatch, queue.depth());
      refill();
    }
    int _ = queue.poll(dispatch, queue.depth());
    for (StackSession session = overflow.first(); session != null; session = overflow.first()) {
      session.leave(SessionLinks.OVERFLOW);
      session.pendingEvents = 0;
      home.moves().arrive(session);
    }
  }

  private boolean offer(int event, SessionSlot session) {
    return SessionEvent.isControl(event)
        ? EventRecord.offer(queue, event, (StackSession) session) : queue.offer(event, session.handle, 0);
  }

  /** Posts what happened before the application knew the session, in the order of the contract. */
  void postOwed(StackSession session) {
    int owed = session.owedEvents;
    session.owedEvents = 0;
    for (; owed != 0; owed &= owed - 1) {
      post(session, Integer.numberOfTrailingZeros(owed));
    }
  }

  /** Delivers up to a number of events; returns how many. */
  int dispatch(int limit) {
    // Should a callback end the visit by what nobody may catch, the rest of the queue still gets another one.
    int delivered = limit;
    try {
      delivered = queue.poll(dispatch, limit);
    } finally {
      boolean congested = isCongested();
      if (congested) {
        refill();
      }
      if ((congested || delivered == limit) && !closed) {
        schedule();
      }
    }
    return delivered;
  }

  boolean isScheduled() {
    return scheduled;
  }

  void scheduled(boolean value) {
    scheduled = value;
  }

  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      home.lanes().append(this);
    }
  }

  /** Moves held-back events into the queue, session by session, each one's in the order of the contract. */
  private void refill() {
    for (SessionSlot session = overflow.firstSlot(); session != null; session = overflow.firstSlot()) {
      while (session.pendingEvents != 0) {
        int event = Integer.numberOfTrailingZeros(session.pendingEvents);
        if (!offer(event, session)) {
          return;
        }
        session.pendingEvents &= (short) ~(1 << event);
      }
      session.leave(SessionLinks.OVERFLOW);
    }
  }

  /**
   * Forwarding of queue records, kept as one object so that polling allocates nothing. From here to the memory that a
   * callback reads and writes, calls nest about as deep as the JIT inlines (15 levels): one more costs each access.
   */
  private record EventDispatch(EventLane lane, SessionWorker home) implements EventHandler {
    @Override
    public void onEvent(int type, long handle, long arg, MemorySegment payload, long payloadOffset) {
      // After its detach an application hears nothing; what the events stood for is settled when the lane closes.
      if (!lane.owner.isDetached()) {
        home.delivery().deliver(lane, type, handle);
      } else if (lane.handedOver) {
        home.moves().found(home.pool().get(handle), type);
      }
    }
  }
}
