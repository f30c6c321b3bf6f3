package org.sluice.core.session;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.ExecutionContext;

/**
 * The sides of FIFOs that ended sessions of one worker have left, for its next ones, so that opening a session
 * allocates nothing. Oldest first: an application that holds on to a side for too long has another session's, but late,
 * just as with its reference to the session. As many are kept as the kept sessions need. Owned by the worker.
 */
final class FifoSides {
  private final ExecutionContext owner;
  private final int mostKept;
  private final ArrayDeque<FifoConsumer> consumers = new ArrayDeque<>();
  private final ArrayDeque<FifoProducer> producers = new ArrayDeque<>();

  /** For a worker with so many sessions at most. */
  FifoSides(ExecutionContext owner, int maxSessions) {
    this.owner = owner;
    mostKept = 2 * SessionPool.kept(maxSessions);
  }

  /** The reading side of a FIFO. */
  FifoConsumer consumer(Segment memory, long offset) {
    FifoConsumer kept = consumers.poll();
    if (kept == null) {
      return FifoConsumer.attach(memory, offset, owner);
    }
    kept.reattach(memory, offset, owner);
    return kept;
  }

  /** The writing side of a FIFO. */
  FifoProducer producer(Segment memory, long offset) {
    FifoProducer kept = producers.poll();
    if (kept == null) {
      return FifoProducer.attach(memory, offset, owner);
    }
    kept.reattach(memory, offset, owner);
    return kept;
  }

  /** Ends a side and keeps it, unless it was handed to another context, which may still use it. */
  void leave(@Nullable FifoConsumer side) {
    if (side != null) {
      boolean ours = side.isOwnedHere();
      side.leave();
      if (ours && consumers.size() < mostKept) {
        consumers.add(side);
      }
    }
  }

  /** The same for a writing side. */
  void leave(@Nullable FifoProducer side) {
    if (side != null) {
      boolean ours = side.isOwnedHere();
      side.leave();
      if (ours && producers.size() < mostKept) {
        producers.add(side);
      }
    }
  }
}
