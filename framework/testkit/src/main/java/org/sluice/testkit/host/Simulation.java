package org.sluice.testkit.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.pf4j.ExtensionPoint;
import org.sluice.core.Stack;
import org.sluice.core.StackLimits;
import org.sluice.core.nic.Wires;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkPlane;
import org.sluice.spi.application.Application;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.nic.FramePool;
import org.sluice.spi.nic.NicDriver;
import org.sluice.spi.transport.TransportVft;
import org.sluice.testkit.runtime.DeterministicRuntime;
import org.sluice.testkit.runtime.SteppedExecutor;

/**
 * One stack in virtual time: the calling thread runs its workers, in an order drawn from the seed. Between runs the
 * test acts in a worker's place through {@link #on}. Plugins are made by hand:
 *
 * <pre>{@code
 * Simulation simulation = new Simulation(seed, 2);
 * TestHost mine = simulation.host("mine", Map.of("listen", List.of("ct://0.0.0.0/7")));
 * simulation.start(mine, new MyTransport(mine));
 * simulation.start(mine, new MyApplication(mine));
 * simulation.run();
 * }</pre>
 */
public final class Simulation {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  /** Longer than empty segments are kept. */
  private static final Duration AFTERMATH = Duration.ofSeconds(5);

  private final DeterministicRuntime runtime;
  private final Wires wires;
  private final Stack stack;
  private final List<Segment> segments = new ArrayList<>();

  /**
   * Makes a stack with default limits.
   *
   * @param seed decides the order of turns and all randomness
   * @param dataWorkers workers beside worker 0
   */
  public Simulation(long seed, int dataWorkers) {
    this(seed, dataWorkers, StackLimits.DEFAULT);
  }

  /**
   * Makes a stack.
   *
   * @param seed decides the order of turns and all randomness
   * @param dataWorkers workers beside worker 0
   * @param limits its bounds
   */
  public Simulation(long seed, int dataWorkers, StackLimits limits) {
    this(seed, dataWorkers, limits, List.of());
  }

  /**
   * Makes a stack that has cards of the test's own beside the built-in ones.
   *
   * @param seed decides the order of turns and all randomness
   * @param dataWorkers workers beside worker 0
   * @param limits its bounds
   * @param drivers of the cards
   */
  public Simulation(long seed, int dataWorkers, StackLimits limits, List<NicDriver> drivers) {
    this(new DeterministicRuntime(seed), new Wires(), "", dataWorkers, limits, drivers);
  }

  private Simulation(DeterministicRuntime runtime, Wires wires, String name, int dataWorkers, StackLimits limits,
      List<NicDriver> drivers) {
    this.runtime = runtime;
    this.wires = wires;
    Stack.Builder builder = Stack.builder();
    drivers.forEach(builder::nicDriver);
    stack = builder
        .name(name)
        .wires(wires)
        .dataWorkers(dataWorkers)
        .clock(runtime.clock())
        .random(runtime.newRandom())
        .limits(limits)
        .segments(this::newSegment)
        .build();
    runtime.add(stack.workerSet());
  }

  /**
   * Makes another stack in the same time. A {@code wire} may join an interface of the one to an interface of the other.
   *
   * @param name begins the names of its workers
   * @param dataWorkers workers beside worker 0
   * @return the other stack; running one runs both
   */
  public Simulation another(String name, int dataWorkers) {
    return new Simulation(runtime, wires, name, dataWorkers, StackLimits.DEFAULT, List.of());
  }

  /**
   * The runtime.
   *
   * @return for time, traces and other participants
   */
  public DeterministicRuntime runtime() {
    return runtime;
  }

  /**
   * The stack.
   *
   * @return not started; its workers turn in {@link #run}
   */
  public Stack stack() {
    return stack;
  }

  /**
   * The host of a plugin. Its background tasks take turns with the workers.
   *
   * @param pluginId the plugin
   * @param configuration see {@link TestConfiguration}
   * @return its host
   */
  public TestHost host(String pluginId, Map<String, Object> configuration) {
    SteppedExecutor background = new SteppedExecutor(runtime.newRandom());
    runtime.add("background of " + pluginId, background);
    return TestHost.of(stack, pluginId).with(configuration).with(background);
  }

  /**
   * Does with an extension what a host does when it starts a plugin: registers a transport, attaches an application,
   * and lists it for others.
   *
   * @param host the plugin's, which the extension was made from
   * @param extension made by the test
   * @param <T> its type
   * @return the extension
   * @throws java.util.concurrent.CompletionException when it is refused
   */
  public <T extends ExtensionPoint> T start(TestHost host, T extension) {
    if (extension instanceof TransportVft transport) {
      var _ = await(() -> host.scope().registerTransport(transport));
    }
    if (extension instanceof Application application) {
      var _ = await(() -> host.scope().keepAttached(application));
    }
    host.add(extension);
    return extension;
  }

  /**
   * Stops a plugin, and waits until nothing of it is left in the stack.
   *
   * @param host the plugin's
   */
  public void stop(TestHost host) {
    var _ = await(host::revoke);
  }

  /**
   * Makes a namespace with a table set of its own, in which an interface of the same name has one address. What it
   * shares with no other table, it reaches over a network alone.
   *
   * @param id of the namespace
   * @param secret its secret, 0 for none
   * @param table number of the table of both families
   * @param address with the length of its prefix, as in {@code 10.1.0.1/8}
   */
  public void addNamespace(String id, long secret, int table, String address) {
    NetworkPlane network = stack.network();
    var _ = await(() -> network.addInterface("loop", id));
    var _ = await(() -> network.setTable(id, IpPrefix.parse(address).isIp4(), table));
    var _ = await(() -> network.addAddress(id, IpPrefix.parse(address)));
    var _ = await(() -> stack.applicationLayer().namespaces()
        .add(id, OptionalLong.of(secret), NamespaceBinding.toInterface(id)));
  }

  /**
   * Runs a console command on a thread of its own, and the stack meanwhile on this one. Time stands still.
   *
   * @param command the command
   * @param output where its results go
   * @param arguments the words after its name
   * @throws CommandException what the command threw
   * @throws InterruptedException when the command or this thread was interrupted
   */
  public void command(ConsoleCommand command, ConsoleOutput output, String... arguments)
      throws CommandException, InterruptedException {
    command(command, output, Duration.ZERO, arguments);
  }

  /**
   * Runs a console command as {@link #command(ConsoleCommand, ConsoleOutput, String...)} does, while time passes.
   *
   * @param command the command
   * @param output where its results go
   * @param perTurn how much time passes with each turn of a worker, and of nobody
   * @param arguments the words after its name
   * @throws CommandException what the command threw
   * @throws InterruptedException when the command or this thread was interrupted
   */
  public void command(ConsoleCommand command, ConsoleOutput output, Duration perTurn, String... arguments)
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
      runtime.clock().advanceNs(perTurn.toNanos());
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

  /** Runs until nobody has anything to do at this moment of time. */
  public void run() {
    runtime.runUntilIdle();
  }

  /**
   * Lets time pass.
   *
   * @param duration how much
   */
  public void advance(Duration duration) {
    runtime.advance(duration);
  }

  /**
   * Acts as worker 0 and waits for what comes of it.
   *
   * @param action gives a future
   * @param <T> its type
   * @return its result
   */
  public <T> T await(Supplier<CompletableFuture<T>> action) {
    return runtime.await(get(0, action), PATIENCE);
  }

  /**
   * Acts in a worker's place.
   *
   * @param worker its index
   * @param action runs at once
   */
  public void on(int worker, Runnable action) {
    runtime.on(stack.worker(worker), action);
  }

  /**
   * Acts in a worker's place.
   *
   * @param worker its index
   * @param action runs at once
   * @param <T> the type of its result
   * @return its result
   */
  public <T> T get(int worker, Supplier<T> action) {
    Result<T> result = new Result<>();
    on(worker, () -> result.value = action.get());
    return result.value;
  }

  /**
   * FIFOs that exist.
   *
   * @return their number; 0 once all sessions are gone
   */
  public int fifos() {
    return segments.stream().filter(segment -> !segment.isReleased()).mapToInt(Segment::fifoCount).sum();
  }

  /**
   * Checks that nothing is left of sessions, half-opens, listeners, segments and local endpoints, once the lingering of
   * empty segments is over, and that the cards have all their frames again. Applications must have been detached, and
   * what they sent must have arrived.
   */
  public void requireNothingLeft() {
    advance(AFTERMATH);
    StringBuilder left = new StringBuilder();
    for (int i = 0; i < stack.workers().count(); i++) {
      int worker = i;
      on(i, () -> stack.sessionCore().worker(worker).admin().forEachSession(session -> left.append("\n  session ")
          .append(session.flow()).append(' ').append(session.state()).append(session.isHalfOpen() ? " half-open" : "")
          .append(" on worker ").append(worker)));
    }
    if (stack.applicationLayer().segmentCount() > 0) {
      left.append("\n  segments: ").append(stack.applicationLayer().segmentCount());
    }
    if (stack.sessions().localEndpoints().inUse() > 0) {
      left.append("\n  local endpoints: ").append(stack.sessions().localEndpoints().inUse());
    }
    stack.network().snapshot().interfaces().forEach(one -> requireFrames(one, left));
    if (!left.isEmpty()) {
      throw new AssertionError("left behind:" + left);
    }
  }

  /** Each worker has the queue of its number, if there is one. */
  private void requireFrames(NetInterface one, StringBuilder left) {
    int queues = Math.min(one.nic().capabilities().txQueues(), stack.workers().count());
    for (int i = 0; i < queues; i++) {
      int queue = i;
      on(i, () -> {
        if (one.nic().txQueue(queue).pool() instanceof FramePool pool && pool.available() != pool.frames()) {
          left.append("\n  frames: ").append(pool.frames() - pool.available()).append(" of ").append(pool.frames())
              .append(" that worker ").append(queue).append(" sends by ").append(one.name());
        }
      });
    }
  }

  private Segment newSegment(long sizeBytes) {
    Segment segment = Segment.allocate(sizeBytes);
    segments.add(segment);
    return segment;
  }

  private static final class Result<T> {
    @SuppressWarnings("NullAway.Init") // The action that sets it runs before anybody reads it.
    T value;
  }
}
