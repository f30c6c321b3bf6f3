package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sluice.core.PluginScope;
import org.sluice.core.network.NetworkPlane;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.network.IpPrefix;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;

/** A stack with TCP among others that wires join to it, in virtual time. */
final class Node {
  private static final int SESSIONS_PER_SEGMENT = 8;

  final Simulation simulation;
  private final TestHost tcp;
  private final TcpTransport transport;
  private final PluginScope scope;
  private final List<ApplicationContext> attached = new ArrayList<>();

  Node(Simulation simulation, Map<String, Object> settings) {
    this.simulation = simulation;
    scope = simulation.stack().scope("applications");
    tcp = simulation.host("tcp", settings);
    transport = simulation.start(tcp, simulation.get(0, () -> new TcpTransport(tcp)));
  }

  /** Adds one end of a wire. */
  Node wire(String name, String address, Map<String, String> options) {
    NetworkPlane plane = simulation.stack().network();
    simulation.await(() -> plane.addInterface("wire", name, options));
    simulation.await(() -> plane.addAddress(name, IpPrefix.parse(address)));
    return this;
  }

  ApplicationContext attach(Application application, int fifoBytes) {
    return attach(application, fifoBytes, fifoBytes);
  }

  /** The same with an rx FIFO that may grow. */
  ApplicationContext attach(Application application, int fifoBytes, int maxRxBytes) {
    int segmentBytes = Math.max(1 << 20, Math.max(SESSIONS_PER_SEGMENT * 2 * fifoBytes, 4 * maxRxBytes));
    AttachOptions options = AttachOptions.named("app" + attached.size()).with().scopes(Scope.GLOBAL)
        .fifoBytes(fifoBytes, fifoBytes).maxRxFifoBytes(maxRxBytes).segments(segmentBytes, segmentBytes, 1 << 10)
        .build();
    ApplicationContext context =
        simulation.await(() -> scope.applications().attach(application, options));
    attached.add(context);
    return context;
  }

  void detachAll() {
    attached.forEach(context -> simulation.await(context::detach));
    attached.clear();
  }

  /** Everybody has gone, and TIME_WAIT is over: nothing may be left. */
  void requireNothingLeft() {
    simulation.requireNothingLeft();
    assertThat(transport.inUse()).as("connections, half-opens, listeners, handshakes and TIME_WAIT").isZero();
    assertThat(simulation.fifos()).as("FIFOs").isZero();
    simulation.stop(tcp);
  }

  long count(String name) {
    return tcp.count(name);
  }
}
