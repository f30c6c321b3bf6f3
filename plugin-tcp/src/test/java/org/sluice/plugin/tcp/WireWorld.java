package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.sluice.core.PluginScope;
import org.sluice.core.Stack;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.core.network.NetworkPlane;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;

/**
 * One stack whose namespaces {@code client} and {@code server} have table sets of their own, joined by a wire: whatever
 * passes between them goes through the whole IP layer.
 */
final class WireWorld {
  static final String CLIENT_ADDRESS = "10.0.0.1";
  static final String SERVER_ADDRESS = "10.0.0.2";
  static final String CLIENT_ADDRESS_6 = "fd00::1";
  static final String SERVER_ADDRESS_6 = "fd00::2";
  private static final Duration AFTERMATH = Duration.ofMinutes(11);

  final Simulation simulation;
  final TestHost host;
  final TcpTransport transport;
  final RecordingApplication client = new RecordingApplication();
  final RecordingApplication server = new RecordingApplication();
  private final PluginScope applications;
  private final List<RecordingApplication> attached = new ArrayList<>();

  WireWorld(long seed, int dataWorkers, Map<String, String> wire) {
    simulation = new Simulation(seed, dataWorkers);
    applications = simulation.stack().scope("applications");
    place("client", "wire:0", 1, wire, CLIENT_ADDRESS, CLIENT_ADDRESS_6);
    place("server", "wire:1", 2, wire, SERVER_ADDRESS, SERVER_ADDRESS_6);
    host = simulation.host("tcp", Settings.defaults());
    transport = simulation.start(host, simulation.get(0, () -> new TcpTransport(host)));
  }

  private void place(String name, String end, int table, Map<String, String> wire, String address4, String address6) {
    NetworkPlane plane = simulation.stack().network();
    simulation.await(() -> plane.addInterface("wire", end, wire));
    simulation.await(() -> plane.setTable(end, true, table));
    simulation.await(() -> plane.setTable(end, false, table));
    simulation.await(() -> plane.addAddress(end, IpPrefix.parse(address4 + "/24")));
    simulation.await(() -> plane.addAddress(end, IpPrefix.parse(address6 + "/64")));
    simulation.await(() -> simulation.stack().applicationLayer().namespaces()
        .add(name, OptionalLong.empty(), NamespaceBinding.toTables(table, table)));
    advance(Duration.ofSeconds(3));
  }

  WireWorld listen(int fifoBytes, String... uris) {
    attach(server, "server", fifoBytes);
    attach(client, "client", fifoBytes);
    for (String uri : uris) {
      simulation.await(() -> server.context().listen(uri));
    }
    return this;
  }

  private void attach(RecordingApplication application, String namespace, int fifoBytes) {
    AttachOptions options = AttachOptions.named(namespace).with().scopes(Scope.GLOBAL).namespace(namespace, 0)
        .fifoBytes(fifoBytes, fifoBytes).segments(4 << 20, 4 << 20, 1 << 10).build();
    simulation.await(() -> applications.applications().attach(application, options));
    attached.add(application);
  }

  WireWorld connect(String uri, long opaque) {
    return connect(ConnectOptions.of(uri), opaque);
  }

  WireWorld connect(ConnectOptions to, long opaque) {
    simulation.on(0, () -> assertThat(client.context().connect(to, opaque)).isEqualTo(SessionError.NONE));
    return this;
  }

  void act(RecordingApplication application, Consumer<Session> action) {
    Session session = application.log().session();
    simulation.on(Handle.worker(session.handle()), () -> action.accept(session));
  }

  void advance(Duration duration) {
    simulation.advance(duration);
  }

  /** A counter of the stack itself. */
  long counted(String name) {
    long[] value = {-1};
    simulation.stack().counters().forEach((full, counter) -> {
      if (full.equals(Stack.OWN_SCOPE + "." + name)) {
        value[0] = counter.value();
      }
    });
    return value[0];
  }

  /** Everybody goes; nothing may be left. */
  void end() {
    for (RecordingApplication application : List.copyOf(attached)) {
      simulation.await(() -> application.context().detach());
    }
    advance(AFTERMATH);
    simulation.requireNothingLeft();
    assertThat(transport.inUse()).as("connections, half-opens, listeners, handshakes and TIME_WAIT").isZero();
    assertThat(simulation.fifos()).as("FIFOs").isZero();
    simulation.stop(host);
  }
}
