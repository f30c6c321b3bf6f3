package org.sluice.spi.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

  /** RFC 5952 section 4, and the examples of its sections 1 and 2. */
  @ParameterizedTest
  @CsvSource({
    "2001:0db8::0001, 2001:db8::1",
    "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
    "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:DB8:AAAA::CcCc, 2001:db8:aaaa::cccc",
    "0:0:0:0:0:0:0:0, ::",
    "0:0:0:0:0:0:0:1, ::1",
    "1:0:0:0:0:0:0:0, 1::",
    "0:1:0:0:0:0:0:0, 0:1::",
    "0:0:0:0:0:0:1:0, ::1:0",
    "1:2:3:4:5:6:7:0, 1:2:3:4:5:6:7:0",
    "0:2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "1:0:0:4:5:0:0:8, 1::4:5:0:0:8",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fe80::, fe80::",
    "::1.2.3.4, ::102:304",
    "::ffff:10.0.0.1, 10.0.0.1"
  })
  void an_ip6_address_is_written_as_rfc_5952_recommends(String literal, String text) {
    IpAddress address = IpAddress.parse(literal);
    assertThat(address).hasToString(text);
    assertThat(IpAddress.parse(text)).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "", " ", "1", "1.2", "1.2.3", "1.2.3.4.", ".1.2.3", "1.2.3.256", "1.2.3.999", "010.0.0.1", "1.2.3.00", "0x7f.0.0.1",
    "1.2.3.-4", "1.2.3.4 ", " 1.2.3.4", "\u0661.2.3.4", "localhost",
    "example.org", "[::1]", "fe80::1%1", "fe80::1%eth0",
    "::1%", ":", ":::", "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::1.2.3", "1.2.3.4/24"
  })
  void what_is_no_literal_is_refused_and_quoted(String text) {
    assertThatThrownBy(() -> IpAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'" + text + "' is no IP address");
  }

  @Test
  void an_ip4_address_round_trips() {
    assertThat(IpAddress.parse("192.168.0.255")).hasToString("192.168.0.255").isEqualTo(IpAddress.ofIp4(0xc0a800ffL));
    assertThat(IpAddress.ofIp4(-1)).hasToString("255.255.255.255");
    assertThat(IpAddress.ofIp4(0)).isEqualTo(IpAddress.ANY_IP4);
  }

  @Test
  void random_addresses_agree_with_the_jdk() throws UnknownHostException {
    long seed = 5952;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(4) == 0 ? 4 : 16];
      // Few bits, so that runs of zeros are as frequent as in real addresses.
      for (int b = 0; b < bytes.length; b++) {
        bytes[b] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : 0);
      }
      InetAddress jdk = InetAddress.getByAddress(bytes);
      IpAddress ours = IpAddress.parse(jdk.getHostAddress());
      assertThat(ours.toInetAddress()).as("seed %d, run %d", seed, i).isEqualTo(jdk);
      assertThat(InetAddress.ofLiteral(ours.toString())).isEqualTo(jdk);
      assertThat(IpAddress.parse(ours.toString())).isEqualTo(ours);
      assertThat(ours.isAny()).isEqualTo(jdk.isAnyLocalAddress());
      assertThat(ours.isLoopback()).isEqualTo(jdk.isLoopbackAddress());
      assertThat(ours.isIp4()).isEqualTo(bytes.length == 4);
    }
  }

  @Test
  void special_addresses_are_known_in_both_families() {
    assertThat(IpAddress.parse("0.0.0.0").isAny()).isTrue();
    assertThat(IpAddress.parse("::").isAny()).isTrue();
    assertThat(IpAddress.ANY_IP6.isIp4()).isFalse();
    assertThat(IpAddress.parse("127.255.255.254").isLoopback()).isTrue();
    assertThat(IpAddress.parse("::1").isLoopback()).isTrue();
    assertThat(IpAddress.parse("128.0.0.1").isLoopback()).isFalse();
    assertThat(IpAddress.parse("::2").isLoopback()).isFalse();
    assertThat(IpAddress.parse("::7f00:1").isLoopback()).isFalse();
  }
}
