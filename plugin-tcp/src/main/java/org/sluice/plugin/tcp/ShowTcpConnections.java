package org.sluice.plugin.tcp;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;

/** {@code show tcp connections [verbose]}: the connections of all workers, and what may become one. */
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
        "Show connections of TCP and unfinished handshakes; verbose adds windows, timing, congestion and timers");
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
    int halfOpens = readHalfOpens(output, view -> view.printRow(output));
    int handshakes = readHandshakes(output, view -> view.printRow(output));
    int connections = readConnections(output, TcpConnectionView::new, view -> view.printRow(output));
    if (verbose) {
      TcpConnectionView.beginDetails(output);
      int _ = readHalfOpens(output, view -> view.printDetails(output));
      int _ = readHandshakes(output, view -> view.printDetails(output));
      int _ = readConnections(output, TcpConnectionView::full, view -> view.printDetails(output));
    }
    output.value("half_opens", halfOpens);
    output.value("handshakes", handshakes);
    output.value("count", connections);
  }

  private record Piece(List<TcpConnectionView> views, int next) {}

  /** Reads some of what a worker has, from a place on; tells the next place, or -1. */
  private interface Reader {
    int read(int from, int most, Consumer<TcpConnectionView> views);
  }

  private int readHalfOpens(ConsoleOutput output, Consumer<TcpConnectionView> printer)
      throws CommandException, InterruptedException {
    TcpWorker main = tcp.worker(0);
    return read(output, 0, (from, most, views) ->
        tcp.connects().forEach(from, most, h -> views.accept(TcpConnectionView.of(h, main))), printer);
  }

  private int readHandshakes(ConsoleOutput output, Consumer<TcpConnectionView> printer)
      throws CommandException, InterruptedException {
    int count = 0;
    for (int i = 0; i < tcp.workers().count(); i++) {
      TcpWorker worker = tcp.worker(i);
      count += read(output, i, (from, most, views) ->
          worker.listen.forEach(from, most, request -> views.accept(TcpConnectionView.of(request, worker))), printer);
    }
    return count;
  }

  private int readConnections(ConsoleOutput output, Function<TcpConnection, TcpConnectionView> view,
      Consumer<TcpConnectionView> printer) throws CommandException, InterruptedException {
    int count = 0;
    for (int i = 0; i < tcp.workers().count(); i++) {
      ConnectionPool pool = tcp.worker(i).connections;
      count += read(output, i, (from, most, views) ->
          pool.forEach(from, most, c -> views.accept(view.apply(c))), printer);
    }
    return count;
  }

  private int read(ConsoleOutput output, int worker, Reader reader, Consumer<TcpConnectionView> printer)
      throws CommandException, InterruptedException {
    int count = 0;
    for (int at = 0; at >= 0 && !output.isCancelled(); ) {
      int from = at;
      Piece piece = ask(worker, () -> {
        List<TcpConnectionView> views = new ArrayList<>();
        return new Piece(views, reader.read(from, SLOTS_PER_QUERY, views::add));
      });
      piece.views().forEach(printer);
      count += piece.views().size();
      at = piece.next();
    }
    return count;
  }
}
