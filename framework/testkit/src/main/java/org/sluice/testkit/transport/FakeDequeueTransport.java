package org.sluice.testkit.transport;

import org.sluice.spi.host.HostServices;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TxMode;

/** A fake whose payload leaves the tx FIFO when it is sent. */
public final class FakeDequeueTransport extends FakeTransport {
  private static final TransportDescriptor DESCRIPTOR =
      new TransportDescriptor("dequeue", "DEQ", ServiceType.VIRTUAL_CIRCUIT, TxMode.DEQUEUE);

  /**
   * Makes the transport of one stack.
   *
   * @param host what it uses
   */
  public FakeDequeueTransport(HostServices host) {
    super(host);
  }

  @Override
  public TransportDescriptor descriptor() {
    return DESCRIPTOR;
  }
}
