package org.sluice.plugin.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.sluice.plugin.transfer.FileLane.AtEnd;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;

class FileLaneTest {
  private static final int JOBS = 20_000;

  private final TestHost host = new Simulation(1, 0).host("transfer", Map.of());
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final List<String> log = new ArrayList<>();
  private final AtomicInteger wakes = new AtomicInteger();
  private boolean refuses;
  private final FileLane lane = lane("");

  private FileLane lane(String name) {
    Progress progress = new Progress("send", "peer", 0);
    FileLane made = new FileLane(host.with(this::execute), progress, () -> log.add(name + "end"));
    made.wakes(() -> wakes.incrementAndGet() > 0);
    return made;
  }

  private void execute(Runnable task) {
    if (refuses) {
      throw new RejectedExecutionException("no room");
    }
    tasks.add(task);
  }

  private void runAll() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private void submit(FileLane to, String name, AtEnd atEnd) {
    to.submit(atEnd, () -> {
      log.add(name);
      return name;
    }, result -> log.add(result + " done"));
  }

  @Test
  void results_come_back_in_order_where_they_are_collected() throws Exception {
    submit(lane, "a", AtEnd.DONE);
    submit(lane, "b", AtEnd.DROPPED);
    assertThat(log).as("nothing runs where it is submitted").isEmpty();
    runAll();
    assertThat(log).containsExactly("a", "b");
    assertThat(lane.isIdle()).isFalse();
    lane.collect();
    assertThat(log).containsExactly("a", "b", "a done", "b done");
    assertThat(lane.isIdle()).isTrue();
    assertThat(wakes).hasValueGreaterThanOrEqualTo(2);
  }

  @Test
  void a_long_job_lets_other_lanes_have_their_turn_and_none_of_its_own() throws Exception {
    FileLane other = lane("other ");
    AtomicInteger left = new AtomicInteger(3);
    lane.submit(AtEnd.DROPPED, () -> {
      log.add("slice");
      return left.decrementAndGet() == 0 ? "long" : null;
    }, result -> log.add(result + " done"));
    submit(lane, "behind", AtEnd.DONE);
    submit(other, "other", AtEnd.DONE);
    runAll();
    assertThat(log).containsExactly("slice", "other", "slice", "slice", "behind");
  }

  @Test
  void a_failure_reaches_the_worker_once_and_later_jobs_are_skipped() {
    lane.submit(AtEnd.DONE, () -> {
      throw new IOException("disk full");
    }, result -> log.add("never"));
    submit(lane, "later", AtEnd.DONE);
    runAll();
    assertThatThrownBy(lane::collect).isInstanceOfSatisfying(TransferException.class,
        e -> assertThat(e.reason()).isEqualTo(FailReason.IO)).hasMessageContaining("disk full");
    lane.close();
    runAll();
    assertThat(log).containsExactly("end");
  }

  @Test
  void a_mistake_in_a_job_fails_the_transfer_is_counted_and_the_files_are_closed() {
    lane.submit(AtEnd.DONE, () -> {
      throw new IllegalStateException("mistake");
    }, result -> log.add("never"));
    runAll();
    assertThat(host.count("faults")).isEqualTo(1);
    assertThatThrownBy(lane::collect).isInstanceOfSatisfying(TransferException.class,
        e -> assertThat(e.reason()).isEqualTo(FailReason.OTHER)).hasMessageContaining("mistake");
    lane.close();
    runAll();
    assertThat(log).containsExactly("end");
  }

  @Test
  void the_end_keeps_data_drops_the_rest_and_delivers_nothing() throws Exception {
    submit(lane, "data", AtEnd.DONE);
    submit(lane, "hash", AtEnd.DROPPED);
    lane.close();
    lane.close();
    submit(lane, "late", AtEnd.DONE);
    runAll();
    lane.collect();
    assertThat(log).containsExactly("data", "end");
    assertThat(lane.isIdle()).isTrue();
  }

  @Test
  void a_long_job_ends_with_the_session() {
    lane.submit(AtEnd.DROPPED, () -> {
      log.add("slice");
      return null;
    }, result -> log.add("never"));
    tasks.remove().run();
    tasks.remove().run();
    lane.close();
    runAll();
    assertThat(log).containsExactly("slice", "slice", "end");
  }

  @Test
  void without_a_thread_the_transfer_fails_and_its_files_are_closed_all_the_same() {
    refuses = true;
    submit(lane, "refused", AtEnd.DONE);
    assertThatThrownBy(lane::collect).isInstanceOfSatisfying(TransferException.class,
        e -> assertThat(e.reason()).isEqualTo(FailReason.LIMIT)).hasMessageContaining("no room");
    lane.close();
    assertThat(log).containsExactly("end");
  }

  @Test
  void what_was_begun_ends_although_no_further_task_is_taken() throws Exception {
    submit(lane, "a", AtEnd.DONE);
    submit(lane, "b", AtEnd.DONE);
    refuses = true;
    runAll();
    lane.collect();
    assertThat(log).containsExactly("a", "b", "a done", "b done");
  }

  /** With real threads: never two jobs at a time, none lost, the order kept. */
  @Test
  void jobs_of_one_lane_never_overlap() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      Semaphore woken = new Semaphore(0);
      FileLane shared = new FileLane(host.with(threads), new Progress("send", "peer", 0), () -> {});
      shared.wakes(() -> {
        woken.release();
        return true;
      });
      AtomicInteger inside = new AtomicInteger();
      // Not atomic: only the lane's order makes it right.
      int[] ran = new int[1];
      List<Integer> results = new ArrayList<>();
      for (int i = 0; i < JOBS; i++) {
        int number = i;
        shared.submit(AtEnd.DONE, () -> {
          assertThat(inside.incrementAndGet()).isEqualTo(1);
          assertThat(ran[0]++).isEqualTo(number);
          inside.decrementAndGet();
          return number;
        }, results::add);
        shared.collect();
      }
      while (!shared.isIdle()) {
        assertThat(woken.tryAcquire(60, TimeUnit.SECONDS)).as("woken").isTrue();
        shared.collect();
      }
      assertThat(results).hasSize(JOBS).isSorted();
    }
  }
}
