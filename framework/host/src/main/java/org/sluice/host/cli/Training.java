package org.sluice.host.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.sluice.host.boot.Host;
import org.sluice.host.console.ConsoleClient;
import org.sluice.host.console.Invocation;
import org.sluice.host.problem.ProblemsException;

/**
 * A start for the sake of the classes that it loads, of which the launcher has the JVM make a cache. The plugins that
 * come with the distribution run on a configuration without cards, in a folder of their own; those of the operator,
 * whose effects nobody knows here, do not.
 */
final class Training {
  /** The word on the command line that asks for it; for the launcher, so no help names it. */
  static final String WORD = "train";

  private final Shell shell;

  Training(Shell shell) {
    this.shell = shell;
  }

  /** Starts a host, uses it a little, and ends it; returns the exit status. */
  int run() throws IOException, ProblemsException, InterruptedException {
    Path folder = Files.createTempDirectory("sluice-train-");
    try {
      Path socket = folder.resolve("sluice.sock");
      List<String> words = new ArrayList<>(List.of("run", "--no-console", "--socket", socket.toString(), "--config",
          Files.createFile(folder.resolve("empty.conf")).toString(), "--plugins",
          Files.createDirectory(folder.resolve("plugins")).toString()));
      bundled().forEach(jar -> words.addAll(List.of("--plugin", jar.toString())));
      return PlainRun.of(shell, words.toArray(String[]::new)).orElseThrow().run(host -> use(host, socket));
    } finally {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(one);
        }
      }
    }
  }

  private List<Path> bundled() throws IOException {
    try (Stream<Path> files = Files.list(shell.home().resolve("plugins"))) {
      return files.filter(file -> file.getFileName().toString().matches("sluice-plugin-.*\\.jar")).sorted().toList();
    }
  }

  /** What a host is likely to do first: its first session, and the first question of an operator. */
  private void use(Host host, Path socket) {
    int _ = host.console().run("echo send ct://127.0.0.1/7 first", shell.sink(), new Invocation());
    int _ = new ConsoleClient(socket, shell.out(), shell.err(), false).run(List.of("show", "session", "verbose"));
    host.requestStop();
  }
}
