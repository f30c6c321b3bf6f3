package org.sluice.host.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.spi.host.ConfigurationException;

class SectionReferenceTest {
  @Test
  void a_plugin_without_the_file_has_no_keys() {
    assertThat(SectionReference.parse("p", "p.jar", "").config().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(delimiterString = "=>", quoteCharacter = '`', value = {
    "plugins.p { => expecting a close",
    "other.key = 1 => key other is outside of the plugin's section plugins.p",
    "plugins.q.key = 1 => is not the plugin's section plugins.p",
    "plugins.p.key = null => key plugins.p.key: it has no default",
    "plugins.p { # type: number%n k = 1 } => names no type: number",
    "plugins.p { # type: integer 5..9%n k = 1 } => the default 1 is not a whole number, 5..9",
    "plugins.p { # type: integer 5%n k = 1 } => the range '5' must be LEAST..MOST",
    "plugins.p { # type: integer a..9%n k = 1 } => 'a' is not a whole number",
    "plugins.p { # type: choice a | b%n k = c } => is not one of a | b",
    "plugins.p.key = ${nowhere} => nowhere",
  })
  void a_file_that_is_wrong_is_refused_with_the_reason(String line, String reason) {
    assertThatThrownBy(() -> SectionReference.parse("p", "p.jar", line.replace("%n", "\n")))
        .isInstanceOf(ConfigurationException.class).hasMessageContaining(reason);
  }
}
