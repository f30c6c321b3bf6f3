package org.sluice.spi.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransportDescriptorTest {

  @ParameterizedTest
  @ValueSource(strings = {"t", "tcp", "local-ct", "a+b.c-1", "abcdefghijklmnop"})
  void a_name_that_fits_a_uri_is_taken(String name) {
    assertThat(described(name, "T").name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "TCP", "1tcp", "t cp", "tcp:", "t/p", "-a", "abcdefghijklmnopq", "t\u00fcp", "tcp\n"})
  void a_name_that_does_not_is_refused_and_quoted(String name) {
    assertThatThrownBy(() -> described(name, "T"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + name + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"T", "CT", "QUIC", "U2"})
  void a_short_name_that_fits_the_console_is_taken(String shortName) {
    assertThat(described("x", shortName).shortName()).isEqualTo(shortName);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "t", "2", "HTTPS", "C T", "C\n"})
  void a_short_name_that_does_not_is_refused_and_quoted(String shortName) {
    assertThatThrownBy(() -> described("x", shortName))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + shortName + "'");
  }

  @Test
  void traits_are_a_copy() {
    Set<TransportTrait> traits = EnumSet.of(TransportTrait.LOCAL);
    TransportDescriptor descriptor =
        new TransportDescriptor("x", "X", ServiceType.VIRTUAL_CIRCUIT, TxMode.PEEK, traits);
    traits.clear();
    assertThat(descriptor.has(TransportTrait.LOCAL)).isTrue();
    assertThat(descriptor.has(TransportTrait.NO_LOOKUP)).isFalse();
    assertThat(described("x", "X").traits()).isEmpty();
  }

  private static TransportDescriptor described(String name, String shortName) {
    return new TransportDescriptor(name, shortName, ServiceType.VIRTUAL_CIRCUIT, TxMode.PEEK);
  }
}
