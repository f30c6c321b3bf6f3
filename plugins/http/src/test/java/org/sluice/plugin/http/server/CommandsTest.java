package org.sluice.plugin.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.host.ConfigurationException;
import org.sluice.testkit.console.GoldenText;
import org.sluice.testkit.console.RecordingOutput;

/** The commands, and what they print. */
@Timeout(30)
class CommandsTest {
  private static final String URI = "ct://127.0.0.1/8080";

  @TempDir Path temp;
  private final GoldenText golden = new GoldenText("console");
  private Path www;
  private HttpHost host;
  private List<ConsoleCommand> commands;

  @BeforeEach
  void start() throws IOException {
    www = Files.createDirectory(temp.resolve("www")).toRealPath();
    Files.write(www.resolve("large"), new byte[100_000]);
    Files.createDirectory(temp.resolve("other"));
    Files.writeString(temp.resolve("other/start.txt"), "start");
    host = new HttpHost(www, 3, 1);
    commands = List.of(
        new ServeCommand(host.application), new StopCommand(host.application), new ShowCommand(host.application));
  }

  @Test
  void sites_and_connections_are_shown() throws Exception {
    HttpClient client = host.client("HEAD /large HTTP/1.1\r\nHost: h\r\n\r\nGET /large HTTP/1.1\r\nHost: h\r\n\r\n");
    client.hear(100);
    host.run();
    String shown = transcript("show http", "http serve " + URI + " root OTHER index start.txt", "show http");
    client.hear(Integer.MAX_VALUE);
    host.run();
    golden.assertMatches("sites", (shown + transcript("show http", "http stop " + URI, "http stop " + HttpHost.URI,
        "show http", "http stop " + URI)).replaceAll("127\\.0\\.0\\.1:[0-9]{5}", "127.0.0.1:PORT"));
  }

  @Test
  void what_cannot_work_says_what_would() throws Exception {
    golden.assertMatches("complaints", transcript(
        "http serve", "http serve " + URI, "http serve " + URI + " root", "http serve " + URI + " index a",
        "http serve " + URI + " rot OTHER", "http serve " + URI + " root OTHER/start.txt",
        "http serve " + URI + " root OTHER/none", "http serve nonsense root OTHER",
        "http serve " + HttpHost.URI + " root OTHER", "http stop", "http stop " + URI, "show http all"));
    assertFails(1, "cannot use directory", "http serve " + URI + " root a\0b");
  }

  @Test
  void words_are_completed() {
    ConsoleCommand serve = commands.getFirst();
    assertThat(serve.complete(List.of(""))).isEmpty();
    assertThat(serve.complete(List.of(URI, ""))).containsExactly("root", "index", "namespace");
    assertThat(serve.complete(List.of(URI, "root", "x"))).isEmpty();
    assertThat(serve.complete(List.of(URI, "root", "x", "i"))).containsExactly("index");
    assertThat(commands.get(1).complete(List.of("ct"))).containsExactly(HttpHost.URI);
    assertThat(commands.get(1).complete(List.of("ct", ""))).containsExactly("namespace");
  }

  @Test
  void an_index_of_its_own_stands_for_the_directories_of_a_site() throws Exception {
    run("http stop " + HttpHost.URI);
    run("http serve " + HttpHost.URI + " root OTHER index start.txt");
    assertThat(host.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n").reply().text()).isEqualTo("start");
  }

  @Test
  void a_stopped_site_answers_those_that_are_there_and_nobody_else() throws Exception {
    HttpClient client = host.ask("");
    run("http stop " + HttpHost.URI);
    client.say("GET /large HTTP/1.1\r\nHost: h\r\n\r\n");
    host.run();
    assertThat(client.reply().code()).isEqualTo(200);
    assertThat(host.ask("").hasFailed()).isTrue();
  }

  @Test
  void a_configured_root_that_cannot_be_used_is_named_by_its_key() {
    assertThatThrownBy(() -> new HttpHost(temp.resolve("none"), 1, 0))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("plugins.http.root", "none", "name a directory that is there");
  }

  private String transcript(String... lines) throws Exception {
    StringBuilder transcript = new StringBuilder();
    for (String line : lines) {
      transcript.append("> ").append(line).append('\n');
      RecordingOutput output = new RecordingOutput();
      try {
        run(line, output);
        transcript.append(output.text());
      } catch (CommandException e) {
        transcript.append("exit ").append(e.exitStatus()).append(": ").append(e.getMessage()).append('\n');
      }
      transcript.append('\n');
    }
    String folder = temp.toRealPath().toString();
    // The folder's name has another length on each machine, and so have the gaps behind it.
    return transcript.toString().replace(folder, "TEMP").replace(temp.toString(), "TEMP").replaceAll(" {2,}", "  ");
  }

  private void run(String line) throws Exception {
    run(line, new RecordingOutput());
  }

  private void run(String line, RecordingOutput output) throws Exception {
    for (ConsoleCommand command : commands) {
      if (line.equals(command.name()) || line.startsWith(command.name() + " ")) {
        String rest = line.substring(command.name().length()).strip()
            .replace("OTHER", temp.toRealPath().resolve("other").toString());
        host.simulation.command(command, output, rest.isEmpty() ? new String[0] : rest.split(" ", -1));
        return;
      }
    }
    throw new IllegalArgumentException(line);
  }

  private void assertFails(int exitStatus, String text, String line) {
    CommandException failure = catchThrowableOfType(CommandException.class, () -> run(line));
    assertThat(failure).hasMessageContaining(text);
    assertThat(failure.exitStatus()).isEqualTo(exitStatus);
  }
}
