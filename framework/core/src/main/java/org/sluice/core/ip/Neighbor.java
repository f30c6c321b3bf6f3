package org.sluice.core.ip;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Timer;

/**
 * One neighbour. State and hardware address are one word, so that every worker sees a pair that belongs together;
 * worker 0 writes it, and owns everything else.
 */
final class Neighbor {
  /** {@link #usableMac} of one that nothing can be sent to now. */
  static final long NONE = -1;

  private static final int STATE_SHIFT = 48;
  private static final long MAC_MASK = (1L << STATE_SHIFT) - 1;

  final int interfaceIndex;
  final long high;
  final long low;

  private volatile long word;

  /** Set by whoever sends first to a stale one, which is to tell worker 0. */
  private final AtomicBoolean used = new AtomicBoolean();

  // Worker 0 only.
  int place;
  @Nullable NeighborLine line;
  @Nullable Neighbor before;
  @Nullable Neighbor after;
  int requests;
  long changedNs;
  final WaitingPackets.Line waiting = new WaitingPackets.Line();
  @Nullable Timer timer;

  Neighbor(int interfaceIndex, long high, long low) {
    this.interfaceIndex = interfaceIndex;
    this.high = high;
    this.low = low;
  }

  private static long word(NeighborState state, long mac) {
    return (long) state.code << STATE_SHIFT | mac & MAC_MASK;
  }

  /** The hardware address to send to, or {@link #NONE}. Any worker. */
  long usableMac() {
    long now = word;
    return now >>> STATE_SHIFT >= NeighborState.REACHABLE.code ? now & MAC_MASK : NONE;
  }

  NeighborState state() {
    return NeighborState.of((int) (word >>> STATE_SHIFT));
  }

  boolean isStale() {
    return word >>> STATE_SHIFT == NeighborState.STALE.code;
  }

  boolean isGone() {
    return word >>> STATE_SHIFT == NeighborState.GONE.code;
  }

  long mac() {
    return word & MAC_MASK;
  }

  /** Whether the caller is the first who sends to it since it became stale. Any worker. */
  boolean claimUse() {
    return !used.get() && used.compareAndSet(false, true);
  }

  /** Whoever claimed it could not tell worker 0: the next one who sends tries. Any worker. */
  void giveUpUse() {
    used.set(false);
  }

  void set(NeighborState state, long mac) {
    if (state == NeighborState.STALE) {
      used.set(false);
    }
    word = word(state, mac);
  }
}
