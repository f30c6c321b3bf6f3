package org.sluice.plugin.tcp;

import java.time.Duration;
import java.util.Map;
import org.sluice.core.network.NetworkPlane;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.network.Network;
import org.sluice.spi.transport.TransportVft;
import org.sluice.testkit.contract.TransportContract;
import org.sluice.testkit.host.Simulation;
import org.sluice.testkit.network.FakeNetwork;

class TcpContractTest extends TransportContract {
  @Override
  protected TransportVft subject(HostServices host) {
    return new TcpTransport(host);
  }

  @Override
  protected Map<String, Object> configuration() {
    return Settings.with("time-wait", Duration.ofSeconds(1));
  }

  @Override
  protected String address() {
    return "10.0.0.1";
  }

  @Override
  protected Network network(Simulation simulation) {
    NetworkPlane plane = simulation.stack().network();
    simulation.await(() -> plane.addInterface("loop", "own"));
    simulation.await(() -> plane.addAddress("own", IpPrefix.parse("10.0.0.1/8")));
    return new FakeNetwork(1).delay(Duration.ofMillis(1)).stack(simulation.stack().workers()).address("10.0.0.1", 0);
  }
}
