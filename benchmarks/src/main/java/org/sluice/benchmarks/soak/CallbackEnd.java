package org.sluice.benchmarks.soak;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.ReadView;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/** The server's end of a session, by callbacks on its worker. */
final class CallbackEnd {
  /** So much is written before others have their turn. */
  private static final int BURST_BYTES = 128 << 10;
  private static final int READ_BYTES = 16 << 10;

  private final Conversation conversation;
  private final Session session;
  private final Course in;
  private final Course out;
  private final SplittableRandom reading;
  private final SplittableRandom writing;
  private final byte[] array = new byte[READ_BYTES];
  private final MemorySegment heap = MemorySegment.ofArray(array);
  private boolean sending;
  private boolean receiving = true;

  CallbackEnd(Conversation conversation, Session session) {
    this.conversation = conversation;
    this.session = session;
    in = conversation.from(End.CLIENT);
    out = conversation.from(End.SERVER);
    reading = in.way.steps(false);
    writing = out.way.steps(true);
    sending = conversation.script().isTwoWay();
    conversation.endpoint(End.SERVER, Endpoint.of(session));
  }

  /** Runs a callback; what it finds wrong ends the run. */
  void run(Runnable callback) {
    try {
      callback.run();
    } catch (Throwable e) {
      conversation.fail("callback", e);
    }
  }

  void begin() {
    if (sending) {
      // Only an established session can be shut down, so writing begins in a turn to come.
      session.wantWritable(WritableWish.NOT_FULL, 0);
    }
  }

  // ---- In.

  void read() {
    while (receiving && readSome() > 0) {
      in.receiving("reads");
    }
    in.receiving("waits");
  }

  private int readSome() {
    if (act(false, in.read())) {
      return 0;
    }
    return reading.nextBoolean() ? copy() : view();
  }

  private int copy() {
    int code = session.read(array, 0, READ_BYTES);
    if (code > 0) {
      in.pattern.check(heap, 0, code, in.read());
      took(code);
    }
    return code;
  }

  private int view() {
    @Nullable ReadView content = session.rx().view(1 + reading.nextInt(READ_BYTES));
    if (content == null) {
      return 0;
    }
    int length = content.length();
    in.pattern.check(content.memory(), content.offset(), length, in.read());
    content.release(length);
    session.consumed();
    took(length);
    return length;
  }

  private void took(int bytes) {
    in.read(bytes);
    conversation.tally().bytes.add(bytes);
  }

  // ---- Out.

  void write() {
    int burst = 0;
    while (sending && out.written() < out.way.bytes() && burst < BURST_BYTES) {
      if (act(true, out.written())) {
        return;
      }
      int length = (int) Math.min(out.way.bytes() - out.written(), Way.lengthUpTo(writing, out.way.largestMessage()));
      int code = session.write(Pattern.array(), out.pattern.at(out.written()), length);
      conversation.tally().messages.increment();
      if (code < 0) {
        stopSending(SessionError.of(code));
        nobodyReads();
        return;
      }
      out.written(code);
      burst += code;
      if (code < length) {
        break;
      }
    }
    if (sending && out.written() < out.way.bytes()) {
      out.sending("waits for room");
      wantRoom();
    } else if (sending && !act(true, out.written())) {
      finishSending();
    }
  }

  private void wantRoom() {
    switch (writing.nextInt(3)) {
      case 0 -> session.wantWritable(WritableWish.THRESHOLD, 1 + writing.nextInt(READ_BYTES));
      case 1 -> session.wantWritable(WritableWish.EMPTY, 0);
      default -> session.wantWritable(WritableWish.NOT_FULL, 0);
    }
  }

  private void finishSending() {
    out.promise();
    stopSending(SessionError.NONE);
    if (receiving) {
      session.shutdown();
    } else {
      session.close();
    }
  }

  private void stopSending(SessionError how) {
    sending = false;
    out.sendingEnded(how);
    out.sending("ended");
  }

  // ---- Ends.

  private boolean act(boolean asSender, long at) {
    // A detach ends by itself what is under way.
    if (!conversation.actIfDue(End.SERVER, asSender, at)
        || conversation.script().ending().kind() == Ending.Kind.DETACH) {
      return false;
    }
    stop(SessionError.NOSESSION);
    return true;
  }

  /** The peer has ended. */
  void ended(SessionError how) {
    int waiting = receiving ? session.readable() : 0;
    if (waiting > 0 && conversation.script().isClean()) {
      throw new AssertionError(waiting + " bytes were not announced before the end");
    }
    read();
    if (!receiving) {
      return;
    }
    receiving = false;
    in.receivingEnded(how);
    in.receiving("ended");
    if (sending && session.writable() < 0) {
      // No half close but the end of all: nobody will tell of room.
      stopSending(how == SessionError.RESET ? how : SessionError.CLOSED);
    }
    if (!sending) {
      session.close();
    }
  }

  /** The peer has closed altogether; if it had half closed before, this is all that tells. */
  void nobodyReads() {
    if (receiving) {
      return;
    }
    if (sending) {
      stopSending(SessionError.CLOSED);
    }
    session.close();
  }

  /** The session is freed. */
  void gone() {
    stop(SessionError.NOSESSION);
    conversation.callbacksGone();
  }

  private void stop(SessionError how) {
    if (receiving) {
      receiving = false;
      in.receivingEnded(how);
      in.receiving("ended");
    }
    if (sending) {
      stopSending(how);
    }
  }
}
