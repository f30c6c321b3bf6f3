package org.sluice.testkit.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.runtime.WorkerSet;

/**
 * Runs any number of stacks on the calling thread, in virtual time. Which worker turns next is drawn from a seed; so a
 * test sees other orders with other seeds, and the same run again with the same one. Workers sleep and are woken as on
 * threads of their own, so a wake-up that somebody forgot shows as work that stays undone.
 *
 * <p>The stacks are built with {@link #clock()} and a generator from {@link #newRandom()}, added, and not started. A
 * failure (a fault in a worker, a loop that never rests, a future that never completes) is an {@link AssertionError}
 * that names the seed and shows the last turns.
 */
public final class DeterministicRuntime {

  /** Turns that a run may take before it counts as endless. */
  public static final int DEFAULT_MAX_TURNS = 1_000_000;

  private final long seed;
  private final ManualClock clock = new ManualClock();
  private final SplittableRandom order;
  private final SplittableRandom randoms;
  private final Trace trace = new Trace();
  private final List<Participant> participants = new ArrayList<>();
  private final List<Participant> awake = new ArrayList<>();
  private final List<WorkerFault> faults = new ArrayList<>();
  private final List<CounterRegistry> registries = new ArrayList<>();
  private boolean faultsTolerated;
  private long turns;

  /**
   * Makes a runtime without stacks.
   *
   * @param seed decides the order of turns, and what {@link #newRandom} yields
   */
  public DeterministicRuntime(long seed) {
    this.seed = seed;
    SplittableRandom source = new SplittableRandom(seed);
    order = source.split();
    randoms = source.split();
  }

  /**
   * The time of all stacks.
   *
   * @return the clock; {@link #advance} lets the stacks see it pass
   */
  public ManualClock clock() {
    return clock;
  }

  /**
   * Randomness for a stack or a test, independent of the order of turns.
   *
   * @return a generator of its own
   */
  public RandomGenerator newRandom() {
    return randoms.split();
  }

  /**
   * Adds the workers of a stack that was not started.
   *
   * @param workers they take turns from now on
   */
  public void add(WorkerSet workers) {
    workers.faultHandler(
        (worker, scope, what, fault) -> faults.add(new WorkerFault(worker.name(), scope, what, fault)));
    for (int i = 0; i < workers.count(); i++) {
      participants.add(new Participant.OfWorker(workers.worker(i)));
    }
    registries.add(workers.counters());
  }

  /**
   * Adds something else that takes turns.
   *
   * @param name shown in traces
   * @param context asked for its turns
   */
  public void add(String name, SimulatedContext context) {
    participants.add(new Participant.OfContext(name, context));
  }

  /** Lets faults in workers pass: for tests of what plugins do wrong. They are kept in {@link #faults}. */
  public void tolerateFaults() {
    faultsTolerated = true;
  }

  /**
   * What was thrown into the workers' loops.
   *
   * @return the faults, oldest first
   */
  public List<WorkerFault> faults() {
    return List.copyOf(faults);
  }

  // ---- Running.

  /**
   * Runs one turn of one participant, drawn among those that are awake.
   *
   * @return false when all sleep, and nothing was run
   */
  public boolean step() {
    long nowNs = clock.nanoTime();
    awake.clear();
    for (Participant participant : participants) {
      if (participant.isAwake(nowNs)) {
        awake.add(participant);
      }
    }
    if (awake.isEmpty()) {
      return false;
    }
    run(awake.get(order.nextInt(awake.size())), nowNs);
    checkFaults();
    return true;
  }

  private void run(Participant participant, long nowNs) {
    int work;
    clock.hold();
    try {
      work = participant.turn(nowNs);
    } catch (RuntimeException | Error e) {
      throw failure(participant.name + " failed", e);
    } finally {
      clock.release();
    }
    turns++;
    trace.add(turns, clock.elapsedNs(), participant.name, Integer.toString(work));
    if (work > 0) {
      participants.forEach(Participant::onWork);
    }
  }

  /** Runs turns, at this moment of time, until nobody has anything to do. */
  public void runUntilIdle() {
    runUntilIdle(DEFAULT_MAX_TURNS);
  }

  /**
   * Runs turns, at this moment of time, until nobody has anything to do.
   *
   * @param maxTurns fails when that is not the case after so many turns
   */
  public void runUntilIdle(int maxTurns) {
    turnUntilIdle(maxTurns);
    checkCountedFaults();
  }

  private void turnUntilIdle(int maxTurns) {
    for (int i = 0; step(); i++) {
      if (i == maxTurns) {
        throw failure("not idle after " + maxTurns + " turns", null);
      }
    }
  }

  /**
   * Lets time pass, from deadline to deadline, running all that comes due on the way and all that follows from it.
   *
   * @param duration how much
   */
  public void advance(Duration duration) {
    long endNs = Math.addExact(clock.elapsedNs(), duration.toNanos());
    turnUntilIdle(DEFAULT_MAX_TURNS);
    while (clock.elapsedNs() < endNs) {
      clock.advanceNs(Math.min(idleNs(), endNs - clock.elapsedNs()));
      turnUntilIdle(DEFAULT_MAX_TURNS);
    }
    // Once, because it looks at every counter there is.
    checkCountedFaults();
  }

  /**
   * Runs turns and lets time pass until a condition holds.
   *
   * @param what the condition in words, for the failure
   * @param condition asked between turns
   * @param maxDuration fails when virtual time has passed by so much
   */
  public void runUntil(String what, BooleanSupplier condition, Duration maxDuration) {
    long endNs = Math.addExact(clock.elapsedNs(), maxDuration.toNanos());
    for (int i = 0; !condition.getAsBoolean(); i++) {
      if (i == DEFAULT_MAX_TURNS) {
        throw failure(what + ": not after " + i + " turns", null);
      }
      if (!step()) {
        if (clock.elapsedNs() == endNs) {
          throw failure(what + ": not after " + maxDuration, null);
        }
        clock.advanceNs(Math.min(idleNs(), endNs - clock.elapsedNs()));
      }
    }
  }

  /**
   * Runs turns and lets time pass until a future is complete.
   *
   * @param future the future
   * @param maxDuration fails when virtual time has passed by so much
   * @param <T> its type
   * @return its result
   * @throws java.util.concurrent.CompletionException when it completed exceptionally
   */
  public <T> T await(CompletableFuture<T> future, Duration maxDuration) {
    runUntil("future complete", future::isDone, maxDuration);
    return future.join();
  }

  /**
   * Acts in a worker's place between turns: what the task does is done by that worker, which is awake afterwards.
   *
   * @param worker a worker of an added stack
   * @param task runs at once
   */
  public void on(StackWorker worker, Runnable task) {
    boolean entered = worker.enter();
    try {
      task.run();
    } finally {
      if (entered) {
        worker.exit();
      }
    }
    for (Participant participant : participants) {
      if (participant instanceof Participant.OfWorker of && of.worker().equals(worker)) {
        of.wake();
      }
      participant.onWork();
    }
  }

  // ---- Looking at a run.

  /**
   * The seed this runtime was made with.
   *
   * @return the seed
   */
  public long seed() {
    return seed;
  }

  /**
   * How many turns were run.
   *
   * @return the count
   */
  public long turns() {
    return turns;
  }

  /**
   * The last turns, one per line.
   *
   * @return text for people
   */
  public String trace() {
    return trace.toString();
  }

  /**
   * A digest of all turns so far: equal for two runs that went the same way.
   *
   * @return the digest
   */
  public long fingerprint() {
    return trace.fingerprint();
  }

  private long idleNs() {
    long idleNs = Long.MAX_VALUE;
    for (Participant participant : participants) {
      idleNs = Math.min(idleNs, participant.idleNs(clock.nanoTime()));
    }
    return idleNs;
  }

  private void checkFaults() {
    if (!faultsTolerated && !faults.isEmpty()) {
      WorkerFault first = faults.getFirst();
      throw failure(first.what() + " of " + first.scope() + " threw on " + first.worker(), first.thrown());
    }
  }

  /** Sees also what the layers above caught and counted by themselves. */
  private void checkCountedFaults() {
    if (faultsTolerated) {
      return;
    }
    for (CounterRegistry registry : registries) {
      registry.forEach(
          (name, counter) -> {
            if (name.endsWith(".faults") && counter.value() > 0) {
              throw failure(name + " is " + counter.value() + ": see the log for what was thrown", null);
            }
          });
    }
  }

  private AssertionError failure(String message, @Nullable Throwable cause) {
    return new AssertionError(
        message + "; replay with seed " + seed + "L; the last of " + turns + " turns:\n" + trace, cause);
  }

  /**
   * Something that was thrown into a worker's loop.
   *
   * @param worker the worker's name
   * @param scope whose code it was
   * @param what what was running
   * @param thrown what was thrown
   */
  public record WorkerFault(String worker, String scope, String what, Throwable thrown) {}
}
