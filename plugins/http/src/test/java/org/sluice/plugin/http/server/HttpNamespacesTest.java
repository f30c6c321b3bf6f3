package org.sluice.plugin.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.plugin.tcp.TcpTransport;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.testkit.console.RecordingOutput;
import org.sluice.testkit.host.PluginDefaults;
import org.sluice.testkit.host.TestHost;
import org.sluice.testkit.network.FakeNetwork;
import org.sluice.testkit.network.FakeStack;

/** Sites in namespaces of their own, over TCP: red with the clients' address, blue with the server's. */
@Timeout(30)
class HttpNamespacesTest {
  private static final String URI = "tcp://10.2.0.1:80";
  private static final long RED_SECRET = 7;
  private static final Duration SOON = Duration.ofSeconds(1);

  @TempDir Path temp;
  private String blue;
  private HttpHost host;
  private ConsoleCommand serve;
  private ConsoleCommand stop;
  private ConsoleCommand show;

  @BeforeEach
  void start() throws IOException {
    Path www = Files.createDirectory(temp.resolve("www"));
    Path namespace = Files.createDirectory(temp.resolve("namespace"));
    Files.writeString(namespace.resolve("index.html"), "in blue");
    blue = namespace.toString();
    host = new HttpHost(www, 3, 2);
    host.simulation.addNamespace("red", RED_SECRET, 1, "10.1.0.1/8");
    host.simulation.addNamespace("blue", 0, 2, "10.2.0.1/8");
    FakeStack stack = new FakeNetwork(1).delay(Duration.ofNanos(50_000)).stack(host.simulation.stack().workers())
        .address("10.1.0.1", 1).address("10.2.0.1", 2);
    TestHost tcp = host.simulation.host("tcp", PluginDefaults.of("tcp", TcpTransport.class)).with(stack);
    var _ = host.simulation.start(tcp, host.simulation.get(0, () -> new TcpTransport(tcp)));
    serve = new ServeCommand(host.application);
    stop = new StopCommand(host.application);
    show = new ShowCommand(host.application);
  }

  @AfterEach
  void leavesNothingBehind() {
    host.stopAll();
    host.simulation.advance(Duration.ofMinutes(2));
    host.simulation.requireNothingLeft();
  }

  private HttpClient fromRed(String text) {
    HttpClient client = host.client(URI, "red", RED_SECRET, text);
    host.advance(SOON);
    return client;
  }

  @Test
  void a_site_is_served_in_its_namespace_and_shown_with_it() throws Exception {
    assertThat(run(serve, URI, "root", blue, "namespace", "blue").values()).containsEntry("namespace", "blue");
    HttpClient client = fromRed("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    assertThat(client.reply().text()).isEqualTo("in blue");
    RecordingOutput shown = run(show);
    assertThat(shown.column("sites", "namespace")).containsExactly("default", "blue");
    assertThat(shown.column("connections", "namespace")).containsExactly("blue");
    assertThat(run(stop, URI).values()).containsEntry("namespace", "blue");
    assertThat(fromRed("").hasFailed()).isTrue();
  }

  @Test
  void a_site_is_stopped_by_its_namespace_where_the_uri_is_not_enough() throws Exception {
    String uri = "tcp://0.0.0.0:80";
    run(serve, uri, "root", blue, "namespace", "blue");
    run(serve, uri, "index", "a", "root", blue, "namespace", "red", "secret", "7");
    assertFails(1, "a site listens on " + uri + " in each of the namespaces blue, red", stop, uri);
    assertThat(stop.complete(List.of(uri, "namespace", ""))).containsExactly("blue", "red");
    assertThat(run(stop, uri, "namespace", "red").values()).containsEntry("namespace", "red");
    assertThat(run(stop, uri).values()).containsEntry("namespace", "blue");
    assertFails(1, "in namespace 'red'; 'show http' lists them", stop, uri, "namespace", "red");
  }

  @Test
  void the_connections_of_a_namespace_that_goes_are_given_up() throws Exception {
    run(serve, URI, "root", blue, "namespace", "blue");
    for (int i = 0; i < HttpHost.MAX_CONNECTIONS; i++) {
      fromRed("");
    }
    assertThat(host.application.connections()).hasSize(HttpHost.MAX_CONNECTIONS);
    var _ = host.simulation.await(() -> host.simulation.stack().applicationLayer().namespaces().delete("blue"));
    assertThat(host.application.connections()).isEmpty();
    assertThat(run(show).column("sites", "uri")).containsExactly(HttpHost.URI);
    assertThat(host.ask("GET /none HTTP/1.1\r\nHost: h\r\n\r\n").reply().code())
        .as("one of the default namespace, for which there is room again").isEqualTo(404);
  }

  @Test
  void a_silent_connection_of_a_namespace_ends() throws Exception {
    run(serve, URI, "root", blue, "namespace", "blue");
    fromRed("");
    host.advance(HttpHost.IDLE_TIMEOUT.multipliedBy(2));
    assertThat(host.application.connections()).isEmpty();
  }

  @Test
  void what_is_wrong_with_a_namespace_is_said() throws Exception {
    assertFails(1, "(INVALID_NS); 'show app ns'", serve, URI, "root", blue, "namespace", "green");
    assertFails(1, "(WRONG_NS_SECRET); say 'secret N'", serve, URI, "root", blue, "namespace", "red");
    assertFails(2, "it needs a name", serve, URI, "root", blue, "namespace");
    assertFails(2, "it needs a root", serve, URI, "namespace", "blue");
    assertFails(2, "'secret' is not known behind it", stop, URI, "namespace", "blue", "secret", "1");
  }

  @Test
  void a_directory_and_an_index_may_be_called_like_a_word() throws Exception {
    RecordingOutput output = new RecordingOutput();
    Path root = Path.of("namespace");
    CommandException failure = catchThrowableOfType(CommandException.class,
        () -> host.simulation.command(serve, output, URI, "index", "namespace", "root", root.toString()));
    assertThat(failure).hasMessageContaining("cannot use directory namespace");
    assertThat(serve.complete(List.of(URI, "root", "namespace", ""))).containsExactly("index", "namespace");
    assertThat(serve.complete(List.of(URI, "root", "namespace"))).isEmpty();
    assertThat(serve.complete(List.of(URI, "root", "x", "index", "y", ""))).containsExactly("namespace");
    assertThat(serve.complete(List.of(URI, "root", "x", "namespace", "red", ""))).containsExactly("secret");
  }

  private RecordingOutput run(ConsoleCommand command, String... arguments) throws Exception {
    RecordingOutput output = new RecordingOutput();
    host.simulation.command(command, output, Duration.ofNanos(1_000), arguments);
    return output;
  }

  private void assertFails(int exitStatus, String text, ConsoleCommand command, String... arguments) {
    CommandException failure = catchThrowableOfType(CommandException.class, () -> run(command, arguments));
    assertThat(failure).hasMessageContaining(text);
    assertThat(failure.exitStatus()).isEqualTo(exitStatus);
  }
}
