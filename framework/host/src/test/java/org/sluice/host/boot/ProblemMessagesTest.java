package org.sluice.host.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.host.boot.HostOptions.Control;
import org.sluice.host.console.Invocation;
import org.sluice.host.problem.ProblemsException;
import org.sluice.host.testing.Golden;
import org.sluice.host.testing.PluginJarBuilder;
import org.sluice.host.testing.RecordingSink;

/** What operators read about problems that the other golden files do not have, word by word. */
class ProblemMessagesTest {
  @TempDir Path home;
  private Path plugins;

  @BeforeEach
  void folder() throws IOException {
    plugins = Files.createDirectory(home.resolve("plugins"));
    Files.createDirectory(home.resolve("conf"));
  }

  @Test
  void a_file_that_is_not_there() {
    refused("missing-file.txt", home.resolve("none.conf"));
  }

  @Test
  void values_of_the_stack_that_do_not_fit_together() throws IOException {
    Files.writeString(home.resolve("conf/sluice.conf"), "stack.ports { first = 2000, last = 1000 }");
    refused("stack.txt", null);
  }

  @Test
  void a_section_for_nobody_and_a_plugin_that_does_not_stop() throws Exception {
    Files.writeString(home.resolve("conf/sluice.conf"), "plugins.elsewhere { key = 1 }");
    PluginJarBuilder.plugin("stuck").says("Plugin-Class", "sample.Stuck").source("Stuck", """
        public class Stuck extends Plugin {
          @Override public void stop() { throw new IllegalStateException("still busy"); }
        }""").entry("reference.conf", "plugins.stuck.size = 1").write(plugins, "stuck.jar");
    try (Host host = Host.boot(options(null))) {
      host.plugins().stop("stuck");
      RecordingSink sink = new RecordingSink();
      assertThat(host.console().run("show plugins", sink, new Invocation())).isZero();
      Golden.check("stop.txt", home.toRealPath(), sink.text());
    }
  }

  @Test
  void a_reload_of_a_wrong_file() throws Exception {
    try (Host host = Host.boot(options(null))) {
      Files.writeString(home.resolve("conf/sluice.conf"), "host.ctl-conections = 1\nstack.workers = many");
      RecordingSink sink = new RecordingSink();
      assertThat(host.console().run("config reload", sink, new Invocation())).isEqualTo(1);
      Golden.check("reload.txt", home, sink.text());
      assertThat(sink.errors()).singleElement().asString().contains("2 problems");
    }
  }

  private void refused(String golden, @Nullable Path file) {
    ProblemsException refusal = catchThrowableOfType(ProblemsException.class, () -> Host.boot(options(file)).close());
    Golden.check(golden, home, refusal.getMessage() + "\n");
  }

  private HostOptions options(@Nullable Path file) {
    return new HostOptions(home, file, null, List.of(), Control.NONE, null, List.of());
  }
}
