package org.sluice.plugin.http.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.plugin.http.Status;

/** What is refused although each line of it is well formed. A backslash stands for the end of a line. */
class RequestRulesTest {
  @ParameterizedTest
  @CsvSource(delimiter = '>', value = {
      // Framing: whatever could make two servers see different requests.
      "GET / HTTP/1.1\\Host: h\\Transfer-Encoding: chunked\\Content-Length: 5 > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: h\\Content-Length: 0\\Transfer-Encoding: chunked > BAD_REQUEST",
      "GET / HTTP/1.0\\Transfer-Encoding: chunked > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: h\\Transfer-Encoding: chunked\\Transfer-Encoding: chunked > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: h\\Transfer-Encoding: chunked, gzip > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: h\\Transfer-Encoding: xchunked > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: h\\Transfer-Encoding: > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: h\\Transfer-Encoding: gzip, chunked > NOT_IMPLEMENTED",
      "GET / HTTP/1.1\\Host: h\\Content-Length: 5\\Content-Length: 6 > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: h\\Content-Length: 0\\Content-Length: 0 > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: h\\Content-Length: 0, 0 > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: h\\Content-Length: +5 > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: h\\Content-Length: -1 > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: h\\Content-Length: 0x5 > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: h\\Content-Length: > BAD_REQUEST",
      // Bodies.
      "GET / HTTP/1.1\\Host: h\\Content-Length: 5 > CONTENT_TOO_LARGE",
      "GET / HTTP/1.1\\Host: h\\Content-Length: 99999999999999999999999999 > CONTENT_TOO_LARGE",
      "GET / HTTP/1.1\\Host: h\\Content-Length: 5\\Expect: 100-continue > CONTENT_TOO_LARGE",
      "GET / HTTP/1.1\\Host: h\\Transfer-Encoding: Chunked > LENGTH_REQUIRED",
      "POST / HTTP/1.1\\Host: h\\Content-Length: 5 > METHOD_NOT_ALLOWED",
      // Hosts.
      "GET / HTTP/1.1 > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: a\\Host: a > BAD_REQUEST",
      "GET / HTTP/1.0\\Host: a\\Host: b > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: a b > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: user@a > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: a/b > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: a:b > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: :80 > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: [::1 > BAD_REQUEST",
      "GET / HTTP/1.1\\Host: [::1]x > BAD_REQUEST",
      // Methods, expectations.
      "OPTIONS * HTTP/1.1\\Host: h > METHOD_NOT_ALLOWED",
      "CONNECT h:443 HTTP/1.1\\Host: h > METHOD_NOT_ALLOWED",
      "BREW / HTTP/1.1\\Host: h > NOT_IMPLEMENTED",
      "GET / HTTP/1.1\\Host: h\\Expect: tea > EXPECTATION_FAILED",
      // Targets.
      "GET * HTTP/1.1\\Host: h > BAD_REQUEST",
      "GET h:80 HTTP/1.1\\Host: h > BAD_REQUEST",
      "GET a/b HTTP/1.1\\Host: h > BAD_REQUEST",
      "GET /a#b HTTP/1.1\\Host: h > BAD_REQUEST",
      "GET https://h/ HTTP/1.1\\Host: h > BAD_REQUEST",
      "GET http:///a HTTP/1.1\\Host: h > BAD_REQUEST",
      "GET http://u@h/a HTTP/1.1\\Host: h > BAD_REQUEST",
      "GET http://h:8x/a HTTP/1.1\\Host: h > BAD_REQUEST",
  })
  void what_breaks_a_rule_is_refused(String text, Status status) {
    assertThat(RequestRules.apply(head(text))).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '>', nullValues = "none", value = {
      "GET /a/b HTTP/1.1\\Host: h > /a/b > none",
      "GET /a/b HTTP/1.1\\Host: > /a/b > none",
      "GET /a?b?c HTTP/1.1\\Host: h:80 > /a > ?b?c",
      "GET http://h/a?b HTTP/1.1\\Host: other > /a > ?b",
      "GET HTTP://[::1]:80/a HTTP/1.1\\Host: [fe80::1%25eth0]:8080 > /a > none",
      "GET http://h?b HTTP/1.1\\Host: h: > '' > ?b",
      "GET http://h HTTP/1.0 > '' > none",
      "HEAD / HTTP/1.1\\Host: h\\Content-Length: 0 > / > none",
      "GET / HTTP/1.1\\Host: h\\Content-Length: 000 > / > none",
      "GET / HTTP/1.1\\Host: h\\Expect: 100-Continue > / > none",
      "GET / HTTP/1.0\\Expect: tea > / > none",
  })
  void what_breaks_none_has_a_path(String text, String path, String query) {
    RequestHead head = head(text);
    assertThat(RequestRules.apply(head)).isNull();
    assertThat(head.hasBody()).isFalse();
    assertThat(text(head, head.pathFrom(), head.pathTo())).isEqualTo(path);
    assertThat(text(head, head.pathTo(), head.targetTo())).isEqualTo(query == null ? "" : query);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '>', value = {
      "GET / HTTP/1.1\\Host: h > true",
      "GET / HTTP/1.1\\Host: h\\Connection: close > false",
      "GET / HTTP/1.1\\Host: h\\Connection: upgrade ,\tCLOSE > false",
      "GET / HTTP/1.1\\Host: h\\Connection: x\\Connection: close > false",
      "GET / HTTP/1.1\\Host: h\\Connection: closed, disclose > true",
      "GET / HTTP/1.0 > false",
      "GET / HTTP/1.0\\Connection: keep-alive > true",
      "GET / HTTP/1.0\\Connection: keep-alive, close > false",
  })
  void the_connection_goes_on_as_version_and_fields_say(String text, boolean persistent) {
    RequestHead head = head(text);
    assertThat(RequestRules.apply(head)).isNull();
    assertThat(head.isPersistent()).isEqualTo(persistent);
  }

  @Test
  void a_body_is_told_of_also_where_something_else_is_refused() {
    RequestHead head = head("POST / HTTP/1.1\\Host: h\\Content-Length: 5");
    assertThat(RequestRules.apply(head)).isEqualTo(Status.METHOD_NOT_ALLOWED);
    assertThat(head.hasBody()).isTrue();
  }

  private static RequestHead head(String text) {
    return Heads.head(text.replace("\\", "\r\n") + "\r\n\r\n");
  }

  private static String text(RequestHead head, int from, int to) {
    return new String(head.text(), from, to - from, StandardCharsets.US_ASCII);
  }
}
