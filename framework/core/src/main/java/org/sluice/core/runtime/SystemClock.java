package org.sluice.core.runtime;

import java.time.Instant;
import org.sluice.spi.runtime.Clock;

/** The clock of the machine: the one place where the stack asks for the time. */
public final class SystemClock implements Clock {

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long epochMicros() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }
}
