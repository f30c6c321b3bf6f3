package org.sluice.testkit.nic;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.sluice.core.runtime.WorkerDuties;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.nic.RxQueue;
import org.sluice.spi.nic.TxQueue;

/** What a worker of a {@link NicWorld} does in a turn: runs tasks of the test, receives, and flushes what was sent. */
final class NicDuties implements WorkerDuties {
  private static final int BURST = 32;

  /** Of a frame in several buffers. */
  private final ByteArrayOutputStream pieces = new ByteArrayOutputStream();
  private final long startNs;
  private final List<ReceivedFrame> received;
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<Incoming> incoming = new ArrayList<>();
  private final List<TxQueue> outgoing = new ArrayList<>();
  private final PacketBatch batch = new PacketBatch(BURST);

  private record Incoming(int number, RxQueue queue) {}

  NicDuties(long startNs, List<ReceivedFrame> received) {
    this.startNs = startNs;
    this.received = received;
  }

  void add(Runnable task) {
    tasks.add(task);
  }

  void poll(int number, RxQueue queue) {
    incoming.add(new Incoming(number, queue));
  }

  void flush(TxQueue queue) {
    outgoing.add(queue);
  }

  void forget() {
    incoming.clear();
    outgoing.clear();
  }

  @Override
  public int receive(long nowNs) {
    int work = 0;
    for (Incoming from : incoming) {
      work += from.queue.receive(batch, BURST);
      for (int i = 0; i < batch.size(); i++) {
        take(from.number, i, nowNs);
      }
      batch.clear();
    }
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
      work++;
    }
    return work;
  }

  private void take(int queue, int i, long nowNs) {
    pieces.writeBytes(
        batch.pool(i).memory().asSlice(batch.offset(i), batch.length(i)).toArray(ValueLayout.JAVA_BYTE));
    if ((batch.flags(i) & PacketFlags.CONTINUED) != 0) {
      batch.pool(i).release(batch.offset(i));
      return;
    }
    byte[] bytes = pieces.toByteArray();
    pieces.reset();
    long stampedNs = batch.rxTimestampNs(i) == 0 ? 0 : batch.rxTimestampNs(i) - startNs;
    received.add(new ReceivedFrame(queue, nowNs - startNs, stampedNs, batch.flowHash(i), bytes));
    batch.pool(i).release(batch.offset(i));
  }

  @Override
  public int transmit(long nowNs) {
    outgoing.forEach(TxQueue::flush);
    return 0;
  }

  @Override
  public long idleNs(long nowNs) {
    long idleNs = tasks.isEmpty() ? Long.MAX_VALUE : 0;
    for (Incoming from : incoming) {
      idleNs = Math.min(idleNs, from.queue.idleNs(nowNs));
    }
    return idleNs;
  }
}
