package org.sluice.core.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.sluice.spi.memory.Segment;

/**
 * A segment that the stack owns: its name, its memory, how full it is. Any context may ask, while it has a FIFO pair in
 * the segment or is told about it; nothing else keeps the memory from going.
 */
public abstract sealed class ManagedSegment permits OwnedSegment, SharedSegment {
  private static final VarHandle NO_SPACE_SEEN;

  static {
    try {
      NO_SPACE_SEEN = MethodHandles.lookup().findVarHandle(ManagedSegment.class, "noSpaceSeen", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long handle;
  private final Segment memory;
  private final long chargedBytes;

  /** Refusals of the segment up to the last time its usage was seen below the high mark. */
  @SuppressWarnings("unused") // Accessed through NO_SPACE_SEEN.
  private long noSpaceSeen;

  ManagedSegment(long handle, Segment memory, long chargedBytes) {
    this.handle = handle;
    this.memory = memory;
    this.chargedBytes = chargedBytes;
  }

  /** What budgets have paid for it. */
  final long chargedBytes() {
    return chargedBytes;
  }

  /**
   * Its name in this stack, which applications are told.
   *
   * @return a {@link org.sluice.spi.runtime.Handle}
   */
  public final long handle() {
    return handle;
  }

  /**
   * Its memory.
   *
   * @return the segment
   */
  public final Segment memory() {
    return memory;
  }

  /**
   * How much of it is allocated.
   *
   * @return 0 to 100, rounded down
   */
  public final int usagePercent() {
    return (int) (memory.usedBytes() * 100 / memory.sizeBytes());
  }

  /**
   * FIFO pairs in use.
   *
   * @return the count; a snapshot
   */
  public abstract int pairs();

  /**
   * Whether somebody was told of it when it was made, and is told when it goes.
   *
   * @param listener who
   * @return true for its owner, or either of both
   */
  public abstract boolean isToldTo(SegmentListener listener);

  /**
   * How full it is, by the marks. A function of usage alone, but that a refused allocation counts until usage is seen
   * below the high mark.
   */
  final PressureLevel pressure(int lowPercent, int highPercent) {
    if (lowPercent == 0 && highPercent == 0) {
      return PressureLevel.NO;
    }
    int usage = usagePercent();
    long refusals = memory.counters().noSpace();
    if (usage < highPercent) {
      NO_SPACE_SEEN.setOpaque(this, refusals);
      return usage < lowPercent ? PressureLevel.NO : PressureLevel.LOW;
    }
    return refusals == (long) NO_SPACE_SEEN.getOpaque(this) ? PressureLevel.HIGH : PressureLevel.NO_MEMORY;
  }
}
