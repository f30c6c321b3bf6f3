package org.sluice.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The source of ports, sequence numbers and seeds. */
final class SystemRandomTest {
  private static final byte[] KEY = bytes(IntStream.range(0, 32));

  private static byte[] bytes(IntStream values) {
    int[] all = values.toArray();
    byte[] bytes = new byte[all.length];
    for (int i = 0; i < all.length; i++) {
      bytes[i] = (byte) all[i];
    }
    return bytes;
  }

  @Test
  void the_block_function_is_that_of_rfc8439() {
    // Section 2.3.2.
    int[] state = new int[16];
    byte[] input = HexFormat.of().parseHex("657870616e642033322d62797465206b"
        + "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" + "01000000" + "000000090000004a00000000");
    ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(state);
    int[] out = new int[16];
    SystemRandom.block(state, out, 0);
    ByteBuffer written = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    written.asIntBuffer().put(out);
    assertThat(HexFormat.of().formatHex(written.array())).isEqualTo("10f1e7e4d13b5915500fdd1fa32071c4"
        + "c7d1f4c733c068030422aa9ac3d46c4e" + "d2826446079faa0914c2d705d98b02a2" + "b5129cd1de164eb9cbd083e8a2503c4e");
  }

  @Test
  void the_same_key_gives_the_same_numbers_and_another_one_others() {
    SystemRandom one = new SystemRandom(KEY);
    SystemRandom same = new SystemRandom(KEY);
    SystemRandom system = new SystemRandom();
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      long value = one.nextLong();
      assertThat(same.nextLong()).isEqualTo(value);
      seen.add(value);
      seen.add(system.nextLong());
    }
    assertThat(seen).as("none twice, over many changes of the key").hasSize(20_000);
  }
}
