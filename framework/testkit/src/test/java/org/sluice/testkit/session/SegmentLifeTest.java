package org.sluice.testkit.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.core.application.ApplicationLimits;
import org.sluice.core.application.MemoryView;
import org.sluice.core.segment.PressureLevel;
import org.sluice.core.segment.SegmentInfo;
import org.sluice.core.session.SweepLimits;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.transport.TxMode;
import org.sluice.testkit.contract.RecordingApplication;
import org.sluice.testkit.transport.ScriptedConnection;

/** Segments of network sessions: when more are added, what limits them, when they go. M06, M07. */
class SegmentLifeTest {
  private static final Duration LINGER = Duration.ofNanos(ApplicationLimits.DEFAULT.segmentLingerNs());
  private static final Duration SWEPT = Duration.ofNanos(SweepLimits.DEFAULT.idleNs()).multipliedBy(3);
  private static final int MIB = 1 << 20;

  private final RecordingApplication server = new RecordingApplication();
  private int nextPort = 20_000;

  /** FIFOs have all their memory at once, so a few sessions fill a segment; the first is smaller than those added. */
  private void attach(ScriptedWorld w, int maxSegments, long maxFifoMemoryBytes) {
    AttachOptions options = AttachOptions.named("server").with().scopes(Scope.GLOBAL)
        .segments(MIB, 2 * MIB, maxSegments).fifoBytes(64 << 10, 64 << 10).firstAllocationPercent(100)
        .maxFifoMemoryBytes(maxFifoMemoryBytes).build();
    w.simulation.await(() -> w.host.applications().attach(server, options));
    w.simulation.await(() -> server.context().listen("script://127.0.0.1:2"));
  }

  private ScriptedConnection accept(ScriptedWorld w, int worker) {
    ScriptedConnection c = w.simulation.get(worker, () -> w.transport.incoming(w.transport.listener(), nextPort++,
        w.worker(worker)));
    if (c.session >= 0) {
      w.on(c, () -> w.host.sessions().acceptNotify(c));
      w.run();
    }
    return c;
  }

  private void end(ScriptedWorld w, List<ScriptedConnection> sessions) {
    for (ScriptedConnection c : sessions) {
      w.on(c, () -> {
        w.host.sessions().resetNotify(c);
        w.transport.deleted(c);
      });
    }
    w.run();
  }

  private static int segments(ScriptedWorld w) {
    return w.simulation.stack().applicationLayer().segmentCount();
  }

  private static void everySessionCloses(RecordingApplication application) {
    application.onEnd(session -> {
      if (session.close() != SessionError.NONE) {
        throw new AssertionError("close of " + session);
      }
    });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void M06_segments_are_added_as_sessions_need_them_and_go_when_empty_after_a_time(int dataWorkers) {
    ScriptedWorld w = new ScriptedWorld(1, dataWorkers, TxMode.DEQUEUE);
    everySessionCloses(server);
    attach(w, 100, 0);
    int idle = segments(w);
    List<ScriptedConnection> sessions = new ArrayList<>();
    while (segments(w) < idle + 4) {
      ScriptedConnection c = accept(w, sessions.size() % (dataWorkers + 1));
      assertThat(c.session).isNotNegative();
      sessions.add(c);
    }
    assertThat(w.counter("segment.added")).isEqualTo(segments(w));

    end(w, sessions);
    assertThat(segments(w)).as("they linger").isEqualTo(idle + 4);
    w.advance(LINGER.dividedBy(2));
    ScriptedConnection next = accept(w, 0);
    assertThat(w.counter("segment.added")).as("one of them is used again").isEqualTo(segments(w));
    w.advance(LINGER.multipliedBy(2));
    assertThat(segments(w)).as("the listener's first, and the one in use").isEqualTo(idle + 2);
    end(w, List.of(next));
    w.advance(LINGER.multipliedBy(2));
    assertThat(segments(w)).as("the first is protected").isEqualTo(idle + 1);

    w.simulation.await(() -> server.context().detach());
    assertThat(segments(w)).as("until its owner is gone").isEqualTo(idle - 1);
    w.end();
  }

  @Test
  void M06_the_limit_of_segments_refuses_accepts_and_is_counted() {
    ScriptedWorld w = ScriptedWorld.stream();
    everySessionCloses(server);
    attach(w, 2, 0);
    List<ScriptedConnection> sessions = fill(w, SessionError.SEG_NO_SPACE);
    assertThat(w.counter("segment.limit.segments")).isEqualTo(1);
    end(w, sessions.subList(0, 1));
    assertThat(accept(w, 0).session).as("room that came back").isNotNegative();
    w.simulation.await(() -> server.context().detach());
    w.end();
  }

  @Test
  void M06_the_limit_of_memory_is_that_of_all_segments_of_the_application() {
    ScriptedWorld w = ScriptedWorld.stream();
    everySessionCloses(server);
    attach(w, 100, 6L * MIB);
    int idle = segments(w);
    List<ScriptedConnection> sessions = fill(w, SessionError.SEG_NO_SPACE);
    assertThat(w.counter("segment.limit.memory")).isEqualTo(1);
    assertThat(segments(w)).as("three beside the application's own").isEqualTo(idle + 3);

    end(w, sessions);
    assertThat(segments(w)).as("what is scarce does not linger").isLessThan(idle + 3);
    assertThat(accept(w, 0).session).isNotNegative();
    w.simulation.await(() -> server.context().detach());
    w.end();
  }

  @Test
  void M06_pressure_follows_what_sessions_hold_and_no_memory_sticks_until_there_is_some() {
    ScriptedWorld w = ScriptedWorld.stream();
    AttachOptions options = AttachOptions.named("server").with().scopes(Scope.GLOBAL).segments(2 * MIB, 2 * MIB, 1)
        .fifoBytes(4 * MIB, 4 * MIB).watermarks(50, 80).build();
    w.simulation.await(() -> w.host.applications().attach(server, options));
    w.simulation.await(() -> server.context().listen("script://127.0.0.1:2"));
    ScriptedConnection c = accept(w, 0);
    assertThat(w.simulation.get(0, () -> pressure(w))).isEqualTo(PressureLevel.NO);
    w.on(c, () -> {
      assertThat(levels(w, c)).containsExactly(PressureLevel.NO, PressureLevel.LOW, PressureLevel.HIGH,
          PressureLevel.NO_MEMORY);
      server.readAll(server.log().session());
    });
    w.run();
    assertThat(w.simulation.get(0, () -> pressure(w))).as("read, but the FIFO keeps its chunks")
        .isEqualTo(PressureLevel.NO_MEMORY);
    w.advance(SWEPT);
    assertThat(w.simulation.get(0, () -> pressure(w))).as("swept").isEqualTo(PressureLevel.NO);
    w.on(c, () -> assertThat(w.transport.deliver(c, new byte[MIB])).isEqualTo(MIB));
    assertThat(w.simulation.get(0, () -> pressure(w))).as("the refusal is forgotten").isEqualTo(PressureLevel.LOW);
    w.simulation.await(() -> server.context().detach());
    w.end();
  }

  /** The levels that a session passes which takes data until the segment has no more, each once. */
  private static List<PressureLevel> levels(ScriptedWorld w, ScriptedConnection c) {
    List<PressureLevel> levels = new ArrayList<>(List.of(pressure(w)));
    int kept;
    do {
      kept = w.transport.deliver(c, new byte[16 << 10]);
      if (pressure(w) != levels.getLast()) {
        levels.add(pressure(w));
      }
    } while (kept > 0);
    assertThat(SessionError.of(kept)).isEqualTo(SessionError.SEG_NO_SPACE);
    return levels;
  }

  /** Of the one segment of the listener. */
  private static PressureLevel pressure(ScriptedWorld w) {
    return w.simulation.stack().applicationRegistry().views().memory().stream()
        .filter(memory -> memory.application().equals("server") && memory.use() == MemoryView.Use.LISTENER)
        .flatMap(memory -> memory.segments().segments().stream())
        .map(SegmentInfo::pressure)
        .findFirst().orElseThrow();
  }

  @Test
  void M07_a_detach_with_sessions_in_every_segment_frees_all() {
    ScriptedWorld w = new ScriptedWorld(1, 1, TxMode.DEQUEUE);
    attach(w, 100, 0);
    int others = segments(w) - 1;
    List<ScriptedConnection> sessions = new ArrayList<>();
    while (segments(w) < others + 5) {
      sessions.add(accept(w, sessions.size() % 2));
    }
    w.simulation.await(() -> server.context().detach());
    assertThat(w.transport.calls("close")).isEqualTo(sessions.size());
    assertThat(segments(w)).as("transports still have the sessions").isEqualTo(others + 4);
    for (ScriptedConnection c : sessions) {
      w.on(c, () -> w.transport.deleted(c));
    }
    w.run();
    assertThat(segments(w)).as("without lingering").isEqualTo(others);
    w.end();
  }

  private List<ScriptedConnection> fill(ScriptedWorld w, SessionError refusal) {
    List<ScriptedConnection> sessions = new ArrayList<>();
    ScriptedConnection c = accept(w, 0);
    for (; c.session >= 0; c = accept(w, 0)) {
      sessions.add(c);
    }
    assertThat(SessionError.of(c.session)).isEqualTo(refusal);
    return sessions;
  }
}
