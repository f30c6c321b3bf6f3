package org.sluice.host.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.host.boot.Host;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.boot.HostOptions.Control;
import org.sluice.host.console.Invocation;
import org.sluice.host.problem.Problem;
import org.sluice.host.testing.PluginJarBuilder;
import org.sluice.host.testing.RecordingSink;

/** Threads that a plugin leaves behind, and what is recorded of its life. */
class PluginThreadsTest {
  @TempDir Path home;

  private Host boot() throws Exception {
    return Host.boot(new HostOptions(home, null, null, List.of(), Control.NONE, null,
        List.of("host.plugin-timeout=500ms")));
  }

  private static PluginJarBuilder starter(String start, String stop) {
    return PluginJarBuilder.plugin("p").says("Plugin-Class", "sample.Life").source("Life", """
        public class Life extends Plugin {
          private final java.util.concurrent.CountDownLatch end = new java.util.concurrent.CountDownLatch(1);
          private final java.util.concurrent.ExecutorService pool =
              java.util.concurrent.Executors.newFixedThreadPool(1, task -> {
                Thread thread = new Thread(task, "left-in-pool");
                thread.setDaemon(true);
                return thread;
              });
          @Override public void start() { %s }
          @Override public void stop() { %s }
        }""".formatted(start, stop));
  }

  private Path folder() throws Exception {
    return Files.createDirectories(home.resolve("plugins"));
  }

  @Test
  void an_idle_thread_of_a_pool_that_the_start_made_is_named_after_the_stop() throws Exception {
    starter("pool.execute(() -> {});", "").write(folder(), "p.jar");
    try (Host host = boot()) {
      host.plugins().stop("p");
      assertThat(host.plugins().problems()).singleElement().extracting(Problem::toString).asString()
          .contains("PLG-016", "p", "thread left-in-pool of its own goes on");
      assertThat(host.plugins().state("p")).contains("FAILED");
    }
  }

  @Test
  void a_thread_that_ends_with_the_plugin_is_none_that_is_left() throws Exception {
    starter("pool.execute(() -> {});", "pool.shutdown();").write(folder(), "p.jar");
    try (Host host = boot()) {
      host.plugins().stop("p");
      assertThat(host.plugins().problems()).isEmpty();
      assertThat(host.plugins().state("p")).contains("STOPPED");
    }
  }

  @Test
  void a_thread_that_runs_code_of_the_jar_is_found_whoever_made_it_and_when() throws Exception {
    PluginJarBuilder.plugin("p").extension("Spawn", """
        public class Spawn implements ConsoleCommand {
          public String name() { return "spawn"; }
          public String summary() { return "Leaves a thread"; }
          public void run(List<String> arguments, ConsoleOutput output) throws InterruptedException {
            java.util.concurrent.CountDownLatch running = new java.util.concurrent.CountDownLatch(1);
            Thread.ofPlatform().daemon().name("left-by-command").start(() -> {
              running.countDown();
              forEver();
            });
            running.await();
          }
          private static void forEver() {
            try {
              new java.util.concurrent.CountDownLatch(1).await();
            } catch (InterruptedException e) {
              // It ends.
            }
          }
        }""").write(folder(), "p.jar");
    try (Host host = boot()) {
      assertThat(host.console().run("spawn", new RecordingSink(), new Invocation())).isZero();
      host.plugins().stop("p");
      assertThat(host.plugins().problems()).singleElement().extracting(Problem::toString).asString()
          .contains("PLG-016", "thread left-by-command of its own goes on, in", "sample.Spawn.");
    }
  }

  @Test
  void starts_stops_and_failures_are_recorded() throws Exception {
    starter("", "").write(folder(), "p.jar");
    starter("throw new IllegalStateException(\"not today\");", "").says("Plugin-Id", "q").write(folder(), "q.jar");
    Path file = home.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      recording.start();
      try (Host host = boot()) {
        host.plugins().unload("p");
      }
      recording.dump(file);
    }
    assertThat(RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals("sluice.PluginState"))
        .map(event -> event.getString("plugin") + " " + event.getString("to") + " " + event.getString("cause")))
        .contains("p STARTED ", "p STOPPED ", "p UNLOADED ",
            "q FAILED its start threw java.lang.IllegalStateException: not today");
  }
}
