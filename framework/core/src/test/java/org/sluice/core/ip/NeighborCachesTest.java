package org.sluice.core.ip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NeighborCachesTest {
  @Test
  void workersShareThoseOfAnInterface_untilItIsGone() {
    NeighborCaches caches = new NeighborCaches();
    NeighborCache gone = caches.of(7);
    NeighborCache kept = caches.of(8);
    assertThat(caches.of(7)).isSameAs(gone);
    caches.retain(index -> index != 7);
    assertThat(caches.of(8)).isSameAs(kept);
    assertThat(caches.of(7)).as("nothing is remembered").isNotSameAs(gone);
  }
}
