package org.sluice.core;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.sluice.core.application.ApplicationLayer;
import org.sluice.core.application.ApplicationRegistry;
import org.sluice.core.application.PolicyControl;
import org.sluice.core.application.SessionLayerSwitch;
import org.sluice.core.console.StackCommands;
import org.sluice.core.console.StackParts;
import org.sluice.core.ip.IpLayer;
import org.sluice.core.lookup.FlowTable;
import org.sluice.core.lookup.LocalEndpointTable;
import org.sluice.core.nic.LoopDriver;
import org.sluice.core.nic.WireDriver;
import org.sluice.core.nic.Wires;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.network.RouteSourceSelector;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.core.policy.PolicyTables;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.core.runtime.IdleStrategy;
import org.sluice.core.runtime.StackWorker;
import org.sluice.core.runtime.SystemClock;
import org.sluice.core.runtime.SystemRandom;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.core.segment.SegmentFactory;
import org.sluice.core.session.SessionCore;
import org.sluice.core.session.SessionCounters;
import org.sluice.core.session.SessionShared;
import org.sluice.core.stream.StreamSettings;
import org.sluice.core.transport.TransportEntry;
import org.sluice.core.transport.TransportRegistry;
import org.sluice.spi.application.Applications;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.nic.NicDriver;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Workers;
import org.sluice.spi.session.SessionLayer;

/**
 * The whole put together: workers, session layer, applications. Usable without plugins or files, for embedding; what
 * registers with it does so through a {@link PluginScope}.
 *
 * <pre>{@code
 * try (Stack stack = Stack.builder().build()) {
 *   stack.start();
 *   PluginScope scope = stack.scope("mine");
 *   scope.registerTransport(new CutThrough(...)).join();
 *   scope.applications().attach(new Echo()).join();
 * }
 * }</pre>
 *
 * <p>Any context may call; methods that block say so.
 */
public final class Stack implements AutoCloseable {
  /** The scope of what belongs to the stack itself. */
  public static final String OWN_SCOPE = "stack";

  private final Clock clock;
  private final RandomGenerator random;
  private final CounterRegistry counters;
  private final WorkerSet workers;
  private final NetworkPlane network;
  private final IpLayer ip;
  private final TransportRegistry transports;
  private final ApplicationLayer applications;
  private final SessionCore sessions;
  private final List<ConsoleCommand> commands;
  private final ConcurrentHashMap<String, PluginScope> scopes = new ConcurrentHashMap<>();

  private Stack(Builder builder) {
    clock = builder.clock;
    random = builder.random;
    StackLimits limits = builder.limits;
    int count = 1 + builder.dataWorkers;
    counters = new CounterRegistry(count);
    Counters own = counters.scope(OWN_SCOPE);
    workers = builder.workers
        .count(count)
        .namePrefix(builder.name)
        .clock(clock)
        .idle(builder.idle)
        .limits(limits.workers())
        .counters(counters)
        .build();
    List<NicDriver> drivers = new ArrayList<>(builder.nicDrivers);
    drivers.add(new LoopDriver(own));
    drivers.add(new WireDriver(own, this::ownRandom, builder.wires));
    network = new NetworkPlane(workers, limits.network(), clock, own, drivers);
    ip = new IpLayer(workers, network, limits.ip(), own, random);
    FlowTable flows =
        new FlowTable(limits.maxFlows(), random, own.counter("lookup.limit", "Flows refused: table full"));
    LocalEndpointTable endpoints = new LocalEndpointTable(
        new FlowTable(limits.maxFlows(), random, own.counter("endpoint.limit", "Local endpoints refused: table full")),
        key -> flows.find(key) != Handle.INVALID,
        new RouteSourceSelector(network),
        random,
        limits.ports());
    transports = new TransportRegistry(limits.maxTransports(),
        own.counter("transport.limit", "Transports refused because as many as may be were registered"));
    SessionCounters sessionCounters = new SessionCounters(own);
    PolicyTables policy = new PolicyTables(limits.policy(), own);
    policy.select(builder.policy);
    StreamSettings streams = new StreamSettings(clock, builder.streamSpinNs);
    SessionShared shared =
        new SessionShared(sessionCounters, transports, flows, policy, limits.tx(), limits.sweep(),
            limits.maxSessionRecords(), streams, limits.maxStreamsPerSession());
    applications = new ApplicationLayer(
        workers, transports, network, policy, limits.applications(), limits.maxSegments(), own);
    sessions = new SessionCore(
        workers, shared, applications.listeners(), endpoints, limits.maxSessionsPerWorker());
    applications.open(sessions, sessionCounters, builder.segments);
    if (!builder.sessionLayerOn) {
      transports.switchOff();
    }
    for (int i = 0; i < count; i++) {
      workers.worker(i).duties(new LayeredDuties(ip.worker(i), sessions.worker(i)));
    }
    commands = StackCommands.of(
        new StackParts(workers, sessions, applications, network, ip, transports, counters, own));
  }

  /**
   * Starts to build a stack.
   *
   * @return a builder with defaults: one worker, the system's clock, randomness of the operating system
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts one thread per worker. Simulations do not call it: they run the turns themselves. */
  public void start() {
    workers.start();
  }

  /**
   * The workers.
   *
   * @return the workers
   */
  public Workers workers() {
    return workers;
  }

  /**
   * The set of workers, for simulations.
   *
   * @return the set
   */
  public WorkerSet workerSet() {
    return workers;
  }

  /**
   * One worker's event loop.
   *
   * @param index the worker
   * @return the loop; its turns are run by the caller only where the stack was not started
   */
  public StackWorker worker(int index) {
    return workers.worker(index);
  }

  /**
   * What transports are given.
   *
   * @return the session layer
   */
  public SessionLayer sessions() {
    return sessions.layer();
  }

  /**
   * The session layer with what consoles and tests may look at.
   *
   * @return the session layer
   */
  public SessionCore sessionCore() {
    return sessions;
  }

  /**
   * Attaches applications that belong to no plugin.
   *
   * @return the applications of the stack's own scope
   */
  public Applications applications() {
    return scope(OWN_SCOPE).applications();
  }

  /**
   * The application layer, for inspection.
   *
   * @return the registry
   */
  public ApplicationRegistry applicationRegistry() {
    return applications.registry();
  }

  /**
   * The application layer with its segments, for inspection.
   *
   * @return the layer
   */
  public ApplicationLayer applicationLayer() {
    return applications;
  }

  /**
   * The rules and deny lists.
   *
   * @return their control
   */
  public PolicyControl policy() {
    return applications.policy();
  }

  /**
   * What turns the session layer off and on as a whole.
   *
   * @return the switch
   */
  public SessionLayerSwitch sessionLayerSwitch() {
    return applications.layerSwitch();
  }

  /**
   * The registered transports.
   *
   * @return the registry
   */
  public TransportRegistry transports() {
    return transports;
  }

  /**
   * The interfaces, their addresses, the tables and the routes.
   *
   * @return what changes them and tells what they are
   */
  public NetworkPlane network() {
    return network;
  }

  /**
   * The packets: what plugins are given of it is {@link PluginScope#network}.
   *
   * @return neighbours and pings
   */
  public IpLayer ip() {
    return ip;
  }

  /**
   * All counters.
   *
   * @return the registry
   */
  public CounterRegistry counters() {
    return counters;
  }

  /**
   * The commands that show the stack to its operator.
   *
   * @return one object per command, always the same, to be registered with a console
   */
  public List<ConsoleCommand> consoleCommands() {
    return commands;
  }

  /**
   * The time.
   *
   * @return the clock
   */
  public Clock clock() {
    return clock;
  }

  /**
   * The scope of a plugin, made at the first call and again after it was closed.
   *
   * @param pluginId the plugin's id
   * @return its scope
   */
  public PluginScope scope(String pluginId) {
    return scopes.computeIfAbsent(pluginId, id -> new PluginScope(this, id, ownRandom()));
  }

  void forget(PluginScope scope) {
    scopes.remove(scope.pluginId(), scope);
    if (!scope.pluginId().equals(OWN_SCOPE)) {
      counters.drop(scope.pluginId());
    }
  }

  private synchronized RandomGenerator ownRandom() {
    return new SplittableRandom(random.nextLong());
  }

  /**
   * Takes nothing new for a transport, ends every listener and session of it, then forgets it. Completes when it is
   * disabled.
   */
  CompletableFuture<Void> remove(TransportEntry entry) {
    CompletableFuture<Void> evicted = workers.call(0, () -> {
      transports.leave(entry);
      applications.registry().stopListeners(entry);
      sessions.halfOpens().evict(entry);
      return List.of();
    }).thenCompose(done -> sessions.evict(entry));
    return evicted.thenCompose(done -> workers.call(0, () -> {
      transports.unregister(entry);
      return List.of();
    })).thenAccept(done -> {});
  }

  /**
   * Ends everything: applications, transports, workers. Blocks until the workers have stopped. Where the stack was not
   * started, its owner closes the scopes and runs the turns first.
   */
  @Override
  public void close() {
    if (workers.isRunning()) {
      CompletableFuture<?>[] closing =
          List.copyOf(scopes.values()).stream().map(PluginScope::revoke).toArray(CompletableFuture[]::new);
      CompletableFuture.allOf(closing).exceptionally(failure -> null).join();
    }
    workers.close();
    network.close();
  }

  /** Collects the parts of a stack; each method returns the builder. */
  public static final class Builder {
    private String name = "";
    private int dataWorkers;
    private Clock clock = new SystemClock();
    private RandomGenerator random = new SystemRandom();
    private final WorkerSet.Builder workers = WorkerSet.builder();
    private IdleStrategy idle = IdleStrategy.backOff();
    private StackLimits limits = StackLimits.DEFAULT;
    private SegmentFactory segments = Segment::allocate;
    private boolean sessionLayerOn = true;
    private PolicyBackend policy = PolicyBackend.NONE;
    private long streamSpinNs = StreamSettings.DEFAULT_SPIN_NS;
    private Wires wires = new Wires();
    private final List<NicDriver> nicDrivers = new ArrayList<>();

    private Builder() {}

    /**
     * Sets the prefix of worker names, where several stacks live in one process.
     *
     * @param prefix for example {@code a-}
     * @return this
     */
    public Builder name(String prefix) {
      name = prefix;
      return this;
    }

    /**
     * Sets how many workers there are beside worker 0; with none it does their work too.
     *
     * @param count 0 to 126
     * @return this
     */
    public Builder dataWorkers(int count) {
      dataWorkers = count;
      return this;
    }

    /**
     * Sets the source of time.
     *
     * @param source the clock
     * @return this
     */
    public Builder clock(Clock source) {
      clock = source;
      return this;
    }

    /**
     * Sets the source of randomness.
     *
     * @param source the generator; used under a lock of the stack
     * @return this
     */
    public Builder random(RandomGenerator source) {
      random = source;
      return this;
    }

    /**
     * Sets on which processors workers run; by default where the operating system puts them. A worker that shares its
     * processor with what it talks to waits for its share of time, which takes milliseconds.
     *
     * @param numbers one for each worker in turn, from the first again when there are fewer
     * @return this
     * @throws IllegalArgumentException when this process may not use one of them
     */
    public Builder cpus(int... numbers) {
      workers.cpus(numbers);
      return this;
    }

    /**
     * Sets what a worker without work does.
     *
     * @param strategy the strategy
     * @return this
     */
    public Builder idle(IdleStrategy strategy) {
      idle = strategy;
      return this;
    }

    /**
     * Sets from which length on a turn of a worker is told to the flight recorder, {@code sluice.SlowTurn}.
     *
     * @param longerNs nanoseconds; 10 ms by default
     * @return this
     */
    public Builder slowTurnNs(long longerNs) {
      workers.slowTurnNs(longerNs);
      return this;
    }

    /**
     * Sets the bounds.
     *
     * @param bounds the limits
     * @return this
     */
    public Builder limits(StackLimits bounds) {
      limits = bounds;
      return this;
    }

    /**
     * Sets where segments come from.
     *
     * @param factory makes segments
     * @return this
     */
    public Builder segments(SegmentFactory factory) {
      segments = factory;
      return this;
    }

    /**
     * Leaves the session layer off until somebody turns it on: see {@link Stack#sessionLayerSwitch}.
     *
     * @return this
     */
    public Builder sessionLayerOff() {
      sessionLayerOn = false;
      return this;
    }

    /**
     * Sets what decides about packets and connects before listeners are asked; it can be changed later.
     *
     * @param backend rules, a deny list, or nothing
     * @return this
     */
    public Builder policy(PolicyBackend backend) {
      policy = backend;
      return this;
    }

    /**
     * Sets how long blocking calls of application threads look again and again before they sleep.
     *
     * @param longestNs nanoseconds; see {@link org.sluice.spi.session.SessionStream#spinNs}
     * @return this
     */
    public Builder streamSpinNs(long longestNs) {
      streamSpinNs = longestNs;
      return this;
    }

    /**
     * Sets where the ends of wires find each other.
     *
     * @param shared the same for all stacks that wires are to join; they must have the same clock
     * @return this
     */
    public Builder wires(Wires shared) {
      wires = shared;
      return this;
    }

    /**
     * Adds a driver that interfaces can be made of, beside those that are built in.
     *
     * @param driver the driver
     * @return this
     */
    public Builder nicDriver(NicDriver driver) {
      nicDrivers.add(driver);
      return this;
    }

    /**
     * Puts the stack together; nothing runs yet.
     *
     * @return the stack, to be closed
     */
    public Stack build() {
      return new Stack(this);
    }
  }
}
