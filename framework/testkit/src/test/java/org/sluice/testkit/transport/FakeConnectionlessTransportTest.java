package org.sluice.testkit.transport;

import org.sluice.spi.host.HostServices;
import org.sluice.spi.transport.TransportVft;
import org.sluice.testkit.contract.DatagramContract;

class FakeConnectionlessTransportTest extends DatagramContract {
  @Override
  protected TransportVft subject(HostServices host) {
    return new FakeConnectionlessTransport(host);
  }

  @Override
  protected int maxWriteBytes() {
    return FakeConnectionlessTransport.SEGMENT_BYTES;
  }
}
