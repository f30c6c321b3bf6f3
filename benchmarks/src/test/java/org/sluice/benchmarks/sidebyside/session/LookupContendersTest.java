package org.sluice.benchmarks.sidebyside.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.sluice.benchmarks.sidebyside.measure.Reading;

/** Ours and the peers find the same; what is found is checked. */
class LookupContendersTest {
  private static final int COUNT = 1 << 10;
  private static final long NANOS = 1_000_000;

  @Test
  void flows_are_found_by_both() {
    try (SessionLookups ours = SessionLookups.of(COUNT)) {
      MapLookups peer = MapLookups.of(COUNT);
      for (int i = 0; i < 2 * COUNT; i++) {
        assertThat(ours.lookUp(i)).isEqualTo(peer.lookUp(i)).isNotNegative();
      }
      Reading reading = ours.run(NANOS);
      assertThat(reading.operations()).isPositive();
      assertThat(reading.nanos()).isGreaterThanOrEqualTo(NANOS);
      assertThat(reading.allocatedBytes()).isNotNegative();
      assertThat(peer.run(NANOS).operations()).isPositive();
    }
  }

  @Test
  void the_same_rules_win_by_strength() {
    RuleMix mix = new RuleMix(COUNT);
    RuleLookups ours = RuleLookups.of(COUNT);
    LinearRules peer = LinearRules.of(COUNT);
    int hits = 0;
    for (int i = 0; i < 8 * COUNT; i++) {
      long found = ours.lookUp(i);
      long other = peer.lookUp(i);
      assertThat(found < 0).isEqualTo(other < 0);
      assertThat(found).isEqualTo(other);
      hits += found < 0 ? 0 : 1;
    }
    assertThat(hits).as("of %d", 8 * COUNT).isBetween(COUNT, 8 * COUNT - COUNT / 8);
    assertThat(mix.rules()).hasSize(COUNT).doesNotHaveDuplicates();
  }

  @Test
  void wrong_result_is_noticed() {
    try (LookupContender wrong = new LookupContender() {
      @Override
      long lookUp(int number) {
        return -7;
      }

      @Override
      boolean isRight(long found) {
        return found >= 0;
      }
    }) {
      assertThatIllegalStateException().isThrownBy(() -> wrong.run(NANOS)).withMessageContaining("-7");
    }
  }
}
