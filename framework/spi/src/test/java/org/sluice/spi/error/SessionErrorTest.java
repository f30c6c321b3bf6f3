package org.sluice.spi.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SessionErrorTest {

  @ParameterizedTest
  @EnumSource
  void a_code_reads_back_as_its_error(SessionError error) {
    assertThat(SessionError.of(error.code())).isEqualTo(error);
    assertThat(error.code()).isNotPositive();
    assertThat(error.text()).isNotBlank().doesNotEndWith(".");
  }

  @Test
  void only_no_error_has_the_code_zero() {
    assertThat(SessionError.NONE.code()).isZero();
    assertThat(Arrays.stream(SessionError.values()).map(SessionError::code)).doesNotHaveDuplicates();
  }

  @Test
  void counts_and_handles_are_no_errors() {
    assertThat(SessionError.of(0)).isEqualTo(SessionError.NONE);
    assertThat(SessionError.of(1)).isEqualTo(SessionError.NONE);
    assertThat(SessionError.of(Long.MAX_VALUE)).isEqualTo(SessionError.NONE);
  }

  @Test
  void a_code_that_is_none_is_unknown() {
    assertThat(SessionError.of(-SessionError.values().length)).isEqualTo(SessionError.UNKNOWN);
    assertThat(SessionError.of(Integer.MIN_VALUE)).isEqualTo(SessionError.UNKNOWN);
    assertThat(SessionError.of(Long.MIN_VALUE)).isEqualTo(SessionError.UNKNOWN);
    assertThat(SessionError.of(-(1L << 32) - 1)).isEqualTo(SessionError.UNKNOWN);
  }
}
