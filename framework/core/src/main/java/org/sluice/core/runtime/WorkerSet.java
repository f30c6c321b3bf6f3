package org.sluice.core.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.MessageHandler;
import org.sluice.spi.runtime.MessagePort;
import org.sluice.spi.runtime.Workers;

/**
 * All workers of one stack. {@link #start} gives each a thread; a simulation does not start them and calls {@link
 * StackWorker#turn} instead. Any thread may call, unless stated.
 */
public final class WorkerSet implements Workers, AutoCloseable {

  /** The scope of what belongs to no plugin. */
  public static final String OWN_SCOPE = "stack";

  /** How long a turn may take before the flight recorder is told, unless set. */
  public static final long DEFAULT_SLOW_TURN_NS = 10_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(WorkerSet.class);

  private final CounterRegistry counters;
  private final StackWorker[] workers;
  private final WorkerScope ownScope;
  private final int[] cpus;
  private final List<Thread> threads = new ArrayList<>();
  // Not guarded by the lock that close() holds while it waits for the workers: they may ask.
  private volatile boolean started;
  private volatile boolean closed;

  private WorkerSet(Builder with) {
    cpus = with.cpus;
    counters = with.counters != null ? with.counters : new CounterRegistry(with.count);
    ownScope = new WorkerScope(this, OWN_SCOPE, counters.scope(OWN_SCOPE), with.count);
    workers = new StackWorker[with.count];
    for (int i = 0; i < with.count; i++) {
      workers[i] = new StackWorker(i, with.namePrefix + "worker-" + i, with, with.parkers.get(), ownScope);
      ownScope.view(i, workers[i]);
    }
  }

  /**
   * Starts to describe a set.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts one daemon thread per worker, named for example {@code sluice-worker-0}. Once. */
  public synchronized void start() {
    if (closed || started) {
      throw new IllegalStateException("the workers were " + (closed ? "closed" : "started") + " already");
    }
    started = true;
    for (StackWorker worker : workers) {
      threads.add(Thread.ofPlatform().daemon().name("sluice-" + worker.name()).start(() -> run(worker)));
    }
  }

  private void run(StackWorker worker) {
    if (cpus.length > 0) {
      int cpu = cpus[worker.index() % cpus.length];
      if (!CpuAffinity.pin(cpu)) {
        LOG.warn("{} runs on any processor: {} is not to be had any more", worker.name(), cpu);
      }
    }
    worker.run();
  }

  /**
   * Stops the workers after their current turn and waits for that. Controls that were posted run; messages and queries
   * that still wait are refused. Idempotent; not to be called on a worker.
   */
  @Override
  public synchronized void close() {
    if (current() != null) {
      throw new IllegalStateException("a worker cannot wait for its own end: " + current());
    }
    if (closed) {
      return;
    }
    closed = true;
    for (StackWorker worker : workers) {
      worker.stop();
    }
    threads.forEach(WorkerSet::joinUninterruptibly);
    // Once more for all, on this thread: for workers that never had one, and for what one worker posted to another that
    // had already ended.
    for (StackWorker worker : workers) {
      worker.windUp();
    }
  }

  private static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Makes the view of one plugin.
   *
   * @param id the plugin's id
   * @param scopeCounters where its faults and refused messages are counted
   * @return the view; to be revoked when the plugin stops
   */
  public WorkerScope scope(String id, ScopedCounters scopeCounters) {
    WorkerScope scope = new WorkerScope(this, id, scopeCounters, workers.length);
    for (StackWorker worker : workers) {
      scope.view(worker.index(), new ScopedWorker(worker, scope));
    }
    return scope;
  }

  /**
   * The counters of the stack.
   *
   * @return the registry
   */
  public CounterRegistry counters() {
    return counters;
  }

  /**
   * Replaces the fault handler of all workers, before the first turn.
   *
   * @param handler told about faults
   */
  public void faultHandler(FaultHandler handler) {
    for (StackWorker worker : workers) {
      worker.faultHandler(handler);
    }
  }

  /**
   * Whether the worker threads run.
   *
   * @return true between {@link #start} and {@link #close}
   */
  public boolean isRunning() {
    return started && !closed;
  }

  /**
   * How many messages can wait for a worker.
   *
   * @return the capacity of its mailbox
   */
  public int mailboxCapacity() {
    return workers[0].mailboxCapacity();
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public int count() {
    return workers.length;
  }

  @Override
  public StackWorker worker(int index) {
    return workers[index];
  }

  @Override
  public @Nullable StackWorker current() {
    for (StackWorker worker : workers) {
      if (worker.isCurrent()) {
        return worker;
      }
    }
    return null;
  }

  @Override
  public MessagePort newPort(MessageHandler handler) {
    return ownScope.newPort(handler);
  }

  @Override
  public <T> CompletableFuture<T> query(int workerIndex, Supplier<T> query) {
    return ownScope.query(workerIndex, query);
  }

  /**
   * Runs a function on a worker in a control slot of its own, so that a full mailbox cannot refuse it: for what
   * somebody waits for, such as deletes and closes. May overtake messages. Control plane only; allocates. Runs inline
   * when the caller is on that worker.
   *
   * @param workerIndex where to run
   * @param function the function; must not block
   * @param <T> the result's type
   * @return completes with the result, or exceptionally with what the function threw, or with {@link
   *     java.util.concurrent.RejectedExecutionException} when the stack is closed: then it did not run
   */
  public <T extends @Nullable Object> CompletableFuture<T> call(int workerIndex, Supplier<T> function) {
    if (!workers[workerIndex].isCurrent()) {
      return callLater(workerIndex, function);
    }
    ControlCall<T> call = new ControlCall<>(function);
    call.run();
    return call.result();
  }

  /**
   * The same, but never inline: on its own worker it runs behind the controls that wait there.
   *
   * @param workerIndex where to run
   * @param function the function; must not block
   * @param <T> the result's type
   * @return completes as that of {@link #call}
   */
  public <T extends @Nullable Object> CompletableFuture<T> callLater(int workerIndex, Supplier<T> function) {
    ControlCall<T> call = new ControlCall<>(function);
    workers[workerIndex].newControlSlot(call).post();
    if (closed) {
      call.refuse();
    }
    return call.result();
  }

  /** Describes a set of workers; the defaults are those of a stack with one worker. */
  public static final class Builder {

    int count = 1;
    String namePrefix = "";
    Clock clock = new SystemClock();
    int[] cpus = {};
    IdleStrategy idleStrategy = IdleStrategy.backOff();
    WorkerLimits limits = WorkerLimits.DEFAULT;
    long slowTurnNs = DEFAULT_SLOW_TURN_NS;
    Supplier<Parker> parkers = Parker::ofThread;
    @Nullable CounterRegistry counters;
    FaultHandler faultHandler =
        (worker, scope, what, fault) -> LOG.error("{}: {} of {} failed", worker.name(), what, scope, fault);

    private Builder() {}

    /**
     * How many workers, worker 0 included.
     *
     * @param workers 1 to {@link Handle#MAX_WORKERS}
     * @return this
     */
    public Builder count(int workers) {
      if (workers < 1 || workers > Handle.MAX_WORKERS) {
        throw new IllegalArgumentException("workers: " + workers + " is not in 1.." + Handle.MAX_WORKERS);
      }
      count = workers;
      return this;
    }

    /**
     * Distinguishes the workers of several stacks in one process.
     *
     * @param prefix comes before {@code worker-0} in names; empty by default
     * @return this
     */
    public Builder namePrefix(String prefix) {
      namePrefix = prefix;
      return this;
    }

    /**
     * The source of time.
     *
     * @param source the clock
     * @return this
     */
    public Builder clock(Clock source) {
      clock = source;
      return this;
    }

    /**
     * What workers do without work.
     *
     * @param strategy for all workers
     * @return this
     */
    public Builder idle(IdleStrategy strategy) {
      idleStrategy = strategy;
      return this;
    }

    /**
     * On which processors the workers' threads run; by default where the operating system puts them.
     *
     * @param numbers one for each worker in turn, from the first again when there are fewer; empty for the default
     * @return this
     * @throws IllegalArgumentException when this process may not use one of them
     */
    public Builder cpus(int... numbers) {
      for (int cpu : numbers) {
        if (!CpuAffinity.isUsable(cpu)) {
          throw new IllegalArgumentException("cpus: there is no processor " + cpu + " for this process; see 'lscpu'");
        }
      }
      cpus = numbers.clone();
      return this;
    }

    /**
     * How workers sleep.
     *
     * @param supplier makes one parker per worker
     * @return this
     */
    public Builder parkers(Supplier<Parker> supplier) {
      parkers = supplier;
      return this;
    }

    /**
     * The bounds of each worker.
     *
     * @param bounds the limits
     * @return this
     */
    public Builder limits(WorkerLimits bounds) {
      limits = bounds;
      return this;
    }

    /**
     * From which length on a turn is told to the flight recorder.
     *
     * @param longerNs nanoseconds
     * @return this
     */
    public Builder slowTurnNs(long longerNs) {
      slowTurnNs = longerNs;
      return this;
    }

    /**
     * Where the workers count; a registry of their own by default.
     *
     * @param registry for as many workers
     * @return this
     */
    public Builder counters(CounterRegistry registry) {
      counters = registry;
      return this;
    }

    /**
     * Who is told about faults; the log by default.
     *
     * @param handler called on the worker
     * @return this
     */
    public Builder faultHandler(FaultHandler handler) {
      faultHandler = handler;
      return this;
    }

    /**
     * Makes the workers.
     *
     * @return a set that has not started
     */
    public WorkerSet build() {
      return new WorkerSet(this);
    }
  }
}
