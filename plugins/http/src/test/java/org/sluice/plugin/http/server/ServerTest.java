package org.sluice.plugin.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and answers over cut-through. */
class ServerTest {
  private static final Instant MODIFIED = Instant.parse("2025-06-01T12:00:00Z");
  private static final int LARGE_BYTES = 100_000;

  @TempDir Path temp;
  private Path www;
  private byte[] large;
  private HttpHost host;

  @BeforeEach
  void serve() throws IOException {
    www = temp.resolve("www");
    Files.createDirectories(www.resolve("sub"));
    Files.writeString(temp.resolve("secret"), "secret");
    Files.createSymbolicLink(www.resolve("out"), temp.resolve("secret"));
    file("index.html", "<p>index");
    file("sub/index.html", "<p>sub");
    file("a b.txt", "hello, world");
    file("empty.css", "");
    large = new byte[LARGE_BYTES];
    new SplittableRandom(1).nextBytes(large);
    Files.write(www.resolve("large"), large);
    host = new HttpHost(www, 7, 2);
  }

  private void file(String name, String content) throws IOException {
    Path path = Files.writeString(www.resolve(name), content);
    Files.setLastModifiedTime(path, FileTime.from(MODIFIED));
  }

  @AfterEach
  void leavesNothingBehind() {
    host.stop();
    assertThat(host.plugin.scope().faults().count()).as("faults").isZero();
  }

  @Test
  void a_file_comes_with_its_fields() {
    HttpReply reply = host.ask(get("/a%20b.txt")).reply();
    assertThat(reply.status()).isEqualTo("200 OK");
    assertThat(reply.text()).isEqualTo("hello, world");
    assertThat(reply.fields()).containsEntry("content-type", "text/plain; charset=utf-8")
        .containsEntry("content-length", "12").containsEntry("accept-ranges", "bytes")
        .containsEntry("last-modified", "Sun, 01 Jun 2025 12:00:00 GMT")
        .containsEntry("date", "Thu, 01 Jan 2026 00:00:00 GMT").doesNotContainKeys("connection", "content-range");
    assertThat(reply.field("etag")).matches("\"[0-9a-f]+-c\"");
    assertThat(host.count("answers.200")).isEqualTo(1);
    assertThat(host.count("bytes")).isEqualTo(12);
  }

  @ParameterizedTest
  @CsvSource({"/,<p>index", "/?a=b,<p>index", "/sub/,<p>sub", "http://any:80/sub/,<p>sub", "http://any,<p>index",
      "/empty.css,''"})
  void targets_lead_to_files(String target, String content) {
    HttpReply reply = host.ask(get(target)).reply();
    assertThat(reply.code()).isEqualTo(200);
    assertThat(reply.text()).isEqualTo(content);
  }

  @ParameterizedTest
  @CsvSource({"/none,404", "/sub/none,404", "/out,404", "/../secret,404", "/%2e%2e/secret,404", "/..%2fsecret,404",
      "/sub/../index.html,404", "/a%00,400", "/%zz,400", "/index.html/,404"})
  void what_is_not_below_the_root_is_not_served(String target, int code) {
    HttpClient client = host.ask(get(target));
    assertThat(client.reply().code()).isEqualTo(code);
    assertThat(client.heard()).doesNotContain("secret");
    assertThat(client.isDisconnected()).isEqualTo(code == 400);
  }

  @Test
  void a_directory_without_its_slash_is_redirected() {
    HttpReply reply = host.ask(get("/sub?a=b")).reply();
    assertThat(reply.status()).isEqualTo("301 Moved Permanently");
    assertThat(reply.field("location")).isEqualTo("/sub/?a=b");
  }

  // ---- Large files and parts.

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 4097, 8192, 8193, LARGE_BYTES})
  void a_file_of_any_size_arrives_whole(int bytes) throws IOException {
    Files.write(www.resolve("file"), Arrays.copyOf(large, bytes));
    HttpReply reply = host.ask(get("/file")).reply();
    assertThat(reply.body()).isEqualTo(Arrays.copyOf(large, bytes));
  }

  @Test
  void a_slow_reader_holds_the_file_up_and_nothing_else() {
    HttpClient slow = host.client(get("/large")).hear(100);
    host.run();
    assertThat(slow.heardBytes()).isEqualTo(100);
    assertThat(host.count("bytes")).as("what FIFO and reader hold").isLessThanOrEqualTo(100 + HttpHost.FIFO_BYTES);
    assertThat(host.ask(get("/")).reply().text()).isEqualTo("<p>index");
    while (slow.heardBytes() < LARGE_BYTES) {
      slow.hear(3000);
      host.run();
    }
    assertThat(slow.hear(Integer.MAX_VALUE).reply().body()).isEqualTo(large);
  }

  @ParameterizedTest
  @CsvSource({"0-0,0,1", "5-9999,5,9995", "99999-,99999,1", "50000-,50000,50000", "-10,99990,10",
      "4096-8191,4096,4096"})
  void a_range_is_sent_as_a_part(String range, int first, int length) {
    HttpReply reply = host.ask(get("/large", "Range: bytes=" + range)).reply();
    assertThat(reply.status()).isEqualTo("206 Partial Content");
    assertThat(reply.field("content-range"))
        .isEqualTo("bytes " + first + "-" + (first + length - 1) + "/" + LARGE_BYTES);
    assertThat(reply.body()).isEqualTo(Arrays.copyOfRange(large, first, first + length));
  }

  @Test
  void a_range_that_is_not_there_is_refused_and_several_are_the_whole() {
    HttpReply refused = host.ask(get("/large", "Range: bytes=100000-")).reply();
    assertThat(refused.code()).isEqualTo(416);
    assertThat(refused.field("content-range")).isEqualTo("bytes */" + LARGE_BYTES);
    assertThat(host.ask(get("/large", "Range: bytes=0-1,5-6")).reply().body()).isEqualTo(large);
  }

  @Test
  void a_client_that_has_it_is_told_so_without_a_body() {
    String tag = host.ask(get("/")).reply().field("etag");
    HttpClient client = host.ask(get("/", "If-None-Match: " + tag) + get("/", "If-Match: \"x\""));
    List<HttpReply> replies = client.replies();
    assertThat(replies).extracting(HttpReply::code).containsExactly(304, 412);
    assertThat(replies.getFirst().fields()).containsEntry("etag", tag).containsKeys("date", "last-modified")
        .doesNotContainKeys("content-length", "content-type");
  }

  // ---- Connections.

  @Test
  void requests_that_come_together_are_answered_in_order() {
    HttpClient client = host.ask(get("/sub/") + get("/none") + get("/large"));
    List<HttpReply> replies = client.replies();
    assertThat(replies).extracting(HttpReply::code).containsExactly(200, 404, 200);
    assertThat(replies.get(0).text()).isEqualTo("<p>sub");
    assertThat(replies.get(1).text()).isEqualTo("404 Not Found\n");
    assertThat(replies.get(2).body()).isEqualTo(large);
    assertThat(client.isDisconnected()).isFalse();
    assertThat(client.say(get("/")).heardBytes()).isPositive();
    host.run();
    assertThat(client.replies()).hasSize(4);
  }

  @Test
  void many_requests_that_come_together_wait_in_the_fifo_and_are_all_answered() {
    HttpClient client = host.ask(get("/").repeat(300));
    assertThat(client.replies()).hasSize(300).allMatch(reply -> reply.code() == 200);
    client.say("PUT / HTTP/1.1\r\nHost: h\r\n\r\n".repeat(300));
    host.run();
    assertThat(client.replies()).hasSize(600);
    assertThat(host.count("answers.405")).isEqualTo(300);
  }

  @Test
  void a_request_is_answered_in_whatever_pieces_it_comes() {
    String text = get("/sub/");
    HttpClient client = host.client("");
    host.run();
    for (int i = 0; i < text.length(); i++) {
      assertThat(client.heardBytes()).isZero();
      client.say(text.substring(i, i + 1));
      host.run();
    }
    assertThat(client.reply().text()).isEqualTo("<p>sub");
  }

  @Test
  void a_head_is_as_of_get_without_the_body() {
    HttpClient client = host.ask("HEAD /large HTTP/1.1\r\nHost: h\r\n\r\nHEAD /none HTTP/1.1\r\nHost: h\r\n\r\n"
        + get("/"));
    List<HttpReply> replies = client.replies(true, true, false);
    assertThat(replies).extracting(HttpReply::code).containsExactly(200, 404, 200);
    assertThat(replies.get(0).field("content-length")).isEqualTo("" + LARGE_BYTES);
    assertThat(replies.get(2).text()).isEqualTo("<p>index");
    assertThat(host.count("bytes")).isEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource(nullValues = "none", value = {"1.1,none,'',false", "1.1,close,close,true", "1.0,none,close,true",
      "1.0,keep-alive,keep-alive,false"})
  void the_connection_goes_on_or_ends_as_asked(String version, String asked, String told, boolean ends) {
    HttpClient client = host.ask("GET /large HTTP/" + version + "\r\nHost: h\r\n"
        + (asked == null ? "" : "Connection: " + asked + "\r\n") + "\r\n");
    assertThat(client.reply().body()).isEqualTo(large);
    assertThat(client.reply().field("connection")).isEqualTo(told);
    assertThat(client.isDisconnected()).isEqualTo(ends);
    assertThat(client.isReset()).isFalse();
    assertThat(host.application.connections()).hasSize(ends ? 0 : 1);
  }

  @Test
  void a_client_that_has_said_all_still_gets_its_answers() {
    HttpClient client = host.client(get("/large") + get("/"));
    client.hear(10);
    host.run();
    client.shutdown();
    host.run();
    client.hear(Integer.MAX_VALUE);
    host.run();
    assertThat(client.replies()).hasSize(2);
    assertThat(client.isDisconnected()).isTrue();
    assertThat(host.application.connections()).isEmpty();
  }

  // ---- Refusals.

  @ParameterizedTest
  @CsvSource(delimiter = '>', value = {
      "GET / HTTP/1.1 > 400 > true",
      "GET / HTTP/1.1\\Host: h\\ folded > 400 > true",
      "POST / HTTP/1.1\\Host: h > 405 > false",
      "POST / HTTP/1.1\\Host: h\\Content-Length: 3 > 405 > true",
      "GET / HTTP/1.1\\Host: h\\Content-Length: 3 > 413 > true",
      "GET / HTTP/1.1\\Host: h\\Content-Length: 3\\Expect: 100-continue > 413 > true",
      "GET / HTTP/1.1\\Host: h\\Transfer-Encoding: chunked > 411 > true",
      "GET / HTTP/1.1\\Host: h\\Expect: x > 417 > false",
      "BREW / HTTP/1.1\\Host: h > 501 > true",
      "GET / HTTP/2.0 > 505 > true",
  })
  void what_cannot_be_answered_is_refused_and_ends_the_connection_where_its_end_is_in_doubt(
      String text, int code, boolean ends) {
    HttpClient client = host.ask(text.replace("\\", "\r\n") + "\r\n\r\n" + get("/"));
    assertThat(client.replies().getFirst().code()).isEqualTo(code);
    assertThat(client.replies()).hasSize(ends ? 1 : 2);
    assertThat(client.isDisconnected()).isEqualTo(ends);
    assertThat(client.isReset()).isFalse();
    assertThat(client.replies().getFirst().field("connection")).isEqualTo(ends ? "close" : "");
    assertThat(client.replies().getFirst().field("allow")).isEqualTo(code == 405 ? "GET, HEAD" : "");
  }

  @Test
  void a_head_that_is_too_long_is_refused_and_counted() {
    assertThat(host.ask("GET /" + "a".repeat(2000)).reply().code()).isEqualTo(414);
    assertThat(host.ask(get("/", "X: " + "a".repeat(2000))).reply().code()).isEqualTo(431);
    assertThat(host.count("limit.head-bytes")).isEqualTo(2);
  }

  @Test
  void a_body_that_comes_all_the_same_does_not_overtake_its_refusal() {
    HttpClient client = host.ask("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 50000\r\n\r\n" + "b".repeat(50_000));
    assertThat(client.reply().code()).isEqualTo(413);
    assertThat(client.isDisconnected()).isTrue();
    assertThat(client.isReset()).isFalse();
  }

  @Test
  void noise_is_answered_once_and_leaves_nothing_behind() {
    for (int seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] noise = (get("/") + get("/large")).getBytes(StandardCharsets.ISO_8859_1);
      for (int i = 0; i < 3; i++) {
        noise[random.nextInt(noise.length)] = (byte) random.nextInt();
      }
      HttpClient client = host.ask(new String(noise, StandardCharsets.ISO_8859_1));
      assertThat(client.replies()).as("seed %d", seed).hasSizeBetween(0, 2);
      client.close();
      host.run();
      assertThat(host.simulation.fifos()).as("seed %d", seed).isZero();
    }
  }

  private static String get(String target, String... fields) {
    return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + String.join("", Arrays.stream(fields)
        .map(field -> field + "\r\n").toList()) + "\r\n";
  }
}
