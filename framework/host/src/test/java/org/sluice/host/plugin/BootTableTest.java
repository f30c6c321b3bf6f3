package org.sluice.host.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.host.boot.Host;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.boot.HostOptions.Control;
import org.sluice.host.console.Invocation;
import org.sluice.host.testing.Golden;
import org.sluice.host.testing.PluginJarBuilder;
import org.sluice.host.testing.RecordingSink;

/** Whatever lies in the plugins folder, the host starts, the good plugins run, and a table explains the others. */
class BootTableTest {
  @TempDir Path home;
  private Path plugins;
  private final RecordingSink sink = new RecordingSink();

  private PluginJarBuilder plugin(String id) {
    return PluginJarBuilder.plugin(id);
  }

  @Test
  void jars_that_cannot_be_plugins_are_named_and_the_good_one_starts() throws Exception {
    byte[] noise = new byte[4096];
    new SplittableRandom(7).nextBytes(noise);
    Files.write(plugins.resolve("noise.jar"), noise);
    Files.write(plugins.resolve("empty.jar"), new byte[0]);
    PluginJarBuilder.noPlugin().entry("some/data", "x").write(plugins, "library.jar");
    good();
    check("not-plugins.txt");
  }

  @Test
  void descriptors_that_are_wrong_are_named_and_the_good_one_starts() throws Exception {
    plugin("two words").write(plugins, "bad-id.jar");
    plugin("short").says("Plugin-Version", "1.0").write(plugins, "short-version.jar");
    plugin("ranged").says("Plugin-Dependencies", "good@around 3").write(plugins, "bad-range.jar");
    plugin("future").says("Plugin-Requires", ">=9.0.0").write(plugins, "future.jar");
    plugin("past").says("Plugin-Requires", ">=0.0.1 & <0.0.5").write(plugins, "past.jar");
    plugin("twin").write(plugins, "twin-a.jar");
    plugin("twin").says("Plugin-Version", "2.0.0").write(plugins, "twin-b.jar");
    good();
    check("descriptors.txt");
  }

  @Test
  void contents_that_are_wrong_are_named_and_the_good_one_starts() throws Exception {
    plugin("spi-copy").foreign("org.sluice.spi.console.Extra", "package org.sluice.spi.console; class Extra {}")
        .write(plugins, "spi-copy.jar");
    plugin("core-copy").foreign("org.sluice.core.Extra", "package org.sluice.core; class Extra {}")
        .write(plugins, "core-copy.jar");
    plugin("log-copy").entry("META-INF/versions/9/org/slf4j/Logger.class", "x").write(plugins, "log-copy.jar");
    plugin("no-class").says("Plugin-Class", "sample.Gone").write(plugins, "no-class.jar");
    plugin("no-extension").indexed("sample.Gone").write(plugins, "no-extension.jar");
    plugin("bad-keys").entry("reference.conf", "rate = 5").write(plugins, "bad-keys.jar");
    good();
    check("contents.txt");
  }

  @Test
  void dependencies_that_are_wrong_are_named_and_the_others_start() throws Exception {
    plugin("needs-nobody").says("Plugin-Dependencies", "nobody").write(plugins, "needs-nobody.jar");
    plugin("needs-it-too").says("Plugin-Dependencies", "needs-nobody").write(plugins, "needs-it-too.jar");
    plugin("wants-newer").says("Plugin-Dependencies", "good@>=2.0.0").write(plugins, "wants-newer.jar");
    plugin("wants-disabled").says("Plugin-Dependencies", "off").write(plugins, "wants-disabled.jar");
    plugin("off").write(plugins, "off.jar");
    plugin("round").says("Plugin-Dependencies", "about").write(plugins, "round.jar");
    plugin("about").says("Plugin-Dependencies", "round, good").write(plugins, "about.jar");
    plugin("behind").says("Plugin-Dependencies", "about").write(plugins, "behind.jar");
    plugin("alone").says("Plugin-Dependencies", "alone").write(plugins, "alone.jar");
    plugin("modest").says("Plugin-Dependencies", "nobody?, good@>=1.0.0 & <2.0.0").write(plugins, "modest.jar");
    Files.writeString(plugins.resolve("disabled.txt"), "off\n");
    good();
    check("dependencies.txt");
  }

  @Test
  void plugins_that_fail_are_named_with_what_needs_them_and_the_others_start() throws Exception {
    plugin("throws").says("Plugin-Class", "sample.Throws").command("Ping", "ping").source("Throws", """
        public class Throws extends Plugin {
          @Override public void start() { throw new IllegalStateException("no reactor"); }
        }""").write(plugins, "throws.jar");
    plugin("then").says("Plugin-Dependencies", "throws").command("Then", "then").write(plugins, "then.jar");
    plugin("and-then").says("Plugin-Dependencies", "then").write(plugins, "and-then.jar");
    plugin("builds").extension("Builds", """
        public class Builds implements ConsoleCommand {
          public Builds() { throw new AssertionError("built wrong"); }
          public String name() { return "builds"; }
          public String summary() { return ""; }
          public void run(List<String> arguments, ConsoleOutput output) {}
        }""").write(plugins, "builds.jar");
    plugin("pointless").extension("Pointless", "public class Pointless {}").write(plugins, "pointless.jar");
    plugin("peeks").extension("Peeks", """
        public class Peeks implements ConsoleCommand {
          public Peeks(org.sluice.core.Stack stack) {}
          public String name() { return "peeks"; }
          public String summary() { return ""; }
          public void run(List<String> arguments, ConsoleOutput output) {}
        }""").write(plugins, "peeks.jar");
    plugin("asks").extension("Asks", """
        public class Asks implements ConsoleCommand {
          public Asks(org.sluice.spi.network.Network network) { throw new IllegalStateException("no card"); }
          public String name() { return "asks"; }
          public String summary() { return ""; }
          public void run(List<String> arguments, ConsoleOutput output) {}
        }""").write(plugins, "asks.jar");
    plugin("copies").command("First", "copies").command("Second", "show plugins").write(plugins, "copies.jar");
    plugin("after-copies").says("Plugin-Dependencies", "copies").command("After", "after")
        .write(plugins, "after-copies.jar");
    plugin("listless").extension("Listless", """
        public class Listless implements Application {
          @Override public void onAttached(ApplicationContext context) { throw new IllegalStateException("not today"); }
        }""").write(plugins, "listless.jar");
    good();
    check("failures.txt");
  }

  @Test
  void a_folder_that_is_not_there_is_said() throws Exception {
    Files.delete(plugins);
    check("no-folder.txt");
  }

  @Test
  void a_jar_named_by_an_option_is_loaded_from_where_it_is_and_counts_once() throws Exception {
    good();
    Path other = plugin("other").command("Other", "other").write(home, "other.jar");
    Path missing = home.resolve("missing.jar");
    try (Host host = boot(List.of(other, plugins.resolve("good.jar"), missing))) {
      assertThat(host.plugins().state("good")).contains("STARTED");
      assertThat(host.plugins().state("other")).contains("STARTED");
      assertThat(host.plugins().problems()).singleElement()
          .satisfies(problem -> assertThat(problem.toString()).contains("PLG-001 missing.jar: there is no such file"));
    }
  }

  @BeforeEach
  void folder() throws IOException {
    plugins = Files.createDirectory(home.resolve("plugins"));
  }

  private void good() throws IOException {
    plugin("good").command("Hello", "hello").write(plugins, "good.jar");
  }

  private void check(String golden) throws Exception {
    try (Host host = boot(List.of())) {
      assertThat(host.console().run("show plugins", sink, new Invocation())).isZero();
      Golden.check(golden, home.toRealPath(), sink.text());
      if (host.plugins().state("good").isPresent()) {
        assertThat(host.console().run("hello", sink, new Invocation())).isZero();
        assertThat(sink.text()).endsWith("ran hello\n");
      }
    }
  }

  private Host boot(List<Path> jars) throws Exception {
    return Host.boot(new HostOptions(home, null, null, jars, Control.NONE, null, List.of()));
  }
}
