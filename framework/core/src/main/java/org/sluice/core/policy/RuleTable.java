package org.sluice.core.policy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.FlowKey;

/** The rules of one table set or namespace. Worker 0 writes; any worker finds the winner of one state of them. */
final class RuleTable implements PolicyTable {
  private record Id(int protocol, RuleKey key) {}

  /** Families may be of different namespaces, which do not share names. */
  private record Tag(String name, boolean ip4) {}

  private final Map<Id, Rule> rules = new LinkedHashMap<>();
  private final Map<Tag, Id> byTag = new HashMap<>();
  private volatile RuleSet[] byProtocol = new RuleSet[0];

  // ---- Worker 0.

  /** Whether a rule may be added: NONE, or INVALID for a tag that is too long or another's of its family. */
  SessionError admits(Rule rule) {
    Id holder = byTag.get(tag(rule));
    boolean taken = holder != null && !holder.equals(id(rule));
    return taken || !Rule.isTag(rule.tag()) ? SessionError.INVALID : SessionError.NONE;
  }

  boolean has(Rule rule) {
    return rules.containsKey(id(rule));
  }

  /** Adds a rule that is admitted, instead of the one with the same key. */
  void add(Rule rule) {
    change(rule.protocol(), set(rule.protocol()).with(rule), rules.get(id(rule)), rule);
  }

  /** Takes a rule out; null when there is none. */
  @Nullable Rule delete(int protocol, RuleKey key) {
    Rule deleted = rules.get(new Id(protocol, key));
    if (deleted != null) {
      change(protocol, set(protocol).without(key), deleted, null);
    }
    return deleted;
  }

  /** Notes a change and publishes it. What may throw comes first, so that what is listed is what decides. */
  private void change(int protocol, RuleSet changed, @Nullable Rule before, @Nullable Rule after) {
    RuleSet[] next = with(protocol, changed);
    if (before != null) {
      byTag.remove(tag(before));
    }
    if (after != null) {
      rules.put(id(after), after);
      if (!after.tag().isEmpty()) {
        byTag.put(tag(after), id(after));
      }
    } else if (before != null) {
      rules.remove(id(before));
    }
    byProtocol = next;
  }

  /** Takes the rule of a family's tag out; null when there is none. */
  @Nullable Rule delete(boolean ip4, String tag) {
    Id tagged = byTag.get(new Tag(tag, ip4));
    return tagged == null ? null : delete(tagged.protocol(), tagged.key());
  }

  @Override
  public void retire(boolean ip4) {
    for (Id id : List.copyOf(rules.keySet())) {
      if (id.key().isIp4() == ip4) {
        delete(id.protocol(), id.key());
      }
    }
  }

  List<Rule> all() {
    return List.copyOf(rules.values());
  }

  @Override
  public int size() {
    return rules.size();
  }

  private RuleSet[] with(int protocol, RuleSet changed) {
    RuleSet[] now = byProtocol;
    RuleSet[] next = Arrays.copyOf(now, Math.max(now.length, protocol + 1));
    for (int i = now.length; i < next.length; i++) {
      next[i] = RuleSet.EMPTY;
    }
    next[protocol] = changed;
    return next;
  }

  private static Tag tag(Rule rule) {
    return new Tag(rule.tag(), rule.key().isIp4());
  }

  private static Id id(Rule rule) {
    return new Id(rule.protocol(), rule.key());
  }

  // ---- Any worker.

  private RuleSet set(int protocol) {
    RuleSet[] now = byProtocol;
    return protocol < now.length ? now[protocol] : RuleSet.EMPTY;
  }

  @Override
  public long decide(int protocolSlot, FlowKey key) {
    return set(protocolSlot).decide(key, false);
  }

  @Override
  public long decideFromAnywhere(int protocolSlot, FlowKey key) {
    return set(protocolSlot).decideFromAnywhere(key);
  }

  /** The same for a connect, whose local side does not count. */
  long decideConnect(int protocolSlot, FlowKey key) {
    return set(protocolSlot).decide(key, true);
  }

  @Nullable Rule find(int protocolSlot, FlowKey key) {
    return set(protocolSlot).find(key, false);
  }

  @Nullable Rule findConnect(int protocolSlot, FlowKey key) {
    return set(protocolSlot).find(key, true);
  }
}
