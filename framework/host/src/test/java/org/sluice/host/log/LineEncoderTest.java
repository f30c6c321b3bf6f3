package org.sluice.host.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineEncoderTest {
  @TempDir Path folder;
  private final LoggerContext context = new LoggerContext();
  private final LineEncoder encoder = new LineEncoder();

  private String line(Level level, String message, @Nullable Throwable thrown) {
    LoggingEvent event = new LoggingEvent("", context.getLogger("org.sluice.host.boot.Host"), level, message, thrown,
        new Object[0]);
    event.setThreadName("main");
    return new String(encoder.encode(event), StandardCharsets.UTF_8);
  }

  @Test
  void a_line_for_people_has_time_level_thread_logger_and_message() {
    encoder.setJournal(false);
    assertThat(line(Level.INFO, "ready", null))
        .matches("\\d\\d:\\d\\d:\\d\\d\\.\\d\\d\\d INFO  \\[main] o\\.s\\.host\\.boot\\.Host: ready\n");
    assertThat(line(Level.ERROR, "x", null)).contains(" ERROR [main] ");
  }

  @Test
  void a_line_for_the_journal_has_its_priority_and_no_time() {
    encoder.setJournal(true);
    assertThat(line(Level.WARN, "x", null)).isEqualTo("<4>[main] o.s.host.boot.Host: x\n");
    assertThat(line(Level.ERROR, "x", null)).startsWith("<3>");
    assertThat(line(Level.INFO, "x", null)).startsWith("<6>");
    assertThat(line(Level.DEBUG, "x", null)).startsWith("<7>");
  }

  @Test
  void an_event_is_one_line_whatever_it_says_and_its_stack_trace_is_on_it() {
    encoder.setJournal(true);
    String line = line(Level.ERROR, "broke\n<0>forged\u001b[2J", new IllegalStateException("why\nindeed",
        new IOException("because")));
    assertThat(line).contains("broke | <0>forged?[2J", " | java.lang.IllegalStateException: why | indeed | ",
        "LineEncoderTest", " | Caused by: java.io.IOException: because | ").endsWith("\n");
    assertThat(line.lines()).hasSize(1);
  }

  @Test
  void loggers_are_shortened_from_the_left_until_they_fit() {
    assertThat(LineEncoder.shortened("plugin.echo")).isEqualTo("plugin.echo");
    assertThat(LineEncoder.shortened("org.sluice.host.plugin.SluicePluginManager"))
        .isEqualTo("o.s.h.p.SluicePluginManager");
  }

  @Test
  void standard_error_is_the_journals_only_when_it_is_the_stream_that_systemd_names() throws IOException {
    Path file = Files.createFile(folder.resolve("stream"));
    String stream = Files.getAttribute(file, "unix:dev") + ":" + Files.getAttribute(file, "unix:ino");
    assertThat(Journal.is(stream, file)).isTrue();
    assertThat(Journal.is(stream, Files.createFile(folder.resolve("other")))).isFalse();
    assertThat(Journal.is(stream, folder.resolve("none"))).isFalse();
    assertThat(Journal.isStandardError(Map.of())).isFalse();
    assertThat(Journal.isStandardError(Map.of("JOURNAL_STREAM", "1:1"))).isFalse();
  }
}
