package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.core.stream.FifoStream;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.memory.Segment;
import org.sluice.spi.runtime.Timer;

/**
 * Gives back the buffer memory of the idle FIFOs that one worker produces into. Owned by that worker.
 *
 * <p>It watches the sessions whose FIFOs may hold memory, and looks at each once per idle time. A FIFO that was not
 * written since the look before, and has been read, is swept. A session at rest in both directions is not watched any
 * more; it carries {@link SessionFlags#SWEPT} then, which the data path tests together with what it tests anyway, and
 * which brings it back ({@link #watch}) before its next byte. So an idle session costs nothing, however many there are,
 * and a busy one a look per idle time.
 *
 * <p>Only a FIFO's producer may sweep it. A side that belongs to another context is passed over here, but for that of a
 * stream, which lends it ({@link FifoStream#sweep}).
 */
final class FifoSweeper {
  /** A run waits for those that are due soon, so that many sessions do not mean many wake-ups. */
  private static final int RUNS_PER_IDLE_TIME = 16;

  /** Between two runs when one was not enough; the worker's other work goes on meanwhile. */
  private static final long CATCH_UP_NS = 1_000_000;

  /** Of a FIFO not looked at. One that happens to stand there is swept a look too early, which harms nobody. */
  private static final int UNSEEN = -1;

  private final SessionWorker home;
  private final SweepLimits limits;
  private final Timer timer;

  /** In the order in which they are due. */
  private final SessionQueue watched = new SessionQueue(SessionLinks.SWEEP);

  FifoSweeper(SessionWorker home, SweepLimits limits) {
    this.home = home;
    this.limits = limits;
    timer = home.worker().newTimer(this::run);
  }

  /** How many sessions are looked at, counted up to a number. */
  int watched(int most) {
    return watched.count(most);
  }

  /** The FIFOs of a session hold memory or are about to. Whoever is not watched afterwards is never swept. */
  void watch(StackSession session) {
    session.clear(SessionFlags.SWEPT);
    if (limits.idleNs() == 0 || session.isQueued(SessionLinks.SWEEP)) {
      return;
    }
    session.txSeen = UNSEEN;
    session.rxInSeen = UNSEEN;
    append(session, home.worker().nowNs());
    if (!timer.isScheduled()) {
      timer.schedule(session.sweepDueNs);
    }
  }

  private void append(StackSession session, long nowNs) {
    session.sweepDueNs = nowNs + limits.idleNs();
    watched.append(session);
  }

  private void run(long nowNs) {
    StackSession session = watched.first();
    for (int i = 0; i < limits.sessionsPerRun() && session != null && session.sweepDueNs - nowNs <= 0; i++) {
      session.leave(SessionLinks.SWEEP);
      look(session, nowNs);
      session = watched.first();
    }
    if (session == null) {
      return;
    }
    if (session.sweepDueNs - nowNs <= 0) {
      home.counters().sweepLimit.increment(home.index());
      timer.schedule(nowNs + CATCH_UP_NS);
    } else {
      long pauseNs = limits.idleNs() / RUNS_PER_IDLE_TIME;
      timer.schedule(nowNs + Math.max(session.sweepDueNs - nowNs, pauseNs));
    }
  }

  private void look(StackSession session, long nowNs) {
    if (session.streamBinding != null) {
      lookAtStream(session, session.streamBinding.stream());
      append(session, nowNs);
      return;
    }
    FifoProducer tx = own(session.tx);
    FifoProducer rxIn = own(session.rxIn);
    boolean txRests = sweepIfIdle(tx, session.txSeen);
    boolean rxInRests = sweepIfIdle(rxIn, session.rxInSeen);
    if (txRests && rxInRests) {
      session.set(SessionFlags.SWEPT);
      return;
    }
    session.txSeen = tx == null ? UNSEEN : (int) tx.position();
    session.rxInSeen = rxIn == null ? UNSEEN : (int) rxIn.position();
    append(session, nowNs);
  }

  /**
   * Threads write without telling the worker, so their sessions are watched for good; only one whose FIFO is empty and
   * holds memory is held up for a moment.
   */
  private void lookAtStream(StackSession session, FifoStream stream) {
    Segment memory = session.memory;
    if (memory != null && SessionReadiness.content(memory, session.txOffset) == 0
        && Fifo.chunkBytes(memory, session.txOffset) > 0) {
      swept(stream.sweep());
    }
    session.txSeen = UNSEEN;
    session.rxInSeen = sweepIfIdle(own(session.rxIn), session.rxInSeen) || session.rxIn == null
        ? UNSEEN : (int) session.rxIn.position();
  }

  private void swept(long bytes) {
    if (bytes > 0) {
      home.counters().fifosSwept.increment(home.index());
      home.counters().bytesSwept.add(home.index(), bytes);
    }
  }

  private static @Nullable FifoProducer own(@Nullable FifoProducer fifo) {
    return fifo != null && fifo.isOwnedHere() ? fifo : null;
  }

  /** Returns whether the FIFO holds no memory now, or none that is to be given back here. */
  private boolean sweepIfIdle(@Nullable FifoProducer fifo, int seen) {
    if (fifo == null) {
      return true;
    }
    if ((int) fifo.position() != seen || !fifo.isDrained()) {
      return false;
    }
    swept(fifo.sweep());
    return true;
  }
}
