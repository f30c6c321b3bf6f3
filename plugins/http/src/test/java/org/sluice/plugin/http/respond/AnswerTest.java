package org.sluice.plugin.http.respond;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.plugin.http.Status;
import org.sluice.plugin.http.parse.RequestHead;
import org.sluice.plugin.http.parse.RequestParser;
import org.sluice.plugin.http.parse.RequestRules;
import org.sluice.plugin.http.resource.Document;
import org.sluice.plugin.http.resource.DocumentRoot;
import org.sluice.plugin.http.resource.PathName;

/** Conditions and ranges. In the fields TAG and TIME stand for those of the file, and a backslash for a line's end. */
class AnswerTest {
  private static final Instant MODIFIED = Instant.parse("2025-06-01T12:00:00.5Z");
  private static final String TIME = "Sun, 01 Jun 2025 12:00:00 GMT";
  private static final long OLD_S = MODIFIED.getEpochSecond() + 1000;

  @TempDir Path temp;
  private String tag = "";

  @BeforeEach
  void fill() throws Exception {
    Path file = Files.write(temp.resolve("a.txt"), new byte[100]);
    Files.setLastModifiedTime(file, FileTime.from(MODIFIED));
    tag = file(answer("", OLD_S)).entityTag();
    assertThat(tag).matches("\"[0-9a-f]+-64\"");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '>', value = {
      "If-None-Match: TAG > NOT_MODIFIED",
      "If-None-Match: W/TAG > NOT_MODIFIED",
      "If-None-Match: * > NOT_MODIFIED",
      "If-None-Match: \"a,b\", \"\" , W/\"c\",TAG > NOT_MODIFIED",
      "If-None-Match: \"x\"\\If-None-Match: TAG > NOT_MODIFIED",
      "If-None-Match: \"x\" > OK",
      "If-None-Match: \"x, TAG > OK",
      "If-None-Match: > OK",
      "If-None-Match: \"x\"\\If-Modified-Since: TIME > OK",
      "If-Modified-Since: TIME > NOT_MODIFIED",
      "If-Modified-Since: Sun, 01 Jun 2025 12:00:01 GMT > NOT_MODIFIED",
      "If-Modified-Since: Sun, 01 Jun 2025 11:59:59 GMT > OK",
      "If-Modified-Since: yesterday > OK",
      "If-Modified-Since: TIME\\If-Modified-Since: TIME > OK",
      "If-Match: TAG > OK",
      "If-Match: * > OK",
      "If-Match: \"x\", TAG > OK",
      "If-Match: W/TAG > PRECONDITION_FAILED",
      "If-Match: \"x\" > PRECONDITION_FAILED",
      "If-Match: \"x\"\\If-Unmodified-Since: TIME > PRECONDITION_FAILED",
      "If-Unmodified-Since: TIME > OK",
      "If-Unmodified-Since: Sun, 01 Jun 2025 11:59:59 GMT > PRECONDITION_FAILED",
      "If-Unmodified-Since: yesterday > OK",
      "If-Match: TAG\\If-None-Match: TAG > NOT_MODIFIED",
      "Range: bytes=0-9\\If-None-Match: TAG > NOT_MODIFIED",
      "Range: bytes=200- > RANGE_NOT_SATISFIABLE",
      "Range: bytes=0-9 > PARTIAL_CONTENT",
      "Range: bytes=0-9\\Range: bytes=0-9 > OK",
      "Range: bytes=0-9\\If-Range: TAG > PARTIAL_CONTENT",
      "Range: bytes=0-9\\If-Range: W/TAG > OK",
      "Range: bytes=0-9\\If-Range: \"x\" > OK",
      "Range: bytes=200-\\If-Range: \"x\" > OK",
      "Range: bytes=0-9\\If-Range: TIME > PARTIAL_CONTENT",
      "Range: bytes=0-9\\If-Range: Sun, 01 Jun 2025 12:00:01 GMT > OK",
      "Range: bytes=0-9\\If-Range: yesterday > OK",
      "Range: bytes=0-9\\If-Range: TAG\\If-Range: TAG > OK",
  })
  void conditions_decide_in_their_order(String fields, Status status) throws Exception {
    assertThat(answer(fields, OLD_S).status()).isEqualTo(status);
  }

  @Test
  void a_file_that_may_change_within_its_second_has_a_weak_tag_and_is_sent_whole() throws Exception {
    long young = MODIFIED.getEpochSecond() + 1;
    assertThat(file(answer("", young)).entityTag()).isEqualTo("W/" + tag);
    assertThat(answer("If-None-Match: TAG", young).status()).isEqualTo(Status.NOT_MODIFIED);
    assertThat(answer("If-Match: TAG", young).status()).isEqualTo(Status.PRECONDITION_FAILED);
    assertThat(answer("Range: bytes=0-9\\If-Range: TAG", young).status()).isEqualTo(Status.OK);
    assertThat(answer("Range: bytes=0-9\\If-Range: TIME", young).status()).isEqualTo(Status.OK);
    assertThat(answer("Range: bytes=0-9", young).status()).isEqualTo(Status.PARTIAL_CONTENT);
  }

  @Test
  void a_file_of_tomorrow_is_told_to_be_of_now() throws Exception {
    long before = MODIFIED.getEpochSecond() - 100;
    Answer answer = answer("", before);
    assertThat(file(answer).modifiedS()).isEqualTo(before);
    assertThat(file(answer).entityTag()).startsWith("W/");
  }

  @Test
  void another_content_has_another_tag() throws Exception {
    Files.write(temp.resolve("a.txt"), new byte[101]);
    Files.setLastModifiedTime(temp.resolve("a.txt"), FileTime.from(MODIFIED));
    assertThat(file(answer("", OLD_S)).entityTag()).isNotEqualTo(tag);
    Files.write(temp.resolve("a.txt"), new byte[100]);
    Files.setLastModifiedTime(temp.resolve("a.txt"), FileTime.from(MODIFIED.plusMillis(1)));
    assertThat(file(answer("", OLD_S)).entityTag()).isNotEqualTo(tag);
  }

  @Test
  void a_head_asked_for_ignores_ranges() throws Exception {
    assertThat(answer("HEAD", "Range: bytes=0-9", OLD_S).status()).isEqualTo(Status.OK);
  }

  private static Answer.FileInfo file(Answer answer) {
    return Objects.requireNonNull(answer.file());
  }

  private Answer answer(String fields, long nowS) throws Exception {
    return answer("GET", fields, nowS);
  }

  private Answer answer(String method, String fields, long nowS) throws Exception {
    String lines = fields.replace("TAG", tag).replace("TIME", TIME).replace("\\", "\r\n");
    String text = method + " /a.txt HTTP/1.1\r\nHost: h\r\n" + lines + (lines.isEmpty() ? "" : "\r\n") + "\r\n";
    RequestParser parser = new RequestParser(1 << 14);
    parser.feed(MemorySegment.ofArray(text.getBytes(StandardCharsets.US_ASCII)), 0, text.length());
    RequestHead head = parser.head();
    assertThat(parser.fault()).as(text).isNull();
    assertThat(RequestRules.apply(head)).isNull();
    try (Document document = open()) {
      return Answer.of(head, document, nowS);
    }
  }

  private Document open() throws Exception {
    try {
      return new DocumentRoot(temp, "index.html").open(new PathName(List.of("a.txt"), false));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
