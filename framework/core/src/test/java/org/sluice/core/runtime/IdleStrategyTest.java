package org.sluice.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sluice.core.runtime.IdleStrategy.Step;
import org.sluice.spi.runtime.MessagePort;

class IdleStrategyTest {

  private static final long MILLISECOND_NS = 1_000_000;

  private final TestClock clock = new TestClock(0);
  private final List<Long> sleeps = new ArrayList<>();
  private int turns;
  private Runnable atEndOfFirstTurn = () -> {};

  @Test
  void backOff_spinsThenYieldsThenParks() {
    IdleStrategy strategy = IdleStrategy.backOff(2, 1);

    assertThat(List.of(strategy.after(1), strategy.after(2), strategy.after(3), strategy.after(4)))
        .containsExactly(Step.SPIN, Step.SPIN, Step.YIELD, Step.PARK);
    assertThat(strategy.after(Integer.MAX_VALUE)).isEqualTo(Step.PARK);
  }

  @Test
  void backOffWithTheLargestCounts_neverParks() {
    IdleStrategy strategy = IdleStrategy.backOff(Integer.MAX_VALUE, Integer.MAX_VALUE);
    assertThat(strategy.after(Integer.MAX_VALUE)).isEqualTo(Step.SPIN);
  }

  @Test
  void busy_alwaysSpins() {
    assertThat(IdleStrategy.busy().after(1)).isEqualTo(Step.SPIN);
    assertThat(IdleStrategy.busy().after(Integer.MAX_VALUE)).isEqualTo(Step.SPIN);
  }

  @Test
  void negativeCounts_areRefused() {
    assertThatThrownBy(() -> IdleStrategy.backOff(-1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void workerWithoutWork_parksUntilTheNextTimer_andSpinsAgainAfterIt() {
    // Two idle turns before each sleep; the third sleep ends the run.
    try (WorkerSet workers = idleWorkers(IdleStrategy.backOff(1, 1), 3)) {
      StackWorker worker = workers.worker(0);
      worker.enter();
      worker.newTimer(nowNs -> {}).schedule(2 * MILLISECOND_NS);
      worker.exit();
      worker.run();
    }

    // The timer; then nothing to wait for; then the same again, at once, for no work came.
    assertThat(sleeps).containsExactly(2 * MILLISECOND_NS, Long.MAX_VALUE, Long.MAX_VALUE);
    // 3 idle turns, the turn of the timer, 3 idle turns, 1 after the second sleep.
    assertThat(turns).isEqualTo(8);
  }

  @Test
  void messageThatComesBetweenTheLastTurnAndTheSleep_preventsTheSleep() {
    try (WorkerSet workers = idleWorkers(IdleStrategy.backOff(0, 0), 1)) {
      MessagePort port = workers.newPort((on, kind, handle, argument) -> {});
      // The end of the turn is as close to the sleep as a test on one thread can get.
      atEndOfFirstTurn = () -> port.send(0, 0, 0, 0);
      workers.worker(0).run();
    }

    assertThat(sleeps).hasSize(1);
    assertThat(turns).as("turns before the only sleep: empty, with the message, empty").isEqualTo(3);
  }

  /** One worker whose sleeps are recorded and pass at once; the last one stops it. */
  private WorkerSet idleWorkers(IdleStrategy strategy, int maxSleeps) {
    Runnable[] stop = new Runnable[1];
    Parker parker =
        new Parker() {
          @Override
          public void park(long maxNs) {
            sleeps.add(maxNs);
            clock.advance(maxNs == Long.MAX_VALUE ? 0 : maxNs);
            if (sleeps.size() == maxSleeps) {
              stop[0].run();
            }
          }

          @Override
          public void unpark() {}
        };
    WorkerSet workers = WorkerSet.builder().clock(clock).idle(strategy).parkers(() -> parker).build();
    stop[0] = workers.worker(0)::stop;
    workers.worker(0).duties(
        new WorkerDuties() {
          @Override
          public int transmit(long nowNs) {
            if (turns++ == 0) {
              atEndOfFirstTurn.run();
            }
            return 0;
          }
        });
    return workers;
  }
}
