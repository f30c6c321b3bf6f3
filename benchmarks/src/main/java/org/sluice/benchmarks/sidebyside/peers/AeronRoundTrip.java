package org.sluice.benchmarks.sidebyside.peers;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import org.sluice.benchmarks.sidebyside.harness.Letters;
import org.sluice.benchmarks.sidebyside.harness.NativeMemory;
import org.sluice.benchmarks.sidebyside.harness.RoundTripPeer;

/** A pair of Aeron's streams over shared memory. The client's thread runs the driver when a request finds no room. */
public final class AeronRoundTrip implements RoundTripPeer {
  private static final int REQUESTS = 1;
  private static final int REPLIES = 2;

  private final AeronDriver driver = new AeronDriver();
  private final Subscription requestsIn = driver.subscribe(REQUESTS);
  private final Subscription repliesIn = driver.subscribe(REPLIES);
  private final ExclusivePublication requestsOut = driver.publish(REQUESTS);
  private final ExclusivePublication repliesOut = driver.publish(REPLIES);
  private final BufferClaim clientClaim = new BufferClaim();
  private final BufferClaim serverClaim = new BufferClaim();
  private final Letters letters;
  private final long request;
  private final long served;
  private final FragmentHandler takeRequest;
  private final FragmentHandler takeReply;

  /**
   * Starts the driver.
   *
   * @param letters what it carries
   */
  public AeronRoundTrip(Letters letters) {
    this.letters = letters;
    request = letters.request().address();
    served = letters.served().address();
    takeRequest = (buffer, offset, length, header) -> letters.takeRequest(buffer.addressOffset() + offset);
    takeReply = (buffer, offset, length, header) -> letters.takeReply(buffer.addressOffset() + offset);
    driver.awaitConnected(requestsOut, requestsIn);
    driver.awaitConnected(repliesOut, repliesIn);
  }

  @Override
  public void exchange(int count) {
    for (int i = 0; i < count; i++) {
      letters.next();
      while (!send(requestsOut, clientClaim, request)) {
        driver.turn();
      }
      // A reply that found no room waits for a turn of the driver, which is ours to run.
      int idle = 0;
      while (repliesIn.poll(takeReply, 1) == 0) {
        Thread.onSpinWait();
        if ((++idle & 0x3ff) == 0) {
          driver.turn();
        }
      }
      letters.check();
    }
  }

  @Override
  public void serve() {
    do {
      while (requestsIn.poll(takeRequest, 1) == 0) {
        Thread.onSpinWait();
      }
      while (!send(repliesOut, serverClaim, served)) {
        Thread.onSpinWait();
      }
    } while (!letters.isLastServed());
  }

  private static boolean send(ExclusivePublication publication, BufferClaim claim, long message) {
    if (publication.tryClaim(Letters.BYTES, claim) <= 0) {
      return false;
    }
    NativeMemory.copy(message, claim.buffer().addressOffset() + claim.offset(), Letters.BYTES);
    claim.commit();
    return true;
  }

  @Override
  public void close() {
    driver.close();
  }
}
