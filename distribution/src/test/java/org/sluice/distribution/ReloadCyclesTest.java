package org.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sluice.core.transport.TransportEntry;
import org.sluice.host.boot.Host;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.console.Console;
import org.sluice.host.console.Invocation;
import org.sluice.host.console.OutputSink;
import org.sluice.host.console.RegisteredCommand;

/**
 * An application and a transport are reloaded again and again, each time from another jar, while a transfer runs over
 * another transport: it loses nothing, and in the end nothing of all the reloads is left.
 */
class ReloadCyclesTest {
  /** How often; as many as 1000 want a few minutes. */
  private static final int CYCLES = Integer.getInteger("sluice.reload.cycles", 40);
  /** How much each transfer carries; there is one after the other until the cycles are done. */
  private static final long TRANSFER_BYTES = Long.getLong("sluice.reload.bytes", CYCLES >= 1000 ? 1L << 30 : 8L << 20);
  private static final Duration DEADLINE = Duration.ofMinutes(CYCLES >= 1000 ? 60 : 2);
  private static final int WARM_UP = 4;

  @TempDir Path home;
  private Host host;
  private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();

  @BeforeEach
  void boot() throws Exception {
    host = Host.boot(new HostOptions(home, null, copyPlugins(), List.of(), HostOptions.Control.NONE, null,
        List.of("host.plugins-watch=off", "stack.limits.segment-linger=10ms")));
  }

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void a_transfer_over_another_transport_goes_on_and_nothing_is_left_over() throws Exception {
    wire();
    Path file = file();
    send(file, 0);
    for (int i = 0; i < WARM_UP; i++) {
      cycle(i);
    }
    collect();
    int segments = settled();
    Map<String, Long> threads = threads();
    List<String> descriptors = open();
    int transfers = cyclesDuringTransfers(file);
    collect();
    assertThat(eventually(() -> host.stack().applicationLayer().segmentCount() <= segments)).as("segments").isTrue();
    assertThat(threads()).as("threads").isEqualTo(threads);
    assertThat(open()).as("descriptors, before: %s", descriptors).hasSizeLessThanOrEqualTo(descriptors.size());
    assertThat(transfers).isPositive();
    assertThat(host.plugins().problems()).isEmpty();
  }

  /** Returns how many transfers there were in the meantime. */
  private int cyclesDuringTransfers(Path file) throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Integer> sending = CompletableFuture.supplyAsync(() -> {
      int sent = 0;
      do {
        send(file, ++sent);
      } while (!enough.get());
      return sent;
    });
    try {
      for (int i = 0; i < CYCLES; i++) {
        cycle(WARM_UP + i);
        assertThat(sending).as("the transfers go on").isNotCompletedExceptionally();
      }
    } finally {
      enough.set(true);
    }
    return sending.get();
  }

  private void cycle(int number) {
    String suffix = number % 2 == 0 ? "-b.jar" : "-a.jar";
    assertThat(run("echo send ct://127.0.0.1/7 hello")).contains("hello");
    remember();
    run("plugin reload local-cutthrough drain 10 " + home.resolve("ct" + suffix));
    // Last, because its listener went with the transport.
    run("plugin reload echo drain 10 " + home.resolve("echo" + suffix));
    assertThat(run("echo send ct://127.0.0.1/7 again")).contains("again");
  }

  /** Sends the file under another name and compares what came. */
  private void send(Path file, int number) {
    try {
      Path name = Files.createLink(home.resolve("data-" + number), file);
      run("transfer send " + name + " tcp://10.0.0.2/9000 namespace west");
      Path came = home.resolve("in/data-" + number);
      assertThat(Files.mismatch(came, file)).as("the first byte that differs").isEqualTo(-1);
      Files.delete(came);
      Files.delete(name);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void wire() {
    for (String line : List.of("interface add wire w:0 delay=1ms", "interface add wire w:1 delay=1ms",
        "interface table w:0 1", "interface table w:1 2", "address add w:0 10.0.0.1/24", "address add w:1 10.0.0.2/24",
        "app ns add west ip4 1", "app ns add east ip4 2",
        "transfer receive tcp://10.0.0.2/9000 " + home.resolve("in") + " namespace east")) {
      run(line);
    }
  }

  // ---- What there is.

  private void remember() {
    for (RegisteredCommand command : host.console().registry().commands()) {
      if (command.owner().equals("echo")) {
        remember(command.command().getClass().getClassLoader());
      }
    }
    for (TransportEntry transport : host.stack().transports().entries()) {
      if (transport.name().equals("ct")) {
        remember(transport.vft().getClass().getClassLoader());
      }
    }
  }

  private void remember(ClassLoader loader) {
    if (loaders.stream().noneMatch(known -> known.get() == loader)) {
      loaders.add(new WeakReference<>(loader));
    }
    loaders.removeIf(known -> known.get() == null);
  }

  private void collect() {
    assertThat(eventually(() -> {
      System.gc();
      return loaders.stream().allMatch(loader -> loader.get() == null);
    })).as("class loaders of plugins that were replaced are collected").isTrue();
    loaders.clear();
  }

  private int settled() {
    int least = host.stack().applicationLayer().segmentCount();
    long end = System.nanoTime() + Duration.ofMillis(200).toNanos();
    while (System.nanoTime() < end) {
      least = Math.min(least, host.stack().applicationLayer().segmentCount());
      Thread.onSpinWait();
    }
    return least;
  }

  /** How many threads of each name there are, without those that come and go with the work of others. */
  private static Map<String, Long> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
        .filter(name -> !name.startsWith("plugin-transfer-") && !name.startsWith("ForkJoinPool"))
        .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
  }

  /** What is open in this process. */
  private static List<String> open() throws IOException {
    List<String> open = new ArrayList<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        try {
          open.add(Files.readSymbolicLink(descriptor).toString());
        } catch (IOException e) {
          // That of the list itself is gone by now.
        }
      }
    }
    return open;
  }

  private static boolean eventually(BooleanSupplier condition) {
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  // ---- What it works on.

  private Path copyPlugins() throws IOException {
    Path folder = Files.createDirectory(home.resolve("plugins"));
    try (Stream<Path> jars = Files.list(Launch.HOME.resolve("plugins"))) {
      for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
        Files.copy(jar, folder.resolve(jar.getFileName()));
        String name = String.valueOf(jar.getFileName());
        String copy = name.contains("echo") ? "echo" : name.contains("cutthrough") ? "ct" : "";
        if (!copy.isEmpty()) {
          Files.copy(jar, home.resolve(copy + "-a.jar"));
          Files.copy(jar, home.resolve(copy + "-b.jar"));
        }
      }
    }
    return folder;
  }

  private Path file() throws IOException {
    Path file = home.resolve("data");
    byte[] piece = new byte[1 << 20];
    SplittableRandom random = new SplittableRandom(7);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      for (long written = 0; written < TRANSFER_BYTES; written += piece.length) {
        random.nextBytes(piece);
        out.write(piece);
      }
    }
    return file;
  }

  private String run(String line) {
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
    assertThat(host.console().run(line, sink, new Invocation())).as("%s: %s", line, shown).isEqualTo(Console.OK);
    return shown.toString();
  }
}
