package org.sluice.core.nic;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Worker;

/**
 * Copies of frames on their way from the worker of a queue to the thread that writes a capture. A ring of bytes:
 * records begin at multiples of eight, none goes over the end, and what is left there is skipped. The worker never
 * waits: what finds no room is counted, and the next record says how many there were.
 */
final class CaptureRing {
  static final int INBOUND = 1;
  static final int OUTBOUND = 2;

  private static final VarHandle PUBLISHED;
  private static final VarHandle TAKEN;
  private static final VarHandle MISSED_IN_ALL;
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder()).withInvokeExactBehavior();
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder()).withInvokeExactBehavior();

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      PUBLISHED = lookup.findVarHandle(CaptureRing.class, "published", long.class).withInvokeExactBehavior();
      TAKEN = lookup.findVarHandle(CaptureRing.class, "taken", long.class).withInvokeExactBehavior();
      MISSED_IN_ALL =
          lookup.findVarHandle(CaptureRing.class, "missedInAll", long.class).withInvokeExactBehavior();
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // A record: its size, the frame's length, the time, what was missed before it, the reason of its drop, the place of a
  // checksum that is still to be made (begin and field, both relative to the frame), and the frame.
  private static final int LENGTH = 4;
  private static final int TIME = 8;
  private static final int MISSED = 16;
  private static final int REASON = 20;
  private static final int CHECKSUM = 24;
  private static final int FIELD = 28;
  private static final int HEADER_BYTES = 32;
  private static final int ALIGNMENT = 8;

  /** The size of what only fills the end. */
  private static final int SKIP = 0;

  /** There is no checksum to be made. */
  static final int NO_CHECKSUM = -1;

  private final Worker owner;
  private final int direction;
  private final Counter missedFrames;
  private final byte[] bytes;
  private long written;
  @SuppressWarnings("UnusedVariable") // accessed through PUBLISHED
  private long published;
  private long taken;
  private int missed;
  private long missedInAll;

  /**
   * Makes an empty ring.
   *
   * @param owner who writes to it
   * @param direction {@link #INBOUND} or {@link #OUTBOUND}
   * @param bytes its size, a power of two
   * @param missedFrames counts frames without room
   */
  CaptureRing(Worker owner, int direction, int bytes, Counter missedFrames) {
    this.owner = owner;
    this.direction = direction;
    this.missedFrames = missedFrames;
    this.bytes = new byte[bytes];
  }

  // ---- The worker's.

  /**
   * Copies a frame.
   *
   * @return where, for {@link #reason}; negative when there was no room
   */
  int record(PacketBatch batch, int i, long timeNs, DropReason reason) {
    int length = batch.length(i);
    int size = HEADER_BYTES + length + ALIGNMENT - 1 & -ALIGNMENT;
    int at = place(size);
    if (at < 0) {
      missedFrames.increment(owner.index());
      missed++;
      MISSED_IN_ALL.setOpaque(this, missedInAll + 1);
      return at;
    }
    MemorySegment.copy(
        batch.pool(i).memory(), ValueLayout.JAVA_BYTE, batch.offset(i), bytes, at + HEADER_BYTES, length);
    INTS.set(bytes, at, size);
    INTS.set(bytes, at + LENGTH, length);
    LONGS.set(bytes, at + TIME, timeNs);
    INTS.set(bytes, at + MISSED, missed);
    INTS.set(bytes, at + REASON, reason.code());
    boolean isOpen = (batch.flags(i) & (PacketFlags.TX_CHECKSUM_REQUEST | PacketFlags.RX_CHECKSUM_PARTIAL)) != 0
        && batch.checksumStart(i) > 0;
    INTS.set(bytes, at + CHECKSUM, isOpen ? batch.checksumStart(i) : NO_CHECKSUM);
    INTS.set(bytes, at + FIELD, batch.checksumStart(i) + batch.checksumOffset(i));
    missed = 0;
    return at;
  }

  /** Where a record can stand, which from now on is there; negative for nowhere. */
  private int place(int size) {
    int at = (int) written & bytes.length - 1;
    int behind = bytes.length - at;
    int skipped = behind < size ? behind : 0;
    if (written + skipped + size - (long) TAKEN.getAcquire(this) > bytes.length) {
      return -1;
    }
    if (skipped > 0) {
      INTS.set(bytes, at, SKIP);
      at = 0;
    }
    written += skipped + size;
    return at;
  }

  /** Says what became of a frame that is not published yet. */
  void reason(int at, DropReason reason) {
    INTS.set(bytes, at + REASON, reason.code());
  }

  void publish() {
    PUBLISHED.setRelease(this, written);
  }

  // ---- The writer's.

  int direction() {
    return direction;
  }

  /** Frames without room so far; exact once the worker is done. */
  long missedInAll() {
    return (long) MISSED_IN_ALL.getOpaque(this);
  }

  /** Where the oldest record stands; negative when there is none. */
  int oldest() {
    if (taken == (long) PUBLISHED.getAcquire(this)) {
      return -1;
    }
    int at = (int) taken & bytes.length - 1;
    if ((int) INTS.get(bytes, at) == SKIP) {
      TAKEN.setRelease(this, taken + bytes.length - at);
      return oldest();
    }
    return at;
  }

  byte[] bytes() {
    return bytes;
  }

  int length(int at) {
    return (int) INTS.get(bytes, at + LENGTH);
  }

  long timeNs(int at) {
    return (long) LONGS.get(bytes, at + TIME);
  }

  int missed(int at) {
    return (int) INTS.get(bytes, at + MISSED);
  }

  DropReason reason(int at) {
    return DropReason.of((int) INTS.get(bytes, at + REASON));
  }

  int checksumStart(int at) {
    return (int) INTS.get(bytes, at + CHECKSUM);
  }

  int checksumField(int at) {
    return (int) INTS.get(bytes, at + FIELD);
  }

  static int frame(int at) {
    return at + HEADER_BYTES;
  }

  /** Makes room of a record that was written to the file. */
  void take(int at) {
    TAKEN.setRelease(this, taken + (int) INTS.get(bytes, at));
  }
}
