package org.sluice.core.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.Wire;

class IcmpErrorsTest {
  private static final int UDP = 17;

  private final IpFixture ip = new IpFixture();
  private final IcmpErrors errors = new IcmpErrors(ip.worker, 1_000, 50, ip.counters(), new SplittableRandom(3));
  private final MemorySegment out = MemorySegment.ofArray(new byte[IcmpErrors.MAX_MESSAGE_BYTES]);

  private int write(IcmpProblem problem, int detail, MemorySegment m) {
    return write(problem, detail, m, false);
  }

  private int write(IcmpProblem problem, int detail, MemorySegment m, boolean broadcast) {
    return ip.on(() -> errors.write(
        problem, detail, m, 0, (int) m.byteSize(), broadcast, IpFixture.NET_6, 1, out, 0));
  }

  private static MemorySegment source4(long source, MemorySegment m) {
    Ip4Header.addresses(m, 0, source, IpFixture.HOST_4);
    return m;
  }

  @ParameterizedTest
  @CsvSource({
    "PROTOCOL_UNREACHABLE, 6, 3, 2, 0, 4, 1, 6",
    "REASSEMBLY_TIME_EXCEEDED, 0, 11, 1, 0, 3, 1, 0",
    "BAD_HEADER, 6, 12, 0, 100663296, 4, 0, 6",
    "UNKNOWN_OPTION, 42, 12, 0, 704643072, 4, 2, 42",
    "INCOMPLETE_CHAIN, 0, 12, 0, 0, 4, 3, 0",
  })
  void rfc792_rfc4443_typesAndCodes(IcmpProblem problem, int detail, int type4, int code4, int rest4, int type6,
      int code6, int rest6) {
    assertThat(write(problem, detail, IpFixture.ip4(UDP, 1, 0, new byte[100]))).isEqualTo(8 + 120);
    assertThat(IcmpHeader.type(out, 0)).isEqualTo(type4);
    assertThat(IcmpHeader.code(out, 0)).isEqualTo(code4);
    assertThat(Wire.i32(out, 4)).isEqualTo(rest4);
    assertThat(InternetChecksum.sum(out, 0, 128)).isEqualTo(InternetChecksum.VALID);
    assertThat(Ip4Header.source(out, 8)).isEqualTo(IpFixture.PEER_4);

    assertThat(write(problem, detail, IpFixture.ip6(UDP, new byte[100]))).isEqualTo(8 + 140);
    assertThat(IcmpHeader.type(out, 0)).isEqualTo(type6);
    assertThat(IcmpHeader.code(out, 0)).isEqualTo(code6);
    assertThat(Wire.i32(out, 4)).isEqualTo(rest6);
    int pseudo = InternetChecksum.pseudo6(IpFixture.NET_6, 1, IpFixture.NET_6, 2, 58, 148);
    assertThat(InternetChecksum.add(pseudo, InternetChecksum.sum(out, 0, 148))).isEqualTo(InternetChecksum.VALID);
  }

  @Test
  void rfc1812_4_3_2_3_rfc4443_2_4c_quotesAsMuchAsFits_withoutPadding() {
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, IpFixture.ip4(UDP, 1, 0, new byte[1_400]))).isEqualTo(556);
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, IpFixture.ip6(UDP, new byte[1_400]))).isEqualTo(1_240);
    MemorySegment padded = MemorySegment.ofArray(new byte[60]);
    MemorySegment.copy(IpFixture.ip4(UDP, 1, 0, new byte[8]), 0, padded, 0, 28);
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, padded)).isEqualTo(8 + 28);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 11, 12})
  void rfc1122_3_2_2_neverAboutErrors(int type) {
    byte[] icmp = new byte[36];
    icmp[0] = (byte) type;
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, IpFixture.ip4(1, 1, 0, icmp))).isZero();
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, IpFixture.ip6(58, icmp))).isZero();
    assertThat(ip.count("ip.icmp-error.about-error")).isEqualTo(2);
  }

  @Test
  void errorsBehindExtensionHeaders_areErrors_queriesAreNone() {
    byte[] options = new byte[24];
    options[0] = 58;
    options[8] = 1;
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, IpFixture.ip6(60, options))).isZero();
    options[8] = (byte) 137;
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, IpFixture.ip6(60, options))).isZero();
    options[8] = (byte) 128;
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, IpFixture.ip6(60, options))).isPositive();
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, IpFixture.ip4(1, 1, 0, new byte[] {8, 0}))).isPositive();
    // Whether these are errors cannot be seen.
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, IpFixture.ip4(1, 1, 0, new byte[0]))).isZero();
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, IpFixture.ip6(60, new byte[4]))).isZero();
    assertThat(write(IcmpProblem.BAD_HEADER, 0, IpFixture.ip6(60, new byte[4]))).isPositive();
  }

  @Test
  void rfc1122_3_2_2_rfc4443_2_4e_neverAboutBroadcastsMulticastsAndSourcesThatAreNoHost() {
    MemorySegment m = IpFixture.ip4(UDP, 1, 0, new byte[8]);
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, m, true)).isZero();
    for (long destination : new long[] {0xffff_ffffL, 0xe000_0001L}) {
      Ip4Header.addresses(m, 0, IpFixture.PEER_4, destination);
      assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, m)).isZero();
    }
    for (long source : new long[] {0, 0x7f00_0001, 0xe000_0001L, 0xf000_0001L, 0xffff_ffffL}) {
      assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, source4(source, m))).isZero();
    }
    assertThat(ip.count("ip.icmp-error.about-many")).isEqualTo(8);

    MemorySegment m6 = IpFixture.ip6(UDP, new byte[8]);
    Ip6Header.destination(m6, 0, 0xff02L << 48, 1);
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, m6)).isZero();
    Ip6Header.destination(m6, 0, IpFixture.NET_6, 1);
    Ip6Header.source(m6, 0, 0, 0);
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, m6)).isZero();
    Ip6Header.source(m6, 0, 0xff02L << 48, 1);
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, m6)).isZero();
    assertThat(ip.count("ip.icmp-error.about-many")).isEqualTo(11);
  }

  @Test
  void rfc1122_3_2_2_neverAboutFragmentsButTheFirst_rfc8200_4_5_butForTheirLength() {
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, IpFixture.ip4(UDP, 1, 0x2000, new byte[8]))).isPositive();
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, IpFixture.ip4(UDP, 1, 0x2001, new byte[8]))).isZero();
    MemorySegment first = IpFixture.fragment6(UDP, 1, 0, true, new byte[8]);
    MemorySegment later = IpFixture.fragment6(UDP, 1, 8, true, new byte[12]);
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, first)).isPositive();
    assertThat(write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, later)).isZero();
    assertThat(write(IcmpProblem.BAD_HEADER, 4, later)).isPositive();
    assertThat(ip.count("ip.icmp-error.about-fragment")).isEqualTo(2);
  }

  @Test
  void rfc4443_2_4f_rateIsLimited_andComesBack() {
    MemorySegment m = IpFixture.ip4(UDP, 1, 0, new byte[8]);
    int atOnce = burst(m, 500);
    assertThat(atOnce).isBetween(40, 75);
    assertThat(ip.count("ip.icmp-error.rate-limit")).isEqualTo(500 - atOnce);
    int overTime = 0;
    for (int i = 0; i < 2_000; i++) {
      ip.pass(500_000);
      overTime += burst(m, 2);
    }
    assertThat(overTime).isBetween(900, 1_100);
  }

  private int burst(MemorySegment m, int packets) {
    int sent = 0;
    for (int i = 0; i < packets; i++) {
      sent += write(IcmpProblem.PROTOCOL_UNREACHABLE, 0, m) > 0 ? 1 : 0;
    }
    return sent;
  }

  @Test
  void randomBytes_neverThrow_andWhatIsWrittenIsIntact() {
    SplittableRandom random = new SplittableRandom(5);
    List<IcmpProblem> problems = List.of(IcmpProblem.values());
    int written = 0;
    int written4 = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(0, 100)];
      random.nextBytes(bytes);
      if (bytes.length > 8) {
        bytes[0] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
        boolean whole4 = bytes[0] == 0x45 && random.nextBoolean();
        bytes[6] = whole4 ? 0x40 : random.nextBoolean() ? 44 : bytes[6];
        bytes[7] = whole4 ? 0 : bytes[7];
      }
      ip.pass(1_000_000);
      int length = write(problems.get(random.nextInt(problems.size())), 0, MemorySegment.ofArray(bytes));
      if (length > 0) {
        requireIntact(MemorySegment.ofArray(bytes), length);
        written++;
        written4 += bytes[0] == 0x45 ? 1 : 0;
      }
    }
    assertThat(ip.count("ip.icmp-error.sent")).isEqualTo(written);
    assertThat(written4).isBetween(500, written - 500);
    assertThat(ip.count("ip.icmp-error.about-error") + ip.count("ip.icmp-error.about-many")
        + ip.count("ip.icmp-error.about-fragment") + ip.count("ip.icmp-error.rate-limit") + written)
        .isEqualTo(20_000);
  }

  /** What is quoted is what came, and the checksum is right. */
  private void requireIntact(MemorySegment m, int length) {
    int quoted = length - IcmpHeader.LENGTH;
    assertThat(quoted).isBetween(0, (int) m.byteSize());
    assertThat(out.asSlice(IcmpHeader.LENGTH, quoted).mismatch(m.asSlice(0, quoted))).isEqualTo(-1);
    int pseudo = Wire.u8(m, 0) >>> 4 == 4 ? 0 : InternetChecksum.pseudo6(
        IpFixture.NET_6, 1, Ip6Header.sourceHigh(m, 0), Ip6Header.sourceLow(m, 0), IcmpHeader.PROTOCOL_6, length);
    assertThat(InternetChecksum.add(pseudo, InternetChecksum.sum(out, 0, length))).isEqualTo(InternetChecksum.VALID);
  }
}
