package org.sluice.plugin.http.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sluice.plugin.http.Status;

/** Paths as they stand in targets. */
class PathNameTest {
  @ParameterizedTest
  @CsvSource(delimiter = '>', value = {
      "'' > '' > true",
      "/ > '' > true",
      "/a > a > false",
      "/a/ > a > true",
      "/a/b.c > a|b.c > false",
      "/%61%2e%62 > a.b > false",
      "/a%20b+c > a b+c > false",
      "/%e2%82%AC > \u20ac > false",
      "/... > ... > false",
      "/.hidden > .hidden > false",
      "/%25%32%66 > %2f > false",
  })
  void a_path_is_split_and_decoded_once(String path, String segments, boolean directory) throws Exception {
    PathName name = decode("xx" + path + "?");
    assertThat(String.join("|", name.segments())).isEqualTo(segments);
    assertThat(name.isDirectory()).isEqualTo(directory);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '>', value = {
      "/.. > NOT_FOUND",
      "/../etc/passwd > NOT_FOUND",
      "/a/../b > NOT_FOUND",
      "/./a > NOT_FOUND",
      "/%2e%2e/a > NOT_FOUND",
      "/%2E%2e%2Fa > NOT_FOUND",
      "/a%2fb > NOT_FOUND",
      "/..%5ca > NOT_FOUND",
      "/a\\b > NOT_FOUND",
      "//a > NOT_FOUND",
      "/a//b > NOT_FOUND",
      "/a// > NOT_FOUND",
      "/a%0ab > NOT_FOUND",
      "/a%7f > NOT_FOUND",
      "/a%00 > BAD_REQUEST",
      "/a%00.html > BAD_REQUEST",
      "/% > BAD_REQUEST",
      "/%6 > BAD_REQUEST",
      "/%6/a > BAD_REQUEST",
      "/%zz > BAD_REQUEST",
      "/%-1 > BAD_REQUEST",
      "/%ff > BAD_REQUEST",
      "/%c0%af > BAD_REQUEST",
      "/%c0%ae%c0%ae/a > BAD_REQUEST",
      "/%ed%a0%80 > BAD_REQUEST",
  })
  void what_no_file_here_is_called_is_refused(String path, Status status) {
    assertThat(catchThrowableOfType(Refusal.class, () -> decode("xx" + path + "6")).status()).isEqualTo(status);
  }

  @Test
  void whatever_comes_no_segment_leads_upwards() {
    String alphabet = "/.%2eEfF5cC0a\\\u00e4";
    for (int seed = 0; seed < 20_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      StringBuilder path = new StringBuilder("/");
      for (int length = random.nextInt(16); length > 0; length--) {
        path.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        assertThat(decode("xx" + path + "/").segments()).as("seed %d: %s", seed, path)
            .noneMatch(name -> name.isEmpty() || name.matches("\\.{1,2}") || name.matches(".*[/\\\\\0].*"));
      } catch (Refusal e) {
        assertThat(e.status()).isIn(Status.NOT_FOUND, Status.BAD_REQUEST);
      }
    }
  }

  /** The path is what lies between two characters in front and one behind. */
  private static PathName decode(String text) throws Refusal {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return PathName.decode(bytes, 2, bytes.length - 1);
  }
}
