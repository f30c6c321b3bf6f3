package org.sluice.benchmarks.session;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sluice.benchmarks.runtime.StressWorkers;
import org.sluice.core.fault.PluginFaults;
import org.sluice.core.lookup.FlowPolicy;
import org.sluice.core.lookup.FlowTable;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.core.segment.FifoPair;
import org.sluice.core.session.EventLane;
import org.sluice.core.session.SessionCore;
import org.sluice.core.session.SessionCounters;
import org.sluice.core.session.SessionListener;
import org.sluice.core.session.SessionOwner;
import org.sluice.core.session.SessionShared;
import org.sluice.core.session.SweepLimits;
import org.sluice.core.session.TxLimits;
import org.sluice.core.stream.StreamSettings;
import org.sluice.core.transport.TransportEntry;
import org.sluice.core.transport.TransportRegistry;
import org.sluice.spi.application.SessionCallbacks;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.EventQueue;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LocalEndpoints;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportVft;
import org.sluice.spi.transport.TxMode;

/**
 * A session layer of a few workers with one application worker and a transport that does nothing by itself. What does
 * not matter to a race is shared by all states of a run.
 */
final class StressSessions implements SessionOwner, SessionCallbacks {
  /** Room for the event queues of the 10 240 states that jcstress keeps at once. */
  private static final Segment SEGMENT = Segment.allocate(96 << 20);
  private static final Counters COUNTERS = new CounterRegistry(3).scope("stress");
  private static final PluginFaults FAULTS = new PluginFaults("stress", COUNTERS);
  private static final TransportRegistry TRANSPORTS = new TransportRegistry(
      1, COUNTERS.counter("transports.limit", "Transports refused."));
  private static final TransportEntry SILENT = TRANSPORTS.register(new Silent(), FAULTS);
  private static final Counter LIMIT_HITS = COUNTERS.counter("flows.limit", "Flows refused.");
  private static final SessionShared SHARED = new SessionShared(
      new SessionCounters(COUNTERS), TRANSPORTS, new FlowTable(16, () -> 0, LIMIT_HITS), FlowPolicy.NONE,
      TxLimits.DEFAULT, SweepLimits.DEFAULT, 1, new StreamSettings(StressWorkers.NO_TIME, 0), 1);
  private static final EndpointConfig ANYWHERE = new EndpointConfig().set(Endpoint.ANY_IP4, Endpoint.ANY_IP4, 0);

  final WorkerSet workers;
  final SessionCore core;
  private final long[] queues = new long[2];
  private final EventLane[] lanes = new EventLane[2];
  private final int[] failures = new int[3];
  private final int[] goodbyes = new int[3];

  StressSessions() {
    this(StressWorkers.two());
  }

  /** What a third worker reports is not about sessions, so it has no queue. */
  StressSessions(WorkerSet workers) {
    this.workers = workers;
    core = new SessionCore(workers, SHARED, new Nobody(), new NoEndpoints(), 8);
    for (int i = 0; i < 2; i++) {
      workers.worker(i).duties(core.worker(i));
      queues[i] = SEGMENT.allocateEventQueue(8, 1);
      lanes[i] = core.worker(i).newLane(this, this, EventQueue.attach(SEGMENT, queues[i]));
    }
  }

  /** Opens a half-open, known by its opaque number of 1 or 2. On worker 0. */
  long open(long opaque) {
    return core.halfOpens().open(this, SILENT, ANYWHERE, opaque);
  }

  /** Acts as a worker. */
  void on(int worker, Runnable task) {
    workers.worker(worker).enter();
    task.run();
    workers.worker(worker).exit();
  }

  /** Failed connects the application was told of. */
  int failures(int opaque) {
    return failures[opaque];
  }

  /** Half-opens the application was told to be gone. */
  int goodbyes(int opaque) {
    return goodbyes[opaque];
  }

  /** Lets worker 0 settle what is left; how many half-opens still wait. */
  int end() {
    workers.worker(0).turn();
    int[] waiting = new int[1];
    on(0, () -> {
      waiting[0] = core.halfOpens().waiting(lanes[0]).length;
      core.halfOpens().detach(lanes[0]);
    });
    for (int i = 0; i < 2; i++) {
      int worker = i;
      on(i, () -> core.worker(worker).closeLane(lanes[worker], () -> { }));
      workers.worker(i).turn();
      SEGMENT.freeEventQueue(queues[i]);
    }
    return waiting[0];
  }

  // ---- The application.

  @Override
  public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
    failures[(int) opaque]++;
  }

  @Override
  public void onHalfOpenCleanup(long halfOpen, long opaque) {
    goodbyes[(int) opaque]++;
  }

  @Override
  public long handle() {
    return 0;
  }

  @Override
  public int namespace() {
    return 0;
  }

  @Override
  public boolean sharesApplication(SessionOwner other) {
    return other == this;
  }

  @Override
  public void segmentTaken(long segment) {}

  @Override
  public void segmentLeft(long segment) {}

  @Override
  public String name() {
    return "stress";
  }

  @Override
  public PluginFaults faults() {
    return FAULTS;
  }

  @Override
  public EventLane lane(int worker) {
    return Objects.requireNonNull(lanes[worker]);
  }

  @Override
  public int allocateConnectFifos(FifoPair out) {
    return SessionError.SEG_NO_SPACE.code();
  }

  @Override
  public @Nullable SessionOwner successor() {
    return null;
  }

  @Override
  public boolean isDetached() {
    return false;
  }

  @Override
  public void listenerSessionLost(long session) {}

  @Override
  public void connectAnswered() {}

  /** Leaves everything to the actors. */
  private static final class Silent implements TransportVft {
    @Override
    public TransportDescriptor descriptor() {
      return new TransportDescriptor("silent", "S", ServiceType.VIRTUAL_CIRCUIT, TxMode.INTERNAL);
    }

    @Override
    public void enable(int protocolId) {}

    @Override
    public long startListen(long listener, EndpointConfig config) {
      return SessionError.NOSUPPORT.code();
    }

    @Override
    public void stopListen(long transportListener) {}

    @Override
    public long connect(long session, EndpointConfig config) {
      return 0;
    }

    @Override
    public void close(TransportConnection connection) {}

    @Override
    public void cleanup(TransportConnection connection) {}

    @Override
    public @Nullable TransportConnection connection(long connection) {
      return null;
    }

    @Override
    public @Nullable TransportConnection listener(long transportListener) {
      return null;
    }
  }

  private static final class Nobody implements SessionCore.Listeners {
    @Override
    public @Nullable SessionListener listener(long handle) {
      return null;
    }

    @Override
    public long find(FlowKey key) {
      return -1;
    }

    @Override
    public long first(long application, FlowKey key) {
      return -1;
    }

    @Override
    public long findLocal(int namespace, int protocolSlot, boolean secure, FlowKey key) {
      return -1;
    }
  }

  private static final class NoEndpoints implements LocalEndpoints {
    @Override
    public int allocate(TransportConnection connection, EndpointConfig config) {
      return SessionError.NOSUPPORT.code();
    }

    @Override
    public void share(TransportConnection connection) {}

    @Override
    public void release(TransportConnection connection) {}

    @Override
    public int inUse() {
      return 0;
    }
  }
}
