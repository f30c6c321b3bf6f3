package org.sluice.plugin.cutthrough;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.ConnectionFlags;
import org.sluice.spi.transport.TransportConnection;

/**
 * One end of a local pair, a request on its way to a worker, or a listener. Pooled by the worker it belongs to; running
 * it there frees it, so that ending a connection allocates nothing.
 */
final class CutThroughConnection extends TransportConnection implements Runnable {
  /** What the object stands for now. */
  enum Role {
    /** Nothing: it waits in the pool. */
    FREE,
    /** A listener. */
    LISTENER,
    /** A connect on its way from worker 0 to the worker of the pair. */
    REQUEST,
    /** The connecting end before the server's application has accepted. */
    CONNECTING,
    /** The accepting end. */
    SERVER,
    /** The connecting end. */
    CLIENT
  }

  /** The pool's: which one is reused after this. */
  @Nullable CutThroughConnection nextFree;

  private final ConnectionPool pool;
  private final int slot;
  /** Of a request: brings it back to the worker of its pool. */
  private final @Nullable ControlSlot wayBack;
  private int generation;
  private Role role = Role.FREE;
  private long halfOpen = Handle.INVALID;
  private long listener = Handle.INVALID;
  private @Nullable CutThroughConnection peer;
  private boolean heardEnd;

  CutThroughConnection(ConnectionPool pool, int slot) {
    this.pool = pool;
    this.slot = slot;
    wayBack = pool.isLending() ? pool.worker().newControlSlot(this) : null;
  }

  @Override
  public void run() {
    pool.free(this);
  }

  /** Sends a request back to its pool, which frees it. The worker it was sent to. */
  void giveBack() {
    Objects.requireNonNull(wayBack, "not lent").post();
  }

  void begin(Role newRole, int protocolId) {
    role = newRole;
    reuse(Handle.of(pool.worker().index(), slot, generation), protocolId);
    set(ConnectionFlags.NO_LOOKUP);
  }

  /** Ends this use; its handle is stale from now on. False when the slot's generations are used up. */
  boolean end() {
    role = Role.FREE;
    halfOpen = Handle.INVALID;
    listener = Handle.INVALID;
    peer = null;
    heardEnd = false;
    return ++generation != 0;
  }

  int slot() {
    return slot;
  }

  Role role() {
    return role;
  }

  void role(Role newRole) {
    role = newRole;
  }

  /** The half-open session whose connect this serves; INVALID once that is answered. */
  long halfOpen() {
    return halfOpen;
  }

  /** The listening session that a request goes to. */
  long listener() {
    return listener;
  }

  void serves(long halfOpenSession, long listeningSession) {
    halfOpen = halfOpenSession;
    listener = listeningSession;
  }

  @Nullable CutThroughConnection peer() {
    return peer;
  }

  void peer(@Nullable CutThroughConnection other) {
    peer = other;
  }

  /** Whether this end's application was told that its peer writes no more. */
  boolean heardEnd() {
    return heardEnd;
  }

  void hearEnd() {
    heardEnd = true;
  }
}
