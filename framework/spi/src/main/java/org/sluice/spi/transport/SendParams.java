package org.sluice.spi.transport;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.nic.PacketSink;

/**
 * What a transport allows a connection to send now. Filled by {@link TransportVft#sendParams}; one per worker, reused,
 * cleared before each call.
 */
public final class SendParams {
  /** How the session layer goes on with the connection when there is no space. */
  public enum Scheduling {
    /** Try again soon: first among the old. */
    RETRY,
    /** Leave the tx lists; the transport will reschedule (a window update is to come). */
    DESCHEDULE,
    /** Try again later: last among the old. */
    POSTPONE,
    /** Leave the tx lists until the application has written more, or the transport reschedules. */
    UNTIL_WRITTEN
  }

  private int sendSpaceBytes;
  private int txOffsetBytes;
  private int segmentBytes;
  private int burstBytes;
  private Scheduling scheduling = Scheduling.RETRY;
  private @Nullable PacketSink sink;

  /** Forgets everything. */
  public void reset() {
    sendSpaceBytes = 0;
    txOffsetBytes = 0;
    segmentBytes = 0;
    burstBytes = 0;
    scheduling = Scheduling.RETRY;
    sink = null;
  }

  /**
   * Allows sending.
   *
   * @param spaceBytes payload that windows allow now
   * @param offsetBytes payload at the head of the FIFO that is in flight already; 0 unless the tx mode is PEEK
   * @param segmentPayloadBytes the most payload of one segment
   * @param target where frames come from and go to
   */
  public void allow(int spaceBytes, int offsetBytes, int segmentPayloadBytes, PacketSink target) {
    sendSpaceBytes = spaceBytes;
    txOffsetBytes = offsetBytes;
    segmentBytes = segmentPayloadBytes;
    sink = target;
  }

  /**
   * Allows nothing for now.
   *
   * @param how when to ask again
   */
  public void refuse(Scheduling how) {
    sendSpaceBytes = 0;
    scheduling = how;
  }

  /**
   * Lets one packet carry several segments, cut by the card or link.
   *
   * @param bytes the most payload of one packet, a multiple of the segment size; 0 for one segment per packet
   */
  public void burstBytes(int bytes) {
    burstBytes = bytes;
  }

  /**
   * Payload allowed.
   *
   * @return bytes, 0 for none
   */
  public int sendSpaceBytes() {
    return sendSpaceBytes;
  }

  /**
   * Payload in flight.
   *
   * @return bytes
   */
  public int txOffsetBytes() {
    return txOffsetBytes;
  }

  /**
   * Payload of one segment.
   *
   * @return bytes
   */
  public int segmentBytes() {
    return segmentBytes;
  }

  /**
   * Payload of one packet.
   *
   * @return see {@link #burstBytes(int)}
   */
  public int burstBytes() {
    return burstBytes;
  }

  /**
   * How to go on without space.
   *
   * @return the scheduling
   */
  public Scheduling scheduling() {
    return scheduling;
  }

  /**
   * Where frames come from and go to.
   *
   * @return the sink; null when nothing is allowed
   */
  public @Nullable PacketSink sink() {
    return sink;
  }
}
