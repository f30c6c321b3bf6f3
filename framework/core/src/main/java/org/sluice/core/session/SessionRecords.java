package org.sluice.core.session;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.application.SessionRecord;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.TransportConnection;

/**
 * The records of closed sessions on one worker: made when a transport lets go, kept in a bounded ring until the next
 * event step of the turn, and given there to the collectors of the session's namespace. While nobody collects there is
 * neither ring nor table, and each hook is one test.
 */
public final class SessionRecords {
  static final long UNKNOWN_START = Long.MIN_VALUE;

  private final SessionWorker home;
  private final int most;
  private volatile Collector[] collectors = new Collector[0];

  // By slot, for sessions that began while somebody collected.
  private long[] handles = new long[0];
  private long[] startNs = new long[0];
  private @Nullable SessionOwner[] owners = new @Nullable SessionOwner[0];

  private @Nullable SessionRecord[] ring = new @Nullable SessionRecord[0];
  private int[] namespaces = new int[0];
  private int first;
  private int count;
  /** Whether the first record of the ring is being given to its collectors. */
  private boolean giving;

  /** A lane whose callbacks are given records, and how many it was given; written by this worker. */
  private static final class Collector {
    private volatile EventLane lane;
    volatile long given;

    Collector(EventLane lane) {
      this.lane = lane;
    }

    /** The lane; when its owner has left, that of the one who goes on with it. Any context. */
    EventLane lane() {
      EventLane now = lane;
      for (SessionOwner next = now.owner().successor(); next != null; next = now.owner().successor()) {
        now = next.lane(now.home().index());
        // Whoever writes late writes one that leads on to the same.
        lane = now;
      }
      return now;
    }

    /** The lane while its owner is there; null when it has left and nobody goes on with it. */
    @Nullable EventLane openLane() {
      EventLane now = lane();
      while (now.isClosed() || now.owner().isDetached()) {
        // Its owner may have left since, and then there may be somebody who goes on.
        EventLane next = lane();
        if (next == now) {
          return null;
        }
        now = next;
      }
      return now;
    }
  }

  SessionRecords(SessionWorker home, int most) {
    this.home = home;
    this.most = most;
  }

  // ---- Who collects. Any context; seldom.

  /**
   * Gives a lane the records of its namespace from now on.
   *
   * @param lane a lane of this worker
   */
  public synchronized void add(EventLane lane) {
    if (find(lane) < 0) {
      Collector[] more = Arrays.copyOf(collectors, collectors.length + 1);
      more[collectors.length] = new Collector(lane);
      collectors = more;
    }
  }

  /**
   * Gives a lane no more records. What only collectors need is let go of with the last of them, when this worker next
   * has something to record or deliver.
   *
   * @param lane the lane
   */
  public synchronized void remove(EventLane lane) {
    int at = find(lane);
    if (at >= 0) {
      Collector[] fewer = new Collector[collectors.length - 1];
      System.arraycopy(collectors, 0, fewer, 0, at);
      System.arraycopy(collectors, at + 1, fewer, at, fewer.length - at);
      collectors = fewer;
    }
  }

  private int find(EventLane lane) {
    for (int i = 0; i < collectors.length; i++) {
      if (collectors[i].lane() == lane) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Whether a lane is given records. Any context.
   *
   * @param lane a lane of this worker
   * @return how many it was given; -1 when it collects none
   */
  public long given(EventLane lane) {
    for (Collector collector : collectors) {
      if (collector.lane() == lane) {
        return collector.given;
      }
    }
    return -1;
  }

  // ---- The life of a session.

  /** A session has been opened. */
  void began(StackSession session) {
    note(session, home.worker().nowNs());
  }

  /** When a session that goes to another worker was opened, as far as that is known. It is forgotten here. */
  long departs(StackSession session) {
    if (!isNoted(session)) {
      return UNKNOWN_START;
    }
    forget(session);
    return startNs[session.slot];
  }

  /** A session has come from another worker. */
  void arrived(StackSession session, SessionOwner owner, long openedNs) {
    note(session, owner, openedNs);
  }

  private void note(StackSession session, long openedNs) {
    EventLane lane = session.lane;
    if (lane != null) {
      note(session, lane.owner(), openedNs);
    }
  }

  private void note(StackSession session, SessionOwner owner, long openedNs) {
    if (!isNeeded()) {
      return;
    }
    int slot = session.slot;
    if (slot >= handles.length) {
      int before = handles.length;
      int length = Math.max(64, Integer.highestOneBit(slot) * 2);
      handles = Arrays.copyOf(handles, length);
      // Zero is a handle.
      Arrays.fill(handles, before, length, Handle.INVALID);
      startNs = Arrays.copyOf(startNs, length);
      owners = Arrays.copyOf(owners, length);
    }
    handles[slot] = session.handle;
    startNs[slot] = openedNs;
    owners[slot] = owner;
  }

  /** The application of a session leaves it, so that its record has to be told whose it was. */
  void leaves(StackSession session) {
    if (session.connection != null && !isNoted(session)) {
      note(session, UNKNOWN_START);
    }
  }

  /** A session goes without a record. */
  void forget(StackSession session) {
    if (isNoted(session)) {
      handles[session.slot] = Handle.INVALID;
      owners[session.slot] = null;
    }
  }

  private boolean isNoted(StackSession session) {
    return session.slot < handles.length && handles[session.slot] == session.handle;
  }

  /** A transport lets go of a session that its application was or will be told of. */
  void ended(StackSession session) {
    TransportConnection connection = session.connection;
    TransportEntry transport = session.transport;
    if (!isNeeded() || connection == null || transport == null) {
      return;
    }
    int slot = session.slot;
    boolean noted = isNoted(session);
    EventLane lane = session.lane;
    SessionOwner owner = lane != null ? lane.owner() : noted ? owners[slot] : null;
    long nowNs = home.worker().nowNs();
    long lastedNs = noted && startNs[slot] != UNKNOWN_START ? nowNs - startNs[slot] : SessionRecord.UNKNOWN_DURATION;
    forget(session);
    SessionRecord record = owner == null || !isCollected(owner.namespace()) ? null : next(owner.namespace());
    if (owner == null || record == null) {
      return;
    }
    Segment memory = session.memory;
    record.begin(session.handle, owner.name(), transport.name(), session.listener >= 0);
    record.address().set(connection);
    record.end(EndReasons.of(session), nowNs, lastedNs, Math.max(0, Fifo.enqueuedBytes(memory, session.rxOffset)),
        Math.max(0, Fifo.dequeuedBytes(memory, session.txOffset)));
    home.counters().records.increment(home.index());
  }

  private boolean isCollected(int namespace) {
    for (Collector collector : collectors) {
      if (collector.lane().owner().namespace() == namespace) {
        return true;
      }
    }
    return false;
  }

  private @Nullable SessionRecord next(int namespace) {
    if (count == most) {
      home.counters().recordsDropped.increment(home.index());
      return null;
    }
    if (ring.length == 0) {
      ring = new @Nullable SessionRecord[most];
      namespaces = new int[most];
    }
    int at = (first + count++) % most;
    SessionRecord record = ring[at];
    if (record == null) {
      record = new SessionRecord();
      ring[at] = record;
    }
    namespaces[at] = namespace;
    return record;
  }

  /** Whether anybody collects; lets go of what is not needed when nobody does. */
  private boolean isNeeded() {
    if (collectors.length > 0) {
      return true;
    }
    if (handles.length > 0 || ring.length > 0) {
      // What is being given is not waiting any more.
      home.counters().recordsUndelivered.add(home.index(), giving ? count - 1 : count);
      giving = false;
      handles = new long[0];
      startNs = new long[0];
      owners = new @Nullable SessionOwner[0];
      ring = new @Nullable SessionRecord[0];
      namespaces = new int[0];
      first = 0;
      count = 0;
    }
    return false;
  }

  // ---- Delivery.

  /** Whether records wait. */
  boolean isWaiting() {
    return count > 0;
  }

  /** Gives waiting records to their collectors, up to a number; returns how many. */
  int deliver(int budget) {
    int delivered = 0;
    while (count > 0 && delivered < budget && isNeeded()) {
      SessionRecord record = ring[first];
      int namespace = namespaces[first];
      boolean given = false;
      giving = true;
      for (Collector collector : collectors) {
        given |= record != null && give(collector, record, namespace);
      }
      if (!given) {
        home.counters().recordsUndelivered.increment(home.index());
      }
      // Only now: what ends in a callback must not be written over what is being read. That ring may be gone.
      if (giving) {
        giving = false;
        first = (first + 1) % most;
        count--;
      }
      delivered++;
    }
    return delivered;
  }

  /** Gives a record to a collector of its namespace; false when that has left, or is of another one. */
  private static boolean give(Collector collector, SessionRecord record, int namespace) {
    EventLane lane = collector.openLane();
    if (lane == null || lane.owner().namespace() != namespace) {
      return false;
    }
    // Only this worker writes it.
    long before = collector.given;
    collector.given = before + 1;
    try {
      lane.callbacks().onSessionRecord(record);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      lane.owner().faults().caught("onSessionRecord", e);
    }
    return true;
  }
}
