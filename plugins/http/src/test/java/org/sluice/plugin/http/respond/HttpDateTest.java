package org.sluice.plugin.http.respond;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dates as HTTP writes them. */
class HttpDateTest {
  private static final long NOW_S = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();
  private static final long EXAMPLE_S = Instant.parse("1994-11-06T08:49:37Z").getEpochSecond();

  @Test
  void a_date_is_written_as_the_library_would() {
    DateTimeFormatter library = DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 20_000; i++) {
      long second = random.nextLong(-62_000_000_000L, 250_000_000_000L);
      String text = format(second);
      assertThat(text).isEqualTo(library.format(LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC)));
      assertThat(HttpDate.parse(text, NOW_S)).isEqualTo(second);
    }
    assertThat(format(951_782_400)).isEqualTo("Tue, 29 Feb 2000 00:00:00 GMT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
      "Sun Nov  6 08:49:37 1994"})
  void the_three_forms_of_the_standard_are_read(String text) {
    assertThat(HttpDate.parse(text, NOW_S)).isEqualTo(EXAMPLE_S);
  }

  @Test
  void two_digits_are_a_year_that_is_not_far_ahead() {
    assertThat(HttpDate.parse("Wednesday, 01-Jan-75 00:00:00 GMT", NOW_S)).isEqualTo(HttpDate.NONE);
    assertThat(HttpDate.parse("Tuesday, 01-Jan-75 00:00:00 GMT", NOW_S)).isEqualTo(3_313_526_400L);
    assertThat(HttpDate.parse("Saturday, 01-Jan-77 00:00:00 GMT", NOW_S)).isEqualTo(220_924_800L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "now", "Sun, 06 Nov 1994 08:49:37", "Mon, 06 Nov 1994 08:49:37 GMT",
      "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT; length=3",
      "Sun, 31 Feb 1994 08:49:37 GMT", "Sonntag, 06-Nov-94 08:49:37 GMT"})
  void what_is_no_date_is_none(String text) {
    assertThat(HttpDate.parse(text, NOW_S)).isEqualTo(HttpDate.NONE);
  }

  private static String format(long second) {
    byte[] bytes = new byte[HttpDate.BYTES];
    HttpDate.format(second, bytes, 0);
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
