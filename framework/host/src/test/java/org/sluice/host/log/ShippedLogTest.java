package org.sluice.host.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ShippedLogTest {
  /** What a context does, for comparison. */
  private static List<Object> facts(LoggerContext context) {
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    List<Object> facts = new ArrayList<>(List.of(root.getLevel(), context.getLogger("org.pf4j").getLevel()));
    root.iteratorForAppenders().forEachRemaining(appender -> {
      ConsoleAppender<ILoggingEvent> console = (ConsoleAppender<ILoggingEvent>) appender;
      facts.addAll(List.of(console.getName(), console.getTarget(), console.isStarted(),
          console.getEncoder().getClass()));
    });
    return facts;
  }

  @Test
  void it_does_what_the_file_says() throws JoranException {
    LoggerContext byFile = new LoggerContext();
    JoranConfigurator joran = new JoranConfigurator();
    joran.setContext(byFile);
    joran.doConfigure(Objects.requireNonNull(ShippedLog.class.getResource("/org/sluice/host/logback.xml")));
    LoggerContext byProgram = new LoggerContext();
    ShippedLog.apply(byProgram);
    assertThat(facts(byProgram)).isEqualTo(facts(byFile)).hasSize(6).contains(Level.OFF, LineEncoder.class);
  }

  @Test
  void it_leaves_logging_to_others_where_nobody_chose_it() {
    assertThat(new ShippedLog().configure(new LoggerContext()))
        .isEqualTo(Configurator.ExecutionStatus.INVOKE_NEXT_IF_ANY);
  }
}
