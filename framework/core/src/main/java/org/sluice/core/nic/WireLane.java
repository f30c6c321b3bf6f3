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

  private final PacketPool pool;
  private final int mask;
  private final long[] dueNs;
  private final long[] offsets;
  private final int[] lengths;
  private final int[] flags;
  private final int[] hashes;

  /** L3 and L4 offset, checksum start and offset, 16 bits each. */
  private final long[] positions;

  private long written;
  private long published;
  private long taken;
  private long seen;

  WireLane(PacketPool pool, int frames) {
    this.pool = pool;
    int slots = Integer.highestOneBit(frames - 1 | 1) << 1;
    mask = slots - 1;
    dueNs = new long[slots];
    offsets = new long[slots];
    lengths = new int[slots];
    flags = new int[slots];
    hashes = new int[slots];
    positions = new long[slots];
  }

  // ---- The sender's.

  void append(PacketBatch batch, int i, long offset, int flagBits, int hash, long due) {
    int slot = (int) written++ & mask;
    dueNs[slot] = due;
    offsets[slot] = offset;
    lengths[slot] = batch.length(i);
    flags[slot] = flagBits;
    hashes[slot] = hash;
    positions[slot] = (long) batch.l3Offset(i) << 3 * SHORT_BITS | (long) batch.l4Offset(i) << 2 * SHORT_BITS
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
    return dueNs[(int) taken & mask];
  }

  int take(PacketBatch batch, int limit, long untilNs) {
    int count = 0;
    while (count < limit && !isEmpty() && dueNs[(int) taken & mask] - untilNs <= 0) {
      int slot = (int) taken++ & mask;
      int at = batch.add(pool, offsets[slot], lengths[slot], flags[slot]);
      batch.rxTimestampNs(at, dueNs[slot]);
      batch.flowHash(at, hashes[slot]);
      if (positions[slot] != 0) {
        positions(batch, at, positions[slot]);
      }
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
      pool.release(offsets[(int) taken & mask]);
      count++;
    }
    return count;
  }

  /** How many frames are on their way, about; any thread. */
  long backlog() {
    return Math.max(0, (long) PUBLISHED.getAcquire(this) - taken);
  }
}
