package org.sluice.testkit.transport;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TxMode;

/** A fake that carries messages: each write of the application is one, {@link #SEGMENT_BYTES} long at most. */
public final class FakeDatagramTransport extends FakeTransport {
  private static final TransportDescriptor DESCRIPTOR =
      new TransportDescriptor("datagram", "DG", ServiceType.VIRTUAL_CIRCUIT, TxMode.DATAGRAM);

  /**
   * Makes the transport of one stack.
   *
   * @param host what it uses
   */
  public FakeDatagramTransport(HostServices host) {
    super(host);
  }

  @Override
  public TransportDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  boolean takeUp(FakeConnection connection, byte[] payload) {
    return sessions.enqueueDatagram(connection, MemorySegment.ofArray(payload), 0, payload.length) != 0;
  }
}
