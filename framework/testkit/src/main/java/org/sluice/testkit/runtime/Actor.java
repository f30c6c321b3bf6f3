package org.sluice.testkit.runtime;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.ExecutionContext;

/**
 * One context of an {@link InterleavingScheduler}: a thread that runs only while it holds the baton, and offers it at
 * every shared access. It may own sides of FIFOs and queues.
 */
public final class Actor implements ExecutionContext {

  private final InterleavingScheduler scheduler;
  private final String name;
  private final ActorThread thread;

  // Guarded by the baton: whoever holds it may touch them.
  private boolean parked;
  private boolean permit;
  private boolean finished;
  private @Nullable Throwable failure;

  Actor(InterleavingScheduler scheduler, String name, Body body) {
    this.scheduler = scheduler;
    this.name = name;
    thread = new ActorThread(this, body);
  }

  /**
   * Sleeps until {@link #unpark}; returns at once if that was called since the last sleep. Called by the actor itself.
   */
  public void park() {
    step("park");
    if (permit) {
      permit = false;
      return;
    }
    parked = true;
    scheduler.handOver(this);
    permit = false;
  }

  /** Ends the actor's sleep, or its next one. Called by any actor. */
  public void unpark() {
    scheduler.step("unpark " + name);
    permit = true;
    parked = false;
  }

  /**
   * Offers the baton. Accesses to shared memory of {@code org.sluice.spi.memory} do this by themselves; a protocol over
   * other memory does it before each of its accesses. Called by the actor itself.
   *
   * @param what the access, for the trace
   */
  public void step(String what) {
    assert isCurrent() : name + " stepped by " + Thread.currentThread().getName();
    scheduler.step(this, what);
  }

  @Override
  public boolean isCurrent() {
    return Thread.currentThread().equals(thread);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return name + (finished ? " (finished)" : parked ? " (parked)" : "");
  }

  // ---- For the scheduler.

  boolean isRunnable() {
    return !finished && !parked;
  }

  boolean isFinished() {
    return finished;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  void start() {
    thread.start();
  }

  void resume() {
    LockSupport.unpark(thread);
  }

  void join() throws InterruptedException {
    thread.join();
  }

  /** The actor the calling thread is, or null. */
  static @Nullable Actor current() {
    return Thread.currentThread() instanceof ActorThread actorThread ? actorThread.actor : null;
  }

  InterleavingScheduler scheduler() {
    return scheduler;
  }

  /** What an actor does. */
  @FunctionalInterface
  public interface Body {

    /**
     * Runs on the actor's thread.
     *
     * @param self the actor
     * @throws Exception fails the run
     */
    void run(Actor self) throws Exception;
  }

  private static final class ActorThread extends Thread {

    private final Actor actor;
    private final Body body;

    ActorThread(Actor actor, Body body) {
      super("actor-" + actor.name);
      setDaemon(true);
      this.actor = actor;
      this.body = body;
    }

    @Override
    public void run() {
      try {
        actor.scheduler.awaitBaton(actor);
        body.run(actor);
      } catch (InterleavingScheduler.RunEnded e) {
        // The run has failed elsewhere, or another actor has; there is nothing to add.
      } catch (Throwable e) {
        actor.failure = e;
      }
      actor.finished = true;
      actor.scheduler.onFinished(actor);
    }
  }
}
