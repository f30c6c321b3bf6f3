package org.sluice.host.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sluice.host.boot.ControlSocket;
import org.sluice.host.config.ConfigurationLoader;
import org.sluice.host.console.ConsoleClient;
import org.sluice.host.problem.ProblemsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sluice ctl}: runs a console command in a host that runs already. */
@Command(name = "ctl", mixinStandardHelpOptions = true,
    description = "Run a console command in the running host.",
    footer = {"", "'sluice ctl help' lists the commands; each takes --json."})
final class CtlCommand implements Callable<Integer> {
  private final SluiceCommand sluice;

  @Option(names = "--socket", paramLabel = "PATH", description = "The control socket of the host.")
  private @Nullable Path socket;

  @Option(names = "--config", paramLabel = "FILE", description = "The configuration of the host, for its host.socket.")
  private @Nullable Path configuration;

  @Option(names = "--json", description = "Show the result as JSON.")
  private boolean json;

  @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The command and its arguments.")
  private List<String> words = new ArrayList<>();

  CtlCommand(SluiceCommand sluice) {
    this.sluice = sluice;
  }

  @Override
  public Integer call() throws ProblemsException {
    List<String> request = new ArrayList<>(words);
    if (json) {
      request.add("--json");
    }
    Path place = place(sluice.home(), socket, configuration);
    ControlSocket.checkFolder(place);
    return new ConsoleClient(place, sluice.out(), sluice.err(), SluiceCommand.onTerminal()).run(request);
  }

  /** Where the host listens: as it was said, or as the host's configuration says. */
  static Path place(Path home, @Nullable Path socket, @Nullable Path configuration) {
    if (socket != null) {
      return socket;
    }
    ConfigurationLoader loader = new ConfigurationLoader(home, configuration, List.of());
    return ControlSocket.path(home, loader.early("host.socket"), System.getenv());
  }
}
