package org.sluice.host.cli;

import java.io.Console;
import java.io.PrintStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sluice.host.console.StreamSink;
import org.sluice.host.problem.ProblemsException;

/**
 * What every command of the command line works in. Knows nothing of the library that reads command lines, as that one's
 * classes take longer to load than a host takes to start.
 *
 * @param home the folder of the distribution
 * @param out where results go
 * @param err where everything else goes
 */
record Shell(Path home, PrintStream out, PrintStream err) {

  /** Whether a person sees what is written. */
  @SuppressWarnings("SystemConsoleNull") // It is null where jdk.console names a module that is not there.
  static boolean onTerminal() {
    @Nullable Console console = System.console();
    return console != null && console.isTerminal();
  }

  StreamSink sink() {
    return new StreamSink(out, err, onTerminal());
  }

  /** Tells why a command did not do its work, and returns its exit status. */
  int failed(String command, Exception thrown) {
    if (thrown instanceof ProblemsException) {
      err.println(thrown.getMessage());
    } else {
      err.println("sluice " + command + " broke: ");
      thrown.printStackTrace(err);
    }
    return 1;
  }
}
