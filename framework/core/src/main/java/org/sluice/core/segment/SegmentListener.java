package org.sluice.core.segment;

/**
 * Is told about the segments of one application worker, so that its application can map them. Called by whichever
 * worker adds or removes the segment, so it passes the news on without blocking and without allocating FIFOs.
 */
public interface SegmentListener {

  /**
   * A segment is there; no FIFO in it has been given to anybody yet.
   *
   * @param handle its handle
   * @param segment the segment
   */
  void onSegmentAdded(long handle, ManagedSegment segment);

  /**
   * The last FIFO pair of a segment is gone, no other will come, and its memory goes after this call.
   *
   * @param handle its handle
   * @param segment the segment
   */
  void onSegmentRemoved(long handle, ManagedSegment segment);
}
