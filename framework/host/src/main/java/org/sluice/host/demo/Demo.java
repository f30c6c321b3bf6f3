package org.sluice.host.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.sluice.host.boot.Host;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.console.Console;
import org.sluice.host.console.Invocation;
import org.sluice.host.problem.ProblemsException;

/**
 * Boots a host in this process on a folder of its own, moves a file from one application to another over a local
 * session with the commands a user would type, and compares the two files.
 */
public final class Demo {
  private static final String URI = "ct://127.0.0.1/9000";

  private final Path plugins;
  private final List<Path> pluginJars;
  private final List<String> assignments;
  private final PrintStream out;
  private final DemoSink sink;

  /**
   * A demo.
   *
   * @param plugins the folder of the plugins, the transfer application and a local transport among them
   * @param pluginJars further plugins
   * @param assignments settings for the host
   * @param terminal whether a person watches, so that progress can be shown in place
   */
  public Demo(Path plugins, List<Path> pluginJars, List<String> assignments, PrintStream out, boolean terminal) {
    this.plugins = plugins;
    this.pluginJars = List.copyOf(pluginJars);
    this.assignments = List.copyOf(assignments);
    this.out = out;
    sink = new DemoSink(out, terminal);
  }

  /**
   * Shows it.
   *
   * @param chosen the file to move, null for a large one
   * @return 0 when the file arrived whole, 1 otherwise
   * @throws ProblemsException when the settings are wrong
   */
  public int run(@Nullable Path chosen) throws IOException, ProblemsException, InterruptedException {
    try (DemoFolder folder = new DemoFolder()) {
      Path file = chosen == null ? folder.largeFile() : chosen.toAbsolutePath();
      if (!Files.isReadable(file)) {
        return failed("there is no readable file " + file);
      }
      out.println("A host in this process, with the plugins of " + plugins + ":");
      try (Host host = Host.boot(new HostOptions(folder.path(), null, plugins.toAbsolutePath(), pluginJars,
          HostOptions.Control.NONE, null, assignments))) {
        return run(host.console(), file, folder.path().resolve("received"));
      }
    }
  }

  private int run(Console console, Path file, Path received) throws IOException, InterruptedException {
    if (type(console, "show plugins") != Console.OK
        || type(console, "transfer receive " + URI + " '" + received + "'") != Console.OK) {
      return failed("nothing can be received; are the plugins cut-through and transfer in " + plugins + "?");
    }
    long bytes = Files.size(file);
    out.printf(Locale.ROOT, "%nMoving %,d bytes:%n", bytes);
    long startNs = System.nanoTime();
    if (send(console, file) != Console.OK) {
      return failed("the file did not arrive");
    }
    double seconds = (System.nanoTime() - startNs) / 1e9;
    long difference = Files.mismatch(file, received.resolve(String.valueOf(file.getFileName())));
    if (difference >= 0) {
      return failed("the file that arrived differs at byte " + difference);
    }
    out.printf(Locale.ROOT, "%nThe file arrived whole: the SHA-256 sums agree, and so does every byte.%n"
        + "%,d bytes in %.2f s, %.0f MB/s, reading, two sums and writing included.%n", bytes, seconds,
        bytes / 1e6 / Math.max(seconds, 1e-9));
    return whatNext();
  }

  private int send(Console console, Path file) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    SessionWatch watch = new SessionWatch(console, done);
    Thread watcher = Thread.ofPlatform().daemon().name("demo-watch").start(watch);
    try {
      return type(console, "transfer send '" + file + "' " + URI);
    } finally {
      done.countDown();
      watcher.join();
      watch.seen().ifPresent(text -> out.println("\nMeanwhile 'show session verbose' said:\n" + text.stripTrailing()));
    }
  }

  private int type(Console console, String line) {
    out.println("\nsluice> " + line);
    return console.run(line, sink, new Invocation());
  }

  private int failed(String cause) {
    sink.error("\nThe demo failed: " + cause);
    return Console.FAILED;
  }

  private int whatNext() {
    out.println("""

        What to try next:
          sluice demo --set plugins.transfer.fault.corrupt-byte-at=1000   see the check fail
          sluice run                                                      a host; type 'help' in it
          sluice ctl show session verbose                                 ask it from another terminal""");
    return Console.OK;
  }
}
