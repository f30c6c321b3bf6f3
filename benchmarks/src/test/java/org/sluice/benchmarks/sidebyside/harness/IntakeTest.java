package org.sluice.benchmarks.sidebyside.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IntakeTest {
  private static final int MESSAGE_BYTES = 1 << 10;

  private Traffic traffic = new Traffic(MESSAGE_BYTES, Taking.COPY);

  @AfterEach
  void close() {
    traffic.close();
  }

  private Intake intake(Taking taking) {
    traffic.close();
    traffic = new Traffic(MESSAGE_BYTES, taking);
    return traffic.intake();
  }

  @ParameterizedTest
  @EnumSource
  void what_was_written_is_right(Taking taking) {
    Intake intake = intake(taking);

    for (int i = 0; i < 100; i++) {
      intake.take(traffic.source().address(), MESSAGE_BYTES);
    }

    assertThat(intake.taken()).isEqualTo(100 * MESSAGE_BYTES);
    assertThatCode(intake::verify).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EnumSource
  void one_changed_byte_is_noticed(Taking taking) {
    Intake intake = intake(taking);
    MemorySegment source = traffic.source();

    source.set(ValueLayout.JAVA_BYTE, 777, (byte) (source.get(ValueLayout.JAVA_BYTE, 777) + 1));
    intake.take(source.address(), MESSAGE_BYTES);

    assertThatThrownBy(intake::verify).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void pieces_may_begin_and_end_anywhere_in_a_message() {
    Intake intake = intake(Taking.COPY);

    MemorySegment.copy(traffic.source(), 0, intake.target(), 0, 100);
    intake.copied(100);
    MemorySegment.copy(traffic.source(), 100, intake.target(), 0, 11);
    intake.copied(11);

    assertThatCode(intake::verify).doesNotThrowAnyException();
  }

  @Test
  void a_byte_that_got_lost_is_noticed() {
    Intake intake = intake(Taking.COPY);

    MemorySegment.copy(traffic.source(), 0, intake.target(), 0, 99);
    intake.copied(99);
    MemorySegment.copy(traffic.source(), 100, intake.target(), 0, 11);
    intake.copied(11);

    assertThatThrownBy(intake::verify).hasMessage("byte 99 is wrong");
  }
}
