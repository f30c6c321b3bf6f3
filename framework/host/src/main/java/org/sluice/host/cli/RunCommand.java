package org.sluice.host.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.sluice.host.boot.Host;
import org.sluice.host.boot.HostOptions;
import org.sluice.host.boot.Version;
import org.sluice.host.console.InputConsole;
import org.sluice.host.console.Invocation;
import org.sluice.host.console.TerminalConsole;
import org.sluice.host.problem.ProblemsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice run}: a host in the foreground. */
@Command(name = "run", mixinStandardHelpOptions = true,
    description = "Start a host in the foreground, with a console on the terminal.",
    footer = {"", "Stop it with 'quit', Ctrl-C or SIGTERM."})
final class RunCommand implements Callable<Integer> {
  private final SluiceCommand sluice;

  @Mixin
  private final HostSelection selection = new HostSelection();

  @Option(names = "--config", paramLabel = "FILE", description = "Read this, not conf/sluice.conf.")
  private @Nullable Path configuration;

  @Option(names = "--socket", paramLabel = "PATH", description = "Listen for 'sluice ctl' here.")
  private @Nullable Path socket;

  @Option(names = "--no-console", description = "Read no commands from the terminal or standard input.")
  private boolean noConsole;

  RunCommand(SluiceCommand sluice) {
    this.sluice = sluice;
  }

  @Override
  public Integer call() throws ProblemsException, InterruptedException {
    sluice.out().println(Version.current());
    try (Host host = Host.boot(new HostOptions(sluice.home(), configuration, selection.plugins, selection.pluginJars,
        HostOptions.Control.SOCKET, socket, selection.assignments))) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(host), "shutdown"));
      int _ = host.console().run("show plugins", sluice.sink(), new Invocation());
      host.socket().ifPresent(path -> sluice.out().println("Control socket: " + path));
      sluice.out().println("Ready. 'help' lists the commands, 'quit' stops the host.");
      host.serve();
      if (!noConsole) {
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
      if (SluiceCommand.onTerminal()) {
        new TerminalConsole(host.console(), host::isStopRequested).run();
        stop = true;
      } else {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        stop = new InputConsole(host.console(), input, sluice.sink(), host::isStopRequested).run();
      }
    } catch (IOException | UncheckedIOException e) {
      LoggerFactory.getLogger(RunCommand.class).warn("the console is closed: {}", e.toString());
      stop = false;
    }
    if (stop) {
      host.requestStop();
    }
  }
}
