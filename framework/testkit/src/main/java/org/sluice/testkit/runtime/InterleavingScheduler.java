package org.sluice.testkit.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Explores protocols between threads: runs {@link Actor}s so that exactly one runs at any time, and draws at each
 * shared access which one goes on. A seed decides everything, so a failing run can be replayed.
 *
 * <p>A run fails when an actor throws, when actors sleep and nobody is left to wake them (a deadlock, or a lost
 * wake-up), or when it does not end. The failure names the seed and shows the last steps.
 *
 * <p>With the system property {@code sluice.memory.step=true}, every access of {@code org.sluice.spi.memory} is a step.
 * Accesses happen one after the other, as if memory were sequentially consistent: a wrong order of accesses is found
 * here, a missing fence is not; that is what jcstress is for.
 *
 * <p>How often the baton changes hands is drawn per seed: at each step, or only now and then, because some faults need
 * one context to run far ahead of another.
 */
public final class InterleavingScheduler {

  /** Steps that a run may take before it counts as endless. */
  public static final int DEFAULT_MAX_STEPS = 100_000;

  /** The system property that makes {@link #explore} run one seed only. */
  public static final String SEED_PROPERTY = "sluice.seed";

  /** The system property that makes {@link #explore} run another number of seeds. */
  public static final String SEEDS_PROPERTY = "sluice.seeds";

  private final long seed;
  private final Choices choices;
  private final int maxSteps;
  private final Trace trace = new Trace();
  private final List<Actor> actors = new ArrayList<>();
  private final List<Actor> runnable = new ArrayList<>();
  private final Map<Long, Integer> words = new HashMap<>();

  // Whoever the baton is given to: the volatile write publishes all that its last holder did.
  private volatile @Nullable Actor holder;
  private volatile boolean ended;
  private volatile boolean started;
  private @Nullable String problem;
  private long steps;

  /**
   * Makes a scheduler without actors.
   *
   * @param seed decides the order of steps
   */
  public InterleavingScheduler(long seed) {
    this(seed, DEFAULT_MAX_STEPS);
  }

  /**
   * Makes a scheduler with another bound.
   *
   * @param seed decides the order of steps
   * @param maxSteps steps after which a run counts as endless
   */
  public InterleavingScheduler(long seed, int maxSteps) {
    this(seed, maxSteps, new DrawnChoices(seed));
  }

  private InterleavingScheduler(long seed, int maxSteps, Choices choices) {
    this.seed = seed;
    this.maxSteps = maxSteps;
    this.choices = choices;
  }

  /**
   * Runs a scenario with one seed after another, from 1; or with the one of the system property {@value
   * #SEED_PROPERTY}.
   *
   * @param seeds how many; the system property {@value #SEEDS_PROPERTY} overrides it
   * @param scenario adds actors to a new scheduler, calls {@link #run} and looks at the outcome
   */
  public static void explore(int seeds, Consumer<InterleavingScheduler> scenario) {
    Long replay = Long.getLong(SEED_PROPERTY);
    long first = replay != null ? replay : 1;
    long last = replay != null ? replay : Long.getLong(SEEDS_PROPERTY, seeds);
    for (long seed = first; seed <= last; seed++) {
      InterleavingScheduler scheduler = new InterleavingScheduler(seed);
      try {
        scenario.accept(scheduler);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "seed " + seed + " (replay with -D" + SEED_PROPERTY + "=" + seed + "): " + e.getMessage(), e);
      }
    }
  }

  /**
   * Runs a scenario in every order that takes the baton from an actor in the middle of its work at most so many times;
   * beside that, it changes hands wherever an actor sleeps or ends. Two or three times suffice for nearly every fault
   * there is between two actors, and the number of orders grows with the power of it. The scenario must do the same
   * each time; {@link #seed} is the number of the run, from 1.
   *
   * @param mostPreemptions how many times
   * @param scenario adds actors to a new scheduler, calls {@link #run} and looks at the outcome
   * @return how many orders there were
   */
  public static long exhaust(int mostPreemptions, Consumer<InterleavingScheduler> scenario) {
    SystematicChoices choices = new SystematicChoices(mostPreemptions);
    long run = 0;
    do {
      run++;
      InterleavingScheduler scheduler = new InterleavingScheduler(run, DEFAULT_MAX_STEPS, choices);
      try {
        scenario.accept(scheduler);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("order " + run + " (" + choices + "): " + e.getMessage(), e);
      }
    } while (choices.next());
    return run;
  }

  /**
   * Adds an actor, before the run.
   *
   * @param name shown in traces
   * @param body what it does
   * @return the actor
   */
  public Actor actor(String name, Actor.Body body) {
    if (started) {
      throw new IllegalStateException("actor " + name + " comes after the run has begun");
    }
    Actor actor = new Actor(this, name, body);
    actors.add(actor);
    return actor;
  }

  /** Runs all actors to their end, once. */
  public void run() {
    if (started || actors.isEmpty()) {
      throw new IllegalStateException(started ? "run twice" : "no actors");
    }
    started = true;
    for (Actor actor : actors) {
      actor.start();
    }
    passBaton(null);
    for (Actor actor : actors) {
      join(actor);
    }
    for (Actor actor : actors) {
      if (actor.failure() != null) {
        throw failure(actor.name() + " failed: " + actor.failure(), actor.failure());
      }
    }
    if (problem != null) {
      throw failure(problem, null);
    }
  }

  /**
   * Offers the baton, when the caller is an actor of this scheduler; else does nothing.
   *
   * @param what the access, for the trace
   */
  public void step(String what) {
    Actor actor = Actor.current();
    if (actor != null && equals(actor.scheduler())) {
      step(actor, what);
    }
  }

  /**
   * The seed this scheduler was made with.
   *
   * @return the seed
   */
  public long seed() {
    return seed;
  }

  /**
   * How many steps were run.
   *
   * @return the count
   */
  public long steps() {
    return steps;
  }

  /**
   * A digest of all steps so far: equal for two runs that went the same way.
   *
   * @return the digest
   */
  public long fingerprint() {
    return trace.fingerprint();
  }

  /**
   * The last steps, one per line.
   *
   * @return text for people
   */
  public String trace() {
    return trace.toString();
  }

  // ---- The baton.

  /** Numbers addresses as they come: where memory lies differs from run to run, and must not show in a trace. */
  int wordNumber(long address) {
    return words.computeIfAbsent(address, unseen -> words.size() + 1);
  }

  void step(Actor actor, String what) {
    leaveIfEnded();
    steps++;
    trace.add(steps, 0, actor.name(), what);
    if (steps > maxSteps) {
      end("no end after " + maxSteps + " steps");
      throw new RunEnded();
    }
    if (choices.switches(mayRunInstead(actor))) {
      passBaton(choices.mayStay() ? null : actor);
      awaitBaton(actor);
    }
  }

  private boolean mayRunInstead(Actor actor) {
    for (Actor other : actors) {
      if (!other.equals(actor) && other.isRunnable()) {
        return true;
      }
    }
    return false;
  }

  /** Gives the baton to one that is chosen, maybe the caller, and waits until it comes back. */
  void handOver(Actor actor) {
    passBaton(null);
    awaitBaton(actor);
  }

  void awaitBaton(Actor actor) {
    while (!actor.equals(holder)) {
      leaveIfEnded();
      LockSupport.park(this);
    }
    leaveIfEnded();
  }

  /** Called by an actor whose body has ended; it holds the baton, unless the run has ended. */
  void onFinished(Actor actor) {
    if (actor.failure() != null) {
      end(actor.name() + " failed");
    } else if (!ended) {
      passBaton(null);
    }
  }

  private void passBaton(@Nullable Actor except) {
    runnable.clear();
    boolean unfinished = false;
    for (Actor actor : actors) {
      unfinished |= !actor.isFinished();
      if (actor.isRunnable() && !actor.equals(except)) {
        runnable.add(actor);
      }
    }
    if (!runnable.isEmpty()) {
      Actor next = runnable.get(choices.pick(runnable.size()));
      holder = next;
      next.resume();
    } else if (unfinished) {
      end("all actors sleep: " + actors);
    }
  }

  private void end(String reason) {
    problem = reason;
    ended = true;
    actors.forEach(Actor::resume);
  }

  private void leaveIfEnded() {
    if (ended) {
      throw new RunEnded();
    }
  }

  private static void join(Actor actor) {
    try {
      actor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while " + actor.name() + " ran", e);
    }
  }

  private AssertionError failure(String message, @Nullable Throwable cause) {
    return new AssertionError(
        message + "; replay with seed " + seed + "L; the last of " + steps + " steps:\n" + trace, cause);
  }

  /** Unwinds the actors of a run that has failed. */
  static final class RunEnded extends Error {
    private static final long serialVersionUID = 1;

    RunEnded() {
      super("the run has ended", null, false, false);
    }
  }
}
