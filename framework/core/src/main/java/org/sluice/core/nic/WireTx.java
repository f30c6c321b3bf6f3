package org.sluice.core.nic;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.nic.FramePool;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.nic.TxQueue;
import org.sluice.spi.runtime.Worker;

/**
 * A transmit queue of a wire's end. What it is given goes, frame by frame, through the queue of the rate if there is
 * one, is perhaps lost, doubled, spoiled or kept back, and is put on the lane of the receive queue that it is for, with
 * the time it is due. A frame of the own pool is handed through, one of another pool is copied.
 */
final class WireTx implements TxQueue, DropTeller {
  private static final int HEADROOM_BYTES = 128;
  private static final int CACHE_LINE_BYTES = 64;

  private final Worker owner;
  private final WireSettings settings;
  private final WireCounters counters;
  private final FramePool pool;
  private final @Nullable WireRate rate;
  private final @Nullable WireImpairments impairments;
  private DropListener listener = (batch, i, reason) -> {};

  /** Where frames go, as the control plane last said; null while nobody is there. */
  private volatile @Nullable WireExit offered;

  /** Where frames go, as the worker last saw it. */
  private @Nullable WireExit exit;

  WireTx(Worker owner, WireSettings settings, WireCounters counters, AtomicLong busyUntilNs, RandomGenerator random) {
    this.owner = owner;
    this.settings = settings;
    this.counters = counters;
    int lines = (HEADROOM_BYTES + settings.maxFrameBytes() + CACHE_LINE_BYTES - 1) / CACHE_LINE_BYTES;
    pool = new FramePool(owner, settings.poolFrames(), lines * CACHE_LINE_BYTES, HEADROOM_BYTES, counters.exhausted);
    rate = settings.rateBits() == 0 ? null : new WireRate(busyUntilNs, settings.rateBits(), settings.queueFrames());
    impairments = settings.isImpaired() ? new WireImpairments(random, settings) : null;
  }

  // ---- The control plane's.

  /** Makes what leads to the queues of another end. */
  WireExit newExit(List<Worker> receivers) {
    return new WireExit(pool, settings.poolFrames(), receivers, settings.reorder() > 0);
  }

  void connect(@Nullable WireExit to) {
    offered = to;
  }

  @Override
  public void tellDrops(DropListener told) {
    listener = told;
  }

  // ---- The worker's.

  @Override
  public PacketPool pool() {
    exit();
    return pool;
  }

  /** Also takes back what was on the way to an end that is no more. */
  private @Nullable WireExit exit() {
    WireExit last = exit;
    WireExit now = offered;
    if (now != last) {
      exit = now;
      if (last != null) {
        counters.cut.add(owner.index(), last.reclaim());
      }
    }
    return now;
  }

  @Override
  public int transmit(PacketBatch batch) {
    WireExit to = exit();
    long nowNs = owner.nowNs();
    int accepted = 0;
    for (int i = 0; i < batch.size(); i++) {
      DropReason refusal = to == null ? DropReason.LINK_DOWN : accept(batch, i, to, nowNs);
      if (refusal == DropReason.NONE) {
        accepted++;
      } else {
        refuse(batch, i, refusal);
      }
    }
    batch.clear();
    return accepted;
  }

  private void refuse(PacketBatch batch, int i, DropReason refusal) {
    switch (refusal) {
      case LINK_DOWN -> counters.down.increment(owner.index());
      case TOO_LONG -> counters.tooLong.increment(owner.index());
      case QUEUE_FULL -> counters.queueFull.increment(owner.index());
      default -> counters.noFrame.increment(owner.index());
    }
    listener.onDrop(batch, i, refusal);
    batch.pool(i).release(batch.offset(i));
  }

  private DropReason accept(PacketBatch batch, int i, WireExit to, long nowNs) {
    int length = batch.length(i);
    if (length > settings.maxFrameBytes()) {
      return DropReason.TOO_LONG;
    }
    if (rate != null && rate.room(nowNs) == 0) {
      return DropReason.QUEUE_FULL;
    }
    if (batch.pool(i) != pool && !adopt(batch, i)) {
      return DropReason.NO_FRAME;
    }
    long leavesNs = rate == null ? nowNs : rate.leavesNs(nowNs, length);
    if (impairments == null) {
      append(to, batch, i, batch.offset(i), leavesNs + settings.delayNs(), false);
    } else {
      impair(impairments, to, batch, i, leavesNs + settings.delayNs());
    }
    return DropReason.NONE;
  }

  /** Puts the bytes of another pool's frame into one of the own pool, which takes its place in the batch. */
  private boolean adopt(PacketBatch batch, int i) {
    long copy = copy(batch, i);
    if (copy < 0) {
      return false;
    }
    batch.pool(i).release(batch.offset(i));
    batch.replace(i, pool, copy);
    return true;
  }

  private long copy(PacketBatch batch, int i) {
    long copy = pool.allocate();
    if (copy >= 0) {
      MemorySegment.copy(batch.pool(i).memory(), batch.offset(i), pool.memory(), copy, batch.length(i));
    }
    return copy;
  }

  private void impair(WireImpairments faults, WireExit to, PacketBatch batch, int i, long dueNs) {
    if (faults.loses()) {
      counters.lost.increment(owner.index());
      listener.onDrop(batch, i, DropReason.LOST);
      pool.release(batch.offset(i));
      return;
    }
    if (faults.duplicates()) {
      duplicate(to, batch, i, dueNs);
    }
    if (faults.corrupts()) {
      counters.corrupted.increment(owner.index());
      faults.spoil(pool.memory(), batch.offset(i), batch.length(i));
    }
    boolean isLate = faults.reorders();
    if (isLate) {
      counters.reordered.increment(owner.index());
    }
    append(to, batch, i, batch.offset(i), isLate ? dueNs + settings.lateNs() : dueNs, isLate);
  }

  private void duplicate(WireExit to, PacketBatch batch, int i, long dueNs) {
    long copy = copy(batch, i);
    if (copy < 0) {
      counters.noFrame.increment(owner.index());
      return;
    }
    counters.duplicated.increment(owner.index());
    append(to, batch, i, copy, dueNs, false);
  }

  private void append(WireExit to, PacketBatch batch, int i, long offset, long dueNs, boolean isLate) {
    int hash = to.isWide() ? FlowSteering.hash(pool.memory(), offset, batch.length(i)) : 0;
    to.lane(hash, isLate).append(batch, i, offset, received(batch.flags(i)), hash, dueNs);
  }

  /** What the receiver is told: of a trusted wire the same as of a loop, of others what a card without merits tells. */
  private int received(int sent) {
    if (!settings.isTrusted()) {
      return 0;
    }
    int checksum = (sent & PacketFlags.TX_CHECKSUM_REQUEST) != 0
        ? PacketFlags.RX_CHECKSUM_PARTIAL : PacketFlags.RX_CHECKSUM_GOOD;
    return sent & (PacketFlags.IP4 | PacketFlags.L3_KNOWN) | checksum;
  }

  @Override
  public void flush() {
    WireExit to = exit();
    if (to != null) {
      to.publish();
    }
  }

  /** Without a rate nothing waits: whatever frames there are can be sent. */
  @Override
  public int freeSlots() {
    if (exit() == null) {
      return 0;
    }
    return rate == null ? settings.poolFrames() : rate.room(owner.nowNs());
  }
}
