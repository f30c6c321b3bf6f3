package org.sluice.core.session;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportConnection;

/**
 * The part of a half-open session that other workers may touch. Its phase is one word with the low half of the
 * session's handle, moved by compare-and-set: whoever moves it out of a waiting phase has the right, and the duty, to
 * finish the connect; everybody else is told that he came too late. Reused with its slot.
 */
final class HalfOpen {
  /** Waits for the answer on worker 0. */
  static final int PENDING = 1;
  /** On its way to another worker. */
  static final int MIGRATING = 2;
  /** Waits for the answer on another worker. */
  static final int MIGRATED = 3;
  /** Answered; goes when the transport lets go. */
  static final int ANSWERED = 4;
  /** Not in use. */
  static final int FREE = 0;

  private static final int GENERATION_SHIFT = 8;
  private static final VarHandle WORD = word();

  final StackSession session;
  private final ControlSlot slot;
  private volatile long word;

  // Written on worker 0 before the transport hears of it; read by whoever holds the phase.
  @Nullable SessionOwner owner;
  @Nullable TransportEntry transport;
  volatile @Nullable TransportConnection connection;
  /** Where it goes: what a console shows while the connection is another worker's. Worker 0. */
  @Nullable EndpointConfig config;

  // Written before the slot is posted, read on worker 0.
  volatile int error;
  volatile boolean failureOwed;
  volatile boolean deleted;
  volatile @Nullable Runnable free;
  boolean failureQueued;
  boolean cleanupQueued;
  boolean refused;

  HalfOpen(StackSession session, HalfOpens table) {
    this.session = session;
    slot = session.home.worker().newControlSlot(() -> table.settle(this));
  }

  void begin(SessionOwner newOwner, @Nullable TransportEntry newTransport) {
    owner = newOwner;
    transport = newTransport;
    connection = null;
    error = 0;
    failureOwed = false;
    deleted = false;
    free = null;
    failureQueued = false;
    cleanupQueued = false;
    refused = false;
    word = word(session.handle, PENDING);
  }

  void end() {
    word = FREE;
    owner = null;
    transport = null;
    connection = null;
    config = null;
    free = null;
  }

  /** Moves from one phase to another if the handle still names this half-open. */
  boolean move(long handle, int from, int to) {
    return WORD.compareAndSet(this, word(handle, from), word(handle, to));
  }

  /** Claims the answer: exactly one caller wins. A transport may fail a connect also while it moves it. */
  boolean claim(long handle) {
    return move(handle, PENDING, ANSWERED) || move(handle, MIGRATED, ANSWERED) || move(handle, MIGRATING, ANSWERED);
  }

  boolean isWaiting(long handle) {
    long now = word;
    return now == word(handle, PENDING) || now == word(handle, MIGRATED);
  }

  boolean names(long handle) {
    return word >>> GENERATION_SHIFT == word(handle, 0) >>> GENERATION_SHIFT;
  }

  int phase() {
    return (int) word & ((1 << GENERATION_SHIFT) - 1);
  }

  /** Brings what was noted to worker 0. */
  void post() {
    slot.post();
  }

  private static long word(long handle, int phase) {
    return (handle & 0xffff_ffffL) << GENERATION_SHIFT | phase | 1L << 62;
  }

  private static VarHandle word() {
    try {
      return MethodHandles.lookup().findVarHandle(HalfOpen.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
