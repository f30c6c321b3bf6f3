package org.sluice.host.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** The events of one logger, from when this is made until it is closed. */
public final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 20;

  private final Logger logger;
  private final BlockingQueue<ILoggingEvent> events = new LinkedBlockingQueue<>();

  private CapturedLog(Logger logger) {
    this.logger = logger;
  }

  /** Takes what is logged under a name. */
  public static CapturedLog of(String name) {
    Logger logger = (Logger) LoggerFactory.getLogger(name);
    CapturedLog log = new CapturedLog(logger);
    log.setContext(logger.getLoggerContext());
    log.start();
    logger.addAppender(log);
    return log;
  }

  /** The same from a level on, whatever the tests are configured for. */
  public static CapturedLog of(String name, Level level) {
    CapturedLog log = of(name);
    log.logger.setLevel(level);
    return log;
  }

  @Override
  protected void append(ILoggingEvent event) {
    events.add(event);
  }

  /** Waits for the next event. */
  public ILoggingEvent next() throws InterruptedException {
    return Optional.ofNullable(events.poll(DEADLINE_SECONDS, TimeUnit.SECONDS))
        .orElseThrow(() -> new AssertionError("nothing was logged by " + logger.getName()));
  }

  /** What was logged and not taken yet. */
  public List<String> messages() {
    return events.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setLevel(null);
  }
}
