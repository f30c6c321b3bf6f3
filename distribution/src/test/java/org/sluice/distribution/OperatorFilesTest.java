package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.host.boot.Host;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.cli.SluiceCommand;
import org.sluice.host.console.RegisteredCommand;
import org.sluice.host.problem.ProblemsException;
import org.sluice.spi.console.ConsoleCommand;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Man page, completion and unit file say what the program does. */
class OperatorFilesTest {
  private static final Path MAN = Launch.HOME.resolve("man/sluice.1");
  private static final Path COMPLETION = Launch.HOME.resolve("completions/sluice.bash");
  private static final Path UNIT = Launch.HOME.resolve("systemd/sluice.service");

  @TempDir Path folder;

  /** The commands by their names, for example {@code plugin list}; those without a subcommand of their own. */
  private static Map<String, CommandLine> commands() {
    Map<String, CommandLine> found = new TreeMap<>();
    collect("", sluice(), found);
    return found;
  }

  private static CommandLine sluice() {
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    return SluiceCommand.line(Launch.HOME, nowhere, nowhere);
  }

  private static void collect(String prefix, CommandLine line, Map<String, CommandLine> into) {
    line.getSubcommands().forEach((name, command) -> {
      if (command.getSubcommands().isEmpty()) {
        into.put(prefix + name, command);
      } else {
        collect(prefix + name + " ", command, into);
      }
    });
  }

  private static List<String> longOptions(CommandLine command) {
    return command.getCommandSpec().options().stream().map(OptionSpec::longestName).toList();
  }

  @Test
  void the_man_page_has_every_command_and_every_option() throws IOException {
    assertThat(commands().keySet()).contains("run", "ctl", "demo", "plugin list", "version", "help");
    String text = Files.readString(MAN).replace("\\-", "-").replaceAll("\\\\f[RIB]", "");
    commands().forEach((name, command) -> {
      if (!name.endsWith(" help")) {
        assertThat(text).contains("\n.B sluice " + name + "\n", name.equals("help") ? "" : "\n.B " + name + "\n");
      }
      longOptions(command).forEach(option -> assertThat(text).as("%s of %s", option, name).contains(option));
    });
    assertThat(text).contains("SLUICE_JAVA_HOME", "JAVA_OPTS", "conf/sluice.conf", "run/sluice.sock");
  }

  @Test
  void the_man_page_names_no_option_that_there_is_not() throws IOException {
    List<String> known = commands().values().stream().flatMap(command -> longOptions(command).stream()).toList();
    String text = Files.readString(MAN).replace("\\-", "-");
    String outside = text.substring(0, text.indexOf("\n.SH CONSOLE")) + text.substring(text.indexOf("\n.SH EXIT"));
    assertThat(Pattern.compile("--[a-z][a-z-]+").matcher(outside).results().map(found -> found.group()))
        .isNotEmpty().allMatch(known::contains);
  }

  @Test
  void the_completion_is_a_script_that_bash_can_read() throws Exception {
    Outcome outcome = Outcome.of(new Launch(Path.of("bash"), "-n", COMPLETION.toString()));
    assertThat(outcome.output()).isEmpty();
    assertThat(outcome.exitCode()).isZero();
  }

  @Test
  void the_completion_offers_every_command_and_option() throws Exception {
    List<String> first = complete("");
    for (Map.Entry<String, CommandLine> entry : commands().entrySet()) {
      String[] words = entry.getKey().split(" ");
      assertThat(first).contains(words[0]);
      if (words.length > 1) {
        assertThat(complete(words[0], "")).contains(words[1]);
      }
      if (!words[words.length - 1].equals("help")) {
        List<String> typed = new ArrayList<>(List.of(words));
        typed.add("-");
        assertThat(complete(typed.toArray(String[]::new))).as(entry.getKey())
            .containsAll(longOptions(entry.getValue()));
      }
    }
    assertThat(complete("r")).containsExactly("run");
    assertThat(complete("run", "--no")).containsExactly("--no-console");
    assertThat(complete("ctl", "--socket", "x", "sh")).containsExactly("show");
    assertThat(complete("ctl", "show", "segment-manager", "--j")).containsExactly("--json");
  }

  private List<ConsoleCommand> bundled() throws ProblemsException {
    try (Host host = Host.boot(new HostOptions(folder, null, Launch.HOME.resolve("plugins"), List.of(),
        HostOptions.Control.NONE, null, List.of()))) {
      assertThat(host.plugins().problems()).isEmpty();
      return host.console().registry().commands().stream().map(RegisteredCommand::command).toList();
    }
  }

  @Test
  void the_man_page_has_every_console_command_with_its_summary() throws Exception {
    String text = Files.readString(MAN).replace("\\-", "-").replace("\\(dq", "\"");
    for (ConsoleCommand command : bundled()) {
      assertThat(text).contains(command.name(), command.arguments(), command.summary(), command.example());
    }
  }

  @Test
  void the_man_page_can_be_shown_without_a_warning() throws Exception {
    assumeThat(Path.of("/usr/bin/groff")).exists();
    Outcome shown = Outcome.of(new Launch(Path.of("groff"), "-man", "-ww", "-Tutf8", "-z", MAN.toString()));
    assertThat(shown.output()).isEmpty();
    assertThat(shown.exitCode()).isZero();
  }

  @Test
  void zsh_completes_by_the_completion_of_bash() throws IOException {
    assertThat(Files.readString(Launch.HOME.resolve("completions/_sluice")))
        .startsWith("#compdef sluice\n").contains("bashcompinit", "sluice.bash");
  }

  @Test
  void the_completion_offers_what_the_bundled_console_commands_are_called() throws Exception {
    List<String> names = bundled().stream().map(ConsoleCommand::name).toList();
    List<String> offered = new ArrayList<>();
    addOffered(List.of(), offered);
    assertThat(offered).containsExactlyInAnyOrderElementsOf(names);
  }

  /** Adds the names that begin with what was typed. */
  private void addOffered(List<String> typed, List<String> names) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("ctl"));
    words.addAll(typed);
    words.add("");
    List<String> next =
        complete(words.toArray(String[]::new)).stream().filter(word -> !word.startsWith("-")).toList();
    if (next.isEmpty()) {
      names.add(String.join(" ", typed));
    }
    for (String word : next) {
      addOffered(Stream.concat(typed.stream(), Stream.of(word)).toList(), names);
    }
  }

  /** What bash would offer for the last word. */
  private List<String> complete(String... typed) throws IOException, InterruptedException {
    StringBuilder words = new StringBuilder("sluice");
    Stream.of(typed).forEach(word -> words.append(" '").append(word).append('\''));
    String script = "source '" + COMPLETION + "'; COMP_WORDS=(" + words + "); COMP_CWORD=" + typed.length
        + "; _sluice; [ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' \"${COMPREPLY[@]}\"";
    Outcome outcome = Outcome.of(new Launch(Path.of("bash"), "-euc", script));
    assertThat(outcome.exitCode()).as("%s: %s", words, outcome.output()).isZero();
    return outcome.output().lines().toList();
  }

  private static Map<String, String> settings(Path unit) throws IOException {
    Map<String, String> settings = new TreeMap<>();
    for (String line : Files.readAllLines(unit)) {
      if (!line.startsWith("#") && line.contains("=")) {
        String[] parts = line.split("=", 2);
        assertThat(settings.put(parts[0], parts[1])).as(line).isNull();
      }
    }
    return settings;
  }

  @Test
  void without_cards_the_unit_gives_no_capability_and_with_cards_those_that_the_documentation_names()
      throws IOException {
    assertThat(settings(UNIT)).containsEntry("CapabilityBoundingSet", "").containsEntry("AmbientCapabilities", "")
        .containsEntry("RestrictAddressFamilies", "AF_UNIX").containsEntry("StateDirectory", "sluice");
    String needs = Files.readString(Path.of("../docs/afxdp.md"));
    needs = needs.substring(needs.indexOf("## What it needs"));
    // The first sentence names them; that of CAP_SYS_ADMIN is for options of cards.
    List<String> named = Pattern.compile("CAP_[A-Z_]+").matcher(needs.substring(0, needs.indexOf("\n## ", 1))).results()
        .map(found -> found.group()).filter(name -> !name.equals("CAP_SYS_ADMIN")).distinct().toList();
    Map<String, String> cards = settings(Launch.HOME.resolve("systemd/sluice-afxdp.conf"));
    for (String setting : List.of("CapabilityBoundingSet", "AmbientCapabilities")) {
      assertThat(cards.getOrDefault(setting, "").split(" ")).as(setting).containsExactlyInAnyOrderElementsOf(named);
    }
    assertThat(cards).containsEntry("LimitMEMLOCK", "infinity").containsEntry("SystemCallFilter", "bpf")
        .containsEntry("RestrictAddressFamilies", "AF_XDP AF_NETLINK AF_INET");
  }

  @Test
  void systemd_finds_nothing_wrong_with_the_unit_with_or_without_cards() throws Exception {
    assumeThat(Path.of("/usr/bin/systemd-analyze")).exists();
    for (boolean cards : new boolean[] {false, true}) {
      Path units = Files.createDirectories(folder.resolve("units-" + cards));
      // The distribution does not lie where the unit says.
      Files.writeString(units.resolve("sluice.service"),
          Files.readString(UNIT).replace("/opt/sluice/bin/sluice", Launch.SCRIPT.toString()));
      if (cards) {
        Files.copy(Launch.HOME.resolve("systemd/sluice-afxdp.conf"),
            Files.createDirectory(units.resolve("sluice.service.d")).resolve("sluice-afxdp.conf"));
      }
      Outcome verified = Outcome.of(new Launch(Path.of("systemd-analyze"), "verify", "--recursive-errors=no",
          units.resolve("sluice.service").toString()));
      assertThat(verified.output()).isEmpty();
      assertThat(verified.exitCode()).isZero();
    }
  }

  @Test
  void the_unit_starts_the_host_with_options_that_it_has_and_keeps_its_socket_reachable() throws IOException {
    Map<String, String> settings = settings(UNIT);
    assertThat(settings).containsEntry("Type", "exec").containsEntry("SuccessExitStatus", "143")
        .containsEntry("RuntimeDirectory", "sluice").containsEntry("RuntimeDirectoryMode", "0700")
        .doesNotContainKey("MemoryDenyWriteExecute");
    assertThat(settings.get("RestrictAddressFamilies")).as("the control socket's").contains("AF_UNIX");
    List<String> start = List.of(settings.getOrDefault("ExecStart", "").split(" "));
    assertThat(start.getFirst()).isEqualTo("/opt/sluice/bin/sluice");
    assertThat(start.get(1)).isEqualTo("run");
    CommandLine.ParseResult run =
        sluice().parseArgs(start.subList(1, start.size()).toArray(String[]::new)).subcommand();
    assertThat(run.unmatched()).isEmpty();
    assertThat(run.matchedOptionValue("--socket", Path.of(""))).hasParentRaw(Path.of("/run/sluice"));
  }

  @Test
  void the_archive_holds_them_too() throws Exception {
    List<Path> archives;
    try (Stream<Path> files = Files.list(Launch.HOME.getParent())) {
      archives = files.filter(file -> file.toString().endsWith(".tar.gz")).toList();
    }
    assertThat(archives).hasSize(1);
    Outcome listed = Outcome.of(new Launch(Path.of("tar"), "tzf", archives.getFirst().toString()));
    assertThat(listed.output().lines().map(name -> name.substring(name.indexOf('/') + 1))).contains(
        "bin/sluice", "conf/sluice.conf", "conf/logback.xml", "man/sluice.1", "completions/sluice.bash",
        "completions/_sluice", "systemd/sluice.service", "systemd/sluice-afxdp.conf");
  }
}
