package org.sluice.core.session;

import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Handle;

/**
 * Which sessions of one worker are streams of which: kept beside the sessions, so that those without streams, nearly
 * all, pay a flag and nothing else. What ends a parent ends its streams before it. Owned by the worker; allocates
 * nothing in the steady state.
 */
final class ParentStreams {
  /** What happens to each stream of a parent. */
  interface End {
    void apply(SessionLifecycle lifecycle, StackSession stream);
  }

  static final End CLOSE = SessionLifecycle::close;
  static final End RESET = SessionLifecycle::reset;
  static final End PEER_CLOSED = SessionLifecycle::closingNotify;
  static final End PEER_RESET = SessionLifecycle::resetNotify;
  static final End TRANSPORT_CLOSED = SessionLifecycle::closedNotify;
  static final End TRANSPORT_GONE = ParentStreams::transportGone;

  private final SessionWorker home;
  private final Int2ObjectOpenHashMap<Member> bySlot = new Int2ObjectOpenHashMap<>();
  private final ArrayDeque<Member> spare = new ArrayDeque<>();
  /** The streams that are being visited, of all parents whose ends are under way: an end may bring about another. */
  private final LongArrayList visited = new LongArrayList();

  /** A session as parent or stream. */
  private static final class Member {
    @Nullable StackSession session;
    @Nullable Member parent;
    @Nullable Member first;
    @Nullable Member next;
    @Nullable Member previous;
    int streams;
  }

  ParentStreams(SessionWorker home) {
    this.home = home;
  }

  // ---- Who belongs to whom.

  int count(StackSession parent) {
    return parent.has(SessionFlags.PARENT) ? bySlot.get(parent.slot).streams : 0;
  }

  /** The parent of a stream while it exists, else INVALID. */
  long parentOf(StackSession stream) {
    Member member = stream.has(SessionFlags.STREAM) ? bySlot.get(stream.slot) : null;
    StackSession parent = member == null || member.parent == null ? null : member.parent.session;
    return parent == null ? Handle.INVALID : parent.handle;
  }

  void join(StackSession parent, StackSession stream) {
    Member of = parent.has(SessionFlags.PARENT) ? bySlot.get(parent.slot) : enter(parent, SessionFlags.PARENT);
    Member member = enter(stream, SessionFlags.STREAM);
    member.parent = of;
    member.next = of.first;
    if (of.first != null) {
      of.first.previous = member;
    }
    of.first = member;
    of.streams++;
  }

  private Member enter(StackSession session, int flag) {
    Member kept = spare.poll();
    Member member = kept == null ? new Member() : kept;
    member.session = session;
    session.set(flag);
    bySlot.put(session.slot, member);
    return member;
  }

  /** A parent or stream is freed. */
  void leave(StackSession session) {
    Member member = bySlot.remove(session.slot);
    session.clear(SessionFlags.PARENT | SessionFlags.STREAM);
    for (Member stream = member.first; stream != null;) {
      Member next = stream.next;
      stream.parent = null;
      stream.next = null;
      stream.previous = null;
      stream = next;
    }
    if (member.parent != null) {
      unlink(member, member.parent);
    }
    member.session = null;
    member.parent = null;
    member.first = null;
    member.next = null;
    member.previous = null;
    member.streams = 0;
    spare.add(member);
  }

  private static void unlink(Member member, Member parent) {
    if (member.next != null) {
      member.next.previous = member.previous;
    }
    if (member.previous != null) {
      member.previous.next = member.next;
    } else {
      parent.first = member.next;
    }
    parent.streams--;
  }

  // ---- What ends a parent ends its streams, oldest first.

  /** Applies an end to each stream of a parent; those that end by it, or by another of them, may go meanwhile. */
  void end(StackSession parent, End how) {
    long of = parent.handle;
    int start = visited.size();
    for (Member stream = bySlot.get(parent.slot).first; stream != null; stream = stream.next) {
      if (stream.session != null) {
        visited.add(stream.session.handle);
      }
    }
    try {
      for (int i = visited.size() - 1; i >= start; i--) {
        StackSession stream = home.pool().get(visited.getLong(i));
        if (stream != null && parentOf(stream) == of) {
          how.apply(home.lifecycle(), stream);
        }
      }
    } finally {
      visited.size(start);
    }
  }

  /** The same for a parent that is taken from its application: streams that another of its workers has are closed. */
  void detach(StackSession parent, @Nullable EventLane from, int control) {
    end(parent, (lifecycle, stream) -> detach(lifecycle, stream, from, control));
  }

  private static void detach(
      SessionLifecycle lifecycle, StackSession stream, @Nullable EventLane from, int control) {
    if (stream.lane == from) {
      lifecycle.detach(stream, control);
    } else if (control == ControlEvents.RESET) {
      lifecycle.reset(stream);
    } else {
      lifecycle.close(stream);
    }
  }

  /** A transport should have let go of the streams before; they cannot outlive what carries them. */
  private static void transportGone(SessionLifecycle lifecycle, StackSession stream) {
    if (stream.connection != null) {
      lifecycle.evict(stream, stream.carrier());
    }
  }
}
