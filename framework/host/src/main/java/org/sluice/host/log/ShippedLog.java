package org.sluice.host.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * Sets logging up as the file {@code conf/logback.xml} of the distribution does, without reading it, which is a quarter
 * of a start. Logback asks it first; it does nothing unless {@link #chooseFor} found that nobody changed the file.
 */
public final class ShippedLog extends ContextAwareBase implements Configurator {
  private static final String FILE = "/org/sluice/host/logback.xml";
  private static final String CONFIGURATION = "logback.configurationFile";
  private static final String AS_SHIPPED = "sluice.log.as-shipped";
  private static final String LEVEL = "sluice.log.level";
  private static final String LEVEL_VARIABLE = "SLUICE_LOG_LEVEL";

  /**
   * Decides by what logging is set up; before the first event.
   *
   * @param home the folder of the distribution
   */
  public static void chooseFor(Path home) {
    Path file = home.resolve("conf/logback.xml");
    if (System.getProperty(CONFIGURATION) != null || !Files.exists(file)) {
      return;
    }
    if (isAsShipped(file)) {
      System.setProperty(AS_SHIPPED, "true");
    } else {
      System.setProperty(CONFIGURATION, file.toString());
    }
  }

  private static boolean isAsShipped(Path file) {
    try (InputStream shipped = Objects.requireNonNull(ShippedLog.class.getResourceAsStream(FILE), FILE)) {
      return Arrays.equals(shipped.readAllBytes(), Files.readAllBytes(file));
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty(AS_SHIPPED) == null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    apply(context);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  static void apply(LoggerContext context) {
    LineEncoder encoder = new LineEncoder();
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("STDERR");
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    context.getLogger("org.pf4j").setLevel(Level.OFF);
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(level(), Level.DEBUG));
    root.addAppender(appender);
  }

  private static String level() {
    String property = System.getProperty(LEVEL);
    return property != null ? property : Objects.requireNonNullElse(System.getenv(LEVEL_VARIABLE), "INFO");
  }
}
