package org.sluice.plugin.http.server;

import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.pf4j.Extension;
import org.sluice.spi.application.NamespacedListeners.Listening;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleCommand;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;

/** {@code show http}: what is served, and the connections. */
@Extension
public final class ShowCommand implements ConsoleCommand {
  private static final Comparator<Listening<Site>> ORDER =
      Comparator.<Listening<Site>, String>comparing(Listening::uri).thenComparing(Listening::namespace);

  private final HttpApplication application;

  /**
   * Makes the command.
   *
   * @param application what is shown
   */
  @Inject
  public ShowCommand(HttpApplication application) {
    this.application = application;
  }

  @Override
  public String name() {
    return "show http";
  }

  @Override
  public String summary() {
    return "Show what is served by HTTP and the connections";
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException {
    if (!arguments.isEmpty()) {
      throw CommandException.usage("show http takes no arguments");
    }
    output.table("sites", Column.of("uri"), Column.of("namespace"), Column.of("root"),
        Column.of("requests", -8), Column.of("bytes", -12));
    application.sites().all().stream().sorted(ORDER).forEach(site ->
        output.row(site.uri(), site.namespace(), site.listener().root().path().toString(),
            site.listener().requests().sum(), site.listener().bytes().sum()));
    output.table("connections", Column.of("uri"), Column.of("namespace"), Column.of("peer"), Column.of("state"),
        Column.of("requests", -8), Column.of("sent", -12), Column.of("of", -12), Column.of("path"));
    for (Connection connection : application.connections()) {
      FileContent content = connection.content();
      Listening<Site> site = connection.listening();
      output.row(site.uri(), site.namespace(), connection.peer(), connection.state().name().toLowerCase(Locale.ROOT),
          connection.requests(), content.sentBytes(), content.sizeBytes(), content.path());
    }
  }
}
