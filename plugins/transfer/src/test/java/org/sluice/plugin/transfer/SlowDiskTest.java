package org.sluice.plugin.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.plugin.transfer.SendSession.SentFile;

/** A disk that hangs holds up the transfers on it and nothing else. One worker carries everything here. */
class SlowDiskTest {
  private static final String OTHER_URI = "ct://127.0.0.1/10";
  private static final int FILE_BYTES = 100_000;
  private static final int MOST_WAITING = TransferHost.MAX_CHUNKS * TransferHost.CHUNK_BYTES;

  @TempDir Path temp;
  private Path source;
  private Path target;
  private TransferHost host;

  @BeforeEach
  void listen() throws IOException {
    byte[] content = new byte[FILE_BYTES];
    new SplittableRandom(1).nextBytes(content);
    source = Files.write(temp.resolve("data"), content);
    target = temp.resolve("target");
    host = new TransferHost(target, 11, 0);
  }

  @Test
  void no_file_is_touched_while_the_disk_hangs_and_the_worker_serves_others() throws Exception {
    host.disk.hold();
    CompletableFuture<List<SentFile>> sent = host.send(source);
    host.run();
    assertThat(target).isEmptyDirectory();
    assertThat(sent).isNotDone();

    RawPeer server = RawPeer.server(OTHER_URI, new byte[] {0, 0, 0});
    host.attach(server);
    RawPeer client = RawPeer.client(OTHER_URI, new byte[] {0, 0, 0});
    host.attach(client);
    host.run();
    assertThat(server.heardBytes()).isEqualTo(3);
    assertThat(client.heardBytes()).isEqualTo(3);

    host.disk.release();
    host.run();
    assertThat(sent).isCompleted();
    assertThat(target.resolve("data")).hasSameBinaryContentAs(source);
  }

  @Test
  void a_receiver_reads_no_more_than_its_buffers_hold_and_the_sender_waits() throws Exception {
    Message.Entry entry = new Message.Entry(Message.Kind.FILE, "data", FILE_BYTES, 0);
    byte[] head = RawPeer.records(
        new Message.Hello(1, 1, FILE_BYTES), entry, new Message.Start(0), new Message.Data(FILE_BYTES));
    RawPeer peer = RawPeer.client(TransferHost.URI, head);
    host.attach(peer);
    host.run();

    host.disk.hold();
    peer.add(host.simulation, Files.readAllBytes(source));
    host.run();
    assertThat(host.count("bytes")).isEqualTo(MOST_WAITING);
    assertThat(host.count("limit.waiting-chunks")).isPositive();
    assertThat(peer.saidBytes()).as("buffers and one FIFO")
        .isLessThanOrEqualTo(head.length + MOST_WAITING + 4 * TransferHost.CHUNK_BYTES).isLessThan(FILE_BYTES);

    host.disk.release();
    host.run();
    assertThat(host.count("bytes")).isEqualTo(FILE_BYTES);
    assertThat(target.resolve("data" + Intake.PART_SUFFIX)).hasSameBinaryContentAs(source);
  }

  @Test
  void a_sender_reads_ahead_no_more_than_its_buffers_hold() throws Exception {
    RawPeer receiver = RawPeer.server(OTHER_URI, RawPeer.records(new Message.Welcome(1),
        new Message.Offer(0, Sha256.get(java.nio.ByteBuffer.wrap(Sha256.digest().digest())))));
    receiver.deafAfter(0);
    host.attach(receiver);
    CompletableFuture<List<SentFile>> sent = host.send(source, OTHER_URI);
    host.run();
    assertThat(host.application.active()).isEmpty();
    // What is not read ahead yet is what the file has now.
    Files.write(source, new byte[10]);
    receiver.deafAfter(Integer.MAX_VALUE);
    receiver.listen(host.simulation);
    host.run();
    assertThat(receiver.heardBytes()).isBetween(MOST_WAITING, FILE_BYTES - 1);
    assertThatThrownBy(sent::get).hasMessageContaining("the file ended at");
  }

  @Test
  void what_has_arrived_is_kept_when_the_sender_leaves_before_the_disk_has_it() throws Exception {
    CompletableFuture<List<SentFile>> sent = host.sendUntil(source, 1);
    host.disk.hold();
    host.run();
    long arrived = host.count("bytes");
    host.cancelSender();
    assertThat(sent).isCompletedExceptionally();
    host.disk.release();
    host.run();
    long kept = Files.size(target.resolve("data" + Intake.PART_SUFFIX));
    assertThat(kept).isGreaterThanOrEqualTo(arrived);

    assertThat(host.sendAll(source).get().getFirst().resumedAt()).isEqualTo(kept);
    assertThat(host.count("bytes")).as("no byte crossed twice").isEqualTo(FILE_BYTES);
    assertThat(target.resolve("data")).hasSameBinaryContentAs(source);
  }

  @Test
  void an_idle_transfer_whose_disk_works_is_not_reset() throws Exception {
    CompletableFuture<List<SentFile>> sent = host.sendUntil(source, 1);
    host.disk.hold();
    host.simulation.advance(TransferHost.IDLE_TIMEOUT.dividedBy(2));
    host.disk.release();
    host.run();
    assertThat(sent).isCompleted();
    assertThat(host.count("idle")).isZero();
  }

  @Test
  void a_transfer_on_a_disk_that_hangs_for_good_is_reset_and_nothing_is_left_of_its_session() throws Exception {
    CompletableFuture<List<SentFile>> sent = host.sendUntil(source, 1);
    host.disk.hold();
    host.simulation.advance(TransferHost.IDLE_TIMEOUT.multipliedBy(2));
    assertThat(host.count("idle")).isEqualTo(1);
    assertThat(sent).isCompletedExceptionally();
    host.cancelSender();
    assertThat(host.simulation.fifos()).isZero();
    host.disk.release();
    host.run();
    assertThat(host.sendAll(source).get().getFirst().resumedAt()).isPositive();
  }
}
