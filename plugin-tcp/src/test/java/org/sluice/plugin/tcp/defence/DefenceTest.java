package org.sluice.plugin.tcp.defence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.spi.session.FlowKey;
import org.sluice.testkit.runtime.AllocatedBytes;

class DefenceTest {
  private static final long SECOND_US = 1_000_000;

  private static FlowKey flow(long remote, int remotePort) {
    FlowKey key = new FlowKey();
    key.local(0, 0xffff_0a00_0001L, 80);
    key.remote(0, remote, remotePort);
    key.scope(6, 0);
    return key;
  }

  /** SipHash-2-4 of bytes, straight from its description, to compare with. */
  private static long reference(byte[] message, long k0, long k1) {
    long[] v = {k0 ^ 0x736f6d6570736575L, k1 ^ 0x646f72616e646f6dL, k0 ^ 0x6c7967656e657261L, k1 ^ 0x7465646279746573L};
    byte[] padded = Arrays.copyOf(message, message.length / 8 * 8 + 8);
    padded[padded.length - 1] = (byte) message.length;
    ByteBuffer words = ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN);
    while (words.hasRemaining()) {
      long word = words.getLong();
      v[3] ^= word;
      rounds(v, 2);
      v[0] ^= word;
    }
    v[2] ^= 0xff;
    rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
  }

  private static void rounds(long[] v, int count) {
    for (int i = 0; i < count; i++) {
      v[0] += v[1];
      v[1] = Long.rotateLeft(v[1], 13) ^ v[0];
      v[0] = Long.rotateLeft(v[0], 32);
      v[2] += v[3];
      v[3] = Long.rotateLeft(v[3], 16) ^ v[2];
      v[0] += v[3];
      v[3] = Long.rotateLeft(v[3], 21) ^ v[0];
      v[2] += v[1];
      v[1] = Long.rotateLeft(v[1], 17) ^ v[2];
      v[2] = Long.rotateLeft(v[2], 32);
    }
  }

  @Test
  void P20_siphash_agrees_with_its_published_vector_and_with_its_description() {
    long k0 = 0x0706050403020100L;
    long k1 = 0x0f0e0d0c0b0a0908L;
    byte[] fifteen = new byte[15];
    for (int i = 0; i < fifteen.length; i++) {
      fifteen[i] = (byte) i;
    }
    assertThat(reference(fifteen, k0, k1)).isEqualTo(0xa129ca6149be45e5L);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1_000; i++) {
      ByteBuffer message = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
      long[] w = random.longs(8).toArray();
      for (int j = 0; j < 6; j++) {
        message.putLong(w[j]);
      }
      assertThat(new SipHash(w[6], w[7]).of(w[0], w[1], w[2], w[3], w[4], w[5]))
          .isEqualTo(reference(message.array(), w[6], w[7]));
    }
  }

  @Test
  void P20_RFC6528_3_the_numbers_of_one_flow_grow_by_one_every_four_microseconds() {
    IsnGenerator isn = new IsnGenerator(new SplittableRandom(1));
    FlowKey flow = flow(7, 1_000);
    int first = isn.next(flow, -5);
    assertThat(isn.next(flow, -5 + 4)).isEqualTo(first + 1);
    assertThat(isn.next(flow, -5 + 4 * 250_000L)).isEqualTo(first + 250_000);
  }

  @Test
  void P20_RFC6528_3_the_numbers_of_flows_are_spread_evenly_and_differ_by_key() {
    IsnGenerator isn = new IsnGenerator(new SplittableRandom(1));
    int[] buckets = new int[64];
    int[] differences = new int[64];
    int last = 0;
    for (int port = 0; port < 64_000; port++) {
      int next = isn.next(flow(7, port), 0);
      buckets[next >>> 26]++;
      differences[next - last >>> 26]++;
      last = next;
    }
    for (int i = 0; i < 64; i++) {
      // A thousand expected, six standard deviations either way.
      assertThat(buckets[i]).isBetween(810, 1_190);
      assertThat(differences[i]).isBetween(810, 1_190);
    }
    IsnGenerator other = new IsnGenerator(new SplittableRandom(2));
    assertThat(other.next(flow(7, 1), 0)).isNotEqualTo(isn.next(flow(7, 1), 0));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 216", "216, 216", "535, 216", "536, 536", "1459, 1440", "1460, 1460", "1500, 1460", "8959, 8940", "65535, 8960"
  })
  void P21_RFC4987_3_6_a_cookie_brings_the_largest_size_back_that_the_peer_takes(int mss, int size) {
    SynCookies cookies = new SynCookies(new SplittableRandom(3), 0);
    int cookie = cookies.cookie(flow(9, 5), 77, mss, 0);
    assertThat(cookies.check(flow(9, 5), 77, cookie, 0)).isEqualTo(size);
  }

  @Test
  void P21_RFC4987_3_6_a_cookie_is_good_for_one_to_two_windows_whatever_the_secret() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 2_000; i++) {
      long made = random.nextLong(-(1L << 40), 1L << 40);
      SynCookies cookies = new SynCookies(random, made);
      FlowKey flow = flow(random.nextLong(), random.nextInt(65_536));
      int isn = random.nextInt();
      int cookie = cookies.cookie(flow, isn, 1_460, made);
      long within = made + random.nextLong(SynCookies.WINDOW_US);
      assertThat(cookies.check(flow, isn, cookie, within)).as("%d %d", made, within).isEqualTo(1_460);
      long after = made + 2 * SynCookies.WINDOW_US + random.nextLong(40 * SynCookies.WINDOW_US);
      assertThat(cookies.check(flow, isn, cookie, after)).as("%d %d", made, after).isEqualTo(SynCookies.INVALID);
    }
  }

  @Test
  void P21_RFC4987_3_6_a_cookie_is_good_for_its_flow_and_number_alone() {
    SynCookies cookies = new SynCookies(new SplittableRandom(5), 0);
    int cookie = cookies.cookie(flow(9, 5), 77, 1_460, 0);
    assertThat(cookies.check(flow(9, 6), 77, cookie, 0)).isZero();
    assertThat(cookies.check(flow(10, 5), 77, cookie, 0)).isZero();
    assertThat(cookies.check(flow(9, 5), 78, cookie, 0)).isZero();
    for (int bit = 0; bit < 32; bit++) {
      assertThat(cookies.check(flow(9, 5), 77, cookie ^ 1 << bit, 0)).as("bit %d", bit).isZero();
    }
    FlowKey elsewhere = flow(9, 5);
    elsewhere.scope(6, 1);
    assertThat(cookies.check(elsewhere, 77, cookie, 0)).isZero();
  }

  @Test
  void P21_guesses_are_right_no_more_often_than_chance_has_it() {
    SplittableRandom random = new SplittableRandom(6);
    SynCookies cookies = new SynCookies(random, 0);
    int right = 0;
    for (int i = 0; i < 300_000; i++) {
      right += cookies.check(flow(9, 5), i, random.nextInt(), 0) == SynCookies.INVALID ? 0 : 1;
    }
    assertThat(right).isLessThanOrEqualTo(1);
  }

  @Test
  void P21_a_timestamp_carries_the_options_and_is_never_ahead_of_the_clock() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 10_000; i++) {
      int tick = random.nextInt();
      int scale = random.nextInt(16);
      boolean sack = random.nextBoolean();
      boolean ecn = random.nextBoolean();
      int value = SynCookies.timestamp(tick, scale, sack, ecn);
      assertThat(tick - value).isBetween(0, 63);
      assertThat(SynCookies.windowScale(value)).isEqualTo(scale);
      assertThat(SynCookies.sackPermitted(value)).isEqualTo(sack);
      assertThat(SynCookies.ecnAsked(value)).isEqualTo(ecn);
    }
  }

  @Test
  void P16_RFC5961_7_a_second_has_a_budget_that_nobody_knows() {
    ChallengeAckLimit limit = new ChallengeAckLimit(100, new SplittableRandom(8));
    long sum = 0;
    int least = Integer.MAX_VALUE;
    int most = 0;
    for (int second = 0; second < 500; second++) {
      int taken = 0;
      for (int i = 0; i < 200; i++) {
        taken += limit.tryTake(second * SECOND_US + i) ? 1 : 0;
      }
      least = Math.min(least, taken);
      most = Math.max(most, taken);
      sum += taken;
    }
    assertThat(least).isBetween(50, 55);
    assertThat(most).isBetween(145, 150);
    assertThat(sum / 500).isBetween(90L, 110L);
  }

  @Test
  void P21_answering_and_checking_allocates_nothing() {
    SynCookies cookies = new SynCookies(new SplittableRandom(9), 0);
    IsnGenerator isn = new IsnGenerator(new SplittableRandom(9));
    FlowKey flow = flow(1, 1);
    assertThat(AllocatedBytes.leastOf(() -> {
      for (int i = 0; i < 10_000; i++) {
        flow.remote(0, i, i);
        cookies.check(flow, i, cookies.cookie(flow, i, 1_460, i), i);
        isn.next(flow, i);
      }
    })).isZero();
  }
}
