package org.sluice.core.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.console.CommandException;

class WorkerQueriesTest {
  private final WorkerSet workers = WorkerSet.builder().count(2).build();
  private final WorkerQueries queries = new WorkerQueries(workers, Duration.ofNanos(1));

  @Test
  void a_worker_that_does_not_turn_ends_the_command_and_is_named() {
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> queries.ask(1, () -> "never"))
        .withMessageStartingWith("worker 1 did not answer within 0 ms")
        .withMessageContaining("show workers")
        .satisfies(e -> assertThat(e.exitStatus()).isEqualTo(1));
  }

  @Test
  void work_that_others_delay_is_told_in_its_own_words() {
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> queries.finish(new CompletableFuture<>(), "the last application has not left"))
        .withMessage("the last application has not left")
        .satisfies(e -> assertThat(e.exitStatus()).isEqualTo(1));
  }

  @Test
  void a_closed_stack_answers_with_its_reason_at_once() {
    workers.close();
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> new WorkerQueries(workers, Duration.ofDays(1)).ask(0, () -> "never"))
        .withMessageStartingWith("worker 0 takes no questions now: ");
  }

  @Test
  void a_query_that_throws_is_reported_with_what_it_threw() {
    workers.worker(0).enter();
    assertThatExceptionOfType(CommandException.class)
        .isThrownBy(() -> queries.ask(0, () -> {
          throw new IllegalStateException("broken");
        }))
        .withMessageContaining("broken");
  }
}
