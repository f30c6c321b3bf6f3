package org.sluice.core.nic;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.PacketPool;

/**
 * Frames on their way from one transmit queue to one receive queue, in the order in which they are due. Written by the
 * worker of the one and read by that of the other; what is written is seen when it is published.
 *
 * <p>A lane has as many slots as its pool has frames, so it is never full. Nor can a slot be overwritten before it was
 * read: of the frames in all slots and the one to be written at least one has come back to the pool, and who gave it
 * back had read the oldest slot before.
 */
final class WireLane {
  private static final VarHandle PUBLISHED;

  static {
    try {
      PUBLISHED =
          MethodHandles.lookup().findVarHandle(WireLane.class, "published", long.class).withInvokeExactBehavior();
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final int SHORT_BITS = 16;
  private static final long SHORT = 0xffff;

  // The words of a row.
  private static final int ROW_SHIFT = 2;
  private static final int DUE = 0;
  private static final int OFFSET = 1;
  /** The length in the upper half, the flags in the lower one. */
  private static final int LENGTH_AND_FLAGS = 2;
  /** L3 and L4 offset, checksum start and offset, 16 bits each. */
  private static final int POSITIONS = 3;

  private final PacketPool pool;
  private final int mask;
  private final long[] rows;
  private final int[] hashes;

  private long written;
  private long published;
  private long taken;
  private long seen;

  WireLane(PacketPool pool, int frames) {
    this.pool = pool;
    int slots = Integer.highestOneBit(frames - 1 | 1) << 1;
    mask = slots - 1;
    rows = new long[slots << ROW_SHIFT];
    hashes = new int[slots];
  }

  private int row(long index) {
    return ((int) index & mask) << ROW_SHIFT;
  }

  // ---- The sender's.

  void append(PacketBatch batch, int i, long offset, int flagBits, int hash, long due) {
    int slot = (int) written++ & mask;
    int row = slot << ROW_SHIFT;
    rows[row + DUE] = due;
    rows[row + OFFSET] = offset;
    rows[row + LENGTH_AND_FLAGS] = (long) batch.length(i) << Integer.SIZE | Integer.toUnsignedLong(flagBits);
    hashes[slot] = hash;
    rows[row + POSITIONS] = (long) batch.l3Offset(i) << 3 * SHORT_BITS | (long) batch.l4Offset(i) << 2 * SHORT_BITS
        | (long) batch.checksumStart(i) << SHORT_BITS | batch.checksumOffset(i);
  }

  /** Shows the receiver what was written; tells whether there was anything. */
  boolean publish() {
    if (written == published) {
      return false;
    }
    PUBLISHED.setRelease(this, written);
    return true;
  }

  // ---- The receiver's, or the sender's when the receiver is no more.

  boolean isEmpty() {
    if (taken == seen) {
      seen = (long) PUBLISHED.getAcquire(this);
    }
    return taken == seen;
  }

  /** When the next frame is due; only of a lane that is not empty. */
  long nextDueNs() {
    return rows[row(taken) + DUE];
  }

  int take(PacketBatch batch, int limit, long untilNs) {
    int count = 0;
    while (count < limit && !isEmpty() && nextDueNs() - untilNs <= 0) {
      int row = row(taken);
      long lengthAndFlags = rows[row + LENGTH_AND_FLAGS];
      int at = batch.add(pool, rows[row + OFFSET], (int) (lengthAndFlags >>> Integer.SIZE), (int) lengthAndFlags);
      batch.rxTimestampNs(at, rows[row + DUE]);
      batch.flowHash(at, hashes[(int) taken & mask]);
      if (rows[row + POSITIONS] != 0) {
        positions(batch, at, rows[row + POSITIONS]);
      }
      taken++;
      count++;
    }
    return count;
  }

  private static void positions(PacketBatch batch, int at, long packed) {
    if ((batch.flags(at) & PacketFlags.L3_KNOWN) != 0) {
      batch.headerOffsets(at, (int) (packed >>> 3 * SHORT_BITS), (int) (packed >>> 2 * SHORT_BITS & SHORT));
    }
    batch.checksumPosition(at, (int) (packed >>> SHORT_BITS & SHORT), (int) (packed & SHORT));
  }

  /** Gives all frames back, those too that were not published; for the sender, when nobody receives any more. */
  int reclaim() {
    int count = 0;
    for (; taken != written; taken++) {
      pool.release(rows[row(taken) + OFFSET]);
      count++;
    }
    return count;
  }

  /** How many frames are on their way, about; any thread. */
  long backlog() {
    return Math.max(0, (long) PUBLISHED.getAcquire(this) - taken);
  }
}
