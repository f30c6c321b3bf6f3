package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stranger has the archive and the page, types what stands there, and sees what stands there. */
class OperateTest {
  private static final Path PAGE = Path.of("../docs/operate.md");
  private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);

  @TempDir Path folder;

  @Test
  @Timeout(300)
  void every_command_of_the_page_prints_what_the_page_says() throws Exception {
    Path archive = archive();
    Files.copy(archive, folder.resolve(archive.getFileName()));
    ShellPage page = new ShellPage(PAGE);
    assertThat(page.steps()).map(ShellPage.Step::command).anyMatch(command -> command.startsWith("tar "))
        .anyMatch(command -> command.contains("capture start")).anyMatch(command -> command.contains(" quit"));
    try (ShellPage.Shell shell = new ShellPage.Shell(folder)) {
      for (ShellPage.Step step : page.steps()) {
        String difference = page.difference(step, shell.type(step.command()));
        long deadline = System.nanoTime() + DEADLINE_NS;
        while (!difference.isEmpty() && looks(step) && System.nanoTime() < deadline) {
          difference = page.difference(step, shell.type(step.command()));
        }
        assertThat(difference).isEmpty();
      }
    }
  }

  /** Whether it may be typed again until what it looks at has happened. */
  private static boolean looks(ShellPage.Step step) {
    return step.command().contains(" show ") || step.command().startsWith("tail ");
  }

  private static Path archive() throws IOException {
    try (Stream<Path> built = Files.list(Launch.HOME.getParent())) {
      return built.filter(file -> file.toString().endsWith(".tar.gz")).findFirst().orElseThrow();
    }
  }

  @Test
  void a_line_that_has_changed_is_named_by_its_place_in_the_page() throws Exception {
    ShellPage page = new ShellPage(Files.writeString(folder.resolve("page.md"), """
        ```console
        $ one
        first  <number> of 7
        ...
        last
        # for the reader
        $ two
        ```
        """));
    ShellPage.Step one = page.steps().getFirst();
    assertThat(page.difference(one, List.of("first      12 of 7", "x", "y", "last"))).isEmpty();
    assertThat(page.difference(one, List.of("first 12 of 7", "last"))).isEmpty();
    assertThat(page.difference(one, List.of("first 12 of 8", "last"))).contains("page.md:2: 'one' prints", "of 8");
    assertThat(page.difference(one, List.of("first 12 of 7", "x"))).contains("page.md:2");
    assertThat(page.difference(page.steps().getLast(), List.of("more"))).contains("page.md:7: 'two'");
  }
}
