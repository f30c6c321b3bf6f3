package org.sluice.host.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.sluice.host.console.Console;
import org.sluice.host.console.Invocation;
import org.sluice.host.testing.PluginJarBuilder;
import org.sluice.host.testing.RecordingSink;

/** Plugins come, go and change places while the host runs, and nothing that is refused changes anything. */
class PluginLifeTest {
  @TempDir Path home;
  private Path folder;
  private @Nullable Host booted;
  private RecordingSink sink = new RecordingSink();

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
  void a_jar_is_loaded_started_stopped_and_unloaded_by_command() throws Exception {
    boot();
    Path jar = PluginJarBuilder.plugin("p").command("Pong", "pong").write(home, "p.jar");
    assertThat(ok("plugin load " + jar)).contains("p", "started");
    assertThat(ok("pong")).isEqualTo("ran pong\n");
    ok("plugin stop p");
    assertThat(run("pong")).isEqualTo(2);
    assertThat(ok("plugin list")).contains("STOPPED");
    ok("plugin start p");
    assertThat(ok("pong")).isEqualTo("ran pong\n");
    ok("plugin unload p");
    assertThat(ok("plugin list")).doesNotContain("p.jar");
    assertThat(run("pong")).isEqualTo(2);
  }

  @Test
  void a_jar_that_comes_is_vetted_against_what_is_loaded_and_keeps_nobody_from_running() throws Exception {
    PluginJarBuilder.plugin("good").command("Hello", "hello").write(folder, "good.jar");
    PluginJarBuilder.plugin("picky").says("Plugin-Dependencies", "later?@<2.0.0").write(folder, "picky.jar");
    boot();
    Files.writeString(home.resolve("noise.jar"), "noise");
    PluginJarBuilder.plugin("good").says("Plugin-Version", "2.0.0").write(home, "good-2.jar");
    PluginJarBuilder.plugin("orphan").says("Plugin-Dependencies", "nobody").write(home, "orphan.jar");
    PluginJarBuilder.plugin("old").says("Plugin-Dependencies", "good@>=2.0.0").write(home, "old.jar");
    PluginJarBuilder.plugin("later").says("Plugin-Version", "2.0.0").write(home, "later.jar");
    PluginJarBuilder.plugin("here").says("Plugin-Dependencies", "there").write(home, "here.jar");
    PluginJarBuilder.plugin("there").says("Plugin-Dependencies", "here").write(home, "there.jar");
    PluginJarBuilder.plugin("fine").command("Fine", "fine").write(home, "fine.jar");
    assertThat(run("plugin load noise.jar good-2.jar orphan.jar old.jar later.jar here.jar there.jar fine.jar"))
        .isEqualTo(1);
    assertThat(sink.errors().getFirst().lines()).containsExactlyInAnyOrder(
        "PLG-001 noise.jar: not a jar: zip END header not found; replace it by a jar, or remove it",
        "PLG-003 good-2.jar: plugin good is in several jars: " + real(folder.resolve("good.jar"))
            + ", which is loaded, " + real(home.resolve("good-2.jar"))
            + "; keep one of them; 'plugin reload good JAR' puts one in the place of the other",
        "PLG-006 orphan.jar: needs plugin nobody, which is not there; add a jar with what it needs, or mend the one "
            + "that is there",
        "PLG-006 old.jar: needs plugin good in version >=2.0.0, there is 1.0.0; add a jar with what it needs, or mend "
            + "the one that is there",
        "PLG-006 later.jar: plugin picky, which is loaded, needs it in version <2.0.0, this is 2.0.0; unload picky "
            + "first, or choose a version that fits it",
        "PLG-007 here.jar: its dependencies form a cycle: here -> there -> here; take one dependency out of the cycle "
            + "and build again",
        "PLG-007 there.jar: its dependencies form a cycle: here -> there -> here; take one dependency out of the cycle "
            + "and build again");
    assertThat(ok("fine") + ok("hello")).isEqualTo("ran fine\nran hello\n");
    assertThat(host().plugins().state("picky")).contains("STARTED");
  }

  @Test
  void what_waited_for_a_plugin_comes_with_it() throws Exception {
    PluginJarBuilder.plugin("user").says("Plugin-Dependencies", "base").command("User", "user").write(folder, "u.jar");
    boot();
    assertThat(host().plugins().state("user")).isEmpty();
    PluginJarBuilder.plugin("base").write(home, "base.jar");
    ok("plugin load base.jar");
    assertThat(ok("user")).isEqualTo("ran user\n");
    assertThat(host().plugins().problems()).isEmpty();
  }

  @Test
  void the_keys_of_a_plugin_that_comes_are_checked_and_shown() throws Exception {
    PluginJarBuilder.plugin("keyed").entry("reference.conf", "plugins.keyed { pace = 5, other = a }")
        .write(home, "keyed.jar");
    boot("plugins.keyed.pace=fast");
    assertThat(run("plugin load keyed.jar")).isEqualTo(1);
    assertThat(sink.errors().getFirst()).contains("CFG-004", "plugins.keyed.pace", "a whole number");
    assertThat(host().plugins().state("keyed")).isEmpty();
    Objects.requireNonNull(booted).close();
    boot("plugins.keyed.pace=7");
    ok("plugin load keyed.jar");
    assertThat(ok("show config keyed")).containsSubsequence("plugins.keyed.other", "a", "default", "plugins.keyed.pace",
        "7", "--set");
    assertThat(host().plugins().problems()).as("the warning about a section of nobody").isEmpty();
  }

  @Test
  void a_reload_stops_what_depends_before_and_starts_it_after() throws Exception {
    version("1.0.0").write(folder, "base-1.jar");
    PluginJarBuilder.plugin("user").says("Plugin-Dependencies", "base").command("User", "user").write(folder, "u.jar");
    PluginJarBuilder.plugin("guest").says("Plugin-Dependencies", "base?").command("Guest", "guest")
        .write(folder, "g.jar");
    PluginJarBuilder.plugin("idle").says("Plugin-Dependencies", "base").command("Idle", "idle").write(folder, "i.jar");
    boot();
    ok("plugin stop idle");
    ClassLoader before = host().plugins().manager().getPluginClassLoader("user");
    ClassLoader guest = host().plugins().manager().getPluginClassLoader("guest");
    version("1.1.0").write(home, "base-2.jar");
    ok("plugin reload base base-2.jar");
    assertThat(ok("version")).isEqualTo("1.1.0\n");
    assertThat(ok("user") + ok("guest")).isEqualTo("ran user\nran guest\n");
    assertThat(host().plugins().manager().getPluginClassLoader("user")).isNotSameAs(before);
    assertThat(host().plugins().manager().getPluginClassLoader("guest")).as("it may hold old classes")
        .isNotSameAs(guest);
    assertThat(host().plugins().state("idle")).as("was not running").contains("RESOLVED");
  }

  @Test
  void a_refused_new_version_leaves_the_old_one_running() throws Exception {
    version("1.0.0").write(folder, "base-1.jar");
    PluginJarBuilder.plugin("user").says("Plugin-Dependencies", "base@<2.0.0").command("User", "user")
        .write(folder, "u.jar");
    boot();
    ClassLoader before = host().plugins().manager().getPluginClassLoader("base");
    version("2.0.0").write(home, "base-2.jar");
    PluginJarBuilder.plugin("other").write(home, "other.jar");
    version("1.0.1").says("Plugin-Requires", ">=9.0.0").write(home, "future.jar");
    refused("plugin reload base base-2.jar", "PLG-006 u.jar", "base in version <2.0.0, there is 2.0.0");
    refused("plugin reload base other.jar", "PLG-019", "another plugin than base");
    refused("plugin reload base future.jar", "PLG-004", ">=9.0.0");
    refused("plugin reload base missing.jar", "PLG-001", "no such file");
    assertThat(host().plugins().manager().getPluginClassLoader("base")).isSameAs(before);
    assertThat(ok("version") + ok("user")).isEqualTo("1.0.0\nran user\n");
  }

  @Test
  void a_new_version_that_does_not_start_gives_way_to_the_old_one() throws Exception {
    version("1.0.0").write(folder, "base-1.jar");
    PluginJarBuilder.plugin("user").says("Plugin-Dependencies", "base").command("User", "user").write(folder, "u.jar");
    boot();
    version("2.0.0").says("Plugin-Class", "sample.Life").source("Life", """
        public class Life extends Plugin {
          @Override public void start() { throw new IllegalStateException("no reactor"); }
        }""").write(home, "base-2.jar");
    refused("plugin reload base base-2.jar", "PLG-011", "no reactor");
    assertThat(ok("version") + ok("user")).isEqualTo("1.0.0\nran user\n");
  }

  @Test
  void a_disabled_plugin_stays_away_over_restarts_and_what_needs_it_waits() throws Exception {
    PluginJarBuilder.plugin("base").command("Base", "base").write(folder, "base.jar");
    PluginJarBuilder.plugin("user").says("Plugin-Dependencies", "base").command("User", "user").write(folder, "u.jar");
    boot();
    ok("plugin disable base");
    assertThat(run("base") + run("user")).isEqualTo(4);
    assertThat(ok("plugin list")).contains("DISABLED").contains("PLG-006");
    refused("plugin start base", "PLG-022", "it is disabled; 'plugin enable base'");
    Objects.requireNonNull(booted).close();
    boot();
    assertThat(run("base") + run("user")).isEqualTo(4);
    ok("plugin enable base");
    assertThat(ok("base") + ok("user")).isEqualTo("ran base\nran user\n");
    assertThat(host().plugins().problems()).isEmpty();
    Objects.requireNonNull(booted).close();
    boot();
    assertThat(ok("base") + ok("user")).isEqualTo("ran base\nran user\n");
  }

  @Test
  void a_list_of_enabled_plugins_that_would_become_empty_is_not_touched_silently() throws Exception {
    PluginJarBuilder.plugin("only").command("Only", "only").write(folder, "only.jar");
    Files.writeString(folder.resolve("enabled.txt"), "only\n");
    boot();
    refused("plugin disable only", "PLG-023", "contradict");
    assertThat(ok("only")).isEqualTo("ran only\n");
  }

  @Test
  void an_unknown_plugin_is_answered_by_the_nearest() throws Exception {
    PluginJarBuilder.plugin("telegraph").write(folder, "t.jar");
    boot();
    for (String verb : List.of("start", "stop", "unload", "reload", "disable")) {
      refused("plugin " + verb + " telegrph", "PLG-019", "did you mean telegraph?");
    }
    refused("plugin enable telegraph", "PLG-022", "it is enabled already");
    assertThat(run("plugin stop telegraph now")).isEqualTo(2);
    assertThat(sink.errors().getLast()).contains("'now' is neither");
    assertThat(run("plugin start")).isEqualTo(2);
  }

  @Test
  void a_plugin_that_failed_is_tried_again_with_what_it_needs() throws Exception {
    PluginJarBuilder.plugin("base").says("Plugin-Class", "sample.Life").source("Life", """
        public class Life extends Plugin {
          @Override public void start() {
            if (System.getProperty("sluice.test.reactor") == null) { throw new IllegalStateException("no reactor"); }
          }
        }""").write(folder, "base.jar");
    PluginJarBuilder.plugin("user").says("Plugin-Dependencies", "base").command("User", "user").write(folder, "u.jar");
    boot();
    refused("plugin start user", "PLG-011", "no reactor");
    System.setProperty("sluice.test.reactor", "here");
    try {
      ok("plugin start user");
    } finally {
      System.clearProperty("sluice.test.reactor");
    }
    assertThat(ok("user")).isEqualTo("ran user\n");
    assertThat(host().plugins().problems()).isEmpty();
  }

  private static PluginJarBuilder version(String version) {
    return PluginJarBuilder.plugin("base").says("Plugin-Version", version).extension("Version", """
        public class Version implements ConsoleCommand {
          public String name() { return "version"; }
          public String summary() { return "Tells which one it is"; }
          public void run(List<String> arguments, ConsoleOutput output) { output.line("%s"); }
        }""".formatted(version));
  }

  private static Path real(Path file) throws IOException {
    return file.toRealPath();
  }

  private void refused(String line, String... parts) {
    assertThat(run(line)).as(line).isEqualTo(Console.FAILED);
    assertThat(sink.errors().getLast()).contains(parts);
  }

  private String ok(String line) {
    sink = new RecordingSink();
    assertThat(run(line)).as("%s: %s", line, sink.errors()).isZero();
    return sink.text();
  }

  private int run(String line) {
    sink = new RecordingSink();
    return host().console().run(line, sink, new Invocation());
  }

  private void boot(String... assignments) throws Exception {
    booted = Host.boot(new HostOptions(home, null, null, List.of(), Control.NONE, null, List.of(assignments)));
  }

  private Host host() {
    return Objects.requireNonNull(booted);
  }
}
