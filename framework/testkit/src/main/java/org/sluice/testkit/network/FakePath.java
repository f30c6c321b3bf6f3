package org.sluice.testkit.network;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.Path;
import org.sluice.spi.network.PathRequest;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.runtime.Worker;

/** A path of a {@link FakeStack}: what is sent by it is on its way at once. */
final class FakePath implements Path {
  private static final int IP4_HEADER = 20;
  private static final int IP6_HEADER = 40;
  private static final int ECT0 = 2;

  private final FakeStack stack;
  private final PathRequest request;
  private final IpAddress local;
  private boolean released;

  FakePath(FakeStack stack, PathRequest request, IpAddress local) {
    this.stack = stack;
    this.request = request;
    this.local = local;
  }

  @Override
  public boolean isCurrent() {
    return !released;
  }

  @Override
  public IpAddress localAddress() {
    return local;
  }

  @Override
  public int segmentOffloadBytes() {
    return 0;
  }

  @Override
  public boolean checksumOffload() {
    return false;
  }

  @Override
  public void release() {
    if (!released) {
      released = true;
      stack.pathReleased();
    }
  }

  @Override
  public int allocate(PacketBatch batch, int count) {
    return stack.allocate(batch, count);
  }

  @Override
  public int send(PacketBatch batch) {
    Worker worker = stack.currentWorker();
    int count = batch.size();
    for (int i = 0; i < count; i++) {
      FakePacket packet = stack.network().newPacket();
      int length = batch.length(i);
      if (length > mtuBytes()) {
        throw new IllegalArgumentException("packet of " + length + " bytes, " + mtuBytes() + " fit");
      }
      packet.room(length);
      MemorySegment.copy(batch.pool(i).memory(), ValueLayout.JAVA_BYTE, batch.offset(i), packet.data, 0, length);
      batch.pool(i).release(batch.offset(i));
      packet.sourceHigh = local.high();
      packet.sourceLow = local.low();
      packet.destinationHigh = request.remote().high();
      packet.destinationLow = request.remote().low();
      packet.protocol = stack.protocol();
      packet.ecn = (batch.flags(i) & PacketFlags.TX_ECN_CAPABLE) != 0 ? ECT0 : 0;
      packet.fromTable = request.table();
      stack.network().send(packet, worker.nowNs());
    }
    batch.clear();
    return count;
  }

  @Override
  public int mtuBytes() {
    return stack.network().mtuBytes() - (local.isIp4() ? IP4_HEADER : IP6_HEADER);
  }
}
