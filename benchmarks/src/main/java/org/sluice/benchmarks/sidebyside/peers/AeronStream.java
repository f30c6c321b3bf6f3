package org.sluice.benchmarks.sidebyside.peers;

import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import org.sluice.benchmarks.sidebyside.harness.Intake;
import org.sluice.benchmarks.sidebyside.harness.NativeMemory;
import org.sluice.benchmarks.sidebyside.harness.StreamPeer;
import org.sluice.benchmarks.sidebyside.harness.Traffic;

/** Aeron over shared memory: an exclusive publication with claims, and a subscription. */
public final class AeronStream implements StreamPeer {
  /** The longest message of a claim, a little less than 64 KiB. */
  public static final int LONGEST_MESSAGE = 65_472;

  private static final int STREAM = 1;

  private final AeronDriver driver = new AeronDriver();
  private final Subscription subscription = driver.subscribe(STREAM);
  private final ExclusivePublication publication = driver.publish(STREAM);
  private final BufferClaim claim = new BufferClaim();
  private final long source;
  private final int messageBytes;
  private final int messagesPerCall;
  private final Intake intake;
  private final FragmentHandler handler;

  /**
   * Starts the driver.
   *
   * @param traffic what it carries
   */
  public AeronStream(Traffic traffic) {
    source = traffic.source().address();
    messageBytes = Math.min(traffic.messageBytes(), LONGEST_MESSAGE);
    messagesPerCall = traffic.messagesPerCall();
    intake = traffic.intake();
    handler = (buffer, offset, length, header) -> intake.take(buffer.addressOffset() + offset, length);
    driver.awaitConnected(publication, subscription);
  }

  @Override
  public long write(int messages) {
    int count = 0;
    while (count < messages && publication.tryClaim(messageBytes, claim) > 0) {
      NativeMemory.copy(source, claim.buffer().addressOffset() + claim.offset(), messageBytes);
      claim.commit();
      count++;
    }
    if (count < messages) {
      driver.turn();
    }
    return (long) count * messageBytes;
  }

  @Override
  public long read() {
    return (long) subscription.poll(handler, messagesPerCall) * messageBytes;
  }

  @Override
  public void close() {
    driver.close();
  }
}
