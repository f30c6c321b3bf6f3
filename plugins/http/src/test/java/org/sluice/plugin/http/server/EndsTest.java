package org.sluice.plugin.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers that are silent or gone, disks that hang, files that change, limits. */
class EndsTest {
  private static final String GET_LARGE = "GET /large HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final int LARGE_BYTES = 100_000;

  @TempDir Path temp;
  private Path file;
  private byte[] large;
  private HttpHost host;

  @BeforeEach
  void serve() throws IOException {
    large = new byte[LARGE_BYTES];
    new SplittableRandom(1).nextBytes(large);
    file = Files.write(temp.resolve("large"), large);
    host = new HttpHost(temp, 9, 1);
  }

  @AfterEach
  void leavesNothingBehind() {
    host.disk.release();
    host.stop();
    assertThat(host.application.connections()).isEmpty();
    assertThat(host.plugin.scope().faults().count()).as("faults").isZero();
  }

  // ---- Files.

  @Test
  void a_file_that_is_truncated_under_way_resets_the_connection() throws IOException {
    HttpClient client = host.client(GET_LARGE + GET_LARGE).hear(1000);
    host.run();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(50_000);
    }
    client.hear(Integer.MAX_VALUE);
    host.run();
    assertThat(client.isReset()).isTrue();
    assertThat(client.reply().body()).as("no second answer, no garbage").hasSizeLessThanOrEqualTo(50_000)
        .isEqualTo(Arrays.copyOf(large, client.reply().body().length));
    assertThat(host.count("unreadable")).isEqualTo(1);
  }

  @Test
  void a_file_that_grows_is_sent_as_long_as_was_said() throws IOException {
    HttpClient client = host.client(GET_LARGE).hear(1000);
    host.run();
    Files.write(file, new byte[1000], StandardOpenOption.APPEND);
    client.hear(Integer.MAX_VALUE);
    host.run();
    assertThat(client.reply().body()).isEqualTo(large);
  }

  @Test
  void a_file_that_is_replaced_is_sent_as_it_was() throws IOException {
    HttpClient client = host.client(GET_LARGE).hear(1000);
    host.run();
    Files.move(Files.write(temp.resolve("other"), new byte[10]), file,
        StandardCopyOption.REPLACE_EXISTING);
    client.hear(Integer.MAX_VALUE);
    host.run();
    assertThat(client.reply().body()).isEqualTo(large);
  }

  @Test
  void while_the_disk_hangs_others_are_refused_what_needs_none_and_it_goes_on_afterwards() {
    host.disk.hold();
    HttpClient waiting = host.ask(GET_LARGE);
    assertThat(waiting.heardBytes()).isZero();
    assertThat(host.ask("POST / HTTP/1.1\r\nHost: h\r\n\r\n").reply().code()).isEqualTo(405);
    host.disk.release();
    host.run();
    assertThat(waiting.reply().body()).isEqualTo(large);
  }

  @Test
  void a_disk_that_hangs_for_good_ends_the_connection_and_its_file_is_closed_afterwards() {
    HttpClient client = host.client(GET_LARGE).hear(10);
    host.run();
    host.disk.hold();
    client.hear(Integer.MAX_VALUE);
    host.run();
    host.advance(HttpHost.IDLE_TIMEOUT.multipliedBy(2));
    assertThat(client.isReset()).isTrue();
    assertThat(host.count("idle")).isEqualTo(1);
    assertThat(host.application.connections()).isEmpty();
    host.disk.release();
    host.run();
    assertThat(openFiles()).isZero();
  }

  @Test
  void a_request_whose_file_nobody_can_look_for_now_is_refused_and_the_next_is_not() {
    host.refuse(1);
    HttpClient client = host.ask(GET_LARGE + GET_LARGE);
    assertThat(client.replies()).extracting(HttpReply::code).containsExactly(503, 200);
    assertThat(host.count("background-full")).isEqualTo(1);
  }

  @Test
  void a_file_on_its_way_waits_until_somebody_can_read_on() {
    HttpClient client = host.client(GET_LARGE).hear(1000);
    host.run();
    host.refuse(5);
    client.hear(Integer.MAX_VALUE);
    host.run();
    assertThat(client.reply().body()).isEqualTo(large);
    assertThat(host.count("background-full")).isEqualTo(5);
  }

  // ---- Peers that go.

  @Test
  void a_client_that_resets_in_the_middle_is_counted_and_its_file_closed() {
    HttpClient client = host.client(GET_LARGE).hear(1000);
    host.run();
    assertThat(openFiles()).isEqualTo(1);
    client.reset();
    host.run();
    assertThat(host.count("interrupted")).isEqualTo(1);
    assertGone();
  }

  @Test
  void a_client_that_closes_in_the_middle_is_counted_and_its_file_closed() {
    HttpClient client = host.client(GET_LARGE).hear(1000);
    host.run();
    client.close();
    host.run();
    assertThat(host.count("interrupted")).isEqualTo(1);
    assertGone();
  }

  @Test
  void a_client_that_goes_while_its_file_is_looked_for_leaves_nothing_open() {
    host.disk.hold();
    HttpClient client = host.ask(GET_LARGE);
    client.reset();
    host.run();
    host.disk.release();
    host.run();
    assertGone();
  }

  @Test
  void a_client_that_leaves_between_requests_or_in_one_is_let_go() {
    HttpClient between = host.ask(GET_LARGE);
    between.close();
    HttpClient within = host.ask("GET / HT");
    within.close();
    host.run();
    assertThat(host.count("interrupted")).isZero();
    assertGone();
  }

  @Test
  void a_plugin_that_stops_in_the_middle_closes_the_file() {
    HttpClient client = host.client(GET_LARGE).hear(1000);
    host.run();
    host.stop();
    assertThat(openFiles()).isZero();
    client.hear(Integer.MAX_VALUE);
    host.run();
    assertThat(client.isDisconnected()).isTrue();
    assertThat(client.reply().body()).hasSizeLessThan(LARGE_BYTES);
    assertGone();
  }

  // ---- Time.

  @Test
  void a_head_that_is_begun_and_not_finished_is_timed_out_however_often_a_byte_comes() {
    HttpClient client = host.ask("GET / HTTP/1.1\r\n");
    for (int i = 0; i < 30 && !client.isDisconnected(); i++) {
      host.advance(HttpHost.HEAD_TIMEOUT.dividedBy(10));
      if (!client.isDisconnected()) {
        client.say("X");
        host.run();
      }
    }
    assertThat(client.reply().code()).isEqualTo(408);
    assertThat(client.reply().field("connection")).isEqualTo("close");
    assertThat(client.isDisconnected()).isTrue();
    assertGone();
  }

  @Test
  void a_connection_without_a_request_is_closed_without_a_word() {
    HttpClient fresh = host.ask("");
    HttpClient used = host.ask(GET_LARGE);
    int heard = used.heardBytes();
    host.advance(HttpHost.HEAD_TIMEOUT.multipliedBy(2));
    assertThat(used.isDisconnected()).isFalse();
    host.advance(HttpHost.IDLE_TIMEOUT);
    assertThat(fresh.isDisconnected()).isTrue();
    assertThat(fresh.heardBytes()).isZero();
    assertThat(used.isDisconnected()).isTrue();
    assertThat(used.heardBytes()).isEqualTo(heard);
    assertThat(host.count("idle")).isEqualTo(2);
    assertGone();
  }

  @Test
  void a_peer_that_reads_nothing_is_reset_and_one_that_reads_slowly_is_not() {
    HttpClient deaf = host.client(GET_LARGE).hear(10);
    HttpClient slow = host.client(GET_LARGE).hear(10);
    host.run();
    for (int i = 0; i < 30; i++) {
      host.advance(HttpHost.IDLE_TIMEOUT.dividedBy(10));
      slow.hear(HttpHost.FIFO_BYTES / 2 + 1);
      host.run();
    }
    assertThat(deaf.isReset()).isTrue();
    assertThat(host.count("idle")).isEqualTo(1);
    assertThat(slow.reply().body()).isEqualTo(large);
  }

  @Test
  void a_peer_that_sends_on_after_the_last_answer_is_reset() {
    HttpClient client = host.client("GET / HTTP/2.0\r\n\r\n" + "x".repeat(20 << 20)).stays();
    host.run();
    assertThat(host.count("lingering")).isEqualTo(1);
    assertThat(client.isTransportClosed()).isTrue();
    assertGone();
  }

  @Test
  void a_peer_that_stays_after_the_last_answer_is_reset_in_the_end() {
    HttpClient client = host.client("GET / HTTP/2.0\r\n\r\n").stays();
    host.run();
    assertThat(client.isDisconnected()).isTrue();
    assertThat(host.application.connections()).hasSize(1);
    host.advance(HttpHost.HEAD_TIMEOUT.multipliedBy(2));
    assertThat(host.count("lingering")).isEqualTo(1);
    assertThat(client.isTransportClosed()).isTrue();
    assertGone();
  }

  // ---- Limits.

  @Test
  void connections_beyond_the_limit_are_refused_and_counted_until_others_go() {
    HttpClient first = host.ask("");
    for (int i = 1; i < HttpHost.MAX_CONNECTIONS; i++) {
      host.ask("");
    }
    assertThat(host.ask(GET_LARGE).heardBytes()).isZero();
    assertThat(host.count("limit.connections")).isEqualTo(1);
    first.close();
    host.run();
    assertThat(host.ask(GET_LARGE).reply().body()).isEqualTo(large);
  }

  @Test
  void buffers_beyond_the_limit_are_not_kept() {
    host.ask(GET_LARGE);
    assertThat(host.count("limit.spare-chunks")).isPositive();
  }

  private void assertGone() {
    assertThat(host.application.connections()).isEmpty();
    assertThat(host.simulation.fifos()).isZero();
    assertThat(openFiles()).isZero();
  }

  /** How often this process has the file open, by what Linux says of it; elsewhere nothing is known, so none. */
  private long openFiles() {
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      Path real = file.toRealPath();
      return descriptors.filter(descriptor -> isOpen(descriptor, real)).count();
    } catch (IOException e) {
      return 0;
    }
  }

  private static boolean isOpen(Path descriptor, Path real) {
    try {
      return Files.readSymbolicLink(descriptor).equals(real);
    } catch (IOException e) {
      return false;
    }
  }
}
