package org.sluice.host.console;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One run of a command, which its user can give up. Any thread. */
public final class Invocation {
  private volatile boolean cancelled;
  private @Nullable Thread thread;
  /** A command may run another one for its user. */
  private int depth;

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

  /** Waits on the command's thread until a time has passed or the user has given up. */
  synchronized void pause(Duration time) throws InterruptedException {
    var _ = Monitors.await(this, time, () -> cancelled);
    if (Thread.interrupted()) {
      throw new InterruptedException("given up");
    }
  }

  synchronized void begin() {
    depth++;
    thread = Thread.currentThread();
    if (cancelled) {
      thread.interrupt();
    }
  }

  /** The thread is free for other work: an interrupt meant for the command must not hit that. */
  synchronized void end() {
    if (--depth == 0) {
      thread = null;
    }
    var _ = Thread.interrupted();
  }
}
