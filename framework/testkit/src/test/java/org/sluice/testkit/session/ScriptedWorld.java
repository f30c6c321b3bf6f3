package org.sluice.testkit.session;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.sluice.core.StackLimits;
import org.sluice.core.network.NetInterface;
import org.sluice.core.network.NetworkPlane;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TransportTrait;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.transport.ScriptedConnection;
import org.sluice.testkit.transport.ScriptedTransport;

/** One stack with a scripted transport and an application that records. */
final class ScriptedWorld {
  static final int PORT = 7000;
  static final String OWN = "192.0.2.9";
  private static final ConnectOptions TO_PORT = ConnectOptions.of("script://127.0.0.1:" + PORT);

  final Simulation simulation;
  final TestHost host;
  final ScriptedTransport transport;
  final RecordingApplication application = new RecordingApplication();
  private int nextPort = 10_000;

  ScriptedWorld(long seed, int dataWorkers, TxMode mode, TransportTrait... traits) {
    this(seed, dataWorkers, mode, StackLimits.DEFAULT, traits);
  }

  ScriptedWorld(long seed, int dataWorkers, TxMode mode, StackLimits limits, TransportTrait... traits) {
    this(seed, dataWorkers, mode, limits, options("application", 8 << 20), traits);
  }

  ScriptedWorld(
      long seed, int dataWorkers, TxMode mode, StackLimits limits, AttachOptions options, TransportTrait... traits) {
    simulation = new Simulation(seed, dataWorkers, limits);
    host = simulation.host("scripted", Map.of());
    TransportDescriptor descriptor =
        new TransportDescriptor("script", "S", ServiceType.VIRTUAL_CIRCUIT, mode, Set.of(traits));
    transport = new ScriptedTransport(descriptor, host);
    simulation.await(() -> host.scope().registerTransport(transport));
    attach(application, options);
  }

  static ScriptedWorld stream() {
    return new ScriptedWorld(1, 0, TxMode.DEQUEUE);
  }

  static AttachOptions options(String name, int segmentBytes) {
    return AttachOptions.named(name).with().scopes(Scope.GLOBAL).segments(segmentBytes, segmentBytes, 1 << 10).build();
  }

  void attach(RecordingApplication added, String name) {
    attach(added, options(name, 8 << 20));
  }

  private void attach(RecordingApplication added, AttachOptions options) {
    simulation.await(() -> simulation.stack().scope("applications").applications().attach(added, options));
  }

  Worker worker(int index) {
    return simulation.stack().workers().worker(index);
  }

  /** From now on connects and listeners need addresses and ports of this host, which has one address. */
  void takesLocalEndpoints() {
    own(simulation);
    transport.takesLocalEndpoints();
  }

  /** Gives a stack an interface with the address {@link #OWN}. */
  static void own(Simulation simulation) {
    NetworkPlane network = simulation.stack().network();
    NetInterface loop = simulation.await(() -> network.addInterface("loop", null));
    simulation.await(() -> network.addAddress(loop.name(), IpPrefix.parse(OWN + "/24")));
  }

  /** Starts a connect that waits for its answer. */
  ScriptedConnection connect(long opaque) {
    return connect(TO_PORT, opaque);
  }

  ScriptedConnection connect(ConnectOptions options, long opaque) {
    int before = transport.live();
    simulation.on(0, () -> {
      SessionError error = application.context().connect(options, opaque);
      if (error != SessionError.NONE) {
        throw new AssertionError("connect: " + error);
      }
    });
    if (transport.live() == before) {
      throw new AssertionError("the transport was not asked to connect: " + application.connects());
    }
    return transport.lastHalfOpen();
  }

  /** An established, connected session of a worker. */
  ScriptedConnection connected(int worker) {
    return connected(worker, TO_PORT);
  }

  ScriptedConnection connected(int worker, ConnectOptions options) {
    ScriptedConnection halfOpen = connect(options, 0);
    ScriptedConnection made = simulation.get(worker, () -> transport.answer(halfOpen, worker(worker)));
    simulation.on(0, () -> transport.delete(halfOpen));
    simulation.run();
    return made;
  }

  /** An incoming connection of a worker whose handshake is not done. */
  ScriptedConnection incoming(int worker) {
    if (simulation.stack().sessionCore().worker(0).liveSessions() == 0 || transport.calls("startListen") == 0) {
      simulation.await(() -> application.context().listen("script://127.0.0.1:" + PORT));
    }
    int port = nextPort++;
    return simulation.get(worker, () -> transport.incoming(transport.listener(), port, worker(worker)));
  }

  /** An accepted session of a worker. */
  ScriptedConnection accepted(int worker) {
    ScriptedConnection connection = incoming(worker);
    on(connection, () -> host.sessions().acceptNotify(connection));
    simulation.run();
    return connection;
  }

  void on(ScriptedConnection connection, Runnable action) {
    simulation.on(connection.workerIndex(), action);
  }

  /** The application's session of a connection; the handle that the connection was given names it. */
  Session session(ScriptedConnection connection) {
    for (RecordingApplication.Log log : application.logs()) {
      if (log.session().handle() == connection.session) {
        return log.session();
      }
    }
    throw new AssertionError("no session " + Handle.text(connection.session));
  }

  RecordingApplication.Log lastLog() {
    return application.logs().getLast();
  }

  void run() {
    simulation.run();
  }

  void advance(Duration duration) {
    simulation.advance(duration);
  }

  long counter(String name) {
    Map<String, Long> values = new HashMap<>();
    simulation.stack().counters().forEach((counter, cell) -> values.put(counter, cell.value()));
    Long value = values.get("stack." + name);
    if (value == null) {
      throw new AssertionError("no counter " + name + " in " + values.keySet());
    }
    return value;
  }

  int liveSessions() {
    int live = 0;
    for (int i = 0; i < simulation.stack().workers().count(); i++) {
      int worker = i;
      live += simulation.get(i, () -> simulation.stack().sessionCore().worker(worker).liveSessions());
    }
    return live;
  }

  /** Detaches, lets the transport let go of everything, and checks that nothing is left. */
  void end() {
    simulation.await(() -> application.context().detach());
    simulation.run();
    simulation.await(host::revoke);
    simulation.requireNothingLeft();
  }
}
