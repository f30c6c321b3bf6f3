package org.sluice.core.runtime;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/** Randomness of the operating system, the only class that asks for it. Any context. */
public final class SystemRandom implements RandomGenerator {
  private final SecureRandom source = new SecureRandom();

  /** Makes a generator. */
  public SystemRandom() {}

  @Override
  public long nextLong() {
    return source.nextLong();
  }
}
