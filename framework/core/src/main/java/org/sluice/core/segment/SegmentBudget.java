package org.sluice.core.segment;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.Handle;

/**
 * What the segment managers of one application share: its limit of FIFO memory, where its segments come from and how
 * they are named. Memory is counted in whole segments, because that is what the host has to give. Any worker.
 */
public final class SegmentBudget {
  private final SegmentRegistry registry;
  private final SegmentFactory factory;
  private final SegmentCounters counters;
  private final long maxBytes;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * Makes a budget with nothing spent.
   *
   * @param registry the stack's
   * @param factory where the segments come from, usually {@code Segment::allocate}
   * @param counters the stack's
   * @param maxBytes the most memory of all segments; 0 for no limit
   */
  public SegmentBudget(SegmentRegistry registry, SegmentFactory factory, SegmentCounters counters, long maxBytes) {
    this.registry = registry;
    this.factory = factory;
    this.counters = counters;
    this.maxBytes = maxBytes == 0 ? Long.MAX_VALUE : maxBytes;
  }

  /**
   * Memory of all segments that the application has. Any context.
   *
   * @return bytes
   */
  public long bytes() {
    return bytes.get();
  }

  /**
   * The limit.
   *
   * @return bytes; {@link Long#MAX_VALUE} when there is none
   */
  public long maxBytes() {
    return maxBytes;
  }

  int nextManager() {
    return registry.nextManager();
  }

  SegmentCounters counters() {
    return counters;
  }

  /** Takes memory out of the budget; false, counted, when it has less. */
  boolean charge(long amount) {
    for (long spent = bytes.get(); ; spent = bytes.get()) {
      if (amount > maxBytes - spent) {
        SegmentCounters.count(counters.memoryLimitHits());
        return false;
      }
      if (bytes.compareAndSet(spent, spent + amount)) {
        return true;
      }
    }
  }

  /** Whether a charge would be granted now. */
  boolean hasRoom(long amount) {
    return amount <= maxBytes - bytes.get();
  }

  void credit(long amount) {
    long left = bytes.addAndGet(-amount);
    assert left >= 0 : "budget overdrawn by " + -left + " bytes";
  }

  /** Makes a segment's memory; null when the system does not give it, which the log need not repeat per attempt. */
  @Nullable Segment create(long sizeBytes) {
    try {
      Segment segment = factory.create(sizeBytes);
      segment.counters().reportTo(counters.scope());
      return segment;
    } catch (IOException | OutOfMemoryError e) {
      SegmentCounters.count(counters.createFailures());
      return null;
    }
  }

  /** A fresh handle, or SEG_NO_SPACE, counted, when the stack may not have more segments. */
  long reserveHandle() {
    long handle = registry.reserve();
    if (handle == Handle.INVALID) {
      SegmentCounters.count(counters.stackLimitHits());
      return SessionError.SEG_NO_SPACE.code();
    }
    return handle;
  }

  void cancelHandle(long handle) {
    registry.remove(handle);
  }

  void opened(ManagedSegment segment) {
    registry.put(segment);
    SegmentCounters.count(counters.added());
  }

  /** Ends the handle of a segment and gives its memory back, once all who are attached to it have left. */
  void closed(ManagedSegment segment) {
    registry.remove(segment.handle());
    SegmentCounters.count(counters.removed());
    segment.memory().close();
  }
}
