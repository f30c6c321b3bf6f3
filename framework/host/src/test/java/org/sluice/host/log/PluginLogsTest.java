package org.sluice.host.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.host.boot.Host;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.boot.HostOptions.Control;
import org.sluice.host.console.Invocation;
import org.sluice.host.problem.ProblemsException;
import org.sluice.host.testing.CapturedLog;
import org.sluice.host.testing.PluginJarBuilder;
import org.sluice.host.testing.RecordingSink;

/** {@code log level} and {@code host.log-levels}. */
class PluginLogsTest {
  @TempDir Path home;
  private final RecordingSink sink = new RecordingSink();

  /** Two plugins that log by the logger they are given, and by one of a class of theirs. */
  @BeforeEach
  void plugins() throws Exception {
    Path folder = Files.createDirectory(home.resolve("plugins"));
    for (String id : List.of("talker", "other")) {
      PluginJarBuilder.plugin(id)
          .foreign(id + ".inner.Deep", """
              package %s.inner;
              public class Deep {
                public static void say() { org.slf4j.LoggerFactory.getLogger(Deep.class).debug("deep"); }
              }""".formatted(id))
          .extension("Say", """
              public class Say implements ConsoleCommand {
                private final org.slf4j.Logger log;
                public Say(HostServices host) { log = host.log(); }
                public String name() { return "say %1$s"; }
                public String summary() { return "Logs"; }
                public void run(List<String> arguments, ConsoleOutput output) {
                  log.debug("said");
                  %1$s.inner.Deep.say();
                }
              }""".formatted(id))
          .write(folder, id + ".jar");
    }
  }

  @AfterEach
  void levels() {
    // Loggers outlive the host.
    LogbackLevels back = LogbackLevels.of(org.slf4j.LoggerFactory.getILoggerFactory()).orElseThrow();
    for (String logger : List.of("plugin.talker", "plugin.other", "talker.inner", "other.inner", "sample")) {
      back.set(logger, null);
    }
  }

  private Host boot(String... assignments) throws ProblemsException {
    return Host.boot(new HostOptions(home, null, null, List.of(), Control.NONE, null, List.of(assignments)));
  }

  private int run(Host host, String line) {
    return host.console().run(line, sink, new Invocation());
  }

  @Test
  void a_level_is_that_of_everything_a_plugin_logs_and_of_no_other_and_can_be_taken_back() throws Exception {
    try (Host host = boot(); CapturedLog talker = CapturedLog.of("plugin.talker");
        CapturedLog deep = CapturedLog.of("talker.inner"); CapturedLog other = CapturedLog.of("plugin.other")) {
      assertThat(run(host, "say talker")).isZero();
      assertThat(talker.messages()).isEmpty();
      assertThat(run(host, "log level talker debug")).isZero();
      assertThat(sink.text()).containsPattern("talker +DEBUG +yes");
      assertThat(run(host, "say talker") + run(host, "say other")).isZero();
      assertThat(talker.messages()).containsExactly("said");
      assertThat(deep.messages()).containsExactly("deep");
      assertThat(other.messages()).isEmpty();
      assertThat(run(host, "log level talker default")).isZero();
      assertThat(run(host, "say talker")).isZero();
      assertThat(talker.messages()).hasSize(1);
      assertThat(deep.messages()).hasSize(1);
    }
  }

  @Test
  void the_configuration_sets_levels_before_plugins_start() throws Exception {
    try (Host host = boot("host.log-levels=\"other=TRACE, talker=error\"")) {
      assertThat(run(host, "log level")).isZero();
      assertThat(sink.text()).containsPattern("other +TRACE +yes").containsPattern("talker +ERROR +yes");
    }
    assertThatThrownBy(() -> boot("host.log-levels=\"other=LOUD\"")).isInstanceOf(ProblemsException.class)
        .hasMessageContaining("host.log-levels: 'other=LOUD' is not of the form PLUGIN=LEVEL");
  }

  @Test
  void mistakes_are_told_with_what_there_is_and_words_complete() throws Exception {
    try (Host host = boot()) {
      List<String> levels = host.console().registry().complete(List.of("log", "level", "talker", ""));
      assertThat(run(host, "log level nobody debug")).isEqualTo(2);
      assertThat(sink.errors()).last().asString().contains("there is no plugin nobody; there are: other, talker");
      assertThat(run(host, "log level talker loud")).isEqualTo(2);
      assertThat(sink.errors()).last().asString().contains("'loud' is no level", "TRACE, DEBUG, INFO");
      assertThat(host.console().registry().complete(List.of("log", "level", ""))).contains("other", "talker");
      assertThat(levels).contains("DEBUG", "default");
    }
  }
}
