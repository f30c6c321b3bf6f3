package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Configuration;
import jdk.jfr.FlightRecorder;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings of the flight recorder that are in the distribution. */
class FlightRecorderTest {
  private static final Path SETTINGS = Launch.HOME.resolve("conf/sluice.jfc");
  private static final List<String> OURS = List.of("sluice.SessionState", "sluice.RetransmissionTimeout",
      "sluice.ZeroWindow", "sluice.PluginState", "sluice.SlowCallback", "sluice.SlowTurn");

  @TempDir Path folder;

  @Test
  void the_settings_can_be_read_and_name_all_events_of_ours_and_of_java_only_such_as_there_are() throws Exception {
    Configuration settings = Configuration.create(SETTINGS);
    assertThat(OURS).allSatisfy(name ->
        assertThat(settings.getSettings()).containsEntry(name + "#enabled", "true"));
    List<String> known = FlightRecorder.getFlightRecorder().getEventTypes().stream().map(type -> type.getName())
        .toList();
    assertThat(settings.getSettings().keySet().stream().map(key -> key.substring(0, key.indexOf('#'))).distinct()
        .filter(name -> name.startsWith("jdk."))).allMatch(known::contains);
    assertThat(settings.getSettings().keySet().stream().filter(key -> key.startsWith("sluice."))
        .map(key -> key.substring(0, key.indexOf('#')))).hasSameElementsAs(OURS);
  }

  @Test
  void a_host_that_runs_with_them_records_plugins_and_sessions() throws Exception {
    Path file = folder.resolve("sluice.jfr");
    Path input = Files.writeString(folder.resolve("input"), "echo send ct://127.0.0.1/7 hello\nquit\n");
    Process process = Launch.script("run", "--socket", folder.resolve("ctl.sock").toString())
        .with("JAVA_OPTS", "-Xlog:disable -XX:StartFlightRecording=settings=" + SETTINGS + ",filename=" + file)
        .in(folder).redirectInput(input.toFile()).redirectOutput(folder.resolve("output").toFile()).start();
    assertThat(process.waitFor()).as("%s", Files.readString(folder.resolve("output"))).isZero();
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    assertThat(of(events, "sluice.PluginState"))
        .anyMatch(event -> event.getString("plugin").equals("echo") && event.getString("to").equals("STARTED"))
        .anyMatch(event -> event.getString("plugin").equals("echo") && event.getString("to").equals("STOPPED"));
    assertThat(of(events, "sluice.SessionState"))
        .anyMatch(event -> event.getString("to").equals("ready") && event.getString("transport").equals("ct"))
        .anyMatch(event -> event.getString("to").equals("tdeleted"));
  }

  private static List<RecordedEvent> of(List<RecordedEvent> events, String name) {
    return events.stream().filter(event -> event.getEventType().getName().equals(name)).toList();
  }
}
