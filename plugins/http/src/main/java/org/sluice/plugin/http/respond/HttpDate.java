package org.sluice.plugin.http.respond;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** Dates as HTTP writes them, and the two ways it once wrote them (RFC 9110 section 5.6.7). Seconds since 1970. */
final class HttpDate {
  static final int BYTES = 29;
  /** No date. */
  static final long NONE = Long.MIN_VALUE;

  private static final int SECONDS_PER_DAY = 86_400;
  private static final int FIFTY_YEARS = 50;
  private static final byte[] DAYS = "ThuFriSatSunMonTueWed".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FORM = "DDD, dd MMM yyyy hh:mm:ss GMT".getBytes(StandardCharsets.US_ASCII);

  private static final DateTimeFormatter FIXDATE = formatter("EEE, dd MMM uuuu HH:mm:ss 'GMT'");
  private static final DateTimeFormatter ASCTIME = formatter("EEE MMM ppd HH:mm:ss uuuu");

  private HttpDate() {}

  /** Writes {@value #BYTES} bytes; allocates nothing. Years 0 to 9999. */
  static void format(long epochS, byte[] target, int at) {
    long day = Math.floorDiv(epochS, SECONDS_PER_DAY);
    int second = Math.floorMod(epochS, SECONDS_PER_DAY);
    // Days since 0000-03-01, in eras of 400 years: leap days are at the ends of years then.
    long shifted = day + 719_468;
    long era = Math.floorDiv(shifted, 146_097L);
    int dayOfEra = (int) Math.floorMod(shifted, 146_097L);
    int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int shiftedMonth = (5 * dayOfYear + 2) / 153;
    int dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
    int month = shiftedMonth < 10 ? shiftedMonth + 2 : shiftedMonth - 10;
    int year = (int) (yearOfEra + era * 400) + (month < 2 ? 1 : 0);

    System.arraycopy(FORM, 0, target, at, BYTES);
    System.arraycopy(DAYS, 3 * (int) Math.floorMod(day, 7L), target, at, 3);
    two(dayOfMonth, target, at + 5);
    System.arraycopy(MONTHS, 3 * month, target, at + 8, 3);
    two(year / 100, target, at + 12);
    two(year % 100, target, at + 14);
    two(second / 3600, target, at + 17);
    two(second / 60 % 60, target, at + 20);
    two(second % 60, target, at + 23);
  }

  private static void two(int value, byte[] target, int at) {
    target[at] = (byte) ('0' + value / 10 % 10);
    target[at + 1] = (byte) ('0' + value % 10);
  }

  /** Reads any of the three forms; {@link #NONE} for what is no date. Allocates. */
  static long parse(String text, long nowS) {
    try {
      return LocalDateTime.parse(text, formatterOf(text, nowS)).toEpochSecond(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return NONE;
    }
  }

  private static DateTimeFormatter formatterOf(String text, long nowS) {
    if (text.indexOf(',') == 3) {
      return FIXDATE;
    }
    if (text.indexOf(',') < 0) {
      return ASCTIME;
    }
    // Two digits of a year mean the one that is less than 50 years ahead.
    LocalDate base = LocalDate.ofEpochDay(Math.floorDiv(nowS, SECONDS_PER_DAY)).minusYears(FIFTY_YEARS - 1);
    return new DateTimeFormatterBuilder().appendPattern("EEEE, dd-MMM-")
        .appendValueReduced(ChronoField.YEAR, 2, 2, base).appendPattern(" HH:mm:ss 'GMT'").toFormatter(Locale.US);
  }

  private static DateTimeFormatter formatter(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.US);
  }
}
