package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.application.SessionException;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.ReadView;
import org.sluice.spi.memory.WriteView;
import org.sluice.spi.session.SessionStream;
import org.sluice.testkit.runtime.AllocatedBytes;

/** Sessions in the hands of application threads, over cut-through. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void bytes_go_both_ways_and_the_end_is_seen(int dataWorkers) throws Exception {
    try (StreamHost host = new StreamHost(dataWorkers)) {
      SessionStream near = host.connect();
      SessionStream far = host.server.accept();
      byte[] buffer = new byte[10];
      assertThat(near.writer().write(new byte[] {1, 2, 3}, 0, 3)).isEqualTo(3);
      assertThat(far.reader().read(buffer, 0, 10)).isEqualTo(3);
      assertThat(Arrays.copyOf(buffer, 3)).containsExactly(1, 2, 3);
      assertThat(far.writer().write(new byte[] {4}, 0, 1)).isEqualTo(1);
      assertThat(near.reader().read(buffer, 0, 10)).isEqualTo(1);

      assertThat(near.writer().shutdown()).isEqualTo(SessionError.NONE);
      assertThat(near.writer().offer(buffer, 0, 1)).isEqualTo(SessionError.CLOSED.code());
      assertThat(far.reader().read(buffer, 0, 10)).isEqualTo(SessionError.END_OF_STREAM.code());
      assertThat(far.writer().write(new byte[] {5, 6}, 0, 2)).as("half closed").isEqualTo(2);
      assertThat(near.reader().read(buffer, 0, 10)).isEqualTo(2);

      far.close();
      assertThat(near.reader().read(buffer, 0, 10)).isEqualTo(SessionError.END_OF_STREAM.code());
      assertThat(far.reader().poll(buffer, 0, 10)).isEqualTo(SessionError.NOSESSION.code());
      assertThat(far.writer().offer(buffer, 0, 10)).isEqualTo(SessionError.NOSESSION.code());
      near.close();
      host.awaitIdle();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 50_000, Long.MAX_VALUE})
  void a_long_stream_arrives_whole_however_its_ends_wait(long spinNs) throws Exception {
    try (StreamHost host = new StreamHost(1, spinNs)) {
      long total = 40_000_000;
      SessionStream near = host.connect();
      SessionStream far = host.server.accept();
      CompletableFuture<Long> reader = new CompletableFuture<>();
      Thread thread = Thread.ofPlatform().start(() -> complete(reader, () -> readPattern(far, 1)));
      SplittableRandom random = new SplittableRandom(7);
      byte[] chunk = new byte[100_000];
      for (long at = 0; at < total; ) {
        int length = (int) Math.min(total - at, 1 + random.nextInt(chunk.length));
        for (int i = 0; i < length; i++) {
          chunk[i] = (byte) ((at + i) * 31);
        }
        assertThat(near.writer().write(chunk, 0, length)).isEqualTo(length);
        at += length;
      }
      near.writer().shutdown();
      assertThat(reader.get()).isEqualTo(total);
      thread.join();
      near.close();
      far.close();
      host.awaitIdle();
    }
  }

  @Test
  void views_move_bytes_without_a_copy() throws Exception {
    try (StreamHost host = new StreamHost(1)) {
      SessionStream near = host.connect();
      SessionStream far = host.server.accept();
      for (int round = 0; round < 10_000; round++) {
        WriteView room = Objects.requireNonNull(near.writer().claim(256));
        room.memory().set(ValueLayout.JAVA_INT_UNALIGNED, room.offset(), round);
        assertThat(room.commit(256)).isEqualTo(256);
        assertThat(far.reader().await(Long.MAX_VALUE)).isEqualTo(256);
        ReadView content = Objects.requireNonNull(far.reader().view(256));
        assertThat(content.memory().get(ValueLayout.JAVA_INT_UNALIGNED, content.offset())).isEqualTo(round);
        content.release(256);
      }
      assertThat(far.reader().view(1)).isNull();
      near.close();
      far.close();
      host.awaitIdle();
    }
  }

  @Test
  void while_a_view_is_open_other_calls_are_refused_and_the_view_stays() throws Exception {
    try (StreamHost host = new StreamHost(0)) {
      SessionStream near = host.connect();
      SessionStream far = host.server.accept();
      WriteView room = Objects.requireNonNull(near.writer().claim(8));
      assertThatThrownBy(() -> near.writer().offer(new byte[1], 0, 1)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> near.writer().claim(8)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> room.commit(9)).isInstanceOf(IllegalArgumentException.class);
      assertThat(room.commit(8)).isEqualTo(8);
      assertThatThrownBy(room::abort).isInstanceOf(IllegalStateException.class);
      assertThat(far.reader().await(Long.MAX_VALUE)).isEqualTo(8);
      near.close();
      far.close();
      host.awaitIdle();
    }
  }

  @Test
  void a_view_that_is_open_when_the_session_goes_keeps_its_memory_until_it_ends() throws Exception {
    try (StreamHost host = new StreamHost(0)) {
      SessionStream near = host.connect();
      SessionStream far = host.server.accept();
      near.writer().write(new byte[] {9, 9, 9}, 0, 3);
      far.reader().await(Long.MAX_VALUE);
      ReadView content = Objects.requireNonNull(far.reader().view(3));
      host.client.close();
      host.server.close();
      host.awaitIdle(0);
      assertThat(content.memory().get(ValueLayout.JAVA_BYTE, content.offset() + 2)).isEqualTo((byte) 9);
      content.release(3);
      assertThat(far.reader().poll(new byte[1], 0, 1)).isEqualTo(SessionError.NOSESSION.code());
      host.awaitSegmentsGone();
    }
  }

  @Test
  void unread_data_that_is_lost_by_a_close_is_a_reset_to_the_peer() throws Exception {
    try (StreamHost host = new StreamHost(1)) {
      SessionStream near = host.connect();
      SessionStream far = host.server.accept();
      near.writer().write(new byte[100], 0, 100);
      far.close();
      assertThat(near.reader().read(new byte[1], 0, 1)).isEqualTo(SessionError.RESET.code());
      assertThat(near.writer().await(1, Long.MAX_VALUE)).isEqualTo(SessionError.RESET.code());
      near.close();
      host.awaitIdle();
    }
  }

  @Test
  void what_was_written_before_a_reset_can_be_read_before_it_is_seen() throws Exception {
    try (StreamHost host = new StreamHost(1)) {
      SessionStream near = host.connect();
      SessionStream far = host.server.accept();
      near.writer().write(new byte[100], 0, 100);
      near.reset();
      byte[] buffer = new byte[200];
      assertThat(far.reader().read(buffer, 0, 200)).isEqualTo(100);
      assertThat(far.reader().read(buffer, 0, 200)).isEqualTo(SessionError.RESET.code());
      far.close();
      host.awaitIdle();
    }
  }

  @Test
  void a_close_by_another_thread_ends_a_blocked_read_and_a_blocked_write() throws Exception {
    try (StreamHost host = new StreamHost(1, 0)) {
      SessionStream near = host.connect();
      SessionStream far = host.server.accept();
      CompletableFuture<Integer> read = new CompletableFuture<>();
      CompletableFuture<Integer> write = new CompletableFuture<>();
      Thread reader = Thread.ofVirtual().start(() -> complete(read, () -> near.reader().read(new byte[1], 0, 1)));
      Thread writer = Thread.ofVirtual().start(() -> complete(write, () -> {
        byte[] much = new byte[1 << 20];
        int written;
        do {
          written = near.writer().write(much, 0, much.length);
        } while (written == much.length);
        return written;
      }));
      await(reader, Thread.State.WAITING);
      await(writer, Thread.State.WAITING);
      near.close();
      assertThat(read.get()).isEqualTo(SessionError.NOSESSION.code());
      assertThat(write.get()).isNotEqualTo(1 << 20);
      far.close();
      host.awaitIdle();
    }
  }

  @Test
  void an_interrupt_ends_a_wait_and_the_stream_goes_on() throws Exception {
    try (StreamHost host = new StreamHost(1, 0)) {
      SessionStream near = host.connect();
      SessionStream far = host.server.accept();
      CountDownLatch interrupted = new CountDownLatch(1);
      Thread reader = Thread.ofPlatform().start(() -> {
        try {
          near.reader().read(new byte[1], 0, 1);
        } catch (InterruptedException e) {
          interrupted.countDown();
        }
      });
      await(reader, Thread.State.WAITING);
      reader.interrupt();
      interrupted.await();
      reader.join();
      far.writer().write(new byte[] {1}, 0, 1);
      assertThat(near.reader().read(new byte[1], 0, 1)).isEqualTo(1);
      near.close();
      far.close();
      host.awaitIdle();
    }
  }

  @Test
  void a_wait_ends_when_its_time_is_over() throws Exception {
    try (StreamHost host = new StreamHost(0, 0)) {
      SessionStream near = host.connect();
      SessionStream far = host.server.accept();
      assertThat(near.reader().await(1_000)).isZero();
      int room = near.writer().writable();
      assertThat(near.writer().offer(new byte[room], 0, room)).isEqualTo(room);
      assertThat(near.writer().await(1, 1_000)).isZero();
      near.close();
      far.close();
      host.awaitIdle();
    }
  }

  @Test
  void virtual_threads_by_the_hundred_talk_at_once() throws Exception {
    try (StreamHost host = new StreamHost(1)) {
      int pairs = 200;
      Thread acceptor = Thread.ofVirtual().start(() -> {
        for (int i = 0; i < pairs; i++) {
          try {
            SessionStream stream = host.server.accept();
            Thread.ofVirtual().start(() -> echo(stream));
          } catch (InterruptedException e) {
            return;
          }
        }
      });
      CompletableFuture<?>[] done = new CompletableFuture<?>[pairs];
      for (int i = 0; i < pairs; i++) {
        CompletableFuture<Integer> one = new CompletableFuture<>();
        done[i] = one;
        Thread.ofVirtual().start(() -> complete(one, () -> talk(host.connect())));
      }
      CompletableFuture.allOf(done).join();
      acceptor.join();
      host.awaitIdle();
    }
  }

  @Test
  void who_waits_for_a_peer_is_told_when_the_application_is_detached() throws Exception {
    try (StreamHost host = new StreamHost(0)) {
      CompletableFuture<SessionStream> accepted = new CompletableFuture<>();
      Thread acceptor = Thread.ofPlatform().start(() -> complete(accepted, host.server::accept));
      await(acceptor, Thread.State.WAITING);
      host.server.close();
      assertThatThrownBy(accepted::get).cause().isInstanceOf(SessionException.class);
      assertThatThrownBy(host.server::accept).isInstanceOf(SessionException.class);
      assertThat(host.server.pollAccepted()).isNull();
    }
  }

  @Test
  void an_open_claim_keeps_the_writer_from_ending_before_it() throws Exception {
    try (StreamHost host = new StreamHost(1)) {
      SessionStream near = host.connect();
      SessionStream far = host.server.accept();
      WriteView room = Objects.requireNonNull(near.writer().claim(8));
      assertThatThrownBy(() -> near.writer().shutdown()).isInstanceOf(IllegalStateException.class);
      room.commit(8);
      near.writer().shutdown();
      byte[] buffer = new byte[10];
      assertThat(far.reader().read(buffer, 0, 10)).isEqualTo(8);
      assertThat(far.reader().read(buffer, 0, 10)).isEqualTo(SessionError.END_OF_STREAM.code());
      near.close();
      far.close();
      host.awaitIdle();
    }
  }

  @Test
  void a_connect_that_nobody_answers_fails_with_its_reason() throws Exception {
    try (StreamHost host = new StreamHost(0)) {
      assertThatThrownBy(() -> host.client.connect("ct://127.0.0.1:8"))
          .isInstanceOf(SessionException.class).extracting(e -> ((SessionException) e).error())
          .isEqualTo(SessionError.NOROUTE);
    }
  }

  @Test
  void polling_and_waiting_allocate_nothing() throws Exception {
    try (StreamHost host = new StreamHost(1)) {
      SessionStream near = host.connect();
      SessionStream far = host.server.accept();
      Thread echo = Thread.ofPlatform().start(() -> echo(far));
      MemorySegment buffer = MemorySegment.ofArray(new long[8]);
      assertThat(AllocatedBytes.leastOf(() -> roundTrips(near, buffer, 5_000)))
          .as("bytes of 5 000 round trips, once everything is linked").isZero();
      near.close();
      echo.join();
      host.awaitIdle();
    }
  }

  private static void roundTrips(SessionStream stream, MemorySegment buffer, int count) {
    try {
      for (int i = 0; i < count; i++) {
        stream.writer().write(buffer, 0, 32);
        for (int got = 0; got < 32; ) {
          got += stream.reader().read(buffer, got, 32 - got);
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static int talk(SessionStream stream) throws InterruptedException {
    try (stream) {
      byte[] buffer = new byte[100];
      for (int round = 0; round < 50; round++) {
        stream.writer().write(new byte[] {(byte) round}, 0, 1);
        assertThat(stream.reader().read(buffer, 0, 100)).isEqualTo(1);
        assertThat(buffer[0]).isEqualTo((byte) round);
      }
      return 50;
    }
  }

  private static void echo(SessionStream stream) {
    byte[] buffer = new byte[4096];
    try (stream) {
      int read;
      while ((read = stream.reader().read(buffer, 0, buffer.length)) > 0) {
        stream.writer().write(buffer, 0, read);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long readPattern(SessionStream stream, int seed) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] buffer = new byte[200_000];
    long at = 0;
    while (true) {
      int read = stream.reader().read(buffer, 0, 1 + random.nextInt(buffer.length));
      if (read < 0) {
        assertThat(read).isEqualTo(SessionError.END_OF_STREAM.code());
        return at;
      }
      for (int i = 0; i < read; i++) {
        if (buffer[i] != (byte) ((at + i) * 31)) {
          throw new AssertionError("byte " + (at + i));
        }
      }
      at += read;
    }
  }

  private static void await(Thread thread, Thread.State state) {
    while (thread.getState() != state) {
      Thread.onSpinWait();
    }
  }

  private interface Call<T> {
    T call() throws Exception;
  }

  private static <T> void complete(CompletableFuture<T> future, Call<T> call) {
    try {
      future.complete(call.call());
    } catch (Throwable e) {
      future.completeExceptionally(e);
    }
  }
}
