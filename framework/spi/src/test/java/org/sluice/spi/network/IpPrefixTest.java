package org.sluice.spi.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpPrefixTest {

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3/16, 10.1.2.3/16, 10.1.0.0/16",
    "10.1.2.3, 10.1.2.3/32, 10.1.2.3/32",
    "10.1.2.3/0, 10.1.2.3/0, 0.0.0.0/0",
    "2001:db8::1/32, 2001:db8::1/32, 2001:db8::/32",
    "2001:db8:0:1:8000::1/65, 2001:db8:0:1:8000::1/65, 2001:db8:0:1:8000::/65",
    "fe80::1, fe80::1/128, fe80::1/128",
    "::1/0, ::1/0, ::/0"
  })
  void a_prefix_is_read_written_and_masked(String text, String written, String masked) {
    IpPrefix prefix = IpPrefix.parse(text);
    assertThat(prefix).hasToString(written);
    assertThat(prefix.mask()).hasToString(masked);
    assertThat(IpPrefix.parse(written)).isEqualTo(prefix);
    assertThat(IpPrefix.parse(masked).mask()).isEqualTo(prefix.mask());
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/8 ", "10.0.0.0/1000", "/8",
    "::/129", "::ffff:10.0.0.0/104", "10.0.0.0/8/8", "10.0.0/8", "10.0.0.0/\u0661"
  })
  void what_is_no_prefix_is_refused_with_its_text(String text) {
    assertThatThrownBy(() -> IpPrefix.parse(text)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text.startsWith("/") || text.startsWith("10.0.0/") ? "is no IP address" : text);
  }

  @Test
  void the_families_do_not_contain_each_other() {
    assertThat(IpPrefix.ALL_IP6.contains(IpAddress.parse("10.0.0.1"))).isFalse();
    assertThat(IpPrefix.ALL_IP4.contains(IpAddress.parse("::1"))).isFalse();
    assertThat(IpPrefix.ALL_IP6.contains(IpAddress.parse("::1"))).isTrue();
    assertThat(IpPrefix.ALL_IP4.contains(IpAddress.parse("255.0.0.1"))).isTrue();
    assertThat(IpPrefix.ALL_IP6.covers(IpPrefix.ALL_IP4)).isFalse();
  }

  @Test
  void covering_and_containing_agree_with_arithmetic() {
    SplittableRandom random = new SplittableRandom(51);
    for (int i = 0; i < 20_000; i++) {
      IpPrefix a = new IpPrefix(address(random), random.nextInt(129));
      IpPrefix b = new IpPrefix(address(random), random.nextInt(129));
      boolean inside = number(a.address()).shiftRight(128 - a.length())
          .equals(number(b.address()).shiftRight(128 - a.length()));
      assertThat(a.contains(b.address())).as("%s in %s", b.address(), a).isEqualTo(inside);
      assertThat(a.covers(b)).as("%s covers %s", a, b).isEqualTo(inside && b.length() >= a.length());
    }
  }

  /** One of few bits, never IPv4-mapped. */
  private static IpAddress address(SplittableRandom random) {
    return new IpAddress(1L << 63 | 1L << random.nextInt(63), 1L << random.nextInt(64));
  }

  private static BigInteger number(IpAddress address) {
    return new BigInteger(Long.toUnsignedString(address.high())).shiftLeft(64)
        .add(new BigInteger(Long.toUnsignedString(address.low())));
  }
}
