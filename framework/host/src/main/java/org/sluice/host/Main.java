package org.sluice.host;

import java.nio.file.Files;
import java.nio.file.Path;
import org.sluice.host.cli.CommandLines;

/** Starts Sluice from the command line. */
public final class Main {
  private static final String LOGGING = "logback.configurationFile";

  private Main() {}

  /** Runs a command and ends the process with its exit status. */
  public static void main(String[] arguments) {
    Path home = Path.of(System.getProperty("sluice.home", "")).toAbsolutePath().normalize();
    Path logging = home.resolve("conf/logback.xml");
    if (System.getProperty(LOGGING) == null && Files.exists(logging)) {
      System.setProperty(LOGGING, logging.toString());
    }
    System.exit(CommandLines.run(home, System.out, System.err, arguments));
  }
}
