package org.sluice.host;

import java.nio.file.Path;
import org.sluice.host.cli.CommandLines;
import org.sluice.host.log.ShippedLog;

/** Starts Sluice from the command line. */
public final class Main {
  private Main() {}

  /** Runs a command and ends the process with its exit status. */
  public static void main(String[] arguments) {
    Path home = Path.of(System.getProperty("sluice.home", "")).toAbsolutePath().normalize();
    ShippedLog.chooseFor(home);
    System.exit(CommandLines.run(home, System.out, System.err, arguments));
  }
}
