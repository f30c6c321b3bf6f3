package org.sluice.core.nic;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.runtime.Worker;

/**
 * A receive queue of a wire's end: merges its lanes in the order of the times at which their frames are due, on the
 * worker's clock.
 */
final class WireRx implements RxQueue {
  private static final WireLane[] NONE = {};

  private final Worker owner;
  private volatile WireLane[] lanes = NONE;

  WireRx(Worker owner) {
    this.owner = owner;
  }

  Worker owner() {
    return owner;
  }

  /** Sets where frames come from; those that still come from elsewhere are never seen. The control plane. */
  void connect(List<WireLane> from) {
    lanes = from.toArray(NONE);
    owner.wake();
  }

  @Override
  public int receive(PacketBatch batch, int limit) {
    WireLane[] from = lanes;
    long nowNs = owner.nowNs();
    int room = Math.min(limit, batch.capacity() - batch.size());
    if (from.length == 1) {
      return from[0].take(batch, room, nowNs);
    }
    int taken = 0;
    while (taken < room) {
      WireLane first = earliest(from, null);
      if (first == null || first.nextDueNs() - nowNs > 0) {
        break;
      }
      WireLane second = earliest(from, first);
      long untilNs = second == null || second.nextDueNs() - nowNs > 0 ? nowNs : second.nextDueNs();
      taken += first.take(batch, room - taken, untilNs);
    }
    return taken;
  }

  /** The lane, but for one, whose next frame is due first; null when nothing is on its way. */
  private static @Nullable WireLane earliest(WireLane[] from, @Nullable WireLane except) {
    WireLane found = null;
    for (WireLane lane : from) {
      if (lane != except && !lane.isEmpty() && (found == null || lane.nextDueNs() - found.nextDueNs() < 0)) {
        found = lane;
      }
    }
    return found;
  }

  @Override
  public int pollDescriptor() {
    return -1;
  }

  @Override
  public long idleNs(long nowNs) {
    WireLane first = earliest(lanes, null);
    return first == null ? Long.MAX_VALUE : Math.max(0, first.nextDueNs() - nowNs);
  }
}
