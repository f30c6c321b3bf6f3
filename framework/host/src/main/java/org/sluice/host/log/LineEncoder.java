package org.sluice.host.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * One line per event: time, level, thread, logger, message, and the stack trace on the same line. For the journal of
 * systemd the time is left out and the level is what the journal understands, so that {@code journalctl -p warning}
 * finds what it should.
 */
public final class LineEncoder extends EncoderBase<ILoggingEvent> {
  private static final int LOGGER_WIDTH = 20;
  private static final int FRAMES = 12;
  private static final int CAUSES = 4;

  private boolean journal = Journal.isStandardError(System.getenv());
  private final ZoneId zone = ZoneId.systemDefault();

  /** Whether lines are for the journal; without a call, that of this process is found out. For logback.xml. */
  public void setJournal(boolean journal) {
    this.journal = journal;
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    if (journal) {
      line.append('<').append(priority(event.getLevel())).append('>');
    } else {
      time(line, event.getTimeStamp());
      String level = event.getLevel().toString();
      line.append(' ').append(level).append(" ".repeat(Math.max(1, 6 - level.length())));
    }
    line.append('[').append(event.getThreadName()).append("] ").append(shortened(event.getLoggerName())).append(": ");
    oneLine(line, String.valueOf(event.getFormattedMessage()));
    throwable(line, event.getThrowableProxy());
    return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Of sd-daemon(3). */
  private static int priority(Level level) {
    return switch (level.toInt()) {
      case Level.ERROR_INT -> 3;
      case Level.WARN_INT -> 4;
      case Level.INFO_INT -> 6;
      default -> 7;
    };
  }

  private void time(StringBuilder line, long millis) {
    LocalTime time = LocalTime.ofInstant(Instant.ofEpochMilli(millis), zone);
    digits(line, time.getHour(), 2).append(':');
    digits(line, time.getMinute(), 2).append(':');
    digits(line, time.getSecond(), 2).append('.');
    digits(line, time.getNano() / 1_000_000, 3);
  }

  private static StringBuilder digits(StringBuilder line, int number, int width) {
    String digits = Integer.toString(number);
    return line.append("0".repeat(width - digits.length())).append(digits);
  }

  /** Packages become letters from the left until it fits: {@code o.s.host.boot.Host}. */
  static String shortened(String logger) {
    StringBuilder name = new StringBuilder(logger);
    int from = 0;
    int dot = name.indexOf(".");
    while (name.length() > LOGGER_WIDTH && dot > 0) {
      name.delete(from + 1, dot);
      from += 2;
      dot = name.indexOf(".", from);
    }
    return name.toString();
  }

  private static void throwable(StringBuilder line, @Nullable IThrowableProxy thrown) {
    int causes = 0;
    for (IThrowableProxy one = thrown; one != null && causes++ < CAUSES; one = one.getCause()) {
      oneLine(line.append(one == thrown ? " | " : " | Caused by: ").append(one.getClassName()).append(": "),
          String.valueOf(one.getMessage()));
      StackTraceElementProxy[] frames = one.getStackTraceElementProxyArray();
      for (int i = 0; i < Math.min(frames.length, FRAMES); i++) {
        line.append(" | ").append(frames[i].getSTEAsString());
      }
    }
  }

  /** What a message says may come from far away, and must not look like further events. */
  private static void oneLine(StringBuilder line, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        line.append(" | ");
      } else if (c != '\r') {
        line.append(c == '\t' || !Character.isISOControl(c) ? c : '?');
      }
    }
  }
}
