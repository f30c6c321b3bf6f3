package org.sluice.core.policy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.session.FlowKey;

/**
 * The rules of one protocol: by remote prefix, in each of these by local prefix, in each of these by ports. The remote
 * prefixes of each length are in a hash table. Whoever asks the lengths from the longest to the shortest meets the
 * winner first, by construction; and as no question depends on the answer to the one before, the processor fetches for
 * several at a time. A look-up depends on how many lengths there are, hardly on how many rules. Immutable; a changed
 * copy shares all but one path. Any context reads; nothing is allocated.
 */
final class RuleSet {
  private static final RemotePrefixes[] NONE = {};
  static final RuleSet EMPTY = new RuleSet(NONE, NONE);

  private static final IpPrefix ANY_IP4 = new IpPrefix(IpAddress.ANY_IP4, 0);
  private static final IpPrefix ANY_IP6 = new IpPrefix(IpAddress.ANY_IP6, 0);
  private static final Comparator<RemotePrefixes> LONGEST_FIRST =
      Comparator.comparingInt(RemotePrefixes::bits).reversed();

  /** The longest first; no two of one length. */
  private final RemotePrefixes[] ip4;

  private final RemotePrefixes[] ip6;

  private RuleSet(RemotePrefixes[] ip4, RemotePrefixes[] ip6) {
    this.ip4 = ip4;
    this.ip6 = ip6;
  }

  // ---- Look-up.

  /** The code of the action of the rule that wins for a packet, or for a connect, whose local side does not count. */
  long decide(FlowKey key, boolean connect) {
    long high = key.remoteHigh();
    long low = key.remoteLow();
    for (RemotePrefixes prefixes : lengths(IpAddress.isIp4(high, low))) {
      RuleGroup group = prefixes.holding(high, low);
      long code = group == null ? RuleAction.NOTHING : group.decide(key, connect);
      if (code != RuleAction.NOTHING) {
        return code;
      }
    }
    return RuleAction.NOTHING;
  }

  /** The same for a packet whose remote address is unknown, but for its family. */
  long decideFromAnywhere(FlowKey key) {
    IpPrefix any = IpAddress.isIp4(key.remoteHigh(), key.remoteLow()) ? ANY_IP4 : ANY_IP6;
    RemotePrefixes prefixes = of(any);
    RuleGroup group = prefixes == null ? null : prefixes.of(any);
    return group == null ? RuleAction.NOTHING : group.decide(key, false);
  }

  /** The rule that wins, or null when none matches. */
  @Nullable Rule find(FlowKey key, boolean connect) {
    long high = key.remoteHigh();
    long low = key.remoteLow();
    for (RemotePrefixes prefixes : lengths(IpAddress.isIp4(high, low))) {
      RuleGroup group = prefixes.holding(high, low);
      Rule rule = group == null ? null : group.find(key, connect);
      if (rule != null) {
        return rule;
      }
    }
    return null;
  }

  private RemotePrefixes[] lengths(boolean isIp4) {
    return isIp4 ? ip4 : ip6;
  }

  // ---- Changed copies.

  /** A copy with a rule, instead of the one with the same key. */
  RuleSet with(Rule rule) {
    IpPrefix remote = rule.key().remote();
    RemotePrefixes prefixes = of(remote);
    prefixes = prefixes == null ? RemotePrefixes.empty(remote.bits()) : prefixes;
    RuleGroup group = prefixes.of(remote);
    return with(remote.isIp4(), prefixes.with(group == null ? FewRules.of(rule) : group.with(rule)));
  }

  /** A copy without a rule that is there. */
  RuleSet without(RuleKey key) {
    IpPrefix remote = key.remote();
    RemotePrefixes prefixes = of(remote);
    RuleGroup group = prefixes == null ? null : prefixes.of(remote);
    if (prefixes == null || group == null) {
      return this;
    }
    RuleGroup rest = group.without(key);
    return with(remote.isIp4(), rest == null ? prefixes.without(remote) : prefixes.with(rest));
  }

  private @Nullable RemotePrefixes of(IpPrefix remote) {
    for (RemotePrefixes prefixes : lengths(remote.isIp4())) {
      if (prefixes.bits() == remote.bits()) {
        return prefixes;
      }
    }
    return null;
  }

  private RuleSet with(boolean isIp4, RemotePrefixes changed) {
    Stream<RemotePrefixes> others = Arrays.stream(lengths(isIp4)).filter(other -> other.bits() != changed.bits());
    Stream<RemotePrefixes> all = changed.size() == 0 ? others : Stream.concat(others, Stream.of(changed));
    RemotePrefixes[] sorted = all.sorted(LONGEST_FIRST).toArray(RemotePrefixes[]::new);
    return isIp4 ? new RuleSet(sorted, ip6) : new RuleSet(ip4, sorted);
  }
}
