package org.sluice.testkit.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sluice.core.PluginScope;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.Network;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.spi.transport.TransportTrait;
import org.sluice.spi.transport.TransportVft;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;

/** One stack with the transport under test, a server and a client; what is left at the end is a failure. */
final class TransportWorld {
  private static final int SEGMENT_BYTES = 1 << 20;

  final long seed;
  final Simulation simulation;
  TransportVft subject;
  TransportWatch watch;
  TestHost host;
  final PluginScope applications;
  final RecordingApplication server = new RecordingApplication();
  final RecordingApplication client = new RecordingApplication();
  private final @Nullable Network network;
  private final TransportSubject contract;
  private final List<RecordingApplication> attached = new ArrayList<>();
  private long listener;

  TransportWorld(TransportSubject contract, long seed, int dataWorkers) {
    this.contract = contract;
    this.seed = seed;
    simulation = new Simulation(seed, dataWorkers);
    applications = simulation.stack().scope("applications");
    network = contract.network(simulation);
    watch = new TransportWatch(simulation.stack().workers());
    host = newHost();
    subject = newSubject();
  }

  private TestHost newHost() {
    TestHost plain = simulation.host("subject", contract.configuration());
    TestHost watched = plain.with(watch.watch(plain.sessions()));
    return network == null ? watched : watched.with(network);
  }

  private TransportVft newSubject() {
    TransportVft made = watch.watch(simulation.get(0, () -> contract.subject(host)));
    simulation.await(() -> host.scope().registerTransport(made));
    return made;
  }

  /** Takes the plugin away and starts it anew, as a reload does. */
  void restart() {
    simulation.await(host::revoke);
    settle();
    checkTransport();
    watch = new TransportWatch(simulation.stack().workers());
    host = newHost();
    subject = newSubject();
  }

  /** Turns the session layer off, under whatever goes on, and on again. Nothing is attached afterwards. */
  void turnOffAndOn() {
    simulation.await(() -> simulation.stack().sessionLayerSwitch().disable());
    attached.clear();
    simulation.requireNothingLeft();
    checkTransport();
    simulation.await(() -> simulation.stack().sessionLayerSwitch().enable());
  }

  // ---- Applications.

  RecordingApplication attach(RecordingApplication application, String name, int fifoBytes) {
    Scope scope = subject.descriptor().has(TransportTrait.LOCAL) ? Scope.LOCAL : Scope.GLOBAL;
    AttachOptions options = AttachOptions.named(name)
        .with()
        .scopes(scope)
        .fifoBytes(fifoBytes, fifoBytes)
        .segments(SEGMENT_BYTES, SEGMENT_BYTES, 1 << 10)
        .build();
    simulation.await(() -> applications.applications().attach(application, options));
    attached.add(application);
    return application;
  }

  /** Attaches both, and lets the server listen. */
  TransportWorld ready() {
    return ready(16 << 10);
  }

  TransportWorld ready(int fifoBytes) {
    attach(server, "server", fifoBytes);
    attach(client, "client", fifoBytes);
    listener = listen(server, contract.port());
    return this;
  }

  long listen(RecordingApplication application, int port) {
    return simulation.await(() -> application.context().listen(uri(port)));
  }

  void unlisten() {
    simulation.await(() -> server.context().unlisten(listener));
  }

  String uri(int port) {
    return subject.descriptor().name() + "://" + contract.address() + ":" + port;
  }

  void connect(long opaque) {
    connect(contract.port(), opaque);
  }

  void connect(int port, long opaque) {
    simulation.on(0, () -> {
      SessionError error = client.context().connect(uri(port), opaque);
      if (error != SessionError.NONE) {
        throw new AssertionError("connect was refused with " + error);
      }
    });
  }

  /** One established session between both. */
  TransportWorld established() {
    connect(1);
    settle();
    if (!client.connects().contains("connected 1") || server.logs().isEmpty()) {
      throw new AssertionError("no session: client " + client.connects() + ", server " + server.logs().size());
    }
    return this;
  }

  void detach(RecordingApplication application) {
    if (attached.remove(application)) {
      simulation.await(() -> application.context().detach());
    }
  }

  // ---- Acting on sessions, each on its worker.

  void on(RecordingApplication application, Consumer<Session> action) {
    act(application.log(), action);
  }

  void act(RecordingApplication.Log log, Consumer<Session> action) {
    Session session = log.session();
    if (session.handle() >= 0) {
      simulation.on(Handle.worker(session.handle()), () -> action.accept(session));
    }
  }

  // ---- Time.

  void settle() {
    simulation.advance(contract.settleTime());
  }

  void advance(Duration duration) {
    simulation.advance(duration);
  }

  DataPump pump(int bytes, Consumer<Session> whenDone) {
    return new DataPump(seed ^ bytes, bytes, contract.maxWriteBytes(), whenDone);
  }

  /** A counter of the stack. */
  long counter(String name) {
    long[] value = {-1};
    simulation.stack().counters().forEach((counter, cell) -> {
      if (counter.equals("stack." + name)) {
        value[0] = cell.value();
      }
    });
    return value[0];
  }

  SplittableRandom random() {
    return new SplittableRandom(seed);
  }

  // ---- The end.

  /** Detaches everybody, and checks order, contract and leftovers. */
  void end() {
    settle();
    for (RecordingApplication application : List.copyOf(attached)) {
      detach(application);
    }
    settle();
    simulation.requireNothingLeft();
    checkCallbacks(server);
    checkCallbacks(client);
    checkTransport();
    simulation.await(host::revoke);
  }

  private void checkTransport() {
    List<String> wrong = new ArrayList<>(watch.violations());
    simulation.on(0, () -> wrong.addAll(watch.leftovers()));
    if (!wrong.isEmpty()) {
      throw new AssertionError("the transport breaks its contract:\n  " + String.join("\n  ", wrong));
    }
  }

  private static void checkCallbacks(RecordingApplication application) {
    application.logs().forEach(log -> CallbackOrder.check(log.events()));
  }
}
