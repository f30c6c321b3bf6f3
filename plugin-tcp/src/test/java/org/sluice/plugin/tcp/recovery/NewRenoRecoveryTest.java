package org.sluice.plugin.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewRenoRecoveryTest {
  private static final int MSS = 100;

  private final NewRenoRecovery recovery = new NewRenoRecovery();

  private boolean duplicates(int una, long outstanding, int count) {
    boolean begins = false;
    for (int i = 0; i < count; i++) {
      assertThat(begins).isFalse();
      begins = recovery.onDuplicate(una, outstanding, MSS);
    }
    return begins;
  }

  @ParameterizedTest
  @CsvSource({
    "10, 10, 20, 0, true, true", "11, 10, 20, 0, true, false", "10, 10, 10, 0, true, false",
    "10, 10, 20, 1, true, false", "10, 10, 20, 0, false, false"
  })
  void P08_RFC5681_2_what_a_duplicate_is(int ack, int una, int nxt, int length, boolean same, boolean yes) {
    assertThat(NewRenoRecovery.isDuplicate(ack, una, nxt, length, same)).isEqualTo(yes);
  }

  @Test
  void P08_RFC5681_3_2_the_third_duplicate_begins_recovery_also_of_the_first_segment() {
    recovery.reset(-1);
    assertThat(duplicates(0, 1_000, 2)).isFalse();
    assertThat(recovery.onDuplicate(0, 1_000, MSS)).isTrue();
    recovery.begin(1_000);
    assertThat(recovery.onDuplicate(0, 1_000, MSS)).isFalse();
  }

  @Test
  void P08_RFC6582_3_2_partial_acknowledgements_go_on_and_a_full_one_ends_it() {
    recovery.reset(-1);
    duplicates(0, 1_000, 3);
    recovery.begin(1_000);
    assertThat(recovery.onAdvance(300)).isEqualTo(NewRenoRecovery.PARTIAL);
    assertThat(recovery.onAdvance(999)).isEqualTo(NewRenoRecovery.PARTIAL);
    assertThat(recovery.onAdvance(1_000)).isEqualTo(NewRenoRecovery.FULL);
    assertThat(recovery.onAdvance(1_100)).isEqualTo(NewRenoRecovery.NO_RECOVERY);
  }

  @Test
  void P08_RFC6582_3_2_duplicates_of_what_was_out_at_a_timeout_begin_nothing() {
    recovery.reset(-1);
    recovery.onTimeout(1_000);
    recovery.onAdvance(500);
    assertThat(duplicates(500, 500, 3)).isFalse();
    recovery.onAdvance(1_000);
    assertThat(duplicates(1_000, 500, 3)).isFalse();
    recovery.onAdvance(1_100);
    assertThat(duplicates(1_100, 500, 3)).isTrue();
  }

  @Test
  void P08_RFC6582_3_2_duplicates_begin_recovery_however_long_ago_the_last_one_was() {
    recovery.reset(-1);
    int una = 0;
    for (int i = 0; i < 5; i++) {
      una += 1 << 29;
      recovery.onAdvance(una);
    }
    assertThat(duplicates(una, 1_000, 3)).isTrue();
  }

  @Test
  void P08_RFC9937_a_duplicate_delivers_a_segment_that_an_acknowledgement_does_not_deliver_again() {
    recovery.reset(-1);
    duplicates(0, 1_000, 3);
    recovery.begin(1_000);
    assertThat(recovery.creditedBytes()).isEqualTo(300);
    assertThat(recovery.deliveredBytes(500)).isEqualTo(200);
    assertThat(recovery.deliveredBytes(500)).isEqualTo(500);
  }

  @Test
  void P08_RFC9937_a_flood_of_duplicates_delivers_no_more_than_is_out() {
    recovery.reset(-1);
    for (int i = 0; i < 100; i++) {
      recovery.onDuplicate(0, 1_000, MSS);
    }
    assertThat(recovery.creditedBytes()).isEqualTo(900);
  }

  @ParameterizedTest
  @CsvSource({"0, 1000, 1000, 0", "1, 1000, 1000, 100", "2, 1100, 1000, 100", "3, 1200, 1000, 0", "2, 500, 1000, 700"})
  void RFC3042_2_the_first_two_duplicates_each_let_out_a_segment_of_new_data(
      int duplicates, long flight, long window, long allowed) {
    assertThat(LimitedTransmit.allowance(duplicates, flight, window, MSS)).isEqualTo(allowed);
  }
}
