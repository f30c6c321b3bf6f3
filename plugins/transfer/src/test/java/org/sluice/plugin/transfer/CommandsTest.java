package org.sluice.plugin.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.host.ConfigurationException;
import org.sluice.testkit.console.RecordingOutput;

/** The commands as a console runs them. */
@Timeout(30)
class CommandsTest {
  private static final String URI = "ct://127.0.0.1/5001";
  private static final String HELLO_SHA256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

  @TempDir Path temp;
  private Path file;
  private Path received;
  private TransferHost host;
  private ConsoleCommand send;
  private ConsoleCommand receive;
  private ConsoleCommand stop;
  private ConsoleCommand show;

  @BeforeEach
  void start() throws IOException {
    file = Files.writeString(temp.resolve("hello"), "hello");
    received = temp.resolve("received");
    host = new TransferHost(temp.resolve("default"), 3, 1);
    send = new SendCommand(host.plugin, host.application);
    receive = new ReceiveCommand(host.application);
    stop = new StopCommand(host.application);
    show = new ShowCommand(host.application);
  }

  @Test
  void a_file_goes_from_send_to_receive() throws Exception {
    RecordingOutput listening = run(receive, URI, received.toString());
    assertThat(listening.values()).containsEntry("listening", URI)
        .containsEntry("directory", received.toRealPath().toString());

    RecordingOutput sent = run(send, file.toString(), URI);

    assertThat(received.resolve("hello")).hasContent("hello");
    assertThat(sent.values())
        .containsEntry("file", "hello")
        .containsEntry("sha256", HELLO_SHA256)
        .containsEntry("bytes", 5L)
        .containsEntry("resumed_at", 0L)
        .containsEntry("moved_bytes", 5L)
        .containsKeys("seconds", "mb_per_s");
    assertThat(run(send, file.toString(), URI).values()).containsEntry("resumed_at", 5L)
        .containsEntry("moved_bytes", 0L);
  }

  @Test
  void a_directory_is_reported_file_by_file() throws Exception {
    run(receive, URI, received.toString());
    Path tree = Files.createDirectories(temp.resolve("tree/empty")).getParent();
    Files.copy(file, temp.resolve("tree/hello"));
    Files.createSymbolicLink(temp.resolve("tree/link"), file);

    RecordingOutput sent = run(send, String.valueOf(tree), URI);

    assertThat(sent.rows("files")).hasSize(1);
    assertThat(sent.rows("files").getFirst().values())
        .map(Object::toString).containsExactly("5", "0", HELLO_SHA256, "tree/hello");
    assertThat(sent.values()).containsEntry("files_sent", 1).containsEntry("bytes", 5L).containsEntry("skipped", 1);
    assertThat(received.resolve("tree/empty")).isEmptyDirectory();
  }

  @Test
  void show_lists_receivers_and_what_goes_on() throws Exception {
    run(receive, URI, received.toString());
    run(send, file.toString(), URI);
    RecordingOutput shown = run(show);
    assertThat(shown.rows("receivers")).contains(
        Map.of("uri", URI, "namespace", "default", "directory", received.toRealPath(), "files", 1L));
    assertThat(shown.column("receivers", "uri")).containsExactlyInAnyOrder(URI, TransferHost.URI);
    assertThat(shown.rows("transfers")).isEmpty();

    var _ = host.sendUntil(Files.write(temp.resolve("large"), new byte[200_000]), 50_000);
    assertThat(run(show).rows("transfers")).hasSizeBetween(0, 1);
  }

  @Test
  void stop_ends_a_receiver_and_completes_its_uri() throws Exception {
    run(receive, URI, received.toString());
    assertThat(stop.complete(List.of("ct://127.0.0.1/50"))).containsExactly(URI);
    assertThat(stop.complete(List.of(""))).contains(URI, TransferHost.URI);
    assertThat(run(stop, URI).values()).containsEntry("stopped", URI);
    assertFails(1, "show transfer", stop, URI);
    assertFails(1, "connect to", send, file.toString(), URI);
  }

  @Test
  void a_damaged_file_fails_the_command() throws Exception {
    run(receive, URI, received.toString());
    host.settings.put("fault.corrupt-byte-at", 2);
    host.stop();
    host.start();
    ConsoleCommand corrupting = new SendCommand(host.plugin, host.application);
    run(new ReceiveCommand(host.application), URI, received.toString());
    assertFails(1, "mismatch: hello arrived damaged", corrupting, file.toString(), URI);
    assertThat(received.resolve("hello")).doesNotExist();
  }

  @Test
  void a_refusal_of_the_receiver_fails_the_command_with_its_reason() throws Exception {
    Path large = Files.write(temp.resolve("large"), new byte[TransferHost.MAX_FILE_BYTES + 1]);
    run(receive, URI, received.toString());
    assertFails(1, "limit: the receiver refused: 1048577 is over", send, large.toString(), URI);
  }

  @Test
  void what_cannot_work_is_said_before_anything_is_sent() throws Exception {
    assertFails(1, "cannot read", send, temp.resolve("nothing").toString(), URI);
    assertFails(1, "cannot read", send, "a\0b", URI);
    assertFails(1, "has no name", send, "/", URI);
    assertFails(1, "cannot use directory", receive, URI, file.toString());
    run(receive, URI, received.toString());
    assertFails(1, "already listened on", receive, URI, received.toString());
    assertFails(1, "INVALID", receive, "nonsense", received.toString());
  }

  @Test
  void a_configured_directory_that_cannot_be_used_is_named_by_its_key() {
    assertThatThrownBy(() -> new TransferHost(file, 1, 0))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("plugins.transfer.directory", file.toString(), "name another one");
  }

  @Test
  void wrong_usage_shows_an_example() {
    assertFails(2, "as in: transfer send", send, "x");
    assertFails(2, "not a session URI", send, file.toString(), "nonsense");
    assertFails(2, "as in: transfer receive", receive);
    assertFails(2, "transfer stop needs", stop);
    assertFails(2, "takes no arguments", show, "x");
  }

  @Test
  void a_cancelled_send_ends_and_shows_progress_before() throws Exception {
    host.attach(RawPeer.server(URI, RawPeer.records(new Message.Welcome(1))));
    RecordingOutput output =
        new RecordingOutput().cancelAtProgress("1/1 hello: 0 of 5 bytes, 0 %, 0.0 MB/s");
    assertThatThrownBy(() -> host.simulation.command(send, output, file.toString(), URI))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("cancelled");
    assertThat(run(show).rows("transfers")).isEmpty();
    assertThat(host.simulation.fifos()).isZero();
  }

  private RecordingOutput run(ConsoleCommand command, String... arguments) throws Exception {
    RecordingOutput output = new RecordingOutput();
    host.simulation.command(command, output, arguments);
    return output;
  }

  private void assertFails(int exitStatus, String text, ConsoleCommand command, String... arguments) {
    CommandException failure = catchThrowableOfType(CommandException.class, () -> run(command, arguments));
    assertThat(failure).hasMessageContaining(text);
    assertThat(failure.exitStatus()).isEqualTo(exitStatus);
  }
}
