package org.sluice.plugin.tcp;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.transport.TransportConnection;

/**
 * A connect that is not answered: SYN_SENT of RFC 9293. Owned by worker 0. Other workers, which the answer may come to,
 * read the handshake and then {@link #claim}: whoever claims it decides, and a claim that succeeds also says that what
 * was read belonged to the handle.
 */
final class HalfOpenConnection extends TransportConnection {
  private static final long FREE = Long.MIN_VALUE;

  final int slot;
  final Timer timer;
  final ControlSlot done;
  final Handshake handshake = new Handshake();
  int generation;
  int syns;
  long startedNs;
  long rtoNs;
  @Nullable HalfOpenConnection nextFree;

  /** The handle while it waits, its complement once it is claimed, or FREE. */
  private final AtomicLong state = new AtomicLong(FREE);

  /** The claimed handle whose port a connection has taken over; read when {@link #done} is delivered. */
  volatile long portTakenBy = NONE;
  /** The claimed handle that is to be freed. */
  volatile long answered = NONE;

  HalfOpenConnection(TcpConnect home, int slot) {
    this.slot = slot;
    timer = home.newTimer(this);
    done = home.newDone(this);
  }

  void begin(long handle, int protocolId) {
    reuse(handle, protocolId);
  }

  /** Lets other workers see it, when all is filled in. */
  void publish() {
    state.set(handle());
  }

  /** What {@link #claim} needs; negative when nobody can claim it any more. Any worker. */
  long ticket() {
    return state.get();
  }

  /** Takes the right to answer; at most one caller gets it. Any worker. */
  boolean claim(long ticket) {
    return ticket >= 0 && state.compareAndSet(ticket, ~ticket);
  }

  void end() {
    state.set(FREE);
    reuse(NONE, protocol());
  }
}
