package org.sluice.core.application;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sluice.core.segment.SegmentOptions;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.EventQueue;
import org.sluice.spi.memory.Fifo;

/** Checks what an application asks for before anything is made; wrong values are reported all together. */
final class AttachChecks {
  private static final int MIN_EVENTS = 16;

  private AttachChecks() {}

  /** Returns the namespace to live in, or throws the failure. */
  static Namespace check(
      AttachOptions options, Map<String, AttachedApplication> attached, ControlPlane plane, String what) {
    if (options.name().isBlank()) {
      throw plane.failure(SessionError.INVALID, what + ", which needs a name");
    }
    if (attached.containsKey(options.name())) {
      throw plane.failure(SessionError.APP_ATTACHED, what);
    }
    if (attached.size() >= plane.limits().maxApplications()) {
      throw plane.limit(plane.counters().applications(), plane.limits().maxApplications(), what);
    }
    Namespace namespace = plane.namespaces().get(options.namespace());
    if (namespace == null) {
      throw plane.failure(SessionError.INVALID_NS, what + " to namespace '" + options.namespace() + "'");
    }
    if (namespace.secret() != options.secret()) {
      throw plane.failure(SessionError.WRONG_NS_SECRET, what + " to namespace '" + options.namespace() + "'");
    }
    if (options.preallocatedFifoPairs() > 0 && options.preallocatedFifoHeaders() > 0) {
      throw plane.failure(SessionError.NOSUPPORT, what + " with both pairs and headers set aside");
    }
    if (options.flags().contains(AttachOptions.Flag.TRANSPORT_APPLICATION)) {
      throw plane.failure(SessionError.NOSUPPORT, what + " as a transport for the layer above");
    }
    List<String> wrong = wrongValues(options);
    if (!wrong.isEmpty()) {
      throw plane.failure(SessionError.INVALID, what + ", where " + String.join("; ", wrong));
    }
    return namespace;
  }

  private static List<String> wrongValues(AttachOptions o) {
    List<String> wrong = new ArrayList<>();
    range(wrong, "rxFifoBytes", o.rxFifoBytes(), Fifo.MIN_CAPACITY, Integer.MAX_VALUE);
    range(wrong, "txFifoBytes", o.txFifoBytes(), Fifo.MIN_CAPACITY, Integer.MAX_VALUE);
    range(wrong, "maxRxFifoBytes", o.maxRxFifoBytes(), 0, Integer.MAX_VALUE);
    range(wrong, "firstAllocationPercent", o.firstAllocationPercent(), 0, 100);
    range(wrong, "segmentBytes", o.segmentBytes(), SegmentOptions.MIN_SEGMENT_BYTES, Long.MAX_VALUE);
    range(wrong, "addSegmentBytes", o.addSegmentBytes(), SegmentOptions.MIN_SEGMENT_BYTES, Long.MAX_VALUE);
    range(wrong, "maxSegments", o.maxSegments(), 1, Integer.MAX_VALUE);
    range(wrong, "maxFifoMemoryBytes", o.maxFifoMemoryBytes(), 0, Long.MAX_VALUE);
    range(wrong, "preallocatedFifoPairs", o.preallocatedFifoPairs(), 0, Integer.MAX_VALUE);
    range(wrong, "preallocatedFifoHeaders", o.preallocatedFifoHeaders(), 0, Integer.MAX_VALUE);
    range(wrong, "eventQueueEvents", o.eventQueueEvents(), MIN_EVENTS, EventQueue.MAX_EVENTS);
    range(wrong, "highWatermarkPercent", o.highWatermarkPercent(), 0, 100);
    range(wrong, "lowWatermarkPercent", o.lowWatermarkPercent(), 0, Math.clamp(o.highWatermarkPercent(), 0, 100));
    range(wrong, "maxConnects", o.maxConnects(), 1, 1 << 22);
    if (o.flags().contains(AttachOptions.Flag.PROXY) == o.proxyProtocols().isEmpty()) {
      wrong.add(o.proxyProtocols().isEmpty()
          ? "the flag PROXY names no protocol"
          : "proxyProtocols are named without the flag PROXY");
    }
    return wrong;
  }

  private static void range(List<String> wrong, String name, long value, long least, long most) {
    if (value < least || value > most) {
      wrong.add(name + " is " + value + " but must be " + least + ".." + most);
    }
  }
}
