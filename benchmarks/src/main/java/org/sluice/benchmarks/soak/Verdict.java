package org.sluice.benchmarks.soak;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What was found first, if anything was. Any thread. */
final class Verdict {
  private final AtomicReference<String> failure = new AtomicReference<>();

  /** Ends the run, unless it has ended. */
  void fail(String what) {
    failure.compareAndSet(null, what);
  }

  boolean isFailed() {
    return failure.get() != null;
  }

  @Nullable String failure() {
    return failure.get();
  }

  /** To be called wherever somebody goes on for long. */
  void leaveIfFailed() {
    if (isFailed()) {
      throw new StoppedException();
    }
  }
}
