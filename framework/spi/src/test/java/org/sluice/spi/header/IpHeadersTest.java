package org.sluice.spi.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpHeadersTest {
  private static final String FOUR = "45b9 0073 1234 4000 4011 b861 c0a80001 c0a800c7";
  private static final String SIX_ADDRESSES = "20010db8000000000000000000000001 fe800000000000000000000000000002";

  @Test
  void an_ip4_header_is_read() {
    MemorySegment packet = MemorySegment.ofArray(new byte[200]);
    MemorySegment.copy(Bytes.hex(FOUR), 0, packet, 14, 20);
    assertThat(Ip4Header.validate(packet, 14, 186)).isEqualTo(20);
    assertThat(Ip4Header.headerLength(packet, 14)).isEqualTo(20);
    assertThat(Ip4Header.dscp(packet, 14)).isEqualTo(46);
    assertThat(Ip4Header.ecn(packet, 14)).isEqualTo(1);
    assertThat(Ip4Header.totalLength(packet, 14)).isEqualTo(0x73);
    assertThat(Ip4Header.identification(packet, 14)).isEqualTo(0x1234);
    assertThat(Ip4Header.fragment(packet, 14)).isEqualTo(Ip4Header.DONT_FRAGMENT);
    assertThat(Ip4Header.isFragment(packet, 14)).isFalse();
    assertThat(Ip4Header.ttl(packet, 14)).isEqualTo(64);
    assertThat(Ip4Header.protocol(packet, 14)).isEqualTo(UdpHeader.PROTOCOL);
    assertThat(Ip4Header.source(packet, 14)).isEqualTo(0xc0a8_0001L);
    assertThat(Ip4Header.destination(packet, 14)).isEqualTo(0xc0a8_00c7L);
  }

  @ParameterizedTest
  @CsvSource({
    "2000, true, 0", "2001, true, 8", "0001, true, 8", "1fff, true, 65528", "4000, false, 0", "8000, false, 0",
    "0000, false, 0"
  })
  void a_fragment_is_known_by_flag_or_offset(String word, boolean fragment, int offset) {
    MemorySegment packet = Bytes.hex("4500 0014 0000" + word + "4006 0000 0a000001 0a000002");
    assertThat(Ip4Header.isFragment(packet, 0)).isEqualTo(fragment);
    assertThat(Ip4Header.fragmentOffset(packet, 0)).isEqualTo(offset);
  }

  @Test
  void an_ip4_header_is_written_with_a_valid_checksum() {
    MemorySegment packet = MemorySegment.ofArray(new byte[20]);
    packet.fill((byte) 0xee);
    Ip4Header.write(packet, 0, 0x73, 0, 64, UdpHeader.PROTOCOL);
    Ip4Header.addresses(packet, 0, 0xc0a8_0001L, 0xc0a8_00c7L);
    Ip4Header.fragment(packet, 0, 0, Ip4Header.DONT_FRAGMENT);
    Ip4Header.fillChecksum(packet, 0);
    assertThat(Bytes.hex(packet)).isEqualTo("450000730000400040 11b861c0a80001c0a800c7".replace(" ", ""));
    assertThat(Ip4Header.checksumSum(packet, 0, 20)).isEqualTo(InternetChecksum.VALID);
    Wire.put8(packet, 8, 63);
    assertThat(Ip4Header.checksumSum(packet, 0, 20)).isNotEqualTo(InternetChecksum.VALID);
  }

  @Test
  void an_ip4_header_written_at_once_is_that_written_in_steps() {
    SplittableRandom random = new SplittableRandom(4);
    MemorySegment inSteps = MemorySegment.ofArray(new byte[20]);
    MemorySegment atOnce = MemorySegment.ofArray(new byte[20]);
    for (int i = 0; i < 10_000; i++) {
      int length = random.nextInt(20, 1 << 16);
      int tos = random.nextInt(1 << 8);
      int identification = random.nextInt();
      int fragment = random.nextInt(1 << 16);
      int ttl = random.nextInt(1 << 8);
      int protocol = random.nextInt(1 << 8);
      long source = random.nextLong();
      long destination = random.nextLong();
      Ip4Header.write(inSteps, 0, length, tos, ttl, protocol);
      Ip4Header.addresses(inSteps, 0, source, destination);
      Ip4Header.fragment(inSteps, 0, identification, fragment);
      Ip4Header.fillChecksum(inSteps, 0);
      Ip4Header.write(atOnce, 0, length, tos, identification, fragment, ttl, protocol, source, destination);
      assertThat(Bytes.hex(atOnce)).isEqualTo(Bytes.hex(inSteps));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "45000014, 19, truncated",
    "45000014, 20, valid",
    "45000014, 60, valid",
    "45000015, 20, truncated",
    "45000013, 20, bad-length",
    "46000017, 40, bad-length",
    "46000018, 40, valid",
    "4f00003c, 59, truncated",
    "4f00003c, 60, valid",
    "44000014, 20, bad-header-length",
    "40000014, 20, bad-header-length",
    "65000014, 20, bad-version",
    "05000014, 20, bad-version"
  })
  void an_ip4_packet_that_is_none_is_named(String head, int available, String fault) {
    MemorySegment packet = MemorySegment.ofArray(new byte[60]);
    MemorySegment.copy(Bytes.hex(head), 0, packet, 0, 4);
    assertThat(HeaderFault.text(Ip4Header.validate(packet, 0, available))).isEqualTo(fault);
  }

  @Test
  void an_ip6_header_is_read_and_written() {
    MemorySegment packet = Bytes.hex("6b9a bcde 0000 06 40" + SIX_ADDRESSES);
    assertThat(Ip6Header.validate(packet, 0, 40)).isEqualTo(Ip6Header.LENGTH);
    assertThat(Ip6Header.dscp(packet, 0)).isEqualTo(46);
    assertThat(Ip6Header.ecn(packet, 0)).isEqualTo(1);
    assertThat(Ip6Header.flowLabel(packet, 0)).isEqualTo(0xabcde);
    assertThat(Ip6Header.payloadLength(packet, 0)).isZero();
    assertThat(Ip6Header.nextHeader(packet, 0)).isEqualTo(TcpHeader.PROTOCOL);
    assertThat(Ip6Header.hopLimit(packet, 0)).isEqualTo(64);
    assertThat(Ip6Header.sourceHigh(packet, 0)).isEqualTo(0x2001_0db8_0000_0000L);
    assertThat(Ip6Header.sourceLow(packet, 0)).isEqualTo(1);
    assertThat(Ip6Header.destinationHigh(packet, 0)).isEqualTo(0xfe80_0000_0000_0000L);
    assertThat(Ip6Header.destinationLow(packet, 0)).isEqualTo(2);

    MemorySegment written = MemorySegment.ofArray(new byte[40]);
    Ip6Header.write(written, 0, 46 << 22 | 1 << 20 | 0xabcde, 0, TcpHeader.PROTOCOL, 64);
    Ip6Header.source(written, 0, 0x2001_0db8_0000_0000L, 1);
    Ip6Header.destination(written, 0, 0xfe80_0000_0000_0000L, 2);
    assertThat(Bytes.hex(written)).isEqualTo(Bytes.hex(packet));
  }

  @ParameterizedTest
  @CsvSource({
    "60000000 0000, 39, truncated",
    "60000000 0001, 40, truncated",
    "60000000 0001, 41, valid",
    "60000000 0001, 60, valid",
    "60000000 ffff, 60, truncated",
    "45000000 0000, 60, bad-version"
  })
  void an_ip6_packet_that_is_none_is_named(String head, int available, String fault) {
    MemorySegment packet = MemorySegment.ofArray(new byte[60]);
    MemorySegment.copy(Bytes.hex(head), 0, packet, 0, 6);
    assertThat(HeaderFault.text(Ip6Header.validate(packet, 0, available))).isEqualTo(fault);
  }

  @ParameterizedTest
  @CsvSource({
    "06, '', 6 at 40",
    "3b, '', 59 at 40",
    "00, 11 00 000000000000, 17 at 48",
    "00, 2b 00 000000000000 3c 01 0000000000000000000000000000 06 00 000000000000, 6 at 72",
    "2c, 06 00 0001 00000001, 44 at 40",
    "00, 2c 00 000000000000 06 00 0001 00000001, 44 at 48",
    "00, 2c 00 000000000000 06 00 0001 000000, truncated",
    "2c, 06 00 0001 000000, truncated",
    "00, '', truncated",
    "00, 06 00 0000000000, truncated",
    "00, 06 01 000000000000, truncated",
    "00, 06 ff 000000000000, truncated",
    "63, 06 00 000000000000, 99 at 40"
  })
  void extension_headers_are_walked(String next, String rest, String expected) {
    int length = rest.replace(" ", "").length() / 2;
    MemorySegment packet = Bytes.hex("60000000 %04x".formatted(length) + next + "40" + SIX_ADDRESSES + rest);
    assertThat(Ip6Header.validate(packet, 0, 40 + length)).isEqualTo(40);
    long found = Ip6Extensions.find(packet, 0);
    assertThat(found < 0 ? HeaderFault.text(found)
            : Ip6Extensions.protocol(found) + " at " + Ip6Extensions.distance(found))
        .isEqualTo(expected);
  }

  @Test
  void a_long_chain_of_extension_headers_is_given_up() {
    String options = "3c 00 000000000000".repeat(Ip6Extensions.MAX_HEADERS);
    MemorySegment most = Bytes.hex("60000000 0040 3c 40" + SIX_ADDRESSES + options.substring(0, options.length() - 18)
        + "06 00 000000000000");
    assertThat(Ip6Extensions.protocol(Ip6Extensions.find(most, 0))).isEqualTo(TcpHeader.PROTOCOL);
    MemorySegment more = Bytes.hex("60000000 0048 3c 40" + SIX_ADDRESSES + options + "06 00 000000000000");
    assertThat(HeaderFault.text(Ip6Extensions.find(more, 0))).isEqualTo("too-many-extensions");
  }

  @Test
  void a_fragment_header_is_read() {
    MemorySegment fragment = Bytes.hex("11 00 0ff9 deadbeef");
    assertThat(Ip6Extensions.fragmentNextHeader(fragment, 0)).isEqualTo(17);
    assertThat(Ip6Extensions.fragmentOffset(fragment, 0)).isEqualTo(0xff8);
    assertThat(Ip6Extensions.moreFragments(fragment, 0)).isTrue();
    assertThat(Ip6Extensions.fragmentIdentification(fragment, 0)).isEqualTo(0xdeadbeef);
  }
}
