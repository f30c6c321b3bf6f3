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

/** Whole transfers between a sender and the receiving application. */
class TransferTest {
  @TempDir Path temp;
  private Path source;
  private Path target;
  private TransferHost host;

  @BeforeEach
  void listen() throws IOException {
    source = Files.createDirectory(temp.resolve("source"));
    target = temp.resolve("target");
    host = new TransferHost(target, 1, 2);
  }

  @AfterEach
  void leavesNothingBehind() {
    host.cancelSender();
    assertThat(host.application.active()).isEmpty();
    assertThat(host.simulation.fifos()).as("FIFOs").isZero();
  }

  // ---- Content arrives.

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 4097, 100_000})
  void a_file_arrives_with_content_hash_and_time(int bytes) throws Exception {
    Path path = file("data", bytes, bytes);
    Files.setLastModifiedTime(path, FileTime.fromMillis(1_234_567_890_123L));

    List<SentFile> sent = host.sendAll(path).get();

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

    List<SentFile> sent = host.sendAll(source.resolve("tree")).get();

    assertThat(sent).extracting(SentFile::name).containsExactly("tree/a", "tree/deep/er/b");
    assertThat(target.resolve("tree/deep/er/b")).hasSameBinaryContentAs(source.resolve("tree/deep/er/b"));
    assertThat(target.resolve("tree/empty")).isEmptyDirectory();
    assertThat(target.resolve("tree/link")).doesNotExist();
  }

  @Test
  void an_older_file_of_that_name_is_replaced() throws Exception {
    Files.writeString(target.resolve("data"), "old");
    Path path = file("data", 5000, 1);
    host.sendAll(path).get();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
  }

  // ---- Going on after an interruption.

  @Test
  void an_interrupted_file_goes_on_where_it_ended() throws Exception {
    Path path = file("data", 100_000, 3);
    interrupt(path);
    long arrived = Files.size(part("data"));
    assertThat(arrived).isBetween(1L, 99_999L);
    assertThat(host.count("interrupted")).isEqualTo(1);

    SentFile sent = host.sendAll(path).get().getFirst();

    assertThat(sent.resumedAt()).isEqualTo(arrived);
    assertThat(host.count("bytes")).as("no byte crossed twice").isEqualTo(100_000);
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
    assertThat(part("data")).doesNotExist();
  }

  @Test
  void a_partial_file_with_other_content_starts_again() throws Exception {
    Path path = file("data", 100_000, 3);
    interrupt(path);
    Files.write(part("data"), new byte[] {1, 2, 3});

    assertThat(host.sendAll(path).get().getFirst().resumedAt()).isZero();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
  }

  @Test
  void a_file_that_changed_since_the_interruption_starts_again() throws Exception {
    Path path = file("data", 100_000, 3);
    interrupt(path);
    file("data", 100_000, 4);

    assertThat(host.sendAll(path).get().getFirst().resumedAt()).isZero();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
  }

  @Test
  void a_file_that_grew_since_the_interruption_goes_on() throws Exception {
    Path path = file("data", 100_000, 3);
    interrupt(path);
    Files.write(path, new byte[5000], StandardOpenOption.APPEND);

    assertThat(host.sendAll(path).get().getFirst().resumedAt()).isPositive();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
  }

  @Test
  void a_file_that_is_shorter_than_its_partial_file_starts_again() throws Exception {
    interrupt(file("data", 100_000, 3));
    Path path = file("data", 100, 3);

    assertThat(host.sendAll(path).get().getFirst().resumedAt()).isZero();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
  }

  @Test
  void a_file_that_is_there_already_costs_no_data() throws Exception {
    Path path = file("data", 100_000, 3);
    host.sendAll(path).get();

    assertThat(host.sendAll(path).get().getFirst().resumedAt()).isEqualTo(100_000);
    assertThat(host.count("bytes")).isEqualTo(100_000);
  }

  @Test
  void a_file_of_equal_size_but_other_content_is_replaced() throws Exception {
    host.sendAll(file("data", 100_000, 3)).get();
    Path path = file("data", 100_000, 4);

    assertThat(host.sendAll(path).get().getFirst().resumedAt()).isZero();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
  }

  @Test
  void an_empty_partial_file_is_not_left_behind() throws Exception {
    Path path = file("data", 100_000, 3);
    CompletableFuture<List<SentFile>> sent = host.send(path);
    host.runUntil(() -> Files.exists(part("data")));
    host.cancelSender();
    assertThat(sent).isCompletedExceptionally();
    assertThat(part("data")).doesNotExist();
  }

  // ---- Damage and refusal.

  @Test
  void a_falsified_byte_is_noticed_and_the_old_file_stays() throws Exception {
    Files.writeString(target.resolve("data"), "old");
    host.settings.put("fault.corrupt-byte-at", 50_000);

    assertFails(host.sendAll(file("data", 100_000, 3)), FailReason.MISMATCH, "arrived damaged");

    assertThat(target.resolve("data")).hasContent("old");
    assertThat(part("data")).doesNotExist();
    assertThat(host.count("failed.mismatch")).isEqualTo(1);
    assertThat(host.count("files")).isZero();
  }

  @Test
  void a_file_over_the_limit_is_refused() throws Exception {
    assertFails(host.sendAll(file("data", TransferHost.MAX_FILE_BYTES + 1, 1)), FailReason.LIMIT, "limit.file-bytes");
    assertThat(host.count("failed.limit")).isEqualTo(1);
    assertThat(part("data")).doesNotExist();
  }

  @Test
  void more_entries_than_the_limit_are_refused() throws Exception {
    for (int i = 0; i < TransferHost.MAX_ENTRIES; i++) {
      file("tree/" + i, 1, i);
    }
    assertFails(host.sendAll(source.resolve("tree")), FailReason.LIMIT, "limit.entries");
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void a_refused_name_ends_the_transfer_with_the_reason() throws Exception {
    Files.createSymbolicLink(target.resolve("tree"), temp);
    file("tree/a", 10, 1);
    assertFails(host.sendAll(source.resolve("tree")), FailReason.NAME, "a link or file");
    assertThat(temp.resolve("a")).doesNotExist();
    assertThat(host.count("failed.name")).isEqualTo(1);
  }

  @Test
  void a_file_that_another_session_writes_is_refused() throws Exception {
    Path path = file("data", 100_000, 3);
    CompletableFuture<List<SentFile>> first = host.send(path);
    host.runUntil(() -> Files.exists(part("data")));
    CompletableFuture<List<SentFile>> second = host.send(path);
    host.run();

    assertFails(second, FailReason.BUSY, "another session");
    assertThat(first).isCompleted();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
  }

  @Test
  void a_session_over_the_limit_is_refused_and_counted() throws Exception {
    Path path = file("data", 100_000, 3);
    host.disk.hold();
    for (int i = 0; i < TransferHost.MAX_SESSIONS; i++) {
      var _ = host.send(file("data" + i, 100_000, i));
    }
    host.run();
    CompletableFuture<List<SentFile>> last = host.send(path);
    host.run();
    assertFails(last, FailReason.SESSION, "refused");
    assertThat(host.count("limit.sessions")).isEqualTo(1);
    host.disk.release();
  }

  @Test
  void a_file_that_shrinks_while_it_is_sent_ends_both_sides() throws Exception {
    Path path = file("data", 100_000, 3);
    CompletableFuture<List<SentFile>> sent = host.sendUntil(path, 1);
    Files.write(path, new byte[10]);
    host.run();
    assertFails(sent, FailReason.CHANGED, "ended at");
    assertThat(host.count("failed.changed")).isEqualTo(1);
    assertThat(target.resolve("data")).doesNotExist();
  }

  @Test
  void a_connect_that_nobody_answers_fails() throws Exception {
    CompletableFuture<List<SentFile>> sent = host.send(file("data", 10, 1), "ct://127.0.0.1/10");
    host.run();
    assertFails(sent, FailReason.SESSION, "connect to");
  }

  // ---- Time and life cycle.

  @Test
  void a_silent_session_is_reset_and_its_partial_file_can_be_continued() throws Exception {
    Path path = file("data", 100_000, 3);
    ByteBuffer said = ByteBuffer.allocate(4096);
    said.put(RawPeer.records(new Message.Hello(1, 1, 100_000),
        new Message.Entry(Message.Kind.FILE, "data", 100_000, 0), new Message.Start(0), new Message.Data(2000)));
    said.put(Files.readAllBytes(path), 0, 1500).flip();
    byte[] bytes = new byte[said.remaining()];
    said.get(bytes);
    host.attach(RawPeer.client(TransferHost.URI, bytes));
    host.run();
    assertThat(host.application.active()).hasSize(1);

    host.simulation.runtime().advance(TransferHost.IDLE_TIMEOUT.dividedBy(2));
    assertThat(host.application.active()).hasSize(1);
    host.simulation.runtime().advance(TransferHost.IDLE_TIMEOUT);
    assertThat(host.application.active()).isEmpty();
    assertThat(host.count("idle")).isEqualTo(1);

    assertThat(host.sendAll(path).get().getFirst().resumedAt()).isEqualTo(1500);
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
  }

  @Test
  void a_stopped_plugin_lets_go_of_its_files() throws Exception {
    Path path = file("data", 100_000, 3);
    CompletableFuture<List<SentFile>> sent = host.sendUntil(path, 1);
    host.stop();
    assertThat(sent).isCompletedExceptionally();
    assertThat(host.simulation.fifos()).isZero();
    host.start();
    assertThat(host.sendAll(path).get().getFirst().resumedAt()).isPositive();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);
  }

  @Test
  void a_detached_sender_is_cancelled() throws Exception {
    CompletableFuture<List<SentFile>> sent = host.sendUntil(file("data", 100_000, 3), 1);
    host.cancelSender();
    assertFails(sent, FailReason.CANCELLED, "cancelled");
    assertThat(Files.size(part("data"))).isPositive();
  }

  @Test
  void a_stopped_receiver_finishes_what_it_has_begun_and_takes_no_more() throws Exception {
    Path path = file("data", 100_000, 3);
    CompletableFuture<List<SentFile>> sent = host.sendUntil(path, 1);
    CompletableFuture<?> stopped = host.application.receivers().unlisten(host.application.receivers().all().getFirst());
    host.run();
    assertThat(stopped).isCompleted();
    assertThat(sent).isCompleted();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(path);

    assertFails(host.sendAll(path), FailReason.SESSION, "connect to");
    assertThat(host.application.receivers().all()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void whatever_is_interrupted_when_everything_arrives_in_the_end(int dataWorkers) throws Exception {
    file("tree/empty", 0, 1);
    file("tree/small", 100, 2);
    file("tree/deep/large", 60_000, 3);
    file("tree/chunks", 8 * TransferHost.CHUNK_BYTES, 4);
    for (long seed = 0; seed < 25; seed++) {
      Path into = Files.createDirectory(temp.resolve(dataWorkers + "-" + seed));
      TransferHost simulated = new TransferHost(into, seed, dataWorkers);
      SplittableRandom random = new SplittableRandom(seed);
      CompletableFuture<List<SentFile>> sent = simulated.send(source.resolve("tree"));
      for (int tries = 0; !sent.isDone() && tries < 1_000; tries++) {
        // Later tries may take longer, so that one of them gets to the end.
        for (int steps = random.nextInt(100 + 20 * tries); steps > 0; steps--) {
          simulated.simulation.runtime().step();
        }
        if (!sent.isDone()) {
          simulated.cancelSender();
          sent = simulated.send(source.resolve("tree"));
        }
      }
      assertThat(sent).as("seed %d", seed).isDone();
      assertThat(sent.get()).as("seed %d", seed).hasSize(4);
      for (String name : new String[] {"tree/empty", "tree/small", "tree/deep/large", "tree/chunks"}) {
        assertThat(into.resolve(name)).as("seed %d", seed).hasSameBinaryContentAs(source.resolve(name));
      }
      simulated.cancelSender();
      assertThat(simulated.simulation.fifos()).as("seed %d", seed).isZero();
    }
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

  /** Begins to send, and gives up in the middle. */
  private void interrupt(Path path) throws Exception {
    CompletableFuture<List<SentFile>> sent = host.sendUntil(path, 20_000);
    host.cancelSender();
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
