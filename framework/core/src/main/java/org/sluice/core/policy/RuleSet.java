package org.sluice.core.policy;

import org.jspecify.annotations.Nullable;
import org.sluice.core.lookup.PrefixTrie;

/**
 * The rules of one protocol: by remote prefix, in each of these by local prefix, in each of these by ports. Whoever
 * goes through the matching prefixes from the longest to the shortest meets the winner first, by construction. A
 * look-up costs a walk through one trie per matching prefix, and so depends on how deep rules are nested, hardly on how
 * many there are. Immutable; a changed copy shares all but one path. Any context reads; nothing is allocated.
 */
final class RuleSet {
  static final RuleSet EMPTY = new RuleSet(PrefixTrie.empty());

  private final PrefixTrie<RuleGroup> remotes;

  private RuleSet(PrefixTrie<RuleGroup> remotes) {
    this.remotes = remotes;
  }

  /** The rule that wins, or null when none matches. */
  @Nullable Rule find(long remoteHigh, long remoteLow, int remotePort, long localHigh, long localLow, int localPort) {
    RuleGroup group = remotes.longest(remoteHigh, remoteLow);
    while (group != null) {
      Rule rule = group.find(remotePort, localHigh, localLow, localPort);
      if (rule != null) {
        return rule;
      }
      group = remotes.longest(remoteHigh, remoteLow, group.bits() - 1);
    }
    return null;
  }

  /** The same without fetching the rule: the code of its action, or NOTHING. */
  long decide(long remoteHigh, long remoteLow, int remotePort, long localHigh, long localLow, int localPort) {
    RuleGroup group = remotes.longest(remoteHigh, remoteLow);
    while (group != null) {
      long code = group.decide(remotePort, localHigh, localLow, localPort);
      if (code != RuleAction.NOTHING) {
        return code;
      }
      group = remotes.longest(remoteHigh, remoteLow, group.bits() - 1);
    }
    return RuleAction.NOTHING;
  }

  /** A copy with a rule, instead of the one with the same key. */
  RuleSet with(Rule rule) {
    RuleGroup group = remotes.get(rule.key().remote());
    return new RuleSet(remotes.with(rule.key().remote(), group == null ? FewRules.of(rule) : group.with(rule)));
  }

  /** A copy without a rule that is there. */
  RuleSet without(RuleKey key) {
    RuleGroup group = remotes.get(key.remote());
    RuleGroup rest = group == null ? null : group.without(key);
    return new RuleSet(rest == null ? remotes.without(key.remote()) : remotes.with(key.remote(), rest));
  }
}
