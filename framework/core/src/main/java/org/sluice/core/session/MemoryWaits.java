package org.sluice.core.session;

import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.session.SessionState;

/**
 * Applications that asked for room and have it, but not the memory to fill it: other FIFOs of the segment hold that.
 * Told at once they would find out, ask again, and so on in each turn. Those FIFOs belong to other workers, threads or
 * processes too, which give memory back without telling; so memory is looked for now and then. Owned by one worker.
 */
final class MemoryWaits {
  /** Between two looks. Shorter than anybody notices, and long enough to cost nothing. */
  static final long LOOK_NS = 5_000_000;

  /** The most sessions of one look; the others are first in the next one. */
  private static final int SESSIONS_PER_LOOK = 256;

  private final SessionWorker home;
  private final Timer timer;
  private final SessionQueue waiting = new SessionQueue(SessionLinks.MEMORY);
  /** How many bytes those that wait want to write, by slot: few ever do, and none of the others pays for it. */
  private final Int2IntOpenHashMap wanted = new Int2IntOpenHashMap();

  MemoryWaits(SessionWorker home) {
    this.home = home;
    timer = home.worker().newTimer(this::look);
  }

  /**
   * Tells the application of a session that it can write, as soon as there is memory for it.
   *
   * @param fifo its tx FIFO, which has room
   * @param bytes how much it wants to write
   */
  void tellOrWait(StackSession session, FifoProducer fifo, int bytes) {
    if (isMemoryFree(fifo, bytes)) {
      FifoNotices.writable(session);
      return;
    }
    wanted.put(session.slot, bytes);
    if (!session.isQueued(SessionLinks.MEMORY)) {
      home.counters().memoryWaits.increment(home.index());
      waiting.append(session);
      if (!timer.isScheduled()) {
        timer.schedule(home.worker().nowNs() + LOOK_NS);
      }
    }
  }

  private static boolean isMemoryFree(FifoProducer fifo, int bytes) {
    if (fifo.hasMemoryFor(bytes)) {
      return true;
    }
    // What the FIFO itself keeps for later may be what is missing.
    return fifo.sweep() > 0 && fifo.hasMemoryFor(bytes);
  }

  private void look(long nowNs) {
    StackSession firstKept = null;
    StackSession session = waiting.first();
    for (int i = 0; i < SESSIONS_PER_LOOK && session != null && session != firstKept; i++) {
      session.leave(SessionLinks.MEMORY);
      if (settle(session)) {
        wanted.remove(session.slot);
      } else {
        waiting.append(session);
        firstKept = firstKept == null ? session : firstKept;
      }
      session = waiting.first();
    }
    if (!waiting.isEmpty()) {
      timer.schedule(nowNs + LOOK_NS);
    }
  }

  /** Whether it needs not wait any more: it is told, or nothing can be written any more. */
  private boolean settle(StackSession session) {
    @Nullable FifoProducer fifo = session.tx;
    if (fifo == null || session.isWriteRefused() || session.state.compareTo(SessionState.TRANSPORT_CLOSED) >= 0) {
      return true;
    }
    if (!isMemoryFree(fifo, wanted.get(session.slot))) {
      return false;
    }
    FifoNotices.writable(session);
    return true;
  }
}
