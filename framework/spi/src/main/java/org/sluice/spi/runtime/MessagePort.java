package org.sluice.spi.runtime;

/**
 * Sends messages to workers' mailboxes. Lock-free, bounded, callable from any context; allocates nothing. Messages from
 * one sender to one worker arrive in order. For what must not be refused there is {@link ControlSlot}.
 */
public interface MessagePort {

  /**
   * Sends one message; the worker is woken when it sleeps.
   *
   * @param workerIndex the receiving worker
   * @param kind see {@link MessageHandler#onMessage}
   * @param handle see {@link MessageHandler#onMessage}
   * @param argument see {@link MessageHandler#onMessage}
   * @return false when the mailbox is full (counted as {@code mailbox.full}) or the port was revoked: the caller must
   *     refuse the work it wanted to hand over
   */
  boolean send(int workerIndex, int kind, long handle, long argument);
}
