package org.sluice.core.ip;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Worker;

/**
 * Carries what one worker has to do with neighbours to worker 0: a bounded ring with one writer and one reader. What
 * finds it full is dropped and counted; each of these things is sent again or heard again. A frame changes its owner
 * with its place in the ring, and goes back to its pool from worker 0.
 */
final class HandOver implements NeighborAccess {
  private static final int SLOTS = 256;

  private final int from;
  private final IpCounters counters;
  private final NeighborTable table;
  private final LinkControl links;
  private final IntFunction<@Nullable Port> ports;
  private final Item[] items = new Item[SLOTS];
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong read = new AtomicLong();
  private final ControlSlot wake;

  /** What it is about. */
  private enum Kind { RESOLVE, USED, HEARD, CHANGED, ADVERTISED, ASKED, CLAIMED, ROUTER }

  private static final class Item {
    Kind kind = Kind.USED;
    int interfaceIndex;
    long high;
    long low;
    long mac;
    boolean solicited;
    boolean override;
    final PacketBatch frame = new PacketBatch(1);
  }

  HandOver(int from, Worker zero, IpCounters counters, NeighborTable table, LinkControl links,
      IntFunction<@Nullable Port> ports) {
    this.from = from;
    this.counters = counters;
    this.table = table;
    this.links = links;
    this.ports = ports;
    for (int i = 0; i < SLOTS; i++) {
      items[i] = new Item();
    }
    wake = zero.newControlSlot(this::drain);
  }

  // ---- The writer.

  @Override
  public void resolve(Port port, long high, long low, PacketBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      Item item = next(Kind.RESOLVE, port, high, low, Neighbor.NONE);
      if (item == null) {
        batch.pool(i).release(batch.offset(i));
      } else {
        keep(item, batch, i);
        publish();
      }
    }
    batch.clear();
  }

  @Override
  public boolean used(Port port, Neighbor neighbor) {
    return say(Kind.USED, port, neighbor.high, neighbor.low, Neighbor.NONE, false, false);
  }

  @Override
  public void heard(Port port, long high, long low, long mac) {
    var _ = say(Kind.HEARD, port, high, low, mac, false, false);
  }

  @Override
  public void changed(Port port, long high, long low, long mac) {
    var _ = say(Kind.CHANGED, port, high, low, mac, false, false);
  }

  @Override
  public void advertised(Port port, long high, long low, long mac, boolean solicited, boolean override) {
    var _ = say(Kind.ADVERTISED, port, high, low, mac, solicited, override);
  }

  @Override
  public void asked(Port port, long high, long low, long nonce) {
    var _ = say(Kind.ASKED, port, high, low, nonce, false, false);
  }

  @Override
  public void claimed(Port port, long high, long low, long mac) {
    var _ = say(Kind.CLAIMED, port, high, low, mac, false, false);
  }

  @Override
  public void routerAdvertised(Port port, PacketBatch batch, int i) {
    Item item = next(Kind.ROUTER, port, 0, 0, Neighbor.NONE);
    if (item == null) {
      batch.pool(i).release(batch.offset(i));
    } else {
      keep(item, batch, i);
      publish();
    }
  }

  /** A record of the trace is one of the writer's. */
  private static void keep(Item item, PacketBatch batch, int i) {
    int at = item.frame.add(batch, i);
    item.frame.flags(at, item.frame.flags(at) & ~PacketFlags.TRACE);
  }

  private boolean say(Kind kind, Port port, long high, long low, long mac, boolean solicited, boolean override) {
    Item item = next(kind, port, high, low, mac);
    if (item != null) {
      item.solicited = solicited;
      item.override = override;
      publish();
    }
    return item != null;
  }

  private @Nullable Item next(Kind kind, Port port, long high, long low, long mac) {
    long at = written.getPlain();
    if (at - read.getAcquire() == SLOTS) {
      counters.count(Drop.HAND_OVER_FULL, from);
      return null;
    }
    Item item = items[(int) at & SLOTS - 1];
    item.kind = kind;
    item.interfaceIndex = port.index;
    item.high = high;
    item.low = low;
    item.mac = mac;
    return item;
  }

  private void publish() {
    written.setRelease(written.getPlain() + 1);
    var _ = wake.post();
  }

  // ---- The reader: worker 0.

  private void drain() {
    long end = written.getAcquire();
    for (long at = read.getPlain(); at < end; at++) {
      Item item = items[(int) at & SLOTS - 1];
      Port port = ports.apply(item.interfaceIndex);
      if (port != null) {
        take(port, item);
      } else {
        for (int i = 0; i < item.frame.size(); i++) {
          counters.drop(Drop.LINK_OUTDATED, 0, item.frame, i);
        }
      }
      item.frame.clear();
      read.setRelease(at + 1);
    }
  }

  private void take(Port port, Item item) {
    switch (item.kind) {
      case RESOLVE -> table.send(port, item.high, item.low, item.frame, 0);
      case USED -> {
        Neighbor neighbor = port.neighbors.find(item.high, item.low);
        if (neighbor != null) {
          table.used(neighbor);
        }
      }
      case HEARD -> table.heard(port, item.high, item.low, item.mac);
      case ASKED -> links.asked(port, item.high, item.low, item.mac);
      case CLAIMED -> links.claimed(port, item.high, item.low, item.mac);
      case ROUTER -> links.advertised(port, item.frame, 0);
      case CHANGED -> table.changed(port, item.high, item.low, item.mac);
      case ADVERTISED ->
          table.advertised(port, item.high, item.low, item.mac, item.solicited, item.override);
    }
  }
}
