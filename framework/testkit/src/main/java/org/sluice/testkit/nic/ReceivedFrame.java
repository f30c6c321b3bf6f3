package org.sluice.testkit.nic;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A frame that a worker of a {@link NicWorld} received.
 *
 * @param queue the receive queue
 * @param atNs the turn's time, since the world began
 * @param stampedNs when the card says it came, since the world began; 0 when it does not say
 * @param flags of its descriptor
 * @param hash of its flow, or 0
 * @param bytes a copy of it
 */
public record ReceivedFrame(int queue, long atNs, long stampedNs, int flags, int hash, byte[] bytes) {

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ReceivedFrame(
        int itsQueue, long itsTime, long itsStamp, int itsFlags, int itsHash, byte[] itsBytes)
        && itsQueue == queue && itsTime == atNs && itsStamp == stampedNs && itsFlags == flags && itsHash == hash
        && Arrays.equals(itsBytes, bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes on queue " + queue + " at " + atNs + " ns";
  }
}
