package org.sluice.testkit.nic;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.sluice.core.runtime.WorkerSet;
import org.sluice.spi.nic.Nic;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.TxQueue;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Worker;
import org.sluice.testkit.runtime.DeterministicRuntime;

/**
 * Workers in virtual time that move packets. They sleep as workers do: a frame that comes without waking its worker,
 * and without its queue saying when it is due, is not received.
 */
public final class NicWorld {
  private final DeterministicRuntime runtime;
  private final WorkerSet workers;
  private final List<NicDuties> duties;
  private final List<ReceivedFrame> received = new ArrayList<>();

  /**
   * Makes idle workers.
   *
   * @param seed decides the order of their turns and all randomness
   * @param count how many
   */
  public NicWorld(long seed, int count) {
    runtime = new DeterministicRuntime(seed);
    long startNs = runtime.clock().nanoTime();
    workers = WorkerSet.builder().count(count).clock(runtime.clock()).build();
    duties = IntStream.range(0, count).mapToObj(i -> new NicDuties(startNs, received)).toList();
    for (int i = 0; i < count; i++) {
      workers.worker(i).duties(duties.get(i));
    }
    runtime.add(workers);
  }

  /**
   * Who the queues of cards are given to.
   *
   * @return the workers
   */
  public List<Worker> workers() {
    return IntStream.range(0, workers.count()).<Worker>mapToObj(workers::worker).toList();
  }

  /**
   * Where cards count.
   *
   * @return counters of the stack's own scope
   */
  public Counters counters() {
    return workers.counters().scope(WorkerSet.OWN_SCOPE);
  }

  /**
   * What a counter says.
   *
   * @param name without its scope
   * @return its value; 0 for one that nobody made
   */
  public long count(String name) {
    return counters().counter(name, "").value();
  }

  /**
   * The clock of the workers.
   *
   * @return the clock
   */
  public Clock clock() {
    return runtime.clock();
  }

  /**
   * Randomness for a card.
   *
   * @return a generator of its own
   */
  public RandomGenerator random() {
    return runtime.newRandom();
  }

  /**
   * The time since the world began.
   *
   * @return nanoseconds
   */
  public long elapsedNs() {
    return runtime.clock().elapsedNs();
  }

  // ---- Cards.

  /**
   * Gives the queues of a card to the workers.
   *
   * @param nic an open card; queue {@code i} goes to worker {@code i % count}
   */
  public void attach(Nic nic) {
    for (int i = 0; i < nic.capabilities().rxQueues(); i++) {
      duties.get(i % duties.size()).poll(i, nic.rxQueue(i));
    }
    for (int i = 0; i < nic.capabilities().txQueues(); i++) {
      duties.get(i % duties.size()).flush(nic.txQueue(i));
    }
  }

  /** Takes the queues of all cards from the workers. */
  public void detachAll() {
    duties.forEach(NicDuties::forget);
  }

  /**
   * What was received so far.
   *
   * @return the frames in the order of their turns; a live list that the test may clear
   */
  public List<ReceivedFrame> received() {
    return received;
  }

  // ---- Running.

  /**
   * Adds workers that were not started, of a bridge for example. They are to have {@link #clock}.
   *
   * @param others they take turns from now on
   */
  public void run(WorkerSet others) {
    runtime.add(others);
  }

  /**
   * Does something on a worker in a turn of its own, and runs all that follows from it at this moment.
   *
   * @param worker its index
   * @param task what to do
   */
  public void on(int worker, Runnable task) {
    duties.get(worker).add(task);
    workers.worker(worker).wake();
    runtime.runUntilIdle();
  }

  /**
   * Lets time pass, with all that comes due.
   *
   * @param duration how much
   */
  public void advance(Duration duration) {
    runtime.advance(duration);
  }

  /**
   * Sends frames in one burst and one turn.
   *
   * @param worker the worker of the queue
   * @param queue where to
   * @param frames their bytes
   * @return how many were accepted
   */
  public int send(int worker, TxQueue queue, List<byte[]> frames) {
    int[] accepted = {0};
    on(worker, () -> {
      PacketBatch batch = new PacketBatch(Math.max(1, frames.size()));
      frames.forEach(frame -> add(batch, queue, frame));
      accepted[0] = queue.transmit(batch);
      if (batch.size() != 0) {
        throw new AssertionError("transmit left " + batch.size() + " packets in the batch");
      }
    });
    return accepted[0];
  }

  /**
   * Puts bytes into a frame of a queue's pool and appends it to a batch.
   *
   * @param batch where to append
   * @param queue whose pool has a free frame
   * @param bytes the frame
   */
  public static void add(PacketBatch batch, TxQueue queue, byte[] bytes) {
    long offset = queue.pool().allocate();
    if (offset < 0) {
      throw new AssertionError("no frame is free");
    }
    MemorySegment.copy(bytes, 0, queue.pool().memory(), ValueLayout.JAVA_BYTE, offset, bytes.length);
    batch.add(queue.pool(), offset, bytes.length, 0);
  }
}
