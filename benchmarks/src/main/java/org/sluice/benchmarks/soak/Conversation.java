package org.sluice.benchmarks.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.SessionStream;

/** One session while its script is played. */
final class Conversation {
  private static final long LOOK_MS = 100;
  private static final long VIRTUAL_PAUSE_NS = 20_000;

  private final String name;
  private final Script script;
  private final Map<End, Attached> applications;
  private final Verdict verdict;
  private final Tally tally;
  private final Course forth;
  private final Course back;
  private final Map<End, Endpoint> endpoints = new EnumMap<>(End.class);
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicBoolean acted = new AtomicBoolean();
  private final CountDownLatch callbacksGone = new CountDownLatch(1);

  Conversation(String name, Script script, Map<End, Attached> applications, Verdict verdict, Tally tally) {
    this.name = name;
    this.script = script;
    this.applications = applications;
    this.verdict = verdict;
    this.tally = tally;
    forth = new Course(End.CLIENT, script.forth());
    back = new Course(End.SERVER, script.back());
  }

  Script script() {
    return script;
  }

  Tally tally() {
    return tally;
  }

  Verdict verdict() {
    return verdict;
  }

  Course from(End end) {
    return end == End.CLIENT ? forth : back;
  }

  long progress() {
    return forth.progress() + back.progress();
  }

  // ---- The threads of an end.

  /** Starts the threads of an end that has any. */
  void start(End end, SessionStream stream, Receiving.Buffers buffers) {
    stream.spinNs(script.spinNs(end));
    endpoints.put(end, Endpoint.of(stream));
    boolean sends = end == End.CLIENT || script.isTwoWay();
    boolean receives = end == End.SERVER || script.isTwoWay();
    AtomicInteger left = new AtomicInteger((sends ? 1 : 0) + (receives ? 1 : 0));
    if (sends) {
      Course course = from(end);
      start(end + " sender", course.way.virtualSender(), () -> {
        new Sending(this, course, stream.writer()).run();
        closeIfLast(left, stream, receives);
      });
    }
    if (receives) {
      Course course = end == End.CLIENT ? back : forth;
      start(end + " receiver", course.way.virtualReceiver(), () -> {
        new Receiving(this, course, stream.reader(), buffers).run();
        closeIfLast(left, stream, true);
      });
    }
  }

  private void closeIfLast(AtomicInteger left, SessionStream stream, boolean sawTheEnd) throws InterruptedException {
    if (left.decrementAndGet() > 0) {
      return;
    }
    if (script.isClean() && !sawTheEnd) {
      int code = stream.reader().await(Long.MAX_VALUE);
      if (code != SessionError.END_OF_STREAM.code()) {
        throw new AssertionError("the peer closes in good order, which is seen as " + SessionError.of(code));
      }
    }
    stream.close();
  }

  private void start(String role, boolean isVirtual, Body body) {
    Thread.Builder builder = isVirtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
    threads.add(builder.name(name + " " + role).start(() -> {
      try {
        body.run();
      } catch (StoppedException e) {
        // Somebody else has said why.
      } catch (Throwable e) {
        fail(role, e);
      }
    }));
  }

  // ---- What those who send and receive ask.

  /**
   * Ends the session as the script says, if that is whose turn it is and he has come so far.
   *
   * @return whether this call has done it
   */
  boolean actIfDue(End end, boolean bySender, long at) {
    Ending ending = script.ending();
    if (!ending.isBy(end, bySender) || at < ending.atByte() || !acted.compareAndSet(false, true)) {
      return false;
    }
    switch (ending.kind()) {
      case CLOSE -> {
        from(end).promise();
        endpoints.get(end).close();
      }
      case RESET -> endpoints.get(end).reset();
      default -> applications.get(end).detach();
    }
    return true;
  }

  /** Between two steps. */
  void stall(long stallNs, Consumer<String> what) {
    verdict.leaveIfFailed();
    if (stallNs > 0) {
      what.accept("stalls");
      tally.stalls.increment();
      LockSupport.parkNanos(this, stallNs);
    }
  }

  /** Between two looks. */
  void pause() {
    verdict.leaveIfFailed();
    if (Thread.currentThread().isVirtual()) {
      // Two virtual threads that yield to each other on every carrier would keep all others from running.
      LockSupport.parkNanos(this, VIRTUAL_PAUSE_NS);
    } else {
      Thread.yield();
    }
  }

  // ---- For callbacks.

  void endpoint(End end, Endpoint endpoint) {
    endpoints.put(end, endpoint);
  }

  void callbacksGone() {
    callbacksGone.countDown();
  }

  void fail(String role, Throwable e) {
    StringBuilder text = new StringBuilder("wrong: " + role + ": " + e);
    for (StackTraceElement frame : e.getStackTrace()) {
      text.append("\n      at ").append(frame);
    }
    verdict.fail(text + "\n" + describe(false));
  }

  // ---- The end of it.

  /** Waits until everybody has ended, and checks what came of it. */
  void finish(boolean callbacks) throws InterruptedException {
    for (Thread thread : threads) {
      while (!thread.join(Duration.ofMillis(LOOK_MS))) {
        verdict.leaveIfFailed();
      }
    }
    verdict.leaveIfFailed();
    while (callbacks && !callbacksGone.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
      verdict.leaveIfFailed();
    }
    try {
      forth.check(script.isClean());
      if (script.isTwoWay()) {
        back.check(script.isClean());
      }
    } catch (AssertionError e) {
      fail("the outcome", e);
    }
    tally.ended(script);
  }

  /** What is known of it, for people. */
  String describe(boolean stacks) {
    StringBuilder text = new StringBuilder("  session " + name + "\n  " + script + "\n  " + forth + "\n  " + back);
    if (stacks) {
      for (Thread thread : List.copyOf(threads)) {
        text.append("\n  thread ").append(thread.getName()).append(' ').append(thread.getState());
        for (StackTraceElement frame : thread.getStackTrace()) {
          text.append("\n      at ").append(frame);
        }
      }
    }
    return text.toString();
  }

  private interface Body {
    void run() throws InterruptedException;
  }
}
