package org.sluice.host.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;

/** The levels of Logback's loggers. Apart from its user, which must load where there is no Logback. */
final class LogbackLevels {
  private final LoggerContext context;

  private LogbackLevels(LoggerContext context) {
    this.context = context;
  }

  /** Empty when something else than Logback logs. */
  static Optional<LogbackLevels> of(ILoggerFactory factory) {
    return factory instanceof LoggerContext logback ? Optional.of(new LogbackLevels(logback)) : Optional.empty();
  }

  /** Sets a level; null to have that of the logger above. */
  void set(String logger, @Nullable String level) {
    context.getLogger(logger).setLevel(level == null ? null : Level.valueOf(level));
  }

  /** The level in force. */
  String level(String logger) {
    return context.getLogger(logger).getEffectiveLevel().toString();
  }

  /** Whether a logger, if it is there, has a level of its own. */
  boolean isSet(String logger) {
    Logger found = context.exists(logger);
    return found != null && found.getLevel() != null;
  }
}
