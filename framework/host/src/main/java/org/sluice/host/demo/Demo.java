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
 * Boots a host in this process on a folder of its own, moves a file from one application to another with the
 * commands a user would type, over a local session, over TCP, and over TCP with losses, and compares the files.
 */
public final class Demo {
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
        return run(host.console(), file, folder.path());
      }
    }
  }

  private int run(Console console, Path file, Path folder) throws IOException, InterruptedException {
    if (type(console, "show plugins") != Console.OK) {
      return failed("there are no plugins in " + plugins);
    }
    for (Route route : routes()) {
      out.printf(Locale.ROOT, "%nMoving %,d bytes %s:%n", Files.size(file), route.title());
      int code = move(console, route, file, folder.resolve(route.folder()));
      if (code != Console.OK) {
        return code;
      }
    }
    return whatNext();
  }

  private static List<Route> routes() {
    return List.of(
        Route.cutThrough(),
        Route.tcp("over TCP, through a wire between two namespaces with table sets of their own", 1, ""),
        Route.tcp("over TCP again, through a wire that loses 1 % of the frames", 2, "loss=1%"));
  }

  private int move(Console console, Route route, Path file, Path received) throws IOException, InterruptedException {
    for (String line : route.setUp()) {
      if (type(console, line) != Console.OK) {
        return failed("the way for the file could not be made");
      }
    }
    if (type(console, "transfer receive " + route.uri() + " '" + received + "'" + route.receiver()) != Console.OK) {
      return failed(
          "nothing can be received; are the plugins local-cutthrough, tcp and transfer in " + plugins + "?");
    }
    long startNs = System.nanoTime();
    if (send(console, file, route) != Console.OK) {
      return failed("the file did not arrive");
    }
    double seconds = (System.nanoTime() - startNs) / 1e9;
    Path arrived = received.resolve(String.valueOf(file.getFileName()));
    long difference = Files.mismatch(file, arrived);
    if (difference >= 0) {
      return failed("the file that arrived differs at byte " + difference);
    }
    long bytes = Files.size(file);
    out.printf(Locale.ROOT, "%nThe file arrived whole: the SHA-256 sums agree, and so does every byte.%n"
        + "%,d bytes in %.2f s, %.0f MB/s, reading, two sums and writing included.%n", bytes, seconds,
        bytes / 1e6 / Math.max(seconds, 1e-9));
    Files.delete(arrived);
    return Console.OK;
  }

  private int send(Console console, Path file, Route route) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    SessionWatch watch = new SessionWatch(console, done);
    Thread watcher = Thread.ofPlatform().daemon().name("demo-watch").start(watch);
    try {
      return type(console, "transfer send '" + file + "' " + route.uri() + route.sender());
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
