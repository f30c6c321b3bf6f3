package org.sluice.core.session;

import org.sluice.core.session.TxSender.Next;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.transport.ConnectionFlags;
import org.sluice.spi.transport.TransportConnection;

/**
 * Decides in which order the sessions of one worker send. Owned by the worker; control events went before.
 *
 * <p>Two lists: sessions that have something new to send, and old ones that had a turn and are not done. New ones go
 * first until their packet budget is used, then the old ones that were there before, until theirs is. Who is not done
 * goes to the tail of the old; who could not send for want of tokens or frames goes to their head. So a heavy flow gets
 * one burst per round and a light one waits for at most one round. Sessions that join the lists during a run wait for
 * the next.
 */
final class TxScheduler {
  private final TxSender sender;
  private final TxLimits limits;
  private final SessionQueue fresh = new SessionQueue(SessionLinks.TX);
  private final SessionQueue old = new SessionQueue(SessionLinks.TX);
  private final SessionQueue retried = new SessionQueue(SessionLinks.TX);
  private int run;
  private boolean moreNow;
  private long runNs;
  private long shortestWaitNs = Long.MAX_VALUE;

  TxScheduler(SessionWorker home, TxLimits limits) {
    this.limits = limits;
    sender = new TxSender(home, limits);
  }

  /** There is something to send, or the transport asked for its own turn. */
  void schedule(StackSession session) {
    TransportConnection connection = session.connection;
    if (session.isQueued(SessionLinks.TX) || connection == null || session.has(SessionFlags.LOCAL)) {
      return;
    }
    if (connection.has(ConnectionFlags.DESCHEDULED) && !session.has(SessionFlags.CUSTOM_TX)) {
      return;
    }
    session.txRun = run;
    fresh.append(session);
  }

  /** The transport can send again. */
  void reschedule(StackSession session) {
    TransportConnection connection = session.connection;
    if (connection == null) {
      return;
    }
    connection.clear(ConnectionFlags.DESCHEDULED);
    scheduleWaiting(session);
  }

  /** Schedules a session if it has something to send. */
  void scheduleWaiting(StackSession session) {
    FifoConsumer fifo = session.txOut;
    if (session.has(SessionFlags.FLUSH | SessionFlags.CUSTOM_TX) || fifo != null && fifo.readableBytes() > 0) {
      schedule(session);
    }
  }

  void remove(StackSession session) {
    session.leave(SessionLinks.TX);
  }

  /** Sessions that have something to send: the new ones, and those that had their turn and have more. */
  int queued(boolean isNew, int most) {
    return isNew ? fresh.count(most) : Math.min(most, old.count(most) + retried.count(most));
  }

  int run(long nowNs) {
    if (fresh.isEmpty() && old.isEmpty()) {
      return 0;
    }
    run++;
    moreNow = false;
    runNs = nowNs;
    shortestWaitNs = Long.MAX_VALUE;
    int done = drain(fresh, nowNs) + drain(old, nowNs);
    old.prependAll(retried);
    return done;
  }

  /** Serves the sessions that were in a list before this run, until the budget is used; returns what was done. */
  private int drain(SessionQueue queue, long nowNs) {
    int packets = 0;
    for (StackSession session = queue.first(); session != null && session.txRun != run; session = queue.first()) {
      if (packets >= limits.packetsPerTurn()) {
        moreNow = true;
        break;
      }
      session.leave(SessionLinks.TX);
      long handle = session.handle;
      Next next = sender.send(session, nowNs);
      packets += sender.packets();
      // What the transport was asked may have freed the session, or put it back on a list.
      if (next != Next.LEAVE && session.handle == handle && !session.isQueued(SessionLinks.TX)) {
        requeue(session, next);
      }
    }
    return packets;
  }

  private void requeue(StackSession session, Next next) {
    session.txRun = run;
    if (next == Next.HEAD) {
      retried.append(session);
    } else {
      old.append(session);
    }
    if (sender.waitNs() == 0) {
      moreNow = true;
    } else {
      shortestWaitNs = Math.min(shortestWaitNs, sender.waitNs());
    }
  }

  /** How long nobody can send: until new work comes, tokens have accrued, or it is time to ask again. */
  long idleNs(long nowNs) {
    if (!fresh.isEmpty()) {
      return 0;
    }
    if (old.isEmpty()) {
      return Long.MAX_VALUE;
    }
    // What is left was left by the last run. Times are compared by difference: they may be negative.
    return moreNow ? 0 : Math.max(0, shortestWaitNs - (nowNs - runNs));
  }
}
