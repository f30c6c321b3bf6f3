package org.sluice.host.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sluice.host.boot.ControlSocket;
import org.sluice.host.console.ConsoleClient;
import org.sluice.host.problem.ProblemsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice top}: what a running host does, second by second. */
@Command(name = "top", mixinStandardHelpOptions = true,
    description = "Watch the workers, rates and drops of the running host.",
    footer = {"", "Ctrl-C ends it. For scripts:",
        "  sluice top --once", "  sluice ctl show rates 5 --json"})
final class TopCommand implements Callable<Integer> {
  private static final String CLEAR = "\033[H\033[2J";

  private final SluiceCommand sluice;

  @Option(names = "--socket", paramLabel = "PATH", description = "The control socket of the host.")
  private @Nullable Path socket;

  @Option(names = "--config", paramLabel = "FILE", description = "The configuration of the host, for its host.socket.")
  private @Nullable Path configuration;

  @Option(names = "--interval", paramLabel = "SECONDS", description = "The time that rates are taken over, 1 to 60.")
  private int intervalSeconds = 1;

  @Option(names = "--once", description = "Show it once.")
  private boolean once;

  TopCommand(SluiceCommand sluice) {
    this.sluice = sluice;
  }

  @Override
  public Integer call() throws ProblemsException {
    Path place = CtlCommand.place(sluice.home(), socket, configuration);
    ControlSocket.checkFolder(place);
    List<String> rates = List.of("show", "rates", String.valueOf(intervalSeconds));
    boolean terminal = SluiceCommand.onTerminal();
    int status;
    do {
      // A page is shown when it is whole: the command takes the interval before it writes.
      ByteArrayOutputStream page = new ByteArrayOutputStream();
      status = new ConsoleClient(place, new PrintStream(page, true, sluice.out().charset()), sluice.err(), false)
          .run(rates);
      sluice.out().print((terminal && !once ? CLEAR : "") + page.toString(sluice.out().charset()));
      sluice.out().flush();
    } while (!once && status == 0 && !sluice.out().checkError());
    return status;
  }
}
