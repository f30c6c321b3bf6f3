package org.sluice.core.application;

import org.sluice.core.segment.SegmentManagerView;

/**
 * A segment manager and who uses it. A snapshot taken on worker 0.
 *
 * @param application whose memory it is; empty when the application has left
 * @param worker the number of the application worker; -1 when it has left
 * @param use whose sessions get their FIFOs from it
 * @param segments the manager
 */
public record MemoryView(String application, int worker, Use use, SegmentManagerView segments) {

  /** Whose sessions get their FIFOs from a manager. */
  public enum Use {
    /** Those that the application worker opens; the event queues are here too. */
    CONNECTS,
    /** Those that a listener accepts. */
    LISTENER,
    /** Those that were left over: the owner is gone. */
    ORPHANS
  }
}
