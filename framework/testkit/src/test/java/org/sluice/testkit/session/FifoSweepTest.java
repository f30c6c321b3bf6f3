package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sluice.core.application.MemoryView;
import org.sluice.core.segment.SegmentInfo;
import org.sluice.core.session.SweepLimits;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.transport.ScriptedConnection;

/** The FIFOs of network sessions: the stack produces into one, the application into the other. */
class FifoSweepTest {
  private static final Duration SWEPT = Duration.ofNanos(SweepLimits.DEFAULT.idleNs()).multipliedBy(3);

  private static long usedBytes(ScriptedWorld w) {
    return w.simulation.get(0, () -> w.simulation.stack().applicationRegistry().views().memory().stream()
        .map(MemoryView::segments)
        .flatMap(manager -> manager.segments().stream())
        .mapToLong(SegmentInfo::usedBytes)
        .sum());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String received(ScriptedWorld w) {
    return new String(w.lastLog().received(), StandardCharsets.UTF_8);
  }

  private static void deliver(ScriptedWorld w, ScriptedConnection c, String text) {
    w.on(c, () -> assertThat(w.transport.deliver(c, bytes(text))).isPositive());
    w.run();
  }

  private static void write(ScriptedWorld w, ScriptedConnection c, String text) {
    w.on(c, () -> assertThat(w.session(c).write(bytes(text), 0, text.length())).isEqualTo(text.length()));
    w.run();
  }

  @ParameterizedTest
  @EnumSource(value = TxMode.class, names = {"DEQUEUE", "DATAGRAM"})
  void both_directions_are_swept_time_and_again(TxMode mode) {
    ScriptedWorld w = new ScriptedWorld(1, 1, mode);
    w.application.onReadable(w.application::readAll);
    ScriptedConnection c = w.connected(1);
    long unused = usedBytes(w);
    for (int round = 1; round <= 3; round++) {
      deliver(w, c, "received");
      write(w, c, "sent");
      assertThat(usedBytes(w)).isGreaterThan(unused);
      w.advance(SWEPT);
      assertThat(usedBytes(w)).as("round %d", round).isEqualTo(unused);
      assertThat(w.counter("session.fifo-swept")).isEqualTo(2L * round);
    }
    w.advance(SWEPT);
    deliver(w, c, "only received");
    w.advance(SWEPT);
    assertThat(w.counter("session.fifo-swept")).isEqualTo(7);
    assertThat(usedBytes(w)).isEqualTo(unused);
    assertThat(received(w)).endsWith("only received");
    w.end();
  }

  @Test
  void what_is_out_of_order_waits_for_what_is_missing() {
    ScriptedWorld w = ScriptedWorld.stream();
    w.application.onReadable(w.application::readAll);
    ScriptedConnection c = w.connected(0);
    long unused = usedBytes(w);
    for (int round = 1; round <= 2; round++) {
      w.on(c, () -> assertThat(
          w.host.sessions().enqueueAt(c, 2, MemorySegment.ofArray(bytes("later")), 0, 5)).isEqualTo(5));
      w.advance(SWEPT);
      assertThat(usedBytes(w)).isGreaterThan(unused);
      deliver(w, c, "so");
      assertThat(received(w)).endsWith("solater");
      w.advance(SWEPT);
      assertThat(usedBytes(w)).isEqualTo(unused);
      assertThat(w.counter("session.fifo-swept")).isEqualTo(round);
    }
    w.end();
  }

  @Test
  void what_is_not_acknowledged_stays() {
    ScriptedWorld w = new ScriptedWorld(1, 0, TxMode.PEEK);
    ScriptedConnection c = w.connected(0);
    long unused = usedBytes(w);
    write(w, c, "in flight");
    w.advance(SWEPT);
    assertThat(usedBytes(w)).isGreaterThan(unused);
    w.on(c, () -> {
      c.inFlightBytes -= 9;
      assertThat(w.host.sessions().txDrop(c, 9)).isEqualTo(9);
    });
    w.advance(SWEPT);
    assertThat(usedBytes(w)).isEqualTo(unused);
    w.end();
  }

  @Test
  void what_an_echo_moves_from_one_fifo_to_the_other_is_swept_from_both() {
    ScriptedWorld w = ScriptedWorld.stream();
    w.application.echo();
    ScriptedConnection c = w.connected(0);
    long unused = usedBytes(w);
    for (int round = 1; round <= 2; round++) {
      deliver(w, c, "echo");
      w.advance(SWEPT);
      assertThat(w.counter("session.fifo-swept")).isEqualTo(2L * round);
      assertThat(usedBytes(w)).isEqualTo(unused);
    }
    w.end();
  }
}
