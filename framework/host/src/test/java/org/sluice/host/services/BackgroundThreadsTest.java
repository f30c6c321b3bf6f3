package org.sluice.host.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sluice.core.fault.PluginFaults;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.spi.runtime.Counters;

@Timeout(60)
class BackgroundThreadsTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(40);

  private final Counters counters = new CounterRegistry(1).scope("pump");
  private final PluginFaults faults = new PluginFaults("pump", counters);
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<BackgroundThreads> opened = new ArrayList<>();

  @AfterEach
  void end() {
    release.countDown();
    assertThat(opened).allMatch(threads -> threads.close(LONG));
  }

  private BackgroundThreads open(int maxThreads, int maxWaiting) {
    BackgroundThreads threads = new BackgroundThreads(faults, counters, maxThreads, maxWaiting);
    opened.add(threads);
    return threads;
  }

  /** Keeps a thread until the test ends, deaf to interrupts when asked to; returns once it has begun. */
  private Thread occupy(BackgroundThreads threads, boolean deaf) {
    CompletableFuture<Thread> begun = new CompletableFuture<>();
    threads.execute(() -> {
      begun.complete(Thread.currentThread());
      boolean released = false;
      while (!released) {
        try {
          release.await();
          released = true;
        } catch (InterruptedException e) {
          released = !deaf;
        }
      }
    });
    return begun.join();
  }

  @Test
  void several_tasks_run_at_a_time_on_daemon_threads_that_bear_the_name_of_the_plugin() throws Exception {
    BackgroundThreads threads = open(2, 10);
    CyclicBarrier both = new CyclicBarrier(3);
    CompletableFuture<Thread> one = new CompletableFuture<>();
    threads.execute(() -> meet(both));
    threads.execute(() -> {
      one.complete(Thread.currentThread());
      meet(both);
    });
    both.await(60, TimeUnit.SECONDS);
    assertThat(one.join().getName()).startsWith("plugin-pump-");
    assertThat(one.join().isDaemon()).isTrue();
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void what_a_task_throws_is_counted_and_the_next_one_runs() {
    BackgroundThreads threads = open(1, 10);
    CompletableFuture<Boolean> next = new CompletableFuture<>();
    threads.execute(() -> {
      throw new IllegalStateException("no water");
    });
    threads.execute(() -> {
      throw new AssertionError("no valve");
    });
    threads.execute(() -> next.complete(true));
    assertThat(next.join()).isTrue();
    assertThat(faults.count()).isEqualTo(2);
  }

  @Test
  void one_task_too_many_is_refused_with_the_key_and_counted() {
    BackgroundThreads threads = open(1, 2);
    occupy(threads, false);
    threads.execute(() -> {});
    threads.execute(() -> {});
    assertThatThrownBy(() -> threads.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContainingAll("2 background tasks of plugin pump", "host.plugin-tasks");
    assertThat(refused()).isEqualTo(1);
  }

  @Test
  void the_end_waits_for_what_was_taken_and_leaves_no_thread() throws Exception {
    BackgroundThreads threads = open(1, 10);
    Thread thread = occupy(threads, false);
    CompletableFuture<Boolean> queued = new CompletableFuture<>();
    threads.execute(() -> queued.complete(true));
    CompletableFuture<Boolean> ended = CompletableFuture.supplyAsync(() -> threads.close(LONG));
    release.countDown();
    assertThat(ended.join()).isTrue();
    assertThat(queued).isCompletedWithValue(true);
    thread.join();
    assertThatThrownBy(() -> threads.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class).hasMessage("plugin pump has stopped");
    assertThat(refused()).as("a limit was not hit").isZero();
  }

  @Test
  void a_task_that_does_not_end_is_interrupted_and_what_waits_behind_it_is_dropped() {
    BackgroundThreads threads = open(1, 10);
    occupy(threads, false);
    CompletableFuture<Boolean> behind = new CompletableFuture<>();
    threads.execute(() -> behind.complete(true));
    assertThat(threads.close(SHORT.multipliedBy(25))).isTrue();
    assertThat(behind).isNotDone();
  }

  @Test
  void a_task_that_is_deaf_to_interrupts_is_told_of() {
    BackgroundThreads threads = open(1, 10);
    occupy(threads, true);
    assertThat(threads.close(SHORT)).isFalse();
  }

  private long refused() {
    return counters.counter("background.refused", "").value();
  }
}
