package org.sluice.testkit.ip;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.sluice.core.Stack;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.Network;
import org.sluice.spi.network.Path;
import org.sluice.spi.network.PathRequest;
import org.sluice.spi.network.ProtocolInput;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.testkit.host.TestHost;

/** A transport that keeps what it is given, and says which sequence number it has in flight. */
final class Probe implements ProtocolInput {
  static final int PROTOCOL = 253;

  final List<byte[]> payloads = new ArrayList<>();
  final List<IcmpError> errors = new ArrayList<>();
  final List<String> mtus = new ArrayList<>();
  final Network network;
  int inFlight = -1;
  private final IpWorld world;
  private final Stack stack;

  Probe(IpWorld world, Stack stack) {
    this.world = world;
    this.stack = stack;
    network = TestHost.of(stack, "probe").network();
    var _ = world.get(stack, 0, () -> network.register(PROTOCOL, this));
  }

  @Override
  public void onPackets(PacketBatch batch, int table, int interfaceIndex) {
    for (int i = 0; i < batch.size(); i++) {
      MemorySegment m = batch.pool(i).memory();
      payloads.add(m.asSlice(batch.offset(i) + batch.l4Offset(i), batch.length(i) - batch.l4Offset(i))
          .toArray(ValueLayout.JAVA_BYTE));
      batch.pool(i).release(batch.offset(i));
    }
  }

  @Override
  public void onIcmpError(IcmpError error) {
    errors.add(error);
    if (error.kind() == IcmpError.Kind.PACKET_TOO_BIG && error.sequence() == inFlight) {
      network.learnPathMtu(error);
    }
  }

  @Override
  public void onPathMtu(IpAddress remote, int table, int mtuBytes) {
    mtus.add(remote + " " + table + " " + mtuBytes);
  }

  Path path(String remote) {
    IpAddress to = IpAddress.parse(remote);
    IpAddress any = to.isIp4() ? IpAddress.ANY_IP4 : IpAddress.ANY_IP6;
    return world.get(stack, 0,
        () -> Objects.requireNonNull(network.path(new PathRequest(to, any, 0, -1, 0, PROTOCOL))));
  }

  int mtu(Path path) {
    return world.get(stack, 0, path::mtuBytes);
  }

  /** Sends a payload; how many packets were taken. */
  int send(Path path, byte... payload) {
    int sent = world.get(stack, 0, () -> {
      PacketBatch batch = new PacketBatch(1);
      if (path.allocate(batch, 1) != 1) {
        throw new AssertionError("no frame");
      }
      MemorySegment.copy(MemorySegment.ofArray(payload), 0, batch.pool(0).memory(), batch.offset(0), payload.length);
      batch.bounds(0, batch.offset(0), payload.length);
      return path.send(batch);
    });
    world.runtime.runUntilIdle();
    return sent;
  }
}
