package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.host.cli.SluiceCommand;

/** The walk-through of docs/, typed by {@code ctl} into a host of the assembled distribution, prints what it says. */
class WalkthroughTest {
  private static final Path PAGE = Path.of("../docs/walkthrough.md");
  private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(5);

  @TempDir Path folder;

  @Test
  void every_command_of_the_page_prints_what_the_page_says() throws Exception {
    Walkthrough page = new Walkthrough(PAGE);
    assertThat(page.steps().stream().map(Walkthrough.Step::command).toList().toString())
        .contains("app ns add", "lab attach", "lab connect", "lab cancel", "lab answer", "session rule add");
    try (RunningHost _ = RunningHost.start(folder)) {
      for (Walkthrough.Step step : page.steps()) {
        String difference = page.difference(step, type(page.typed(step)));
        long deadline = System.nanoTime() + DEADLINE_NS;
        while (!difference.isEmpty() && step.shows() && System.nanoTime() < deadline) {
          difference = page.difference(step, type(page.typed(step)));
        }
        assertThat(difference).isEmpty();
      }
    }
  }

  /** What the program {@code ctl} writes, without a process of its own for each command. */
  private List<String> type(String command) {
    List<String> arguments = new ArrayList<>(List.of("ctl", "--socket", folder.resolve("ctl.sock").toString()));
    arguments.addAll(List.of(command.split(" ")));
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    PrintStream both = new PrintStream(written, true, StandardCharsets.UTF_8);
    SluiceCommand.run(Launch.HOME, both, both, arguments.toArray(String[]::new));
    return written.toString(StandardCharsets.UTF_8).lines().toList();
  }

  // ---- How a page is compared.

  @Test
  void a_line_that_has_changed_is_named_by_its_place_in_the_page() throws Exception {
    Walkthrough page = page("sluice> one", "first", "second", "sluice> two");
    assertThat(page.steps()).map(Walkthrough.Step::line).containsExactly(4, 7);
    Walkthrough.Step one = page.steps().getFirst();
    assertThat(page.difference(one, List.of("first", "second"))).isEmpty();
    assertThat(page.difference(one, List.of("first", "other")))
        .contains("page.md:6: 'one' prints another line\n  page: second\n  host: other\n");
    assertThat(page.difference(one, List.of("first"))).contains("page.md:6", "host: (nothing more)");
    assertThat(page.difference(one, List.of("first", "second", ""))).contains("page.md:7", "page: (nothing more)");
    assertThat(page.difference(page.steps().getLast(), List.of("x"))).contains("page.md:8: 'two'");
    assertThat(page.difference(one, List.of("first ", "second"))).contains("page.md:5");
  }

  @Test
  void ids_and_ports_vary_and_nothing_else_on_their_lines_does() throws Exception {
    Walkthrough page = page("sluice> begin", "made 0:3 and 0:4,  10.0.0.1:<port>->10.0.0.9:80  x", "then 0:3",
        "sluice> end 0:4 0:9");
    Walkthrough.Step begin = page.steps().getFirst();
    assertThat(page.difference(begin, List.of("made 0:17 and 1:5,  10.0.0.1:123->10.0.0.9:80      x", "then 1:5")))
        .as("an id of two meanings").contains("page.md:6");
    assertThat(page.difference(begin, List.of("made 0:17 and 1:5,  10.0.0.1:123->10.0.0.9:81      x", "then 0:17")))
        .as("a port that does not vary").contains("page.md:5");
    assertThat(page.typed(page.steps().getLast())).isEqualTo("end 0:4 0:9");
    assertThat(page.difference(begin, List.of("made 0:17 and 1:5,  10.0.0.1:123->10.0.0.9:80      x", "then 0:17")))
        .isEmpty();
    assertThat(page.typed(page.steps().getLast())).isEqualTo("end 1:5 0:9");
  }

  private Walkthrough page(String... lines) throws Exception {
    String text = "# A page\n\n```console\n" + String.join("\n", lines) + "\n```\n";
    return new Walkthrough(Files.writeString(folder.resolve("page.md"), text));
  }
}
