package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionStream;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.transport.ScriptedConnection;

/** Streams over a transport that is served by a worker: the thread of the test is the application's. */
class StreamModesTest {
  private final SplittableRandom random = new SplittableRandom(3);
  private @Nullable SessionStream stream;

  private byte[] bytes(int length) {
    byte[] data = new byte[length];
    random.nextBytes(data);
    return data;
  }

  private ScriptedConnection opened(ScriptedWorld w) {
    w.application.onOpen(session -> stream = session.stream());
    return w.connected(w.simulation.stack().workers().count() - 1);
  }

  private SessionStream stream() {
    SessionStream made = stream;
    if (made == null) {
      throw new AssertionError("no session was opened");
    }
    return made;
  }

  private static byte[] sent(ScriptedConnection connection) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    connection.sink().drain().forEach(packet -> all.writeBytes(packet.data()));
    return all.toByteArray();
  }

  @ParameterizedTest
  @EnumSource(value = TxMode.class, names = {"PEEK", "DEQUEUE"})
  void what_a_thread_writes_is_sent_without_its_asking(TxMode mode) {
    for (int dataWorkers : new int[] {0, 2}) {
      ScriptedWorld w = new ScriptedWorld(1, dataWorkers, mode);
      ScriptedConnection c = opened(w);
      for (int round = 0; round < 5; round++) {
        byte[] data = bytes(2500);
        assertThat(stream().writer().offer(data, 0, data.length)).isEqualTo(data.length);
        w.run();
        assertThat(sent(c)).as("%s, round %s", mode, round).isEqualTo(data);
      }
    }
  }

  @Test
  void a_transport_that_writes_by_itself_is_called_when_a_thread_has_written() {
    ScriptedWorld w = new ScriptedWorld(1, 1, TxMode.INTERNAL);
    ScriptedConnection c = opened(w);
    c.custom = (own, tx) -> {
      int waiting = w.host.sessions().txReadable(own);
      tx.dequeued(w.host.sessions().txDrop(own, waiting));
      return waiting > 0 ? 1 : 0;
    };
    for (int round = 0; round < 3; round++) {
      stream().writer().offer(bytes(1000), 0, 1000);
      w.run();
      w.on(c, () -> assertThat(w.host.sessions().txReadable(c)).isZero());
    }
  }

  @Test
  void what_arrives_is_there_to_be_polled_and_room_made_is_told_to_the_transport() {
    ScriptedWorld w = new ScriptedWorld(1, 1, TxMode.PEEK);
    ScriptedConnection c = opened(w);
    byte[] data = bytes(5000);
    w.on(c, () -> assertThat(w.transport.deliver(c, data)).isEqualTo(data.length));
    w.run();
    byte[] got = new byte[6000];
    assertThat(stream().reader().readable()).isEqualTo(5000);
    w.on(c, () -> w.host.sessions().wantRxSpace(c, w.host.sessions().rxCapacity(c)));
    long before = w.transport.calls("applicationRead");
    assertThat(stream().reader().poll(got, 0, got.length)).isEqualTo(5000);
    w.run();
    assertThat(got).startsWith(data);
    assertThat(w.transport.calls("applicationRead")).isEqualTo(before + 1);
  }

  @Test
  void half_close_and_flush_reach_the_transport() {
    ScriptedWorld w = new ScriptedWorld(1, 1, TxMode.DEQUEUE);
    ScriptedConnection c = opened(w);
    stream().writer().offer(bytes(10), 0, 10);
    stream().writer().flush();
    w.run();
    assertThat(w.transport.calls("flush")).isEqualTo(1);
    assertThat(sent(c)).hasSize(10);
    assertThat(stream().writer().shutdown()).isEqualTo(SessionError.NONE);
    w.run();
    assertThat(w.transport.calls("halfClose")).isEqualTo(1);
    assertThat(stream().writer().offer(bytes(1), 0, 1)).isEqualTo(SessionError.CLOSED.code());
  }

  @Test
  void the_end_the_transport_reports_is_seen_behind_the_data() {
    ScriptedWorld w = new ScriptedWorld(1, 0, TxMode.DEQUEUE);
    ScriptedConnection c = opened(w);
    w.on(c, () -> {
      w.transport.deliver(c, bytes(7));
      w.host.sessions().closingNotify(c);
    });
    w.run();
    byte[] got = new byte[10];
    assertThat(stream().reader().poll(got, 0, 10)).isEqualTo(7);
    assertThat(stream().reader().poll(got, 0, 10)).isEqualTo(SessionError.END_OF_STREAM.code());
    assertThat(stream().writer().offer(got, 0, 1)).as("closed in one direction").isEqualTo(1);
    w.on(c, () -> w.host.sessions().resetNotify(c));
    w.on(c, () -> w.host.sessions().closedNotify(c));
    w.run();
    assertThat(stream().writer().offer(got, 0, 1)).isEqualTo(SessionError.CLOSED.code());
    assertThat(w.lastLog().events()).as("callbacks").containsOnly("connected");
  }

  @Test
  void after_the_hand_over_the_sessions_own_calls_are_refused() {
    ScriptedWorld w = new ScriptedWorld(1, 0, TxMode.DEQUEUE);
    ScriptedConnection c = opened(w);
    Session session = w.session(c);
    w.on(c, () -> {
      assertThat(session.write(new byte[1], 0, 1)).isEqualTo(SessionError.CONFLICT.code());
      assertThat(session.read(new byte[1], 0, 1)).isEqualTo(SessionError.CONFLICT.code());
      assertThat(session.readable()).isEqualTo(SessionError.CONFLICT.code());
      assertThat(session.writable()).isEqualTo(SessionError.CONFLICT.code());
      assertThatThrownBy(session::stream).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(session::rx).isInstanceOf(IllegalStateException.class);
    });
    stream().close();
    w.run();
    assertThat(w.transport.calls("close")).isEqualTo(1);
    w.on(c, () -> w.transport.deleted(c));
    w.run();
    assertThat(stream().reader().poll(new byte[1], 0, 1)).isEqualTo(SessionError.NOSESSION.code());
    w.end();
  }

  @Test
  void two_threads_inside_one_side_at_once_fail_an_assertion() throws InterruptedException {
    ScriptedWorld w = new ScriptedWorld(1, 0, TxMode.DEQUEUE);
    opened(w);
    Thread reader = Thread.ofPlatform().start(() -> {
      try {
        stream().reader().await(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    while (reader.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThatThrownBy(() -> stream().reader().readable()).isInstanceOf(AssertionError.class)
        .hasMessageContaining("at once");
    reader.interrupt();
    reader.join();
    assertThat(stream().reader().readable()).isZero();
  }
}
