package org.sluice.core.policy;

import org.jspecify.annotations.Nullable;
import org.sluice.core.lookup.PrefixTrie;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;

/**
 * The rules of one protocol: by remote prefix, in each of these by local prefix, in each of these by ports. Whoever
 * goes through the matching prefixes from the longest to the shortest meets the winner first, by construction. A
 * look-up costs a walk through one trie per matching prefix, and so depends on how deep rules are nested, hardly on how
 * many there are. Immutable; a changed copy shares all but one path. Any context reads; nothing is allocated.
 */
final class RuleSet {
  static final RuleSet EMPTY = new RuleSet(PrefixTrie.empty());

  private final PrefixTrie<Remote> remotes;

  private RuleSet(PrefixTrie<Remote> remotes) {
    this.remotes = remotes;
  }

  /** The rules of one remote prefix. */
  private record Remote(int bits, PrefixTrie<Local> locals) {}

  /** The rules of one remote and one local prefix; both ports are one word, looked up like an address. */
  private record Local(int bits, PrefixTrie<Rule> byPorts) {

    @Nullable Rule find(int remotePort, int localPort) {
      Rule rule = at(remotePort, localPort);
      rule = rule == null ? at(remotePort, 0) : rule;
      rule = rule == null ? at(0, localPort) : rule;
      return rule == null ? at(0, 0) : rule;
    }

    private @Nullable Rule at(int remotePort, int localPort) {
      return byPorts.longest(0, word(remotePort, localPort));
    }
  }

  private static long word(int remotePort, int localPort) {
    return (long) remotePort << 16 | localPort;
  }

  private static IpPrefix ports(RuleKey key) {
    return IpPrefix.host(new IpAddress(0, word(key.remotePort(), key.localPort())));
  }

  /** The rule that wins, or null when none matches. */
  @Nullable Rule find(long remoteHigh, long remoteLow, int remotePort, long localHigh, long localLow, int localPort) {
    Remote remote = remotes.longest(remoteHigh, remoteLow);
    while (remote != null) {
      Local local = remote.locals.longest(localHigh, localLow);
      while (local != null) {
        Rule rule = local.find(remotePort, localPort);
        if (rule != null) {
          return rule;
        }
        local = remote.locals.longest(localHigh, localLow, local.bits - 1);
      }
      remote = remotes.longest(remoteHigh, remoteLow, remote.bits - 1);
    }
    return null;
  }

  /** A copy with a rule, instead of the one with the same key. */
  RuleSet with(Rule rule) {
    RuleKey key = rule.key();
    Remote remote = remotes.get(key.remote());
    PrefixTrie<Local> locals = remote == null ? PrefixTrie.empty() : remote.locals;
    Local local = locals.get(key.local());
    PrefixTrie<Rule> byPorts = local == null ? PrefixTrie.empty() : local.byPorts;
    byPorts = byPorts.with(ports(key), rule);
    locals = locals.with(key.local(), new Local(key.local().bits(), byPorts));
    return new RuleSet(remotes.with(key.remote(), new Remote(key.remote().bits(), locals)));
  }

  /** A copy without a rule that is there. */
  RuleSet without(RuleKey key) {
    Remote remote = remotes.get(key.remote());
    Local local = remote == null ? null : remote.locals.get(key.local());
    if (remote == null || local == null) {
      return this;
    }
    PrefixTrie<Rule> byPorts = local.byPorts.without(ports(key));
    PrefixTrie<Local> locals = byPorts.size() == 0
        ? remote.locals.without(key.local())
        : remote.locals.with(key.local(), new Local(local.bits, byPorts));
    return new RuleSet(locals.size() == 0
        ? remotes.without(key.remote())
        : remotes.with(key.remote(), new Remote(remote.bits, locals)));
  }
}
