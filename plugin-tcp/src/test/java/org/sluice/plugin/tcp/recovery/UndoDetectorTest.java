package org.sluice.plugin.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UndoDetectorTest {
  private final UndoDetector undo = new UndoDetector();

  private void copied(int... edges) {
    undo.begin();
    for (int i = 0; i < edges.length; i += 2) {
      undo.onCopy(edges[i], edges[i + 1], 1_000, true);
    }
  }

  @ParameterizedTest
  @CsvSource({"999, true, true", "1000, true, false", "1001, true, false", "999, false, false"})
  void P11_RFC3522_3_an_echo_from_before_the_first_copy_undoes(int echo, boolean hasTimestamp, boolean undone) {
    copied(0, 100);
    assertThat(undo.onAdvance(echo, hasTimestamp)).isEqualTo(undone);
  }

  @Test
  void P11_RFC3522_3_echoes_compare_across_the_wrap() {
    undo.begin();
    undo.onCopy(0, 100, 5, true);
    assertThat(undo.onAdvance(-5, true)).isTrue();
  }

  @Test
  void P11_RFC3522_3_only_the_first_acknowledgement_decides_and_only_the_first_copy_counts() {
    copied(0, 100);
    undo.onCopy(0, 100, 2_000, true);
    assertThat(undo.onAdvance(1_500, true)).isFalse();
    assertThat(undo.onAdvance(10, true)).isFalse();
  }

  @Test
  void P11_RFC3708_one_copy_that_is_reported_undoes() {
    copied(0, 100);
    assertThat(undo.onDsack(0, 100)).isTrue();
    assertThat(undo.isOpen()).isFalse();
  }

  @Test
  void P11_RFC3708_part_of_a_copy_does_not_and_all_parts_do() {
    copied(0, 100);
    assertThat(undo.onDsack(40, 60)).isFalse();
    assertThat(undo.onDsack(60, 100)).isFalse();
    assertThat(undo.onDsack(0, 40)).isTrue();
  }

  @Test
  void P11_RFC3708_each_copy_has_to_be_reported() {
    copied(0, 100, 200, 300, 0, 100);
    assertThat(undo.onDsack(0, 100)).isFalse();
    assertThat(undo.onDsack(200, 300)).isFalse();
    assertThat(undo.onDsack(0, 100)).isTrue();
  }

  @Test
  void P11_RFC3708_a_report_over_several_copies_pays_for_each_once() {
    copied(0, 100, 100, 200);
    assertThat(undo.onDsack(0, 200)).isTrue();
    copied(0, 100, 50, 150);
    assertThat(undo.onDsack(0, 150)).as("50 to 100 were sent twice more").isFalse();
    assertThat(undo.onDsack(50, 100)).isTrue();
  }

  @Test
  void P11_RFC3708_a_duplicate_of_what_was_sent_once_proves_that_the_network_duplicates() {
    copied(0, 100, 200, 300);
    assertThat(undo.onDsack(100, 200)).isFalse();
    assertThat(undo.onDsack(0, 100)).isFalse();
    assertThat(undo.onDsack(200, 300)).isFalse();
    copied(0, 100, 200, 300);
    undo.onDsack(0, 100);
    undo.onDsack(0, 100);
    assertThat(undo.onDsack(200, 300)).as("the first copy was reported twice").isFalse();
  }

  @Test
  void P11_RFC3708_more_copies_than_are_kept_end_it_for_this_episode_only() {
    undo.begin();
    for (int i = 0; i <= UndoDetector.MAX_COPIES; i++) {
      undo.onCopy(10 * i, 10 * i + 10, 0, false);
    }
    assertThat(undo.onDsack(0, 10 * UndoDetector.MAX_COPIES + 10)).isFalse();
    undo.begin();
    for (int i = 0; i < UndoDetector.MAX_COPIES; i++) {
      undo.onCopy(10 * i, 10 * i + 10, 0, false);
    }
    assertThat(undo.onDsack(0, 10 * UndoDetector.MAX_COPIES)).isTrue();
  }

  @Test
  void P11_a_rescue_or_a_second_timeout_makes_reports_worthless_but_not_echoes() {
    copied(0, 100);
    undo.ignoreReports();
    assertThat(undo.onDsack(0, 100)).isFalse();
    assertThat(undo.isOpen()).isTrue();
    assertThat(undo.onAdvance(999, true)).isTrue();
  }

  @Test
  void P11_reports_after_an_undo_by_echo_change_nothing() {
    copied(0, 100);
    undo.onAdvance(999, true);
    assertThat(undo.onDsack(0, 100)).isFalse();
    copied(0, 100);
    assertThat(undo.onDsack(0, 100)).as("the next episode knows nothing of it").isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    // below the acknowledgement
    "100, 200, 500, false, 0, 0, true", "100, 500, 500, true, 600, 700, true",
    // part of the second block
    "600, 650, 500, true, 600, 700, true", "620, 700, 500, true, 600, 700, true",
    // ordinary blocks
    "600, 700, 500, false, 0, 0, false", "600, 700, 500, true, 800, 900, false",
    "600, 750, 500, true, 600, 700, false", "550, 650, 500, true, 600, 700, false",
    // none, and one that reaches beyond the acknowledgement
    "200, 100, 500, false, 0, 0, false", "100, 100, 500, false, 0, 0, false", "400, 600, 500, false, 0, 0, false"
  })
  void P11_RFC2883_4_a_first_block_below_the_acknowledgement_or_inside_the_second_is_a_duplicate(
      int left, int right, int ack, boolean second, int left2, int right2, boolean duplicate) {
    assertThat(UndoDetector.isDsack(left, right, ack, second, left2, right2)).isEqualTo(duplicate);
  }

  @Test
  void P11_without_a_copy_nothing_is_undone() {
    undo.begin();
    assertThat(undo.onDsack(0, 100)).isFalse();
    assertThat(undo.onAdvance(-1, true)).isFalse();
    undo.close();
    undo.onCopy(0, 100, 1_000, true);
    assertThat(undo.onDsack(0, 100)).isFalse();
  }
}
