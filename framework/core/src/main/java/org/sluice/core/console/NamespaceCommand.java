package org.sluice.core.console;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sluice.core.application.NamespaceBinding;
import org.sluice.core.application.NamespaceControl;
import org.sluice.core.application.NamespaceView;
import org.sluice.core.network.NetworkPlane;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.console.NamespaceWords;

/** {@code app ns}: makes, binds and deletes namespaces. What {@code show app ns} prints is here too. */
final class NamespaceCommand extends StackCommand {
  private static final String ADD = "add";
  private static final String DEL = "del";
  private static final String SECRET = "secret";
  private static final String INTERFACE = "interface";
  private static final String IP4 = "ip4";
  private static final String IP6 = "ip6";
  private static final int NO_TABLE = -1;

  private final NamespaceControl namespaces;
  private final WorkerQueries queries;

  NamespaceCommand(StackParts parts, WorkerQueries queries) {
    super("app ns", "add ID [secret NUMBER] (interface NAME | [ip4 TABLE] [ip6 TABLE]) | del ID",
        "Make a namespace, bind one to an interface or to tables, or delete one with its applications");
    namespaces = parts.applications().namespaces();
    this.queries = queries;
  }

  @Override
  public List<String> complete(List<String> words) {
    return candidates(words, words.size() < 2 ? Stream.of(ADD, DEL) : Stream.of(SECRET, INTERFACE, IP4, IP6));
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    Words words = words(arguments);
    String verb = words.next("'add' or 'del'");
    switch (verb) {
      case ADD -> add(words, output);
      case DEL -> delete(words, output);
      default -> throw usage("'" + verb + "' is neither 'add' nor 'del'");
    }
  }

  private void add(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    String id = words.next("an id");
    OptionalLong secret = OptionalLong.empty();
    String bound = null;
    int table4 = NamespaceBinding.ABSENT;
    int table6 = NamespaceBinding.ABSENT;
    while (words.hasNext()) {
      String word = words.next("an option");
      words.once(word);
      switch (word) {
        case SECRET -> secret = OptionalLong.of(secret(words));
        case INTERFACE -> bound = words.next("the name of an interface");
        case IP4 -> table4 = words.number("the number of a table", 0, NetworkPlane.MAX_TABLE);
        case IP6 -> table6 = words.number("the number of a table", 0, NetworkPlane.MAX_TABLE);
        default -> throw usage("'" + word + "' is not known here");
      }
    }
    NamespaceBinding binding = binding(bound, table4, table6);
    NamespaceControl.Change change = queries.await(0, namespaces.add(id, secret, binding));
    output.line("namespace " + id + (change.isNew() ? " is there" : changed(change)));
  }

  private static String changed(NamespaceControl.Change change) {
    String place = change.moved() ? " has moved, with its applications and listeners" : " is where it was";
    if (change.otherSecret()) {
      return place + (change.hasSecret() ? ", and has another secret" : ", and has no secret any more");
    }
    return place + (change.hasSecret() ? ", and keeps its secret" : "");
  }

  private long secret(Words words) throws CommandException {
    String word = words.next("a number");
    return NamespaceWords.secret(word).orElseThrow(() -> usage("'" + word + "' is not a number of 64 bits"));
  }

  private NamespaceBinding binding(@Nullable String bound, int table4, int table6) throws CommandException {
    boolean tables = table4 != NamespaceBinding.ABSENT || table6 != NamespaceBinding.ABSENT;
    if (tables == (bound != null)) {
      throw usage("a namespace needs an interface, or a table of one family or both");
    }
    return bound == null ? NamespaceBinding.toTables(table4, table6) : NamespaceBinding.toInterface(bound);
  }

  private void delete(Words words, ConsoleOutput output) throws CommandException, InterruptedException {
    String id = words.next("an id");
    words.end();
    queries.finish(namespaces.delete(id), "namespace " + id + " is leaving, but not all of its applications have"
        + " detached yet: it goes with the last of them, and 'show app ns' lists them until then");
    output.line("namespace " + id + " is gone");
  }

  /** Those that {@code show app ns} may name. */
  static List<NamespaceView> all(StackParts parts, WorkerQueries queries)
      throws CommandException, InterruptedException {
    return queries.ask(0, parts.applications().namespaces()::views);
  }

  /** {@code show app ns}. */
  static void print(List<NamespaceView> all, ConsoleOutput output) {
    output.table("namespaces", Column.of("Index", -5), Column.of("Id", 12), new Column("Secret", "has_secret", 6),
        Column.of("State", 7), Column.of("Interface", 12), new Column("IPv4 table", "ip4_table", -10),
        new Column("IPv6 table", "ip6_table", -10), Column.of("Applications", 12));
    for (NamespaceView one : all) {
      output.row(one.index(), one.id(), one.hasSecret(), one.leaving() ? "leaving" : "active",
          one.interfaceName().isEmpty() ? "none" : one.interfaceName(), table(one.table4()), table(one.table6()),
          String.join(", ", one.applications()));
    }
  }

  /** A number in any case, so that programs need not look at the type of each. */
  private static int table(int id) {
    return id == NamespaceBinding.ABSENT ? NO_TABLE : id;
  }
}
