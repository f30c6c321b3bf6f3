package org.sluice.plugin.perf;

import java.time.Duration;
import org.sluice.plugin.tcp.TcpTransport;
import org.sluice.testkit.host.PluginDefaults;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.network.FakeNetwork;
import org.sluice.testkit.network.FakeStack;

/** Two namespaces that reach each other by TCP alone: red with the client's address, blue with the server's. */
final class TcpNamespaces {
  static final int RED_SECRET = 7;
  static final String BLUE_ADDRESS = "10.2.0.1";

  private TcpNamespaces() {}

  static void start(Simulation simulation) {
    simulation.addNamespace("red", RED_SECRET, 1, "10.1.0.1/8");
    simulation.addNamespace("blue", 0, 2, BLUE_ADDRESS + "/8");
    FakeStack stack = new FakeNetwork(1).delay(Duration.ofNanos(50_000)).stack(simulation.stack().workers())
        .address("10.1.0.1", 1).address(BLUE_ADDRESS, 2);
    TestHost tcp = simulation.host("tcp", PluginDefaults.of("tcp", TcpTransport.class)).with(stack);
    var _ = simulation.start(tcp, simulation.get(0, () -> new TcpTransport(tcp)));
  }
}
