package org.sluice.plugin.tcp;

import jakarta.inject.Inject;
import java.util.List;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** {@code show tcp stats}: what each worker has, and what was counted. */
@Extension
public final class ShowTcpStats extends TcpCommand {
  private static final String ALL = "all";

  /**
   * Makes the command.
   *
   * @param tcp the plugin's transport
   */
  @Inject
  public ShowTcpStats(TcpTransport tcp) {
    super(tcp, "show tcp stats", "[all]",
        "Show what each worker has of TCP, and the counters that have counted something, or all of them");
  }

  @Override
  public List<String> complete(List<String> words) {
    return words.size() == 1 ? begunBy(words.getFirst(), List.of(ALL).stream()) : List.of();
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    boolean all = !words.isEmpty() && words.getFirst().equals(ALL);
    atMost(words, all ? 1 : 0);
    output.table("workers", Column.of("Worker", -6), Column.of("Connections", -11), Column.of("Handshakes", -10),
        Column.of("Time wait", -9), Column.of("Paths", -5));
    for (int i = 0; i < tcp.workers().count() && !output.isCancelled(); i++) {
      TcpWorker worker = tcp.worker(i);
      output.row(ask(i, () -> new Object[] {worker.index, worker.connections.used(), worker.listen.pending(),
          worker.timeWait.used(), worker.paths.size()}));
    }
    int[] ofMain = ask(0, () -> new int[] {tcp.connects().used(), tcp.listeners().used()});
    output.value("half_opens", ofMain[0]);
    output.value("listeners", ofMain[1]);
    output.table("counters", Column.of("Counter", 24), Column.of("Value", -16));
    tcp.counters().forEach((name, counter) -> {
      if (all || counter.value() != 0) {
        output.row(name, counter.value());
      }
    });
  }
}
