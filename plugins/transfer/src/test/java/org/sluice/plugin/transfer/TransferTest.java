package org.sluice.plugin.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.plugin.transfer.SendSession.SentFile;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.session.Session;

/** Whole transfers between a sender and the receiving application. */
class TransferTest {
  private static final String URI = "ct://127.0.0.1/9";

  @TempDir Path temp;
  private Path source;
  private Path target;
  private FakeHost host;

  @BeforeEach
  void listen() throws IOException {
    source = Files.createDirectory(temp.resolve("source"));
    target = temp.resolve("target");
    host = new FakeHost(Settings.small(URI, target));
    var _ = host.attach(new TransferApplication(host));
    host.run();
  }

  @AfterEach
  void leavesNothingBehind() {
    host.sessions.forEach(Session::close);
    host.run();
    assertThat(host.fifos()).as("FIFOs").isZero();
  }

  // ---- Content arrives.

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 4097, 100_000})
  void a_file_arrives_with_content_hash_and_time(int bytes) throws Exception {
    Path path = file("data", bytes, bytes);
    Files.setLastModifiedTime(path, FileTime.fromMillis(1_234_567_890_123L));

    List<SentFile> sent = sendAll(path).get();

    assertThat(sent).singleElement().satisfies(one -> {
      assertThat(one.name()).isEqualTo("data");
      assertThat(one.sizeBytes()).isEqualTo(bytes);
      assertThat(one.resumedAt()).isZero();
      assertThat(one.sha256()).isEqualTo(hash(path));
    });
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
    assertThat(Files.getLastModifiedTime(target.resolve("data")).toMillis()).isEqualTo(1_234_567_890_123L);
    assertThat(host.count("files")).isEqualTo(1);
    assertThat(host.count("bytes")).isEqualTo(bytes);
    assertThat(host.count("interrupted")).isZero();
  }

  @Test
  void a_directory_arrives_with_empty_directories_and_without_links() throws Exception {
    file("tree/a", 10, 1);
    file("tree/deep/er/b", 5000, 2);
    Files.createDirectories(source.resolve("tree/empty"));
    Files.createSymbolicLink(source.resolve("tree/link"), source.resolve("tree/a"));

    List<SentFile> sent = sendAll(source.resolve("tree")).get();

    assertThat(sent).extracting(SentFile::name).containsExactly("tree/a", "tree/deep/er/b");
    assertThat(target.resolve("tree/deep/er/b")).hasSameBinaryContentAs(source.resolve("tree/deep/er/b"));
    assertThat(target.resolve("tree/empty")).isEmptyDirectory();
    assertThat(target.resolve("tree/link")).doesNotExist();
  }

  @Test
  void an_older_file_of_that_name_is_replaced() throws Exception {
    Files.writeString(target.resolve("data"), "old");
    Path path = file("data", 5000, 1);
    sendAll(path).get();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
  }

  // ---- Going on after an interruption.

  @Test
  void an_interrupted_file_goes_on_where_it_ended() throws Exception {
    Path path = file("data", 100_000, 3);
    interrupt(path, 5);
    long arrived = Files.size(part("data"));
    assertThat(arrived).isBetween(1L, 99_999L);
    assertThat(host.count("interrupted")).isEqualTo(1);

    SentFile sent = sendAll(path).get().getFirst();

    assertThat(sent.resumedAt()).isEqualTo(arrived);
    assertThat(host.count("bytes")).as("no byte crossed twice").isEqualTo(100_000);
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
    assertThat(part("data")).doesNotExist();
  }

  @Test
  void a_partial_file_with_other_content_starts_again() throws Exception {
    Path path = file("data", 100_000, 3);
    interrupt(path, 5);
    Files.write(part("data"), new byte[] {1, 2, 3});

    assertThat(sendAll(path).get().getFirst().resumedAt()).isZero();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
  }

  @Test
  void a_file_that_changed_since_the_interruption_starts_again() throws Exception {
    Path path = file("data", 100_000, 3);
    interrupt(path, 5);
    file("data", 100_000, 4);

    assertThat(sendAll(path).get().getFirst().resumedAt()).isZero();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
  }

  @Test
  void a_file_that_grew_since_the_interruption_goes_on() throws Exception {
    Path path = file("data", 100_000, 3);
    interrupt(path, 5);
    Files.write(path, new byte[5000], StandardOpenOption.APPEND);

    assertThat(sendAll(path).get().getFirst().resumedAt()).isPositive();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
  }

  @Test
  void a_file_that_is_shorter_than_its_partial_file_starts_again() throws Exception {
    interrupt(file("data", 100_000, 3), 5);
    Path path = file("data", 100, 3);

    assertThat(sendAll(path).get().getFirst().resumedAt()).isZero();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
  }

  @Test
  void a_file_that_is_there_already_costs_no_data() throws Exception {
    Path path = file("data", 100_000, 3);
    sendAll(path).get();

    assertThat(sendAll(path).get().getFirst().resumedAt()).isEqualTo(100_000);
    assertThat(host.count("bytes")).isEqualTo(100_000);
  }

  @Test
  void a_file_of_equal_size_but_other_content_is_replaced() throws Exception {
    sendAll(file("data", 100_000, 3)).get();
    Path path = file("data", 100_000, 4);

    assertThat(sendAll(path).get().getFirst().resumedAt()).isZero();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
  }

  @Test
  void an_empty_partial_file_is_not_left_behind() throws Exception {
    Path path = file("data", 100_000, 3);
    CompletableFuture<List<SentFile>> sent = send(path);
    while (!Files.exists(part("data"))) {
      host.turn();
    }
    host.sessions.getLast().reset();
    host.run();
    assertThat(sent).isCompletedExceptionally();
    assertThat(part("data")).doesNotExist();
  }

  // ---- Damage and refusal.

  @Test
  void a_falsified_byte_is_noticed_and_the_old_file_stays() throws Exception {
    Files.writeString(target.resolve("data"), "old");
    host.settings.put("fault.corrupt-byte-at", 50_000);

    assertFails(sendAll(file("data", 100_000, 3)), FailReason.MISMATCH, "arrived damaged");

    assertThat(target.resolve("data")).hasContent("old");
    assertThat(part("data")).doesNotExist();
    assertThat(host.count("failed.mismatch")).isEqualTo(1);
    assertThat(host.count("files")).isZero();
  }

  @Test
  void a_file_over_the_limit_is_refused() throws Exception {
    assertFails(sendAll(file("data", Settings.MAX_FILE_BYTES + 1, 1)), FailReason.LIMIT, "limit.file-bytes");
    assertThat(host.count("failed.limit")).isEqualTo(1);
    assertThat(part("data")).doesNotExist();
  }

  @Test
  void more_entries_than_the_limit_are_refused() throws Exception {
    for (int i = 0; i < Settings.MAX_ENTRIES; i++) {
      file("tree/" + i, 1, i);
    }
    assertFails(sendAll(source.resolve("tree")), FailReason.LIMIT, "limit.entries");
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void a_refused_name_ends_the_transfer_with_the_reason() throws Exception {
    Files.createSymbolicLink(target.resolve("tree"), temp);
    file("tree/a", 10, 1);
    assertFails(sendAll(source.resolve("tree")), FailReason.NAME, "a link or file");
    assertThat(temp.resolve("a")).doesNotExist();
    assertThat(host.count("failed.name")).isEqualTo(1);
  }

  @Test
  void a_file_that_another_session_writes_is_refused() throws Exception {
    Path path = file("data", 100_000, 3);
    CompletableFuture<List<SentFile>> first = send(path);
    while (!Files.exists(part("data"))) {
      host.turn();
    }
    CompletableFuture<List<SentFile>> second = send(path);
    host.run();

    assertFails(second, FailReason.BUSY, "another session");
    assertThat(first).isCompleted();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
  }

  @Test
  void a_session_over_the_limit_is_refused_and_counted() throws Exception {
    Path path = file("data", 100_000, 3);
    for (int i = 0; i < Settings.MAX_SESSIONS; i++) {
      var _ = send(file("data" + i, 100_000, i));
    }
    CompletableFuture<List<SentFile>> last = send(path);
    host.run();
    assertFails(last, FailReason.SESSION, "refused");
    assertThat(host.count("limit.sessions")).isEqualTo(1);
  }

  @Test
  void a_file_that_shrinks_while_it_is_sent_ends_both_sides() throws Exception {
    Path path = file("data", 100_000, 3);
    CompletableFuture<List<SentFile>> sent = begin(path);
    Files.write(path, new byte[10]);
    host.run();
    assertFails(sent, FailReason.CHANGED, "ended at");
    assertThat(host.count("failed.changed")).isEqualTo(1);
    assertThat(target.resolve("data")).doesNotExist();
  }

  @Test
  void a_connect_that_nobody_answers_fails() throws Exception {
    SendSession send = sender(file("data", 10, 1), "ct://127.0.0.1/10");
    var _ = host.attach(send, Settings.of(host).attachOptions("s"));
    host.run();
    assertFails(send.result(), FailReason.SESSION, "connect to");
  }

  // ---- Time and life cycle.

  @Test
  void a_silent_session_is_reset_and_its_partial_file_can_be_continued() throws Exception {
    Path path = file("data", 100_000, 3);
    CompletableFuture<List<SentFile>> sent = begin(path);
    host.forgetEvents();
    host.advance(Settings.IDLE_TIMEOUT.plus(Settings.IDLE_TIMEOUT));
    assertThat(host.count("idle")).isEqualTo(1);
    assertThat(sent).isCompletedExceptionally();

    assertThat(sendAll(path).get().getFirst().resumedAt()).isPositive();
  }

  @Test
  void a_detached_receiver_lets_go_of_its_files() throws Exception {
    Path path = file("data", 100_000, 3);
    CompletableFuture<List<SentFile>> sent = begin(path);
    host.detach("transfer");
    host.run();
    assertThat(sent).isCompletedExceptionally();

    var _ = host.attach(new TransferApplication(host));
    host.run();
    assertThat(sendAll(path).get().getFirst().resumedAt()).isPositive();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
  }

  @Test
  void a_detached_sender_is_cancelled() throws Exception {
    CompletableFuture<List<SentFile>> sent = begin(file("data", 100_000, 3));
    host.detach("s");
    host.run();
    assertFails(sent, FailReason.CANCELLED, "cancelled");
    assertThat(Files.size(part("data"))).isPositive();
  }

  @Test
  void no_callback_moves_more_than_one_chunk() throws Exception {
    var _ = send(file("data", 100_000, 3));
    long before = 0;
    while (host.turn()) {
      assertThat(host.count("bytes") - before).isLessThanOrEqualTo(2 * Settings.CHUNK_BYTES);
      before = host.count("bytes");
    }
    assertThat(before).isEqualTo(100_000);
  }

  // ----

  private Path file(String name, int bytes, long seed) throws IOException {
    byte[] content = new byte[bytes];
    new SplittableRandom(seed).nextBytes(content);
    Path path = source.resolve(name);
    Files.createDirectories(path.getParent());
    return Files.write(path, content);
  }

  private Path part(String name) {
    return target.resolve(name + Intake.PART_SUFFIX);
  }

  private SendSession sender(Path path, String uri) throws Exception {
    TransferSettings settings = Settings.of(host);
    return new SendSession(
        ConnectOptions.of(uri), SourceTree.scan(path, 1000), settings, host, new Progress("send", uri, 0));
  }

  private CompletableFuture<List<SentFile>> send(Path path) throws Exception {
    SendSession send = sender(path, URI);
    return host.attach(send, Settings.of(host).attachOptions("s")).thenCompose(_ -> send.result());
  }

  private CompletableFuture<List<SentFile>> sendAll(Path path) throws Exception {
    CompletableFuture<List<SentFile>> sent = send(path);
    host.run();
    return sent;
  }

  /** Sends until the first data has arrived. */
  private CompletableFuture<List<SentFile>> begin(Path path) throws Exception {
    CompletableFuture<List<SentFile>> sent = send(path);
    while (host.count("bytes") == 0) {
      host.turn();
    }
    return sent;
  }

  /** Begins to send and cuts the session after so many turns of data. */
  private void interrupt(Path path, int turns) throws Exception {
    CompletableFuture<List<SentFile>> sent = begin(path);
    for (int i = 0; i < turns; i++) {
      host.turn();
    }
    host.sessions.getLast().reset();
    host.run();
    assertThat(sent).isCompletedExceptionally();
  }

  private static void assertFails(CompletableFuture<?> sent, FailReason reason, String text) {
    assertThatThrownBy(sent::get)
        .cause()
        .isInstanceOfSatisfying(TransferException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(text);
  }

  private static Sha256 hash(Path path) throws IOException {
    return Sha256.get(ByteBuffer.wrap(Sha256.digest().digest(Files.readAllBytes(path))));
  }
}
