package org.sluice.core.policy;

import org.jspecify.annotations.Nullable;
import org.sluice.core.lookup.PrefixTrie;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.session.FlowKey;

/** Many rules of one remote prefix, by local prefix and in each of these by ports. */
final class ManyRules extends RuleGroup {
  private final PrefixTrie<Local> locals;

  private ManyRules(long remoteHigh, long remoteLow, PrefixTrie<Local> locals) {
    super(remoteHigh, remoteLow);
    this.locals = locals;
  }

  static ManyRules empty(long remoteHigh, long remoteLow) {
    return new ManyRules(remoteHigh, remoteLow, PrefixTrie.empty());
  }

  /** The rules of one local prefix; both ports are one word, looked up like an address. */
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

  @Override
  long decide(FlowKey key, boolean connect) {
    Rule rule = find(key, connect);
    return rule == null ? RuleAction.NOTHING : rule.action().code();
  }

  @Override
  @Nullable Rule find(FlowKey key, boolean connect) {
    long localHigh = localHigh(key, connect);
    long localLow = localLow(key, connect);
    int remotePort = key.remotePort();
    int localPort = localPort(key, connect);
    Local local = locals.longest(localHigh, localLow);
    while (local != null) {
      Rule rule = local.find(remotePort, localPort);
      if (rule != null) {
        return rule;
      }
      local = locals.longest(localHigh, localLow, local.bits - 1);
    }
    return null;
  }

  @Override
  ManyRules with(Rule rule) {
    RuleKey key = rule.key();
    Local local = locals.get(key.local());
    PrefixTrie<Rule> byPorts = local == null ? PrefixTrie.empty() : local.byPorts;
    Local changed = new Local(key.local().bits(), byPorts.with(ports(key), rule));
    return new ManyRules(remoteHigh(), remoteLow(), locals.with(key.local(), changed));
  }

  @Override
  @Nullable ManyRules without(RuleKey key) {
    Local local = locals.get(key.local());
    if (local == null) {
      return this;
    }
    PrefixTrie<Rule> byPorts = local.byPorts.without(ports(key));
    PrefixTrie<Local> rest = byPorts.size() == 0
        ? locals.without(key.local())
        : locals.with(key.local(), new Local(local.bits, byPorts));
    return rest.size() == 0 ? null : new ManyRules(remoteHigh(), remoteLow(), rest);
  }
}
