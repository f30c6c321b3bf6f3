package org.sluice.plugin.tcp.recovery;

import org.sluice.plugin.tcp.sequence.SequenceNumbers;

/**
 * Fast recovery with a peer that knows no SACK (RFC 5681 section 3.2, RFC 6582): counts duplicate acknowledgements,
 * tells partial from full ones, and estimates what they deliver (RFC 9937). How much is sent is the business of {@code
 * ProportionalRateReduction}.
 */
public final class NewRenoRecovery {
  /** {@link #onAdvance}: no recovery was going on. */
  public static final int NO_RECOVERY = 0;
  /** {@link #onAdvance}: the next hole is at the acknowledged number; send it again. */
  public static final int PARTIAL = 1;
  /** {@link #onAdvance}: all that was out when recovery began is acknowledged; it is over. */
  public static final int FULL = 2;
  private static final int DUPLICATE_THRESHOLD = 3;
  private static final int FAR = 1 << 30;

  private int duplicates;
  private int recover;
  private boolean recovering;
  private long creditedBytes;

  /** To be started with {@link #reset}. */
  public NewRenoRecovery() {}

  /**
   * Forgets everything, for another connection.
   *
   * @param iss the initial sequence number
   */
  public void reset(int iss) {
    duplicates = 0;
    recover = iss;
    recovering = false;
    creditedBytes = 0;
  }

  /**
   * Whether a segment is a duplicate acknowledgement (RFC 5681 section 2).
   *
   * @param ack SEG.ACK
   * @param una SND.UNA
   * @param nxt SND.NXT
   * @param length what it occupies of the sequence space, SYN and FIN included
   * @param sameWindow whether it advertises the window that the last one did
   */
  public static boolean isDuplicate(int ack, int una, int nxt, int length, boolean sameWindow) {
    return ack == una && una != nxt && length == 0 && sameWindow;
  }

  /**
   * A duplicate acknowledgement has come.
   *
   * @param una SND.UNA
   * @param outstandingBytes SND.NXT - SND.UNA: one segment of it is missing, so no more than the rest was delivered
   * @param segmentBytes SMSS
   * @return true when recovery has to begin now ({@link #begin})
   */
  public boolean onDuplicate(int una, long outstandingBytes, int segmentBytes) {
    duplicates++;
    creditedBytes = Math.min(creditedBytes + segmentBytes, Math.max(0, outstandingBytes - segmentBytes));
    // Duplicates of what the last recovery sent again, RFC 6582 section 3.2 step 2.
    return !recovering && duplicates == DUPLICATE_THRESHOLD && SequenceNumbers.after(una, recover);
  }

  /**
   * Recovery begins.
   *
   * @param nxt SND.NXT
   */
  public void begin(int nxt) {
    recovering = true;
    recover = nxt;
  }

  /**
   * The retransmission timer expired: recovery ends, and duplicates of what was out do not begin another.
   *
   * @param nxt SND.NXT, the highest ever
   */
  public void onTimeout(int nxt) {
    recovering = false;
    recover = nxt;
    duplicates = 0;
    creditedBytes = 0;
  }

  /**
   * SND.UNA advances.
   *
   * @param ack the new SND.UNA
   * @return {@link #NO_RECOVERY}, {@link #PARTIAL}, {@link #FULL}
   */
  public int onAdvance(int ack) {
    duplicates = 0;
    if (!recovering) {
      creditedBytes = 0;
      if (ack - recover > FAR) {
        // So far back that it would be taken for ahead before long.
        recover = ack - 1;
      }
      return NO_RECOVERY;
    }
    if (SequenceNumbers.before(ack, recover)) {
      return PARTIAL;
    }
    recovering = false;
    creditedBytes = 0;
    return FULL;
  }

  /**
   * What an acknowledgement delivers beyond what duplicates before it have stood for. Before {@link #onAdvance}.
   *
   * @param advancedBytes by how much SND.UNA advances
   */
  public long deliveredBytes(long advancedBytes) {
    long known = Math.min(creditedBytes, advancedBytes);
    creditedBytes -= known;
    return advancedBytes - known;
  }

  /** What duplicates stand for: left the network, and not acknowledged. */
  public long creditedBytes() {
    return creditedBytes;
  }

  /** Duplicate acknowledgements since SND.UNA advanced. */
  public int duplicates() {
    return duplicates;
  }
}
