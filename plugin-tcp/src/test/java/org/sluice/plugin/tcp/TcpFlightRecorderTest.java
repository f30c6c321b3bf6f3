package org.sluice.plugin.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.spi.event.RetransmissionTimeoutEvent;
import org.sluice.spi.event.SessionStateEvent;
import org.sluice.spi.event.ZeroWindowEvent;
import org.sluice.spi.session.Session;
import org.sluice.testkit.contract.DataPump;

/** What a flight recording tells of a connection. */
class TcpFlightRecorderTest {
  private static final String SERVER = TcpWorld.SERVER_ADDRESS + ":80";

  @TempDir Path folder;

  private List<RecordedEvent> record(Runnable life, String name) throws IOException {
    Path file = folder.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      recording.start();
      life.run();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream().filter(event -> event.getEventType().getName().equals(name))
        .toList();
  }

  private static List<RecordedEvent> of(List<RecordedEvent> events, String side, String endpoint) {
    return events.stream().filter(event -> event.getString(side).equals(endpoint)).toList();
  }

  private static List<String> states(List<RecordedEvent> events) {
    return events.stream().map(event -> event.getString("from") + " > " + event.getString("to")).toList();
  }

  @Test
  void the_life_of_a_session_is_recorded_on_both_sides_with_who_and_why() throws Exception {
    List<RecordedEvent> events = record(() -> {
      TcpWorld w = new TcpWorld(1, 0).ready(64 << 10).established();
      w.act(w.client, Session::close);
      w.advance(Duration.ofSeconds(1));
      w.end();
    }, "sluice.SessionState");
    assertThat(states(of(events, "remote", SERVER))).containsExactly("created > connecting",
        "created > connecting", "connecting > ready", "ready > closing", "closing > app-closed", "app-closed > closed",
        "closed > tdeleted");
    RecordedEvent connecting = of(events, "remote", SERVER).getFirst();
    assertThat(connecting.getString("application")).isEqualTo("client");
    assertThat(connecting.getString("transport")).isEqualTo("tcp");
    assertThat(connecting.getString("reason")).isEmpty();
    List<RecordedEvent> accepted = of(events, "local", SERVER).stream()
        .filter(event -> !event.getString("to").equals("listening")).toList();
    assertThat(states(accepted)).startsWith("created > accepting", "accepting > ready", "ready > tclosing")
        .last().asString().endsWith("> tdeleted");
    assertThat(accepted.getLast().getString("reason")).isEqualTo("peer closed");
    assertThat(accepted).allSatisfy(event -> {
      assertThat(event.getString("session")).isEqualTo(accepted.getFirst().getString("session"));
      assertThat(event.getString("remote")).startsWith(TcpWorld.CLIENT_ADDRESS + ":");
      assertThat(event.getInt("worker")).isZero();
    });
  }

  @Test
  void retransmission_timeouts_are_recorded_with_what_was_in_flight() throws Exception {
    long[] counted = new long[1];
    List<RecordedEvent> events = record(() -> {
      TcpWorld w = new TcpWorld(1, 0).ready(64 << 10).established();
      w.filter(segment -> false);
      w.transfer(5_000, Duration.ofSeconds(5));
      w.filter(segment -> true);
      w.advance(Duration.ofSeconds(30));
      counted[0] = w.count("timeouts");
      w.end();
    }, "sluice.RetransmissionTimeout");
    assertThat(counted[0]).isGreaterThan(1);
    assertThat(events).hasSize((int) counted[0]);
    assertThat(of(events, "remote", SERVER)).hasSameSizeAs(events);
    assertThat(events).first().satisfies(event -> {
      assertThat(event.getInt("retries")).isEqualTo(1);
      assertThat(event.getLong("inFlight")).isBetween(1_000L, 5_000L);
      assertThat(event.getDuration("timeout")).isPositive();
    });
    assertThat(events.get(1).getDuration("timeout")).isGreaterThan(events.get(0).getDuration("timeout"));
  }

  @Test
  void a_window_that_shuts_and_opens_is_recorded_twice() throws Exception {
    List<RecordedEvent> events = record(() -> {
      TcpWorld w = new TcpWorld(1, 0);
      w.server.onReadable(s -> {});
      DataPump pump = new DataPump(1, 60_000, 20_000, s -> {});
      w.client.onOpen(pump).onWritable(pump);
      w.ready(16 << 10).established();
      w.advance(Duration.ofSeconds(30));
      w.server.onReadable(w.server::readAll);
      w.act(w.server, w.server::readAll);
      w.advance(Duration.ofMinutes(2));
      assertThat(w.server.log().received()).isEqualTo(pump.data());
      w.end();
    }, "sluice.ZeroWindow");
    assertThat(events).isNotEmpty().allSatisfy(event -> assertThat(event.getString("remote")).isEqualTo(SERVER));
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.get(i).getBoolean("shut")).as("%d of %d", i, events.size()).isEqualTo(i % 2 == 0);
      assertThat(events.get(i).getLong("window") == 0).isEqualTo(i % 2 == 0);
    }
    assertThat(events.getLast().getBoolean("shut")).isFalse();
  }

  @Test
  void without_a_recording_nobody_is_told_and_one_may_leave_an_event_out() throws Exception {
    assertThat(new SessionStateEvent().isEnabled()).isFalse();
    assertThat(new ZeroWindowEvent().isEnabled()).isFalse();
    assertThat(new RetransmissionTimeoutEvent().isEnabled()).isFalse();
    try (Recording recording = new Recording()) {
      recording.disable("sluice.SessionState");
      recording.start();
      assertThat(new SessionStateEvent().isEnabled()).isFalse();
      assertThat(new ZeroWindowEvent().isEnabled()).isTrue();
    }
  }
}
