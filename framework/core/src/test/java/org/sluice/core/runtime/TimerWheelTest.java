package org.sluice.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.runtime.ExecutionContext;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.TimerTask;

class TimerWheelTest {

  private static final long TICK_NS = 100_000;
  private static final int NO_LIMIT = Integer.MAX_VALUE;

  private final WorkerSet workers = WorkerSet.builder().build();
  private final WorkerScope scope = workers.scope("a", workers.counters().scope("a"));
  private final WorkerScope otherScope = workers.scope("b", workers.counters().scope("b"));
  private final List<String> fired = new ArrayList<>();
  private TimerWheel wheel = newWheel(0);

  private static TimerWheel newWheel(long startNs) {
    ExecutionContext anybody =
        new ExecutionContext() {
          @Override
          public boolean isCurrent() {
            return true;
          }

          @Override
          public String name() {
            return "test";
          }
        };
    return new TimerWheel(anybody, startNs, TICK_NS, (timer, nowNs) -> timer.task.onExpiry(nowNs));
  }

  private Timer timer(TimerTask task) {
    return new WheelTimer(wheel, scope, task);
  }

  private Timer timer(String name) {
    return timer(nowNs -> fired.add(name));
  }

  @Test
  void timer_firesInTheTickAfterItsDeadline_once() {
    Timer timer = timer("t");
    timer.schedule(5 * TICK_NS + 1);

    assertThat(wheel.expire(6 * TICK_NS - 1, NO_LIMIT)).isZero();
    assertThat(timer.isScheduled()).isTrue();
    assertThat(timer.deadlineNs()).isEqualTo(5 * TICK_NS + 1);

    assertThat(wheel.expire(6 * TICK_NS, NO_LIMIT)).isOne();
    assertThat(timer.isScheduled()).isFalse();
    assertThat(wheel.expire(1_000 * TICK_NS, NO_LIMIT)).isZero();
    assertThat(fired).containsExactly("t");
  }

  @Test
  void timerOnATickBoundary_firesAtThatTime() {
    timer("t").schedule(5 * TICK_NS);

    assertThat(wheel.expire(5 * TICK_NS - 1, NO_LIMIT)).isZero();
    assertThat(wheel.expire(5 * TICK_NS, NO_LIMIT)).isOne();
  }

  @Test
  void ticks_fireInOrder_alsoWhenTimeJumpsOverAllOfThem() {
    timer("far").schedule(10_000_000 * TICK_NS);
    timer("near").schedule(TICK_NS);
    timer("next level").schedule(100 * TICK_NS);
    timer("level after").schedule(5_000 * TICK_NS);

    wheel.expire(20_000_000 * TICK_NS, NO_LIMIT);

    assertThat(fired).containsExactly("near", "next level", "level after", "far");
  }

  @Test
  void movedTimer_firesAtItsNewDeadlineOnly() {
    Timer timer = timer("t");
    timer.schedule(10 * TICK_NS);
    timer.schedule(700 * TICK_NS);
    assertThat(wheel.size()).isOne();

    assertThat(wheel.expire(699 * TICK_NS, NO_LIMIT)).isZero();
    timer.schedule(700 * TICK_NS - 1);
    assertThat(wheel.expire(700 * TICK_NS, NO_LIMIT)).isOne();
  }

  @Test
  void cancelledTimer_doesNotFire_andCanBeArmedAgain() {
    Timer timer = timer("t");
    timer.cancel();
    timer.schedule(TICK_NS);
    timer.cancel();
    timer.cancel();

    assertThat(wheel.expire(10 * TICK_NS, NO_LIMIT)).isZero();
    assertThat(wheel.delayNs(10 * TICK_NS)).isEqualTo(Long.MAX_VALUE);
    timer.schedule(11 * TICK_NS);
    assertThat(wheel.expire(11 * TICK_NS, NO_LIMIT)).isOne();
  }

  @Test
  void deadlineThatHasPassed_firesInTheNextRun() {
    wheel.expire(1_000 * TICK_NS, NO_LIMIT);
    timer("past").schedule(3);
    timer("before the start").schedule(-1_000 * TICK_NS);

    assertThat(wheel.delayNs(1_000 * TICK_NS)).isZero();
    assertThat(wheel.expire(1_000 * TICK_NS, NO_LIMIT)).isEqualTo(2);
  }

  @Test
  void taskThatArmsForAPastTime_runsOncePerRun() {
    Timer[] timer = new Timer[1];
    timer[0] =
        timer(
            nowNs -> {
              fired.add("t");
              timer[0].schedule(nowNs);
            });
    timer[0].schedule(TICK_NS);

    assertThat(wheel.expire(50 * TICK_NS, NO_LIMIT)).isOne();
    assertThat(wheel.expire(50 * TICK_NS, NO_LIMIT)).isOne();
  }

  @Test
  void taskThatCancelsATimerDueInTheSameRun_isObeyed() {
    Timer second = timer("second");
    timer(nowNs -> second.cancel()).schedule(TICK_NS);
    second.schedule(2 * TICK_NS);

    assertThat(wheel.expire(5 * TICK_NS, NO_LIMIT)).isOne();
    assertThat(fired).isEmpty();
  }

  @Test
  void limit_leavesTheRestInOrderForTheNextRuns() {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      timer("t" + i).schedule((100 + i) * TICK_NS);
      expected.add("t" + i);
    }

    int runs = 0;
    while (wheel.size() > 0) {
      assertThat(wheel.expire(5_000 * TICK_NS, 7)).isLessThanOrEqualTo(7);
      assertThat(wheel.size() == 0 || wheel.delayNs(5_000 * TICK_NS) == 0).isTrue();
      runs++;
      assertThat(runs).isLessThan(10_000);
    }

    assertThat(fired).isEqualTo(expected);
  }

  @Test
  void farDeadline_survivesAllLevels() {
    long deadlineNs = Long.MAX_VALUE - TICK_NS;
    timer("292 years").schedule(deadlineNs);

    long nowNs = 0;
    int runs = 0;
    while (wheel.size() > 0) {
      long delayNs = wheel.delayNs(nowNs);
      assertThat(delayNs).isBetween(1L, deadlineNs - nowNs + TICK_NS);
      nowNs += delayNs;
      wheel.expire(nowNs, NO_LIMIT);
      runs++;
    }
    assertThat(nowNs).isBetween(deadlineNs, Long.MAX_VALUE);
    assertThat(runs).as("wake-ups on the way").isLessThan(12);
  }

  @Test
  void clockThatWraps_isComparedByDifference() {
    long startNs = Long.MAX_VALUE - 10 * TICK_NS;
    wheel = newWheel(startNs);
    timer("t").schedule(startNs + 20 * TICK_NS);

    assertThat(wheel.delayNs(startNs)).isEqualTo(20 * TICK_NS);
    assertThat(wheel.expire(startNs + 19 * TICK_NS, NO_LIMIT)).isZero();
    assertThat(wheel.expire(startNs + 20 * TICK_NS, NO_LIMIT)).isOne();
  }

  @Test
  void cancelAll_takesTheTimersOfOneScopeOnly() {
    for (int i = 0; i < 300; i++) {
      new WheelTimer(wheel, i % 3 == 0 ? scope : otherScope, nowNs -> {}).schedule(i % 90 * 37L * TICK_NS);
    }

    wheel.cancelAll(otherScope);
    assertThat(wheel.size()).isEqualTo(100);
    wheel.cancelAll(scope);
    assertThat(wheel.size()).isZero();
    assertThat(wheel.delayNs(0)).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void wheel_behavesLikeASortedMap(long seed) {
    new ModelRun(seed).run();
  }

  @Test
  void arming_moving_cancelling_firing_allocateNothing() {
    Timer[] timers = new Timer[256];
    Arrays.setAll(timers, i -> timer(nowNs -> {}));
    long[] nowNs = new long[1];

    Allocations.assertNone(
        () -> {
          for (int round = 0; round < 500; round++) {
            for (int i = 0; i < timers.length; i++) {
              timers[i].schedule(nowNs[0] + (long) i * i * TICK_NS);
              if (i % 3 == 0) {
                timers[i].cancel();
              }
            }
            nowNs[0] += 100 * TICK_NS;
            wheel.expire(nowNs[0], 64);
          }
        });
  }

  /** Random operations against the wheel and a map of deadlines side by side. */
  private final class ModelRun {

    private static final int TIMERS = 60;

    private final SplittableRandom random;
    private final String label;
    private final Map<Integer, Long> armed = new HashMap<>();
    private final boolean[] armedLate = new boolean[TIMERS];
    private final Timer[] timers = new Timer[TIMERS];
    private final int limit;
    private final long startNs;
    private long nowNs;
    private long lastTick;

    ModelRun(long seed) {
      random = new SplittableRandom(seed);
      label = "seed " + seed;
      startNs = random.nextLong();
      nowNs = startNs;
      limit = seed % 4 == 0 ? random.nextInt(1, 10) : NO_LIMIT;
      wheel = newWheel(startNs);
      Arrays.setAll(timers, i -> timer(firedAtNs -> onExpiry(i, firedAtNs)));
    }

    void run() {
      for (int step = 0; step < 20_000; step++) {
        int timer = random.nextInt(TIMERS);
        switch (random.nextInt(4)) {
          case 0, 1 -> arm(timer);
          case 2 -> {
            timers[timer].cancel();
            armed.remove(timer);
          }
          default -> advance();
        }
        assertThat(wheel.size()).as(label).isEqualTo(armed.size());
        assertThat(timers[timer].isScheduled()).as(label).isEqualTo(armed.containsKey(timer));
      }
    }

    private void arm(int timer) {
      // Delays of all magnitudes, so that every level is used; some in the past.
      long deadlineNs = nowNs + (random.nextLong() >>> random.nextInt(14, 63)) - random.nextInt(1_000);
      timers[timer].schedule(deadlineNs);
      armed.put(timer, deadlineNs);
      armedLate[timer] = tick(deadlineNs) <= (nowNs - startNs) / TICK_NS;
    }

    private void advance() {
      long delayNs = wheel.delayNs(nowNs);
      for (long deadlineNs : armed.values()) {
        assertThat(delayNs).as(label).isLessThanOrEqualTo(Math.max(0, deadlineNs - nowNs) + TICK_NS);
      }
      nowNs += random.nextLong() >>> random.nextInt(20, 63);
      lastTick = Long.MIN_VALUE;
      assertThat(wheel.expire(nowNs, limit)).as(label).isLessThanOrEqualTo(limit);
      boolean overdue = armed.values().stream().anyMatch(deadlineNs -> nowNs - deadlineNs >= TICK_NS);
      if (limit == NO_LIMIT) {
        assertThat(overdue).as("%s: a tick late", label).isFalse();
      } else if (overdue) {
        assertThat(wheel.delayNs(nowNs)).as("%s: backlog is announced", label).isZero();
      }
    }

    private void onExpiry(int timer, long firedAtNs) {
      assertThat(armed).as(label).containsKey(timer);
      long deadlineNs = Objects.requireNonNull(armed.remove(timer));
      assertThat(firedAtNs).as(label).isEqualTo(nowNs);
      assertThat(firedAtNs - deadlineNs).as("%s: never early", label).isNotNegative();
      if (!armedLate[timer] && limit == NO_LIMIT) {
        assertThat(tick(deadlineNs)).as("%s: in order", label).isGreaterThanOrEqualTo(lastTick);
        lastTick = tick(deadlineNs);
      }
    }

    private long tick(long deadlineNs) {
      return Math.ceilDiv(Math.max(0, deadlineNs - startNs), TICK_NS);
    }
  }
}
