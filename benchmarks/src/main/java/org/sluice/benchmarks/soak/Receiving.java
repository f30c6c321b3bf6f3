package org.sluice.benchmarks.soak;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.ReadView;
import org.sluice.spi.session.StreamReader;

/** A thread that reads one direction of a session, in every way there is, and checks each byte. */
final class Receiving {
  private static final int MOST_TIMEOUT_NS = 300_000;

  private final Conversation conversation;
  private final Course course;
  private final End at;
  private final StreamReader reader;
  private final Buffers buffers;
  private final SplittableRandom random;
  private final Tally tally;

  Receiving(Conversation conversation, Course course, StreamReader reader, Buffers buffers) {
    this.conversation = conversation;
    this.course = course;
    this.reader = reader;
    this.buffers = buffers;
    at = course.from == End.CLIENT ? End.SERVER : End.CLIENT;
    random = course.way.steps(false);
    tally = conversation.tally();
  }

  void run() throws InterruptedException {
    int code = 0;
    while (code >= 0) {
      boolean acted = conversation.actIfDue(at, false, course.read());
      if (acted && conversation.script().ending().kind() != Ending.Kind.DETACH) {
        code = refused();
        break;
      }
      code = receive(random.nextInt(5), Way.lengthUpTo(random, Pattern.MOST_BYTES));
      conversation.stall(course.way.drawStallNs(random), course::receiving);
    }
    course.receivingEnded(SessionError.of(code));
    course.receiving("ended");
    endIsFinal(code);
  }

  private void endIsFinal(int code) {
    int again = reader.poll(buffers.array, 0, 1);
    if (again >= 0) {
      throw new AssertionError("a byte or none after " + SessionError.of(code) + ": " + again);
    }
  }

  private int refused() {
    int code = reader.poll(buffers.array, 0, 1);
    if (code != SessionError.NOSESSION.code()) {
      throw new AssertionError("a read after the end of the session is answered by " + SessionError.of(code));
    }
    return code;
  }

  private int receive(int how, int most) throws InterruptedException {
    switch (how) {
      case 0 -> {
        course.receiving("reads " + most);
        return check(buffers.heap, reader.read(buffers.array, 0, most));
      }
      case 1 -> {
        course.receiving("reads " + most + " out of the heap");
        return check(buffers.memory, reader.read(buffers.memory, 0, most));
      }
      case 2 -> {
        return poll(most);
      }
      case 3 -> {
        return waitAndPoll(most, 1 + random.nextInt(MOST_TIMEOUT_NS));
      }
      default -> {
        return view(most, random.nextInt(6));
      }
    }
  }

  private int poll(int most) {
    course.receiving("polls " + most);
    while (true) {
      int code = check(buffers.memory, reader.poll(buffers.memory, 0, most));
      if (code != 0) {
        return code;
      }
      conversation.pause();
    }
  }

  private int waitAndPoll(int most, long timeoutNs) throws InterruptedException {
    course.receiving("waits " + timeoutNs + " ns for " + most);
    while (true) {
      int code = reader.await(timeoutNs);
      if (code < 0) {
        return code;
      }
      if (code > 0) {
        int read = check(buffers.heap, reader.poll(buffers.array, 0, most));
        if (read >= 0 && read < Math.min(code, most)) {
          throw new AssertionError(code + " bytes were announced, " + read + " came");
        }
        return read;
      }
      tally.timeouts.increment();
      conversation.pause();
    }
  }

  private int view(int most, int consuming) throws InterruptedException {
    course.receiving("views " + most);
    @Nullable ReadView content = reader.view(most);
    if (content == null) {
      int readable = reader.readable();
      return readable != 0 ? Math.min(readable, 0) : Math.min(reader.await(Long.MAX_VALUE), 0);
    }
    tally.views.increment();
    int length = content.length();
    course.pattern.check(content.memory(), content.offset(), length, course.read());
    int consumed = switch (consuming) {
      case 0 -> 0;
      case 1 -> (length + 1) / 2;
      default -> length;
    };
    content.release(consumed);
    took(consumed);
    return consumed;
  }

  private int check(MemorySegment memory, int code) {
    if (code > 0) {
      course.pattern.check(memory, 0, code, course.read());
      took(code);
    }
    return code;
  }

  private void took(int bytes) {
    course.read(bytes);
    tally.bytes.add(bytes);
  }

  /** What a receiver reads into. */
  static final class Buffers {
    final byte[] array = new byte[Pattern.MOST_BYTES];
    final MemorySegment heap = MemorySegment.ofArray(array);
    final MemorySegment memory = Arena.ofAuto().allocate(Pattern.MOST_BYTES);
  }
}
