package org.sluice.core.runtime;

/** What a message is delivered to: a port or a query. */
interface MailTarget {

  /** Whose code is called. */
  WorkerScope scope();

  /** Called on the worker the message was sent to. */
  void deliver(StackWorker worker, int kind, long handle, long argument);

  /** Called instead when the stack is closed before the message was taken. */
  default void refuse() {}
}
