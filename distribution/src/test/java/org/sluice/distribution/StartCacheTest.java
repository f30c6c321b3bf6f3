package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache of classes: who makes it, that it is used, and that nothing depends on it. */
class StartCacheTest {
  private static final long DEADLINE_SECONDS = 300;

  @TempDir Path folder;

  private Path state() {
    return folder.resolve("state");
  }

  private Launch launch(String... arguments) {
    return Launch.script(arguments).with("SLUICE_STATE", state());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(state())) {
      return files.toList();
    }
  }

  private Path make() throws IOException, InterruptedException {
    Files.createDirectories(state());
    Outcome made = Outcome.of(launch().with("SLUICE_AOT", "make"));
    assertThat(made.output()).isEmpty();
    assertThat(made.exitCode()).isZero();
    assertThat(files()).hasSize(1);
    return files().getFirst();
  }

  /** What a host prints that is told to stop at once. */
  private Outcome run() throws IOException, InterruptedException {
    Path typed = Files.writeString(folder.resolve("input"), "quit\n");
    Process process = launch("run", "--socket", folder.resolve("ctl.sock").toString()).with("SLUICE_LOG_LEVEL", "WARN")
        .in(folder).redirectInput(typed.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }

  @Test
  void the_first_host_has_it_made_and_the_next_one_uses_it() throws Exception {
    assertThat(run().output()).contains("Ready.");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (files().stream().noneMatch(file -> file.toString().endsWith(".aot"))) {
      assertThat(System.nanoTime()).as("the cache is there in time").isLessThan(deadline);
      // A process that ends is what paces the questions.
      Outcome.of(launch("version"));
    }
    assertThat(Outcome.of(launch("doctor"), folder).output()).contains("start cache", "in use: " + state());
    Outcome again = run();
    assertThat(again.output()).contains("Ready.").doesNotContainIgnoringCase("aot");
  }

  @Test
  void one_that_is_damaged_is_passed_over_without_a_word_and_named_by_doctor() throws Exception {
    Path cache = make();
    Files.write(cache, new byte[] {1, 2, 3, 4}, StandardOpenOption.TRUNCATE_EXISTING);
    Outcome host = run();
    assertThat(host.output()).startsWith("Sluice ").contains("Ready.").doesNotContain("[aot", "[error", "[warning");
    assertThat(host.exitCode()).isZero();
    assertThat(Outcome.of(launch("doctor"), folder).output()).contains("refused by Java");
  }

  @Test
  void two_that_make_it_at_once_do_not_collide() throws Exception {
    Files.createDirectories(state());
    List<Process> makers = List.of(launch().with("SLUICE_AOT", "make").in(folder).start(),
        launch().with("SLUICE_AOT", "make").in(folder).start());
    for (Process maker : makers) {
      assertThat(maker.waitFor()).isZero();
    }
    assertThat(files()).hasSize(1).allMatch(file -> file.toString().endsWith(".aot"));
  }

  @Test
  void it_can_be_switched_off_and_other_options_of_java_have_one_of_their_own() throws Exception {
    Path cache = make();
    assertThat(Outcome.of(launch("doctor").with("SLUICE_AOT", "off"), folder).output())
        .containsPattern("start cache +hint +none");
    Outcome other = Outcome.of(launch("doctor").with("JAVA_OPTS", "-Xmx300m"), folder);
    assertThat(other.output()).contains("not made yet: " + state()).doesNotContain(cache.toString());
  }
}
