package org.sluice.benchmarks.sidebyside.peers;

import java.lang.foreign.Arena;
import org.jctools.queues.SpscArrayQueue;
import org.sluice.benchmarks.sidebyside.harness.Intake;
import org.sluice.benchmarks.sidebyside.harness.NativeMemory;
import org.sluice.benchmarks.sidebyside.harness.StreamPeer;
import org.sluice.benchmarks.sidebyside.harness.Traffic;

/** Two queues of JCTools, one for filled buffers and one for those that come back. */
public final class JctoolsStream implements StreamPeer {
  private final Arena arena = Arena.ofShared();
  private final SpscArrayQueue<Message> filled;
  private final SpscArrayQueue<Message> free;
  private final long source;
  private final int messageBytes;
  private final int messagesPerCall;
  private final Intake intake;

  /** A buffer of the pool. */
  private record Message(long address) {}

  /**
   * Makes the queues and the pool.
   *
   * @param traffic what they carry
   */
  public JctoolsStream(Traffic traffic) {
    source = traffic.source().address();
    messageBytes = traffic.messageBytes();
    messagesPerCall = traffic.messagesPerCall();
    intake = traffic.intake();
    int messages = Traffic.CAPACITY_BYTES / messageBytes;
    filled = new SpscArrayQueue<>(messages);
    free = new SpscArrayQueue<>(messages);
    long pool = arena.allocate(Traffic.CAPACITY_BYTES, 128).address();
    for (int i = 0; i < messages; i++) {
      free.offer(new Message(pool + (long) i * messageBytes));
    }
  }

  @Override
  public long write(int messages) {
    int count = 0;
    while (count < messages) {
      Message message = free.poll();
      if (message == null) {
        break;
      }
      NativeMemory.copy(source, message.address, messageBytes);
      filled.offer(message);
      count++;
    }
    return (long) count * messageBytes;
  }

  @Override
  public long read() {
    int count = 0;
    while (count < messagesPerCall) {
      Message message = filled.poll();
      if (message == null) {
        break;
      }
      intake.take(message.address, messageBytes);
      free.offer(message);
      count++;
    }
    return (long) count * messageBytes;
  }

  @Override
  public void close() {
    arena.close();
  }
}
