package org.sluice.plugin.tcp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.network.IcmpError;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.session.SessionLayer;
import org.sluice.spi.transport.ConnectionFlags;
import org.sluice.spi.transport.EndpointConfig;
import org.sluice.spi.transport.TransportConnection;

/**
 * Half-open connections. They are made and freed on worker 0, which also sends their SYNs: at once, after 1, 2 and
 * 3 seconds, and then each time after twice as long. The answer makes the session on the worker it comes to. One per
 * stack.
 */
final class TcpConnect {
  private static final int EVEN_RETRIES = 3;
  private static final int FIRST_SLOTS = 16;

  private final TcpWorker main;
  private final SessionLayer sessions;
  private final List<HalfOpenConnection> slots = new ArrayList<>();
  private @Nullable HalfOpenConnection firstFree;
  private @Nullable HalfOpenConnection lastFree;
  private int used;

  /** By the slot of the half-open session. Written on worker 0, read by all. */
  private volatile @Nullable HalfOpenConnection[] bySession = new @Nullable HalfOpenConnection[FIRST_SLOTS];

  TcpConnect(TcpWorker main) {
    this.main = main;
    sessions = main.sessions;
  }

  Timer newTimer(HalfOpenConnection h) {
    return main.worker.newTimer(nowNs -> expired(h, nowNs));
  }

  ControlSlot newDone(HalfOpenConnection h) {
    return main.worker.newControlSlot(() -> letGo(h));
  }

  int used() {
    return used;
  }

  // ---- Worker 0.

  long connect(long session, EndpointConfig config) {
    String congestion = main.congestion.wish(config);
    if (congestion == null) {
      return SessionError.INVALID.code();
    }
    HalfOpenConnection h = allocate();
    if (h == null) {
      return SessionError.ALLOC.code();
    }
    int error = sessions.localEndpoints().allocate(h, config);
    if (error != 0) {
      free(h);
      return error;
    }
    h.set(ConnectionFlags.HALF_OPEN);
    h.sessionHandle(session);
    PathTable.Entry path = main.path(h, config.dscp());
    if (path == null) {
      int code = main.network.lastError();
      sessions.localEndpoints().release(h);
      free(h);
      return code < 0 ? code : SessionError.NOROUTE.code();
    }
    main.paths.release(path);
    h.handshake.offer(main.config, main.isn(h), main.timestampOffset(h));
    h.handshake.ecn = main.config.ecn() == TcpConfig.Ecn.REQUEST;
    h.handshake.wantedMss = config.mssBytes();
    h.handshake.dscp = config.dscp();
    h.handshake.congestion = congestion;
    h.syns = 0;
    h.startedNs = main.worker.nowNs();
    h.rtoNs = main.config.rtoInitialNs();
    long handle = h.handle();
    publish(h, session);
    sendSyn(h);
    return handle;
  }

  private void sendSyn(HalfOpenConnection h) {
    if (h.syns >= EVEN_RETRIES) {
      h.rtoNs *= 2;
    }
    h.syns++;
    if (h.syns > 1) {
      h.handshake.synLost = true;
      // Something on the path may not let a SYN that offers it through (RFC 3168 section 6.1.1.1).
      h.handshake.ecn = false;
    }
    int flags = TcpHeader.SYN | (h.handshake.ecn ? TcpHeader.ECE | TcpHeader.CWR : 0);
    main.stateless.syn(h, h.handshake, flags, h.handshake.iss, 0);
    long nextNs = main.worker.nowNs() + h.rtoNs;
    long endNs = h.startedNs + main.config.connectTimeoutNs();
    h.timer.schedule(endNs - nextNs < 0 ? endNs : nextNs);
  }

  private void expired(HalfOpenConnection h, long nowNs) {
    if (h.ticket() != h.handle()) {
      return;
    }
    if (h.startedNs + main.config.connectTimeoutNs() - nowNs > 0) {
      main.counters.retransmitted.increment(0);
      sendSyn(h);
      return;
    }
    if (h.claim(h.handle())) {
      main.counters.connectTimeouts.increment(0);
      fail(h, h.sessionHandle(), h.handle(), SessionError.TIMEDOUT);
    }
  }

  /** Frees a half-open connection whose application has gone or given up. */
  void cleanup(HalfOpenConnection h) {
    if (h.handle() >= 0) {
      sessions.localEndpoints().release(h);
      free(h);
    }
  }

  /** The claimant is done with it. */
  private void letGo(HalfOpenConnection h) {
    long handle = h.handle();
    if (handle < 0 || h.answered != handle) {
      return;
    }
    long session = h.sessionHandle();
    if (h.portTakenBy != handle) {
      sessions.localEndpoints().release(h);
    }
    free(h);
    sessions.halfOpenDeleteNotify(session);
  }

  @Nullable HalfOpenConnection get(long handle) {
    int slot = Handle.slot(handle);
    HalfOpenConnection h = slot < slots.size() ? slots.get(slot) : null;
    return h != null && h.handle() == handle ? h : null;
  }

  /**
   * Looks at some of those that wait for their answers. Worker 0.
   *
   * @param from the first slot
   * @param most slots to look at
   * @return the slot to go on with, or -1 at the end
   */
  int forEach(int from, int most, Consumer<HalfOpenConnection> visitor) {
    int end = Math.min(slots.size(), from + most);
    for (HalfOpenConnection h : slots.subList(Math.min(from, end), end)) {
      if (h.ticket() >= 0) {
        visitor.accept(h);
      }
    }
    return end < slots.size() ? end : -1;
  }

  private void publish(HalfOpenConnection h, long session) {
    @Nullable HalfOpenConnection[] table = bySession;
    int slot = Handle.slot(session);
    if (slot >= table.length) {
      table = Arrays.copyOf(table, Math.max(slot + 1, table.length * 2));
    }
    table[slot] = h;
    h.publish();
    bySession = table;
  }

  private @Nullable HalfOpenConnection allocate() {
    HalfOpenConnection h = firstFree;
    if (h == null) {
      if (slots.size() == Math.min(main.config.maxConnections(), Handle.MAX_SLOTS)) {
        main.counters.limitConnections.increment(0);
        return null;
      }
      h = new HalfOpenConnection(this, slots.size());
      slots.add(h);
    } else {
      firstFree = h.nextFree;
      h.nextFree = null;
      if (firstFree == null) {
        lastFree = null;
      }
    }
    used++;
    h.begin(Handle.of(0, h.slot, ++h.generation), main.protocolId());
    return h;
  }

  private void free(HalfOpenConnection h) {
    h.timer.cancel();
    h.end();
    used--;
    if (lastFree == null) {
      firstFree = h;
    } else {
      lastFree.nextFree = h;
    }
    lastFree = h;
  }

  // ---- The worker of the answer.

  /** Serves a segment of a half-open flow (RFC 9293 section 3.10.7.3). */
  void answer(TcpWorker here, TcpSegment s, long session) {
    HalfOpenConnection h = find(session);
    long ticket = h == null ? -1 : h.ticket();
    if (h == null || ticket < 0 || h.sessionHandle() != session) {
      here.counters.dropUnexpected.increment(here.index);
      return;
    }
    TcpListen.Request begun = here.listen.find(s);
    boolean acks = s.has(TcpHeader.ACK);
    // Who acknowledges the own SYN by a reset refuses, though somebody else's SYN may have come in between.
    boolean refuses = s.has(TcpHeader.RST) && acks && s.ack == h.handshake.iss + 1;
    if (begun != null && !s.has(TcpHeader.SYN) && !refuses) {
      here.listen.proceed(begun, s);
      return;
    }
    if (acks && s.ack != h.handshake.iss + 1) {
      here.counters.dropBadAck.increment(here.index);
      here.stateless.refuse(s);
    } else if (s.has(TcpHeader.RST)) {
      if (acks && h.claim(ticket)) {
        here.counters.resetsIn.increment(here.index);
        here.listen.forget(s);
        fail(h, session, ticket, SessionError.REFUSED);
      } else {
        here.counters.dropUnexpected.increment(here.index);
      }
    } else if (!s.has(TcpHeader.SYN)) {
      here.counters.dropUnexpected.increment(here.index);
    } else if (acks) {
      established(here, s, session, h);
    } else if (begun != null) {
      here.listen.proceed(begun, s);
    } else {
      here.listen.simultaneous(s, session, h.handshake);
    }
  }

  private void established(TcpWorker here, TcpSegment s, long session, HalfOpenConnection h) {
    Handshake agreed = here.agreed;
    agreed.agree(h.handshake, s);
    s.flow(here.flow);
    here.listen.forget(s);
    boolean timed = h.syns == 1;
    long rttNs = here.worker.nowNs() - h.startedNs;
    TcpConnection made = establish(here, here.flow, agreed, session);
    if (made == null) {
      here.stateless.refuse(s);
      return;
    }
    made.roundTrip(timed ? rttNs : -1);
    here.input.opened(made, s);
  }

  /** Makes the session of an answered connect on the calling worker; null when that is not wanted any more. */
  @Nullable TcpConnection establish(TcpWorker here, TransportConnection flow, Handshake agreed, long session) {
    HalfOpenConnection h = find(session);
    long ticket = h == null ? -1 : h.ticket();
    if (h == null || h.sessionHandle() != session || !h.claim(ticket)) {
      return null;
    }
    TcpConnection c = here.opens.make(flow, agreed);
    if (c == null) {
      fail(h, session, ticket, SessionError.ALLOC);
      return null;
    }
    if (sessions.connectNotify(session, c, 0) < 0) {
      here.connections.free(c);
      release(h, ticket);
      return null;
    }
    c.on(TcpConnection.OWNS_PORT);
    here.opens.begin(c);
    here.counters.connected.increment(here.index);
    h.portTakenBy = ticket;
    release(h, ticket);
    return c;
  }

  /**
   * An ICMP error about a half-open flow. That nobody can be reached ends a connect, which has nothing to lose (RFC
   * 5461 section 4); that it took too long or was too big does not.
   */
  void onError(TcpWorker here, IcmpError error, long session) {
    HalfOpenConnection h = find(session);
    long ticket = h == null ? -1 : h.ticket();
    if (h == null || ticket < 0 || h.sessionHandle() != session || error.sequence() != h.handshake.iss) {
      here.counters.icmpIgnored.increment(here.index);
      return;
    }
    SessionError told = switch (error.kind()) {
      case HOST_UNREACHABLE -> SessionError.NOROUTE;
      case PORT_UNREACHABLE -> SessionError.REFUSED;
      case PROHIBITED -> SessionError.FILTERED;
      case PACKET_TOO_BIG, TIME_EXCEEDED -> SessionError.NONE;
    };
    if (told == SessionError.NONE) {
      here.counters.icmpSoft.increment(here.index);
    } else if (h.claim(ticket)) {
      here.counters.icmpConnects.increment(here.index);
      fail(h, session, ticket, told);
    }
  }

  /** The peer has reset a handshake that began on both sides. */
  void refused(long session) {
    HalfOpenConnection h = find(session);
    long ticket = h == null ? -1 : h.ticket();
    if (h != null && h.sessionHandle() == session && h.claim(ticket)) {
      fail(h, session, ticket, SessionError.REFUSED);
    }
  }

  /** Tells the application of a claimed half-open that it failed. */
  private void fail(HalfOpenConnection h, long session, long handle, SessionError error) {
    sessions.connectNotify(session, null, error.code());
    release(h, handle);
  }

  private void release(HalfOpenConnection h, long handle) {
    h.answered = handle;
    h.done.post();
  }

  private @Nullable HalfOpenConnection find(long session) {
    @Nullable HalfOpenConnection[] table = bySession;
    int slot = Handle.slot(session);
    return slot < table.length ? table[slot] : null;
  }
}
