package org.sluice.spi.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs actors one access to shared memory at a time, in an order drawn from a seed. Each actor is a thread that stands
 * still at each access until it is its turn; so a run is a sequentially consistent interleaving and can be repeated.
 */
public final class Stepper implements AccessHook {

  private static final ThreadLocal<@Nullable Actor> CURRENT = new ThreadLocal<>();

  /** Found by the service loader. */
  public Stepper() {
  }

  @Override
  public void onSharedAccess(int kind, long address) {
    Actor actor = CURRENT.get();
    if (actor != null) {
      actor.standStill(() -> true);
    }
  }

  /** Stands still until the condition holds; it must change by what other actors do. For actors only. */
  static void await(BooleanSupplier condition) {
    Actor actor = CURRENT.get();
    if (actor == null) {
      throw new IllegalStateException("not in an actor");
    }
    actor.standStill(condition);
  }

  /** Runs all actors to their end; fails when each one that is left waits for another. */
  static void run(SplittableRandom random, Runnable... bodies) {
    List<Actor> actors = new ArrayList<>();
    for (Runnable body : bodies) {
      actors.add(new Actor(body));
    }
    List<Actor> alive = new ArrayList<>(actors);
    // An actor that goes on for a while finds other races than one that changes at each access.
    int stay = random.nextInt(1, 12);
    @Nullable Actor chosen = null;
    while (!alive.isEmpty()) {
      if (chosen == null || !alive.contains(chosen) || !chosen.ready() || random.nextInt(stay) == 0) {
        List<Actor> ready = alive.stream().filter(Actor::ready).toList();
        if (ready.isEmpty()) {
          throw new AssertionError("deadlock: " + alive.size() + " actors wait for each other");
        }
        chosen = ready.get(random.nextInt(ready.size()));
      }
      chosen.step();
      if (chosen.ended) {
        alive.remove(chosen);
        if (chosen.failure != null) {
          throw new AssertionError("an actor failed", chosen.failure);
        }
      }
    }
  }

  private static final class Actor {

    private final Thread thread;
    private final Thread scheduler = Thread.currentThread();
    private volatile boolean running;
    private volatile boolean ended;
    private volatile @Nullable Throwable failure;
    private volatile BooleanSupplier condition = () -> true;

    Actor(Runnable body) {
      thread = Thread.ofVirtual().start(() -> {
        CURRENT.set(this);
        try {
          waitForTurn();
          body.run();
        } catch (Throwable e) {
          failure = e;
        }
        ended = true;
        running = false;
        LockSupport.unpark(scheduler);
      });
    }

    boolean ready() {
      return condition.getAsBoolean();
    }

    void step() {
      running = true;
      LockSupport.unpark(thread);
      while (running) {
        LockSupport.park(this);
      }
    }

    void standStill(BooleanSupplier until) {
      condition = until;
      running = false;
      LockSupport.unpark(scheduler);
      waitForTurn();
    }

    private void waitForTurn() {
      while (!running) {
        LockSupport.park(this);
      }
    }
  }
}
