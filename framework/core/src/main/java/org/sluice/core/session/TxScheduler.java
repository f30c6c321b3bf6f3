package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.transport.CustomTx;

/** Decides in which order the sessions of one worker send. Owned by the worker. */
final class TxScheduler {
  private final SessionWorker home;
  private final TxLimits limits;
  private final CustomTx customTx = new CustomTx();
  private @Nullable StackSession head;
  private @Nullable StackSession tail;

  TxScheduler(SessionWorker home, TxLimits limits) {
    this.home = home;
    this.limits = limits;
  }

  void schedule(StackSession session) {
    if (session.txList != 0 || session.connection == null) {
      return;
    }
    session.txList = 1;
    if (tail == null) {
      head = session;
    } else {
      tail.txNext = session;
    }
    tail = session;
  }

  void reschedule(StackSession session) {
    schedule(session);
  }

  void remove(StackSession session) {
    if (session.txList == 0) {
      return;
    }
    StackSession before = null;
    for (StackSession s = head; s != null && s != session; s = s.txNext) {
      before = s;
    }
    if (before == null) {
      head = session.txNext;
    } else {
      before.txNext = session.txNext;
    }
    if (tail == session) {
      tail = before;
    }
    session.txNext = null;
    session.txList = 0;
  }

  int run(long nowNs) {
    int done = 0;
    StackSession last = tail;
    while (last != null && head != null) {
      StackSession session = head;
      remove(session);
      done += send(session);
      if (session == last) {
        break;
      }
    }
    return done;
  }

  long idleNs(long nowNs) {
    return head == null ? Long.MAX_VALUE : 0;
  }

  private int send(StackSession session) {
    if (session.connection == null) {
      return 0;
    }
    TransportEntry transport = session.carrier();
    customTx.begin(limits.burstPackets());
    try {
      return transport.vft().customTx(session.connected(), customTx);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      home.lifecycle().transportFailed(session, transport, "customTx", e);
      return 0;
    }
  }
}
