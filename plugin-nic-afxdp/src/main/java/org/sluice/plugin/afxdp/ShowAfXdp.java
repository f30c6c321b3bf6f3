package org.sluice.plugin.afxdp;

import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.pf4j.Extension;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.host.HostServices;

/** {@code show afxdp}: the open cards, and what the kernel counts of their sockets. */
@Extension
public final class ShowAfXdp implements ConsoleCommand {
  private static final long PATIENCE_S = 10;

  private final AfXdpDriver driver;
  private final HostServices host;

  /**
   * Makes the command.
   *
   * @param driver whose cards are shown
   * @param host the plugin's services
   */
  @Inject
  public ShowAfXdp(AfXdpDriver driver, HostServices host) {
    this.driver = driver;
    this.host = host;
  }

  @Override
  public String name() {
    return "show afxdp";
  }

  @Override
  public String summary() {
    return "Show the open interfaces of the host, and what the kernel counts of their sockets";
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    if (!arguments.isEmpty()) {
      throw CommandException.usage("'" + arguments.getFirst() + "' is too much; usage: show afxdp");
    }
    // Where cards are closed, so that none is while it is asked.
    List<AfXdpNic.Status> cards = ask();
    output.table("cards", Column.of("Card", 12), Column.of("Interface", 12), Column.of("Link", 5), Column.of("MTU", -5),
        Column.of("Program", 8), Column.of("Packets", 9));
    for (AfXdpNic.Status card : cards) {
      output.row(card.name(), card.device(), card.link(), card.mtuBytes(), card.mode(), card.copy());
    }
    output.table("queues", Column.of("Card", 12), Column.of("Queue", -5), Column.of("Dropped", -9),
        Column.of("Rx full", -9), Column.of("Fill empty", -10), Column.of("Rx invalid", -10),
        Column.of("Tx invalid", -10), Column.of("Tx empty", -10));
    for (AfXdpNic.Status card : cards) {
      for (int i = 0; i < card.statistics().size(); i++) {
        long[] of = card.statistics().get(i);
        output.row(card.name(), i, of[0], of[3], of[4], of[1], of[2], of[5]);
      }
    }
  }

  private List<AfXdpNic.Status> ask() throws CommandException, InterruptedException {
    try {
      return host.workers().query(0, () -> driver.cards().stream().map(AfXdpNic::status).toList())
          .get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw CommandException.failure("worker 0 did not answer within " + PATIENCE_S + " s; see 'show workers'");
    } catch (ExecutionException e) {
      throw CommandException.failure("worker 0: " + e.getCause());
    }
  }
}
