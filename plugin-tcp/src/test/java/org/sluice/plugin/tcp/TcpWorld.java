package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.sluice.core.PluginScope;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.core.network.NetworkPlane;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.TcpOptions;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.testkit.contract.DataPump;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.network.FakeNetwork;
import org.sluice.testkit.network.FakePacket;
import org.sluice.testkit.network.FakeStack;

/** One stack with a client and a server in namespaces of their own, which reach each other over a fake network only. */
final class TcpWorld {
  static final int CLIENT = 1;
  static final int SERVER = 2;
  static final String CLIENT_ADDRESS = "10.1.0.1";
  static final String SERVER_ADDRESS = "10.2.0.1";
  static final String SERVER_URI = "tcp://" + SERVER_ADDRESS + ":80";
  private static final Duration AFTERMATH = Duration.ofMinutes(11);

  final Simulation simulation;
  final FakeNetwork network;
  final FakeStack stack;
  final TestHost host;
  final TcpTransport transport;
  final RecordingApplication client = new RecordingApplication();
  final RecordingApplication server = new RecordingApplication();
  final List<Seen> seen = new ArrayList<>();
  private final PluginScope applications;
  private final List<RecordingApplication> attached = new ArrayList<>();
  private Predicate<Seen> filter = segment -> true;
  private int[] stripped = {};

  /** A segment that was sent. */
  record Seen(long atMs, int from, int flags, int seq, int ack, int length, int window, int ecn,
      List<Integer> sack) {
    boolean is(int wanted) {
      return flags == wanted;
    }

    boolean isData() {
      return length > 0;
    }

    boolean has(int wanted) {
      return (flags & wanted) == wanted;
    }
  }

  TcpWorld(long seed, int dataWorkers) {
    this(seed, dataWorkers, Settings.defaults());
  }

  TcpWorld(long seed, int dataWorkers, Map<String, Object> settings) {
    simulation = new Simulation(seed, dataWorkers);
    applications = simulation.stack().scope("applications");
    network = new FakeNetwork(seed).filter(this::pass);
    stack = network.stack(simulation.stack().workers());
    place("client", CLIENT, CLIENT_ADDRESS);
    place("server", SERVER, SERVER_ADDRESS);
    host = simulation.host("tcp", settings).with(stack);
    transport = simulation.start(host, simulation.get(0, () -> new TcpTransport(host)));
  }

  private void place(String name, int table, String address) {
    NetworkPlane plane = simulation.stack().network();
    simulation.await(() -> plane.addInterface("loop", name));
    simulation.await(() -> plane.setTable(name, true, table));
    simulation.await(() -> plane.addAddress(name, IpPrefix.parse(address + "/8")));
    simulation.await(() -> simulation.stack().applicationLayer().namespaces()
        .add(name, OptionalLong.empty(), NamespaceBinding.toTables(table, NamespaceBinding.ABSENT)));
    stack.address(address, table);
  }

  // ---- The wire.

  TcpWorld filter(Predicate<Seen> newFilter) {
    filter = newFilter;
    return this;
  }

  /** Takes options out of SYNs, as some boxes on the way do. */
  TcpWorld strip(int... kinds) {
    stripped = kinds;
    return this;
  }

  private void strip(FakePacket packet, MemorySegment m) {
    int length = TcpHeader.headerLength(m, 0);
    for (int at = TcpOptions.first(m, 0, length); at > 0; at = TcpOptions.next(m, 0, length, at)) {
      int kind = TcpOptions.kind(m, at);
      if (Arrays.stream(stripped).anyMatch(k -> k == kind)) {
        m.asSlice(at, TcpOptions.length(m, at)).fill((byte) 1);
      }
    }
    TcpHeader.fillChecksum(m, 0, (int) m.byteSize(), InternetChecksum.pseudo4(packet.source().low(),
        packet.destination().low(), TcpHeader.PROTOCOL, (int) m.byteSize()));
  }

  private boolean pass(FakePacket packet) {
    MemorySegment m = packet.bytes();
    if (stripped.length > 0 && (TcpHeader.flags(m, 0) & TcpHeader.SYN) != 0) {
      strip(packet, m);
    }
    long atMs = simulation.runtime().clock().elapsedNs() / 1_000_000;
    Seen segment = new Seen(atMs, packet.fromTable(), TcpHeader.flags(m, 0), TcpHeader.sequence(m, 0),
        TcpHeader.acknowledgement(m, 0), (int) m.byteSize() - TcpHeader.headerLength(m, 0), TcpHeader.window(m, 0),
        packet.ecn(), sack(m));
    seen.add(segment);
    return filter.test(segment);
  }

  /** The edges of the SACK blocks, left and right in turn. */
  private static List<Integer> sack(MemorySegment m) {
    int length = TcpHeader.headerLength(m, 0);
    for (int at = TcpOptions.first(m, 0, length); at > 0; at = TcpOptions.next(m, 0, length, at)) {
      if (TcpOptions.kind(m, at) == TcpOptions.SACK) {
        List<Integer> edges = new ArrayList<>();
        for (int i = 0; i < TcpOptions.sackBlocks(m, at); i++) {
          edges.add(TcpOptions.sackLeft(m, at, i));
          edges.add(TcpOptions.sackRight(m, at, i));
        }
        return edges;
      }
    }
    return List.of();
  }

  List<Seen> seen(int from, int flags) {
    return seen.stream().filter(s -> s.from() == from && s.has(flags)).toList();
  }

  // ---- Applications.

  TcpWorld attach(int fifoBytes) {
    attach(server, "server", fifoBytes);
    attach(client, "client", fifoBytes);
    return this;
  }

  void attach(RecordingApplication application, String namespace, int fifoBytes) {
    AttachOptions options = AttachOptions.named(namespace).with().scopes(Scope.GLOBAL).namespace(namespace, 0)
        .fifoBytes(fifoBytes, fifoBytes).segments(4 << 20, 4 << 20, 1 << 10).build();
    simulation.await(() -> applications.applications().attach(application, options));
    attached.add(application);
  }

  TcpWorld ready(int fifoBytes) {
    attach(fifoBytes);
    simulation.await(() -> server.context().listen(SERVER_URI));
    return this;
  }

  TcpWorld connect(long opaque) {
    return connect(client, ConnectOptions.of(SERVER_URI), opaque);
  }

  TcpWorld connect(RecordingApplication who, ConnectOptions options, long opaque) {
    simulation.on(0, () -> assertThat(who.context().connect(options, opaque)).isEqualTo(SessionError.NONE));
    return this;
  }

  TcpWorld established() {
    connect(1);
    advance(Duration.ofMillis(200));
    assertThat(client.connects()).contains("connected 1");
    assertThat(server.logs()).hasSize(1);
    return this;
  }

  void act(RecordingApplication application, Consumer<Session> action) {
    Session session = application.log().session();
    simulation.on(Handle.worker(session.handle()), () -> action.accept(session));
  }

  void detach(RecordingApplication application) {
    if (attached.remove(application)) {
      simulation.await(() -> application.context().detach());
    }
  }

  void advance(Duration duration) {
    simulation.advance(duration);
  }

  long count(String name) {
    return host.count(name);
  }

  /** The sender of an application's connection, which has one while it sends. */
  Sender sender(RecordingApplication application) {
    return Objects.requireNonNull(connection(application).sender, "no sender");
  }

  /** Lets what is queued be sent and acknowledged. */
  byte[] transfer(int bytes, Duration within) {
    DataPump pump = new DataPump(1, bytes, bytes, s -> {});
    client.onWritable(pump);
    act(client, pump);
    advance(within);
    return pump.data();
  }

  TcpConnection connection(RecordingApplication application) {
    TcpConnection[] found = new TcpConnection[1];
    act(application, s -> found[0] = (TcpConnection) simulation.stack().sessions().connection(s.handle()));
    return found[0];
  }

  /** The connections of all sessions that an application has had, in their order; none of them is gone. */
  List<TcpConnection> connections(RecordingApplication application) {
    List<TcpConnection> found = new ArrayList<>();
    for (RecordingApplication.Log log : application.logs()) {
      long handle = log.session().handle();
      simulation.on(Handle.worker(handle),
          () -> found.add((TcpConnection) Objects.requireNonNull(simulation.stack().sessions().connection(handle))));
    }
    return found;
  }

  /** What became of an application's connects. */
  static List<String> answers(RecordingApplication application) {
    return application.connects().stream().filter(answer -> !answer.startsWith("half-open")).toList();
  }

  // ---- The end.

  /** Everybody goes; nothing may be left, of sessions, connections, ports, frames and paths. */
  void end() {
    for (RecordingApplication application : List.copyOf(attached)) {
      detach(application);
    }
    advance(AFTERMATH);
    simulation.requireNothingLeft();
    assertThat(transport.inUse()).as("connections, half-opens, listeners, handshakes and TIME_WAIT").isZero();
    assertThat(simulation.fifos()).as("FIFOs").isZero();
    for (int i = 0; i < simulation.stack().workers().count(); i++) {
      int worker = i;
      simulation.on(i, () -> assertThat(stack.framesHeld(worker)).as("frames of worker %d", worker).isZero());
    }
    simulation.stop(host);
    assertThat(stack.paths()).as("paths").isZero();
    assertThat(network.sent()).isPositive();
  }
}
