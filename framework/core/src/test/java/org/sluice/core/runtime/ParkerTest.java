package org.sluice.core.runtime;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ParkerTest {
  private final Parker parker = Parker.ofThread();

  /** A stack that is closed right after its start did not end: the wake-up of its worker went to nobody. */
  @Test
  @Timeout(10)
  void an_unpark_before_the_first_sleep_ends_it_at_once() {
    parker.unpark();
    parker.park(Long.MAX_VALUE);
  }

  @Test
  @Timeout(10)
  void an_unpark_between_two_sleeps_ends_the_second() {
    parker.park(1);
    parker.unpark();
    parker.park(Long.MAX_VALUE);
  }
}
