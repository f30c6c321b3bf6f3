package org.sluice.plugin.tcp;

/**
 * The four timers of a connection: retransmission or persist, delayed acknowledgement, the waiting states, keep-alive.
 * The wheel knows the earliest deadline alone; one that moves later is seen when the old one fires, so that data and
 * acknowledgements cost a store each.
 */
final class TcpTimers {
  private final TcpWorker home;
  private TcpConfig config;

  TcpTimers(TcpWorker home) {
    this.home = home;
    config = home.config;
  }

  /** Goes on with other settings. */
  void configure(TcpConfig changed) {
    config = changed;
  }

  // ---- Setting.

  /** Something is in flight. */
  void sent(TcpConnection c) {
    if (c.rexmitAtNs == TcpConnection.NEVER || c.is(TcpConnection.PERSIST)) {
      c.off(TcpConnection.PERSIST);
      c.rexmitAtNs = now() + timeout(c);
      arm(c, c.rexmitAtNs);
    }
  }

  /** Something new was acknowledged (RFC 6298 section 5.3). */
  void acknowledged(TcpConnection c) {
    c.off(TcpConnection.PERSIST);
    if (c.flight() == 0) {
      c.rexmitAtNs = TcpConnection.NEVER;
    } else {
      c.rexmitAtNs = now() + timeout(c);
      arm(c, c.rexmitAtNs);
    }
  }

  /** There were no frames to send again from. */
  void retry(TcpConnection c) {
    c.rexmitAtNs = now() + config.rtoMinNs();
    arm(c, c.rexmitAtNs);
  }

  /** The peer's window lets nothing through, and nothing is in flight that would be answered. */
  void persist(TcpConnection c) {
    if (c.rexmitAtNs == TcpConnection.NEVER) {
      c.on(TcpConnection.PERSIST);
      c.rexmitAtNs = now() + timeout(c);
      arm(c, c.rexmitAtNs);
    }
  }

  void delayAck(TcpConnection c) {
    if (c.ackAtNs == TcpConnection.NEVER) {
      c.ackAtNs = now() + config.delayedAckNs();
      arm(c, c.ackAtNs);
    }
  }

  void waitFor(TcpConnection c, long durationNs) {
    c.waitAtNs = now() + durationNs;
    arm(c, c.waitAtNs);
  }

  /** Starts keep-alive anew with the connection's idle time, or ends it. */
  void keepAlive(TcpConnection c) {
    c.keepAliveProbesSent = 0;
    c.keepAliveAtNs = c.keepAliveNs == 0 ? TcpConnection.NEVER : now() + c.keepAliveNs;
    arm(c, c.keepAliveAtNs);
  }

  /** All timers end. */
  void stop(TcpConnection c) {
    c.rexmitAtNs = TcpConnection.NEVER;
    c.ackAtNs = TcpConnection.NEVER;
    c.waitAtNs = TcpConnection.NEVER;
    c.keepAliveAtNs = TcpConnection.NEVER;
    c.timer.cancel();
  }

  private void arm(TcpConnection c, long atNs) {
    if (atNs != TcpConnection.NEVER && (!c.timer.isScheduled() || c.timer.deadlineNs() - atNs > 0)) {
      c.timer.schedule(atNs);
    }
  }

  private long timeout(TcpConnection c) {
    return Math.min(c.rtoNs << Math.min(c.backoff, 30), config.rtoMaxNs());
  }

  private long now() {
    return home.worker.nowNs();
  }

  // ---- Firing.

  void expired(TcpConnection c, long nowNs) {
    if (isDue(c.ackAtNs, nowNs)) {
      c.ackAtNs = TcpConnection.NEVER;
      home.output.acknowledge(c);
    }
    if (isDue(c.rexmitAtNs, nowNs)) {
      c.rexmitAtNs = TcpConnection.NEVER;
      if (c.is(TcpConnection.PERSIST)) {
        probe(c);
      } else {
        retransmit(c);
      }
    }
    if (isDue(c.waitAtNs, nowNs)) {
      c.waitAtNs = TcpConnection.NEVER;
      home.counters.finWait2Timeouts.increment(home.index);
      home.close.abort(c);
    }
    if (isDue(c.keepAliveAtNs, nowNs)) {
      keepAliveDue(c, nowNs);
    }
    arm(c, c.rexmitAtNs);
    arm(c, c.ackAtNs);
    arm(c, c.waitAtNs);
    arm(c, c.keepAliveAtNs);
  }

  private static boolean isDue(long atNs, long nowNs) {
    return atNs != TcpConnection.NEVER && atNs - nowNs <= 0;
  }

  private void retransmit(TcpConnection c) {
    if (c.flight() == 0) {
      return;
    }
    home.counters.timeouts.increment(home.index);
    if (++c.retries > config.retransmitLimit()) {
      home.counters.aborts.increment(home.index);
      home.close.abort(c);
      return;
    }
    if (c.backoff < Byte.MAX_VALUE) {
      c.backoff++;
    }
    home.recovery.timeout(c);
    sent(c);
  }

  private void probe(TcpConnection c) {
    if (c.sndWnd > 0) {
      // The window is open a little, and has not opened further: what fits goes (RFC 9293 section 3.8.6.2.1).
      c.off(TcpConnection.PERSIST);
      c.on(TcpConnection.FLUSH);
      home.sessions.reschedule(c);
      return;
    }
    if (++c.retries > config.persistLimit()) {
      home.counters.persistAborts.increment(home.index);
      home.close.abort(c);
      return;
    }
    if (c.backoff < Byte.MAX_VALUE) {
      c.backoff++;
    }
    home.output.probe(c);
    persist(c);
  }

  private void keepAliveDue(TcpConnection c, long nowNs) {
    long idleUntilNs = c.lastHeardNs + c.keepAliveNs;
    if (idleUntilNs - nowNs > 0) {
      c.keepAliveProbesSent = 0;
      c.keepAliveAtNs = idleUntilNs;
      return;
    }
    if (c.keepAliveProbesSent == config.keepAliveProbes()) {
      home.counters.keepAliveAborts.increment(home.index);
      home.close.abort(c);
      return;
    }
    c.keepAliveProbesSent++;
    home.output.probe(c);
    c.keepAliveAtNs = nowNs + config.keepAliveIntervalNs();
  }
}
