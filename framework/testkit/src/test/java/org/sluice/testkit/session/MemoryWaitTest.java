package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sluice.core.StackLimits;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.transport.ScriptedConnection;

/** Writers that have room in their FIFOs, but no memory in the segment, which is smaller than its FIFOs may become. */
class MemoryWaitTest {
  private static final int MIB = 1 << 20;
  private static final Duration LONG = Duration.ofSeconds(1);
  private static final Duration SOON = Duration.ofMillis(20);

  private final ScriptedWorld w;
  private int told;

  MemoryWaitTest() {
    w = world(0, TxMode.DEQUEUE);
  }

  private ScriptedWorld world(int dataWorkers, TxMode mode) {
    AttachOptions options = AttachOptions.named("application").with().scopes(Scope.GLOBAL).segments(2 * MIB, 2 * MIB, 1)
        .fifoBytes(4 * MIB, 4 * MIB).build();
    ScriptedWorld made = new ScriptedWorld(1, dataWorkers, mode, StackLimits.DEFAULT, options);
    made.application.onWritable(session -> told++);
    return made;
  }

  private static ScriptedConnection connected(ScriptedWorld world, int worker) {
    ScriptedConnection c = world.connected(worker);
    c.spaceBytes = 0;
    return c;
  }

  private static int write(ScriptedWorld world, ScriptedConnection c, int bytes) {
    return world.simulation.get(c.workerIndex(), () -> world.session(c).write(new byte[bytes], 0, bytes));
  }

  private static void want(ScriptedWorld world, ScriptedConnection c, WritableWish wish, int threshold) {
    world.on(c, () -> world.session(c).wantWritable(wish, threshold));
  }

  /** Takes all memory that is left, down to pieces of a size. */
  private static void fill(ScriptedWorld world, ScriptedConnection c, int piece) {
    int written = piece;
    while (written > 0) {
      written = write(world, c, piece);
    }
    assertThat(written).isEqualTo(SessionError.SEG_NO_SPACE.code());
  }

  private static void reset(ScriptedWorld world, ScriptedConnection c) {
    world.on(c, () -> {
      world.host.sessions().resetNotify(c);
      world.transport.deleted(c);
    });
  }

  @ParameterizedTest
  @EnumSource(WritableWish.class)
  void who_has_room_but_no_memory_is_told_once_there_is_some(WritableWish wish) {
    ScriptedConnection rich = connected(w, 0);
    ScriptedConnection poor = connected(w, 0);
    fill(w, rich, 10_000);
    assertThat(write(w, poor, 1000)).isEqualTo(SessionError.SEG_NO_SPACE.code());
    int room = w.simulation.get(0, () -> w.session(poor).writable());
    assertThat(room).isEqualTo(4 * MIB);
    want(w, poor, wish, 1000);
    w.advance(LONG);
    assertThat(told).isZero();
    assertThat(w.counter("session.memory-wait")).isEqualTo(1);

    reset(w, rich);
    w.advance(SOON);
    assertThat(told).isEqualTo(1);
    assertThat(write(w, poor, 1000)).isEqualTo(1000);
    w.advance(LONG);
    assertThat(told).as("one wish, one callback").isEqualTo(1);
    w.end();
  }

  @Test
  void who_writes_and_asks_again_and_again_does_not_keep_the_worker_busy() {
    ScriptedConnection rich = connected(w, 0);
    ScriptedConnection poor = connected(w, 0);
    fill(w, rich, 10_000);
    int[] attempts = {0};
    int[] written = {0};
    w.application.onWritable(session -> {
      attempts[0]++;
      written[0] = session.write(new byte[1000], 0, 1000);
      if (written[0] < 1000) {
        session.wantWritable(WritableWish.NOT_FULL, 0);
      }
    });
    want(w, poor, WritableWish.NOT_FULL, 0);
    w.advance(LONG);
    assertThat(attempts[0]).isZero();
    reset(w, rich);
    w.advance(LONG);
    assertThat(attempts[0]).isEqualTo(1);
    assertThat(written[0]).isEqualTo(1000);
    w.end();
  }

  @Test
  void a_write_that_was_short_goes_on_when_its_own_bytes_have_left() {
    ScriptedConnection c = connected(w, 0);
    int written = write(w, c, 3 * MIB);
    assertThat(written).as("short for want of memory").isBetween(MIB, 2 * MIB);
    want(w, c, WritableWish.NOT_FULL, 0);
    w.advance(LONG);
    assertThat(told).isZero();
    c.spaceBytes = Integer.MAX_VALUE;
    c.sink().onSend(c.sink()::drain);
    w.on(c, () -> w.host.sessions().reschedule(c));
    w.advance(SOON);
    assertThat(told).isEqualTo(1);
    assertThat(write(w, c, MIB)).isEqualTo(MIB);
    w.end();
  }

  @Test
  void a_threshold_needs_as_much_memory() {
    ScriptedConnection small = connected(w, 0);
    ScriptedConnection rich = connected(w, 0);
    ScriptedConnection poor = connected(w, 0);
    assertThat(write(w, small, 8000)).isEqualTo(8000);
    fill(w, rich, 10_000);
    want(w, poor, WritableWish.THRESHOLD, 100_000);
    reset(w, small);
    w.advance(LONG);
    assertThat(told).as("some memory, not enough").isZero();
    reset(w, rich);
    w.advance(SOON);
    assertThat(told).isEqualTo(1);
    assertThat(write(w, poor, 100_000)).isEqualTo(100_000);
    w.end();
  }

  @Test
  void a_datagram_that_met_no_memory_is_waited_for_as_a_whole() {
    ScriptedWorld datagrams = world(0, TxMode.DATAGRAM);
    ScriptedConnection small = connected(datagrams, 0);
    ScriptedConnection rich = connected(datagrams, 0);
    ScriptedConnection poor = connected(datagrams, 0);
    assertThat(write(datagrams, small, 8000)).isEqualTo(8000);
    fill(datagrams, rich, 10_000);
    fill(datagrams, rich, 1000);
    assertThat(write(datagrams, poor, 60_000)).isEqualTo(SessionError.SEG_NO_SPACE.code());
    want(datagrams, poor, WritableWish.NOT_FULL, 0);
    reset(datagrams, small);
    datagrams.advance(LONG);
    assertThat(told).isZero();
    reset(datagrams, rich);
    datagrams.advance(SOON);
    assertThat(told).isEqualTo(1);
    assertThat(write(datagrams, poor, 60_000)).isEqualTo(60_000);
    datagrams.end();
  }

  @Test
  void nothing_is_told_behind_the_end_of_the_session() {
    ScriptedConnection rich = connected(w, 0);
    ScriptedConnection poor = connected(w, 0);
    ScriptedConnection half = connected(w, 0);
    fill(w, rich, 10_000);
    want(w, poor, WritableWish.NOT_FULL, 0);
    want(w, half, WritableWish.NOT_FULL, 0);
    w.run();
    w.on(half, () -> assertThat(w.session(half).shutdown()).isEqualTo(SessionError.NONE));
    reset(w, poor);
    reset(w, rich);
    w.advance(LONG);
    assertThat(told).isZero();
    w.end();
  }

  @Test
  void who_moves_to_another_worker_meanwhile_is_told_there() {
    ScriptedWorld two = world(2, TxMode.DEQUEUE);
    ScriptedConnection rich = connected(two, 1);
    ScriptedConnection poor = connected(two, 1);
    fill(two, rich, 10_000);
    want(two, poor, WritableWish.NOT_FULL, 0);
    Session[] last = new Session[1];
    two.application.onWritable(session -> {
      told++;
      last[0] = session;
      if (session.write(new byte[100], 0, 100) < 0) {
        session.wantWritable(WritableWish.NOT_FULL, 0);
      }
    });
    ScriptedConnection[] after = new ScriptedConnection[1];
    two.on(poor, () -> after[0] = two.transport.migrate(poor, two.worker(2)));
    two.advance(LONG);
    assertThat(told).as("at the new place, once").isEqualTo(1);
    reset(two, rich);
    two.advance(SOON);
    assertThat(told).isEqualTo(2);
    assertThat(last[0].handle()).isEqualTo(after[0].session);
    two.end();
  }
}
