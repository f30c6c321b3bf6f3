package org.sluice.core.nic;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.nic.TxQueue;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Worker;

/**
 * A card whose frames can be written to a file. While no capture runs it costs a look at one field for each burst.
 * While one runs, frames are copied to a ring for each queue, which a thread empties; workers never wait for it, and
 * what finds no room is missing in the file and counted. A frame that the card, the wire or a {@link FaultNic} below
 * drops has a comment that says so.
 */
public final class CaptureNic extends NicDecorator {
  /** The length of a file unless told otherwise. */
  public static final long DEFAULT_MAX_BYTES = 100_000_000;

  /** The size of each queue's ring unless told otherwise. */
  public static final int DEFAULT_RING_BYTES = 1 << 22;

  /** The smallest ring: it holds a few frames of any size. */
  public static final int MIN_RING_BYTES = 1 << 18;

  /** The largest ring. */
  public static final int MAX_RING_BYTES = 1 << 30;

  private static final int NANOS_PER_MICRO = 1_000;

  private final Clock clock;
  private final Counter missed;
  private final Counter unwritten;
  private final List<CaptureRx> rxQueues = new ArrayList<>();
  private final List<CaptureTx> txQueues = new ArrayList<>();
  private @Nullable Capture running;
  private boolean isClosed;

  /**
   * Makes a card ready to be captured.
   *
   * @param card the card, closed with this one
   * @param workers those its queues were given to, as at its opening
   * @param clock of these workers
   * @param counters where frames that are missing in files are counted
   */
  public CaptureNic(Nic card, List<Worker> workers, Clock clock, Counters counters) {
    super(card);
    this.clock = clock;
    missed = counters.counter("capture.missed", "Frames missing in a capture because its buffer was full");
    unwritten = counters.counter("capture.unwritten", "Frames missing in a capture because its file was full");
    for (int i = 0; i < card.capabilities().rxQueues(); i++) {
      rxQueues.add(new CaptureRx(card.rxQueue(i), workers.get(i % workers.size())));
    }
    for (int i = 0; i < card.capabilities().txQueues(); i++) {
      txQueues.add(new CaptureTx(card.txQueue(i), workers.get(i % workers.size())));
    }
  }

  /**
   * Begins a capture. Any thread that may block.
   *
   * @param file where to write; what is there is overwritten
   * @param maxBytes how long the file may become, at least a kilobyte; later frames are counted only
   * @param ringBytes the size of each queue's ring, {@link #MIN_RING_BYTES} to {@link #MAX_RING_BYTES}
   * @throws IOException when the file cannot be written
   * @throws IllegalStateException when a capture runs already, or the card is closed
   */
  public synchronized void start(Path file, long maxBytes, int ringBytes) throws IOException {
    if (running != null || isClosed) {
      throw new IllegalStateException(isClosed ? name() + " is closed" : "a capture of " + name() + " runs already");
    }
    if (maxBytes < CaptureFile.MIN_BYTES || ringBytes < MIN_RING_BYTES || ringBytes > MAX_RING_BYTES) {
      throw new IllegalArgumentException(maxBytes + " bytes of file, " + ringBytes + " of ring");
    }
    long epochNs = clock.epochMicros() * NANOS_PER_MICRO - clock.nanoTime();
    CaptureFile made = new CaptureFile(file, name(), macAddress(), maxBytes, epochNs);
    int size = Integer.highestOneBit(ringBytes);
    List<CaptureRing> rings = new ArrayList<>();
    rxQueues.forEach(queue -> rings.add(new CaptureRing(queue.owner, CaptureRing.INBOUND, size, missed)));
    txQueues.forEach(queue -> rings.add(new CaptureRing(queue.owner, CaptureRing.OUTBOUND, size, missed)));
    Capture capture = new Capture(file, made, rings, clock, unwritten);
    capture.start();
    running = capture;
    for (int i = 0; i < rings.size(); i++) {
      if (i < rxQueues.size()) {
        rxQueues.get(i).ring = rings.get(i);
      } else {
        txQueues.get(i - rxQueues.size()).ring = rings.get(i);
      }
    }
  }

  /**
   * Ends the capture. Frames of a burst that is under way may be missing. Any thread; does not block.
   *
   * @return completes, on the thread of the capture, when the file is closed; null when there is no capture
   */
  public synchronized @Nullable CompletableFuture<CaptureSummary> stop() {
    rxQueues.forEach(queue -> queue.ring = null);
    txQueues.forEach(queue -> queue.ring = null);
    Capture ending = running;
    running = null;
    return ending == null ? null : ending.stop();
  }

  /**
   * Whether a capture runs. Any thread.
   *
   * @return true from {@link #start} to {@link #stop}
   */
  public synchronized boolean isCapturing() {
    return running != null;
  }

  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
      var _ = stop();
    }
    super.close();
  }

  @Override
  public RxQueue rxQueue(int index) {
    return rxQueues.get(index);
  }

  @Override
  public TxQueue txQueue(int index) {
    return txQueues.get(index);
  }

  /** Copies what is received. */
  private static final class CaptureRx implements RxQueue, DropListener {
    private final RxQueue queue;
    private final Worker owner;
    private volatile @Nullable CaptureRing ring;

    CaptureRx(RxQueue queue, Worker owner) {
      this.queue = queue;
      this.owner = owner;
      if (queue instanceof DropTeller teller) {
        teller.tellDrops(this);
      }
    }

    @Override
    public int receive(PacketBatch batch, int limit) {
      CaptureRing to = ring;
      if (to == null) {
        return queue.receive(batch, limit);
      }
      int first = batch.size();
      int received = queue.receive(batch, limit);
      for (int i = first; i < batch.size(); i++) {
        to.record(batch, i, timeNs(batch, i), DropReason.NONE);
      }
      to.publish();
      return received;
    }

    @Override
    public void onDrop(PacketBatch batch, int i, DropReason reason) {
      CaptureRing to = ring;
      if (to != null) {
        to.record(batch, i, timeNs(batch, i), reason);
      }
    }

    private long timeNs(PacketBatch batch, int i) {
      return batch.rxTimestampNs(i) == 0 ? owner.nowNs() : batch.rxTimestampNs(i);
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

  /** Copies what is sent, before, and marks afterwards what was dropped. */
  private static final class CaptureTx implements TxQueue, DropListener {
    private final TxQueue queue;
    private final Worker owner;
    private final boolean tellsDrops;
    private volatile @Nullable CaptureRing ring;

    /** The ring of the burst that is being sent, and where its frames stand in it. */
    private @Nullable CaptureRing present;

    private int[] places = {};

    CaptureTx(TxQueue queue, Worker owner) {
      this.queue = queue;
      this.owner = owner;
      tellsDrops = queue instanceof DropTeller;
      if (queue instanceof DropTeller teller) {
        teller.tellDrops(this);
      }
    }

    @Override
    public PacketPool pool() {
      return queue.pool();
    }

    @Override
    public int transmit(PacketBatch batch) {
      CaptureRing to = ring;
      return to == null ? queue.transmit(batch) : captured(batch, to);
    }

    private int captured(PacketBatch batch, CaptureRing to) {
      if (places.length < batch.capacity()) {
        places = new int[batch.capacity()];
      }
      int given = batch.size();
      for (int i = 0; i < given; i++) {
        places[i] = to.record(batch, i, owner.nowNs(), DropReason.NONE);
      }
      present = to;
      int accepted = queue.transmit(batch);
      // A card that does not tell takes frames in their order until it has no slot left.
      for (int i = accepted; i < given && !tellsDrops; i++) {
        mark(i, DropReason.QUEUE_FULL);
      }
      present = null;
      to.publish();
      return accepted;
    }

    @Override
    public void onDrop(PacketBatch batch, int i, DropReason reason) {
      mark(i, reason);
    }

    private void mark(int i, DropReason reason) {
      CaptureRing to = present;
      if (to != null && places[i] >= 0) {
        to.reason(places[i], reason);
      }
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
