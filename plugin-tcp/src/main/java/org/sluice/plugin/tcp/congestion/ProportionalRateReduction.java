package org.sluice.plugin.tcp.congestion;

/**
 * How much may be sent during fast recovery (RFC 9937, which obsoletes RFC 6937): as much as is delivered, in the
 * proportion by which the window has to shrink; below the threshold, what is delivered and one segment more while
 * recovery makes progress. At the end of recovery, what is in flight is close to the threshold.
 */
public final class ProportionalRateReduction {
  private long deliveredBytes;
  private long sentBytes;
  private long flightAtStartBytes;
  private long windowBytes;

  /** No recovery is going on. */
  public ProportionalRateReduction() {}

  /**
   * Recovery begins. {@link #onAck} follows for the acknowledgement that made it begin.
   *
   * @param outstandingBytes SND.NXT - SND.UNA, after that acknowledgement
   * @param sackedBefore bytes that were SACKed before that acknowledgement, and still are
   * @param ackedBytes bytes by which that acknowledgement advanced SND.UNA
   */
  public void begin(long outstandingBytes, long sackedBefore, long ackedBytes) {
    deliveredBytes = 0;
    sentBytes = 0;
    flightAtStartBytes = Math.max(1, outstandingBytes - sackedBefore + ackedBytes);
    windowBytes = 0;
  }

  /**
   * An acknowledgement came during recovery.
   *
   * @param newlyDelivered bytes that it delivers, SACKed or acknowledged
   * @param flightBytes what is in flight after it
   * @param thresholdBytes the slow start threshold
   * @param segmentBytes SMSS
   * @param safe whether it advances SND.UNA and reveals no further loss
   * @return what may be sent now, bytes
   */
  public long onAck(long newlyDelivered, long flightBytes, long thresholdBytes, int segmentBytes, boolean safe) {
    if (newlyDelivered <= 0) {
      return Math.max(0, windowBytes - flightBytes);
    }
    deliveredBytes += newlyDelivered;
    long allowance;
    if (flightBytes > thresholdBytes) {
      long share = (long) Math.ceil((double) deliveredBytes * thresholdBytes / flightAtStartBytes);
      allowance = share - sentBytes;
    } else {
      allowance = Math.max(deliveredBytes - sentBytes, newlyDelivered) + (safe ? segmentBytes : 0);
      allowance = Math.min(thresholdBytes - flightBytes, allowance);
    }
    if (sentBytes == 0 && allowance < segmentBytes) {
      allowance = segmentBytes; // The retransmission that recovery begins with.
    }
    allowance = Math.max(0, allowance);
    windowBytes = flightBytes + allowance;
    return allowance;
  }

  /**
   * Something was sent during recovery, new or again.
   *
   * @param bytes how much
   */
  public void onSent(long bytes) {
    sentBytes += bytes;
  }

  /** The congestion window during recovery: in flight and allowed, as of the last acknowledgement. */
  public long windowBytes() {
    return windowBytes;
  }
}
