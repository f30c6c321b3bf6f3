package org.sluice.core.session;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.memory.AccessHook;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.TransportConnection;

/**
 * A connect that is not answered, in a slot of worker 0, which owns it. Other workers touch what is said so.
 *
 * <p>What they decide is in one word, moved by compare-and-set: the generation of the session's handle, the phase, the
 * error of a failed connect, and how far the transport's delete has come. So a stale handle changes nothing, and each
 * step is taken by exactly one:
 *
 * <pre>
 *     FREE -> PENDING -> MIGRATING -> MIGRATED
 *                |           |            |
 *                +-----------+------------+--> WITHDRAWN -> FREE              cancelled
 *                +-----------+------------+--> ANSWERING -> ANSWERED -> FREE  answered
 * </pre>
 *
 * <p>Whoever claimed the answer (ANSWERING) or the delete (DELETING, beside a phase) holds the slot: worker 0 frees it
 * only when it is ANSWERED and DELETED. Until then the claimer may read and write here without looking at the word.
 */
final class HalfOpen extends SessionSlot {
  /** Not in use. */
  static final int FREE = 0;
  /** Waits for the answer on worker 0. */
  static final int PENDING = 1;
  /** On its way to another worker. */
  static final int MIGRATING = 2;
  /** Waits for the answer on another worker. */
  static final int MIGRATED = 3;
  /** Somebody makes the session, or notes the failure. */
  static final int ANSWERING = 4;
  /** Answered; goes when the transport lets go. */
  static final int ANSWERED = 5;
  /** Cancelled: reports come too late; packets still meet a half-open until its lookup entry is gone. */
  static final int WITHDRAWN = 6;

  /** What a claim answers to those who are not the first. */
  static final int TOO_LATE = -1;

  private static final long PHASE = 0x7;
  private static final long DELETING = 0x8;
  private static final long DELETED = 0x10;
  private static final int ERROR_SHIFT = 8;
  private static final long ERROR = 0xff << ERROR_SHIFT;
  private static final int GENERATION_SHIFT = 32;
  private static final VarHandle WORD = field("word", long.class);
  private static final VarHandle REPORTED = field("reported", boolean.class);

  /** Numbers of the shared fields, for tests that step through their accesses. */
  private static final int WORD_FIELD = 1;
  private static final int OWNER_FIELD = 2;
  private static final int CONNECTION_FIELD = 3;
  private static final int FREE_FIELD = 4;
  private static final int FIELDS = 8;
  private static final @Nullable AccessHook HOOK = AccessHook.installed();

  private volatile long word;

  // Written by worker 0, read by whoever holds the slot; the first two also by those who look at the word afterwards.
  private volatile @Nullable SessionOwner owner;
  private volatile int originalProtocol;
  private volatile @Nullable TransportConnection connection;

  // Written by the claimer of the delete, read by worker 0 when the word says so.
  private volatile @Nullable Runnable free;

  // Worker 0 alone.
  /** Where it goes: what a console shows while the connection is another worker's. */
  @Nullable Endpoint wantedLocal;
  @Nullable Endpoint wantedRemote;
  boolean failureQueued;
  boolean cleanupQueued;
  /** It never had a transport; its application is not told of a half-open. */
  boolean refused;

  // Of those who were reported to worker 0 and not seen by it yet.
  @SuppressWarnings("UnusedVariable") // accessed through REPORTED
  private boolean reported;
  @Nullable HalfOpen nextReported;

  HalfOpen(SessionWorker home, int slot) {
    super(home, slot);
  }

  // ---- Worker 0.

  /** Makes it PENDING under the session's present handle. */
  void begin(SessionOwner newOwner, @Nullable TransportEntry newTransport, int newOriginalProtocol) {
    assert phase(word) == FREE : "half-open " + this + " in phase " + phase(word);
    owner(newOwner);
    originalProtocol = newOriginalProtocol;
    transport = newTransport;
    failureQueued = false;
    cleanupQueued = false;
    refused = false;
    step(AccessHook.WRITE, WORD_FIELD);
    word = word(handle, PENDING);
  }

  /** Makes it FREE. Nobody holds it. */
  void end() {
    step(AccessHook.WRITE, WORD_FIELD);
    word = FREE;
    owner(null);
    connection(null);
    free(null);
    transport = null;
    wantedLocal = null;
    wantedRemote = null;
  }

  /** The error of a failed connect; 0 while it is not ANSWERED, and for one that succeeded. */
  int error() {
    return -(int) ((load() & ERROR) >>> ERROR_SHIFT);
  }

  boolean isDeleted() {
    return (load() & DELETED) != 0;
  }

  /** Whether the transport has its connection still: it did not let go, or asked for leave and has not got it. */
  boolean isHeld() {
    long seen = load();
    return phase(seen) != WITHDRAWN && ((seen & DELETING) == 0 || (seen & DELETED) != 0 && free() != null);
  }

  // ---- Any worker, by the handle.

  /** Moves from one phase to another if the handle still names this half-open. */
  boolean move(long handle, int from, int to) {
    return compareAndSet(word(handle, from), word(handle, to));
  }

  /**
   * Claims the answer: exactly one caller wins, and must {@link #conclude}.
   *
   * @return the phase it was in, or TOO_LATE
   */
  int claim(long handle) {
    return leaveWaiting(handle, ANSWERING);
  }

  /**
   * Makes it WITHDRAWN while it waits. Worker 0, which gives the slot back.
   *
   * @return the phase it was in, or TOO_LATE
   */
  int withdraw(long handle) {
    return leaveWaiting(handle, WITHDRAWN);
  }

  private int leaveWaiting(long handle, int to) {
    for (long seen = load(); isWaiting(seen, handle); seen = load()) {
      if (compareAndSet(seen, word(handle, to))) {
        return phase(seen);
      }
    }
    return TOO_LATE;
  }

  /**
   * Claims the delete: exactly one caller wins, and must {@link #deleted}. Where the answer was not claimed yet it is
   * now, by the same caller.
   *
   * @return the phase it was in, or TOO_LATE
   */
  int claimDelete(long handle) {
    for (long seen = load(); isDeletable(seen, handle); seen = load()) {
      long answered = isWaiting(seen, handle) ? word(handle, ANSWERING) : seen;
      if (compareAndSet(seen, answered | DELETING)) {
        return phase(seen);
      }
    }
    return TOO_LATE;
  }

  boolean isWaiting(long handle) {
    return isWaiting(load(), handle);
  }

  boolean names(long handle) {
    return names(load(), handle);
  }

  int phase() {
    return phase(load());
  }

  // ---- Claimers.

  /**
   * Ends ANSWERING. By the claimer of the answer, who has no hold on the slot afterwards.
   *
   * @param error 0 when there is a session now, else what the application is to be told
   * @return whether worker 0 has something to settle
   */
  boolean conclude(int error) {
    assert error <= 0 && -error <= ERROR >>> ERROR_SHIFT : error;
    step(AccessHook.UPDATE, WORD_FIELD);
    long before = (long) WORD.getAndBitwiseOr(this, (long) -error << ERROR_SHIFT | ANSWERED);
    assert phase(before) == ANSWERING : "half-open " + this + " concluded in phase " + phase(before);
    return error != 0 || (before & DELETED) != 0;
  }

  /** Ends DELETING. By the claimer of the delete, who has no hold on the slot afterwards. */
  void deleted() {
    step(AccessHook.UPDATE, WORD_FIELD);
    long before = (long) WORD.getAndBitwiseOr(this, DELETED);
    assert (before & (DELETING | DELETED)) == DELETING : "half-open " + this + " deleted, not claimed";
  }

  /** Notes that it is to be brought to worker 0; false when that was noted before and not taken. */
  boolean report() {
    return !(boolean) REPORTED.getAndSet(this, true);
  }

  /** Worker 0 is about to see what was reported up to now. */
  void takeReport() {
    REPORTED.getAndSet(this, false);
  }

  // ---- Fields.

  /** Whose connect it is; null once that has left. */
  @Nullable SessionOwner owner() {
    step(AccessHook.READ, OWNER_FIELD);
    return owner;
  }

  void owner(@Nullable SessionOwner newOwner) {
    step(AccessHook.WRITE, OWNER_FIELD);
    owner = newOwner;
  }

  int originalProtocol() {
    return originalProtocol;
  }

  /** The transport's half-open connection; null before the transport has made it, and once it is another worker's. */
  @Nullable TransportConnection connection() {
    step(AccessHook.READ, CONNECTION_FIELD);
    return connection;
  }

  void connection(@Nullable TransportConnection newConnection) {
    step(AccessHook.WRITE, CONNECTION_FIELD);
    connection = newConnection;
  }

  /** What frees the transport's half-open connection when the application has seen the result. */
  @Nullable Runnable free() {
    step(AccessHook.READ, FREE_FIELD);
    return free;
  }

  void free(@Nullable Runnable newFree) {
    step(AccessHook.WRITE, FREE_FIELD);
    free = newFree;
  }

  // ---- The word.

  private long load() {
    step(AccessHook.READ, WORD_FIELD);
    return word;
  }

  private boolean compareAndSet(long from, long to) {
    step(AccessHook.UPDATE, WORD_FIELD);
    return WORD.compareAndSet(this, from, to);
  }

  private static int phase(long word) {
    return (int) (word & PHASE);
  }

  private static boolean names(long word, long handle) {
    return phase(word) != FREE && word >>> GENERATION_SHIFT == (handle & 0xffff_ffffL);
  }

  private static boolean isDeletable(long word, long handle) {
    return names(word, handle) && phase(word) != WITHDRAWN && (word & DELETING) == 0;
  }

  private static boolean isWaiting(long word, long handle) {
    return names(word, handle) && phase(word) < ANSWERING;
  }

  private static long word(long handle, int phase) {
    return handle << GENERATION_SHIFT | phase;
  }

  private void step(int kind, int field) {
    if (HOOK != null) {
      HOOK.onSharedAccess(kind, -((long) slot * FIELDS + field));
    }
  }

  private static VarHandle field(String name, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(HalfOpen.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
