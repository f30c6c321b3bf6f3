package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sluice.core.application.MemoryView;
import org.sluice.core.segment.SegmentInfo;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.transport.ScriptedConnection;

/** A transport makes rx FIFOs larger, as far as application and memory allow: M04, M16. */
class RxGrowthTest {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;
  private static final int FIRST = 64 * KIB;

  private final ScriptedWorld w = ScriptedWorld.stream();
  private final RecordingApplication server = new RecordingApplication();
  private int nextPort = 20_000;

  /** One segment, with a FIFO that may grow to so much. */
  private ScriptedConnection accepted(int segmentBytes, int maxRxBytes) {
    AttachOptions options = AttachOptions.named("server").with().scopes(Scope.GLOBAL)
        .segments(segmentBytes, segmentBytes, 1).fifoBytes(FIRST, FIRST).maxRxFifoBytes(maxRxBytes).watermarks(50, 80)
        .build();
    w.simulation.await(() -> w.host.applications().attach(server, options));
    w.simulation.await(() -> server.context().listen("script://127.0.0.1:2"));
    return accept();
  }

  private ScriptedConnection accept() {
    ScriptedConnection c = w.simulation.get(0,
        () -> w.transport.incoming(w.transport.listener(), nextPort++, w.worker(0)));
    w.on(c, () -> w.host.sessions().acceptNotify(c));
    w.run();
    return c;
  }

  private int grow(ScriptedConnection c, int bytes) {
    return w.simulation.get(0, () -> {
      int now = w.host.sessions().growRx(c, bytes);
      assertThat(w.host.sessions().rxCapacity(c)).isEqualTo(now);
      return now;
    });
  }

  private int deliver(ScriptedConnection c, int bytes) {
    return w.simulation.get(0, () -> w.transport.deliver(c, new byte[bytes]));
  }

  /** Bytes of the one segment of the listener. */
  private long used() {
    return w.simulation.get(0, () -> w.simulation.stack().applicationRegistry().views().memory().stream()
        .filter(memory -> memory.application().equals("server") && memory.use() == MemoryView.Use.LISTENER)
        .flatMap(memory -> memory.segments().segments().stream()).mapToLong(SegmentInfo::usedBytes).sum());
  }

  private void delete(ScriptedConnection c) {
    w.on(c, () -> {
      w.host.sessions().resetNotify(c);
      w.transport.deleted(c);
    });
    w.run();
  }

  @AfterEach
  void nothing_is_left() {
    w.simulation.await(() -> server.context().detach());
    w.end();
  }

  @Test
  void M04_M16_a_fifo_grows_up_to_the_bound_of_its_application_and_never_shrinks() {
    ScriptedConnection c = accepted(8 * MIB, MIB);
    assertThat(grow(c, 100 * KIB)).isEqualTo(100 * KIB);
    assertThat(grow(c, FIRST)).as("smaller").isEqualTo(100 * KIB);
    assertThat(grow(c, 2 * MIB)).isEqualTo(MIB);
    assertThat(deliver(c, MIB)).as("what it holds").isEqualTo(MIB);
    assertThat(deliver(c, 1)).isZero();
    w.on(c, () -> server.readAll(server.log().session()));
    assertThat(server.log().received()).hasSize(MIB);
  }

  @Test
  void M16_growing_takes_no_memory_and_the_next_session_begins_small() {
    ScriptedConnection c = accepted(8 * MIB, MIB);
    long before = used();
    assertThat(grow(c, MIB)).isEqualTo(MIB);
    assertThat(used()).isEqualTo(before);
    delete(c);
    w.on(c, () -> server.log().session().close());
    w.run();
    assertThat(grow(accept(), 0)).isEqualTo(FIRST);
  }

  @Test
  void M16_without_a_bound_above_its_size_it_stays() {
    assertThat(grow(accepted(8 * MIB, 0), MIB)).isEqualTo(FIRST);
  }

  @Test
  void M16_it_grows_by_half_of_what_is_free_and_not_under_pressure() {
    ScriptedConnection c = accepted(MIB, 4 * MIB);
    int now = grow(c, 4 * MIB);
    assertThat(now).isBetween(MIB / 2, FIRST + MIB / 2);
    assertThat(deliver(c, now)).isEqualTo(now);
    int more = grow(c, 4 * MIB);
    assertThat(more).as("low pressure").isGreaterThan(now);
    assertThat(deliver(c, more - now)).isPositive();
    ScriptedConnection other = accept();
    while (deliver(other, 4 * KIB) > 0) {
      // Until nothing is free, or the FIFO is full.
    }
    assertThat(grow(other, 4 * MIB)).as("high pressure").isEqualTo(FIRST);
  }

  @Test
  void M16_a_connection_whose_session_has_gone_is_told() {
    ScriptedConnection c = accepted(8 * MIB, MIB);
    delete(c);
    w.on(c, () -> assertThat(w.host.sessions().growRx(c, MIB)).isEqualTo(SessionError.NOSESSION.code()));
  }
}
