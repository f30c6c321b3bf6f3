package org.sluice.core.segment;

import java.util.List;

/**
 * A segment manager as consoles see it. A snapshot.
 *
 * @param index its number, not used again while the stack lives
 * @param options what its segments and FIFOs are like
 * @param isDetached whether its owner is gone, so that it goes with its last FIFO pair
 * @param segments its segments, the first one first
 */
public record SegmentManagerView(int index, SegmentOptions options, boolean isDetached, List<SegmentInfo> segments) {

  /** Copies the list. */
  public SegmentManagerView {
    segments = List.copyOf(segments);
  }
}
