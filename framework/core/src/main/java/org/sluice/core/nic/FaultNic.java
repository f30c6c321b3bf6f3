package org.sluice.core.nic;

import java.util.ArrayList;
import java.util.List;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.nic.TxQueue;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Worker;

/**
 * A card that drops the frames that rules say, before they are sent or after they were received. To the sender a
 * dropped frame was accepted. For tests and for whoever wants to see what his service does then.
 */
public final class FaultNic extends NicDecorator {
  private final List<FaultRx> rxQueues = new ArrayList<>();
  private final List<FaultTx> txQueues = new ArrayList<>();

  /**
   * Puts rules around a card.
   *
   * @param card the card, closed with this one
   * @param workers those its queues were given to, as at its opening
   * @param rxRules which received frames are dropped
   * @param txRules which sent frames are dropped
   * @param counters where they are counted
   */
  public FaultNic(Nic card, List<Worker> workers, List<FaultRule> rxRules, List<FaultRule> txRules, Counters counters) {
    super(card);
    Counter dropped = counters.counter("fault.dropped", "Frames that a fault rule dropped");
    for (int i = 0; i < card.capabilities().rxQueues(); i++) {
      Worker owner = workers.get(i % workers.size());
      rxQueues.add(new FaultRx(card.rxQueue(i), owner, new FaultSieve(rxRules), dropped));
    }
    for (int i = 0; i < card.capabilities().txQueues(); i++) {
      Worker owner = workers.get(i % workers.size());
      txQueues.add(new FaultTx(card.txQueue(i), owner, new FaultSieve(txRules), dropped));
    }
  }

  @Override
  public RxQueue rxQueue(int index) {
    return rxQueues.get(index);
  }

  @Override
  public TxQueue txQueue(int index) {
    return txQueues.get(index);
  }

  /** Receives what passes. */
  private static final class FaultRx implements RxQueue, DropTeller {
    private final RxQueue queue;
    private final Worker owner;
    private final FaultSieve sieve;
    private final Counter dropped;
    private DropListener listener = (batch, i, reason) -> {};

    FaultRx(RxQueue queue, Worker owner, FaultSieve sieve, Counter dropped) {
      this.queue = queue;
      this.owner = owner;
      this.sieve = sieve;
      this.dropped = dropped;
    }

    @Override
    public void tellDrops(DropListener told) {
      listener = told;
      if (queue instanceof DropTeller teller) {
        teller.tellDrops(told);
      }
    }

    @Override
    public int receive(PacketBatch batch, int limit) {
      int first = batch.size();
      queue.receive(batch, limit);
      int kept = first;
      for (int i = first; i < batch.size(); i++) {
        if (sieve.drops(batch, i)) {
          dropped.increment(owner.index());
          listener.onDrop(batch, i, DropReason.FAULT);
          batch.pool(i).release(batch.offset(i));
        } else {
          batch.move(i, kept++);
        }
      }
      batch.truncate(kept);
      return kept - first;
    }

    @Override
    public int pollDescriptor() {
      return queue.pollDescriptor();
    }

    @Override
    public long idleNs(long nowNs) {
      return queue.idleNs(nowNs);
    }
  }

  /** Sends what passes. */
  private static final class FaultTx implements TxQueue, DropTeller {
    private final TxQueue queue;
    private final Worker owner;
    private final FaultSieve sieve;
    private final Counter dropped;
    private final boolean tellsDrops;
    private DropListener listener = (batch, i, reason) -> {};

    /** Where the frames that are passed on stood in the batch that was given to this queue. */
    private int[] origins = {};

    FaultTx(TxQueue queue, Worker owner, FaultSieve sieve, Counter dropped) {
      this.queue = queue;
      tellsDrops = queue instanceof DropTeller;
      this.owner = owner;
      this.sieve = sieve;
      this.dropped = dropped;
    }

    @Override
    public void tellDrops(DropListener told) {
      listener = told;
      if (queue instanceof DropTeller teller) {
        teller.tellDrops((batch, i, reason) -> told.onDrop(batch, origins[i], reason));
      }
    }

    @Override
    public PacketPool pool() {
      return queue.pool();
    }

    @Override
    public int transmit(PacketBatch batch) {
      if (origins.length < batch.capacity()) {
        origins = new int[batch.capacity()];
      }
      int kept = 0;
      int given = batch.size();
      for (int i = 0; i < given; i++) {
        if (sieve.drops(batch, i)) {
          dropped.increment(owner.index());
          listener.onDrop(batch, i, DropReason.FAULT);
          batch.pool(i).release(batch.offset(i));
        } else {
          origins[kept] = i;
          batch.move(i, kept++);
        }
      }
      batch.truncate(kept);
      int accepted = queue.transmit(batch);
      // A card that does not tell takes frames in their order until it has no slot left.
      for (int i = accepted; i < kept && !tellsDrops; i++) {
        listener.onDrop(batch, origins[i], DropReason.QUEUE_FULL);
      }
      return given - kept + accepted;
    }

    @Override
    public void flush() {
      queue.flush();
    }

    @Override
    public int freeSlots() {
      return queue.freeSlots();
    }
  }
}
