package org.sluice.host.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.host.problem.ProblemsException;
import org.sluice.host.testing.Owners;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.runtime.Counters;

class ConsoleServerTest {
  private static final int MOST = 3;
  private static final ConsoleLimits LIMITS = new ConsoleLimits(MOST, Duration.ofMinutes(1));
  private static final ConsoleLimits IMPATIENT = new ConsoleLimits(MOST, Duration.ofMillis(50));
  private static final long DEADLINE_SECONDS = 20;

  @TempDir Path folder;
  private Path socket;
  private ConsoleServer server;
  private final CommandRegistry registry = new CommandRegistry();
  private final Counters counters = new CounterRegistry(1).scope("host");
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final CountDownLatch started = new CountDownLatch(1);
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

  @BeforeEach
  void listen() throws ProblemsException {
    socket = folder.resolve("run/control.sock");
    registry.add(Owners.named("test"), new FakeCommand("count", ConsoleServerTest::count));
    registry.add(Owners.named("test"), new FakeCommand("wait", this::waitForever));
    server = ConsoleServer.open(socket, new Console(registry), LIMITS, counters);
    server.serve();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static void count(List<String> arguments, ConsoleOutput output) throws CommandException {
    if (arguments.isEmpty()) {
      throw CommandException.usage("count needs a number");
    }
    output.table("numbers", Column.of("Number"));
    for (int i = 0; i < Integer.parseInt(arguments.getFirst()); i++) {
      output.row(i);
    }
    output.progress("counted");
  }

  private void waitForever(List<String> arguments, ConsoleOutput output) throws InterruptedException {
    started.countDown();
    try {
      new CountDownLatch(1).await();
    } finally {
      ended.complete(output.isCancelled());
    }
  }

  @Test
  void a_command_prints_its_result_and_ends_with_its_status() {
    assertThat(run("count", "2")).isEqualTo(Console.OK);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("Number\n0\n1\n");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void json_passes_as_it_is() {
    assertThat(run("count", "2", "--json")).isEqualTo(Console.OK);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"numbers\":[\n{\"number\":0},\n{\"number\":1}]}\n");
  }

  @Test
  void a_line_given_as_one_word_is_split() {
    assertThat(run("count 1")).isEqualTo(Console.OK);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("Number\n0\n");
  }

  @Test
  void a_large_result_arrives_whole() {
    assertThat(run("count", "100000")).isEqualTo(Console.OK);
    assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(100_001).endsWith("99999");
  }

  @Test
  void an_error_goes_to_the_error_stream_with_the_status_of_the_command() {
    assertThat(run("count")).isEqualTo(2);
    assertThat(run("conut", "1")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("count needs a number", "did you mean 'count'?");
    assertThat(out.size()).isZero();
  }

  @Test
  void a_client_that_leaves_cancels_its_command() throws Exception {
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      Frames.write(client, Frames.request(List.of("wait")));
      assertThat(started.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(ended.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).as("cancelled").isTrue();
  }

  @Test
  void a_server_that_closes_tells_the_client_that_its_command_was_cancelled() throws Exception {
    CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> run("wait"));
    assertThat(started.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    server.close();
    assertThat(status.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isEqualTo(Console.CANCELLED);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("cancelled");
    assertThat(socket).doesNotExist();
  }

  @Test
  void one_client_too_many_is_refused_and_the_others_go_on() throws Exception {
    CountDownLatch running = new CountDownLatch(MOST);
    registry.add(Owners.named("test"), new FakeCommand("stay", (arguments, output) -> {
      running.countDown();
      new CountDownLatch(1).await();
    }));
    List<CompletableFuture<Integer>> staying = List.of(stay(), stay(), stay());
    assertThat(running.await(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(run("count", "1")).isEqualTo(Console.FAILED);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("all 3 connections are in use", "host.ctl-connections");
    assertThat(count("ctl.refused")).isEqualTo(1);
    assertThat(staying).noneMatch(CompletableFuture::isDone);
    server.close();
    for (CompletableFuture<Integer> status : staying) {
      assertThat(status.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isEqualTo(Console.CANCELLED);
    }
  }

  private CompletableFuture<Integer> stay() {
    CompletableFuture<Integer> status = new CompletableFuture<>();
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    Thread.ofPlatform().start(() ->
        status.complete(new ConsoleClient(socket, nowhere, nowhere, false).run(List.of("stay"))));
    return status;
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        Arguments.of("another frame", frame('O', "GET / HTTP/1.1"), "begins with no request"),
        Arguments.of("another protocol", "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII), "a frame of "),
        Arguments.of("too long", ByteBuffer.allocate(5).put((byte) 'R').putInt(1 << 20).array(), "a frame of 1048576"),
        Arguments.of("negative length", ByteBuffer.allocate(5).put((byte) 'R').putInt(-1).array(), "a frame of -1"),
        Arguments.of("nothing in it", frame('R', ""), "NUL"),
        Arguments.of("no NUL", frame('R', "sluice-ctl/1"), "NUL"),
        Arguments.of("last word without NUL", frame('R', "sluice-ctl/1\0count\0001"), "NUL"),
        Arguments.of("another version", frame('R', "sluice-ctl/9\0count\0"), "speaks 'sluice-ctl/9'"));
  }

  private static byte[] frame(char type, String payload) {
    byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(5 + bytes.length).put((byte) type).putInt(bytes.length).put(bytes).array();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void a_client_that_breaks_the_protocol_is_told_and_counted_and_the_server_goes_on(
      String name, byte[] bytes, String message) throws IOException {
    try (SocketChannel client = connect()) {
      Frames.write(client, ByteBuffer.wrap(bytes));
      assertTurnedAway(client, message);
    }
    assertThat(count("ctl.malformed")).isEqualTo(1);
    assertThat(run("count", "1")).isEqualTo(Console.OK);
  }

  @Test
  void a_client_that_leaves_within_its_request_is_counted_and_one_that_says_nothing_is_not() throws Exception {
    try (SocketChannel hasty = connect()) {
      Frames.write(hasty, ByteBuffer.wrap(new byte[] {'R', 0, 0}));
      hasty.shutdownOutput();
      assertThat(hasty.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
    try (SocketChannel silent = connect()) {
      silent.shutdownOutput();
      assertThat(silent.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
    assertThat(count("ctl.malformed")).isEqualTo(1);
    assertThat(run("count", "1")).isEqualTo(Console.OK);
  }

  @Test
  void random_clients_never_stop_the_server() throws IOException {
    long seed = 5;
    SplittableRandom random = new SplittableRandom(seed);
    byte[] good = Frames.request(List.of("count", "1")).array();
    for (int i = 0; i < 200; i++) {
      byte[] bytes = good.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try (SocketChannel client = connect()) {
        Frames.write(client, ByteBuffer.wrap(bytes, 0, random.nextInt(bytes.length + 1)));
        client.shutdownOutput();
        ByteBuffer rest = ByteBuffer.allocate(64 << 10);
        while (rest.hasRemaining() && client.read(rest) >= 0) {
          // Until the server hangs up.
        }
      } catch (IOException e) {
        // It hung up before it had read all.
      }
      assertThat(run("count", "1")).as("seed %d, run %d", seed, i).isEqualTo(Console.OK);
    }
  }

  @Test
  void silent_clients_are_hung_up_on_after_a_while_and_their_places_are_free() throws Exception {
    Path place = folder.resolve("impatient.sock");
    try (ConsoleServer impatient = ConsoleServer.open(place, new Console(registry), IMPATIENT, counters)) {
      impatient.serve();
      List<SocketChannel> silent = new ArrayList<>();
      for (int i = 0; i < MOST; i++) {
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(place));
        // The last one begins and does not go on.
        Frames.write(client, ByteBuffer.wrap(new byte[] {'R', 0, 0}, 0, i == MOST - 1 ? 3 : 0));
        silent.add(client);
      }
      for (SocketChannel client : silent) {
        assertTurnedAway(client, "no request came within 50 ms (host.ctl-timeout)");
        client.close();
      }
      assertThat(count("ctl.timeout")).isEqualTo(MOST);
      assertThat(client(place).run(List.of("count", "1"))).isEqualTo(Console.OK);
    }
  }

  @Test
  void a_server_that_closes_does_not_wait_for_a_silent_client() throws Exception {
    try (SocketChannel silent = connect()) {
      // Answered in the order they came, so the silent one has been let in when this one is done.
      assertThat(run("count", "1")).isEqualTo(Console.OK);
      server.close();
      assertThat(silent.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThat(count("ctl.timeout")).isZero();
    }
  }

  @Test
  void a_client_of_a_host_that_speaks_nonsense_says_so() throws Exception {
    Path place = folder.resolve("nonsense.sock");
    try (ServerSocketChannel host = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      host.bind(UnixDomainSocketAddress.of(place));
      CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> client(place).run(List.of("count")));
      try (SocketChannel accepted = host.accept()) {
        assertThat(Frames.readRequest(accepted)).containsExactly("count");
        Frames.write(accepted, Frames.EXIT, "fine");
        assertThat(status.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isEqualTo(Console.FAILED);
      }
    }
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("the host ends with the status 'fine'");
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(socket));
  }

  private static void assertTurnedAway(SocketChannel client, String message) throws IOException {
    Frames.Frame error = Objects.requireNonNull(Frames.read(client));
    assertThat(error.type()).isEqualTo(Frames.ERROR);
    assertThat(error.text()).contains(message);
    Frames.Frame exit = Objects.requireNonNull(Frames.read(client));
    assertThat(exit.type()).isEqualTo(Frames.EXIT);
    assertThat(exit.text()).isEqualTo("1");
  }

  private long count(String counter) {
    return counters.counter(counter, "").value();
  }

  @Test
  void only_the_same_user_may_open_the_socket() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rw-------");
  }

  @Test
  void a_second_host_on_the_same_socket_is_refused_and_the_first_goes_on() {
    assertThatThrownBy(() -> ConsoleServer.open(socket, new Console(registry), LIMITS, counters))
        .isInstanceOf(ProblemsException.class)
        .hasMessageContainingAll("HST-001", socket.toString(), "another host listens there", "--socket");
    assertThat(run("count", "1")).isEqualTo(Console.OK);
  }

  @Test
  void a_socket_left_behind_is_replaced() throws Exception {
    Path left = folder.resolve("left.sock");
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(left));
    }
    assertThat(left).exists();
    try (ConsoleServer replacement = ConsoleServer.open(left, new Console(registry), LIMITS, counters)) {
      replacement.serve();
      assertThat(replacement.socket()).isEqualTo(left);
      assertThat(client(left).run(List.of("count", "1"))).isEqualTo(Console.OK);
    }
  }

  @Test
  void a_client_that_comes_before_the_host_is_ready_waits() throws Exception {
    Path early = folder.resolve("early.sock");
    try (ConsoleServer booting = ConsoleServer.open(early, new Console(registry), LIMITS, counters)) {
      CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> client(early).run(List.of("count", "1")));
      try (SocketChannel other = SocketChannel.open(UnixDomainSocketAddress.of(early))) {
        assertThat(other.isConnected()).isTrue();
        assertThat(status).isNotDone();
      }
      booting.serve();
      assertThat(status.get(DEADLINE_SECONDS, TimeUnit.SECONDS)).isEqualTo(Console.OK);
    }
  }

  @Test
  void a_file_that_is_no_socket_is_not_touched() throws IOException {
    Path file = Files.writeString(folder.resolve("precious"), "data");
    assertThatThrownBy(() -> ConsoleServer.open(file, new Console(registry), LIMITS, counters))
        .isInstanceOf(ProblemsException.class).hasMessageContainingAll("HST-002", "no socket");
    assertThat(file).hasContent("data");
  }

  @Test
  void without_a_host_the_client_says_so_and_ends_with_3() {
    assertThat(client(folder.resolve("none.sock")).run(List.of("count", "1"))).isEqualTo(ConsoleClient.NO_HOST);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("no host runs", "sluice run", "--socket");
  }

  private int run(String... words) {
    return client(socket).run(List.of(words));
  }

  private ConsoleClient client(Path path) {
    return new ConsoleClient(path, new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8), false);
  }
}
