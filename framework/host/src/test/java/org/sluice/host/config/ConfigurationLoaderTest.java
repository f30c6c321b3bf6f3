package org.sluice.host.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.host.problem.ProblemsException;
import org.sluice.host.testing.Golden;
import org.sluice.spi.host.Configuration;
import org.sluice.spi.host.ConfigurationException;

class ConfigurationLoaderTest {
  private static final String REFERENCE = """
      plugins.pump {
        # How fast.
        # type: integer 1..100
        rate = 10
        # type: text
        name = null
        # type: choice slow | fast
        mode = slow
        # type: bytes 1 KiB..1 MiB
        chunk = 64 KiB
        wait = 200 ms
        greet = hello
        loud = false
        list = [a, b]
        limit { most = 5 }
        # type: open
        cards {}
      }
      """;

  @TempDir Path home;

  @Test
  void without_a_file_everything_has_its_default() throws Exception {
    Configuration pump = check().plugin("pump");
    assertThat(pump.number("rate")).isEqualTo(10);
    assertThat(pump.has("name")).isFalse();
    assertThat(pump.bytes("chunk")).isEqualTo(64 << 10);
    assertThat(pump.duration("wait")).isEqualTo(Duration.ofMillis(200));
    assertThat(pump.text("greet")).isEqualTo("hello");
    assertThat(pump.flag("loud")).isFalse();
    assertThat(pump.texts("list")).containsExactly("a", "b");
    assertThat(pump.number("limit.most")).isEqualTo(5);
    assertThat(pump.section("limit").number("most")).isEqualTo(5);
    assertThat(pump.keys("limit")).containsExactly("most");
  }

  @Test
  void the_file_is_stronger_than_the_defaults_and_options_are_stronger_than_the_file() throws Exception {
    write("plugins.pump { rate = 20, chunk = 1 KiB, name = ${sluice.home}/pump }");
    Configuration pump = check("plugins.pump.rate=30", "plugins.pump.greet=ct://127.0.0.1/9 # no comment",
        "plugins.pump.list=[x, y]").plugin("pump");
    assertThat(pump.number("rate")).isEqualTo(30);
    assertThat(pump.bytes("chunk")).isEqualTo(1024);
    assertThat(pump.text("name")).isEqualTo(home + "/pump");
    assertThat(pump.text("greet")).isEqualTo("ct://127.0.0.1/9 # no comment");
    assertThat(pump.texts("list")).containsExactly("x", "y");
  }

  @Test
  void quotes_around_the_value_of_an_option_are_not_part_of_it() throws Exception {
    write("");
    Configuration pump = check("plugins.pump.name=\"/a path/with # blanks\"", "plugins.pump.greet = \"say \\\"hi\\\"\"",
        "plugins.pump.mode=\"fast\"", "plugins.pump.rate=\"30\"").plugin("pump");
    assertThat(pump.text("name")).isEqualTo("/a path/with # blanks");
    assertThat(pump.text("greet")).isEqualTo("say \"hi\"");
    assertThat(pump.number("rate")).isEqualTo(30);
    assertThat(check("plugins.pump.greet=\"").plugin("pump").text("greet")).as("one that nothing ends").isEqualTo("\"");
    assertThatThrownBy(() -> check("plugins.pump.greet=\"a\"b\"")).isInstanceOf(ProblemsException.class)
        .hasMessageContainingAll("CFG-008", "plugins.pump.greet");
  }

  @Test
  void everything_that_is_wrong_is_reported_together() throws IOException {
    write("""
        host {
          plugns = here
          ctl-connections = many
        }
        stack.workers = 500
        plugins.pump {
          rate = 0
          rat = 5
          mode = medium
          chunk = 10 parsecs
          wait = soon
          loud = perhaps
          list = one
          limit = 3
          name { first = a }
        }
        plugins.pmup { rate = 1 }
        frobnicate = 1
        """);
    refused("wrong.txt", "stack.wokers=1", "stack.limits.flows=0", "nonsense", "=5");
  }

  @Test
  void a_file_that_cannot_be_parsed_is_named_with_the_line() throws IOException {
    write("host {\n  plugins = here\n");
    refused("syntax.txt");
  }

  @Test
  void a_reference_to_nothing_is_named_with_the_line() throws IOException {
    write("host {\n  plugins = ${nowhere}/x\n}\n");
    refused("unresolved.txt");
  }

  @Test
  void a_file_that_is_named_but_not_there_is_an_error() {
    assertThatThrownBy(() -> loader(home.resolve("none.conf"), List.of()).check(List.of(), Set.of()))
        .isInstanceOf(ProblemsException.class).hasMessageContainingAll("CFG-001", "none.conf", "--config");
  }

  @Test
  void a_file_of_the_users_own_is_read_in_place_of_the_usual_one() throws Exception {
    write("stack.workers = 1");
    Path own = Files.writeString(home.resolve("own.conf"), "stack.workers = 2");
    assertThat(loader(own, List.of()).check(List.of(), Set.of()).section("stack").number("workers")).isEqualTo(2);
  }

  @Test
  void a_section_of_a_plugin_that_is_not_there_is_a_warning() throws Exception {
    write("plugins.elsewhere { key = 1 }\nplugins.emptied {}\nplugins.refused { key = 1 }");
    Settings settings = loader(null, List.of()).check(List.of(pump()), Set.of("refused"));
    assertThat(settings.warnings()).singleElement().satisfies(warning -> {
      assertThat(warning.id()).isEqualTo("CFG-006");
      assertThat(warning.place()).endsWith("conf/sluice.conf:1");
      assertThat(warning.cause()).contains("plugins.elsewhere");
    });
  }

  @Test
  void keys_of_an_open_section_are_the_operators_own() throws Exception {
    write("plugins.pump.cards { eth0 { driver = x }, eth1 { driver = y } }");
    Configuration pump = check().plugin("pump");
    assertThat(pump.keys("cards")).containsExactlyInAnyOrder("eth0", "eth1");
    assertThat(pump.section("cards.eth0").text("driver")).isEqualTo("x");
  }

  @Test
  void a_key_read_as_something_else_names_its_place() throws Exception {
    write("\nplugins.pump.greet = hi");
    Configuration pump = check().plugin("pump");
    assertThatThrownBy(() -> pump.duration("greet")).isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("conf/sluice.conf:2", "plugins.pump.greet = \"hi\"", "a time");
    assertThatThrownBy(() -> pump.number("speed")).isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("plugins.pump.speed", "reference.conf");
  }

  @Test
  void an_early_value_falls_back_to_the_default_while_the_file_is_wrong() throws IOException {
    write("host { plugins = [a] }");
    assertThat(loader(null, List.of()).early("host.plugins")).contains("plugins");
    write("host { plugins = mine }");
    assertThat(loader(null, List.of()).early("host.plugins")).contains("mine");
    assertThat(loader(null, List.of()).early("host.socket")).isEmpty();
  }

  private Settings check(String... assignments) throws ProblemsException {
    return loader(null, List.of(assignments)).check(List.of(pump()), Set.of());
  }

  private void refused(String golden, String... assignments) {
    assertThatThrownBy(() -> check(assignments)).isInstanceOfSatisfying(ProblemsException.class,
        problems -> Golden.check(golden, home, problems.getMessage() + "\n"));
  }

  private ConfigurationLoader loader(@Nullable Path file, List<String> assignments) {
    return new ConfigurationLoader(home, file, assignments);
  }

  private static SectionReference pump() {
    return SectionReference.parse("pump", "pump.jar!/reference.conf", REFERENCE);
  }

  private void write(String text) throws IOException {
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(home.resolve("conf/sluice.conf"), text);
  }
}
