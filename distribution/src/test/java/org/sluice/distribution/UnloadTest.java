package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.host.boot.Host;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.console.Console;
import org.sluice.host.console.Invocation;
import org.sluice.host.console.OutputSink;
import org.sluice.host.console.RegisteredCommand;

/** Bundled plugins that carried traffic and were unloaded leave nothing of themselves in a host that goes on. */
class UnloadTest {
  private static final int ROUNDS = 20;
  private static final int GC_ATTEMPTS = 200;
  private static final List<String> PLUGINS = List.of("transfer", "perf", "echo", "local-cutthrough");

  @TempDir Path home;

  @Test
  void plugins_that_carried_traffic_are_collected_after_they_were_unloaded() throws Exception {
    int threads = Thread.activeCount();
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      try (Host host = Host.boot(new HostOptions(home, null, Launch.HOME.resolve("plugins"), List.of(),
          HostOptions.Control.NONE, null, List.of()))) {
        assertThat(host.plugins().problems()).isEmpty();
        assertThat(run(host, "echo send ct://127.0.0.1/7 hello")).contains("hello");
        assertThat(run(host, "perf server ct://127.0.0.1/5201 --threads")).contains("listening");
        assertThat(run(host, "perf rtt ct://127.0.0.1/5201 --time 5ms --threads")).contains("p99.9");
        remember(host, loaders);
        PLUGINS.forEach(host.plugins()::unload);
        assertThat(host.plugins().problems()).isEmpty();
        assertThat(run(host, "show session")).doesNotContain("[CT");
        collect(loaders);
      }
    }
    assertThat(Thread.activeCount()).as("threads").isLessThanOrEqualTo(threads);
  }

  private static void remember(Host host, List<WeakReference<ClassLoader>> loaders) {
    for (RegisteredCommand command : host.console().registry().commands()) {
      if (PLUGINS.contains(command.owner())) {
        loaders.add(new WeakReference<>(command.command().getClass().getClassLoader()));
      }
    }
    loaders.add(new WeakReference<>(host.stack().transports().entries().getFirst().vft().getClass().getClassLoader()));
  }

  private static void collect(List<WeakReference<ClassLoader>> loaders) {
    for (int i = 0; i < GC_ATTEMPTS && loaders.stream().anyMatch(loader -> loader.get() != null); i++) {
      System.gc();
    }
    assertThat(loaders).map(WeakReference::get).as("class loaders left").containsOnlyNulls();
    loaders.clear();
  }

  private static String run(Host host, String line) {
    StringBuilder shown = new StringBuilder();
    OutputSink sink = new OutputSink() {
      @Override
      public void text(String text) {
        shown.append(text);
      }

      @Override
      public void error(String message) {
        shown.append(message);
      }

      @Override
      public void progress(String text) {}
    };
    assertThat(host.console().run(line, sink, new Invocation())).as(shown.toString()).isEqualTo(Console.OK);
    return shown.toString();
  }
}
