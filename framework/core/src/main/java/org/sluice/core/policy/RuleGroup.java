package org.sluice.core.policy;

import org.jspecify.annotations.Nullable;

/** The rules of one remote prefix. Immutable; any context reads. */
sealed interface RuleGroup permits FewRules, ManyRules {

  /** How many leading bits of the 128 the remote prefix has. */
  int bits();

  /** The rule that wins for the local side and both ports, or null when none matches. */
  @Nullable Rule find(int remotePort, long localHigh, long localLow, int localPort);

  /** The code of the winner's action, or NOTHING. */
  default long decide(int remotePort, long localHigh, long localLow, int localPort) {
    Rule rule = find(remotePort, localHigh, localLow, localPort);
    return rule == null ? RuleAction.NOTHING : rule.action().code();
  }

  /** A copy with a rule, instead of the one with the same key. */
  RuleGroup with(Rule rule);

  /** A copy without the rule of a key; null when no rule is left. */
  @Nullable RuleGroup without(RuleKey key);
}
