package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sluice run} and {@code sluice ctl} as an operator uses them. */
class HostProcessTest {
  /** What a later JDK refuses, refused now. */
  private static final String STRICT = "--illegal-native-access=deny --sun-misc-unsafe-memory-access=deny";
  private static final int TERMINATED = 128 + 15;

  @TempDir Path folder;

  @Test
  void a_host_answers_ctl_and_stops_in_order_on_sigterm() throws Exception {
    try (RunningHost host = RunningHost.start(folder)) {
      assertThat(host.output()).containsSubsequence("Plugin ", "echo", "STARTED", "application echo",
          "local-cutthrough", "STARTED", "transport ct", "transfer", "STARTED", "Control socket: ", "Ready.");
      for (String command : List.of("show plugins", "plugin list", "show session verbose", "show app",
          "show segment-manager verbose", "show transport", "show config", "show version", "help")) {
        Outcome text = host.ctl(command.split(" "));
        assertThat(text.exitCode()).as("%s: %s", command, text.output()).isZero();
        assertThat(text.output()).as(command).isNotBlank();
        Outcome json = host.ctl((command + " --json").split(" "));
        assertThat(json.exitCode()).as(command).isZero();
        assertThat(ConfigFactory.parseString(json.output(),
            ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON)).isEmpty()).as(command).isFalse();
      }
      assertThat(host.ctl("show", "session", "verbose").output())
          .contains("[0:", "][CT:", "0.0.0.0:7->", "listening", "Rx-f", "Tx-f");
      Outcome unknown = host.ctl("show", "sesion");
      assertThat(unknown.exitCode()).isEqualTo(2);
      assertThat(unknown.output()).contains("did you mean 'show session'?");
      Outcome stopped = host.stop();
      assertThat(stopped.exitCode()).isEqualTo(TERMINATED);
      assertThat(stopped.output()).containsSubsequence("plugin transfer stopped", "plugin local-cutthrough stopped",
          "plugin echo stopped", "stopped");
      assertThat(folder.resolve("ctl.sock")).doesNotExist();
    }
  }

  @Test
  void an_application_that_listens_on_a_transport_finds_it_whatever_their_plugins_are_called() throws Exception {
    try (RunningHost host = RunningHost.start(folder)) {
      Outcome echo = host.ctl("echo", "send", "ct://127.0.0.1/7", "hello over cut-through");
      assertThat(echo.output()).contains("hello over cut-through");
      assertThat(echo.exitCode()).isZero();
      assertThat(host.ctl("quit").exitCode()).isZero();
    }
  }

  @Test
  void commands_on_standard_input_are_run_and_its_end_stops_the_host() throws Exception {
    Outcome outcome = type("show version\nshw version\n", "run", "--socket", socket());
    assertThat(outcome.output()).contains("Ready.", "spi: ", "did you mean 'show version'?", "stopped");
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void no_jvm_warning_is_printed_and_nothing_needs_what_later_jdks_refuse() throws Exception {
    Outcome usual = type("quit\n", "run", "--socket", socket());
    assertThat(usual.output()).contains("Ready.").doesNotContainIgnoringCase("warning");
    Launch launch = Launch.script("run", "--socket", socket()).with("JAVA_OPTS", STRICT);
    Outcome strict = type("show session\nquit\n", launch);
    assertThat(strict.output()).contains("Ready.", "STARTED").doesNotContain("FAILED", "REFUSED")
        .doesNotContainIgnoringCase("warning");
    assertThat(strict.exitCode()).isZero();
  }

  @Test
  void sessions_work_where_later_jdks_refuse_and_nothing_stands_on_standard_error() throws Exception {
    Path typed = Files.writeString(folder.resolve("input"), """
        interface add wire w:0
        interface add wire w:1
        interface table w:1 1
        address add w:0 10.0.0.1/24
        address add w:1 10.0.0.2/24
        app ns add far ip4 1
        echo send ct://127.0.0.1/7 by-shared-memory
        echo serve tcp://10.0.0.2:7 namespace far
        echo send tcp://10.0.0.2:7 by-wire
        quit
        """);
    Path errors = folder.resolve("errors");
    Process process = Launch.script("run", "--socket", socket()).with("JAVA_OPTS", STRICT)
        .with("SLUICE_LOG_LEVEL", "WARN").in(folder).redirectInput(typed.toFile()).redirectErrorStream(false)
        .redirectError(errors.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(output.lines()).contains("by-shared-memory", "by-wire");
    assertThat(errors).isEmptyFile();
  }

  @Test
  void jars_that_cannot_run_are_named_and_the_others_do() throws Exception {
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    try (Stream<Path> bundled = Files.list(Launch.HOME.resolve("plugins"))) {
      for (Path jar : bundled.toList()) {
        Files.copy(jar, plugins.resolve(jar.getFileName()));
      }
    }
    Files.writeString(plugins.resolve("noise.jar"), "this is no jar");
    try (Stream<Path> libraries = Files.list(Launch.HOME.resolve("lib"))) {
      Path library = libraries.filter(jar -> jar.toString().contains("jspecify")).findFirst().orElseThrow();
      Files.copy(library, plugins.resolve("library.jar"));
    }
    Outcome outcome = type("quit\n", "run", "--socket", socket(), "--plugins", plugins.toString());
    assertThat(outcome.output()).contains("transport ct", "PLG-001  noise.jar", "PLG-002  library.jar", "Ready.");
    Outcome listed = Outcome.of(Launch.script("plugin", "list", "--plugins", plugins.toString()));
    assertThat(listed.exitCode()).isEqualTo(1);
    assertThat(listed.output()).contains("PLG-001", "PLG-002", "good");
  }

  @Test
  void a_wrong_configuration_is_named_by_line_and_nothing_starts() throws Exception {
    Path file = folder.resolve("my.conf");
    Files.writeString(file, "stack {\n  wrokers = 1\n}\nplugins.echo.timeout = soon\n");
    Outcome outcome = type("", "run", "--socket", socket(), "--config", file.toString());
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.output()).contains("my.conf:2: unknown key stack.wrokers", "did you mean stack.workers?",
        "my.conf:4: plugins.echo.timeout = \"soon\" has the wrong type").doesNotContain("Ready.");
  }

  @Test
  void a_second_host_on_the_same_socket_is_refused() throws Exception {
    try (RunningHost host = RunningHost.start(folder)) {
      Outcome second = type("", "run", "--socket", socket());
      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.output()).contains("HST-001", "another host listens there");
      assertThat(host.ctl("show", "version").exitCode()).isZero();
    }
  }

  @Test
  void ctl_without_a_host_says_so_and_ends_with_3() throws Exception {
    Outcome outcome = Outcome.of(Launch.script("ctl", "--socket", socket(), "show", "plugins"));
    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.output()).contains("no host runs", "sluice run");
  }

  private String socket() {
    return folder.resolve("ctl.sock").toString();
  }

  private Outcome type(String input, String... arguments) throws IOException, InterruptedException {
    return type(input, Launch.script(arguments));
  }

  private Outcome type(String input, Launch launch) throws IOException, InterruptedException {
    Path typed = Files.writeString(folder.resolve("input"), input);
    Process process = launch.in(folder).redirectInput(typed.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }
}
