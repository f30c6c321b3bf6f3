package org.sluice.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.host.testing.PluginJarBuilder;

class SluiceCommandTest {
  @TempDir Path home;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void without_arguments_it_says_what_there_is() {
    assertThat(run()).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("run ", "ctl ", "demo ", "plugin ", "version ", "help ", "Examples:", "conf/sluice.conf");
  }

  @Test
  void an_unknown_command_is_refused_with_the_nearest() {
    assertThat(run("rnu")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("sluice: unknown command 'rnu'; did you mean 'run'?\n  'sluice help' lists the commands\n");
  }

  @Test
  void an_unknown_option_is_refused() {
    assertThat(run("run", "--bogus")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--bogus", "'sluice run --help' explains");
  }

  @Test
  void the_version_names_product_spi_and_java() {
    assertThat(run("version")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).matches("Sluice [0-9.]+, SPI [0-9.]+, Java 2[0-9].*\n");
  }

  @Test
  void ctl_without_a_host_says_what_to_do_and_ends_with_3() {
    assertThat(run("ctl", "show", "plugins", "--json")).isEqualTo(3);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("no host runs", "sluice run");
  }

  @Test
  void a_wrong_configuration_keeps_the_host_from_starting() throws IOException {
    Files.createDirectory(home.resolve("plugins"));
    Files.createDirectory(home.resolve("conf"));
    Files.writeString(home.resolve("conf/sluice.conf"), "stack {\n  wrokers = 2\n}\n");
    assertThat(run("run", "--no-console", "--set", "stack.workers=x")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("conf/sluice.conf:2: unknown key stack.wrokers",
        "did you mean stack.workers?", "--set stack.workers");
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("Ready");
    assertThat(home.resolve("run")).doesNotExist();
  }

  @Test
  void plugin_list_tells_good_from_bad_without_starting_anything() throws IOException {
    Path folder = Files.createDirectory(home.resolve("plugins"));
    PluginJarBuilder.plugin("fine").says("Plugin-Class", "sample.Fatal").source("Fatal", """
        public class Fatal extends Plugin {
          static { if (true) throw new IllegalStateException("was loaded"); }
        }""").write(folder, "fine.jar");
    assertThat(run("plugin", "list")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("fine", "1.0.0", "good");
    Files.writeString(folder.resolve("bad.jar"), "no jar");
    assertThat(run("plugin", "list", "--json")).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"plugin\":\"bad.jar\"", "\"problem\":\"PLG-001\"");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("1 problem");
  }

  private int run(String... arguments) {
    return SluiceCommand.run(home, new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8), arguments);
  }
}
