package org.sluice.host.cli;

import org.sluice.host.boot.Version;
import picocli.CommandLine.Command;

/** {@code sluice version}. */
@Command(name = "version", mixinStandardHelpOptions = true,
    description = "Show the versions of Sluice, its SPI and Java.")
final class VersionCommand implements Runnable {
  private final SluiceCommand sluice;

  VersionCommand(SluiceCommand sluice) {
    this.sluice = sluice;
  }

  @Override
  public void run() {
    sluice.out().println(Version.current());
  }
}
