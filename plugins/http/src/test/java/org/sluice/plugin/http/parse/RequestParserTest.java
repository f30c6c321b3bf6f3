package org.sluice.plugin.http.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sluice.plugin.http.Status;
import org.sluice.testkit.runtime.AllocatedBytes;

/** Heads, good and bad, whole and in pieces. */
class RequestParserTest {
  private static final String RICH = """
      GET /a?b HTTP/1.1\r
      Host: h:80\r
      User-Agent: x (y)\r
      RANGE:bytes=0-1 \t\r
      If-None-Match: "a"\r
      If-None-Match: "b"\r
      X:\r
      \r
      """;

  static Stream<Arguments> good() {
    return Stream.of(
        Arguments.of("GET / HTTP/1.1\r\n\r\n", "GET / 1.1"),
        Arguments.of("GET / HTTP/1.0\r\n\r\n", "GET / 1.0"),
        Arguments.of("HEAD /x HTTP/1.9\r\n\r\n", "HEAD /x 1.9"),
        Arguments.of("\r\n\r\nGET / HTTP/1.1\r\n\r\n", "GET / 1.1"),
        Arguments.of("get / HTTP/1.1\r\n\r\n", "UNKNOWN / 1.1"),
        Arguments.of("BREW http://h/p?q HTTP/1.1\r\n\r\n", "UNKNOWN http://h/p?q 1.1"),
        Arguments.of("OPTIONS * HTTP/1.1\r\n\r\n", "OPTIONS * 1.1"),
        Arguments.of("GET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET / 1.1 | HOST=h"),
        Arguments.of("GET / HTTP/1.1\r\nhOsT:h\r\n\r\n", "GET / 1.1 | HOST=h"),
        Arguments.of("GET / HTTP/1.1\r\nHost: \t h i\t \r\n\r\n", "GET / 1.1 | HOST=h i"),
        Arguments.of("GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / 1.1 | HOST="),
        Arguments.of("GET / HTTP/1.1\r\nHost:  \t\r\n\r\n", "GET / 1.1 | HOST="),
        Arguments.of("GET / HTTP/1.1\r\nHost: \u00e4\u00ff\r\n\r\n", "GET / 1.1 | HOST=\u00e4\u00ff"),
        Arguments.of("GET / HTTP/1.1\r\nHosts: h\r\nHos: h\r\n\r\n", "GET / 1.1"),
        Arguments.of("GET / HTTP/1.1\r\nA-Name-That-Is-Longer-Than-All: h\r\n\r\n", "GET / 1.1"),
        Arguments.of("GET / HTTP/1.1\r\nIf-Unmodified-Sinces: h\r\n\r\n", "GET / 1.1"),
        Arguments.of("GET / HTTP/1.1\r\n!#$%&'*+-.^_`|~: \"<>@,;:\\/[]?={}\r\n\r\n", "GET / 1.1"),
        Arguments.of(RICH, "GET /a?b 1.1 | HOST=h:80 | RANGE=bytes=0-1 | IF_NONE_MATCH=\"a\" | IF_NONE_MATCH=\"b\""));
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        Arguments.of(" GET / HTTP/1.1\r\n\r\n", Status.BAD_REQUEST),
        Arguments.of("\nGET / HTTP/1.1\r\n\r\n", Status.BAD_REQUEST),
        Arguments.of("\rGET / HTTP/1.1\r\n\r\n", Status.BAD_REQUEST),
        Arguments.of("\u0016\u0003\u0001\u0002", Status.BAD_REQUEST),
        Arguments.of("GET\r\n", Status.BAD_REQUEST),
        Arguments.of("G(T / HTTP/1.1\r\n", Status.BAD_REQUEST),
        Arguments.of("GET  / HTTP/1.1\r\n", Status.BAD_REQUEST),
        Arguments.of("GET\t/ HTTP/1.1\r\n", Status.BAD_REQUEST),
        Arguments.of("GET /\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / \r\n", Status.BAD_REQUEST),
        Arguments.of("GET /a b HTTP/1.1\r\n", Status.BAD_REQUEST),
        Arguments.of("GET /\u00e4 HTTP/1.1\r\n", Status.BAD_REQUEST),
        Arguments.of("GET /\0 HTTP/1.1\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / http/1.1\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/11\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1 \r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.10\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.x\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/x.1\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1,1\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1\rX", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1\r\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/0.9\r\n", Status.VERSION_NOT_SUPPORTED),
        Arguments.of("PRI * HTTP/2.0\r\n", Status.VERSION_NOT_SUPPORTED),
        Arguments.of("A23456789012345678901234567890123", Status.NOT_IMPLEMENTED),
        Arguments.of("GET / HTTP/1.1\r\nHost : h\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1\r\nHost\t: h\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1\r\nHost\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1\r\n: h\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1\r\n Host: h\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1\r\nHost: h\r\n folded\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1\r\nHost: h\r\n\tfolded\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1\r\nHost: h\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1\r\nHost: h\rX", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1\r\nHost: \0\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1\r\nX-Any: a\u007f\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1\r\nX-Any: \u001b\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1\r\nH\u00e4st: h\r\n", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1\r\n\rX", Status.BAD_REQUEST),
        Arguments.of("GET / HTTP/1.1\r\n\n", Status.BAD_REQUEST));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void a_head_is_read_wherever_it_is_cut_and_not_a_byte_beyond(String text, String shown) {
    byte[] bytes = Heads.bytes(text + "GET /next");
    for (int cut = 0; cut <= text.length(); cut++) {
      RequestParser parser = Heads.parser();
      assertThat(Heads.feed(parser, bytes, 0, cut)).isEqualTo(cut);
      assertThat(parser.isReading()).as("after %d bytes", cut).isEqualTo(cut < text.length());
      assertThat(cut + Heads.feed(parser, bytes, cut, bytes.length)).isEqualTo(text.length());
      assertThat(Heads.shown(parser)).as("cut at %d", cut).isEqualTo(shown);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void what_is_wrong_is_found_wherever_it_is_cut_and_no_byte_is_taken_after_it(String text, Status fault) {
    byte[] bytes = Heads.bytes(text);
    RequestParser whole = Heads.parser();
    int taken = Heads.feed(whole, bytes, 0, bytes.length);
    assertThat(Heads.shown(whole)).isEqualTo(fault.name());
    for (int cut = 0; cut <= taken; cut++) {
      RequestParser parser = Heads.parser();
      assertThat(Heads.feed(parser, bytes, 0, cut) + Heads.feed(parser, bytes, cut, bytes.length)).isEqualTo(taken);
      assertThat(parser.fault()).as("cut at %d", cut).isEqualTo(fault);
    }
  }

  @Test
  void a_parser_reads_one_head_after_the_other() {
    byte[] bytes = Heads.bytes(RICH + "HEAD /2 HTTP/1.0\r\n\r\n");
    RequestParser parser = Heads.parser();
    int taken = Heads.feed(parser, bytes, 0, bytes.length);
    parser.reset();
    assertThat(parser.hasBegun()).isFalse();
    Heads.feed(parser, bytes, taken, bytes.length);
    assertThat(Heads.shown(parser)).isEqualTo("HEAD /2 1.0");
  }

  @Test
  void empty_lines_do_not_begin_a_request() {
    RequestParser parser = Heads.parser();
    byte[] bytes = Heads.bytes("\r\n\rG");
    Heads.feed(parser, bytes, 0, 3);
    assertThat(parser.hasBegun()).isFalse();
    parser.reset();
    Heads.feed(parser, bytes, 3, 4);
    assertThat(parser.hasBegun()).isTrue();
  }

  static Stream<Arguments> long_heads() {
    String filler = "a".repeat(300);
    return Stream.of(
        Arguments.of("GET /" + filler, Status.URI_TOO_LONG),
        Arguments.of("GET / HTTP/1.1\r\nX: " + filler, Status.HEAD_TOO_LARGE),
        Arguments.of("GET / HTTP/1.1\r\n" + filler, Status.HEAD_TOO_LARGE),
        Arguments.of("GET / HTTP/1.1\r\n" + "X:\r\n".repeat(100), Status.HEAD_TOO_LARGE),
        Arguments.of("\r\n".repeat(150), Status.HEAD_TOO_LARGE));
  }

  @ParameterizedTest
  @MethodSource("long_heads")
  void a_head_is_not_longer_than_its_limit(String text, Status fault) {
    RequestParser parser = new RequestParser(256);
    byte[] bytes = Heads.bytes(text);
    assertThat(Heads.feed(parser, bytes, 0, bytes.length)).isEqualTo(257);
    assertThat(parser.fault()).isEqualTo(fault);
  }

  @Test
  void a_head_of_just_the_limit_is_read() {
    String start = "GET / HTTP/1.1\r\nX: ";
    byte[] bytes = Heads.bytes(start + "a".repeat(256 - start.length() - 4) + "\r\n\r\n");
    RequestParser parser = new RequestParser(256);
    Heads.feed(parser, bytes, 0, bytes.length);
    assertThat(Heads.shown(parser)).isEqualTo("GET / 1.1");
  }

  @Test
  void garbage_is_refused_or_read_the_same_way_in_whatever_pieces_it_comes() {
    List<byte[]> seeds = Stream.concat(good(), bad()).map(row -> Heads.bytes((String) row.get()[0])).toList();
    for (int seed = 0; seed < 20_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
      for (int flips = random.nextInt(4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = random.nextBoolean() ? (byte) random.nextInt() : (byte) "\r\n :\t"
            .charAt(random.nextInt(5));
      }
      RequestParser whole = Heads.parser();
      int taken = Heads.feed(whole, bytes, 0, bytes.length);
      RequestParser pieces = Heads.parser();
      int at = 0;
      while (at < bytes.length && pieces.isReading()) {
        at += Heads.feed(pieces, bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)));
      }
      assertThat(at).as("seed %d", seed).isEqualTo(taken);
      assertThat(Heads.shown(pieces)).as("seed %d", seed).isEqualTo(Heads.shown(whole))
          .doesNotContain("\r", "\n", "\0");
    }
  }

  @Test
  void a_head_costs_no_memory_once_there_was_one_as_long() {
    byte[] bytes = Heads.bytes(RICH);
    MemorySegment memory = MemorySegment.ofArray(bytes);
    RequestParser parser = Heads.parser();
    assertThat(AllocatedBytes.leastOf(() -> {
      for (int i = 0; i < 5_000; i++) {
        parser.reset();
        parser.feed(memory, 0, bytes.length);
        RequestRules.apply(parser.head());
      }
    })).isZero();
  }
}
