package org.sluice.plugin.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.plugin.transfer.Message.Fail;
import org.sluice.plugin.transfer.Message.Hello;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.testkit.console.RecordingOutput;

/** Receivers and senders in namespaces of their own, over TCP. */
@Timeout(30)
class TransferNamespacesTest {
  private static final String URI = "tcp://10.2.0.1:5001";
  private static final String[] IN_RED = {"namespace", "red", "secret", "7"};
  private static final Duration TURN = Duration.ofNanos(1_000);

  @TempDir Path temp;
  private Path file;
  private String received;
  private TransferHost host;
  private ConsoleCommand send;
  private ConsoleCommand receive;
  private ConsoleCommand stop;
  private ConsoleCommand show;

  @BeforeEach
  void start() throws IOException {
    byte[] data = new byte[700_000];
    new SplittableRandom(1).nextBytes(data);
    file = Files.write(temp.resolve("data"), data);
    received = temp.resolve("received").toString();
    host = new TransferHost(temp.resolve("default"), 3, 2);
    TcpNamespaces.start(host.simulation);
    send = new SendCommand(host.plugin, host.application);
    receive = new ReceiveCommand(host.application);
    stop = new StopCommand(host.application);
    show = new ShowCommand(host.application);
  }

  @AfterEach
  void leavesNothingBehind() {
    host.stop();
    host.simulation.advance(Duration.ofMinutes(2));
    host.simulation.requireNothingLeft();
    assertThat(host.simulation.fifos()).as("FIFOs").isZero();
  }

  @Test
  void a_file_goes_from_one_namespace_to_the_other() throws Exception {
    assertThat(run(receive, URI, received, "namespace", "blue").values()).containsEntry("namespace", "blue");
    RecordingOutput sent = run(send, inRed(file.toString(), URI));
    assertThat(sent.values()).containsEntry("bytes", 700_000L).containsEntry("resumed_at", 0L);
    assertThat(Path.of(received, "data")).hasSameBinaryContentAs(file);
    assertThat(run(send, inRed(file.toString(), URI)).values()).containsEntry("moved_bytes", 0L);
    assertThat(run(show).column("receivers", "namespace")).containsExactlyInAnyOrder("default", "blue");
  }

  @Test
  void an_interrupted_transfer_goes_on_where_it_ended() throws Exception {
    run(receive, URI, received, "namespace", "blue");
    var _ = host.send(file, URI, "red", TcpNamespaces.RED_SECRET);
    host.runUntil(() -> host.count("bytes") >= 300_000);
    host.cancelSender();
    host.simulation.advance(Duration.ofMinutes(2));
    assertThat(host.application.active()).isEmpty();
    Object resumedAt = run(send, inRed(file.toString(), URI)).values().get("resumed_at");
    assertThat((Long) resumedAt).isBetween(300_000L, 699_999L);
    assertThat(Path.of(received, "data")).hasSameBinaryContentAs(file);
  }

  @Test
  void small_files_do_not_wait_for_acknowledgements() throws Exception {
    run(receive, URI, received, "namespace", "blue");
    Path tree = Files.createDirectories(temp.resolve("tree"));
    for (int i = 0; i < 8; i++) {
      Files.write(tree.resolve("file" + i), new byte[100]);
    }
    long startNs = host.plugin.clock().nanoTime();
    var sent = host.send(tree, URI, "red", TcpNamespaces.RED_SECRET);
    host.runUntil(sent::isDone);
    assertThat(sent).isCompletedWithValueMatching(files -> files.size() == 8);
    assertThat(Duration.ofNanos(host.plugin.clock().nanoTime() - startNs))
        .as("a delayed acknowledgement takes 40 ms").isLessThan(Duration.ofMillis(10));
  }

  @Test
  void a_refusal_arrives_before_the_end_though_the_sender_goes_on() throws Exception {
    run(receive, URI, received, "namespace", "blue");
    RawPeer peer = RawPeer.client(URI, Arrays.copyOf(RawPeer.records(new Hello(2, 1, 0)), 300_000));
    host.attach(peer, "red", TcpNamespaces.RED_SECRET);
    host.simulation.advance(Duration.ofSeconds(5));
    assertThat(peer.heard().getLast()).isInstanceOf(Fail.class);
    assertThat(peer.hasEnded()).isTrue();
    assertThat(peer.saidBytes()).isEqualTo(300_000);
    peer.close(host.simulation);
    host.simulation.advance(Duration.ofSeconds(1));
    assertThat(host.application.active()).isEmpty();

    Path large = Files.write(temp.resolve("large"), new byte[TransferHost.MAX_FILE_BYTES + 1]);
    assertFails(1, "limit: the receiver refused: 1048577 is over", send, inRed(large.toString(), URI));
  }

  @Test
  void a_receiver_is_stopped_by_its_namespace_where_the_uri_is_not_enough() throws Exception {
    String uri = "tcp://0.0.0.0:5001";
    run(receive, uri, received, "namespace", "blue");
    run(receive, inRed(uri, received));
    assertFails(1, "a receiver listens on " + uri + " in each of the namespaces blue, red", stop, uri);
    assertThat(stop.complete(List.of(uri, "namespace", ""))).containsExactly("blue", "red");
    assertThat(run(stop, uri, "namespace", "red").values()).containsEntry("namespace", "red");
    assertThat(run(stop, uri).values()).containsEntry("namespace", "blue");
    assertFails(1, "in namespace 'red'; 'show transfer' lists them", stop, uri, "namespace", "red");
  }

  @Test
  void the_sessions_of_a_namespace_that_goes_are_given_up() throws Exception {
    run(receive, URI, received, "namespace", "blue");
    for (int i = 0; i < TransferHost.MAX_SESSIONS; i++) {
      host.attach(RawPeer.client(URI, new byte[0]), "red", TcpNamespaces.RED_SECRET);
    }
    host.simulation.advance(Duration.ofSeconds(1));
    assertThat(host.application.active()).hasSize(TransferHost.MAX_SESSIONS);
    var _ = host.simulation.await(
        () -> host.simulation.stack().applicationLayer().namespaces().delete("blue"));
    assertThat(host.application.active()).isEmpty();
    assertThat(run(show).column("receivers", "uri")).containsExactly(TransferHost.URI);
    assertThat(host.sendAll(file)).as("one of the default namespace, for which there is room again").isCompleted();
  }

  @Test
  void a_silent_session_of_a_namespace_is_reset() throws Exception {
    run(receive, URI, received, "namespace", "blue");
    RawPeer peer = RawPeer.client(URI, new byte[0]);
    host.attach(peer, "red", TcpNamespaces.RED_SECRET);
    host.simulation.advance(TransferHost.IDLE_TIMEOUT.multipliedBy(2));
    assertThat(peer.hasEnded()).isTrue();
    assertThat(host.count("idle")).isEqualTo(1);
  }

  @Test
  void what_is_wrong_with_a_namespace_is_said() throws Exception {
    assertFails(1, "to namespace 'green': invalid namespace (INVALID_NS); 'show app ns'",
        send, file.toString(), URI, "namespace", "green");
    assertFails(1, "(WRONG_NS_SECRET); say 'secret N'", send, file.toString(), URI, "namespace", "red");
    assertFails(1, "(INVALID_NS); 'show app ns'", receive, URI, received, "namespace", "green");
    run(receive, URI, received, "namespace", "blue");
    assertFails(1, "(WRONG_NS_SECRET); say 'secret N'", receive, URI, received, "namespace", "blue", "secret", "1");
    assertFails(2, "it needs a name", send, file.toString(), URI, "namespace");
    assertThat(send.complete(List.of("path", URI, ""))).containsExactly("namespace");
    assertThat(receive.complete(List.of(URI, "path", "namespace", "red", ""))).containsExactly("secret");
  }

  private static String[] inRed(String... before) {
    String[] all = Arrays.copyOf(before, before.length + IN_RED.length);
    System.arraycopy(IN_RED, 0, all, before.length, IN_RED.length);
    return all;
  }

  private RecordingOutput run(ConsoleCommand command, String... arguments) throws Exception {
    RecordingOutput output = new RecordingOutput();
    host.simulation.command(command, output, TURN, arguments);
    return output;
  }

  private void assertFails(int exitStatus, String text, ConsoleCommand command, String... arguments) {
    CommandException failure = catchThrowableOfType(CommandException.class, () -> run(command, arguments));
    assertThat(failure).hasMessageContaining(text);
    assertThat(failure.exitStatus()).isEqualTo(exitStatus);
  }
}
