package org.sluice.core.segment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.Worker;

/**
 * The segments of one owner: of an application worker's connects, or of one of its listeners. Several workers may call
 * it at once. Finding room in the segments that are there takes no lock; adding and removing one does, so that workers
 * which run out of room together make one segment, not one each, and the wait is short beside the zeroing of memory.
 *
 * <p>The first segment stays until the owner is gone. Others go after they have been empty for a time, because the next
 * session is often near; at once when the application has no memory left for another segment.
 */
public final class SegmentManager {
  private static final OwnedSegment[] NO_SEGMENTS = {};

  private final int index;
  private final SegmentOptions options;
  private final SegmentBudget budget;
  private final SegmentListener listener;
  private final @Nullable SegmentLinger linger;
  private final Object growth = new Object();

  /** Copied on each change, under the lock. */
  private volatile OwnedSegment[] segments = NO_SEGMENTS;
  private volatile boolean detached;

  /**
   * Makes a manager without segments; the first comes with the first need. Its empty segments stay until somebody calls
   * {@link #sweep}.
   *
   * @param options what segments and FIFOs are to be like
   * @param budget shared by all managers of the application
   * @param listener told about segments
   */
  public SegmentManager(SegmentOptions options, SegmentBudget budget, SegmentListener listener) {
    this(options, budget, listener, null);
  }

  /**
   * The same with a worker that sweeps when it is time.
   *
   * @param options what segments and FIFOs are to be like
   * @param budget shared by all managers of the application
   * @param listener told about segments
   * @param sweeper where empty segments are removed, and where {@link #detach} is called; null for nowhere
   */
  public SegmentManager(
      SegmentOptions options, SegmentBudget budget, SegmentListener listener, @Nullable Worker sweeper) {
    index = budget.nextManager();
    this.options = options;
    this.budget = budget;
    this.listener = listener;
    linger = sweeper == null || options.lingerNs() == 0 ? null : new SegmentLinger(this, sweeper);
  }

  /**
   * Makes the FIFOs of one session, in the segment with the most free bytes; adds a segment when none has room. Any
   * worker.
   *
   * @param out filled on success; its lease is owed from then on
   * @return 0; or SEG_NO_SPACE (no room, and no segment may be added), SEG_CREATE (none could be made), SEG_NO_SPACE2
   *     (not even a new one has room), CANCELLED (the owner is gone)
   */
  public int allocatePair(FifoPair out) {
    if (detached) {
      return SessionError.CANCELLED.code();
    }
    return allocateFrom(segments, out) ? 0 : grow(out);
  }

  /**
   * One FIFO pair is gone: its sides have left. The segment may go with it. Any worker.
   *
   * @param segment where the pair was
   */
  public void release(ManagedSegment segment) {
    OwnedSegment owned = (OwnedSegment) segment;
    if (owned.isFirst() && !detached) {
      owned.reserved().refill(owned.memory());
    }
    owned.touch();
    drop(owned);
  }

  /**
   * Removes segments that have been empty for the time they linger, counted from the first sweep that saw them so. Any
   * one context at a time.
   *
   * @param nowNs the worker's time
   * @return when the next segment is due, {@link Long#MAX_VALUE} when none is
   */
  public long sweep(long nowNs) {
    long next = Long.MAX_VALUE;
    for (OwnedSegment segment : segments) {
      if (!segment.isFirst()) {
        next = Math.min(next, sweep(segment, nowNs));
      }
    }
    return next;
  }

  private long sweep(OwnedSegment segment, long nowNs) {
    if (isHeld(segment)) {
      return Long.MAX_VALUE;
    }
    long due = segment.dueNs(nowNs, options.lingerNs());
    if (due - nowNs > 0) {
      return due;
    }
    if (removeIfEmpty(segment)) {
      return Long.MAX_VALUE;
    }
    // Somebody took hold of it just now, and may be about to let go.
    segment.touch();
    return nowNs + options.lingerNs();
  }

  /**
   * Whether a segment is in use. It may only be looked at just now; then whoever looks sees, when he lets go, that its
   * time does not run, and starts it: one of the two always notices the other.
   */
  private static boolean isHeld(OwnedSegment segment) {
    if (segment.pairs() == 0) {
      return false;
    }
    segment.touch();
    return segment.pairs() > 0;
  }

  SegmentListener listener() {
    return listener;
  }

  /** The owner is gone: nothing is allocated any more, and each segment goes with its last pair. Idempotent. */
  public void detach() {
    synchronized (growth) {
      detached = true;
    }
    if (linger != null) {
      linger.end();
    }
    for (OwnedSegment segment : segments) {
      removeIfEmpty(segment);
    }
  }

  /**
   * Makes the first segment, if there is none, with what is to be preallocated in it.
   *
   * @return 0, or an error as of {@link #allocatePair}
   */
  public int openFirst() {
    synchronized (growth) {
      if (detached) {
        return SessionError.CANCELLED.code();
      }
      return segments.length > 0 ? 0 : add(null);
    }
  }

  /**
   * The first segment, which has the event queues.
   *
   * @return the segment, null before it is made and after it went
   */
  public @Nullable ManagedSegment first() {
    OwnedSegment[] present = segments;
    return present.length > 0 && present[0].isFirst() ? present[0] : null;
  }

  /**
   * Makes an event queue in the first segment, which is made if need be.
   *
   * @param events io records it holds
   * @param controlEvents control records it holds besides
   * @return its offset in {@link #first}, or an error as of {@link #allocatePair}
   */
  public long allocateEventQueue(int events, int controlEvents) {
    synchronized (growth) {
      int error = openFirst();
      if (error != 0) {
        return error;
      }
      OwnedSegment first = segments[0];
      long before = first.memory().usedBytes();
      long offset = first.memory().allocateEventQueue(events, controlEvents);
      if (offset < 0) {
        return SessionError.SEG_NO_SPACE.code();
      }
      first.fix(Math.max(0, first.memory().usedBytes() - before));
      return offset;
    }
  }

  /**
   * How full a segment is, by the marks of the options.
   *
   * @param segment one of this manager's
   * @return the level
   */
  public PressureLevel pressure(ManagedSegment segment) {
    return segment.pressure(options.lowWatermarkPercent(), options.highWatermarkPercent());
  }

  /**
   * How large an rx FIFO of a segment may be made. What it might hold then is half of what is free at most, because
   * others want to grow, too.
   */
  long mostRxBytes(OwnedSegment segment, long presentBytes) {
    if (pressure(segment).compareTo(PressureLevel.HIGH) >= 0) {
      return presentBytes;
    }
    long fits = presentBytes + segment.memory().freeBytes() / 2;
    return Math.max(presentBytes, Math.min(options.maxRxFifoBytes(), fits));
  }

  /**
   * What segments and FIFOs are to be like.
   *
   * @return the options
   */
  public SegmentOptions options() {
    return options;
  }

  /**
   * Whether the owner is gone.
   *
   * @return true after {@link #detach}
   */
  public boolean isDetached() {
    return detached;
  }

  /**
   * How many segments there are. Any context.
   *
   * @return the count; a snapshot
   */
  public int size() {
    return segments.length;
  }

  /**
   * All segments for a console, the first one first. Any context.
   *
   * @return a snapshot
   */
  public List<SegmentInfo> info() {
    List<SegmentInfo> all = new ArrayList<>();
    for (OwnedSegment segment : segments) {
      if (segment.hold()) {
        int pairs = segment.pairs() - 1;
        all.add(SegmentInfo.of(segment, pairs, pressure(segment), segment.flags(pairs)));
        drop(segment);
      }
    }
    return all;
  }

  /**
   * Its number, which names it on consoles.
   *
   * @return the number, not used again while the stack lives
   */
  public int index() {
    return index;
  }

  /**
   * What consoles show. Any context.
   *
   * @return a snapshot
   */
  public SegmentManagerView view() {
    return new SegmentManagerView(index, options, detached, info());
  }

  /** Takes a pair from the segment with the most free bytes, from any other when that fails. */
  private boolean allocateFrom(OwnedSegment[] candidates, FifoPair out) {
    OwnedSegment roomiest = holdRoomiest(candidates);
    if (roomiest == null || allocateIn(roomiest, out)) {
      return roomiest != null;
    }
    for (OwnedSegment candidate : candidates) {
      if (candidate != roomiest && candidate.hold() && allocateIn(candidate, out)) {
        return true;
      }
    }
    return false;
  }

  /** The segment is held on return; each is held while it is looked at, or another worker might remove it meanwhile. */
  private @Nullable OwnedSegment holdRoomiest(OwnedSegment[] candidates) {
    OwnedSegment roomiest = null;
    long mostFree = -1;
    for (OwnedSegment candidate : candidates) {
      if (!candidate.hold()) {
        continue;
      }
      long free = candidate.memory().freeBytes();
      if (free > mostFree) {
        if (roomiest != null) {
          drop(roomiest);
        }
        mostFree = free;
        roomiest = candidate;
      } else {
        drop(candidate);
      }
    }
    return roomiest;
  }

  /** Turns a hold into a pair, or ends it. */
  private boolean allocateIn(OwnedSegment segment, FifoPair out) {
    if (takePair(segment, out)) {
      return true;
    }
    drop(segment);
    return false;
  }

  private boolean takePair(OwnedSegment segment, FifoPair out) {
    if (!segment.reserved().take(segment, out)
        && (segment.isCrowded() || !FifoPairs.allocate(segment, options, out))) {
      return false;
    }
    out.leases(segment, null);
    return true;
  }

  private void drop(OwnedSegment segment) {
    if (!segment.drop()) {
      return;
    }
    if (detached || !segment.isFirst() && !mayLinger()) {
      removeIfEmpty(segment);
    } else if (linger != null && !segment.isFirst() && segment.isUnseen()) {
      linger.begin();
    }
  }

  /** What another manager of the application might want is not kept from it. */
  private boolean mayLinger() {
    return options.lingerNs() > 0 && budget.hasRoom(options.addBytes());
  }

  private int grow(FifoPair out) {
    synchronized (growth) {
      if (detached) {
        return SessionError.CANCELLED.code();
      }
      // Somebody else may have added one while this worker waited.
      return allocateFrom(segments, out) ? 0 : add(out);
    }
  }

  /** Adds a segment, and takes a pair from it before others can, if one is wanted. Holds the lock. */
  private int add(@Nullable FifoPair out) {
    boolean first = segments.length == 0;
    long bytes = first ? options.firstBytes() : options.addBytes();
    if (segments.length >= options.maxSegments()) {
      SegmentCounters.count(budget.counters().maxSegmentsHits());
      return SessionError.SEG_NO_SPACE.code();
    }
    if (!budget.charge(bytes)) {
      return SessionError.SEG_NO_SPACE.code();
    }
    int error = open(bytes, first, out);
    if (error != 0) {
      budget.credit(bytes);
    }
    return error;
  }

  private int open(long bytes, boolean first, @Nullable FifoPair out) {
    Segment memory = budget.create(bytes);
    if (memory == null) {
      return SessionError.SEG_CREATE.code();
    }
    long handle = budget.reserveHandle();
    if (handle < 0) {
      memory.close();
      return (int) handle;
    }
    OwnedSegment segment = new OwnedSegment(handle, memory, bytes, this, first);
    if (!setAside(segment) || (out != null && !(segment.hold() && takePair(segment, out)))) {
      budget.cancelHandle(handle);
      memory.close();
      SegmentCounters.count(budget.counters().tooSmall());
      return SessionError.SEG_NO_SPACE2.code();
    }
    if (out == null) {
      publish(segment);
      return 0;
    }
    long rx = out.rxOffset();
    long tx = out.txOffset();
    publish(segment);
    // The application was told; what it did about it may have used the holder.
    out.set(segment, rx, tx);
    out.leases(segment, null);
    return 0;
  }

  private boolean setAside(OwnedSegment segment) {
    int headers = segment.isFirst() ? options.preallocatedHeaders() : 0;
    return segment.reserved().fill(segment.memory()) && segment.memory().reserveFifoHeaders(headers) == 0;
  }

  private void publish(OwnedSegment segment) {
    budget.opened(segment);
    listener.onSegmentAdded(segment.handle(), segment);
    OwnedSegment[] grown = Arrays.copyOf(segments, segments.length + 1);
    grown[grown.length - 1] = segment;
    segments = grown;
  }

  private boolean removeIfEmpty(OwnedSegment segment) {
    if (!segment.retire()) {
      return false;
    }
    synchronized (growth) {
      segments = without(segments, segment);
    }
    listener.onSegmentRemoved(segment.handle(), segment);
    budget.credit(segment.chargedBytes());
    budget.closed(segment);
    return true;
  }

  private static OwnedSegment[] without(OwnedSegment[] from, OwnedSegment segment) {
    OwnedSegment[] rest = new OwnedSegment[from.length - 1];
    int next = 0;
    for (OwnedSegment other : from) {
      if (other != segment) {
        rest[next++] = other;
      }
    }
    return rest;
  }
}
