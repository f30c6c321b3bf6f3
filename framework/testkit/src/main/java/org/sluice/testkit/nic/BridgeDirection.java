package org.sluice.testkit.nic;

import java.util.ArrayList;
import java.util.List;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.nic.TxQueue;
import org.sluice.spi.runtime.Counter;

/** One way across an {@link ImpairedBridge}: from a card into the wire, and out of the wire to the other card. */
final class BridgeDirection {
  private static final int BURST = 64;

  /** How soon a card is asked again that had no room. */
  private static final long RETRY_NS = 20_000;

  private final List<RxQueue> from = new ArrayList<>();
  private final TxQueue wireIn;
  private final RxQueue wireOut;
  private final TxQueue to;
  private final Counter pieces;
  private final int worker;
  private final PacketBatch batch = new PacketBatch(BURST);

  BridgeDirection(Nic from, Nic nearEnd, Nic farEnd, Nic to, Counter pieces, int worker) {
    for (int i = 0; i < from.capabilities().rxQueues(); i++) {
      this.from.add(from.rxQueue(i));
    }
    wireIn = nearEnd.txQueue(0);
    wireOut = farEnd.rxQueue(0);
    this.to = to.txQueue(0);
    this.pieces = pieces;
    this.worker = worker;
  }

  /** Moves a burst of each queue; tells how many packets went in and out. */
  int turn() {
    int work = takeIn();
    wireIn.flush();
    int taken = room() == 0 ? 0 : wireOut.receive(batch, room());
    if (taken > 0) {
      to.transmit(batch);
    }
    to.flush();
    return work + taken;
  }

  private int takeIn() {
    int work = 0;
    for (int i = 0; i < from.size(); i++) {
      from.get(i).receive(batch, BURST);
      work += batch.size();
      dropPieces();
      wireIn.transmit(batch);
    }
    return work;
  }

  /** Packets in several frames: the wire carries single ones. */
  private void dropPieces() {
    int kept = 0;
    boolean goesOn = false;
    for (int i = 0; i < batch.size(); i++) {
      boolean continued = (batch.flags(i) & PacketFlags.CONTINUED) != 0;
      if (continued || goesOn) {
        batch.pool(i).release(batch.offset(i));
        pieces.add(worker, continued ? 0 : 1);
      } else {
        batch.move(i, kept++);
      }
      goesOn = continued;
    }
    batch.truncate(kept);
  }

  /** What finds no room at the card stays on the wire, whose own frames are the limit. */
  private int room() {
    return Math.min(to.freeSlots(), to.pool().available());
  }

  long idleNs(long nowNs) {
    long idleNs = wireOut.idleNs(nowNs);
    if (idleNs == 0 && room() == 0) {
      idleNs = RETRY_NS;
    }
    for (int i = 0; i < from.size(); i++) {
      idleNs = Math.min(idleNs, from.get(i).idleNs(nowNs));
    }
    return idleNs;
  }

  List<RxQueue> from() {
    return from;
  }
}
