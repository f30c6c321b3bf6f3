package org.sluice.plugin.http.server;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.sluice.plugin.http.Status;
import org.sluice.plugin.http.parse.RequestHead;
import org.sluice.plugin.http.resource.FileLane;
import org.sluice.plugin.http.respond.Answer;
import org.sluice.plugin.http.respond.ResponseHead;
import org.sluice.spi.application.NamespacedListeners.Listening;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/**
 * One session: requests one after the other, each answered whole before the next is looked at. Lives in the session's
 * callbacks; what touches a file is a piece of its {@link FileLane}. What others may look at is volatile.
 */
final class Connection {
  /** Answers, chunks or looks at the rx FIFO in one callback; more go on in the next turn. */
  private static final int STEPS_PER_TURN = 16;
  /** What a peer may still send after the last answer before it is reset. */
  private static final int DISCARD_LIMIT_BYTES = 16 << 20;

  enum State {
    /** A request head is read. */
    READING,
    /** The lane finds and opens a file. */
    OPENING,
    /** The file is sent. */
    SENDING,
    /** Nothing more is sent; what comes is dropped until the peer has gone (RFC 9112 section 9.6). */
    LINGERING,
    ENDED
  }

  private final Server server;
  private final Listening<Site> listening;
  private final String peer;
  private final RequestReader reader;
  private final ResponseHead response = new ResponseHead();
  private final FileWork work;
  private final FileLane lane;
  private final FileContent content;
  private volatile State state = State.READING;
  private volatile long deadlineNs;
  private final AtomicLong requests = new AtomicLong();
  private volatile @Nullable ControlSlot wake;
  private boolean peerClosed;
  private boolean closes;
  private int discardedBytes;

  Connection(Server server, Listening<Site> listening, String peer, long nowNs) {
    this.server = server;
    this.listening = listening;
    Site site = listening.listener();
    this.peer = peer;
    reader = new RequestReader(server.settings().maxHeadBytes(), server.counters().headLimit);
    work = new FileWork(site.root(), server.services().log());
    lane = new FileLane(server.services().background(), work);
    content = new FileContent(server, site, work, lane);
    deadlineNs = nowNs + server.settings().idleTimeoutNs();
  }

  // ---- For others.

  Listening<Site> listening() {
    return listening;
  }

  String peer() {
    return peer;
  }

  State state() {
    return state;
  }

  /** Requests whose answer was begun. */
  long requests() {
    return requests.get();
  }

  FileContent content() {
    return content;
  }

  /** Wakes the session if its time is over. */
  void wakeIfDue(long nowNs) {
    ControlSlot slot = wake;
    if (slot != null && nowNs - deadlineNs >= 0) {
      slot.post();
    }
  }

  /** The slot whose delivery calls {@link #woken}. */
  void wakes(ControlSlot slot) {
    wake = slot;
    lane.wakes(slot);
  }

  // ---- What happens to the session.

  /** The lane has done something, or the time is over. */
  void woken(Session session, long nowNs) {
    advance(session, nowNs);
    if (state != State.ENDED && nowNs - deadlineNs >= 0) {
      expire(session, nowNs);
    }
  }

  /** The peer sends no more; it may still read. */
  void peerClosed(Session session, long nowNs) {
    peerClosed = true;
    advance(session, nowNs);
  }

  /** The peer is gone. */
  void lost(Session session) {
    if (state == State.OPENING || state == State.SENDING) {
      server.counters().interrupted.increment(worker(session));
    }
    leave(session);
  }

  /** The session is about to be freed. */
  void end(Session session) {
    state = State.ENDED;
    content.letGo(session);
    lane.close();
  }

  /** The application is detached, so no callback follows. Worker 0, which does not own the session. */
  void abandon() {
    lane.close();
  }

  /** Does a bounded part of the work there is, and asks to be called again when there is more. */
  void advance(Session session, long nowNs) {
    for (int i = 0; i < STEPS_PER_TURN; i++) {
      if (!flushHead(session, nowNs) || !step(session, nowNs)) {
        return;
      }
    }
    session.wantWritable(WritableWish.NOT_FULL, 0);
  }

  /** Returns whether there is more to do without waiting for the peer or the lane. */
  private boolean step(Session session, long nowNs) {
    return switch (state) {
      case READING -> read(session, nowNs);
      case OPENING -> opened(session, nowNs);
      case SENDING -> send(session, nowNs);
      case LINGERING -> linger(session);
      case ENDED -> false;
    };
  }

  // ---- Requests.

  private boolean read(Session session, long nowNs) {
    boolean begun = reader.hasBegun();
    if (!reader.read(session)) {
      if (peerClosed) {
        leave(session);
      } else if (!begun && reader.hasBegun()) {
        deadlineNs = nowNs + server.settings().headTimeoutNs();
      }
      return false;
    }
    Status refusal = reader.refusal();
    if (refusal == null) {
      return open(session, nowNs);
    }
    answer(session, Answer.of(refusal));
    return true;
  }

  private boolean open(Session session, long nowNs) {
    work.prepareOpening(reader.head(), server.epochSeconds(), server.spares(worker(session)).take());
    if (lane.start()) {
      state = State.OPENING;
      deadlineNs = nowNs + server.settings().idleTimeoutNs();
      return false;
    }
    server.spares(worker(session)).give(work.takeChunk());
    server.counters().backgroundFull.increment(worker(session));
    answer(session, Answer.of(Status.UNAVAILABLE));
    return true;
  }

  private boolean opened(Session session, long nowNs) {
    if (!lane.collect()) {
      return false;
    }
    deadlineNs = nowNs + server.settings().idleTimeoutNs();
    answer(session, work.answer());
    return true;
  }

  // ---- Answers.

  private void answer(Session session, Answer answer) {
    RequestHead head = reader.head();
    closes = !head.isPersistent() || head.hasBody() || answer.status().closes();
    response.write(answer, head, server.epochSeconds(), closes);
    server.counters().answers(answer.status()).increment(worker(session));
    listening.listener().requests().increment();
    requests.incrementAndGet();
    if (state == State.OPENING) {
      content.begin(head, answer);
    }
    state = State.SENDING;
  }

  /** Returns whether nothing is left of the head of an answer. */
  private boolean flushHead(Session session, long nowNs) {
    if (response.remaining() == 0) {
      return true;
    }
    int count = session.write(response.bytes(), response.position(), response.remaining());
    if (count < 0 && count != SessionError.SEG_NO_SPACE.code()) {
      lost(session);
      return false;
    }
    if (count > 0) {
      response.taken(count);
      deadlineNs = nowNs + server.settings().idleTimeoutNs();
    }
    if (response.remaining() > 0) {
      session.wantWritable(WritableWish.NOT_FULL, 0);
    }
    return response.remaining() == 0;
  }

  private boolean send(Session session, long nowNs) {
    int count = content.advance(session);
    if (count > 0) {
      deadlineNs = nowNs + server.settings().idleTimeoutNs();
    }
    return switch (content.outcome()) {
      case GOING_ON -> false;
      case LOST -> {
        lost(session);
        yield false;
      }
      case UNREADABLE -> {
        // Whatever came next would be taken for the rest of the file.
        server.counters().unreadable.increment(worker(session));
        abort(session);
        yield false;
      }
      case COMPLETE -> {
        next(session, nowNs);
        yield true;
      }
    };
  }

  private void next(Session session, long nowNs) {
    if (closes) {
      beginToLinger(session, nowNs);
    } else {
      reader.reset();
      state = State.READING;
      deadlineNs = nowNs + server.settings().idleTimeoutNs();
    }
  }

  // ---- Ends.

  private void beginToLinger(Session session, long nowNs) {
    state = State.LINGERING;
    deadlineNs = nowNs + server.settings().headTimeoutNs();
    lane.close();
    if (session.shutdown() != SessionError.NONE) {
      leave(session);
    }
  }

  /** Closing with unread data would be a reset, which may overtake the answer. */
  private boolean linger(Session session) {
    if (session.readable() > 0) {
      discardedBytes += Math.max(0, session.rx().dropAll());
      session.consumed();
    }
    if (peerClosed) {
      leave(session);
    } else if (discardedBytes > DISCARD_LIMIT_BYTES) {
      server.counters().lingering.increment(worker(session));
      abort(session);
    }
    return false;
  }

  private void expire(Session session, long nowNs) {
    boolean waits = state == State.READING;
    if (waits && reader.hasBegun()) {
      answer(session, Answer.of(Status.REQUEST_TIMEOUT));
      advance(session, nowNs);
    } else {
      (state == State.LINGERING ? server.counters().lingering : server.counters().idle).increment(worker(session));
      if (waits) {
        leave(session);
      } else {
        abort(session);
      }
    }
  }

  private void leave(Session session) {
    end(session);
    session.close();
  }

  private void abort(Session session) {
    end(session);
    session.reset();
  }

  private static int worker(Session session) {
    return Handle.worker(session.handle());
  }
}
