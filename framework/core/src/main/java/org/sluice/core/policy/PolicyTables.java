package org.sluice.core.policy;

import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sluice.core.lookup.FlowPolicy;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.session.LookupResult;

/**
 * The rules of all table sets and namespaces, or their deny lists, by the backend that is chosen. A place is the number
 * of a table set for what comes from the network, which is not negative and common to the tables of both families, or
 * {@link #local} of a namespace for its connects. A place has a table from its first entry until it is retired or the
 * backend is turned off.
 */
public final class PolicyTables implements FlowPolicy {
  /** What readers see: never changed, but for what the tables in it publish by themselves. */
  private record State(PolicyBackend backend, Int2ObjectOpenHashMap<PolicyTable> tables) {}

  private static final State OFF = new State(PolicyBackend.NONE, new Int2ObjectOpenHashMap<>());

  private final PolicyLimits limits;
  private final Counter ruleLimit;
  private final Counter denyLimit;
  private int entries;
  private volatile State now = OFF;

  /**
   * Empty tables, with no backend.
   *
   * @param limits bounds
   * @param counters the stack's scope
   */
  public PolicyTables(PolicyLimits limits, Counters counters) {
    this.limits = limits;
    ruleLimit = counters.counter("policy.rule.limit", "Rules refused because there are as many as may be");
    denyLimit = counters.counter("policy.sdl.limit", "Deny list entries refused because there are as many as may be");
  }

  /**
   * The place of a namespace's connects.
   *
   * @param namespace its index
   * @return the place
   */
  public static int local(int namespace) {
    return ~namespace;
  }

  // ---- Any worker.

  /**
   * What decides now.
   *
   * @return the backend
   */
  public PolicyBackend backend() {
    return now.backend();
  }

  @Override
  public boolean decide(int protocolSlot, FlowKey key, LookupResult result) {
    PolicyTable table = now.tables().get(key.table());
    return table != null && RuleAction.decide(table.decide(protocolSlot, key), result);
  }

  @Override
  public boolean decideFromAnywhere(int protocolSlot, FlowKey key, LookupResult result) {
    PolicyTable table = now.tables().get(key.table());
    return table != null && RuleAction.decide(table.decideFromAnywhere(protocolSlot, key), result);
  }

  @Override
  public boolean decideLocal(int namespace, int protocolSlot, FlowKey key, LookupResult result) {
    return now.tables().get(local(namespace)) instanceof RuleTable table
        && RuleAction.decide(table.decideConnect(protocolSlot, key), result);
  }

  /**
   * The rule that wins for a packet, or for a connect where the place is that of a namespace.
   *
   * @param place where
   * @param protocolSlot the protocol's
   * @param key the flow
   * @return the rule, or null when none matches
   */
  public @Nullable Rule rule(int place, int protocolSlot, FlowKey key) {
    if (!(now.tables().get(place) instanceof RuleTable table)) {
      return null;
    }
    return place < 0 ? table.findConnect(protocolSlot, key) : table.find(protocolSlot, key);
  }

  /**
   * The entry of a deny list that wins for a source.
   *
   * @param table the table set
   * @param high its address, first half
   * @param low second half
   * @return the entry, or null when none matches
   */
  public @Nullable DenyEntry denied(int table, long high, long low) {
    return now.tables().get(table) instanceof DenyTable list ? list.find(high, low) : null;
  }

  // ---- Worker 0.

  /**
   * Chooses what decides. Turning it off forgets everything.
   *
   * @param backend the backend
   * @return NONE; CONFLICT for another one than is on: that is turned off first
   */
  public SessionError select(PolicyBackend backend) {
    PolicyBackend present = now.backend();
    if (backend == present) {
      return SessionError.NONE;
    }
    if (backend != PolicyBackend.NONE && present != PolicyBackend.NONE) {
      return SessionError.CONFLICT;
    }
    entries = 0;
    now = backend == PolicyBackend.NONE ? OFF : new State(backend, new Int2ObjectOpenHashMap<>());
    return SessionError.NONE;
  }

  /**
   * Adds a rule, or replaces the one with the same protocol and key.
   *
   * @param place where
   * @param rule the rule; in the place of a namespace its local side does not count
   * @return see {@link #add(int[], Rule)}
   */
  public SessionError add(int place, Rule rule) {
    return add(new int[] {place}, rule);
  }

  /**
   * Adds a rule in several places, or replaces those with the same protocol and key: in all of them, or in none when
   * one refuses it.
   *
   * @param places where, each once
   * @param rule the rule; in the place of a namespace its local side does not count
   * @return NONE; NOSUPPORT when rules are not the backend, INVALID for a tag that is too long or another rule's of the
   *     family, LIMIT
   */
  public SessionError add(int[] places, Rule rule) {
    if (now.backend() != PolicyBackend.RULES) {
      return SessionError.NOSUPPORT;
    }
    int more = 0;
    for (int place : places) {
      RuleTable present = table(place);
      RuleTable table = present == null ? new RuleTable() : present;
      SessionError error = table.admits(placed(place, rule));
      if (error != SessionError.NONE) {
        return error;
      }
      more += table.has(placed(place, rule)) ? 0 : 1;
    }
    if (more > 0 && entries + more > limits.maxRules()) {
      ruleLimit.increment(0);
      return SessionError.LIMIT;
    }
    for (int place : places) {
      addIn(place, placed(place, rule));
    }
    return SessionError.NONE;
  }

  /** The rule before its table and their number: each place is as it was should the table fail to take the rule. */
  private void addIn(int place, Rule rule) {
    RuleTable present = table(place);
    RuleTable table = present == null ? new RuleTable() : present;
    int before = table.size();
    table.add(rule);
    entries += table.size() - before;
    if (present == null) {
      publish(place, table);
    }
  }

  /** A rule as it is in a place: that of a namespace knows no local side. */
  private static Rule placed(int place, Rule rule) {
    return place < 0 ? new Rule(rule.protocol(), rule.key().withoutLocal(), rule.action(), rule.tag()) : rule;
  }

  /**
   * Takes a rule out.
   *
   * @param place where
   * @param protocolSlot its protocol's
   * @param key what it matches
   * @return NONE; NOROUTE when there is no such rule
   */
  public SessionError delete(int place, int protocolSlot, RuleKey key) {
    RuleTable table = table(place);
    return deleted(table == null ? null : table.delete(protocolSlot, place < 0 ? key.withoutLocal() : key));
  }

  /**
   * Takes the rule of a tag out. The families of a place have tags of their own.
   *
   * @param place where
   * @param ip4 its family
   * @param tag its tag
   * @return NONE; NOROUTE when there is no such rule
   */
  public SessionError delete(int place, boolean ip4, String tag) {
    RuleTable table = table(place);
    return deleted(table == null ? null : table.delete(ip4, tag));
  }

  private SessionError deleted(@Nullable Rule rule) {
    entries -= rule == null ? 0 : 1;
    return rule == null ? SessionError.NOROUTE : SessionError.NONE;
  }

  /**
   * The rules of a place.
   *
   * @param place where
   * @return in the order in which they came
   */
  public List<Rule> rules(int place) {
    RuleTable table = table(place);
    return table == null ? List.of() : table.all();
  }

  private @Nullable RuleTable table(int place) {
    return now.tables().get(place) instanceof RuleTable table ? table : null;
  }

  /**
   * Changes the deny list of a table set: all changes in order, or none when one is refused.
   *
   * @param table the table set
   * @param changes what to do
   * @return NONE; NOSUPPORT when deny lists are not the backend; IPINUSE for a prefix that is there and for the one of
   *     every address; NOROUTE for one that is not there; INVALID for a tag that is too long or another entry's of the
   *     family; LIMIT
   */
  public SessionError change(int table, List<DenyChange> changes) {
    if (now.backend() != PolicyBackend.DENY_LIST) {
      return SessionError.NOSUPPORT;
    }
    DenyTable present = now.tables().get(table) instanceof DenyTable list ? list : null;
    DenyTable list = present == null ? new DenyTable() : present;
    int before = list.size();
    SessionError error = list.change(changes, limits.maxDenied() - entries);
    entries += list.size() - before;
    if (error == SessionError.LIMIT) {
      denyLimit.increment(0);
    } else if (error == SessionError.NONE && present == null) {
      publish(table, list);
    }
    return error;
  }

  /**
   * The deny list of a table set.
   *
   * @param table the table set
   * @return IPv4 before IPv6, then by address
   */
  public List<DenyEntry> denied(int table) {
    return now.tables().get(table) instanceof DenyTable list ? list.all() : List.of();
  }

  /**
   * The places that have a table.
   *
   * @return in ascending order: those of namespaces first
   */
  public int[] places() {
    return now.tables().keySet().intStream().sorted().toArray();
  }

  /**
   * Entries of all tables.
   *
   * @return their number
   */
  public int size() {
    return entries;
  }

  /**
   * Forgets what a table set has for one family, because the table of that family goes.
   *
   * @param table the table set; without effect for one that has nothing
   * @param ip4 the family
   */
  public void retire(int table, boolean ip4) {
    PolicyTable present = now.tables().get(table);
    if (present != null) {
      int before = present.size();
      present.retire(ip4);
      entries += present.size() - before;
      if (present.size() == 0) {
        retire(table);
      }
    }
  }

  /**
   * Forgets what a table set or namespace has, because that goes.
   *
   * @param place where; without effect for one that has nothing
   */
  public void retire(int place) {
    PolicyTable table = now.tables().get(place);
    if (table != null) {
      entries -= table.size();
      Int2ObjectOpenHashMap<PolicyTable> fewer = now.tables().clone();
      fewer.remove(place);
      now = new State(now.backend(), fewer);
    }
  }

  private void publish(int place, PolicyTable table) {
    Int2ObjectOpenHashMap<PolicyTable> more = now.tables().clone();
    more.put(place, table);
    now = new State(now.backend(), more);
  }
}
