package org.sluice.core.policy;

import org.jspecify.annotations.Nullable;
import org.sluice.core.lookup.PrefixTrie;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;

/** Many rules of one remote prefix, by local prefix and in each of these by ports. */
final class ManyRules implements RuleGroup {
  private final int bits;
  private final PrefixTrie<Local> locals;

  private ManyRules(int bits, PrefixTrie<Local> locals) {
    this.bits = bits;
    this.locals = locals;
  }

  static ManyRules empty(int bits) {
    return new ManyRules(bits, PrefixTrie.empty());
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
  public int bits() {
    return bits;
  }

  @Override
  public @Nullable Rule find(int remotePort, long localHigh, long localLow, int localPort) {
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
  public ManyRules with(Rule rule) {
    RuleKey key = rule.key();
    Local local = locals.get(key.local());
    PrefixTrie<Rule> byPorts = local == null ? PrefixTrie.empty() : local.byPorts;
    Local changed = new Local(key.local().bits(), byPorts.with(ports(key), rule));
    return new ManyRules(bits, locals.with(key.local(), changed));
  }

  @Override
  public @Nullable ManyRules without(RuleKey key) {
    Local local = locals.get(key.local());
    if (local == null) {
      return this;
    }
    PrefixTrie<Rule> byPorts = local.byPorts.without(ports(key));
    PrefixTrie<Local> rest = byPorts.size() == 0
        ? locals.without(key.local())
        : locals.with(key.local(), new Local(local.bits, byPorts));
    return rest.size() == 0 ? null : new ManyRules(bits, rest);
  }
}
