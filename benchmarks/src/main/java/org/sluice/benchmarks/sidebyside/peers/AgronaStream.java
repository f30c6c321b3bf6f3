package org.sluice.benchmarks.sidebyside.peers;

import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.sluice.benchmarks.sidebyside.harness.Intake;
import org.sluice.benchmarks.sidebyside.harness.StreamPeer;
import org.sluice.benchmarks.sidebyside.harness.Traffic;

/** Agrona's ring buffer of one producer and one consumer. */
public final class AgronaStream implements StreamPeer {
  private final OneToOneRingBuffer ring = AgronaRings.newRing();
  private final UnsafeBuffer source;
  private final int messageBytes;
  private final int messagesPerCall;
  private final Intake intake;
  private final MessageHandler handler;

  /**
   * Makes the ring.
   *
   * @param traffic what it carries
   */
  public AgronaStream(Traffic traffic) {
    source = new UnsafeBuffer(traffic.source().address(), Traffic.MOST_BYTES);
    messageBytes = traffic.messageBytes();
    messagesPerCall = traffic.messagesPerCall();
    intake = traffic.intake();
    handler = (type, buffer, index, length) -> intake.take(buffer.addressOffset() + index, length);
  }

  @Override
  public long write(int messages) {
    int count = 0;
    while (count < messages && ring.write(AgronaRings.MESSAGE, source, 0, messageBytes)) {
      count++;
    }
    return (long) count * messageBytes;
  }

  @Override
  public long read() {
    return (long) ring.read(handler, messagesPerCall) * messageBytes;
  }
}
