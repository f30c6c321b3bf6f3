package org.sluice.host.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
import org.sluice.host.console.Invocation;
import org.sluice.host.testing.PluginJarBuilder;
import org.sluice.host.testing.RecordingSink;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.console.ConsoleCommand;

/** What a plugin sees, is given, and leaves behind. */
class PluginsTest {
  private static final int GC_ATTEMPTS = 200;

  private static final Duration DEADLINE = Duration.ofSeconds(20);

  @TempDir Path home;
  private Path folder;
  private @Nullable Host booted;
  private final RecordingSink sink = new RecordingSink();

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

  /** A command whose run is the given statements. */
  private static String command(String className, String name, String members, String statements) {
    return """
        public class %s implements ConsoleCommand {
          %s
          public String name() { return "%s"; }
          public String summary() { return "Serves a test"; }
          public void run(List<String> arguments, ConsoleOutput output) {
            %s
          }
        }""".formatted(className, members, name, statements);
  }

  @Test
  void a_plugin_sees_the_jdk_the_spi_and_its_libraries_and_nothing_else_of_the_host() throws Exception {
    PluginJarBuilder.plugin("p").extension("Look", command("Look", "look", "", """
        for (String name : List.of("java.sql.Driver", "org.sluice.spi.host.HostServices", "org.pf4j.Plugin",
            "com.google.inject.Injector", "jakarta.inject.Inject",
            "org.slf4j.Logger", "org.jspecify.annotations.Nullable",
            "it.unimi.dsi.fastutil.ints.IntArrayList", "org.sluice.core.Stack", "org.sluice.host.Main",
            "com.typesafe.config.Config", "com.google.common.collect.ImmutableList", "picocli.CommandLine",
            "org.jline.terminal.Terminal", "ch.qos.logback.classic.Logger")) {
          try {
            Class.forName(name);
            output.line(name);
          } catch (ClassNotFoundException e) {
            output.line("no " + name);
          }
        }
        output.line("resource " + getClass().getResource("/org/sluice/host/reference.conf"));
        """)).write(folder, "p.jar");
    boot();
    assertThat(run("look").lines()).containsExactly("java.sql.Driver", "org.sluice.spi.host.HostServices",
        "org.pf4j.Plugin", "com.google.inject.Injector", "jakarta.inject.Inject", "org.slf4j.Logger",
        "org.jspecify.annotations.Nullable", "it.unimi.dsi.fastutil.ints.IntArrayList", "no org.sluice.core.Stack",
        "no org.sluice.host.Main", "no com.typesafe.config.Config", "no com.google.common.collect.ImmutableList",
        "no picocli.CommandLine", "no org.jline.terminal.Terminal", "no ch.qos.logback.classic.Logger",
        "resource null");
  }

  @Test
  void a_plugin_may_bring_its_own_copy_of_a_library_that_the_host_uses_too() throws Exception {
    PluginJarBuilder.plugin("p")
        .foreign("com.typesafe.config.Config", "package com.typesafe.config; public class Config {}")
        .extension("Look", command("Look", "look", "",
            "output.line(\"\" + new com.typesafe.config.Config().getClass().isInterface());"))
        .write(folder, "p.jar");
    boot();
    assertThat(run("look")).isEqualTo("false\n");
  }

  @Test
  void a_plugin_sees_the_classes_of_those_it_depends_on() throws Exception {
    Path library = PluginJarBuilder.plugin("library")
        .foreign("lib.Greeting",
            "package lib; public class Greeting { public static String text() { return \"hi\"; } }")
        .write(folder, "library.jar");
    assertThat(library).exists();
    PluginJarBuilder.plugin("user").says("Plugin-Dependencies", "library").extension("Greet", command("Greet", "greet",
        "", """
        try {
          output.line((String) Class.forName("lib.Greeting").getMethod("text").invoke(null));
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(e);
        }
        """)).write(folder, "user.jar");
    boot();
    assertThat(run("greet")).isEqualTo("hi\n");
  }

  @Test
  void extensions_are_given_services_and_each_other_without_annotations() throws Exception {
    PluginJarBuilder.plugin("p").entry("reference.conf", "plugins.p.greeting = hello")
        .source("State", "public class State { public State() {} }")
        .extension("App", """
            public class App implements Application {
              int attached;
              @Override public void onAttached(ApplicationContext context) { attached++; }
            }""")
        .extension("Wiring", """
            public class Wiring extends com.google.inject.AbstractModule implements ExtensionPoint {
              @Override protected void configure() { bind(State.class).toInstance(new State()); }
            }""")
        .extension("Show", command("Show", "show p", """
            private final String line;
            private final App app;
            public Show(HostServices host, org.sluice.spi.host.Configuration configuration,
                org.sluice.spi.runtime.Counters counters, org.sluice.spi.runtime.Workers workers,
                org.sluice.spi.runtime.Clock clock, org.slf4j.Logger log, java.util.random.RandomGenerator random,
                org.sluice.spi.session.SessionLayer sessions, Applications applications,
                java.util.concurrent.Executor background, App app, State state) {
              this.app = app;
              line = host.pluginId() + " " + configuration.text("greeting") + " " + workers.count() + " "
                  + log.getName() + " " + (counters == host.counters()) + (state != null)
                  + (background == host.background());
            }
            Show() { this(null, null, null, null, null, null, null, null, null, null, null, null); }
            """, """
            output.line(line + " " + app.attached);
            """))
        .write(folder, "p.jar");
    boot();
    assertThat(run("show p")).isEqualTo("p hello 1 plugin.p truetruetrue 1\n");
    assertThat(host().plugins().manager().getExtensions(ConsoleCommand.class, "p"))
        .as("the way of PF4J leads to the same instance")
        .containsExactlyElementsOf(host().console().registry().commands().stream()
            .filter(command -> command.owner().equals("p")).map(command -> command.command()).toList());
  }

  @Test
  void the_annotated_constructor_is_taken_before_the_public_one_and_the_one_for_services_before_others()
      throws Exception {
    PluginJarBuilder.plugin("p")
        .extension("Marked", command("Marked", "marked", """
            private final String how;
            @Inject Marked(HostServices host) { how = "marked"; }
            public Marked() { how = "public"; }
            """, "output.line(how);"))
        .extension("Several", command("Several", "several", """
            private final String how;
            public Several(HostServices host) { how = "services"; }
            public Several(String text) { how = text; }
            """, "output.line(how);"))
        .write(folder, "p.jar");
    boot();
    assertThat(run("marked") + run("several")).isEqualTo("marked\nmarked\nservices\n");
  }

  @Test
  void a_plugin_class_starts_before_its_extensions_are_open_and_stops_after_them() throws Exception {
    PluginJarBuilder.plugin("p").says("Plugin-Class", "sample.Life")
        .source("Life", """
            public class Life extends Plugin {
              private final org.slf4j.Logger log;
              public Life(HostServices host) { log = host.log(); }
              @Override public void start() { System.setProperty("sluice.test.life", "started"); }
              @Override public void stop() {
                System.setProperty("sluice.test.life", System.getProperty("sluice.test.life") + " stopped");
              }
            }""")
        .extension("App", """
            public class App implements Application {
              @Override public void onAttached(ApplicationContext context) { add("attached"); }
              @Override public void onDetached() { add("detached"); }
              private static void add(String what) {
                System.setProperty("sluice.test.life", System.getProperty("sluice.test.life") + " " + what);
              }
            }""").write(folder, "p.jar");
    boot();
    host().plugins().stop("p");
    assertThat(System.clearProperty("sluice.test.life")).isEqualTo("started attached detached stopped");
    assertThat(host().plugins().state("p")).contains("STOPPED");
  }

  @Test
  void a_plugin_that_does_not_stop_cleanly_is_reported_and_loses_its_registrations_all_the_same() throws Exception {
    PluginJarBuilder.plugin("p").says("Plugin-Class", "sample.Life").command("Pong", "pong")
        .source("Life", """
            public class Life extends Plugin {
              @Override public void stop() { throw new IllegalStateException("will not"); }
            }""").write(folder, "p.jar");
    boot();
    host().plugins().stop("p");
    assertThat(host().plugins().state("p")).contains("FAILED");
    assertThat(host().plugins().problems()).singleElement().satisfies(problem ->
        assertThat(problem.toString()).contains("PLG-016 p", "will not", "restart the host"));
    assertThat(host().console().run("pong", sink, new Invocation())).isEqualTo(2);
  }

  @Test
  void what_a_plugin_does_in_the_background_ends_after_its_applications_and_before_its_class() throws Exception {
    PluginJarBuilder.plugin("p").says("Plugin-Class", "sample.Life")
        .source("Life", """
            public class Life extends Plugin {
              static final java.util.concurrent.CountDownLatch DETACHED = new java.util.concurrent.CountDownLatch(1);
              public Life(HostServices host) {
                host.background().execute(() -> {
                  try {
                    DETACHED.await();
                    System.setProperty("sluice.test.background", Thread.currentThread().getName());
                  } catch (InterruptedException e) {
                    System.setProperty("sluice.test.background", "interrupted");
                  }
                });
              }
              @Override public void stop() {
                System.setProperty("sluice.test.background", System.getProperty("sluice.test.background") + " stopped");
              }
            }""")
        .extension("App", """
            public class App implements Application {
              @Override public void onDetached() { Life.DETACHED.countDown(); }
            }""").write(folder, "p.jar");
    boot();
    host().plugins().stop("p");
    assertThat(System.clearProperty("sluice.test.background")).isEqualTo("plugin-p-1 stopped");
    assertThat(host().plugins().state("p")).contains("STOPPED");
  }

  @Test
  void a_background_task_that_does_not_end_is_reported() throws Exception {
    PluginJarBuilder.plugin("p").says("Plugin-Class", "sample.Life")
        .source("Life", """
            public class Life extends Plugin {
              static volatile boolean enough;
              public Life(HostServices host) {
                host.background().execute(() -> {
                  while (!enough) {
                    Thread.onSpinWait();
                  }
                });
              }
              @Override public void stop() { enough = true; }
            }""").write(folder, "p.jar");
    boot("host.plugin-timeout=100ms");
    host().plugins().stop("p");
    assertThat(host().plugins().problems()).singleElement().satisfies(problem ->
        assertThat(problem.toString()).contains("PLG-016 p", "a background task does not end", "restart the host"));
  }

  @Test
  void a_start_that_fails_midway_leaves_nothing_behind() throws Exception {
    PluginJarBuilder.plugin("p").command("Apple", "apple").extension("Late", """
        @Extension(ordinal = 1)
        public class Late implements Application {
          @Override public AttachOptions options() { return AttachOptions.named("late"); }
          @Override public void onAttached(ApplicationContext context) { throw new IllegalStateException("no"); }
        }""").write(folder, "p.jar");
    boot();
    assertThat(host().plugins().state("p")).contains("FAILED");
    assertThat(host().console().registry().commands()).noneMatch(command -> command.owner().equals("p"));
    assertThat(host().stack().applications().attach(new Application() {}, AttachOptions.named("late")))
        .as("the name is free").succeedsWithin(DEADLINE);
  }

  @Test
  void stopping_a_plugin_stops_those_that_need_it_first() throws Exception {
    PluginJarBuilder.plugin("base").command("Base", "base").write(folder, "base.jar");
    PluginJarBuilder.plugin("user").says("Plugin-Dependencies", "base").command("User", "user")
        .write(folder, "user.jar");
    boot();
    host().plugins().stop("base");
    assertThat(host().plugins().state("user")).contains("STOPPED");
    assertThat(host().plugins().state("base")).contains("STOPPED");
    assertThat(host().console().run("user", sink, new Invocation())).isEqualTo(2);
  }

  @Test
  void an_unloaded_plugin_leaves_no_class_behind() throws Exception {
    PluginJarBuilder.plugin("p").entry("reference.conf", "plugins.p.greeting = hello")
        .says("Plugin-Class", "sample.Life")
        .source("Life", "public class Life extends Plugin { public Life(HostServices host) {} }")
        .extension("App", """
            public class App implements Application {
              public App(HostServices host) {
                host.counters().counter("made", "Applications made").increment(-1);
                host.workers().newPort((worker, kind, handle, argument) -> {});
                host.background().execute(() -> {});
                host.watch(ConsoleCommand.class, new ExtensionListener<>() {
                  public void onAdded(ConsoleCommand command) {}
                  public void onRemoved(ConsoleCommand command) {}
                });
              }
            }""")
        .extension("Hello", command("Hello", "hello", "", "output.line(\"hello\");")).write(folder, "p.jar");
    boot();
    assertThat(run("hello")).isEqualTo("hello\n");
    WeakReference<ClassLoader> loader = new WeakReference<>(host().plugins().manager().getPluginClassLoader("p"));
    host().plugins().unload("p");
    assertThat(host().plugins().state("p")).isEmpty();
    int attempts = 0;
    while (loader.get() != null && attempts++ < GC_ATTEMPTS) {
      System.gc();
    }
    assertThat(loader.get()).as("the class loader after %d collections", attempts).isNull();
  }

  private void boot(String... assignments) throws Exception {
    booted = Host.boot(new HostOptions(home, null, null, List.of(), Control.NONE, null, List.of(assignments)));
  }

  private Host host() {
    return Objects.requireNonNull(booted);
  }

  private String run(String line) {
    assertThat(host().plugins().problems()).isEmpty();
    assertThat(host().console().run(line, sink, new Invocation())).as("%s", sink.errors()).isZero();
    return sink.text();
  }
}
