package org.sluice.plugin.tcp;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.tcp.sequence.SequenceNumbers;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Timer;

/**
 * Handshakes that peers have begun: SYN_RCVD of RFC 9293 without a session, FIFO or connection, which the last segment
 * of the handshake makes. Bounded, and ended after some retransmissions of the SYN-ACK. One per worker.
 *
 * <p>Requests that wait equally long stand in one list in the order of their deadlines.
 */
final class TcpListen {
  private static final int WINDOW = 0xffff;

  private final TcpWorker home;
  private final FlowTable<Request> requests;
  private @Nullable Timer timer;
  private final Waiting[] waiting;
  private final Handshake offer = new Handshake();
  private final Flow flow = new Flow();
  private @Nullable Request free;

  /** A handshake that a peer has begun, or one that was answered by a SYN of its own (simultaneous open). */
  static final class Request extends FlowTable.Flow {
    final Handshake handshake = new Handshake();
    private long listener;
    private long halfOpen;
    private int retries;
    private long begunNs;
    /** The SYN-ACK was sent once: its answer measures the round trip (Karn). */
    private boolean timed;
    private long dueNs;
    private @Nullable Request before;
    private @Nullable Request after;

    /** How often the SYN-ACK was sent again. */
    int retries() {
      return retries;
    }

    /** When it is sent again, or the handshake given up. */
    long dueNs() {
      return dueNs;
    }
  }

  /** A flow to ask with. */
  private static final class Flow extends FlowTable.Flow {}

  /** Requests with the same number of retransmissions. */
  private static final class Waiting {
    private @Nullable Request first;
    private @Nullable Request last;

    void append(Request request) {
      request.before = last;
      request.after = null;
      if (last == null) {
        first = request;
      } else {
        last.after = request;
      }
      last = request;
    }

    void remove(Request request) {
      if (request.before == null) {
        first = request.after;
      } else {
        request.before.after = request.after;
      }
      if (request.after == null) {
        last = request.before;
      } else {
        request.after.before = request.before;
      }
      request.before = null;
      request.after = null;
    }
  }

  TcpListen(TcpWorker home, long seed) {
    this.home = home;
    requests = new FlowTable<>(seed);
    waiting = new Waiting[TcpConfig.MAX_SYN_ACK_RETRIES + 1];
    for (int i = 0; i < waiting.length; i++) {
      waiting[i] = new Waiting();
    }
  }

  /** Handshakes that are not finished. */
  int pending() {
    return requests.size();
  }

  /** Looks at some of them, see {@link FlowTable#forEach}. */
  int forEach(int from, int most, Consumer<Request> visitor) {
    return requests.forEach(from, most, visitor);
  }

  // ---- Segments for a listener.

  /** Serves a segment that goes on with a handshake (RFC 9293 section 3.10.7.4 for SYN-RECEIVED); false for others. */
  boolean proceed(TcpSegment s, long listener) {
    Request request = find(s);
    if (request == null) {
      return false;
    }
    if (request.halfOpen == Handle.INVALID) {
      // Who listens now, which need not be who listened then.
      request.listener = listener;
    }
    proceed(request, s);
    return true;
  }

  /** Serves a segment that nobody knows (RFC 9293 section 3.10.7.2). */
  void segment(TcpSegment s, long listener) {
    if (s.has(TcpHeader.RST)) {
      home.counters.dropUnexpected.increment(home.index);
    } else if (s.has(TcpHeader.ACK)) {
      home.stateless.refuse(s);
    } else if (s.has(TcpHeader.SYN) && !s.has(TcpHeader.FIN)) {
      s.flow(flow);
      offer.offer(home.config, home.timeWait.above(flow, home.isn(flow)), home.timestampOffset(flow));
      if (home.config.synCookies() == SynCookieMode.ALWAYS && !home.timeWait.holds(s)) {
        home.cookies.answer(s, offer);
      } else {
        begin(s, listener, Handle.INVALID, offer);
      }
    } else {
      home.counters.dropUnexpected.increment(home.index);
    }
  }

  /** A SYN met the own one of a half-open session: both sides answer with a SYN-ACK. */
  void simultaneous(TcpSegment s, long halfOpen, Handshake offered) {
    begin(s, Handle.INVALID, halfOpen, offered);
  }

  /** The handshake of a flow, if this worker has one. */
  @Nullable Request find(TcpSegment s) {
    return requests.size() == 0 ? null : requests.find(s);
  }

  /** The handshake of a flow was finished in another way. */
  void forget(TcpSegment s) {
    Request request = find(s);
    if (request != null) {
      remove(request);
    }
  }

  private void begin(TcpSegment s, long listener, long halfOpen, Handshake offered) {
    if (requests.size() >= home.config.synBacklog()) {
      home.counters.limitBacklog.increment(home.index);
      if (listener != Handle.INVALID && home.config.synCookies() != SynCookieMode.OFF && !home.timeWait.holds(s)) {
        home.cookies.answer(s, offered);
      }
      return;
    }
    Request request = allocate();
    s.flow(request);
    request.listener = listener;
    request.halfOpen = halfOpen;
    request.retries = 0;
    request.begunNs = home.worker.nowNs();
    request.timed = true;
    request.handshake.agree(offered, s);
    requests.add(request);
    await(request);
    answer(request);
  }

  private void answer(Request request) {
    Handshake h = request.handshake;
    home.stateless.syn(request, h, h.synAckFlags(), h.iss, h.irs + 1);
  }

  /** A further segment of a handshake. */
  void proceed(Request request, TcpSegment s) {
    Handshake h = request.handshake;
    int distance = s.seq - (h.irs + 1);
    if (s.has(TcpHeader.SYN) && !s.has(TcpHeader.ACK | TcpHeader.RST)) {
      if (s.seq == h.irs) {
        request.timed = false;
        answer(request);
      } else {
        // A peer that has begun anew answers with a reset, and comes again (RFC 5961 section 4).
        challenge(request);
      }
      return;
    }
    boolean stamped = !h.timestamps || s.hasTimestamps && !SequenceNumbers.before(s.tsValue, h.tsRecent);
    if (distance < -1 || distance > WINDOW || !stamped && !s.has(TcpHeader.RST)) {
      home.counters.dropOutOfWindow.increment(home.index);
      if (!s.has(TcpHeader.RST)) {
        challenge(request);
      }
    } else if (s.has(TcpHeader.RST)) {
      if (distance == 0) {
        home.counters.resetsIn.increment(home.index);
        refused(request);
      } else {
        challenge(request);
      }
    } else if (!s.has(TcpHeader.ACK)) {
      home.counters.dropNoAck.increment(home.index);
    } else if (s.ack != h.iss + 1) {
      home.counters.dropBadAck.increment(home.index);
      home.stateless.refuse(s);
    } else {
      establish(request, s);
    }
  }

  /** For the peer the connection may be established: the window is what it may send. */
  private void challenge(Request request) {
    if (home.mayChallenge()) {
      Handshake h = request.handshake;
      int window = home.config.synWindowBytes() >>> Math.max(0, h.scale);
      home.stateless.acknowledge(request, h.iss + 1, h.irs + 1, window, h.timestamps, h.tsOffset, h.tsRecent);
    }
  }

  private void refused(Request request) {
    long halfOpen = request.halfOpen;
    remove(request);
    if (halfOpen != Handle.INVALID) {
      home.connect.refused(halfOpen);
    }
  }

  private void establish(Request request, TcpSegment s) {
    long halfOpen = request.halfOpen;
    TcpConnection made = halfOpen == Handle.INVALID
        ? home.opens.accept(request, request.handshake, request.listener)
        : home.connect.establish(home, request, request.handshake, halfOpen);
    long rttNs = request.timed ? home.worker.nowNs() - request.begunNs : -1;
    remove(request);
    if (made == null) {
      home.stateless.refuse(s);
    } else {
      made.roundTrip(rttNs);
      home.input.deliver(made, s);
    }
  }

  // ---- Waiting.

  private void await(Request request) {
    long wait = Math.min(home.config.rtoInitialNs() << request.retries, home.config.rtoMaxNs());
    request.dueNs = home.worker.nowNs() + wait;
    waiting[request.retries].append(request);
    arm(request.dueNs);
  }

  private void arm(long atNs) {
    Timer armed = timer == null ? home.worker.newTimer(this::expired) : timer;
    timer = armed;
    if (!armed.isScheduled() || armed.deadlineNs() - atNs > 0) {
      armed.schedule(atNs);
    }
  }

  private void expired(long nowNs) {
    for (Waiting list : waiting) {
      for (Request due = list.first; due != null && due.dueNs - nowNs <= 0; due = list.first) {
        expire(list, due);
      }
    }
    for (Waiting list : waiting) {
      Request next = list.first;
      if (next != null) {
        arm(next.dueNs);
      }
    }
  }

  private void expire(Waiting list, Request due) {
    if (due.retries >= home.config.synAckRetries()) {
      home.counters.synAckTimeouts.increment(home.index);
      remove(due);
      return;
    }
    list.remove(due);
    due.retries++;
    due.timed = false;
    due.handshake.synLost = true;
    home.counters.retransmitted.increment(home.index);
    await(due);
    answer(due);
  }

  private Request allocate() {
    Request request = free;
    if (request == null) {
      return new Request();
    }
    free = request.after;
    request.after = null;
    return request;
  }

  private void remove(Request request) {
    waiting[request.retries].remove(request);
    requests.remove(request);
    request.after = free;
    free = request;
  }

  /** Forgets all. */
  void clear() {
    for (Waiting list : waiting) {
      for (Request request = list.first; request != null; request = list.first) {
        remove(request);
      }
    }
    if (timer != null) {
      timer.cancel();
    }
  }
}
