package org.sluice.core.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.Wire;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.network.IpAddress;

class ReceivedIcmpErrorTest {
  private static final int TCP = 6;

  private final IpFixture ip = new IpFixture();
  private final ReceivedIcmpError received = new ReceivedIcmpError(ip.worker, ip.counters());

  private static byte[] ports() {
    return new byte[] {0x30, 0x39, 0, 80, 1, 2, 3, 4};
  }

  private static MemorySegment message(int type, int code, int rest, MemorySegment quoted) {
    MemorySegment m = MemorySegment.ofArray(new byte[8 + (int) quoted.byteSize()]);
    IcmpHeader.write(m, 0, type, code, rest);
    MemorySegment.copy(quoted, 0, m, 8, quoted.byteSize());
    return m;
  }

  private boolean read4(MemorySegment m) {
    return received.read4(m, 0, (int) m.byteSize());
  }

  private boolean read6(MemorySegment m) {
    return received.read6(m, 0, (int) m.byteSize());
  }

  @ParameterizedTest
  @CsvSource({
    "3, 0, HOST_UNREACHABLE", "3, 1, HOST_UNREACHABLE", "3, 2, PORT_UNREACHABLE", "3, 3, PORT_UNREACHABLE",
    "3, 4, PACKET_TOO_BIG", "3, 5, HOST_UNREACHABLE", "3, 9, PROHIBITED", "3, 12, HOST_UNREACHABLE",
    "3, 13, PROHIBITED", "3, 15, PROHIBITED", "3, 16,", "11, 0, TIME_EXCEEDED", "11, 1, TIME_EXCEEDED", "12, 0,",
    "4, 0,",
    "5, 0,"
  })
  void rfc1122_3_2_2_kinds(int type, int code, IcmpError.Kind kind) {
    MemorySegment m = message(type, code, 1_400, IpFixture.ip4(TCP, 1, 0x4000, ports()));
    assertThat(read4(m)).isEqualTo(kind != null);
    if (kind == null) {
      assertThat(ip.count("ip.icmp-error.ignored")).isOne();
      return;
    }
    assertThat(received.protocol()).isEqualTo(TCP);
    assertThat(received.toError(9)).isEqualTo(new IcmpError(kind, IpAddress.parse("10.0.0.2"),
        IpAddress.parse("10.0.0.1"), 12_345, 80, 0x01020304, kind == IcmpError.Kind.PACKET_TOO_BIG ? 1_400 : 0, 9));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, HOST_UNREACHABLE", "1, 1, PROHIBITED", "1, 2, HOST_UNREACHABLE", "1, 3, HOST_UNREACHABLE",
    "1, 4, PORT_UNREACHABLE", "1, 5, PROHIBITED", "1, 6, PROHIBITED", "1, 9,", "2, 0, PACKET_TOO_BIG",
    "2, 7, PACKET_TOO_BIG", "3, 0, TIME_EXCEEDED", "4, 0,", "4, 1, PORT_UNREACHABLE", "100, 0,"
  })
  void rfc4443_3_kinds(int type, int code, IcmpError.Kind kind) {
    // The packet was longer than what is quoted, and had destination options.
    MemorySegment packet = IpFixture.ip6(60, new byte[] {6, 0, 1, 4, 0, 0, 0, 0, 0x30, 0x39, 0, 80, 1, 2, 3, 4});
    Wire.put16(packet, 4, 1_460);
    assertThat(read6(message(type, code, 1_400, packet))).isEqualTo(kind != null);
    if (kind != null) {
      assertThat(received.protocol()).isEqualTo(TCP);
      assertThat(received.toError(0)).isEqualTo(new IcmpError(kind, IpAddress.parse("2001:db8::2"),
          IpAddress.parse("2001:db8::1"), 12_345, 80, 0x01020304,
          kind == IcmpError.Kind.PACKET_TOO_BIG ? 1_400 : 0, 0));
    }
  }

  @ParameterizedTest
  @CsvSource({"1500, 1006", "1512, 1006", "1513, 1492", "4372, 2002", "65535, 32000", "60, 68", "0, 68"})
  void rfc1191_7_1_routersThatTellNoMtu_meanTheNextPlateau(int quotedLength, int mtu) {
    MemorySegment packet = IpFixture.ip4(TCP, 1, 0x4000, ports());
    Wire.put16(packet, 2, quotedLength);
    assertThat(read4(message(3, 4, 0, packet))).isTrue();
    assertThat(received.toError(0).mtuBytes()).isEqualTo(mtu);
  }

  @Test
  void whatIsShortOrOfTheOtherFamilyOrALaterFragment_isMalformed() {
    assertThat(read4(message(3, 3, 0, IpFixture.ip4(TCP, 1, 0, new byte[7])))).isFalse();
    assertThat(read4(message(3, 3, 0, IpFixture.ip4(TCP, 1, 1, ports())))).isFalse();
    assertThat(read4(message(3, 3, 0, IpFixture.ip6(TCP, ports())))).isFalse();
    assertThat(read4(MemorySegment.ofArray(new byte[8]))).isFalse();
    assertThat(read6(message(1, 4, 0, IpFixture.ip6(TCP, new byte[7])))).isFalse();
    assertThat(read6(message(1, 4, 0, IpFixture.ip4(TCP, 1, 0, new byte[40])))).isFalse();
    assertThat(read6(message(1, 4, 0, IpFixture.fragment6(TCP, 1, 8, false, ports())))).isFalse();
    assertThat(ip.count("ip.icmp-error.malformed")).isEqualTo(7);
    assertThat(read6(message(1, 4, 0, IpFixture.fragment6(TCP, 1, 0, true, ports())))).isTrue();
    assertThat(received.protocol()).isEqualTo(TCP);
  }

  @Test
  void hugeMtuOfIp6_doesNotTurnNegative() {
    assertThat(read6(message(2, 0, -1, IpFixture.ip6(TCP, ports())))).isTrue();
    assertThat(received.toError(0).mtuBytes()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void randomBytes_neverThrow_andAreCounted() {
    SplittableRandom random = new SplittableRandom(11);
    int read = 0;
    for (int i = 0; i < 40_000; i++) {
      byte[] bytes = new byte[random.nextInt(8, 120)];
      random.nextBytes(bytes);
      bytes[0] = (byte) random.nextInt(14);
      if (bytes.length > 16) {
        bytes[8] = (byte) (random.nextBoolean() ? 0x40 | bytes[8] & 0xf : 0x60);
        bytes[14] = (byte) new int[] {0, 43, 44, 60, 6, bytes[14]}[random.nextInt(6)];
      }
      MemorySegment m = MemorySegment.ofArray(bytes);
      read += (i & 1) == 0 ? read4(m) ? 1 : 0 : read6(m) ? 1 : 0;
    }
    assertThat(read).isPositive();
    assertThat(ip.count("ip.icmp-error.malformed") + ip.count("ip.icmp-error.ignored")).isEqualTo(40_000 - read);
  }
}
