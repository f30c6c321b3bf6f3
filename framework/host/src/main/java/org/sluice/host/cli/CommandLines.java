package org.sluice.host.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import org.sluice.host.problem.ProblemsException;

/** Runs the command line of a process: what starts a host at once, everything else by {@link SluiceCommand}. */
public final class CommandLines {

  private CommandLines() {}

  /**
   * Runs a command line.
   *
   * @param home the folder of the distribution
   * @return the exit status
   */
  public static int run(Path home, PrintStream out, PrintStream err, String... arguments) {
    Shell shell = new Shell(home, out, err);
    try {
      if (arguments.length == 1 && arguments[0].equals(Training.WORD)) {
        return new Training(shell).run();
      }
      Optional<HostRun> run = PlainRun.of(shell, arguments);
      return run.isPresent() ? run.get().run() : SluiceCommand.run(home, out, err, arguments);
    } catch (IOException | ProblemsException | InterruptedException | RuntimeException e) {
      return shell.failed(arguments[0], e);
    }
  }
}
