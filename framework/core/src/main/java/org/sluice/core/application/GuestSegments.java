package org.sluice.core.application;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import org.sluice.core.segment.ManagedSegment;
import org.sluice.core.segment.SegmentRegistry;

/**
 * The segments of other application workers in which one has FIFOs, since it took sessions over. It is told of such a
 * segment with the first of them, and again when its last one goes. Any stack worker; the application is told under the
 * lock, so that no other worker goes on with a session in a segment that it was not told of yet.
 */
final class GuestSegments {
  private final ApplicationWorker host;
  private final SegmentRegistry segments;
  private final Long2IntOpenHashMap sessions = new Long2IntOpenHashMap();

  GuestSegments(ApplicationWorker host, SegmentRegistry segments) {
    this.host = host;
    this.segments = segments;
  }

  synchronized void taken(long segment) {
    ManagedSegment area = segments.find(segment);
    if (area != null && !area.isToldTo(host) && sessions.addTo(segment, 1) == 0) {
      host.onSegmentAdded(segment, area);
    }
  }

  synchronized void left(long segment) {
    int before = sessions.get(segment);
    if (before > 1) {
      sessions.put(segment, before - 1);
    } else if (before == 1) {
      sessions.remove(segment);
      ManagedSegment area = segments.find(segment);
      if (area != null) {
        host.onSegmentRemoved(segment, area);
      }
    }
  }
}
