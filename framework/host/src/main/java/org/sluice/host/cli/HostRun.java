package org.sluice.host.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import org.sluice.host.boot.Host;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.boot.Version;
import org.sluice.host.console.InputConsole;
import org.sluice.host.console.Invocation;
import org.sluice.host.console.TerminalConsole;
import org.sluice.host.problem.ProblemsException;
import org.sluice.host.start.StartCache;

/** What {@code sluice run} does once its options are read: a host in the foreground until somebody ends it. */
final class HostRun {
  private final Shell shell;
  private final HostOptions options;
  private final boolean withConsole;

  /**
   * A run that has not begun.
   *
   * @param withConsole whether commands are read from the terminal or from standard input
   */
  HostRun(Shell shell, HostOptions options, boolean withConsole) {
    this.shell = shell;
    this.options = options;
    this.withConsole = withConsole;
  }

  HostOptions options() {
    return options;
  }

  boolean hasConsole() {
    return withConsole;
  }

  /** As {@link #run(Consumer)}; without a cache of classes, it has one made for the next start. */
  int run() throws ProblemsException, InterruptedException {
    return run(host -> StartCache.of(System.getProperties()).makeIfMissing(shell.home()));
  }

  /**
   * Boots the host and waits until it is to stop.
   *
   * @param ready is called as soon as the host serves
   * @return the exit status
   * @throws ProblemsException when it cannot start
   */
  int run(Consumer<Host> ready) throws ProblemsException, InterruptedException {
    shell.out().println(Version.current());
    try (Host host = Host.boot(options)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(host), "shutdown"));
      int _ = host.console().run("show plugins", shell.sink(), new Invocation());
      host.socket().ifPresent(path -> shell.out().println("Control socket: " + path));
      shell.out().println("Ready. 'help' lists the commands, 'quit' stops the host.");
      host.serve();
      ready.accept(host);
      if (withConsole) {
        Thread.ofPlatform().daemon().name("console").start(() -> converse(host));
      }
      host.awaitStop();
    }
    return 0;
  }

  /** The JVM ends when its hooks have run: this one waits for the main thread, which stops everything in order. */
  private static void stop(Host host) {
    host.requestStop();
    try {
      host.awaitClosed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void converse(Host host) {
    boolean stop;
    try {
      if (Shell.onTerminal()) {
        new TerminalConsole(host.console(), host::isStopRequested).run();
        stop = true;
      } else {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        stop = new InputConsole(host.console(), input, shell.sink(), host::isStopRequested).run();
      }
    } catch (IOException | UncheckedIOException e) {
      LoggerFactory.getLogger(HostRun.class).warn("the console is closed: {}", e.toString());
      stop = false;
    }
    if (stop) {
      host.requestStop();
    }
  }
}
