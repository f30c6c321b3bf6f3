package org.sluice.core.session;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.SessionState;

/**
 * The sessions of one worker, by slot. Objects are reused, oldest first, under a new generation; a slot whose
 * generation wraps is retired. Growth leaves references valid. Owned by the worker; {@link #peek} may be called by
 * others.
 */
final class SessionPool {
  private static final int FIRST_SLOTS = 64;

  private final SessionWorker home;
  private final int limit;
  private final Counter limitHits;

  private volatile @Nullable StackSession[] slots = new @Nullable StackSession[0];
  private int[] generations = new int[0];
  private int[] freeRing = new int[FIRST_SLOTS];
  private int freeHead;
  private int freeCount;
  private int used;
  private int live;
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
  }

  /** Takes a session in state CREATED with a handle of its own, or null at the limit. */
  @Nullable StackSession allocate() {
    if (live - halfOpens >= limit) {
      limitHits.increment(home.index());
      return null;
    }
    return take();
  }

  /** The same for a session that comes from another worker, where it was counted when it was opened. */
  @Nullable StackSession allocateMoved() {
    return take();
  }

  /** The same for a half-open: bounded by the connects that applications may have, not by the limit of sessions. */
  @Nullable StackSession allocateHalfOpen() {
    StackSession session = take();
    if (session != null) {
      halfOpens++;
    }
    return session;
  }

  void freeHalfOpen(StackSession session) {
    halfOpens--;
    free(session);
  }

  private @Nullable StackSession take() {
    StackSession session = freeCount > 0 ? reuse() : fresh();
    if (session != null) {
      live++;
      session.state = SessionState.CREATED;
      session.handle = Handle.of(home.index(), session.slot, generations[session.slot]);
    }
    return session;
  }

  /** Gives a session back; its handle is stale from now on. */
  void free(StackSession session) {
    assert session.handle >= 0 && slots[session.slot] == session : "freed twice: " + session;
    session.handle = Handle.INVALID;
    live--;
    if (++generations[session.slot] == 0) {
      return;
    }
    if (freeCount == freeRing.length) {
      int[] ring = new int[freeRing.length * 2];
      for (int i = 0; i < freeCount; i++) {
        ring[i] = freeRing[(freeHead + i) % freeRing.length];
      }
      freeRing = ring;
      freeHead = 0;
    }
    freeRing[(freeHead + freeCount++) % freeRing.length] = session.slot;
  }

  /** The session of a handle of this worker, or null when the handle is stale. */
  @Nullable StackSession get(long handle) {
    StackSession session = peek(handle);
    return session != null && session.handle == handle ? session : null;
  }

  /** The object in the slot of a handle, whoever uses it now. Any context. */
  @Nullable StackSession peek(long handle) {
    @Nullable StackSession[] snapshot = slots;
    int slot = Handle.slot(handle);
    return handle >= 0 && slot < snapshot.length ? snapshot[slot] : null;
  }

  /** The session in a slot now, or null when it is free. */
  @Nullable StackSession at(int slot) {
    StackSession session = slot < slots.length ? slots[slot] : null;
    return session == null || session.handle < 0 ? null : session;
  }

  int live() {
    return live;
  }

  /** Visits live sessions in slot order. */
  void forEach(Consumer<StackSession> visitor) {
    for (StackSession session : slots) {
      if (session != null && session.handle >= 0) {
        visitor.accept(session);
      }
    }
  }

  /** Visits the live sessions of so many slots; returns the slot to go on with, or -1 after the last. */
  int forEach(int fromSlot, int slotCount, Consumer<StackSession> visitor) {
    int end = (int) Math.min(used, (long) fromSlot + slotCount);
    for (int slot = fromSlot; slot < end; slot++) {
      StackSession session = slots[slot];
      if (session != null && session.handle >= 0) {
        visitor.accept(session);
      }
    }
    return end < used ? end : -1;
  }

  private @Nullable StackSession reuse() {
    int slot = freeRing[freeHead];
    freeHead = (freeHead + 1) % freeRing.length;
    freeCount--;
    return slots[slot];
  }

  private @Nullable StackSession fresh() {
    if (used == Handle.MAX_SLOTS) {
      limitHits.increment(home.index());
      return null;
    }
    if (used == slots.length) {
      int length = Math.min(Handle.MAX_SLOTS, Math.max(FIRST_SLOTS, used * 2));
      generations = Arrays.copyOf(generations, length);
      slots = Arrays.copyOf(slots, length);
    }
    StackSession session = new StackSession(home, used);
    slots[used++] = session;
    return session;
  }
}
