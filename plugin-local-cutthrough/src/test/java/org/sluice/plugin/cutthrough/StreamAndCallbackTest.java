package org.sluice.plugin.cutthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.SessionStream;
import org.sluice.spi.session.WritableWish;

/** One end of a local session is a thread, the other callbacks on a worker. The test's thread is the application's. */
class StreamAndCallbackTest {
  private static final int FIFO_BYTES = 16 << 10;

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void an_echo_by_callbacks_answers_a_thread(int dataWorkers) {
    LocalHost host = new LocalHost(dataWorkers);
    Probe server = host.server();
    server.onReadable = session -> session.transferTo(session, Integer.MAX_VALUE);
    server.onWritable = server.onReadable;
    Probe client = host.client();
    List<SessionStream> streams = new ArrayList<>();
    client.onConnected = session -> streams.add(session.stream());
    host.join(client);
    SessionStream stream = streams.getFirst();
    byte[] bytes = new byte[FIFO_BYTES];
    for (int round = 0; round < 20; round++) {
      int length = 1 + 700 * round;
      assertThat(stream.writer().offer(bytes, 0, length)).isEqualTo(length);
      host.settle();
      assertThat(stream.reader().poll(bytes, 0, bytes.length)).isEqualTo(length);
    }
    stream.close();
    host.settle();
    host.detach(client);
    host.detach(server);
    host.assertNothingLeft();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void a_writer_by_callbacks_is_told_of_the_room_that_a_thread_made(int dataWorkers) {
    LocalHost host = new LocalHost(dataWorkers);
    Probe server = host.server();
    List<SessionStream> streams = new ArrayList<>();
    server.onAccept = session -> {
      streams.add(session.stream());
      return AcceptDecision.ACCEPT;
    };
    Probe client = host.client();
    int[] left = {10 * FIFO_BYTES};
    client.onConnected = session -> {
      while (left[0] > 0) {
        int written = session.write(new byte[1000], 0, Math.min(1000, left[0]));
        left[0] -= written;
        if (written < 1000 && left[0] > 0) {
          session.wantWritable(WritableWish.NOT_FULL, 0);
          return;
        }
      }
    };
    client.onWritable = client.onConnected;
    host.join(client);
    int total = 0;
    byte[] bytes = new byte[5000];
    for (int quiet = 0; quiet < 3;) {
      int read = streams.getFirst().reader().poll(bytes, 0, bytes.length);
      assertThat(read).isNotNegative();
      quiet = read == 0 ? quiet + 1 : 0;
      total += read;
      host.settle();
    }
    assertThat(total).isEqualTo(10 * FIFO_BYTES);
    host.detach(client);
    assertThat(streams.getFirst().reader().poll(bytes, 0, 1)).isEqualTo(SessionError.END_OF_STREAM.code());
    host.detach(server);
    host.assertNothingLeft();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void what_an_accepting_thread_wrote_before_the_client_was_connected_is_announced(int dataWorkers) {
    LocalHost host = new LocalHost(dataWorkers);
    Probe server = host.server();
    server.onAccept = session -> {
      SessionStream stream = session.stream();
      assertThat(stream.writer().offer(new byte[] {1, 2, 3}, 0, 3)).isEqualTo(3);
      return AcceptDecision.ACCEPT;
    };
    Probe client = host.client();
    List<Integer> read = new ArrayList<>();
    client.onReadable = session -> read.add(session.read(new byte[10], 0, 10));
    host.join(client);
    assertThat(read).containsExactly(3);
    host.detach(client);
    host.detach(server);
    host.assertNothingLeft();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void a_stream_at_rest_holds_no_buffer_memory_and_goes_on_when_it_writes_again(int dataWorkers) {
    LocalHost host = new LocalHost(dataWorkers);
    Probe server = host.server();
    server.onReadable = session -> session.read(new byte[FIFO_BYTES], 0, FIFO_BYTES);
    Probe client = host.client();
    List<SessionStream> streams = new ArrayList<>();
    client.onConnected = session -> streams.add(session.stream());
    host.join(client);
    for (int round = 0; round < 3; round++) {
      assertThat(streams.getFirst().writer().offer(new byte[9000], 0, 9000)).isEqualTo(9000);
      host.settle();
      host.runtime.advance(Duration.ofSeconds(40));
      assertThat(host.counter("session.fifo-swept")).as("round %s", round).isEqualTo(round + 1);
    }
    host.detach(client);
    host.detach(server);
    host.assertNothingLeft();
  }
}
