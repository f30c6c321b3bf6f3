package org.sluice.plugin.tcp;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;

/** {@code show tcp connections [verbose]}: the connections of all workers. */
@Extension
public final class ShowTcpConnections extends TcpCommand {
  private static final String VERBOSE = "verbose";
  /** So many are looked at in one turn of a worker. */
  private static final int SLOTS_PER_QUERY = 256;

  /**
   * Makes the command.
   *
   * @param tcp the plugin's transport
   */
  @Inject
  public ShowTcpConnections(TcpTransport tcp) {
    super(tcp, "show tcp connections", "[verbose]",
        "Show the connections of TCP; verbose adds windows, round trips, congestion control, recovery and timers");
  }

  @Override
  public List<String> complete(List<String> words) {
    return words.size() == 1 ? begunBy(words.getFirst(), List.of(VERBOSE).stream()) : List.of();
  }

  @Override
  public void run(List<String> words, ConsoleOutput output) throws CommandException, InterruptedException {
    boolean verbose = !words.isEmpty() && words.getFirst().equals(VERBOSE);
    atMost(words, verbose ? 1 : 0);
    TcpConnectionView.beginRows(output);
    int connections = read(output, TcpConnectionView::new, view -> view.printRow(output));
    if (verbose) {
      TcpConnectionView.beginDetails(output);
      int _ = read(output, TcpConnectionView::full, view -> view.printDetails(output));
    }
    output.value("count", connections);
  }

  private record Piece(List<TcpConnectionView> views, int nextSlot) {}

  private int read(ConsoleOutput output, Function<TcpConnection, TcpConnectionView> reader,
      Consumer<TcpConnectionView> printer) throws CommandException, InterruptedException {
    int count = 0;
    for (int i = 0; i < tcp.workers().count(); i++) {
      ConnectionPool pool = tcp.worker(i).connections;
      for (int slot = 0; slot >= 0 && !output.isCancelled(); ) {
        int from = slot;
        Piece piece = ask(i, () -> {
          List<TcpConnectionView> views = new ArrayList<>();
          return new Piece(views, pool.forEach(from, SLOTS_PER_QUERY, c -> views.add(reader.apply(c))));
        });
        piece.views().forEach(printer);
        count += piece.views().size();
        slot = piece.nextSlot();
      }
    }
    return count;
  }
}
