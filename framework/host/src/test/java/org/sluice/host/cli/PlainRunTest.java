package org.sluice.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sluice.host.boot.HostOptions;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class PlainRunTest {
  private static final PrintStream NOWHERE =
      new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8);
  private static final Path HOME = Path.of("/somewhere");

  private static HostRun plain(String... words) {
    return PlainRun.of(new Shell(HOME, NOWHERE, NOWHERE), words).orElseThrow();
  }

  @Test
  void what_a_run_is_usually_given_is_understood() {
    HostRun run = plain("run", "--no-console", "--socket", "a.sock", "--set", "x=1", "--config=my.conf", "--set",
        "y = 2", "--plugin", "one.jar", "--plugin=two.jar", "--plugins", "folder");
    assertThat(run.options()).isEqualTo(new HostOptions(HOME, Path.of("my.conf"), Path.of("folder"),
        List.of(Path.of("one.jar"), Path.of("two.jar")), HostOptions.Control.SOCKET, Path.of("a.sock"),
        List.of("x=1", "y = 2")));
    assertThat(run.hasConsole()).isFalse();
    assertThat(plain("run").hasConsole()).isTrue();
  }

  @Test
  void every_option_of_the_command_is_understood_but_those_that_explain_it() {
    CommandLine run = Objects.requireNonNull(SluiceCommand.line(HOME, NOWHERE, NOWHERE).getSubcommands().get("run"));
    for (OptionSpec option : run.getCommandSpec().options()) {
      List<String> words = new ArrayList<>(List.of("run", option.longestName()));
      if (option.arity().max() > 0) {
        words.add("value");
      }
      assertThat(PlainRun.of(new Shell(HOME, NOWHERE, NOWHERE), words.toArray(String[]::new)).isPresent())
          .as(option.longestName()).isEqualTo(!option.usageHelp() && !option.versionHelp());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ctl show app", "run --bogus x", "run --socket", "run --socket --no-console", "run word",
      "run --socket a --socket b", "run --no-console --no-console", "run @file", "run --config @file", "run --help",
      "run --no-console=true", "run --set \"a\""})
  void what_is_unusual_or_wrong_is_left_to_who_explains_it(String line) {
    assertThat(PlainRun.of(new Shell(HOME, NOWHERE, NOWHERE), line.split(" "))).isEmpty();
  }
}
