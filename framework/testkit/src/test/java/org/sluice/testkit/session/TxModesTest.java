package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;
import org.sluice.spi.transport.ConnectionFlags;
import org.sluice.spi.transport.SendParams.Scheduling;
import org.sluice.spi.transport.TransportTrait;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.transport.FakePacketSink;
import org.sluice.testkit.transport.ScriptedConnection;

class TxModesTest {
  private static final int SEGMENT = 1000;

  private final SplittableRandom random = new SplittableRandom(7);

  private byte[] bytes(int length) {
    byte[] data = new byte[length];
    random.nextBytes(data);
    return data;
  }

  private static byte[] sent(ScriptedConnection connection) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    connection.sink().drain().forEach(packet -> all.writeBytes(packet.data()));
    return all.toByteArray();
  }

  private static List<Integer> sizes(ScriptedConnection connection) {
    return connection.sink().drain().stream().map(packet -> packet.data().length).toList();
  }

  private static int write(ScriptedWorld w, ScriptedConnection connection, byte[] data) {
    return w.simulation.get(connection.workerIndex(), () -> w.session(connection).write(data, 0, data.length));
  }

  @Test
  void peek_keeps_payload_until_the_transport_drops_it() {
    ScriptedWorld w = new ScriptedWorld(1, 0, TxMode.PEEK);
    ScriptedConnection c = w.connected(0);
    byte[] data = bytes(2500);
    write(w, c, data);
    w.run();
    assertThat(sent(c)).isEqualTo(data);
    w.on(c, () -> assertThat(w.host.sessions().txReadable(c)).isEqualTo(2500));
    byte[] more = bytes(300);
    write(w, c, more);
    w.run();
    assertThat(sent(c)).as("only what is not in flight").isEqualTo(more);
    w.on(c, () -> {
      c.inFlightBytes -= 2800;
      assertThat(w.host.sessions().txDrop(c, 2800)).isEqualTo(2800);
      assertThat(w.host.sessions().txReadable(c)).isZero();
    });
    assertThat(c.sink().isWhole()).isTrue();
  }

  @Test
  void dequeue_takes_payload_out_and_tells_the_waiting_writer() {
    ScriptedWorld w = ScriptedWorld.stream();
    int[] writables = {0};
    w.application.onWritable(s -> writables[0]++);
    ScriptedConnection c = w.connected(0);
    c.spaceBytes = 0;
    Session session = w.session(c);
    int written = write(w, c, new byte[1 << 20]);
    w.on(c, () -> session.wantWritable(WritableWish.NOT_FULL, 0));
    w.run();
    assertThat(writables[0]).isZero();
    c.spaceBytes = 5000;
    w.on(c, () -> w.host.sessions().reschedule(c));
    w.run();
    assertThat(sizes(c)).hasSize(5);
    w.on(c, () -> assertThat(w.host.sessions().txReadable(c)).isEqualTo(written - 5000));
    assertThat(writables[0]).isEqualTo(1);
  }

  @Test
  void internal_writes_by_itself_until_it_can_no_more() {
    ScriptedWorld w = new ScriptedWorld(1, 0, TxMode.INTERNAL);
    ScriptedConnection c = w.connected(0);
    int[] credit = {3};
    c.custom = (own, tx) -> {
      if (credit[0] == 0) {
        return 0;
      }
      credit[0]--;
      tx.dequeued(w.host.sessions().txDrop(own, 100));
      return 1;
    };
    write(w, c, bytes(1000));
    w.run();
    w.on(c, () -> assertThat(w.host.sessions().txReadable(c)).isEqualTo(700));
    credit[0] = 100;
    w.on(c, () -> w.host.sessions().requestCustomTx(c));
    w.run();
    w.on(c, () -> assertThat(w.host.sessions().txReadable(c)).isZero());
    assertThat(w.transport.calls("sendParams")).isZero();
  }

  @Test
  void sessions_of_a_local_transport_never_enter_the_scheduler() {
    ScriptedWorld w = new ScriptedWorld(1, 0, TxMode.INTERNAL, TransportTrait.NO_LOOKUP);
    ScriptedConnection c = w.connected(0);
    w.run();
    assertThat(w.transport.calls("customTx")).as("nothing to send").isZero();
    assertThat(c.session).isNotNegative();
  }

  @Test
  void datagrams_leave_one_by_one_with_their_bounds() {
    ScriptedWorld w = new ScriptedWorld(1, 0, TxMode.DATAGRAM);
    ScriptedConnection c = w.connected(0);
    c.segmentBytes = SEGMENT;
    assertThat(write(w, c, bytes(10))).isEqualTo(10);
    assertThat(write(w, c, bytes(SEGMENT))).isEqualTo(SEGMENT);
    assertThat(write(w, c, bytes(SEGMENT + 1))).as("longer than a packet").isEqualTo(SEGMENT + 1);
    assertThat(write(w, c, new byte[0])).as("empty").isZero();
    assertThat(write(w, c, bytes(77))).isEqualTo(77);
    w.run();
    assertThat(sizes(c)).containsExactly(10, SEGMENT, 77);
    assertThat(w.counter("session.datagram-skipped")).isEqualTo(1);
    assertThat(write(w, c, new byte[70_000])).isEqualTo(SessionError.INVALID.code());
  }

  @Test
  void datagram_goes_in_whole_or_not_at_all() {
    ScriptedWorld w = new ScriptedWorld(1, 0, TxMode.DATAGRAM);
    ScriptedConnection c = w.connected(0);
    c.spaceBytes = 0;
    byte[] message = new byte[60_000];
    int taken = 0;
    while (write(w, c, message) > 0) {
      taken++;
    }
    assertThat(taken).isEqualTo(4);
    Session session = w.session(c);
    int room = w.simulation.get(0, session::writable);
    assertThat(write(w, c, new byte[room])).isEqualTo(room);
    assertThat(w.simulation.get(0, session::writable)).isZero();
  }

  @Test
  void received_datagrams_are_read_one_by_one_and_short_reads_go_on() {
    ScriptedWorld w = new ScriptedWorld(1, 0, TxMode.DATAGRAM);
    w.application.onReadable(s -> {});
    ScriptedConnection c = w.connected(0);
    byte[] first = bytes(100);
    w.on(c, () -> {
      assertThat(w.transport.deliver(c, first)).isEqualTo(100);
      assertThat(w.transport.deliver(c, bytes(5))).isEqualTo(5);
    });
    w.run();
    Session session = w.session(c);
    byte[] target = new byte[1000];
    w.on(c, () -> {
      assertThat(session.readable()).isEqualTo(100);
      assertThat(session.read(target, 0, 60)).isEqualTo(60);
      assertThat(session.readable()).isEqualTo(40);
      assertThat(session.read(target, 60, 1000 - 60)).isEqualTo(40);
      assertThat(target).startsWith(first);
      assertThat(session.read(target, 0, 1000)).isEqualTo(5);
      assertThat(session.read(target, 0, 1000)).isZero();
    });
  }

  @Test
  void rx_datagram_without_room_is_dropped_and_counted() {
    ScriptedWorld w = new ScriptedWorld(1, 0, TxMode.DATAGRAM);
    w.application.onReadable(s -> {});
    ScriptedConnection c = w.connected(0);
    int kept = 0;
    while (w.simulation.get(0, () -> w.transport.deliver(c, new byte[60_000])) > 0) {
      kept++;
    }
    assertThat(kept).isEqualTo(4);
    assertThat(w.counter("session.datagram-no-room")).isEqualTo(1);
  }

  @Test
  void only_the_last_packet_of_a_drained_fifo_is_short() {
    ScriptedWorld w = ScriptedWorld.stream();
    ScriptedConnection c = w.connected(0);
    write(w, c, bytes(3456));
    w.run();
    assertThat(sizes(c)).containsExactly(SEGMENT, SEGMENT, SEGMENT, 456);
  }

  @Test
  void space_that_ends_inside_a_segment_is_used_for_full_ones_only_unless_flushed() {
    ScriptedWorld w = ScriptedWorld.stream();
    ScriptedConnection c = w.connected(0);
    c.spaceBytes = 2500;
    write(w, c, bytes(10_000));
    w.simulation.runtime().step();
    assertThat(sizes(c)).containsExactly(SEGMENT, SEGMENT);

    ScriptedConnection flushed = w.connected(0);
    flushed.spaceBytes = 2500;
    write(w, flushed, bytes(10_000));
    w.on(flushed, () -> w.session(flushed).flush());
    w.simulation.runtime().step();
    assertThat(sizes(flushed)).containsExactly(SEGMENT, SEGMENT, 500);
    assertThat(w.transport.calls("flush")).isEqualTo(1);
  }

  @Test
  void burst_units_carry_several_segments_in_one_packet() {
    ScriptedWorld w = ScriptedWorld.stream();
    ScriptedConnection c = w.connected(0);
    c.sink(new FakePacketSink(64, 4000, SEGMENT));
    c.burstBytes = 4000;
    byte[] data = bytes(9300);
    write(w, c, data);
    w.run();
    List<FakePacketSink.Packet> packets = c.sink().drain();
    assertThat(packets).extracting(packet -> packet.data().length).containsExactly(4000, 4000, 1300);
    assertThat(packets).extracting(FakePacketSink.Packet::segmentBytes).containsExactly(SEGMENT, SEGMENT, SEGMENT);
  }

  @Test
  void burst_units_end_within_their_frame_wherever_its_data_begins() {
    ScriptedWorld w = ScriptedWorld.stream();
    ScriptedConnection c = w.connected(0);
    c.sink(new FakePacketSink(64, 4 * SEGMENT, SEGMENT));
    c.sink().lead(SEGMENT / 2);
    c.burstBytes = 4 * SEGMENT;
    write(w, c, bytes(7 * SEGMENT));
    w.run();
    assertThat(sizes(c)).containsExactly(3 * SEGMENT, 3 * SEGMENT, SEGMENT);
  }

  @Test
  void segments_that_do_not_fit_behind_the_headers_are_the_transports_mistake() {
    ScriptedWorld w = ScriptedWorld.stream();
    w.simulation.runtime().tolerateFaults();
    ScriptedConnection c = w.connected(0);
    c.sink(new FakePacketSink(64, SEGMENT, SEGMENT));
    c.sink().lead(1);
    write(w, c, bytes(SEGMENT));
    w.run();
    assertThat(w.host.scope().faults().count()).isEqualTo(1);
    assertThat(c.sink().sentPackets()).isZero();
    assertThat(c.sink().isWhole()).isTrue();
  }

  @Test
  void descheduled_session_sends_nothing_until_it_is_rescheduled() {
    ScriptedWorld w = ScriptedWorld.stream();
    ScriptedConnection c = w.connected(0);
    c.spaceBytes = 0;
    c.scheduling = Scheduling.DESCHEDULE;
    write(w, c, bytes(100));
    w.run();
    assertThat(c.has(ConnectionFlags.DESCHEDULED)).isTrue();
    long asked = w.transport.calls("sendParams");
    write(w, c, bytes(100));
    w.advance(Duration.ofMillis(10));
    assertThat(w.transport.calls("sendParams")).as("asked no more").isEqualTo(asked);
    c.spaceBytes = 1000;
    w.on(c, () -> w.host.sessions().reschedule(c));
    w.run();
    assertThat(sizes(c)).containsExactly(200);
  }

  @Test
  void session_that_waits_for_more_data_is_asked_again_by_each_write_and_not_in_between() {
    ScriptedWorld w = ScriptedWorld.stream();
    ScriptedConnection c = w.connected(0);
    c.spaceBytes = 0;
    c.scheduling = Scheduling.UNTIL_WRITTEN;
    write(w, c, bytes(100));
    w.run();
    long asked = w.transport.calls("sendParams");
    w.advance(Duration.ofMillis(10));
    assertThat(w.transport.calls("sendParams")).as("asked no more").isEqualTo(asked);
    c.spaceBytes = 1000;
    write(w, c, bytes(100));
    w.run();
    assertThat(sizes(c)).containsExactly(200);
  }

  @Test
  void postponed_and_retried_sessions_let_the_worker_sleep_and_are_asked_again() {
    for (Scheduling how : List.of(Scheduling.POSTPONE, Scheduling.RETRY)) {
      ScriptedWorld w = ScriptedWorld.stream();
      ScriptedConnection c = w.connected(0);
      c.spaceBytes = 0;
      c.scheduling = how;
      write(w, c, bytes(100));
      w.run();
      w.advance(Duration.ofMillis(10));
      assertThat(w.transport.calls("sendParams")).as("%s", how).isBetween(9L, 250L);
      c.spaceBytes = 1000;
      w.advance(Duration.ofMillis(2));
      assertThat(sizes(c)).as("%s", how).containsExactly(100);
    }
  }

  @Test
  void missing_frames_are_counted_and_waited_for() {
    ScriptedWorld w = ScriptedWorld.stream();
    ScriptedConnection c = w.connected(0);
    c.sink(new FakePacketSink(2, SEGMENT, SEGMENT));
    write(w, c, bytes(5000));
    w.run();
    assertThat(c.sink().sentPackets()).isEqualTo(2);
    assertThat(w.counter("session.tx-no-frames")).isPositive();
    int total = 0;
    for (int i = 0; i < 10; i++) {
      total += sent(c).length;
      w.advance(Duration.ofMillis(1));
    }
    assertThat(total).isEqualTo(5000);
    assertThat(c.sink().isWhole()).isTrue();
  }

  @Test
  void frames_go_back_when_the_transport_throws_and_only_its_session_ends() {
    ScriptedWorld w = ScriptedWorld.stream();
    w.simulation.runtime().tolerateFaults();
    ScriptedConnection bad = w.connected(0);
    ScriptedConnection good = w.connected(0);
    w.transport.throwIn("pushHeader");
    write(w, bad, bytes(5000));
    w.run();
    w.transport.behaveIn("pushHeader");
    write(w, good, bytes(100));
    w.run();
    assertThat(bad.sink().isWhole()).isTrue();
    assertThat(sizes(good)).containsExactly(100);
    assertThat(w.transport.connection(bad.handle())).isNull();
    assertThat(w.host.scope().faults().count()).isEqualTo(1);
  }

  @Test
  void segments_longer_than_frames_end_the_session_and_touch_no_other_frame() {
    ScriptedWorld w = ScriptedWorld.stream();
    w.simulation.runtime().tolerateFaults();
    ScriptedConnection c = w.connected(0);
    c.segmentBytes = SEGMENT + 1;
    write(w, c, bytes(5000));
    w.run();
    assertThat(c.sink().sentPackets()).isZero();
    assertThat(c.sink().isWhole()).isTrue();
    assertThat(w.host.scope().faults().count()).isEqualTo(1);
  }

  @Test
  void custom_tx_is_served_before_ready_and_after_the_transport_closed() {
    ScriptedWorld w = ScriptedWorld.stream();
    ScriptedConnection c = w.incoming(0);
    int[] turns = {0};
    c.custom = (own, tx) -> {
      turns[0]++;
      return 1;
    };
    w.on(c, () -> w.host.sessions().requestCustomTx(c));
    w.run();
    assertThat(turns[0]).as("in CREATED").isEqualTo(1);
    w.on(c, () -> w.host.sessions().acceptNotify(c));
    w.run();
    w.on(c, () -> {
      w.host.sessions().closedNotify(c);
      w.host.sessions().requestCustomTx(c);
    });
    w.run();
    assertThat(turns[0]).as("in CLOSED").isEqualTo(2);
    w.on(c, () -> {
      w.host.sessions().requestCustomTx(c);
      w.transport.deleted(c);
    });
    w.run();
    assertThat(turns[0]).as("not after it let go").isEqualTo(2);
  }

  @Test
  void what_was_written_while_accepting_is_sent_once_ready() {
    ScriptedWorld w = ScriptedWorld.stream();
    byte[] greeting = bytes(500);
    w.application.onOpen(s -> s.write(greeting, 0, greeting.length));
    ScriptedConnection c = w.accepted(0);
    assertThat(sent(c)).isEqualTo(greeting);
  }

  @Test
  void what_was_written_before_close_and_detach_stays_readable_until_the_transport_lets_go() {
    ScriptedWorld w = new ScriptedWorld(1, 0, TxMode.PEEK);
    ScriptedConnection c = w.connected(0);
    c.spaceBytes = 0;
    byte[] data = bytes(3000);
    write(w, c, data);
    w.on(c, () -> w.session(c).close());
    w.run();
    assertThat(w.transport.calls("close")).isEqualTo(1);
    w.simulation.await(() -> w.application.context().detach());
    w.advance(Duration.ofSeconds(10));
    c.spaceBytes = 10_000;
    w.on(c, () -> w.host.sessions().reschedule(c));
    w.run();
    assertThat(sent(c)).isEqualTo(data);
    w.on(c, () -> w.transport.deleted(c));
    w.simulation.requireNothingLeft();
  }

  @Test
  void nothing_is_sent_after_a_reset_of_the_peer() {
    ScriptedWorld w = ScriptedWorld.stream();
    w.application.onEnd(s -> {});
    ScriptedConnection c = w.connected(0);
    write(w, c, bytes(100));
    w.on(c, () -> w.host.sessions().resetNotify(c));
    w.run();
    assertThat(c.sink().sentPackets()).isZero();
    assertThat(write(w, c, bytes(1))).isEqualTo(SessionError.CLOSED.code());
  }
}
