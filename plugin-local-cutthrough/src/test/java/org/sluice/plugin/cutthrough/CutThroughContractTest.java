package org.sluice.plugin.cutthrough;

import java.util.Map;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.transport.TransportVft;
import org.sluice.testkit.contract.TransportContract;

class CutThroughContractTest extends TransportContract {
  @Override
  protected TransportVft subject(HostServices host) {
    return new CutThroughTransport(host);
  }

  @Override
  protected Map<String, Object> configuration() {
    return Map.of("max-connections", 1000);
  }
}
