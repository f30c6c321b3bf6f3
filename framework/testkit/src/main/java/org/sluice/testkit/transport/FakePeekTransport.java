package org.sluice.testkit.transport;

import org.sluice.spi.host.HostServices;
import org.sluice.spi.transport.SendParams;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TxMode;

/** A fake whose payload stays in the tx FIFO until the peer has taken it. */
public final class FakePeekTransport extends FakeTransport {
  private final TransportDescriptor descriptor;

  /**
   * Makes the transport of one stack.
   *
   * @param host what it uses
   */
  public FakePeekTransport(HostServices host) {
    this(host, "peek");
  }

  /**
   * Makes a transport that takes the place of another one.
   *
   * @param host what it uses
   * @param name the name it is registered under
   */
  public FakePeekTransport(HostServices host, String name) {
    super(host);
    descriptor = new TransportDescriptor(name, "PEEK", ServiceType.VIRTUAL_CIRCUIT, TxMode.PEEK);
  }

  @Override
  public TransportDescriptor descriptor() {
    return descriptor;
  }

  @Override
  public void sendParams(TransportConnection connection, SendParams params) {
    FakeConnection own = (FakeConnection) connection;
    int frames = own.wire.available();
    if (frames == 0) {
      params.refuse(SendParams.Scheduling.DESCHEDULE);
    } else {
      params.allow(frames * SEGMENT_BYTES, own.inFlightBytes, SEGMENT_BYTES, own.wire);
    }
  }

  @Override
  void acknowledged(FakeConnection connection, int bytes) {
    sessions.txDrop(connection, bytes);
    sessions.reschedule(connection);
  }
}
