package org.sluice.core.nic;

import java.util.List;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.runtime.Worker;

/**
 * The way from one transmit queue to all receive queues of the other end: a lane to each, and where frames may come
 * late one more to each, so that every lane is in the order of its times. Owned by the sender; its lanes have
 * receivers.
 */
final class WireExit {
  private final WireLane[] lanes;
  private final WireLane[] lateLanes;
  private final Worker[] receivers;

  WireExit(PacketPool pool, int frames, List<Worker> receivers, boolean hasLate) {
    this.receivers = receivers.toArray(new Worker[0]);
    lanes = new WireLane[receivers.size()];
    lateLanes = new WireLane[hasLate ? receivers.size() : 0];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = new WireLane(pool, frames);
    }
    for (int i = 0; i < lateLanes.length; i++) {
      lateLanes[i] = new WireLane(pool, frames);
    }
  }

  /** The lanes to one receive queue. */
  List<WireLane> lanesTo(int queue) {
    return lateLanes.length == 0 ? List.of(lanes[queue]) : List.of(lanes[queue], lateLanes[queue]);
  }

  boolean isWide() {
    return lanes.length > 1;
  }

  WireLane lane(int hash, boolean isLate) {
    return (isLate ? lateLanes : lanes)[FlowSteering.queue(hash, lanes.length)];
  }

  /** Shows receivers what was sent, and wakes those that have something. */
  void publish() {
    for (int i = 0; i < lanes.length; i++) {
      boolean isNew = lanes[i].publish();
      if (lateLanes.length > 0) {
        isNew |= lateLanes[i].publish();
      }
      // The present worker sees for itself before it sleeps.
      if (isNew && !receivers[i].isCurrent()) {
        receivers[i].wake();
      }
    }
  }

  /** Gives back all frames on their way, once nobody receives them any more. */
  long reclaim() {
    long count = 0;
    for (WireLane lane : lanes) {
      count += lane.reclaim();
    }
    for (WireLane lane : lateLanes) {
      count += lane.reclaim();
    }
    return count;
  }

  /** How many frames are on their way, about; any thread. */
  long backlog() {
    long count = 0;
    for (WireLane lane : lanes) {
      count += lane.backlog();
    }
    for (WireLane lane : lateLanes) {
      count += lane.backlog();
    }
    return count;
  }
}
