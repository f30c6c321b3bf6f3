package org.sluice.core.console;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.sluice.core.policy.DenyChange;
import org.sluice.core.policy.DenyEntry;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.network.IpPrefix;

/** {@code session sdl}: adds source prefixes to a deny list or takes some out, all that are given or none. */
final class SessionSdl extends StackCommand {
  private static final List<String> KEYWORDS = List.of("action", "tag", "appns");

  private final StackParts parts;
  private final WorkerQueries queries;

  SessionSdl(StackParts parts, WorkerQueries queries) {
    super("session sdl", "add PREFIX... [action drop|allow|redirect APP] [tag T] [appns NS]"
            + " | del (PREFIX... | tag T) [appns NS]",
        "Add source prefixes to the deny list of a namespace's tables, or delete some; together or not at all");
    this.parts = parts;
    this.queries = queries;
  }

  @Override
  public List<String> complete(List<String> words) {
    String before = words.size() < 2 ? "" : words.get(words.size() - 2);
    return switch (before) {
      case "" -> candidates(words, Stream.of("add", "del"));
      case "action" -> candidates(words, Stream.of("drop", "allow", "redirect"));
      case "tag", "appns", "redirect" -> List.of();
      default -> candidates(words, KEYWORDS.stream());
    };
  }

  @Override
  public void run(List<String> arguments, ConsoleOutput output) throws CommandException, InterruptedException {
    if (arguments.isEmpty()) {
      throw usage("add or del is needed");
    }
    Words given = words(arguments);
    boolean add = given.keyword(List.of("add", "del")).equals("add");
    PolicyWords read = new PolicyWords(given, this);
    List<IpPrefix> prefixes = new ArrayList<>();
    while (read.hasNext()) {
      if (given.nextIsAddress()) {
        prefixes.add(read.prefix("a prefix"));
      } else {
        read.keyword(KEYWORDS);
      }
    }
    if (prefixes.isEmpty() && (add || read.tag.isEmpty())) {
      throw usage(add ? "a prefix is missing" : "neither a prefix nor a tag is given");
    }
    if (!add && !read.action.isEmpty()) {
      throw usage("an entry is deleted whatever its action is: leave 'action' out");
    }
    if (!add && !prefixes.isEmpty() && !read.tag.isEmpty()) {
      throw usage("either prefixes or a tag is deleted, not both at once");
    }
    if (add && prefixes.size() > 1 && !read.tag.isEmpty()) {
      throw usage("a tag names one entry, and here are " + prefixes.size());
    }
    int[] changed = new int[1];
    queries.change(() -> {
      if (prefixes.isEmpty()) {
        changed[0] = parts.applications().policy().deleteDenied(read.namespace, read.tag);
      } else {
        parts.applications().policy().changeDenied(read.namespace, changes(add, prefixes, read));
        changed[0] = prefixes.size();
      }
    });
    output.line(changed[0] + (changed[0] == 1 ? " entry is " : " entries are ") + (add ? "added" : "deleted"));
  }

  private List<DenyChange> changes(boolean add, List<IpPrefix> prefixes, PolicyWords read) {
    List<DenyChange> changes = new ArrayList<>();
    for (IpPrefix prefix : prefixes) {
      changes.add(add
          ? new DenyChange.Add(new DenyEntry(prefix, read.action(parts.applications().policy()), read.tag))
          : new DenyChange.Delete(prefix));
    }
    return changes;
  }
}
