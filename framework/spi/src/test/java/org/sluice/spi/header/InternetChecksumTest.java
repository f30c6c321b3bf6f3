package org.sluice.spi.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InternetChecksumTest {
  private static final long SEED = 1071;

  /** The numerical example of RFC 1071 section 3. */
  @Test
  void the_example_of_the_rfc_has_its_sum() {
    MemorySegment data = Bytes.hex("0001 f203 f4f5 f6f7");
    assertThat(InternetChecksum.sum(data, 0, 8)).isEqualTo(0xddf2);
    assertThat(InternetChecksum.field(0xddf2)).isEqualTo(0x220d);
  }

  @Test
  void a_header_with_its_checksum_is_valid() {
    MemorySegment header = Bytes.hex("4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7");
    assertThat(InternetChecksum.sum(header, 0, 20)).isEqualTo(InternetChecksum.VALID);
  }

  @Test
  void sums_agree_with_the_naive_sum_at_any_length_and_offset() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 20_000; i++) {
      int offset = random.nextInt(9);
      int length = random.nextInt(i % 50 == 0 ? 9_000 : 70);
      MemorySegment data = Bytes.random(random, offset + length + random.nextInt(9));
      assertThat(InternetChecksum.sum(data, offset, length))
          .as("seed %d, run %d", SEED, i)
          .isEqualTo(naive(data, offset, length));
    }
  }

  /** The build runs this class twice, without the module and with it. */
  @Test
  void vectors_are_used_where_the_module_is() {
    assertThat(InternetChecksum.VECTORS).isEqualTo(Boolean.getBoolean("sluice.test.vectors"));
  }

  @Test
  void every_short_length_agrees_at_any_alignment_in_memory_of_any_kind() {
    SplittableRandom random = new SplittableRandom(SEED);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment on = arena.allocate(320, 64);
      for (int length = 0; length <= 200; length++) {
        for (int offset = 0; offset < 64; offset++) {
          MemorySegment bytes = Bytes.random(random, 320);
          assertAgrees(bytes, offset, length);
          assertAgrees(MemorySegment.ofArray(new long[40]).copyFrom(bytes), offset, length);
          assertAgrees(on.copyFrom(bytes), offset, length);
          assertAgrees(on.fill((byte) 0xff), offset, length);
        }
      }
    }
  }

  /** Where one way of summing up gives way to the next, and the memory ends with the data. */
  @Test
  void longer_lengths_agree_up_to_the_end_of_the_memory() {
    SplittableRandom random = new SplittableRandom(SEED);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment on = arena.allocate(2_200, 64);
      for (int length = 180; length <= 2_100; length += length < 300 || length > 2_000 ? 1 : 7) {
        int offset = random.nextInt(64);
        MemorySegment bytes = Bytes.random(random, offset + length);
        assertAgrees(bytes, offset, length);
        assertAgrees(on.asSlice(0, offset + length).copyFrom(bytes), offset, length);
        assertAgrees(on.asSlice(0, offset + length).fill((byte) 0xff), offset, length);
      }
    }
  }

  @Test
  void sums_of_native_memory_agree_too_and_carries_are_not_lost() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ones = arena.allocate(1 << 20).fill((byte) 0xff);
      assertThat(InternetChecksum.sum(ones, 1, (1 << 20) - 1)).isEqualTo(naive(ones, 1, (1 << 20) - 1));
      assertThat(InternetChecksum.sum(ones, 3, 65_535)).isEqualTo(naive(ones, 3, 65_535));
      MemorySegment zeros = arena.allocate(1 << 10);
      assertThat(InternetChecksum.sum(zeros, 0, 1 << 10)).isZero();
      assertThat(InternetChecksum.sum(zeros, 0, 0)).isZero();
    }
  }

  @Test
  void pieces_add_up_to_the_whole_wherever_it_is_cut() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 20_000; i++) {
      int length = random.nextInt(200);
      MemorySegment data = Bytes.random(random, length);
      int first = random.nextInt(length + 1);
      int second = first + random.nextInt(length - first + 1);
      int sum = InternetChecksum.sum(data, 0, first);
      sum = InternetChecksum.append(sum, first, InternetChecksum.sum(data, first, second - first));
      sum = InternetChecksum.append(sum, second, InternetChecksum.sum(data, second, length - second));
      assertThat(sum).as("seed %d, run %d", SEED, i).isEqualTo(naive(data, 0, length));
    }
  }

  /** The example of RFC 1624 section 4, where equation 2 would go wrong. */
  @Test
  void an_update_of_the_field_gives_what_the_rfc_says() {
    assertThat(InternetChecksum.update16(0xdd2f, 0x5555, 0x3285)).isZero();
  }

  @Test
  void an_update_gives_the_same_as_computing_anew() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 20_000; i++) {
      MemorySegment data = Bytes.random(random, 40);
      // Words of all zeros and all ones are where ones' complement has two zeros.
      for (int w = random.nextInt(4); w > 0; w--) {
        Wire.put16(data, 2L * random.nextInt(20), random.nextBoolean() ? 0 : 0xffff);
      }
      Wire.put16(data, 0, 1 + random.nextInt(0xffff));
      int field = InternetChecksum.field(InternetChecksum.sum(data, 0, 40));
      int at = 4 + 4 * random.nextInt(9);
      int oldWord = Wire.i32(data, at);
      int newWord = random.nextInt(4) == 0 ? -random.nextInt(2) : random.nextInt();
      Wire.put32(data, at, newWord);
      int anew = InternetChecksum.field(InternetChecksum.sum(data, 0, 40));
      assertThat(InternetChecksum.update32(field, oldWord, newWord)).as("seed %d, run %d", SEED, i).isEqualTo(anew);
      assertThat(InternetChecksum.update16(
              InternetChecksum.update16(field, oldWord >>> 16, newWord >>> 16), oldWord & 0xffff, newWord & 0xffff))
          .isEqualTo(anew);
    }
  }

  @Test
  void pseudo_headers_sum_up_to_what_they_are_on_paper() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 5_000; i++) {
      int protocol = random.nextInt(256);
      int length = random.nextInt(0x10000);
      MemorySegment four = Bytes.random(random, 12);
      Wire.put16(four, 8, protocol);
      Wire.put16(four, 10, length);
      assertThat(InternetChecksum.pseudo4(Wire.u32(four, 0), Wire.u32(four, 4), protocol, length))
          .as("seed %d, run %d", SEED, i)
          .isEqualTo(naive(four, 0, 12));
      MemorySegment six = Bytes.random(random, 40);
      Wire.put32(six, 32, length);
      Wire.put32(six, 36, protocol);
      assertThat(InternetChecksum.pseudo6(
              Wire.i64(six, 0), Wire.i64(six, 8), Wire.i64(six, 16), Wire.i64(six, 24), protocol, length))
          .as("seed %d, run %d", SEED, i)
          .isEqualTo(naive(six, 0, 40));
    }
  }

  @Test
  void an_address_in_mapped_form_counts_as_its_32_bits() {
    long mapped = 0xffff_0a00_0001L;
    assertThat(InternetChecksum.pseudo4(mapped, mapped, 6, 20))
        .isEqualTo(InternetChecksum.pseudo4(0x0a00_0001L, 0x0a00_0001L, 6, 20));
  }

  private static void assertAgrees(MemorySegment m, long offset, long length) {
    int sum = InternetChecksum.sum(m, offset, length);
    if (sum != naive(m, offset, length)) {
      throw new AssertionError(
          "seed " + SEED + ": " + length + " bytes at " + offset + " of " + m + " sum up to " + sum);
    }
  }

  /** RFC 1071 section 1, word by word. */
  static int naive(MemorySegment m, long offset, long length) {
    long sum = 0;
    for (long i = 0; i < length; i++) {
      int octet = Byte.toUnsignedInt(m.get(ValueLayout.JAVA_BYTE, offset + i));
      sum += (i & 1) == 0 ? octet << 8 : octet;
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (int) sum;
  }
}
