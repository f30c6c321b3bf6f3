package org.sluice.host.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.host.boot.Host;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.boot.HostOptions.Control;
import org.sluice.host.problem.Problem;
import org.sluice.host.testing.PluginJarBuilder;

/** What becomes of the plugins when files come into their folder, change in it or leave it. Each look is one step. */
class FolderWatchTest {
  @TempDir Path home;
  private Path folder;
  private @Nullable Host booted;
  private @Nullable FolderWatch watching;

  @BeforeEach
  void folder() throws IOException {
    folder = Files.createDirectory(home.resolve("plugins"));
  }

  @AfterEach
  void close() {
    if (booted != null) {
      booted.close();
    }
  }

  @Test
  void a_jar_that_comes_is_started_once_it_was_the_same_in_two_looks() throws Exception {
    boot();
    Path whole = PluginJarBuilder.plugin("p").write(home, "whole.jar");
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(folder.resolve("p.jar"), Arrays.copyOf(bytes, bytes.length / 2));
    look();
    Files.write(folder.resolve("p.jar"), bytes);
    look();
    assertThat(host().plugins().state("p")).as("it was another file a moment ago").isEmpty();
    assertThat(host().plugins().problems()).as("half a file").isEmpty();
    look();
    assertThat(host().plugins().state("p")).contains("STARTED");
  }

  @Test
  void several_that_come_at_once_are_started_in_the_order_of_their_dependencies() throws Exception {
    boot();
    PluginJarBuilder.plugin("a-user").says("Plugin-Dependencies", "z-base").write(folder, "a-user.jar");
    PluginJarBuilder.plugin("z-base").write(folder, "z-base.jar");
    look();
    look();
    assertThat(host().plugins().state("a-user")).contains("STARTED");
    assertThat(host().plugins().problems()).isEmpty();
  }

  @Test
  void a_broken_jar_is_reported_once_and_not_again_until_it_changes() throws Exception {
    boot();
    Files.writeString(folder.resolve("broken.jar"), "noise");
    for (int i = 0; i < 5; i++) {
      look();
    }
    assertThat(host().plugins().problems()).extracting(Problem::id).containsExactly("PLG-001");
    PluginJarBuilder.plugin("p").write(folder, "broken.jar");
    look();
    look();
    assertThat(host().plugins().state("p")).contains("STARTED");
    assertThat(host().plugins().problems()).isEmpty();
  }

  @Test
  void a_jar_that_leaves_is_unloaded_after_those_that_need_it() throws Exception {
    PluginJarBuilder.plugin("base").write(folder, "base.jar");
    PluginJarBuilder.plugin("user").says("Plugin-Dependencies", "base").write(folder, "user.jar");
    PluginJarBuilder.plugin("else").write(folder, "else.jar");
    boot();
    Files.delete(folder.resolve("base.jar"));
    look();
    assertThat(host().plugins().state("base")).as("it may come back at once").contains("STARTED");
    look();
    assertThat(host().plugins().state("base")).isEmpty();
    assertThat(host().plugins().state("user")).isEmpty();
    assertThat(host().plugins().state("else")).contains("STARTED");
  }

  @Test
  void a_newer_version_under_another_name_takes_the_place_of_the_old_one() throws Exception {
    PluginJarBuilder.plugin("p").write(folder, "p-1.jar");
    boot();
    PluginJarBuilder.plugin("p").says("Plugin-Version", "1.1.0").write(folder, "p-2.jar");
    look();
    look();
    assertThat(version()).isEqualTo("1.1.0");
    assertThat(host().plugins().problems()).singleElement().satisfies(problem -> assertThat(problem.toString())
        .contains("PLG-003 p-1.jar", "runs from p-2.jar now", "remove the old one"));
    Files.delete(folder.resolve("p-1.jar"));
    look();
    look();
    assertThat(version()).isEqualTo("1.1.0");
    assertThat(host().plugins().problems()).isEmpty();
  }

  @Test
  void an_older_version_takes_its_place_only_when_the_newer_one_leaves() throws Exception {
    PluginJarBuilder.plugin("p").says("Plugin-Version", "2.0.0").write(folder, "p-2.jar");
    boot();
    PluginJarBuilder.plugin("p").write(home, "p-1.jar");
    Files.copy(home.resolve("p-1.jar"), folder.resolve("p-1.jar"));
    look();
    look();
    assertThat(version()).isEqualTo("2.0.0");
    assertThat(host().plugins().problems()).extracting(Problem::id).containsExactly("PLG-003");
    Files.delete(folder.resolve("p-1.jar"));
    look();
    look();
    assertThat(host().plugins().problems()).isEmpty();
    Files.delete(folder.resolve("p-2.jar"));
    Files.copy(home.resolve("p-1.jar"), folder.resolve("p-1.jar"));
    look();
    look();
    assertThat(version()).isEqualTo("1.0.0");
  }

  @Test
  void a_file_that_another_one_is_moved_over_is_loaded_anew() throws Exception {
    PluginJarBuilder.plugin("p").write(folder, "p.jar");
    boot();
    Path next = PluginJarBuilder.plugin("p").says("Plugin-Version", "1.0.1").write(home, "next.jar");
    Files.move(next, folder.resolve("p.jar"), StandardCopyOption.REPLACE_EXISTING);
    look();
    look();
    assertThat(version()).isEqualTo("1.0.1");
  }

  @Test
  void what_operators_did_by_command_is_left_as_it_is() throws Exception {
    PluginJarBuilder.plugin("away").write(folder, "away.jar");
    boot();
    host().pluginLife().unload("away", Sessions.REFUSE, ChangeWatcher.NOBODY);
    PluginJarBuilder.plugin("mine").write(folder, "mine.jar");
    host().pluginLife().load(List.of(folder.resolve("mine.jar")));
    ClassLoader loader = host().plugins().manager().getPluginClassLoader("mine");
    for (int i = 0; i < 3; i++) {
      look();
    }
    assertThat(host().plugins().state("away")).isEmpty();
    assertThat(host().plugins().manager().getPluginClassLoader("mine")).isSameAs(loader);
  }

  @Test
  void a_folder_that_cannot_be_read_for_a_while_unloads_nothing() throws Exception {
    PluginJarBuilder.plugin("p").write(folder, "p.jar");
    boot();
    Path aside = Files.move(folder, home.resolve("aside"));
    look();
    look();
    look();
    assertThat(host().plugins().state("p")).contains("STARTED");
    Files.move(aside, folder);
    look();
    look();
    assertThat(host().plugins().state("p")).contains("STARTED");
  }

  @Test
  void its_thread_looks_by_itself_and_ends_with_the_host() throws Exception {
    boot("host.plugins-watch=on", "host.plugins-watch-period=10ms");
    assertThat(watchThreads()).isOne();
    PluginJarBuilder.plugin("p").write(home, "p.jar");
    Files.move(home.resolve("p.jar"), folder.resolve("p.jar"));
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (host().plugins().state("p").isEmpty() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(host().plugins().state("p")).isPresent();
    host().close();
    assertThat(watchThreads()).isZero();
  }

  private static long watchThreads() {
    return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals("plugins-watch"))
        .count();
  }

  private String version() {
    return host().plugins().manager().getPlugin("p").getDescriptor().getVersion();
  }

  private void look() throws InterruptedException {
    Objects.requireNonNull(watching).step();
  }

  private void boot(String... assignments) throws Exception {
    List<String> keys = assignments.length == 0 ? List.of("host.plugins-watch=off") : List.of(assignments);
    booted = Host.boot(new HostOptions(home, null, null, List.of(), Control.NONE, null, keys));
    watching = new FolderWatch(booted.plugins(), booted.pluginLife(), Duration.ofDays(1));
  }

  private Host host() {
    return Objects.requireNonNull(booted);
  }
}
