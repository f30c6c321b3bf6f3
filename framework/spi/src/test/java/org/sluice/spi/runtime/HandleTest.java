package org.sluice.spi.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HandleTest {

  @Test
  void a_handle_yields_what_it_was_made_of_and_is_never_negative() {
    long seed = 1;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 10_000; i++) {
      int worker = random.nextInt(Handle.MAX_WORKERS);
      int slot = random.nextInt(Handle.MAX_SLOTS);
      int generation = random.nextInt();
      long handle = Handle.of(worker, slot, generation);
      assertThat(handle).as("seed %d, run %d", seed, i).isNotNegative();
      assertThat(Handle.worker(handle)).isEqualTo(worker);
      assertThat(Handle.slot(handle)).isEqualTo(slot);
      assertThat(Handle.generation(handle)).isEqualTo(generation);
    }
  }

  @Test
  void the_extremes_do_not_touch_each_other() {
    int lastWorker = Handle.MAX_WORKERS - 1;
    int lastSlot = Handle.MAX_SLOTS - 1;
    assertThat(Handle.of(0, 0, 0)).isZero();
    assertThat(Handle.of(lastWorker, lastSlot, -1)).isEqualTo(Long.MAX_VALUE);
    assertThat(Handle.slot(Handle.of(lastWorker, 0, -1))).isZero();
    assertThat(Handle.worker(Handle.of(0, lastSlot, -1))).isZero();
    assertThat(Handle.generation(Handle.of(lastWorker, lastSlot, 0))).isZero();
  }

  @Test
  void another_generation_is_another_handle() {
    assertThat(Handle.of(1, 2, 3)).isNotEqualTo(Handle.of(1, 2, 4));
  }

  @Test
  void values_out_of_range_are_a_programmers_error() {
    assertThatThrownBy(() -> Handle.of(Handle.MAX_WORKERS, 0, 0)).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> Handle.of(-1, 0, 0)).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> Handle.of(0, Handle.MAX_SLOTS, 0)).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> Handle.of(0, -1, 0)).isInstanceOf(AssertionError.class);
  }

  @Test
  void the_text_is_what_the_console_shows() {
    assertThat(Handle.text(Handle.of(0, 3, 99))).isEqualTo("0:3");
    assertThat(Handle.text(Handle.of(127, 16_777_215, 0))).isEqualTo("127:16777215");
    assertThat(Handle.text(Handle.INVALID)).isEqualTo("none");
    assertThat(Handle.text(Handle.DROP)).isEqualTo("drop");
  }
}
