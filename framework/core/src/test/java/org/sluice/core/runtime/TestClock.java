package org.sluice.core.runtime;

import java.util.concurrent.atomic.AtomicLong;
import org.sluice.spi.runtime.Clock;

/** Time that a test sets. */
final class TestClock implements Clock {

  private final AtomicLong nowNs;

  TestClock(long nowNs) {
    this.nowNs = new AtomicLong(nowNs);
  }

  void advance(long byNs) {
    nowNs.addAndGet(byNs);
  }

  @Override
  public long nanoTime() {
    return nowNs.get();
  }

  @Override
  public long epochMicros() {
    return nowNs.get() / 1_000;
  }
}
