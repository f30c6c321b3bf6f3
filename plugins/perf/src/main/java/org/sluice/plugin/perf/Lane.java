package org.sluice.plugin.perf;

import java.util.concurrent.atomic.AtomicLong;

/** What one worker or thread has measured: added to by that one alone, read by any thread. */
final class Lane {
  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  void bytes(long count) {
    bytes.setRelease(bytes.getPlain() + count);
  }

  void message() {
    messages.setRelease(messages.getPlain() + 1);
  }

  long messages() {
    return messages.getAcquire();
  }

  long bytes() {
    return bytes.getAcquire();
  }
}
