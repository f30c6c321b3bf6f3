package org.sluice.benchmarks.sidebyside.peers;

import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.sluice.benchmarks.sidebyside.harness.Letters;
import org.sluice.benchmarks.sidebyside.harness.RoundTripPeer;

/** A pair of Agrona's ring buffers. */
public final class AgronaRoundTrip implements RoundTripPeer {
  private final OneToOneRingBuffer requests = AgronaRings.newRing();
  private final OneToOneRingBuffer replies = AgronaRings.newRing();
  private final UnsafeBuffer request;
  private final UnsafeBuffer served;
  private final Letters letters;
  private final MessageHandler takeRequest;
  private final MessageHandler takeReply;

  /**
   * Makes the rings.
   *
   * @param letters what they carry
   */
  public AgronaRoundTrip(Letters letters) {
    this.letters = letters;
    request = new UnsafeBuffer(letters.request().address(), Letters.BYTES);
    served = new UnsafeBuffer(letters.served().address(), Letters.BYTES);
    takeRequest = (type, buffer, index, length) -> letters.takeRequest(buffer.addressOffset() + index);
    takeReply = (type, buffer, index, length) -> letters.takeReply(buffer.addressOffset() + index);
  }

  @Override
  public void exchange(int count) {
    for (int i = 0; i < count; i++) {
      letters.next();
      send(requests, request);
      receive(replies, takeReply);
      letters.check();
    }
  }

  @Override
  public void serve() {
    do {
      receive(requests, takeRequest);
      send(replies, served);
    } while (!letters.isLastServed());
  }

  private static void send(OneToOneRingBuffer ring, UnsafeBuffer message) {
    while (!ring.write(AgronaRings.MESSAGE, message, 0, Letters.BYTES)) {
      Thread.onSpinWait();
    }
  }

  private static void receive(OneToOneRingBuffer ring, MessageHandler handler) {
    while (ring.read(handler, 1) == 0) {
      Thread.onSpinWait();
    }
  }
}
