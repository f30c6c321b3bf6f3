package org.sluice.spi.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkHeadersTest {
  private static final String REQUEST =
      "0001 0800 0604 0001 020000000001 0a000001 000000000000 0a000002";

  @Test
  void an_ethernet_header_is_read() {
    MemorySegment frame = Bytes.hex("ff ffffffffffff 020000000001 86dd 60");
    assertThat(EthernetHeader.validate(frame, 1, 15)).isEqualTo(EthernetHeader.LENGTH);
    assertThat(EthernetHeader.destination(frame, 1)).isEqualTo(EthernetHeader.BROADCAST);
    assertThat(EthernetHeader.source(frame, 1)).isEqualTo(0x0200_0000_0001L);
    assertThat(EthernetHeader.type(frame, 1)).isEqualTo(EthernetHeader.TYPE_IP6);
    assertThat(EthernetHeader.isMulticast(EthernetHeader.BROADCAST)).isTrue();
    assertThat(EthernetHeader.isMulticast(0x3333_0000_0001L)).isTrue();
    assertThat(EthernetHeader.isMulticast(0x0200_0000_0001L)).isFalse();
  }

  @Test
  void an_ethernet_header_is_written_as_it_is_read() {
    MemorySegment frame = MemorySegment.ofArray(new byte[14]);
    EthernetHeader.write(frame, 0, 0x1122_3344_5566L, 0xaabb_ccdd_eeffL, EthernetHeader.TYPE_ARP);
    assertThat(Bytes.hex(frame)).isEqualTo("112233445566aabbccddeeff0806");
  }

  @ParameterizedTest
  @CsvSource({
    "ffffffffffff 020000000001 08, truncated",
    "ffffffffffff 020000000001 05dc, not-ethernet-2",
    "ffffffffffff 020000000001 05ff, not-ethernet-2",
    "ffffffffffff 020000000001 0600, valid"
  })
  void a_frame_that_is_none_is_named(String hex, String fault) {
    MemorySegment frame = Bytes.hex(hex);
    assertThat(HeaderFault.text(EthernetHeader.validate(frame, 0, (int) frame.byteSize()))).isEqualTo(fault);
  }

  @Test
  void an_arp_request_is_read_and_written() {
    MemorySegment packet = Bytes.hex(REQUEST);
    assertThat(ArpHeader.validate(packet, 0, 28)).isEqualTo(ArpHeader.LENGTH);
    assertThat(ArpHeader.operation(packet, 0)).isEqualTo(ArpHeader.REQUEST);
    assertThat(ArpHeader.senderHardware(packet, 0)).isEqualTo(0x0200_0000_0001L);
    assertThat(ArpHeader.senderProtocol(packet, 0)).isEqualTo(0x0a00_0001L);
    assertThat(ArpHeader.targetHardware(packet, 0)).isZero();
    assertThat(ArpHeader.targetProtocol(packet, 0)).isEqualTo(0x0a00_0002L);

    MemorySegment written = MemorySegment.ofArray(new byte[28]);
    ArpHeader.write(written, 0, ArpHeader.REQUEST);
    ArpHeader.sender(written, 0, 0x0200_0000_0001L, 0x0a00_0001L);
    ArpHeader.target(written, 0, 0, 0x0a00_0002L);
    assertThat(Bytes.hex(written)).isEqualTo(Bytes.hex(packet));
  }

  @ParameterizedTest
  @CsvSource({
    "0001 0800 0604 0002, valid",
    "0001 0800 0604 0000, unsupported-arp",
    "0001 0800 0604 0003, unsupported-arp",
    "0006 0800 0604 0001, unsupported-arp",
    "0001 86dd 0604 0001, unsupported-arp",
    "0001 0800 0804 0001, unsupported-arp",
    "0001 0800 0610 0001, unsupported-arp"
  })
  void an_arp_packet_for_others_is_named(String head, String fault) {
    MemorySegment packet = Bytes.hex(head + REQUEST.substring(19));
    assertThat(HeaderFault.text(ArpHeader.validate(packet, 0, 28))).isEqualTo(fault);
    assertThat(ArpHeader.validate(packet, 0, 27)).isEqualTo(HeaderFault.TRUNCATED);
  }
}
