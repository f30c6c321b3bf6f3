package org.sluice.core.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.event.SlowTurnEvent;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.TimerTask;
import org.sluice.spi.runtime.Worker;

/**
 * One event loop. {@link #turn()} is what a worker does, from top to bottom; {@link #run()} repeats it on the worker's
 * own thread, and a simulation calls it by itself.
 *
 * <p>The worker is an execution context and not a thread: whoever has {@linkplain #enter entered} it is its owner until
 * it leaves again. Nothing that a handler, a task or a duty throws ends the loop.
 */
public final class StackWorker implements Worker {

  /** Faults passed to the {@link FaultHandler} in one second of the clock; the rest is only counted. */
  public static final int FAULTS_REPORTED_PER_SECOND = 10;

  private static final int MAX_CLOSING_ROUNDS = 1000;

  /** How long a worker sleeps that cannot be waked by its cards. */
  private static final long FAULTY_SLEEP_NS = 1_000_000;

  private static final long SECOND_NS = 1_000_000_000;
  private static final VarHandle OWNER;
  private static final VarHandle ASLEEP;
  private static final VarHandle TURN_COUNT;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      OWNER = lookup.findVarHandle(StackWorker.class, "owner", Thread.class).withInvokeExactBehavior();
      ASLEEP = lookup.findVarHandle(StackWorker.class, "asleep", boolean.class).withInvokeExactBehavior();
      TURN_COUNT = lookup.findVarHandle(StackWorker.class, "turnCount", long.class).withInvokeExactBehavior();
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final int index;
  private final String name;
  private final Clock clock;
  private final IdleStrategy idleStrategy;
  private final Parker parker;
  private final WorkerLimits limits;
  private final WorkerScope ownScope;
  private final Mailbox mailbox;
  private final ControlQueue controls = new ControlQueue();
  private final TimerWheel timers;
  private final Mailbox.Receiver mailReceiver = this::deliver;
  private FaultHandler faultHandler;
  private WorkerDuties duties = WorkerDuties.NONE;
  private boolean hasDuties;

  /** Is only asked whether somebody records. */
  private final SlowTurnEvent recorder = new SlowTurnEvent();
  private final long slowTurnNs;

  private long nowNs;
  /** What the turn before did; 0 when there was a sleep since, perhaps. */
  private int workBefore;
  private long faultWindowNs;
  private int faultsReported;
  private volatile boolean stopping;

  // Plain loads suffice: no thread can read itself here unless it wrote that and has not left since.
  private @Nullable Thread owner;
  private volatile boolean asleep;
  private long turnCount;
  private long idleTurnCount;
  private long workCount;
  private long sleepCount;

  StackWorker(int index, String name, WorkerSet.Builder with, Parker parker, WorkerScope ownScope) {
    this.index = index;
    this.name = name;
    this.clock = with.clock;
    this.idleStrategy = with.idleStrategy;
    this.limits = with.limits;
    this.faultHandler = with.faultHandler;
    this.slowTurnNs = with.slowTurnNs;
    this.parker = parker;
    this.ownScope = ownScope;
    nowNs = clock.nanoTime();
    faultWindowNs = nowNs;
    mailbox = new Mailbox(limits.mailboxCapacity());
    timers = new TimerWheel(this, nowNs, limits.timerTickNs(), this::expire);
  }

  /**
   * Plugs in the layers above. Once, before the first turn.
   *
   * @param duties what they do on this worker
   */
  public void duties(WorkerDuties duties) {
    if (hasDuties || turnCount != 0) {
      throw new IllegalStateException(name + " has its duties already or has begun to turn");
    }
    this.duties = duties;
    hasDuties = true;
  }

  /**
   * Replaces the fault handler, before the first turn.
   *
   * @param handler told about faults
   */
  public void faultHandler(FaultHandler handler) {
    faultHandler = handler;
  }

  // ---- The loop.

  /**
   * One turn. Enters the worker for its duration if the caller has not.
   *
   * @return how much was done; 0 when there was no work
   */
  public int turn() {
    boolean entered = enter();
    beginTurn();
    try {
      long beforeNs = nowNs;
      nowNs = clock.nanoTime();
      // A turn with work is followed by the next one at once, so its length costs no further look at the clock.
      if (workBefore > 0 && nowNs - beforeNs > slowTurnNs) {
        wasSlow(nowNs - beforeNs);
      }
      updateDuties();
      int work = receive();
      work += mailbox.drain(mailReceiver, limits.messagesPerTurn());
      work += runControls();
      work += dispatchEvents();
      work += timers.expire(nowNs, limits.timersPerTurn());
      work += transmit();
      workBefore = work;
      workCount += work;
      idleTurnCount += work == 0 ? 1 : 0;
      return work;
    } finally {
      endTurn();
      if (entered) {
        exit();
      }
    }
  }

  private void wasSlow(long tookNs) {
    if (recorder.isEnabled()) {
      SlowTurnEvent event = new SlowTurnEvent();
      event.worker = name;
      event.took = tookNs;
      event.work = workBefore;
      event.commit();
    }
  }

  /** Turns until {@link #stop}; the body of the worker's thread. */
  void run() {
    enter();
    int idleTurns = 0;
    while (!stopping) {
      if (turn() > 0) {
        idleTurns = 0;
      } else {
        idleTurns = Math.min(idleTurns, Integer.MAX_VALUE - 1) + 1;
        idle(idleTurns);
      }
    }
    windUp();
    exit();
  }

  @SuppressWarnings("ThreadPriorityCheck") // The yield is a courtesy; nothing relies on it.
  private void idle(int idleTurns) {
    switch (idleStrategy.after(idleTurns)) {
      case SPIN -> Thread.onSpinWait();
      case YIELD -> Thread.yield();
      case PARK -> sleep();
    }
  }

  private void sleep() {
    long sleepNs = prepareSleep();
    if (sleepNs > 0) {
      park(sleepNs);
      endSleep();
    }
  }

  private void park(long sleepNs) {
    try {
      parker.park(sleepNs, duties.descriptors());
    } catch (Throwable fault) {
      // No descriptor is to be had, for example: whatever comes in meanwhile is found in time.
      int _ = onFault(ownScope, "sleep", fault);
      parker.park(Math.min(sleepNs, FAULTY_SLEEP_NS));
    }
  }

  /**
   * Announces the sleep, makes a fence, and only then looks for work a last time. Whoever brings work does the mirror
   * image ({@link #wake}), so at least one of the two sees the other. For whoever runs the worker, after a turn without
   * work.
   *
   * @return how long it may sleep unless it is woken; 0 when it must not, and nothing is announced
   */
  public long prepareSleep() {
    asleep = true;
    VarHandle.fullFence();
    long sleepNs = stopping ? 0 : idleNs(clock.nanoTime());
    if (sleepNs > 0) {
      sleepCount++;
    } else {
      asleep = false;
    }
    return sleepNs;
  }

  /** Takes the announcement back, after the sleep. */
  public void endSleep() {
    asleep = false;
  }

  /**
   * Whether the worker has announced a sleep and nobody has ended it. Any thread.
   *
   * @return true from {@link #prepareSleep} to {@link #wake} or {@link #endSleep}
   */
  public boolean isAsleep() {
    return asleep;
  }

  @Override
  public void wake() {
    VarHandle.fullFence();
    // One of several wakers suffices; the others are spared the system call.
    if (asleep && ASLEEP.compareAndSet(this, true, false)) {
      parker.unpark();
    }
  }

  /**
   * How long this worker has nothing to do unless somebody brings work. Called on the worker, or between its turns.
   *
   * @param nowNs the time
   * @return nanoseconds; 0 when work waits, {@link Long#MAX_VALUE} when there is no deadline either
   */
  public long idleNs(long nowNs) {
    if (!mailbox.isEmpty() || !controls.isEmpty()) {
      return 0;
    }
    return Math.min(timers.delayNs(nowNs), duties.idleNs(nowNs));
  }

  /** Makes {@link #run} return after the current turn. Any thread. */
  void stop() {
    stopping = true;
    wake();
  }

  /** Serves the controls that are owed, and refuses the messages. On the worker, after its last turn. */
  void windUp() {
    boolean entered = enter();
    // Controls may post others; a bound, so that one which posts itself cannot keep the stack from closing.
    for (int round = 0; round < MAX_CLOSING_ROUNDS && runControls() > 0; round++) {
      nowNs = clock.nanoTime();
    }
    while (mailbox.drain((target, kind, handle, argument) -> target.refuse(), limits.messagesPerTurn()) > 0) {}
    if (entered) {
      exit();
    }
  }

  // ---- Phases of a turn: each keeps the loop alive.

  private void updateDuties() {
    try {
      duties.updateTime(nowNs);
    } catch (Throwable fault) {
      onFault(ownScope, "time update", fault);
    }
  }

  private int receive() {
    try {
      return duties.receive(nowNs);
    } catch (Throwable fault) {
      return onFault(ownScope, "receive", fault);
    }
  }

  private void deliver(MailTarget target, int kind, long handle, long argument) {
    if (target.scope().isRevoked()) {
      target.refuse();
      return;
    }
    try {
      target.deliver(this, kind, handle, argument);
    } catch (Throwable fault) {
      onFault(target.scope(), "message", fault);
    }
  }

  private int runControls() {
    int taken = 0;
    while (taken < limits.controlPerTurn()) {
      ControlQueue.Slot slot = controls.poll();
      if (slot == null) {
        break;
      }
      taken++;
      runControl(slot);
    }
    return taken;
  }

  private void runControl(ControlQueue.Slot slot) {
    if (slot.scope.isRevoked()) {
      return;
    }
    try {
      slot.task.run();
    } catch (Throwable fault) {
      onFault(slot.scope, "control", fault);
    }
  }

  private int dispatchEvents() {
    try {
      return duties.dispatchEvents(limits.eventsPerTurn());
    } catch (Throwable fault) {
      return onFault(ownScope, "events", fault);
    }
  }

  private void expire(WheelTimer timer, long nowNs) {
    try {
      timer.task.onExpiry(nowNs);
    } catch (Throwable fault) {
      onFault(timer.scope, "timer", fault);
    }
  }

  private int transmit() {
    try {
      return duties.transmit(nowNs);
    } catch (Throwable fault) {
      return onFault(ownScope, "transmit", fault);
    }
  }

  /** Counts and reports a fault; one piece of work, so that the loop does not back off over it. */
  private int onFault(WorkerScope scope, String what, Throwable fault) {
    scope.countFault(index);
    if (nowNs - faultWindowNs >= SECOND_NS) {
      faultWindowNs = nowNs;
      faultsReported = 0;
    }
    if (faultsReported < FAULTS_REPORTED_PER_SECOND) {
      faultsReported++;
      try {
        faultHandler.onFault(this, scope.id(), what, fault);
      } catch (Throwable handlerFault) {
        // There is nobody left to tell; the count above tells that something happened.
        scope.countFault(index);
      }
    }
    return 1;
  }

  // ---- The execution context.

  /**
   * Makes the calling thread the owner of this worker until {@link #exit}. For whoever drives the worker: its own
   * thread, or a simulation that acts in the worker's place.
   *
   * @return false when it was already, and must not exit
   */
  public boolean enter() {
    if (isCurrent()) {
      return false;
    }
    Thread caller = Thread.currentThread();
    if (!OWNER.compareAndSet(this, (Thread) null, caller)) {
      throw new IllegalStateException(name + " is run by " + owner + " and cannot be entered by " + caller);
    }
    return true;
  }

  /** Ends the ownership of the calling thread. */
  public void exit() {
    assert isCurrent() : name;
    OWNER.setRelease(this, (Thread) null);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // The thread itself is meant.
  public boolean isCurrent() {
    return owner == Thread.currentThread();
  }

  /**
   * Odd while a turn runs, even between turns. Any thread: who unpublished an object and then sees an even value here,
   * or a later one than before, knows that this worker holds no reference to it that it read before.
   *
   * @return a number that grows by two each turn
   */
  public long turnCount() {
    return (long) TURN_COUNT.getAcquire(this);
  }

  /**
   * How long the present turn takes already. Any thread; off by a turn when that has just begun or ended, so it says
   * something when {@link #turnCount} stays the same.
   *
   * @return nanoseconds; 0 between turns
   */
  public long turnLastsNs() {
    return (turnCount() & 1) == 0 ? 0 : Math.max(0, clock.nanoTime() - nowNs);
  }

  /**
   * Who runs this worker at the moment. Any thread.
   *
   * @return the thread that has entered it, or null
   */
  public @Nullable Thread thread() {
    return (Thread) OWNER.getAcquire(this);
  }

  private void beginTurn() {
    // Volatile: the loads of this turn must not be seen to happen before the number says that it runs.
    TURN_COUNT.setVolatile(this, turnCount + 1);
    VarHandle.fullFence();
  }

  private void endTurn() {
    TURN_COUNT.setRelease(this, turnCount + 1);
  }

  // ---- What others ask of it.

  boolean offer(MailTarget target, int kind, long handle, long argument) {
    if (!mailbox.offer(target, kind, handle, argument)) {
      return false;
    }
    wake();
    return true;
  }

  void postControl(ControlQueue.Slot slot) {
    controls.push(slot);
    wake();
  }

  /** Messages that can wait. Any context. */
  int mailboxCapacity() {
    return limits.mailboxCapacity();
  }

  /** Armed timers; on the worker. */
  int timerCount() {
    return timers.size();
  }

  /**
   * What this worker has done so far. On the worker.
   *
   * @return a snapshot; the present turn is not counted
   */
  public WorkerView view() {
    assert isCurrent() : name;
    return new WorkerView(
        turnCount >>> 1, idleTurnCount, workCount, sleepCount, mailbox.depth(), limits.mailboxCapacity(), timerCount());
  }

  void cancelTimers(WorkerScope scope) {
    timers.cancelAll(scope);
  }

  Timer newTimer(WorkerScope scope, TimerTask task) {
    return new WheelTimer(timers, scope, task);
  }

  ControlSlot newControlSlot(WorkerScope scope, Runnable task) {
    return new ControlQueue.Slot(this, scope, task);
  }

  @Override
  public Timer newTimer(TimerTask task) {
    return newTimer(ownScope, task);
  }

  @Override
  public ControlSlot newControlSlot(Runnable task) {
    return newControlSlot(ownScope, task);
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }
}
