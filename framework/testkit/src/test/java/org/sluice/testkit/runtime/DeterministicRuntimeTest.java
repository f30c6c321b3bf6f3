package org.sluice.testkit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.sluice.core.runtime.WorkerDuties;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.MessagePort;
import org.sluice.spi.runtime.Timer;

class DeterministicRuntimeTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final DeterministicRuntime runtime = new DeterministicRuntime(42);
  private final List<String> log = new ArrayList<>();

  private static WorkerSet newStack(DeterministicRuntime runtime, String name, int workers) {
    WorkerSet set = WorkerSet.builder().namePrefix(name).count(workers).clock(runtime.clock()).build();
    runtime.add(set);
    return set;
  }

  @Test
  void query_isAnsweredByTheWorker() {
    WorkerSet stack = newStack(runtime, "a-", 2);
    CompletableFuture<Boolean> answer = stack.query(1, () -> stack.worker(1).isCurrent());

    assertThat(runtime.await(answer, SECOND)).isTrue();
    assertThat(runtime.clock().elapsedNs()).isZero();
  }

  @Test
  void timersOfSeveralStacks_fireInTheOrderOfTime() {
    WorkerSet a = newStack(runtime, "a-", 2);
    WorkerSet b = newStack(runtime, "b-", 1);
    arm(a, 0, 30);
    arm(a, 1, 10);
    arm(b, 0, 20);
    arm(b, 0, 1_000_000);

    runtime.advance(Duration.ofMillis(30));

    assertThat(log).containsExactly("a-worker-1 at 10", "b-worker-0 at 20", "a-worker-0 at 30");
    assertThat(runtime.clock().elapsedNs()).isEqualTo(30_000_000);
  }

  @Test
  void timerThatFollowsFromATimer_firesWithinTheSameAdvance() {
    WorkerSet stack = newStack(runtime, "", 1);
    Timer[] timer = new Timer[1];
    timer[0] =
        stack
            .worker(0)
            .newTimer(
                nowNs -> {
                  log.add("at " + runtime.clock().elapsedNs() / 1_000_000);
                  timer[0].schedule(nowNs + 10_000_000);
                });
    runtime.on(stack.worker(0), () -> timer[0].schedule(runtime.clock().nanoTime() + 10_000_000));

    runtime.advance(Duration.ofMillis(35));

    assertThat(log).containsExactly("at 10", "at 20", "at 30");
  }

  @Test
  void sameSeed_isTheSameRun_andOtherSeedsAreOthers() {
    Set<Long> fingerprints = new HashSet<>();
    for (long seed = 1; seed <= 20; seed++) {
      long first = pingPong(seed);
      assertThat(pingPong(seed)).as("seed %d", seed).isEqualTo(first);
      fingerprints.add(first);
    }
    assertThat(fingerprints).hasSizeGreaterThan(15);
  }

  private static long pingPong(long seed) {
    DeterministicRuntime runtime = new DeterministicRuntime(seed);
    WorkerSet stack = newStack(runtime, "", 4);
    MessagePort[] port = new MessagePort[1];
    port[0] =
        stack.newPort(
            (worker, kind, handle, hops) -> {
              if (hops > 0) {
                port[0].send((worker.index() + 1) % 4, 0, 0, hops - 1);
                port[0].send((worker.index() + 2) % 4, 0, 0, 0);
              }
            });
    port[0].send(0, 0, 0, 30);
    runtime.runUntilIdle(10_000);
    return runtime.fingerprint();
  }

  @Test
  void faultInAWorker_failsTheRun_andNamesTheSeed() {
    WorkerSet stack = newStack(runtime, "", 1);
    stack.worker(0).newControlSlot(() -> planted()).post();

    assertThatThrownBy(runtime::runUntilIdle)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("control of stack threw on worker-0")
        .hasMessageContaining("seed 42L")
        .hasRootCauseMessage("planted");
  }

  @Test
  void faultThatAPluginsScopeOnlyCounts_failsTheRunToo() {
    WorkerSet stack = newStack(runtime, "", 1);
    stack.counters().scope("echo").counter("faults", "Exceptions").increment(0);

    assertThatThrownBy(runtime::runUntilIdle).hasMessageContaining("echo.faults is 1");
  }

  @Test
  void toleratedFaults_areKept() {
    WorkerSet stack = newStack(runtime, "", 1);
    runtime.tolerateFaults();
    stack.worker(0).newControlSlot(() -> planted()).post();

    runtime.runUntilIdle();

    assertThat(runtime.faults()).hasSize(1);
    assertThat(runtime.faults().getFirst().thrown()).hasMessage("planted");
  }

  @Test
  void loopWithoutEnd_failsTheRun_andShowsWhoTurned() {
    WorkerSet stack = newStack(runtime, "", 1);
    ControlSlot[] slot = new ControlSlot[1];
    slot[0] = stack.worker(0).newControlSlot(() -> slot[0].post());
    slot[0].post();

    assertThatThrownBy(() -> runtime.runUntilIdle(100))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("not idle after 100 turns")
        .hasMessageContaining("#100 worker-0: 256");
  }

  @Test
  void futureThatNobodyCompletes_failsAfterItsTime() {
    newStack(runtime, "", 1);
    assertThatThrownBy(() -> runtime.await(new CompletableFuture<>(), SECOND))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("future complete: not after PT1S");
  }

  @Test
  void workBroughtWithoutAWakeUp_staysUndone_asOnThreads() {
    assertThat(runInboxOf(new Inbox(), false)).isZero();
    assertThat(runInboxOf(new Inbox(), true)).isOne();
  }

  private int runInboxOf(Inbox inbox, boolean wakes) {
    WorkerSet stack = newStack(runtime, wakes ? "wakes-" : "forgets-", 2);
    stack.worker(0).duties(inbox);
    runtime.runUntilIdle();
    stack
        .worker(1)
        .newControlSlot(
            () -> {
              inbox.waiting++;
              if (wakes) {
                stack.worker(0).wake();
              }
            })
        .post();
    runtime.advance(SECOND);
    return inbox.done;
  }

  @Test
  void simulatedContext_runsAtItsOwnTimes() {
    newStack(runtime, "", 1);
    runtime.add(
        "wire",
        new SimulatedContext() {
          private long nextNs = runtime.clock().nanoTime() + 5_000;

          @Override
          public int turn() {
            if (runtime.clock().nanoTime() < nextNs) {
              return 0;
            }
            log.add("wire at " + runtime.clock().elapsedNs());
            nextNs += 5_000;
            return 1;
          }

          @Override
          public long idleNs(long nowNs) {
            return nextNs - nowNs;
          }
        });

    runtime.advance(Duration.ofNanos(12_000));

    assertThat(log).containsExactly("wire at 5000", "wire at 10000");
  }

  private void arm(WorkerSet stack, int worker, int delayMs) {
    Timer timer =
        stack
            .worker(worker)
            .newTimer(
                nowNs ->
                    log.add(
                        stack.worker(worker).name() + " at " + runtime.clock().elapsedNs() / 1_000_000));
    runtime.on(
        stack.worker(worker), () -> timer.schedule(runtime.clock().nanoTime() + delayMs * 1_000_000L));
  }

  private static void planted() {
    throw new IllegalStateException("planted");
  }

  private static final class Inbox implements WorkerDuties {
    private int waiting;
    private int done;

    @Override
    public int receive(long nowNs) {
      int taken = waiting;
      waiting = 0;
      done += taken;
      return taken;
    }

    @Override
    public long idleNs(long nowNs) {
      return waiting > 0 ? 0 : Long.MAX_VALUE;
    }
  }
}
