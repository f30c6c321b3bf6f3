package org.sluice.core.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.Wire;

class NdMessageTest {
  private final MemorySegment m = MemorySegment.ofArray(new byte[64]);

  @Test
  void rfc4861_4_1_routerSolicitation() {
    assertThat(NdMessage.writeRouterSolicitation(m, 0, -1)).isEqualTo(8);
    assertThat(NdMessage.validate(m, 0, 8, 255)).isTrue();
    assertThat(NdMessage.writeRouterSolicitation(m, 0, 0x02_00_00_00_00_07L)).isEqualTo(16);
    assertThat(NdMessage.validate(m, 0, 16, 255)).isTrue();
    assertThat(NdMessage.validate(m, 0, 16, 64)).isFalse();
    long option = NdMessage.option(m, 0, 16, NdMessage.SOURCE_LINK_ADDRESS, NdMessage.NONE);
    assertThat(option).isEqualTo(8);
    assertThat(Wire.u48(m, option + 2)).isEqualTo(0x02_00_00_00_00_07L);
    assertThat(NdMessage.option(m, 0, 16, NdMessage.SOURCE_LINK_ADDRESS, option)).isEqualTo(NdMessage.NONE);
  }

  @Test
  void rfc7527_4_1_probe() {
    assertThat(NdMessage.writeProbe(m, 0, Addresses.LINK_LOCAL_HIGH, 7, 0x1234_5678_9abcL)).isEqualTo(32);
    assertThat(NdMessage.validate(m, 0, 32, 255)).isTrue();
    assertThat(IcmpHeader.type(m, 0)).isEqualTo(IcmpHeader.NEIGHBOR_SOLICITATION_6);
    assertThat(NdMessage.targetHigh(m, 0)).isEqualTo(Addresses.LINK_LOCAL_HIGH);
    assertThat(NdMessage.targetLow(m, 0)).isEqualTo(7);
    assertThat(NdMessage.nonce(m, 0, 32)).isEqualTo(0x1234_5678_9abcL);
    assertThat(NdMessage.nonce(m, 0, 24)).isEqualTo(NdMessage.NONE);
    assertThat(NdMessage.validate(m, 0, 23, 255)).isFalse();
    assertThat(NdMessage.validate(m, 0, 31, 255)).isFalse();
  }

  @Test
  void randomBytes_neverThrow_andOptionsLieInTheMessage() {
    SplittableRandom random = new SplittableRandom(2);
    int valid = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = new byte[random.nextInt(0, 80)];
      random.nextBytes(bytes);
      MemorySegment message = MemorySegment.ofArray(bytes);
      if (bytes.length > 2) {
        bytes[0] = (byte) random.nextInt(132, 138);
        bytes[1] = 0;
      }
      for (int at = 24; at + 1 < bytes.length; at += 8) {
        bytes[at + 1] &= 1;
      }
      if (NdMessage.validate(message, 0, bytes.length, 255)) {
        valid++;
        for (int type = 0; type < 16; type++) {
          long option = NdMessage.option(message, 0, bytes.length, type, NdMessage.NONE);
          while (option != NdMessage.NONE) {
            assertThat(option + NdMessage.optionLength(message, option)).isLessThanOrEqualTo(bytes.length);
            option = NdMessage.option(message, 0, bytes.length, type, option);
          }
        }
        assertThat(NdMessage.nonce(message, 0, bytes.length)).isGreaterThanOrEqualTo(NdMessage.NONE);
      }
    }
    assertThat(valid).isGreaterThan(500);
  }
}
