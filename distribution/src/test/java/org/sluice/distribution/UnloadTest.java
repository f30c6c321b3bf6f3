package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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
  private static final int ROUNDS = 10;
  private static final int GC_ATTEMPTS = 200;
  /** So much that it is not sent before the plugins go; the file has no blocks. */
  private static final long LARGE_BYTES = 1L << 40;
  private static final List<String> PLUGINS =
      List.of("metrics", "transfer", "perf", "lab", "http", "echo", "local-cutthrough");

  @TempDir Path home;

  @Test
  void plugins_that_carried_traffic_are_collected_after_they_were_unloaded() throws Exception {
    int threads = Thread.activeCount();
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      try (Host host = Host.boot(new HostOptions(home, null, Launch.HOME.resolve("plugins"), List.of(),
          HostOptions.Control.NONE, null, List.of("plugins.metrics.listen=127.0.0.1:0")))) {
        assertThat(host.plugins().problems()).isEmpty();
        assertThat(scraped(host)).contains("sluice_metrics_scrapes_total 1.0");
        assertThat(run(host, "echo send ct://127.0.0.1/7 hello")).contains("hello");
        assertThat(run(host, "perf server ct://127.0.0.1/5201 --threads")).contains("listening");
        assertThat(run(host, "perf rtt ct://127.0.0.1/5201 --time 5ms --threads")).contains("p99.9");
        assertThat(run(host, "http serve ct://127.0.0.1/80 root '" + home + "'")).contains("serving");
        run(host, "interface add loop");
        run(host, "address add loop0 10.0.0.1/24");
        run(host, "lab attach client scope global");
        assertThat(run(host, "lab connect client hole://10.0.0.9:80")).contains("pending");
        Thread sender = startTransfer(host);
        remember(host, loaders);
        PLUGINS.forEach(host.plugins()::unload);
        sender.join();
        assertThat(host.plugins().problems()).isEmpty();
        assertThat(run(host, "show session")).doesNotContain("[CT");
        collect(loaders);
      }
    }
    assertThat(Thread.activeCount()).as("threads").isLessThanOrEqualTo(threads);
  }

  /** What Prometheus is given; its server has threads and sockets of its own. */
  private static String scraped(Host host) throws Exception {
    String url = run(host, "show metrics").lines().findFirst().orElseThrow().replaceFirst("url: +", "");
    try (InputStream answer = URI.create(url).toURL().openStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Returns when bytes have moved, and more are on their way. */
  private Thread startTransfer(Host host) throws Exception {
    Path large = home.resolve("large");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(LARGE_BYTES);
    }
    run(host, "transfer receive ct://127.0.0.1/9 '" + Files.createTempDirectory(home, "in") + "'");
    CountDownLatch moving = new CountDownLatch(1);
    OutputSink sink = new OutputSink() {
      @Override
      public void text(String text) {}

      @Override
      public void error(String message) {}

      @Override
      public void progress(String text) {
        if (text.startsWith("1/1 large: ") && !text.contains(" 0 of ")) {
          moving.countDown();
        }
      }
    };
    Thread sender = Thread.ofPlatform().start(() -> {
      var _ = host.console().run("transfer send '" + large + "' ct://127.0.0.1/9", sink, new Invocation());
    });
    moving.await();
    return sender;
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
