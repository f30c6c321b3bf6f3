package org.sluice.core.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sluice.core.application.PolicyControl;
import org.sluice.core.policy.DenyEntry;
import org.sluice.core.policy.PolicyBackend;
import org.sluice.core.policy.Rule;
import org.sluice.core.policy.RuleKey;
import org.sluice.spi.application.Scope;
import org.sluice.spi.console.CommandException;
import org.sluice.spi.console.ConsoleOutput;
import org.sluice.spi.console.ConsoleOutput.Column;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.session.FlowKey;

/** {@code show session rules}, {@code sdl} and {@code rt-backend}: what decides before listeners are asked. */
final class PolicyTopics {
  static final List<String> RULE_KEYWORDS = List.of("proto", "match", "scope", "appns", "tag");
  static final List<String> SDL_KEYWORDS = List.of("appns", "table");

  private final StackParts parts;
  private final WorkerQueries queries;
  private final StackCommand command;

  PolicyTopics(StackParts parts, WorkerQueries queries, StackCommand command) {
    this.parts = parts;
    this.queries = queries;
    this.command = command;
  }

  private PolicyControl policy() {
    return parts.applications().policy();
  }

  void backend(ConsoleOutput output) {
    output.table("rt_backends", Column.of("Backend", 12), Column.of("State"));
    for (PolicyBackend backend : PolicyBackend.values()) {
      output.row(backend.label(), backend == policy().backend() ? "active" : "");
    }
  }

  private record RuleRow(
      PolicyControl.Place place, String protocol, RuleKey key, String action, String tag) {}

  /** All rules, those of a protocol, namespace or scope, or the one that wins for a flow. */
  void rules(Words given, ConsoleOutput output) throws CommandException, InterruptedException {
    PolicyWords read = new PolicyWords(given, command);
    RuleKey flow = null;
    while (read.hasNext()) {
      if (read.keyword(RULE_KEYWORDS).equals("match")) {
        flow = read.match();
      }
    }
    if (flow != null && read.protocol.isEmpty()) {
      throw command.usage("'match' needs 'proto'");
    }
    if (flow != null && !read.tag.isEmpty()) {
      throw command.usage("either a flow or a tag is asked for, not both at once");
    }
    RuleKey asked = flow;
    List<RuleRow> rows = queries.read(() -> asked == null ? all(read) : winners(read, asked));
    output.table("rules", Column.of("Where", 8), Column.of("Proto", 5), Column.of("Local", 18),
        new Column("Port", "local_port", -5), Column.of("Remote", 18), new Column("Port", "remote_port", -5),
        Column.of("Action", 8), Column.of("Tag", 8), Column.of("Namespaces"));
    boolean all = flow == null && read.tag.isEmpty();
    note(PolicyBackend.RULES, rows.isEmpty(), all ? "there are no rules" : "no rule matches", output);
    for (RuleRow row : rows) {
      RuleKey key = row.key();
      output.row(PolicyWords.where(row.place()), row.protocol(), key.local().toString(),
          PolicyWords.port(key.localPort()), key.remote().toString(), PolicyWords.port(key.remotePort()), row.action(),
          row.tag(), String.join(" ", row.place().namespaces()));
    }
  }

  private List<RuleRow> all(PolicyWords read) {
    List<RuleRow> rows = new ArrayList<>();
    for (PolicyControl.Place place : policy().places(read.named ? read.namespace : null)) {
      for (Rule rule : policy().rules(place)) {
        boolean protocol = read.protocol.isEmpty() || policy().protocol(rule).equals(read.protocol);
        boolean tagged = read.tag.isEmpty() || rule.tag().equals(read.tag);
        if (protocol && tagged && (read.scopes.isEmpty() || read.scopes.contains(place.scope()))) {
          rows.add(row(place, rule));
        }
      }
    }
    return rows;
  }

  private List<RuleRow> winners(PolicyWords read, RuleKey asked) {
    IpAddress local = asked.local().address();
    IpAddress remote = asked.remote().address();
    FlowKey flow = new FlowKey();
    flow.local(local.high(), local.low(), asked.localPort());
    flow.remote(remote.high(), remote.low(), asked.remotePort());
    List<RuleRow> rows = new ArrayList<>();
    for (Scope scope : read.scopes.isEmpty() ? Set.of(Scope.GLOBAL) : read.scopes) {
      Rule rule = policy().winner(read.namespace, scope, read.protocol, flow);
      for (PolicyControl.Place place : policy().places(read.namespace)) {
        if (rule != null && place.scope() == scope && policy().rules(place).contains(rule)) {
          rows.add(row(place, rule));
        }
      }
    }
    return rows;
  }

  private RuleRow row(PolicyControl.Place place, Rule rule) {
    return new RuleRow(place, policy().protocol(rule), rule.key(), PolicyWords.text(rule.action(), policy()),
        rule.tag());
  }

  private record SdlRow(PolicyControl.Place place, IpPrefix source, String action, String tag) {}

  /** All entries of the deny lists, those of a namespace, or the one that wins for an address. */
  void sdl(Words given, ConsoleOutput output) throws CommandException, InterruptedException {
    PolicyWords read = new PolicyWords(given, command);
    IpPrefix source = null;
    while (read.hasNext()) {
      if (given.nextIsAddress()) {
        source = read.prefix("an address");
      } else {
        read.keyword(SDL_KEYWORDS);
      }
    }
    IpAddress asked = source == null ? null : source.address();
    List<SdlRow> rows = queries.read(() -> denied(read, asked));
    output.table("sdl", Column.of("Where", 8), Column.of("Prefix", 18), Column.of("Action", 8), Column.of("Tag", 8),
        Column.of("Namespaces"));
    note(PolicyBackend.DENY_LIST, rows.isEmpty(), asked == null ? "there are no entries" : "no entry matches", output);
    for (SdlRow row : rows) {
      output.row(PolicyWords.where(row.place()), row.source().toString(), row.action(), row.tag(),
          String.join(" ", row.place().namespaces()));
    }
  }

  private List<SdlRow> denied(PolicyWords read, @Nullable IpAddress asked) {
    List<SdlRow> rows = new ArrayList<>();
    DenyEntry winner = asked == null ? null : policy().denied(read.namespace, asked);
    for (PolicyControl.Place place : policy().places(read.named || asked != null ? read.namespace : null)) {
      if (read.table >= 0 && place.table() != read.table) {
        continue;
      }
      for (DenyEntry entry : policy().denied(place)) {
        if (asked == null || entry.equals(winner)) {
          rows.add(new SdlRow(place, entry.source(), PolicyWords.text(entry.action(), policy()), entry.tag()));
        }
      }
    }
    return rows;
  }

  private void note(PolicyBackend needed, boolean nothing, String what, ConsoleOutput output) {
    if (policy().backend() != needed) {
      output.line("the rt-backend is " + policy().backend().label() + ": 'session rt-backend " + needed.label()
          + "' turns this one on");
    } else if (nothing) {
      output.line(what);
    }
  }
}
