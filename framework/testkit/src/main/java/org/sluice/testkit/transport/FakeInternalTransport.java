package org.sluice.testkit.transport;

import org.sluice.spi.host.HostServices;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.transport.CustomTx;
import org.sluice.spi.transport.ServiceType;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.TransportDescriptor;
import org.sluice.spi.transport.TxMode;

/** A fake that reads the tx FIFO by itself. */
public final class FakeInternalTransport extends FakeTransport {
  private static final TransportDescriptor DESCRIPTOR =
      new TransportDescriptor("internal", "INT", ServiceType.VIRTUAL_CIRCUIT, TxMode.INTERNAL);

  /**
   * Makes the transport of one stack.
   *
   * @param host what it uses
   */
  public FakeInternalTransport(HostServices host) {
    super(host);
  }

  @Override
  public TransportDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public int customTx(TransportConnection connection, CustomTx tx) {
    FakeConnection own = (FakeConnection) connection;
    PacketBatch batch = new PacketBatch(FRAMES);
    int wanted = (sessions.txReadable(own) + SEGMENT_BYTES - 1) / SEGMENT_BYTES;
    int count = Math.min(Math.min(wanted, tx.maxPackets()), own.wire.available());
    if (count <= 0 || own.wire.allocate(batch, count) == 0) {
      return 0;
    }
    for (int i = 0; i < batch.size(); i++) {
      int copied = sessions.txPeek(own, 0, own.wire.memory(), batch.offset(i), SEGMENT_BYTES);
      batch.bounds(i, batch.offset(i), copied);
      tx.dequeued(sessions.txDrop(own, copied));
    }
    pushHeader(own, batch);
    own.wire.send(batch);
    return count;
  }

  @Override
  void acknowledged(FakeConnection connection, int bytes) {
    if (sessions.txReadable(connection) > 0) {
      sessions.requestCustomTx(connection);
    }
  }
}
