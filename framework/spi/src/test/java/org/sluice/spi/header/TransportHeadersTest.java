package org.sluice.spi.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransportHeadersTest {
  private static final String TCP = "d431 0050 fffffffe 80000000 5112 fff0 abcd 0102";

  @Test
  void a_tcp_header_is_read() {
    MemorySegment segment = Bytes.hex(TCP);
    assertThat(TcpHeader.validate(segment, 0, 20)).isEqualTo(20);
    assertThat(TcpHeader.sourcePort(segment, 0)).isEqualTo(54321);
    assertThat(TcpHeader.destinationPort(segment, 0)).isEqualTo(80);
    assertThat(TcpHeader.sequence(segment, 0)).isEqualTo(-2);
    assertThat(TcpHeader.acknowledgement(segment, 0)).isEqualTo(Integer.MIN_VALUE);
    assertThat(TcpHeader.flags(segment, 0)).isEqualTo(TcpHeader.AE | TcpHeader.ACK | TcpHeader.SYN);
    assertThat(TcpHeader.window(segment, 0)).isEqualTo(0xfff0);
    assertThat(TcpHeader.checksum(segment, 0)).isEqualTo(0xabcd);
    assertThat(TcpHeader.urgentPointer(segment, 0)).isEqualTo(0x0102);
  }

  @Test
  void a_tcp_segment_is_written_with_a_valid_checksum() {
    MemorySegment segment = MemorySegment.ofArray(new byte[27]);
    segment.fill((byte) 0xee);
    TcpHeader.ports(segment, 0, 54321, 80);
    TcpHeader.sequences(segment, 0, -2, Integer.MIN_VALUE);
    TcpHeader.control(segment, 0, 24, TcpHeader.ACK | TcpHeader.PSH, 1000);
    int pseudo = InternetChecksum.pseudo4(0x0a00_0001L, 0x0a00_0002L, TcpHeader.PROTOCOL, 27);
    TcpHeader.fillChecksum(segment, 0, 27, pseudo);
    assertThat(TcpHeader.validate(segment, 0, 27)).isEqualTo(24);
    assertThat(TcpHeader.flags(segment, 0)).isEqualTo(TcpHeader.ACK | TcpHeader.PSH);
    assertThat(TcpHeader.urgentPointer(segment, 0)).isZero();
    assertThat(InternetChecksum.add(pseudo, InternetChecksumTest.naive(segment, 0, 27)))
        .isEqualTo(InternetChecksum.VALID);
    // The field is where a card that finishes it is told to look.
    assertThat(TcpHeader.checksum(segment, 0)).isEqualTo(Wire.u16(segment, TcpHeader.CHECKSUM_OFFSET));
  }

  @ParameterizedTest
  @CsvSource({
    "50, 19, truncated", "50, 20, valid", "40, 60, bad-header-length", "00, 60, bad-header-length",
    "60, 23, truncated", "60, 24, valid", "f0, 59, truncated", "f0, 60, valid"
  })
  void a_tcp_header_that_is_none_is_named(String offset, int available, String fault) {
    MemorySegment segment = MemorySegment.ofArray(new byte[60]);
    Wire.put8(segment, 12, Integer.parseInt(offset, 16));
    assertThat(HeaderFault.text(TcpHeader.validate(segment, 0, available))).isEqualTo(fault);
  }

  @Test
  void the_options_of_a_syn_are_walked() {
    MemorySegment m = withOptions("02 04 05b4  04 02  08 0a 00000001 fffffffe  01  03 03 07");
    List<Integer> kinds = new ArrayList<>();
    int length = TcpHeader.headerLength(m, 0);
    int at = TcpOptions.first(m, 0, length);
    for (; at > 0; at = TcpOptions.next(m, 0, length, at)) {
      kinds.add(TcpOptions.kind(m, at));
      switch (TcpOptions.kind(m, at)) {
        case TcpOptions.MSS -> assertThat(TcpOptions.mss(m, at)).isEqualTo(1460);
        case TcpOptions.WINDOW_SCALE -> assertThat(TcpOptions.windowScale(m, at)).isEqualTo(7);
        case TcpOptions.TIMESTAMPS -> {
          assertThat(TcpOptions.timestampValue(m, at)).isEqualTo(1);
          assertThat(TcpOptions.timestampEcho(m, at)).isEqualTo(-2);
        }
        default -> assertThat(TcpOptions.kind(m, at)).isEqualTo(TcpOptions.SACK_PERMITTED);
      }
    }
    assertThat(at).isEqualTo(TcpOptions.NONE);
    assertThat(kinds).containsExactly(
        TcpOptions.MSS, TcpOptions.SACK_PERMITTED, TcpOptions.TIMESTAMPS, TcpOptions.WINDOW_SCALE);
  }

  @Test
  void sack_blocks_are_read() {
    MemorySegment m = withOptions("01 01 05 1a 00000001 00000005 0000000a fffffff0 7fffffff 80000000");
    int at = TcpOptions.first(m, 0, TcpHeader.headerLength(m, 0));
    assertThat(TcpOptions.kind(m, at)).isEqualTo(TcpOptions.SACK);
    assertThat(TcpOptions.sackBlocks(m, at)).isEqualTo(3);
    assertThat(TcpOptions.sackLeft(m, at, 0)).isEqualTo(1);
    assertThat(TcpOptions.sackRight(m, at, 0)).isEqualTo(5);
    assertThat(TcpOptions.sackRight(m, at, 1)).isEqualTo(-16);
    assertThat(TcpOptions.sackLeft(m, at, 2)).isEqualTo(Integer.MAX_VALUE);
    assertThat(TcpOptions.sackRight(m, at, 2)).isEqualTo(Integer.MIN_VALUE);
  }

  @ParameterizedTest
  @CsvSource({
    "'', none",
    "01010101, none",
    "00020400, none",
    "02040000, 2 none",
    "0204000003030000, 2 3 none",
    // What comes after the end of the list is not looked at.
    "0204000000030300, 2 none",
    // Unknown kinds are shown, with whatever they hold.
    "fd04aabb, 253 none",
    "1e020204, 30 malformed",
    // Known kinds of the wrong length are passed over.
    "0203000101010101, none",
    "0802030300000000, 3 none",
    "0502040200000000, 4 none",
    "0506000000000402, 4 none",
    "050a0000000000000000040200000000, 5 4 none",
    // Lengths that lead nowhere.
    "02000000, malformed",
    "02010000, malformed",
    "02050000, malformed",
    "01010102, malformed",
    "010101fd, malformed",
    "0402fdff, 4 malformed"
  })
  void options_are_shown_up_to_the_first_that_cannot_be(String options, String expected) {
    MemorySegment m = withOptions(options);
    int length = TcpHeader.headerLength(m, 0);
    StringBuilder seen = new StringBuilder();
    int at = TcpOptions.first(m, 0, length);
    for (; at > 0; at = TcpOptions.next(m, 0, length, at)) {
      seen.append(TcpOptions.kind(m, at)).append(' ');
    }
    assertThat(seen + (at == TcpOptions.MALFORMED ? "malformed" : "none")).isEqualTo(expected);
  }

  @Test
  void a_udp_datagram_is_written_and_read() {
    MemorySegment m = MemorySegment.ofArray(new byte[13]);
    m.fill((byte) 0x41);
    UdpHeader.write(m, 0, 53, 40000, 13);
    int pseudo = InternetChecksum.pseudo6(1, 2, 3, 4, UdpHeader.PROTOCOL, 13);
    UdpHeader.fillChecksum(m, 0, pseudo);
    assertThat(UdpHeader.validate(m, 0, 13)).isEqualTo(UdpHeader.LENGTH);
    assertThat(UdpHeader.sourcePort(m, 0)).isEqualTo(53);
    assertThat(UdpHeader.destinationPort(m, 0)).isEqualTo(40000);
    assertThat(UdpHeader.datagramLength(m, 0)).isEqualTo(13);
    assertThat(InternetChecksum.add(pseudo, InternetChecksumTest.naive(m, 0, 13))).isEqualTo(InternetChecksum.VALID);
  }

  @Test
  void a_udp_checksum_of_zero_is_sent_as_its_other_form() {
    MemorySegment m = MemorySegment.ofArray(new byte[8]);
    UdpHeader.write(m, 0, 0, 0, 8);
    // The sum is to become 0xffff, whose complement is 0.
    UdpHeader.fillChecksum(m, 0, 0xfff7);
    assertThat(UdpHeader.checksum(m, 0)).isEqualTo(0xffff);
  }

  @ParameterizedTest
  @CsvSource({"0008, 7, truncated", "0008, 8, valid", "0008, 20, valid", "0009, 8, truncated", "0007, 20, bad-length",
    "0000, 20, bad-length", "ffff, 20, truncated"})
  void a_udp_datagram_that_is_none_is_named(String length, int available, String fault) {
    MemorySegment m = Bytes.hex("00350035" + length + "0000" + "00".repeat(12));
    assertThat(HeaderFault.text(UdpHeader.validate(m, 0, available))).isEqualTo(fault);
  }

  @Test
  void an_icmp_echo_is_written_and_read() {
    MemorySegment m = MemorySegment.ofArray(new byte[11]);
    m.fill((byte) 0x61);
    IcmpHeader.write(m, 0, IcmpHeader.ECHO_REQUEST, 0, 0x1234 << 16 | 7);
    IcmpHeader.fillChecksum(m, 0, 11, 0);
    assertThat(IcmpHeader.validate(m, 0, 11)).isEqualTo(IcmpHeader.LENGTH);
    assertThat(IcmpHeader.validate(m, 0, 7)).isEqualTo(HeaderFault.TRUNCATED);
    assertThat(IcmpHeader.type(m, 0)).isEqualTo(8);
    assertThat(IcmpHeader.code(m, 0)).isZero();
    assertThat(IcmpHeader.identifier(m, 0)).isEqualTo(0x1234);
    assertThat(IcmpHeader.sequence(m, 0)).isEqualTo(7);
    assertThat(InternetChecksumTest.naive(m, 0, 11)).isEqualTo(InternetChecksum.VALID);
  }

  @Test
  void the_mtu_of_icmp_errors_is_read_where_each_version_has_it() {
    assertThat(IcmpHeader.mtu(Bytes.hex("0304 0000 ffff 05dc"), 0)).isEqualTo(1500);
    assertThat(IcmpHeader.mtu6(Bytes.hex("0200 0000 ffff 05dc"), 0)).isEqualTo(0xffff05dcL);
  }

  private static MemorySegment withOptions(String options) {
    String hex = options.replace(" ", "");
    assertThat(hex.length() % 2).isZero();
    String padded = hex + "00".repeat((4 - hex.length() / 2 % 4) % 4);
    MemorySegment m = Bytes.hex(TCP.replace(" ", "") + padded);
    Wire.put8(m, 12, (20 + padded.length() / 2) / 4 << 4);
    assertThat(TcpHeader.validate(m, 0, (int) m.byteSize())).isEqualTo((int) m.byteSize());
    return m;
  }
}
