package org.sluice.plugin.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SackScoreboardTest {
  private static final int MSS = 10;
  private static final int NXT = 1_000;

  private final SackScoreboard board = new SackScoreboard(64);

  private void sackSegments(int... numbers) {
    for (int n : numbers) {
      board.add(n * MSS, (n + 1) * MSS, 0, NXT);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void P10_RFC6675_4_ranges_loss_and_pipe_agree_with_a_model_of_bytes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int iss = -100;
    BitSet sacked = new BitSet();
    int una = 0;
    int nxt = 0;
    for (int step = 0; step < 1_500; step++) {
      String place = "seed " + seed + " step " + step;
      nxt += random.nextInt(12);
      if (random.nextInt(8) == 0) {
        int ack = una + random.nextInt(nxt - una + 1);
        int known = sacked.get(una, ack).cardinality();
        assertThat(board.acknowledge(iss + ack)).as(place).isEqualTo(known);
        una = ack;
      } else {
        int left = Math.max(0, una - 3) + random.nextInt(nxt - una + 4);
        int right = left + random.nextInt(-1, 40);
        int before = sacked.cardinality();
        if (right > left && left >= una && right <= nxt) {
          sacked.set(left, right);
        }
        int added = board.add(iss + left, iss + right, iss + una, iss + nxt);
        assertThat(added).as(place).isEqualTo(sacked.cardinality() - before);
      }
      int highRxt = una + random.nextInt(nxt - una + 1);
      check(sacked, iss, una, nxt, highRxt, place);
    }
    assertThat(board.overflows()).isZero();
  }

  private void check(BitSet sacked, int iss, int una, int nxt, int highRxt, String place) {
    assertThat(board.bytes()).as(place).isEqualTo(sacked.get(una, nxt + 1).cardinality());
    int at = una;
    for (int r = 0; r < board.count(); r++) {
      at = sacked.nextSetBit(at);
      assertThat(board.left(r)).as(place).isEqualTo(iss + at);
      at = sacked.nextClearBit(at);
      assertThat(board.right(r)).as(place).isEqualTo(iss + at);
    }
    long pipe = 0;
    int above = 0;
    int rangesAbove = 0;
    for (int i = nxt - 1; i >= una; i--) {
      if (sacked.get(i)) {
        above++;
        rangesAbove += sacked.get(i + 1) ? 0 : 1;
        continue;
      }
      boolean lost = rangesAbove >= 3 || above > 2 * MSS;
      pipe += (lost ? 0 : 1) + (i < highRxt ? 1 : 0);
      assertThat(board.isLost(iss + i, MSS)).as(place + " byte " + i).isEqualTo(lost);
    }
    assertThat(board.pipe(iss + una, iss + nxt, iss + highRxt, MSS)).as(place).isEqualTo(pipe);
  }

  /** Map section 10.2, group "sack backends": holes and records of segments come to the same. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void P10_scoreboard_and_records_of_segments_know_the_same(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SentSegments segments = new SentSegments(1024);
    RackTlp rack = new RackTlp();
    DeliveryRate rate = new DeliveryRate();
    int iss = -2_000;
    segments.reset(iss);
    segments.segmentBytes(MSS);
    rack.reset(iss);
    int una = iss;
    for (int step = 0; step < 1_500; step++) {
      String place = "seed " + seed + " step " + step;
      for (int i = random.nextInt(4); i > 0 && segments.count() < 60; i--) {
        segments.append(MSS, step);
      }
      int count = segments.count();
      if (count > 0 && random.nextInt(4) == 0) {
        int ack = una + MSS * random.nextInt(Math.min(count, 8) + 1);
        int known = board.acknowledge(ack);
        assertThat(segments.acknowledge(ack, rack, rate)).as(place).isEqualTo(ack - una - known);
        una = ack;
      } else if (count > 0) {
        int left = una + MSS * random.nextInt(count);
        int right = left + MSS * random.nextInt((segments.end() - left) / MSS + 1);
        assertThat(segments.sack(left, right, rack, rate)).as(place)
            .isEqualTo(board.add(left, right, una, segments.end()));
      }
      assertThat(segments.sackedBytes()).as(place).isEqualTo(board.bytes());
      assertThat(segments.hasReneged()).as(place).isEqualTo(board.hasReneged(una));
    }
  }

  @Test
  void P10_RFC6675_4_next_segment_takes_the_first_hole_that_is_lost_and_not_sent_again() {
    sackSegments(1, 3, 5, 7);
    assertThat(board.nextSegment(0, 90, 0, 50, true, MSS)).isEqualTo(SackScoreboard.LOST);
    assertThat(board.nextLeft()).isZero();
    assertThat(board.nextRight()).isEqualTo(MSS);
    assertThat(board.nextSegment(0, 90, MSS, 50, true, MSS)).isEqualTo(SackScoreboard.LOST);
    assertThat(board.nextLeft()).isEqualTo(2 * MSS);
  }

  @Test
  void P10_RFC6675_4_next_segment_then_sends_new_data_then_what_is_missing_then_a_rescue() {
    sackSegments(1, 3, 5, 7);
    // Holes 4 and 6 have two ranges at most above them.
    assertThat(board.nextSegment(0, 95, 30, 5, true, MSS)).isEqualTo(SackScoreboard.NEW_DATA);
    assertThat(board.nextLeft()).isEqualTo(95);
    assertThat(board.nextRight()).isEqualTo(100);
    assertThat(board.nextSegment(0, 95, 30, 0, true, MSS)).isEqualTo(SackScoreboard.MISSING);
    assertThat(board.nextLeft()).isEqualTo(4 * MSS);
    assertThat(board.nextRight()).isEqualTo(5 * MSS);
    assertThat(board.nextSegment(0, 95, 70, 0, true, MSS)).isEqualTo(SackScoreboard.RESCUE);
    assertThat(board.nextLeft()).isEqualTo(85);
    assertThat(board.nextRight()).isEqualTo(95);
    assertThat(board.nextSegment(0, 95, 70, 0, false, MSS)).isEqualTo(SackScoreboard.NONE);
  }

  @Test
  void P10_RFC6675_4_a_hole_of_several_segments_is_sent_again_in_segments() {
    sackSegments(5, 6, 7);
    assertThat(board.nextSegment(0, 80, 0, 0, true, MSS)).isEqualTo(SackScoreboard.LOST);
    assertThat(board.nextRight()).isEqualTo(MSS);
    assertThat(board.nextSegment(0, 80, 15, 0, true, MSS)).isEqualTo(SackScoreboard.LOST);
    assertThat(board.nextLeft()).isEqualTo(15);
    assertThat(board.nextRight()).isEqualTo(25);
  }

  @Test
  void P10_RFC2018_8_a_receiver_that_reneged_is_seen() {
    sackSegments(1, 2);
    assertThat(board.hasReneged(0)).isFalse();
    board.acknowledge(MSS);
    assertThat(board.hasReneged(MSS)).isTrue();
    board.clear();
    assertThat(board.hasReneged(MSS)).isFalse();
    assertThat(board.bytes()).isZero();
  }

  @Test
  void P10_a_range_without_room_is_ignored_and_counted() {
    SackScoreboard small = new SackScoreboard(4);
    for (int i = 0; i < 4; i++) {
      assertThat(small.add(20 * i + 10, 20 * i + 20, 0, NXT)).isEqualTo(10);
    }
    assertThat(small.add(200, 210, 0, NXT)).isZero();
    assertThat(small.overflows()).isEqualTo(1);
    assertThat(small.add(20, 30, 0, NXT)).as("one that joins two").isEqualTo(10);
    assertThat(small.count()).isEqualTo(3);
    assertThat(small.add(200, 210, 0, NXT)).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({
    // below the acknowledgement
    "100, 200, 500, false, 0, 0, true", "100, 200, 500, true, 600, 700, true",
    // part of the second block
    "600, 650, 500, true, 600, 700, true", "620, 700, 500, true, 600, 700, true",
    // ordinary blocks
    "600, 700, 500, false, 0, 0, false", "600, 700, 500, true, 800, 900, false",
    "600, 750, 500, true, 600, 700, false"
  })
  void P11_RFC2883_4_a_first_block_below_the_acknowledgement_or_inside_the_second_is_a_duplicate(
      int left, int right, int ack, boolean second, int left2, int right2, boolean duplicate) {
    assertThat(SackScoreboard.isDsack(left, right, ack, second, left2, right2)).isEqualTo(duplicate);
  }
}
