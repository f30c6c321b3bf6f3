package org.sluice.plugin.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiveRangesTest {
  private final ReceiveRanges ranges = new ReceiveRanges(16);

  private String told(int most) {
    StringBuilder text = new StringBuilder();
    int blocks = ranges.blocks(most);
    for (int i = 0; i < blocks; i++) {
      text.append(i == 0 ? "" : " ").append(ranges.blockLeft(i)).append('-').append(ranges.blockRight(i));
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void P10_RFC2018_4_ranges_and_blocks_agree_with_a_model_of_bytes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int irs = -500;
    BitSet held = new BitSet();
    // The first number of each segment, most recent last: its range is found from it.
    List<Integer> recent = new ArrayList<>();
    int next = 0;
    for (int step = 0; step < 1_500; step++) {
      String place = "seed " + seed + " step " + step;
      int left = Math.max(0, next - 10 + random.nextInt(200));
      int right = left + 1 + random.nextInt(30);
      BitSet known = held.get(0, right + 1);
      known.set(0, next);
      int duplicateLeft = known.nextSetBit(left);
      int duplicateRight = Math.min(right, known.nextClearBit(Math.max(left, duplicateLeft)));
      boolean duplicate = duplicateLeft >= 0 && duplicateLeft < right;
      ranges.add(irs + left, irs + right, irs + next);
      held.set(left, right);
      if (right > next) {
        recent.add(Math.max(left, next));
      }
      if (left <= next) {
        int reached = ranges.advance(irs + Math.max(next, right));
        next = held.nextClearBit(next);
        assertThat(reached).as(place).isEqualTo(irs + next);
      }
      List<String> expected = new ArrayList<>();
      if (duplicate) {
        expected.add((irs + duplicateLeft) + "-" + (irs + duplicateRight));
        if (duplicateLeft >= next) {
          recent.add(duplicateLeft);
        }
      }
      addRecent(expected, recent, held, irs, next);
      int most = 3 + random.nextInt(2);
      String all = String.join(" ", expected.subList(0, Math.min(most, expected.size())));
      assertThat(ranges.hasBlocks()).as(place).isEqualTo(!expected.isEmpty());
      assertThat(told(most)).as(place).isEqualTo(all);
    }
  }

  private static void addRecent(List<String> blocks, List<Integer> recent, BitSet held, int irs, int next) {
    BitSet told = new BitSet();
    for (int i = recent.size() - 1; i >= 0; i--) {
      int at = recent.get(i);
      if (at >= next && !told.get(at)) {
        int left = held.previousClearBit(at) + 1;
        int right = held.nextClearBit(at);
        told.set(left, right);
        blocks.add((irs + left) + "-" + (irs + right));
      }
    }
  }

  @Test
  void P10_RFC2018_4_the_newest_range_is_told_first_then_those_before_it() {
    ranges.add(200, 300, 100);
    ranges.add(400, 500, 100);
    ranges.add(600, 700, 100);
    ranges.add(800, 900, 100);
    assertThat(told(3)).isEqualTo("800-900 600-700 400-500");
    ranges.add(300, 350, 100);
    assertThat(told(4)).isEqualTo("200-350 800-900 600-700 400-500");
  }

  @Test
  void P10_the_next_number_overtakes_ranges() {
    ranges.add(200, 300, 100);
    ranges.add(400, 500, 100);
    assertThat(ranges.advance(250)).isEqualTo(300);
    assertThat(told(4)).isEqualTo("400-500");
    assertThat(ranges.advance(600)).isEqualTo(600);
    assertThat(ranges.hasBlocks()).isFalse();
  }

  /** The example of RFC 2883 section 4.1.1: a lost acknowledgement. */
  @Test
  void P11_RFC2883_4_1_a_full_duplicate_below_the_acknowledgement_is_told_once() {
    ranges.add(3000, 3500, 4000);
    assertThat(told(4)).isEqualTo("3000-3500");
    assertThat(told(4)).isEmpty();
  }

  /** The example of RFC 2883 section 4.1.3: a duplicate above a hole, followed by the range that holds it. */
  @Test
  void P11_RFC2883_4_1_a_duplicate_above_the_acknowledgement_is_followed_by_its_range() {
    ranges.add(4500, 5000, 4000);
    ranges.add(5000, 5500, 4000);
    ranges.add(7000, 7500, 4000);
    ranges.blocks(4);
    ranges.add(5000, 5500, 4000);
    assertThat(told(3)).isEqualTo("5000-5500 4500-5500 7000-7500");
    ranges.add(7000, 7500, 4000);
    ranges.add(8000, 8500, 4000);
    assertThat(told(3)).as("though another is newer").isEqualTo("7000-7500 7000-7500 8000-8500");
  }

  /** RFC 2883 section 4.2: the part of a segment that was there already. */
  @Test
  void P11_RFC2883_4_2_of_a_segment_that_is_partly_a_duplicate_that_part_is_told() {
    ranges.add(1500, 2000, 1000);
    ranges.blocks(4);
    ranges.add(1000, 2000, 1000);
    assertThat(ranges.advance(2000)).isEqualTo(2000);
    assertThat(told(4)).isEqualTo("1500-2000");
  }

  @Test
  void P10_another_connection_is_told_nothing_of_the_last_one() {
    ranges.add(200, 300, 100);
    ranges.add(200, 300, 100);
    ranges.clear();
    assertThat(ranges.hasBlocks()).isFalse();
    ranges.add(600, 700, 500);
    assertThat(told(4)).isEqualTo("600-700");
  }

  @Test
  void P10_a_range_without_room_is_not_told_of_and_what_joins_ranges_makes_room() {
    for (int i = 0; i < 16; i++) {
      ranges.add(20 * i + 10, 20 * i + 20, 0);
    }
    ranges.add(400, 410, 0);
    assertThat(told(2)).isEqualTo("310-320 290-300");
    ranges.add(70, 75, 0);
    assertThat(told(2)).as("a duplicate needs no room").isEqualTo("70-75 70-80");
    ranges.add(20, 30, 0);
    assertThat(told(2)).isEqualTo("10-40 70-80");
    ranges.add(400, 410, 0);
    assertThat(told(2)).isEqualTo("400-410 10-40");
  }
}
