package org.sluice.testkit.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.pf4j.ExtensionPoint;
import org.sluice.core.Stack;
import org.sluice.core.StackLimits;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.host.ExtensionListener;
import org.sluice.spi.memory.Segment;
import org.sluice.testkit.runtime.DeterministicRuntime;

/**
 * One stack in virtual time, with plugins whose extensions a test makes by hand:
 *
 * <pre>{@code
 * SimulatedHost host = new SimulatedHost(seed, 2);
 * SimulatedPlugin plugin = host.plugin("mine", Map.of("listen", List.of("ct://0.0.0.0/7")));
 * plugin.add(new MyTransport(plugin));
 * plugin.add(new MyApplication(plugin));
 * host.run();
 * }</pre>
 *
 * <p>A fault of a plugin fails the test, unless {@link DeterministicRuntime#tolerateFaults} was called.
 */
public final class SimulatedHost {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final DeterministicRuntime runtime;
  private final Stack stack;
  private final List<Segment> segments = new ArrayList<>();
  private final List<SimulatedPlugin> plugins = new ArrayList<>();
  private final List<Watch<?>> watches = new ArrayList<>();

  /**
   * Makes a host without plugins.
   *
   * @param seed decides the order of turns and all randomness
   * @param dataWorkers workers beside worker 0
   */
  public SimulatedHost(long seed, int dataWorkers) {
    this(seed, dataWorkers, StackLimits.DEFAULT);
  }

  /**
   * Makes a host whose stack has other bounds.
   *
   * @param seed decides the order of turns and all randomness
   * @param dataWorkers workers beside worker 0
   * @param limits the bounds; fewer events in a turn mean a finer interleaving
   */
  public SimulatedHost(long seed, int dataWorkers, StackLimits limits) {
    runtime = new DeterministicRuntime(seed);
    stack = Stack.builder()
        .dataWorkers(dataWorkers)
        .clock(runtime.clock())
        .random(runtime.newRandom())
        .limits(limits)
        .segments(this::newSegment)
        .build();
    runtime.add(stack.workerSet());
  }

  /**
   * A new plugin.
   *
   * @param pluginId its id
   * @param settings its whole configuration by dotted keys: texts, numbers, booleans, durations, lists of texts
   * @return what it is given
   */
  public SimulatedPlugin plugin(String pluginId, Map<String, Object> settings) {
    SimulatedPlugin plugin = new SimulatedPlugin(this, pluginId, settings);
    plugins.add(plugin);
    return plugin;
  }

  /**
   * The stack.
   *
   * @return the stack, not started
   */
  public Stack stack() {
    return stack;
  }

  /**
   * What runs it.
   *
   * @return the runtime
   */
  public DeterministicRuntime runtime() {
    return runtime;
  }

  /** Runs turns, at this moment of time, until nobody has anything to do. */
  public void run() {
    runtime.runUntilIdle();
  }

  /**
   * Runs turns and lets time pass until a future is complete.
   *
   * @param future the future
   * @param <T> its type
   * @return its result
   * @throws java.util.concurrent.CompletionException when it completed exceptionally
   */
  public <T> T await(CompletableFuture<T> future) {
    return runtime.await(future, PATIENCE);
  }

  /**
   * Runs a console command on a thread of its own, and the stack meanwhile on this one.
   *
   * @param command the command
   * @param output where its results go
   * @param arguments the words after its name
   * @throws CommandException what the command threw
   * @throws InterruptedException when the command or this thread was interrupted
   */
  public void command(ConsoleCommand command, ConsoleOutput output, String... arguments)
      throws CommandException, InterruptedException {
    FutureTask<Boolean> task = new FutureTask<>(() -> {
      command.run(List.of(arguments), output);
      return true;
    });
    Thread.ofPlatform().daemon().name(command.name()).start(task);
    while (!task.isDone()) {
      if (!runtime.step()) {
        Thread.onSpinWait();
      }
    }
    runtime.runUntilIdle();
    try {
      task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case CommandException refused -> throw refused;
        case InterruptedException interrupted -> throw interrupted;
        case null, default -> throw new AssertionError(command.name() + " failed", e.getCause());
      }
    }
  }

  /**
   * FIFOs that exist.
   *
   * @return their number; 0 once all sessions are gone
   */
  public int fifos() {
    return segments.stream().filter(segment -> !segment.isReleased()).mapToInt(Segment::fifoCount).sum();
  }

  /** The extensions of a point, of all plugins. */
  <T extends ExtensionPoint> List<T> extensions(Class<T> point) {
    return plugins.stream().flatMap(plugin -> plugin.own(point)).toList();
  }

  <T extends ExtensionPoint> void watch(Class<T> point, ExtensionListener<T> listener) {
    watches.add(new Watch<>(point, listener));
    extensions(point).forEach(listener::onAdded);
  }

  void announce(ExtensionPoint extension) {
    watches.forEach(watch -> watch.added(extension));
  }

  void withdraw(ExtensionPoint extension) {
    watches.forEach(watch -> watch.removed(extension));
  }

  private Segment newSegment(long sizeBytes) {
    Segment segment = Segment.allocate(sizeBytes);
    segments.add(segment);
    return segment;
  }

  private record Watch<T extends ExtensionPoint>(Class<T> point, ExtensionListener<T> listener) {
    void added(ExtensionPoint extension) {
      if (point.isInstance(extension)) {
        listener.onAdded(point.cast(extension));
      }
    }

    void removed(ExtensionPoint extension) {
      if (point.isInstance(extension)) {
        listener.onRemoved(point.cast(extension));
      }
    }
  }
}
