package org.sluice.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sluice.spi.error.SessionError;

class CourseTest {
  private static final int TOTAL = 100;

  private final Course course = new Course(End.CLIENT, new Way(1, TOTAL, 10, 1, 1, false, false));

  @Test
  void after_a_half_close_all_must_have_arrived() {
    course.written(TOTAL);
    course.read(TOTAL - 1);
    course.receivingEnded(SessionError.END_OF_STREAM);
    assertThatThrownBy(() -> course.check(true)).hasMessageContaining("not all of 100 bytes arrived");
    course.read(1);
    assertThatCode(() -> course.check(true)).doesNotThrowAnyException();
  }

  @Test
  void nobody_is_refused_where_nobody_ends_before_his_time() {
    course.written(TOTAL);
    course.read(TOTAL);
    course.receivingEnded(SessionError.RESET);
    assertThatThrownBy(() -> course.check(true)).hasMessageContaining("no end of the stream");
    course.receivingEnded(SessionError.END_OF_STREAM);
    course.sendingEnded(SessionError.CLOSED);
    assertThatThrownBy(() -> course.check(true)).hasMessageContaining("the sender was refused");
  }

  @Test
  void before_the_end_after_a_close_comes_what_was_written_before_it() {
    course.written(60);
    course.promise();
    course.written(10);
    course.promise();
    course.sendingEnded(SessionError.NOSESSION);
    course.read(59);
    course.receivingEnded(SessionError.END_OF_STREAM);
    assertThatThrownBy(() -> course.check(false)).hasMessageContaining("bytes are missing");
    course.read(1);
    assertThatCode(() -> course.check(false)).doesNotThrowAnyException();
  }

  @Test
  void after_a_reset_any_beginning_will_do() {
    course.written(60);
    course.promise();
    course.read(1);
    course.receivingEnded(SessionError.RESET);
    assertThatCode(() -> course.check(false)).doesNotThrowAnyException();
    course.read(60);
    assertThatThrownBy(() -> course.check(false)).hasMessageContaining("more was read");
  }

  @ParameterizedTest
  @EnumSource(names = {"SEG_NO_SPACE", "CORRUPT", "END_OF_STREAM"})
  void a_sender_fails_for_no_other_reason_than_an_end(SessionError odd) {
    course.sendingEnded(odd);
    course.receivingEnded(SessionError.RESET);
    assertThatThrownBy(() -> course.check(false)).hasMessageContaining("the sender fails oddly");
  }
}
