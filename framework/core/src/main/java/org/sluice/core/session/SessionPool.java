package org.sluice.core.session;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.SessionState;

/**
 * The sessions and half-opens of one worker, by slot. Objects are reused, oldest first, under a new generation; a slot
 * whose generation wraps is retired. Growth leaves references valid. An object stays in its slot until so many of its
 * kind are free that it is left to the collector; another one takes its slot then. Owned by the worker; {@link #peek}
 * may be called by others.
 */
final class SessionPool {
  private static final int FIRST_SLOTS = 64;
  /** Of so many sessions as there may be, one in 256 may end without leaving its object to the collector. */
  private static final int KEPT_PART_SHIFT = 8;
  private static final int LEAST_KEPT = 256;

  private final SessionWorker home;
  private final int limit;
  private final int mostKept;
  private final Counter limitHits;

  private volatile @Nullable SessionSlot[] slots = new @Nullable SessionSlot[0];
  private int[] generations = new int[0];
  private final SlotRing freeSessions = new SlotRing();
  private final SlotRing freeHalfOpens = new SlotRing();
  /** Slots without an object. */
  private final SlotRing bare = new SlotRing();
  private int used;
  private int sessions;
  private int halfOpens;

  /**
   * Makes an empty pool.
   *
   * @param home the worker
   * @param limit the most sessions at a time, half-opens not counted
   * @param limitHits counts refusals for the limit
   */
  SessionPool(SessionWorker home, int limit, Counter limitHits) {
    this.home = home;
    this.limit = Math.min(limit, Handle.MAX_SLOTS);
    this.limitHits = limitHits;
    mostKept = kept(limit);
  }

  /** How many free objects of a kind are kept for the next ones, under a limit of sessions. */
  static int kept(int limit) {
    return Math.max(Math.min(limit, LEAST_KEPT), limit >> KEPT_PART_SHIFT);
  }

  // ---- Taking and giving back.

  /** Takes a session in state CREATED with a handle of its own, or null at the limit. */
  @Nullable StackSession allocate() {
    if (sessions >= limit) {
      limitHits.increment(home.index());
      return null;
    }
    return allocateMoved();
  }

  /** The same for a session that comes from another worker, where it was counted when it was opened. */
  @Nullable StackSession allocateMoved() {
    StackSession session = freeSessions.isEmpty() ? newSession() : (StackSession) keptIn(freeSessions.poll());
    if (session != null) {
      sessions++;
      name(session);
    }
    return session;
  }

  /** The same for a half-open: bounded by the connects that applications may have, not by the limit of sessions. */
  @Nullable HalfOpen allocateHalfOpen() {
    HalfOpen halfOpen = freeHalfOpens.isEmpty() ? newHalfOpen() : (HalfOpen) keptIn(freeHalfOpens.poll());
    if (halfOpen != null) {
      halfOpens++;
      name(halfOpen);
    }
    return halfOpen;
  }

  /** Gives a session back; its handle is stale from now on. */
  void free(StackSession session) {
    sessions--;
    free(session, freeSessions);
  }

  /** Gives a half-open back; its handle is stale from now on. */
  void free(HalfOpen halfOpen) {
    halfOpens--;
    free(halfOpen, freeHalfOpens);
  }

  private void free(SessionSlot object, SlotRing kept) {
    int slot = object.slot;
    assert object.handle >= 0 && slots[slot] == object : "freed twice: " + object;
    object.handle = Handle.INVALID;
    if (++generations[slot] == 0) {
      return;
    }
    if (kept.size() < mostKept) {
      kept.add(slot);
    } else {
      slots[slot] = null;
      bare.add(slot);
    }
  }

  private SessionSlot keptIn(int slot) {
    SessionSlot object = slots[slot];
    if (object == null) {
      throw new IllegalStateException("slot " + slot + " of " + home.worker().name() + " has lost its object");
    }
    return object;
  }

  private void name(SessionSlot object) {
    object.state = SessionState.CREATED;
    object.handle = Handle.of(home.index(), object.slot, generations[object.slot]);
  }

  private @Nullable StackSession newSession() {
    int slot = bareSlot();
    if (slot < 0) {
      return null;
    }
    StackSession session = new StackSession(home, slot);
    slots[slot] = session;
    return session;
  }

  private @Nullable HalfOpen newHalfOpen() {
    int slot = bareSlot();
    if (slot < 0) {
      return null;
    }
    HalfOpen halfOpen = new HalfOpen(home, slot);
    slots[slot] = halfOpen;
    return halfOpen;
  }

  private int bareSlot() {
    if (!bare.isEmpty()) {
      return bare.poll();
    }
    if (used == Handle.MAX_SLOTS) {
      limitHits.increment(home.index());
      return -1;
    }
    if (used == slots.length) {
      int length = Math.min(Handle.MAX_SLOTS, Math.max(FIRST_SLOTS, used * 2));
      generations = Arrays.copyOf(generations, length);
      slots = Arrays.copyOf(slots, length);
    }
    return used++;
  }

  // ---- Finding.

  /** The session of a handle of this worker, or null when the handle is stale or a half-open's. */
  @Nullable StackSession get(long handle) {
    return peek(handle) instanceof StackSession session && session.handle == handle ? session : null;
  }

  /** The half-open of a handle of this worker, or null when the handle is stale or a session's. */
  @Nullable HalfOpen halfOpen(long handle) {
    return peek(handle) instanceof HalfOpen halfOpen && halfOpen.handle == handle ? halfOpen : null;
  }

  /** Either of them. */
  @Nullable SessionSlot named(long handle) {
    SessionSlot object = peek(handle);
    return object != null && object.handle == handle ? object : null;
  }

  /** The object in the slot of a handle, whoever uses it now. Any context. */
  @Nullable SessionSlot peek(long handle) {
    @Nullable SessionSlot[] snapshot = slots;
    int slot = Handle.slot(handle);
    return handle >= 0 && slot < snapshot.length ? snapshot[slot] : null;
  }

  /** What is in a slot now, or null when it is free. */
  @Nullable SessionSlot at(int slot) {
    SessionSlot object = slot < slots.length ? slots[slot] : null;
    return object == null || object.handle < 0 ? null : object;
  }

  /** Sessions and half-opens. */
  int live() {
    return sessions + halfOpens;
  }

  /** Visits what is live, in slot order. */
  void forEach(Consumer<SessionSlot> visitor) {
    for (SessionSlot object : slots) {
      if (object != null && object.handle >= 0) {
        visitor.accept(object);
      }
    }
  }

  /** Visits what is live in so many slots; returns the slot to go on with, or -1 after the last. */
  int forEach(int fromSlot, int slotCount, Consumer<SessionSlot> visitor) {
    int end = (int) Math.min(used, (long) fromSlot + slotCount);
    for (int slot = fromSlot; slot < end; slot++) {
      SessionSlot object = slots[slot];
      if (object != null && object.handle >= 0) {
        visitor.accept(object);
      }
    }
    return end < used ? end : -1;
  }
}
