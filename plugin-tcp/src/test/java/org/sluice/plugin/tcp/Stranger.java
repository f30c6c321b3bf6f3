package org.sluice.plugin.tcp;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.network.IpAddress;

/** Sends what it likes in the name of others, and sees nothing of what comes back. */
final class Stranger {
  private static final int WINDOW = 0x4000;
  static final byte[] NO_OPTIONS = {};

  private final TcpWorld world;
  private final IpAddress from;
  private final int fromPort;
  private final IpAddress to;
  private final int toPort;
  private final int table;

  Stranger(TcpWorld world, IpAddress from, int fromPort, IpAddress to, int toPort, int table) {
    this.world = world;
    this.from = from;
    this.fromPort = fromPort;
    this.to = to;
    this.toPort = toPort;
    this.table = table;
  }

  /** One who pretends to be a client. */
  static Stranger toServer(TcpWorld world, int clientPort) {
    return new Stranger(world, IpAddress.parse(TcpWorld.CLIENT_ADDRESS), clientPort,
        IpAddress.parse(TcpWorld.SERVER_ADDRESS), 80, TcpWorld.SERVER);
  }

  /** One who pretends to be the server. */
  static Stranger toClient(TcpWorld world, int clientPort) {
    return new Stranger(world, IpAddress.parse(TcpWorld.SERVER_ADDRESS), 80,
        IpAddress.parse(TcpWorld.CLIENT_ADDRESS), clientPort, TcpWorld.CLIENT);
  }

  Stranger send(int flags, int seq, int ack, int payload) {
    return send(flags, seq, ack, payload, NO_OPTIONS);
  }

  Stranger send(int flags, int seq, int ack, int payload, byte[] options) {
    int header = TcpHeader.MIN_LENGTH + options.length;
    byte[] bytes = new byte[header + payload];
    System.arraycopy(options, 0, bytes, TcpHeader.MIN_LENGTH, options.length);
    MemorySegment m = MemorySegment.ofArray(bytes);
    TcpHeader.ports(m, 0, fromPort, toPort);
    TcpHeader.sequences(m, 0, seq, ack);
    TcpHeader.control(m, 0, header, flags, WINDOW);
    TcpHeader.fillChecksum(m, 0, bytes.length,
        InternetChecksum.pseudo4(from.low(), to.low(), TcpHeader.PROTOCOL, bytes.length));
    world.stack.forge(from, to, table, bytes, world.simulation.runtime().clock().nanoTime());
    return this;
  }

  /** Claims, on a worker, that a segment of the victim to whom it pretends to be went nowhere. */
  Stranger error(int worker, IcmpError.Kind kind, int sequence, int mtuBytes) {
    IcmpError error = new IcmpError(kind, to, from, toPort, fromPort, sequence, mtuBytes, table);
    world.simulation.on(worker, () -> world.stack.error(error));
    return this;
  }

  /** Has it all arrive. */
  void run() {
    world.simulation.run();
  }
}
