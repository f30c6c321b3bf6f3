package org.sluice.core.console;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.sluice.core.application.PolicyControl;
import org.sluice.core.network.NetworkPlane;
import org.sluice.core.policy.RuleAction;
import org.sluice.core.policy.RuleAction.Verdict;
import org.sluice.core.policy.RuleKey;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.Scope;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.network.IpPrefix;

/** What the commands about rules and deny lists read from their arguments. Ports are in host order, as everywhere. */
final class PolicyWords {
  static final String MATCH = "LCL/LEN PORT RMT/LEN PORT";
  static final String ANY = "any";
  private static final int MOST_PORT = 0xffff;

  private final Words words;
  private final StackCommand command;
  String namespace = AttachOptions.DEFAULT_NAMESPACE;
  boolean named;
  Set<Scope> scopes = EnumSet.noneOf(Scope.class);
  String tag = "";
  String protocol = "";
  String target = "";
  String action = "";
  int table = -1;

  PolicyWords(Words words, StackCommand command) {
    this.words = words;
    this.command = command;
  }

  boolean hasNext() {
    return words.hasNext();
  }

  /** Reads the next keyword; one that belongs to all commands is read with its value, and is told too. */
  String keyword(List<String> keywords) throws CommandException {
    String keyword = words.keyword(keywords);
    words.once(keyword);
    switch (keyword) {
      case "appns" -> {
        namespace = words.next("a namespace");
        named = true;
      }
      case "scope" -> scopes = scopes();
      case "tag" -> tag = words.next("a tag");
      case "table" -> table = words.number("a table set", 0, NetworkPlane.MAX_TABLE);
      case "proto" -> protocol = words.next("a protocol");
      case "action" -> {
        action = choice("drop, allow or redirect", List.of("drop", "allow", "redirect"));
        target = action.equals("redirect") ? words.next("an application") : "";
      }
      default -> { }
    }
    return keyword;
  }

  private Set<Scope> scopes() throws CommandException {
    return switch (choice("global, local or both", List.of("global", "local", "both"))) {
      case "global" -> EnumSet.of(Scope.GLOBAL);
      case "local" -> EnumSet.of(Scope.LOCAL);
      default -> EnumSet.allOf(Scope.class);
    };
  }

  private String choice(String what, List<String> choices) throws CommandException {
    return words.hasNext() ? words.keyword(choices) : words.next(what);
  }

  IpPrefix prefix(String what) throws CommandException {
    String word = words.next(what);
    try {
      return IpPrefix.parse(word);
    } catch (IllegalArgumentException e) {
      throw command.usage(String.valueOf(e.getMessage()));
    }
  }

  /** Both sides of a rule: ours, then the peer's, each a prefix and a port. */
  RuleKey match() throws CommandException {
    IpPrefix local = prefix("a local prefix");
    int localPort = port("a local port");
    IpPrefix remote = prefix("a remote prefix");
    int remotePort = port("a remote port");
    try {
      return new RuleKey(remote, local, remotePort, localPort);
    } catch (IllegalArgumentException e) {
      throw command.usage(String.valueOf(e.getMessage()));
    }
  }

  private int port(String what) throws CommandException {
    String word = words.next(what);
    int port = word.equals(ANY) ? 0 : Words.isNumber(word) ? Integer.parseInt(word) : -1;
    if (port < 0 || port > MOST_PORT) {
      throw command.usage("'" + word + "' is not " + what + ", 0 to " + MOST_PORT + " or " + ANY);
    }
    return port;
  }

  /** The action that was read, DROP when none was. Worker 0. */
  RuleAction action(PolicyControl policy) {
    return switch (action) {
      case "allow" -> Verdict.ALLOW;
      case "redirect" -> policy.redirect(target);
      default -> Verdict.DROP;
    };
  }

  static String port(int port) {
    return port == 0 ? ANY : Integer.toString(port);
  }

  /** An action as it is typed. Worker 0. */
  static String text(RuleAction action, PolicyControl policy) {
    return switch (action) {
      case RuleAction.Verdict verdict -> Label.of(verdict);
      case RuleAction.Redirect redirect -> {
        String application = policy.application(redirect);
        yield "redirect " + (application.isEmpty() ? "(gone)" : application);
      }
    };
  }

  static String where(PolicyControl.Place place) {
    return place.scope() == Scope.LOCAL ? "local" : "table " + place.table();
  }
}
