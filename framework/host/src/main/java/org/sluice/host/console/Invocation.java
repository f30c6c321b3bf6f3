package org.sluice.host.console;

import org.jspecify.annotations.Nullable;

/** One run of a command, which its user can give up. Any thread. */
public final class Invocation {
  private volatile boolean cancelled;
  private @Nullable Thread thread;

  /** Gives up: the command's thread is interrupted now, or as soon as it begins. */
  public synchronized void cancel() {
    cancelled = true;
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** Whether the user gave up. */
  public boolean isCancelled() {
    return cancelled;
  }

  synchronized void begin() {
    thread = Thread.currentThread();
    if (cancelled) {
      thread.interrupt();
    }
  }

  /** The thread is free for other work: an interrupt meant for the command must not hit that. */
  synchronized void end() {
    thread = null;
    var _ = Thread.interrupted();
  }
}
