package org.sluice.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.MessagePort;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.Worker;

class WorkerSetTest {

  private static final long DEADLINE_S = 30;

  private final WorkerSet workers = WorkerSet.builder().count(3).build();

  @AfterEach
  void close() {
    workers.close();
  }

  @Test
  void startedWorkers_runOnDaemonThreadsOfTheirNames_untilClosed() {
    workers.start();

    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < workers.count(); i++) {
      threads.add(workers.query(i, Thread::currentThread).orTimeout(DEADLINE_S, TimeUnit.SECONDS).join());
    }

    assertThat(threads)
        .extracting(Thread::getName)
        .containsExactly("sluice-worker-0", "sluice-worker-1", "sluice-worker-2");
    assertThat(threads).allMatch(Thread::isDaemon).noneMatch(Thread::isVirtual);
    workers.close();
    workers.close();
    assertThat(threads).noneMatch(Thread::isAlive);
    assertThatThrownBy(workers::start).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void workersRunOnTheProcessorsTheyAreGiven_inTurn() {
    BitSet before = CpuAffinity.allowed();
    int[] cpus = {before.length() - 1, before.nextSetBit(0)};
    try (WorkerSet pinned = WorkerSet.builder().count(3).cpus(cpus).build()) {
      pinned.start();
      for (int i = 0; i < pinned.count(); i++) {
        assertThat(pinned.query(i, CpuAffinity::allowed).orTimeout(DEADLINE_S, TimeUnit.SECONDS).join().stream())
            .containsExactly(cpus[i % 2]);
      }
    }
    assertThat(CpuAffinity.allowed()).as("those of who asks").isEqualTo(before);
    assertThatThrownBy(() -> WorkerSet.builder().cpus(cpus[0], 8191)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8191");
  }

  @Test
  void query_runsOnItsWorker_andInlineWhenAlreadyThere() {
    workers.start();

    boolean current =
        workers
            .query(
                1,
                () -> {
                  CompletableFuture<Boolean> nested = workers.query(1, () -> workers.worker(1).isCurrent());
                  return nested.isDone() && nested.join();
                })
            .orTimeout(DEADLINE_S, TimeUnit.SECONDS)
            .join();

    assertThat(current).isTrue();
  }

  @Test
  void queryThatThrows_completesWithThat_andIsNoFault() {
    CompletableFuture<Object> result =
        workers.query(
            0,
            () -> {
              throw new IllegalStateException("planted");
            });
    workers.worker(0).turn();

    assertThatThrownBy(result::join).hasRootCauseMessage("planted");
    assertThat(workers.counters().scope(WorkerSet.OWN_SCOPE).counter("faults", "").value()).isZero();
  }

  @Test
  void queryOfAFullMailbox_isRejected() {
    fillMailbox(0);
    assertThatThrownBy(() -> workers.query(0, () -> 1).join())
        .hasRootCauseInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("worker-0 is full");
  }

  @Test
  void callOfAFullMailbox_runs() {
    fillMailbox(0);
    CompletableFuture<Integer> call = workers.call(0, () -> 1);
    assertThat(call).isNotDone();

    workers.worker(0).turn();

    assertThat(call).isCompletedWithValue(1);
  }

  @Test
  void callOnItsOwnWorker_runsInline() {
    workers.worker(0).enter();
    assertThat(workers.call(0, () -> 1)).isCompletedWithValue(1);
    workers.worker(0).exit();
  }

  @Test
  void laterCallOnItsOwnWorker_runsBehindWhatWaits() {
    List<String> ran = new ArrayList<>();
    StackWorker worker = workers.worker(0);
    worker.enter();
    worker.newControlSlot(() -> ran.add("first")).post();
    CompletableFuture<Boolean> later = workers.callLater(0, () -> ran.add("later"));
    assertThat(later).isNotDone();
    worker.turn();
    worker.exit();

    assertThat(later).isCompletedWithValue(true);
    assertThat(ran).containsExactly("first", "later");
  }

  @Test
  void laterCallAfterClose_isRefused() {
    AtomicInteger ran = new AtomicInteger();
    workers.close();
    StackWorker worker = workers.worker(0);
    worker.enter();
    CompletableFuture<Integer> later = workers.callLater(0, ran::incrementAndGet);
    worker.turn();
    worker.exit();

    assertThatThrownBy(later::join).hasRootCauseInstanceOf(RejectedExecutionException.class);
    assertThat(ran).hasValue(0);
  }

  @Test
  void callThatThrows_completesWithThat_andIsNoFault() {
    CompletableFuture<Object> result = workers.call(0, () -> {
      throw new IllegalStateException("planted");
    });
    workers.worker(0).turn();

    assertThatThrownBy(result::join).hasRootCauseMessage("planted");
    assertThat(workers.counters().scope(WorkerSet.OWN_SCOPE).counter("faults", "").value()).isZero();
  }

  @Test
  void close_servesCallsThatWait_andRefusesThoseThatComeLater() {
    AtomicInteger ran = new AtomicInteger();
    CompletableFuture<Integer> waiting = workers.call(1, ran::incrementAndGet);

    workers.close();

    assertThat(waiting).isCompletedWithValue(1);
    assertThatThrownBy(() -> workers.call(1, ran::incrementAndGet).join())
        .hasRootCauseInstanceOf(RejectedExecutionException.class);
    workers.worker(1).turn();
    assertThat(ran).as("refused is not run later").hasValue(1);
  }

  @Test
  void messageForAFullMailbox_isRefusedAndCounted() {
    int accepted = fillMailbox(1);

    assertThat(accepted).isEqualTo(WorkerLimits.DEFAULT.mailboxCapacity());
    assertThat(workers.counters().scope(WorkerSet.OWN_SCOPE).counter("mailbox.full", "").value()).isOne();
  }

  @Test
  void close_refusesWhatWaits_andWhatComesLater() {
    MessagePort port = workers.newPort((on, kind, handle, argument) -> {});
    CompletableFuture<Integer> waiting = workers.query(0, () -> 1);

    workers.close();

    assertThatThrownBy(waiting::join).hasRootCauseInstanceOf(RejectedExecutionException.class);
    assertThatThrownBy(() -> workers.query(0, () -> 1).join())
        .hasRootCauseInstanceOf(RejectedExecutionException.class);
    assertThat(port.send(0, 0, 0, 0)).isFalse();
  }

  @Test
  void close_stillServesControls_alsoThoseThatOthersPost() {
    List<String> ran = new ArrayList<>();
    ControlSlot second = workers.worker(0).newControlSlot(() -> ran.add("second"));
    workers.worker(0).newControlSlot(second::post).post();

    workers.close();

    assertThat(ran).containsExactly("second");
  }

  @Test
  void closeOnAWorker_isRefused() {
    workers.start();
    CompletableFuture<Void> result =
        workers.query(
            2,
            () -> {
              workers.close();
              return null;
            });
    assertThatThrownBy(() -> result.orTimeout(DEADLINE_S, TimeUnit.SECONDS).join())
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void pluginFault_isCountedAndReportedUnderItsId() {
    List<String> reported = new ArrayList<>();
    workers.faultHandler((on, scope, what, fault) -> reported.add(scope + " " + what));
    WorkerScope plugin = workers.scope("echo", workers.counters().scope("echo"));
    plugin.worker(0).newControlSlot(() -> fail()).post();
    plugin.newPort((on, kind, handle, argument) -> on.newTimer(nowNs -> fail()).schedule(0)).send(0, 0, 0, 0);

    workers.worker(0).turn();

    assertThat(reported).containsExactly("echo control", "echo timer");
    assertThat(workers.counters().scope("echo").counter("faults", "").value(0)).isEqualTo(2);
    assertThat(workers.counters().scope(WorkerSet.OWN_SCOPE).counter("faults", "").value()).isZero();
  }

  @Test
  void revokedScope_runsNothingMore() {
    AtomicInteger ran = new AtomicInteger();
    WorkerScope plugin = workers.scope("echo", workers.counters().scope("echo"));
    Worker view = plugin.worker(0);
    StackWorker worker = workers.worker(0);
    MessagePort port = plugin.newPort((on, kind, handle, argument) -> ran.incrementAndGet());
    Timer timer = view.newTimer(nowNs -> ran.incrementAndGet());
    worker.enter();
    timer.schedule(worker.nowNs());
    worker.exit();
    port.send(0, 0, 0, 0);
    view.newControlSlot(ran::incrementAndGet).post();
    CompletableFuture<Integer> query = plugin.query(0, ran::incrementAndGet);

    CompletableFuture<Void> revoked = plugin.revoke();
    assertThat(revoked).isNotDone();
    for (int i = 0; i < workers.count(); i++) {
      workers.worker(i).turn();
    }

    assertThat(revoked).isCompleted();
    assertThat(ran).hasValue(0);
    assertThat(timer.isScheduled()).isFalse();
    assertThat(query).isCompletedExceptionally();
    assertThat(port.send(0, 0, 0, 0)).isFalse();
    assertThatThrownBy(() -> plugin.newPort((on, kind, handle, argument) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("echo");
  }

  @Test
  void revokeAfterClose_completesAtOnce() {
    WorkerScope plugin = workers.scope("echo", workers.counters().scope("echo"));
    workers.close();
    assertThat(plugin.revoke()).isCompleted();
  }

  @Test
  void pluginSeesItsOwnViewOfTheCurrentWorker() {
    WorkerScope plugin = workers.scope("echo", workers.counters().scope("echo"));
    List<@Nullable Worker> seen = new ArrayList<>();
    plugin
        .newPort(
            (on, kind, handle, argument) -> {
              seen.add(on);
              seen.add(plugin.current());
            })
        .send(2, 0, 0, 0);
    workers.worker(2).turn();

    assertThat(seen).containsExactly(plugin.worker(2), plugin.worker(2));
    assertThat(plugin.current()).isNull();
  }

  @Test
  void sleepingWorkers_missNoWakeUp() throws InterruptedException {
    // Each hop ends in a worker that has parked, or is about to: without the fences on both sides one of these
    // wake-ups is lost sooner or later, and the ball lies still.
    try (WorkerSet sleepers = WorkerSet.builder().count(3).idle(IdleStrategy.backOff(0, 0)).build()) {
      int hops = 30_000;
      CountDownLatch done = new CountDownLatch(1);
      MessagePort[] port = new MessagePort[1];
      ControlSlot[] slots = new ControlSlot[sleepers.count()];
      long[] ball = new long[1];
      for (int i = 0; i < slots.length; i++) {
        slots[i] = sleepers.worker(i).newControlSlot(() -> port[0].send((int) (ball[0] % 3), 0, 0, ball[0]));
      }
      port[0] =
          sleepers.newPort(
              (on, kind, handle, hop) -> {
                if (hop == hops) {
                  done.countDown();
                } else {
                  ball[0] = hop + 1;
                  slots[(int) (hop * 7 % 3)].post();
                }
              });
      sleepers.start();
      port[0].send(0, 0, 0, 0);

      assertThat(done.await(DEADLINE_S, TimeUnit.SECONDS)).as("ball at hop %d", ball[0]).isTrue();
    }
  }

  @Test
  void manySenders_loseNothing_andKeepTheirOrder() throws InterruptedException {
    int senders = 4;
    int messages = 50_000;
    long[] next = new long[senders];
    AtomicInteger controls = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(senders);
    List<String> errors = new ArrayList<>();
    AtomicInteger posted = new AtomicInteger();
    try (WorkerSet set = WorkerSet.builder().limits(new WorkerLimits(64, 16, 16, 16, 16, 100_000)).build()) {
      MessagePort port =
          set.newPort(
              (on, kind, sender, sequence) -> {
                if (next[kind] != sequence || sender != ~kind) {
                  errors.add("sender " + kind + ": " + sequence + " instead of " + next[kind]);
                }
                next[kind] = sequence + 1;
                if (sequence == messages - 1) {
                  done.countDown();
                }
              });
      set.start();
      List<Thread> threads = new ArrayList<>();
      for (int sender = 0; sender < senders; sender++) {
        int id = sender;
        ControlSlot slot = set.worker(0).newControlSlot(controls::incrementAndGet);
        threads.add(Thread.ofPlatform().start(() -> posted.addAndGet(send(port, slot, id, messages))));
      }

      assertThat(done.await(DEADLINE_S, TimeUnit.SECONDS)).as("received %s", next).isTrue();
      for (Thread thread : threads) {
        thread.join();
      }
    }
    // Controls that had not run yet were run by close.
    assertThat(errors).isEmpty();
    assertThat(controls).hasValue(posted.get());
  }

  /** Sends in order, trying again when refused, and posts a slot now and then; returns the posts that were accepted. */
  @SuppressWarnings("ThreadPriorityCheck") // A refused sender gives the receiver the processor.
  private static int send(MessagePort port, ControlSlot slot, int id, int messages) {
    int accepted = 0;
    for (int i = 0; i < messages; i++) {
      while (!port.send(0, id, ~id, i)) {
        Thread.yield();
      }
      if (i % 3 == 0 && slot.post()) {
        accepted++;
      }
    }
    return accepted;
  }

  private int fillMailbox(int worker) {
    MessagePort port = workers.newPort((on, kind, handle, argument) -> {});
    int accepted = 0;
    while (port.send(worker, 0, 0, 0)) {
      accepted++;
    }
    return accepted;
  }

  private static void fail() {
    throw new IllegalStateException("planted");
  }
}
