package org.sluice.core.console;

import java.util.List;
import java.util.stream.Stream;
import org.sluice.core.policy.RuleKey;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;

/** {@code session rule}: adds a rule or takes one out. */
final class SessionRule extends StackCommand {
  private static final List<String> KEYWORDS = List.of("proto", "action", "tag", "scope", "appns");

  private final StackParts parts;
  private final WorkerQueries queries;

  SessionRule(StackParts parts, WorkerQueries queries) {
    super("session rule", "add proto P " + PolicyWords.MATCH + " action drop|allow|redirect APP [tag T]"
            + " [scope global|local|both] [appns NS] | del (proto P " + PolicyWords.MATCH
            + " | tag T) [scope ...] [appns NS]",
        "Add or delete a rule that drops, allows or redirects packets and connects; PORT is a number or any");
    this.parts = parts;
    this.queries = queries;
  }

  @Override
  public List<String> complete(List<String> words) {
    String before = words.size() < 2 ? "" : words.get(words.size() - 2);
    return switch (before) {
      case "" -> candidates(words, Stream.of("add", "del"));
      case "proto" -> candidates(words, parts.transports().entries().stream().map(entry -> entry.name()));
      case "action" -> candidates(words, Stream.of("drop", "allow", "redirect"));
      case "scope" -> candidates(words, Stream.of("global", "local", "both"));
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
    RuleKey match = null;
    while (read.hasNext()) {
      if (read.keyword(KEYWORDS).equals("proto")) {
        match = read.match();
      }
    }
    if (add) {
      if (match == null || read.action.isEmpty()) {
        throw usage(match == null ? "what is to match is missing" : "an action is missing");
      }
      add(read, match);
      output.line("the rule is added");
    } else {
      if (match == null && read.tag.isEmpty()) {
        throw usage("neither what is matched nor a tag is given");
      }
      if (!read.action.isEmpty()) {
        throw usage("a rule is deleted whatever its action is: leave 'action' out");
      }
      if (match != null && !read.tag.isEmpty()) {
        throw usage("a rule is deleted by what it matches or by its tag, not by both");
      }
      RuleKey key = match;
      queries.change(() -> {
        if (key == null) {
          parts.applications().policy().deleteRule(read.namespace, read.scopes, read.tag);
        } else {
          parts.applications().policy().deleteRule(read.namespace, read.scopes, read.protocol, key);
        }
      });
      output.line("the rule is deleted");
    }
  }

  private void add(PolicyWords read, RuleKey match) throws CommandException, InterruptedException {
    queries.change(() -> {
      var policy = parts.applications().policy();
      policy.addRule(read.namespace, read.scopes, read.protocol, match, read.action(policy), read.tag);
    });
  }
}
