package org.sluice.core.console;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.core.application.EntryView;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;
import org.sluice.spi.transport.Endpoint;

/**
 * {@code show session lookup}: what listeners are found by, or whom a packet would be for. The flows of sessions are
 * what {@code show session verbose} shows; here is how many there are.
 */
final class LookupTopic {
  static final List<String> KEYWORDS = List.of("table", "proto");
  private static final int MOST_TABLE = 999_999_999;

  private final StackParts parts;
  private final WorkerQueries queries;
  private final StackCommand command;

  LookupTopic(StackParts parts, WorkerQueries queries, StackCommand command) {
    this.parts = parts;
    this.queries = queries;
    this.command = command;
  }

  void print(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    int table = -1;
    TransportEntry transport = null;
    Endpoint local = null;
    Endpoint remote = null;
    while (words.hasNext()) {
      String keyword = words.keyword(KEYWORDS);
      words.once(keyword);
      if (keyword.equals("table")) {
        table = words.number("a table set", 0, MOST_TABLE);
      } else {
        transport = SessionFilter.transport(words.next("a protocol"), command, parts.transports());
        if (words.hasNext() && words.nextIsAddress()) {
          local = endpoint(words.next("our endpoint"));
          remote = endpoint(words.next("the peer's endpoint"));
        }
      }
    }
    if (transport != null && local != null && remote != null) {
      FlowKey flow = new FlowKey().set(local.withTable(Math.max(table, 0)), remote, transport.id());
      find(flow, output);
    } else {
      entries(table, transport, output);
    }
  }

  private Endpoint endpoint(String word) throws CommandException {
    int colon = word.lastIndexOf(':');
    try {
      String address = word.substring(0, Math.max(colon, 0));
      boolean ip6 = address.startsWith("[") && address.endsWith("]");
      int port = Integer.parseInt(word.substring(colon + 1));
      return Endpoint.of(IpAddress.parse(ip6 ? address.substring(1, address.length() - 1) : address), port);
    } catch (IllegalArgumentException e) {
      throw command.usage("'" + word + "' is no endpoint; write it as 10.0.0.1:80 or [fe80::1]:80");
    }
  }

  private void entries(int table, @Nullable TransportEntry transport, ConsoleOutput output)
      throws CommandException, InterruptedException {
    List<EntryView> entries = queries.read(() -> parts.applications().registry().views().entries());
    output.table("entries", Column.of("Where", 14), Column.of("Proto", 8), Column.of("Endpoint", 24),
        Column.of("Kind", 8), Column.of("Session", 12), Column.of("App"));
    boolean any = false;
    for (EntryView entry : entries) {
      boolean asked = (table < 0 || entry.table() == table)
          && (transport == null || entry.transport().equals(transport.name()));
      if (asked) {
        any = true;
        output.row(entry.where(), entry.protocol(), entry.endpoint(), entry.proxy() ? "proxy" : "listener",
            id(entry.session()), entry.application());
      }
    }
    if (!any) {
      output.line("nothing listens there");
    }
    output.value("flows", parts.sessions().flows());
  }

  private record Found(LookupResult.Kind kind, long session, String application) {}

  private void find(FlowKey flow, ConsoleOutput output) throws CommandException, InterruptedException {
    Found found = queries.read(() -> {
      LookupResult result = new LookupResult();
      parts.sessions().layer().lookup(flow, result);
      String application = "";
      if (result.kind() == LookupResult.Kind.LISTENER) {
        application = parts.applications().registry().views().listeners().stream()
            .filter(listener -> listener.handle() == result.handle())
            .map(listener -> listener.application()).findFirst().orElse("");
      }
      return new Found(result.kind(), result.handle(), application);
    });
    // A session of worker 0's own and one of another worker are the same to an operator.
    LookupResult.Kind kind =
        found.kind() == LookupResult.Kind.OTHER_WORKER ? LookupResult.Kind.SESSION : found.kind();
    output.value("found", Label.of(kind));
    if (found.session() != Handle.INVALID) {
      output.value("session", id(found.session()));
    }
    if (!found.application().isEmpty()) {
      output.value("app", found.application());
    }
  }

  private static String id(long session) {
    return session < 0 ? "" : Handle.worker(session) + ":" + Handle.slot(session);
  }
}
