package org.sluice.benchmarks.soak;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.WriteView;
import org.sluice.spi.session.StreamWriter;

/** A thread that writes one direction of a session, in every way there is. */
final class Sending {
  private static final int MOST_TIMEOUT_NS = 300_000;

  private final Conversation conversation;
  private final Course course;
  private final StreamWriter writer;
  private final SplittableRandom random;
  private final Tally tally;
  private int capacity;

  Sending(Conversation conversation, Course course, StreamWriter writer) {
    this.conversation = conversation;
    this.course = course;
    this.writer = writer;
    random = course.way.steps(true);
    tally = conversation.tally();
  }

  void run() throws InterruptedException {
    // Nothing is in it yet.
    capacity = writer.writable();
    int code = Math.min(capacity, 0);
    long bytes = course.way.bytes();
    while (code >= 0 && course.written() < bytes) {
      if (conversation.actIfDue(course.from, true, course.written())) {
        // A detach goes on while bytes flow; the others are refused at once.
        if (conversation.script().ending().kind() != Ending.Kind.DETACH) {
          code = refused();
          break;
        }
      }
      int length = (int) Math.min(bytes - course.written(), Way.lengthUpTo(random, course.way.largestMessage()));
      code = send(random.nextInt(5), length);
      tally.messages.increment();
      conversation.stall(course.way.drawStallNs(random), course::sending);
    }
    end(code);
  }

  private void end(int code) {
    if (code < 0) {
      course.sendingEnded(SessionError.of(code));
    } else if (conversation.actIfDue(course.from, true, course.written())
        && conversation.script().ending().kind() != Ending.Kind.DETACH) {
      course.sendingEnded(SessionError.of(refused()));
    } else {
      course.promise();
      course.sendingEnded(writer.shutdown());
    }
    course.sending("ended");
  }

  private int refused() {
    int code = writer.offer(Pattern.array(), 0, 1);
    if (code != SessionError.NOSESSION.code()) {
      throw new AssertionError("a write after the end of the session is answered by " + SessionError.of(code));
    }
    return code;
  }

  private int send(int how, int length) throws InterruptedException {
    switch (how) {
      case 0 -> {
        course.sending("writes " + length);
        return took(writer.write(Pattern.array(), course.pattern.at(course.written()), length));
      }
      case 1 -> {
        course.sending("writes " + length + " from outside of the heap");
        return took(writer.write(Pattern.memory(), course.pattern.at(course.written()), length));
      }
      case 2 -> {
        return offerAndLook(length);
      }
      case 3 -> {
        return offerAndWait(length, 1 + random.nextInt(MOST_TIMEOUT_NS), 1 + random.nextInt(capacity));
      }
      default -> {
        return claim(length, random.nextInt(8) == 0, random.nextInt(4) == 0);
      }
    }
  }

  private int offerAndLook(int length) {
    course.sending("offers " + length + ", looking again and again");
    for (int done = 0; done < length; ) {
      int code = took(writer.offer(Pattern.memory(), course.pattern.at(course.written()), length - done));
      if (code < 0) {
        return code;
      }
      done += code;
      if (code == 0) {
        conversation.pause();
      }
    }
    return length;
  }

  private int offerAndWait(int length, long timeoutNs, int room) throws InterruptedException {
    course.sending("offers " + length + ", waiting " + timeoutNs + " ns for " + room);
    for (int done = 0; done < length; ) {
      int code = took(writer.offer(Pattern.array(), course.pattern.at(course.written()), length - done));
      if (code < 0) {
        return code;
      }
      done += code;
      if (done < length) {
        code = writer.await(room, timeoutNs);
        if (code < 0) {
          return code;
        }
        if (code < room) {
          tally.timeouts.increment();
          conversation.pause();
        }
      }
    }
    return length;
  }

  private int claim(int length, boolean abortsFirst, boolean byHalves) throws InterruptedException {
    course.sending("claims " + length);
    boolean aborts = abortsFirst;
    for (int done = 0; done < length; ) {
      @Nullable WriteView room = writer.claim(length - done);
      if (room == null) {
        int code = writer.await(1, Long.MAX_VALUE);
        if (code < 0) {
          return code;
        }
        continue;
      }
      tally.views.increment();
      MemorySegment.copy(Pattern.memory(), course.pattern.at(course.written()), room.memory(), room.offset(),
          room.length());
      if (aborts) {
        aborts = false;
        tally.aborts.increment();
        room.abort();
        continue;
      }
      int code = took(room.commit(byHalves ? (room.length() + 1) / 2 : room.length()));
      if (code < 0) {
        return code;
      }
      done += code;
    }
    return length;
  }

  private int took(int code) {
    if (code > 0) {
      course.written(code);
    }
    return code;
  }
}
