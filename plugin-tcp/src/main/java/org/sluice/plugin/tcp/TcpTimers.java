package org.sluice.plugin.tcp;

import org.sluice.plugin.tcp.recovery.RackTlp;

/**
 * The timers of a connection: retransmission, persist or the end of the sender's loan; tail loss probe or reordering;
 * delayed acknowledgement; the waiting states; keep-alive.
 * The wheel knows the earliest deadline alone; one that moves later is seen when the old one fires, so that data and
 * acknowledgements cost a store each.
 */
final class TcpTimers {
  /** How long a connection keeps its sender when nothing is in flight: its window has aged by then. */
  private static final long LINGER_NS = 3_000_000_000L;
  private static final int MAX_SHIFT = 20;

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
  void sent(TcpConnection c, Sender q) {
    if (c.rexmitAtNs == TcpConnection.NEVER || c.is(TcpConnection.PERSIST | TcpConnection.LINGER)) {
      c.off(TcpConnection.PERSIST | TcpConnection.LINGER);
      startRetransmission(c, q);
    }
    probe(c, q);
  }

  /**
   * Something was acknowledged (RFC 6298 section 5.3).
   *
   * @param advances whether cumulatively
   */
  void acknowledged(TcpConnection c, Sender q, boolean advances) {
    if (c.sndUna == c.sndNxt) {
      c.off(TcpConnection.PERSIST | TcpConnection.STARVED);
      c.on(TcpConnection.LINGER);
      q.probeAtNs = TcpConnection.NEVER;
      c.rexmitAtNs = now() + LINGER_NS;
      arm(c, c.rexmitAtNs);
      return;
    }
    if (advances) {
      startRetransmission(c, q);
    }
    probe(c, q);
  }

  private void startRetransmission(TcpConnection c, Sender q) {
    c.off(TcpConnection.STARVED);
    c.rexmitAtNs = now() + q.rtt.rtoUs() * TcpWorker.NS_PER_US;
    arm(c, c.rexmitAtNs);
  }

  /** A tail loss probe is out: the retransmission timer waits for its answer. */
  void probed(TcpConnection c, Sender q) {
    startRetransmission(c, q);
    q.probeAtNs = TcpConnection.NEVER;
  }

  /** Sets the tail loss probe, where there can be one (RFC 8985 section 7.2). */
  private void probe(TcpConnection c, Sender q) {
    if (q.reordering) {
      return;
    }
    if (!c.is(TcpConnection.SACK) || c.is(TcpConnection.RECOVERY | TcpConnection.LOSS)
        || q.segments.sackedBytes() > 0 || q.rack.isProbing()) {
      q.probeAtNs = TcpConnection.NEVER;
      return;
    }
    long nowNs = now();
    int segments = c.flight() <= c.mss ? 1 : 2;
    long restUs = (c.rexmitAtNs - nowNs) / TcpWorker.NS_PER_US;
    long inUs = RackTlp.probeTimeoutUs(q.rtt.smoothedUs(), segments, restUs);
    q.probeAtNs = inUs < restUs ? nowNs + inUs * TcpWorker.NS_PER_US : TcpConnection.NEVER;
    arm(c, q.probeAtNs);
  }

  /**
   * Sets or ends the reordering timer of RACK.
   *
   * @param inUs until then, or 0
   */
  void reordering(TcpConnection c, Sender q, long inUs) {
    if (inUs > 0) {
      q.reordering = true;
      q.probeAtNs = now() + inUs * TcpWorker.NS_PER_US;
      arm(c, q.probeAtNs);
    } else if (q.reordering) {
      q.reordering = false;
      q.probeAtNs = TcpConnection.NEVER;
    }
  }

  /** There were no frames to send again from: nothing is on the wire that could be answered or lost. */
  void retry(TcpConnection c) {
    c.on(TcpConnection.STARVED);
    c.rexmitAtNs = now() + config.rtoMinNs();
    arm(c, c.rexmitAtNs);
  }

  /** The peer's window lets nothing through, and nothing is in flight that would be answered. */
  void persist(TcpConnection c) {
    if (c.rexmitAtNs == TcpConnection.NEVER || c.is(TcpConnection.LINGER)) {
      c.off(TcpConnection.LINGER);
      c.on(TcpConnection.PERSIST);
      Sender q = c.sender;
      long rtoNs = q == null ? config.rtoInitialNs() : q.rtt.rtoUs() * TcpWorker.NS_PER_US;
      c.rexmitAtNs = now() + Math.min(rtoNs << Math.min(c.backoff, MAX_SHIFT), config.rtoMaxNs());
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
    if (c.sender != null) {
      c.sender.probeAtNs = TcpConnection.NEVER;
    }
    c.timer.cancel();
  }

  private void arm(TcpConnection c, long atNs) {
    if (atNs != TcpConnection.NEVER && (!c.timer.isScheduled() || c.timer.deadlineNs() - atNs > 0)) {
      c.timer.schedule(atNs);
    }
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
      rexmitDue(c);
    }
    Sender q = c.sender;
    if (q != null && isDue(q.probeAtNs, nowNs)) {
      probeDue(c, q);
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
    if (c.sender != null) {
      arm(c, c.sender.probeAtNs);
    }
    arm(c, c.ackAtNs);
    arm(c, c.waitAtNs);
    arm(c, c.keepAliveAtNs);
  }

  private static boolean isDue(long atNs, long nowNs) {
    return atNs != TcpConnection.NEVER && atNs - nowNs <= 0;
  }

  private void rexmitDue(TcpConnection c) {
    if (c.is(TcpConnection.LINGER)) {
      c.off(TcpConnection.LINGER);
      home.senders.release(c);
    } else if (c.is(TcpConnection.PERSIST)) {
      windowProbe(c);
    } else if (c.sender != null && c.is(TcpConnection.STARVED)) {
      startRetransmission(c, c.sender);
      home.sessions.requestCustomTx(c);
    } else if (c.sender != null && c.flight() > 0) {
      retransmit(c, c.sender);
    }
  }

  private void probeDue(TcpConnection c, Sender q) {
    q.probeAtNs = TcpConnection.NEVER;
    if (q.reordering) {
      q.reordering = false;
      home.recovery.reorderingOver(c, q);
    } else {
      home.retransmit.tailProbe(c, q);
    }
  }

  private void retransmit(TcpConnection c, Sender q) {
    home.counters.timeouts.increment(home.index);
    home.recorder.timeout(c, q);
    if (++c.retries > config.retransmitLimit()) {
      home.counters.aborts.increment(home.index);
      home.close.abort(c);
      return;
    }
    q.reordering = false;
    q.probeAtNs = TcpConnection.NEVER;
    home.recovery.timeout(c, q);
    startRetransmission(c, q);
  }

  private void windowProbe(TcpConnection c) {
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
    if (c.backoff < MAX_SHIFT) {
      c.backoff++;
    }
    home.output.probe(c);
    persist(c);
  }

  private void keepAliveDue(TcpConnection c, long nowNs) {
    long idleUntilNs = c.lastHeardNs + c.keepAliveNs;
    if (idleUntilNs - nowNs > 0 || c.flight() > 0) {
      c.keepAliveProbesSent = 0;
      c.keepAliveAtNs = Math.max(idleUntilNs, nowNs + config.rtoMinNs());
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
