package org.sluice.core.policy;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.session.FlowKey;

/** The rules of one remote prefix. Immutable; any context reads. */
abstract sealed class RuleGroup permits FewRules, ManyRules {
  private final long remoteHigh;
  private final long remoteLow;

  /** The rules of that prefix. */
  RuleGroup(long remoteHigh, long remoteLow) {
    this.remoteHigh = remoteHigh;
    this.remoteLow = remoteLow;
  }

  final boolean isOf(long high, long low) {
    return low == remoteLow && high == remoteHigh;
  }

  final long remoteHigh() {
    return remoteHigh;
  }

  final long remoteLow() {
    return remoteLow;
  }

  /** The code of the winner's action for the local side and both ports, or NOTHING; the rule itself is not fetched. */
  abstract long decide(FlowKey key, boolean connect);

  /** The rule that wins, or null when none matches. */
  abstract @Nullable Rule find(FlowKey key, boolean connect);

  /** A copy with a rule, instead of the one with the same key. */
  abstract RuleGroup with(Rule rule);

  /** A copy without the rule of a key; null when no rule is left. */
  abstract @Nullable RuleGroup without(RuleKey key);

  // ---- The local side that counts: of a connect the unspecified address of the peer's family.

  static long localHigh(FlowKey key, boolean connect) {
    return connect ? 0 : key.localHigh();
  }

  static long localLow(FlowKey key, boolean connect) {
    if (!connect) {
      return key.localLow();
    }
    return IpAddress.isIp4(key.remoteHigh(), key.remoteLow()) ? IpAddress.IP4_MAPPED : 0;
  }

  static int localPort(FlowKey key, boolean connect) {
    return connect ? 0 : key.localPort();
  }
}
