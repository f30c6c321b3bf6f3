package org.sluice.testkit.transport;

import org.sluice.spi.host.HostServices;
import org.sluice.spi.transport.TransportVft;
import org.sluice.testkit.contract.TransportContract;

class FakeDatagramTransportTest extends TransportContract {
  @Override
  protected TransportVft subject(HostServices host) {
    return new FakeDatagramTransport(host);
  }

  @Override
  protected int maxWriteBytes() {
    return FakeTransport.SEGMENT_BYTES;
  }
}
