package org.sluice.plugin.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentSegmentsTest {
  private static final int MSS = 10;
  private static final int BOUND = 64;

  private final SentSegments segments = new SentSegments(BOUND);
  private final RackTlp rack = new RackTlp();
  private final DeliveryRate rate = new DeliveryRate();

  private void start(int una) {
    segments.reset(una);
    segments.segmentBytes(MSS);
    rack.reset(una);
    rate.reset();
  }

  /** What the records say of each byte, against an array of bytes. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void P07_P10_the_records_agree_with_a_model_of_bytes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int iss = -300 + random.nextInt(100);
    start(iss);
    // Per byte: 1 sent, 2 SACKed, 4 lost, 8 copy in flight.
    int[] model = new int[200_000];
    int una = 0;
    int nxt = 0;
    for (int step = 0; step < 2_000; step++) {
      String place = "seed " + seed + " step " + step;
      switch (random.nextInt(8)) {
        case 0, 1 -> {
          if (!segments.isFull()) {
            int length = random.nextInt(4) == 0 ? random.nextInt(1, MSS) : MSS * random.nextInt(1, 5);
            assertThat(segments.append(length, step)).isEqualTo(segments.count() - 1);
            Arrays.fill(model, nxt, nxt + length, 1);
            nxt += length;
          }
        }
        case 2 -> {
          int ack = una + random.nextInt(Math.min(nxt - una, 40) + 1);
          long expected = countOf(model, una, ack, 2, 0);
          rack.begin(step, 1, Long.MAX_VALUE);
          rate.begin(step);
          assertThat(segments.acknowledge(iss + ack, rack, rate)).as(place).isEqualTo(expected);
          una = ack;
        }
        case 3 -> sackSome(random, model, iss, una, nxt, place);
        case 4 -> {
          int position = random.nextInt(segments.count() + 1) - 1;
          if (position >= 0 && !segments.isSacked(position)) {
            segments.markLost(position);
            int from = segments.leftOf(position) - iss;
            for (int i = from; i < from + segments.length(position); i++) {
              model[i] = 1 | 4;
            }
          }
        }
        case 5 -> resendOne(random, model, iss, step, place);
        case 6 -> lie(random, iss, una, nxt, place);
        default -> {
          if (segments.hasReneged()) {
            segments.forgetSacks();
            for (int i = una; i < nxt; i++) {
              model[i] &= ~2;
            }
          }
        }
      }
      check(model, iss, una, nxt, place);
    }
  }

  private void sackSome(SplittableRandom random, int[] model, int iss, int una, int nxt, String place) {
    if (segments.count() == 0 || segments.count() > BOUND - 3) {
      return; // With two records of room a block always finds its cuts.
    }
    int from = una + random.nextInt(nxt - una);
    int to = from + random.nextInt(Math.min(60, nxt - from) + 1);
    long before = countOf(model, una, nxt, 0, 2);
    rack.begin(0, 1, Long.MAX_VALUE);
    long delivered = segments.sack(iss + from, iss + to, rack, rate);
    for (int p = 0; p < segments.count(); p++) {
      int left = segments.leftOf(p) - iss;
      int right = left + segments.length(p);
      if (left >= from && right <= to) {
        assertThat(segments.isSacked(p)).as(place + " " + left).isTrue();
      } else if (segments.isSacked(p)) {
        assertThat(countOf(model, left, right, 0, 2)).as(place + " outside").isEqualTo(right - left);
      } else if (left < to && right > from) {
        assertThat(Math.min(right, to) - Math.max(left, from)).as(place + " uncut").isLessThan(2 * MSS);
      }
      if (segments.isSacked(p)) {
        Arrays.fill(model, left, right, 3);
      }
    }
    assertThat(delivered).as(place).isEqualTo(countOf(model, una, nxt, 0, 2) - before);
  }

  /** A block that is empty or upside down, or that tells of what is acknowledged or was never sent. */
  private void lie(SplittableRandom random, int iss, int una, int nxt, String place) {
    int from = iss + una + random.nextInt(nxt - una + 1);
    int much = random.nextInt(1, 40);
    int left = random.nextBoolean() ? from : iss + una - much;
    int right = left == from ? random.nextBoolean() ? from - much : iss + nxt + much : from;
    assertThat(segments.sack(left, right, rack, rate)).as(place).isZero();
    assertThat(segments.sack(from, from, rack, rate)).as(place).isZero();
  }

  private void resendOne(SplittableRandom random, int[] model, int iss, int step, String place) {
    int expected = -1;
    for (int p = 0; p < segments.count() && expected < 0; p++) {
      expected = (model[segments.leftOf(p) - iss] & 12) == 4 ? p : -1;
    }
    int position = segments.nextLost();
    assertThat(position).as(place).isEqualTo(expected);
    if (position < 0) {
      return;
    }
    if (segments.length(position) > MSS && random.nextBoolean() && !segments.split(position, MSS)) {
      return;
    }
    segments.resent(position, step);
    int from = segments.leftOf(position) - iss;
    for (int i = from; i < from + segments.length(position); i++) {
      model[i] |= 8;
    }
  }

  private void check(int[] model, int iss, int una, int nxt, String place) {
    assertThat(segments.end()).as(place).isEqualTo(iss + nxt);
    assertThat(segments.outstandingBytes()).as(place).isEqualTo(nxt - una);
    assertThat(segments.sackedBytes()).as(place).isEqualTo(countOf(model, una, nxt, 0, 2));
    assertThat(segments.hasReneged()).as(place).isEqualTo((model[una] & 2) != 0);
    assertThat(segments.lostBytes()).as(place).isEqualTo(countOf(model, una, nxt, 0, 4));
    assertThat(segments.flightBytes()).as(place)
        .isEqualTo(countOf(model, una, nxt, 6, 0) + countOf(model, una, nxt, 0, 8));
    int at = una;
    int sackedSegments = 0;
    for (int p = 0; p < segments.count(); p++) {
      assertThat(segments.leftOf(p)).as(place).isEqualTo(iss + at);
      assertThat(segments.isSacked(p)).as(place).isEqualTo((model[at] & 2) != 0);
      assertThat(segments.isLost(p)).as(place).isEqualTo((model[at] & 4) != 0);
      assertThat(segments.positionOf(iss + at + segments.length(p) - 1)).as(place).isEqualTo(p);
      sackedSegments += segments.isSacked(p) ? (segments.length(p) + MSS - 1) / MSS : 0;
      at += segments.length(p);
    }
    assertThat(at).as(place).isEqualTo(nxt);
    assertThat(segments.sackedSegments()).as(place).isEqualTo(sackedSegments);
  }

  /** Bytes that have none of one set of bits and, unless it is empty, some of another. */
  private static long countOf(int[] model, int from, int to, int none, int some) {
    long found = 0;
    for (int i = from; i < to; i++) {
      found += (model[i] & none) == 0 && (some == 0 || (model[i] & some) != 0) ? 1 : 0;
    }
    return found;
  }

  @Test
  void P07_a_copy_of_a_record_keeps_when_it_was_sent_first() {
    start(0);
    segments.append(MSS, 5);
    segments.markLost(0);
    segments.resent(0, 9);
    int slot = segments.slot(0);
    assertThat(segments.firstSentUs[slot]).isEqualTo(5);
    assertThat(segments.lastSentUs[slot]).isEqualTo(9);
    assertThat(segments.flags[slot] & SentSegments.RETRANSMITTED).isNotZero();
  }

  @Test
  void P07_a_full_queue_says_so_and_takes_no_split() {
    start(0);
    while (!segments.isFull()) {
      segments.append(2 * MSS, 0);
    }
    assertThat(segments.count()).isEqualTo(BOUND);
    assertThat(segments.split(3, MSS)).isFalse();
    assertThat(segments.count()).isEqualTo(BOUND);
  }

  @Test
  void P10_without_room_a_block_is_taken_as_far_as_it_needs_no_cut() {
    start(0);
    while (!segments.isFull()) {
      segments.append(2 * MSS, 0);
    }
    assertThat(segments.sack(MSS, 6 * MSS, rack, rate)).isEqualTo(4 * MSS);
    assertThat(segments.isSacked(0)).isFalse();
    segments.acknowledge(2 * MSS, rack, rate);
    assertThat(segments.sack(9 * MSS, 10 * MSS, rack, rate)).as("there is room again").isEqualTo(MSS);
    assertThat(segments.count()).isEqualTo(BOUND);
  }

  @Test
  void P10_RFC2018_8_reneging_is_seen_and_forgotten_sacks_are_in_flight_again() {
    start(0);
    for (int i = 0; i < 4; i++) {
      segments.append(MSS, i);
    }
    segments.sack(MSS, 4 * MSS, rack, rate);
    assertThat(segments.hasReneged()).isFalse();
    segments.acknowledge(MSS, rack, rate);
    assertThat(segments.hasReneged()).isTrue();
    segments.forgetSacks();
    assertThat(segments.hasReneged()).isFalse();
    assertThat(segments.flightBytes()).isEqualTo(3 * MSS);
    assertThat(segments.sack(2 * MSS, 3 * MSS, rack, rate)).isEqualTo(MSS);
  }

  @Test
  void P10_a_peer_cannot_grind_records_to_dust() {
    start(0);
    segments.append(8 * MSS, 0);
    for (int i = 0; i < 8 * MSS - 1; i++) {
      segments.sack(i, i + 2, rack, rate);
    }
    assertThat(segments.count()).isLessThanOrEqualTo(8);
    assertThat(segments.sackedBytes()).isZero();
  }

  @Test
  void P11_RFC4015_what_was_not_lost_is_in_flight() {
    start(0);
    segments.append(MSS, 0);
    segments.append(MSS, 0);
    segments.markLost(0);
    segments.resent(0, 1);
    segments.unmarkLost();
    assertThat(segments.flightBytes()).isEqualTo(2 * MSS);
    assertThat(segments.nextLost()).isEqualTo(-1);
  }

  @Test
  void P10_a_smaller_segment_size_counts_sacked_segments_anew() {
    start(0);
    segments.append(MSS, 0);
    segments.append(4 * MSS, 0);
    segments.sack(MSS, 5 * MSS, rack, rate);
    assertThat(segments.sackedSegments()).isEqualTo(4);
    segments.segmentBytes(MSS / 2);
    assertThat(segments.sackedSegments()).isEqualTo(8);
  }
}
