package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.ReadView;
import org.sluice.spi.memory.WriteView;
import org.sluice.spi.session.SessionStream;

/**
 * Threads inside a stream while its session is closed, reset or taken away with its application: each call ends by a
 * code, no memory is touched after it was given back (that would end the process), and all of it is given back.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamRaceTest {
  private static final int ROUNDS = 60;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void calls_race_with_the_end_of_their_session(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < ROUNDS; round++) {
      StreamHost host = new StreamHost(random.nextInt(2), random.nextBoolean() ? 0 : 20_000);
      SessionStream near = host.connect();
      SessionStream far = host.server.accept();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      List<Thread> threads = new ArrayList<>();
      boolean views = random.nextBoolean();
      boolean virtual = random.nextBoolean();
      for (SessionStream stream : List.of(near, far)) {
        threads.add(start(virtual, failure, () -> write(stream, views)));
        threads.add(start(virtual, failure, () -> read(stream, views)));
      }
      spin(random.nextInt(200_000));
      end(random.nextInt(6), host, near, far);
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failure.get()).as("seed %s round %s", seed, round).isNull();
      host.client.close();
      host.server.close();
      host.awaitSegmentsGone();
      host.close();
    }
  }

  private static void end(int how, StreamHost host, SessionStream near, SessionStream far) {
    switch (how) {
      case 0 -> near.close();
      case 1 -> near.reset();
      case 2 -> host.client.close();
      case 3 -> host.server.close();
      case 4 -> {
        far.close();
        near.reset();
      }
      default -> host.scope.revoke().join();
    }
    // Whoever was not ended so is ended by his peer's end, and closes as an application must.
  }

  private static void write(SessionStream stream, boolean views) throws InterruptedException {
    byte[] bytes = new byte[3000];
    long position = 0;
    int result = 0;
    for (int i = 0; result >= 0; i++) {
      if (!views || i % 3 == 0) {
        int length = 1 + i % bytes.length;
        for (int at = 0; at < length; at++) {
          bytes[at] = pattern(position + at);
        }
        result = stream.writer().write(bytes, 0, length);
        position += result;
        continue;
      }
      WriteView room = stream.writer().claim(1 + i % 500);
      if (room == null) {
        result = stream.writer().await(1, Long.MAX_VALUE);
        continue;
      }
      for (int at = 0; at < room.length(); at++) {
        room.memory().set(ValueLayout.JAVA_BYTE, room.offset() + at, pattern(position + at));
      }
      result = room.commit(room.length());
      position += result;
    }
    assertThat(SessionError.of(result)).isIn(SessionError.CLOSED, SessionError.RESET, SessionError.NOSESSION);
    stream.close();
  }

  private static void read(SessionStream stream, boolean views) throws InterruptedException {
    byte[] bytes = new byte[5000];
    long position = 0;
    int result = 0;
    while (result >= 0) {
      ReadView content = views ? stream.reader().view(700) : null;
      if (content == null) {
        result = stream.reader().read(bytes, 0, bytes.length);
        for (int at = 0; at < result; at++) {
          check(bytes[at], position++);
        }
        continue;
      }
      for (int at = 0; at < content.length(); at++) {
        check(content.memory().get(ValueLayout.JAVA_BYTE, content.offset() + at), position++);
      }
      content.release(content.length());
    }
    assertThat(SessionError.of(result)).isIn(SessionError.END_OF_STREAM, SessionError.RESET, SessionError.NOSESSION);
    stream.close();
    assertThat(stream.reader().poll(bytes, 0, 1)).isNegative();
  }

  private static byte pattern(long position) {
    return (byte) (position * 31 >>> 3);
  }

  private static void check(byte value, long position) {
    if (value != pattern(position)) {
      throw new AssertionError("byte " + position + " is wrong");
    }
  }

  private static Thread start(boolean virtual, AtomicReference<Throwable> failure, Body body) {
    Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
    return builder.start(() -> {
      try {
        body.run();
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
      }
    });
  }

  private static void spin(int times) {
    for (int i = 0; i < times; i++) {
      Thread.onSpinWait();
    }
  }

  private interface Body {
    void run() throws Exception;
  }
}
