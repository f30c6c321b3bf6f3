package org.sluice.testkit.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Shows that the scheduler finds planted faults in toy protocols, every time from the same seed. */
class InterleavingSchedulerTest {

  private static final int SEEDS = 1_000;

  @Test
  void lostUpdate_isFound_andReplayedFromItsSeed() {
    long seed = firstFailingSeed(InterleavingSchedulerTest::countWithoutAtomicity);

    String message = catchThrowable(() -> countWithoutAtomicity(seed)).getMessage();
    assertThat(message).contains("counted 1");
    assertThat(catchThrowable(() -> countWithoutAtomicity(seed))).hasMessage(message);
  }

  private static void countWithoutAtomicity(long seed) {
    countWithoutAtomicity(new InterleavingScheduler(seed));
  }

  private static void countWithoutAtomicity(InterleavingScheduler scheduler) {
    long seed = scheduler.seed();
    int[] count = new int[1];
    for (String name : List.of("a", "b")) {
      scheduler.actor(
          name,
          self -> {
            self.step("read");
            int seen = count[0];
            self.step("write");
            count[0] = seen + 1;
          });
    }
    scheduler.run();
    assertThat(count[0]).as("counted %d with seed %d\n%s", count[0], seed, scheduler.trace()).isEqualTo(2);
  }

  @Test
  void everyOrder_isRunOnce() {
    List<String> orders = new ArrayList<>();
    assertThat(InterleavingScheduler.exhaust(2, scheduler -> orders.add(orderOfTwo(scheduler)))).isEqualTo(6);
    assertThat(orders).containsExactlyInAnyOrder("aAbB", "abBA", "abAB", "bBaA", "baAB", "baBA");
  }

  private static String orderOfTwo(InterleavingScheduler scheduler) {
    StringBuilder order = new StringBuilder();
    for (String name : List.of("a", "b")) {
      scheduler.actor(
          name,
          self -> {
            order.append(name);
            self.step("between");
            order.append(name.toUpperCase(Locale.ROOT));
          });
    }
    scheduler.run();
    return order.toString();
  }

  @Test
  void lostUpdate_isFoundBySystem_withOnePreemption() {
    assertThat(InterleavingScheduler.exhaust(0, scheduler -> countWithoutAtomicity(scheduler))).isEqualTo(2);
    assertThat(catchThrowable(() -> InterleavingScheduler.exhaust(1, scheduler -> countWithoutAtomicity(scheduler))))
        .isInstanceOf(AssertionError.class).hasMessageContaining("counted 1").hasMessageContaining("choices [");
  }

  @Test
  void whoLooksAgainAndAgain_givesWay() {
    boolean[] there = new boolean[1];
    InterleavingScheduler.exhaust(
        1,
        scheduler -> {
          there[0] = false;
          scheduler.actor(
              "looker",
              self -> {
                while (!there[0]) {
                  self.step("look");
                }
              });
          scheduler.actor("setter", self -> there[0] = true);
          scheduler.run();
        });
  }

  @Test
  void lostWakeUp_isFound_andReplayedFromItsSeed() {
    long seed = firstFailingSeed(candidate -> sleepAndWake(candidate, false));

    Throwable failure = catchThrowable(() -> sleepAndWake(seed, false));
    assertThat(failure)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("all actors sleep: [sleeper (parked), waker (finished)]")
        .hasMessageContaining("seed " + seed + "L");
    assertThat(catchThrowable(() -> sleepAndWake(seed, false))).hasMessage(failure.getMessage());
  }

  @Test
  void protocolThatLooksAgainAfterAnnouncingItsSleep_survivesAllSeeds() {
    InterleavingScheduler.explore(SEEDS, scheduler -> sleepAndWake(scheduler, true));
  }

  private static void sleepAndWake(long seed, boolean looksAgain) {
    sleepAndWake(new InterleavingScheduler(seed), looksAgain);
  }

  /** The sleeper looks for work, then announces that it sleeps; the waker brings work, then looks who sleeps. */
  private static void sleepAndWake(InterleavingScheduler scheduler, boolean looksAgain) {
    boolean[] work = new boolean[1];
    boolean[] asleep = new boolean[1];
    Actor sleeper =
        scheduler.actor(
            "sleeper",
            self -> {
              self.step("look for work");
              if (work[0]) {
                return;
              }
              self.step("announce");
              asleep[0] = true;
              if (looksAgain) {
                self.step("look again");
                if (work[0]) {
                  return;
                }
              }
              self.park();
            });
    scheduler.actor(
        "waker",
        self -> {
          self.step("bring work");
          work[0] = true;
          self.step("look for sleeper");
          if (asleep[0]) {
            sleeper.unpark();
          }
        });
    scheduler.run();
  }

  @Test
  void exactlyOneActorRuns_atAnyTime() {
    InterleavingScheduler.explore(
        50,
        scheduler -> {
          List<String> log = new ArrayList<>();
          for (String name : List.of("a", "b", "c")) {
            scheduler.actor(
                name,
                self -> {
                  for (int i = 0; i < 20; i++) {
                    log.add(name);
                    assertThat(self.isCurrent()).isTrue();
                    self.step("logged");
                  }
                });
          }
          scheduler.run();
          assertThat(log).hasSize(60);
        });
  }

  @Test
  void permitGivenBeforeTheSleep_endsIt() {
    InterleavingScheduler scheduler = new InterleavingScheduler(1);
    Actor actor =
        scheduler.actor(
            "a",
            self -> {
              self.unpark();
              self.unpark();
              self.park();
            });
    scheduler.run();
    assertThat(actor.isCurrent()).isFalse();
  }

  @Test
  void exceptionOfAnActor_failsTheRun_andEndsTheOthers() {
    InterleavingScheduler scheduler = new InterleavingScheduler(1);
    scheduler.actor("sleeper", Actor::park);
    scheduler.actor("spinner", self -> spin(self));
    scheduler.actor(
        "thrower",
        self -> {
          throw new IllegalStateException("planted");
        });

    assertThatThrownBy(scheduler::run)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("thrower failed")
        .hasRootCauseMessage("planted");
  }

  @Test
  void runWithoutEnd_fails() {
    InterleavingScheduler scheduler = new InterleavingScheduler(1, 500);
    scheduler.actor("spinner", self -> spin(self));

    assertThatThrownBy(scheduler::run)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no end after 500 steps");
  }

  @Test
  void explore_namesTheSeedOfAnOutcomeThatIsWrong() {
    assertThatThrownBy(
            () ->
                InterleavingScheduler.explore(
                    3,
                    scheduler -> {
                      scheduler.actor("a", self -> {});
                      scheduler.run();
                      assertThat(scheduler.seed()).isLessThan(3);
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dsluice.seed=3");
  }

  private static void spin(Actor self) {
    while (true) {
      self.step("spin");
    }
  }

  private static long firstFailingSeed(LongConsumer run) {
    @Nullable Throwable last = null;
    for (long seed = 1; seed <= SEEDS; seed++) {
      long candidate = seed;
      last = catchThrowable(() -> run.accept(candidate));
      if (last != null) {
        return seed;
      }
    }
    throw new AssertionError("the planted fault was not found with " + SEEDS + " seeds");
  }
}
