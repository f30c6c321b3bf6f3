package org.sluice.core.policy;

import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.session.FlowKey;

/**
 * A few rules, the strongest first, looked at one by one. What they match lies in one array, because a look-up costs
 * what it has to fetch from memory: with a hundred thousand rules hardly anything is in the caches.
 */
final class FewRules extends RuleGroup {
  /** With more it pays to look them up. */
  static final int MOST = 8;

  private static final Comparator<Rule> STRONGER = Comparator.comparing(Rule::key, Comparator
      .comparingInt((RuleKey key) -> key.local().length())
      .thenComparingInt(key -> Math.min(key.remotePort(), 1))
      .thenComparingInt(key -> Math.min(key.localPort(), 1))).reversed();

  /**
   * For each rule both halves of the local prefix; its bits, the remote and the local port in one word; and the code of
   * its action.
   */
  private static final int WORDS = 4;
  private static final int BITS_SHIFT = 32;
  private static final int REMOTE_PORT_SHIFT = 16;
  private static final int PORT = 0xffff;

  private final long[] words;
  private final Rule[] rules;

  /** Takes the array over. */
  private FewRules(long remoteHigh, long remoteLow, Rule[] rules) {
    super(remoteHigh, remoteLow);
    this.rules = rules;
    Arrays.sort(rules, STRONGER);
    words = new long[rules.length * WORDS];
    for (int i = 0; i < rules.length; i++) {
      RuleKey key = rules[i].key();
      IpAddress local = key.local().address();
      words[i * WORDS] = local.high();
      words[i * WORDS + 1] = local.low();
      words[i * WORDS + 2] =
          (long) key.local().bits() << BITS_SHIFT | (long) key.remotePort() << REMOTE_PORT_SHIFT | key.localPort();
      words[i * WORDS + 3] = rules[i].action().code();
    }
  }

  static FewRules of(Rule rule) {
    IpAddress remote = rule.key().remote().address();
    return new FewRules(remote.high(), remote.low(), new Rule[] {rule});
  }

  @Override
  long decide(FlowKey key, boolean connect) {
    int at = locate(key, connect);
    return at < 0 ? RuleAction.NOTHING : words[at + 3];
  }

  @Override
  @Nullable Rule find(FlowKey key, boolean connect) {
    int at = locate(key, connect);
    return at < 0 ? null : rules[at / WORDS];
  }

  private int locate(FlowKey key, boolean connect) {
    long localHigh = localHigh(key, connect);
    long localLow = localLow(key, connect);
    int remotePort = key.remotePort();
    int localPort = localPort(key, connect);
    for (int at = 0; at < words.length; at += WORDS) {
      long about = words[at + 2];
      int localBits = (int) (about >>> BITS_SHIFT);
      int wantedRemote = (int) (about >>> REMOTE_PORT_SHIFT) & PORT;
      int wantedLocal = (int) about & PORT;
      if (((localLow ^ words[at + 1]) & IpPrefix.maskLow(localBits)) == 0
          && ((localHigh ^ words[at]) & IpPrefix.maskHigh(localBits)) == 0
          && (wantedRemote == 0 || wantedRemote == remotePort)
          && (wantedLocal == 0 || wantedLocal == localPort)
          && (localBits >= IpPrefix.IP4_OFFSET_BITS || IpAddress.isIp4(localHigh, localLow) == isIp4(at))) {
        return at;
      }
    }
    return -1;
  }

  /** Only a short prefix of IPv6 could hold addresses of the other family. */
  private boolean isIp4(int at) {
    return IpAddress.isIp4(words[at], words[at + 1]);
  }

  @Override
  RuleGroup with(Rule rule) {
    int at = indexOf(rule.key());
    if (at >= 0) {
      Rule[] changed = rules.clone();
      changed[at] = rule;
      return new FewRules(remoteHigh(), remoteLow(), changed);
    }
    if (rules.length == MOST) {
      RuleGroup many = ManyRules.empty(remoteHigh(), remoteLow());
      for (Rule present : rules) {
        many = many.with(present);
      }
      return many.with(rule);
    }
    Rule[] more = Arrays.copyOf(rules, rules.length + 1);
    more[rules.length] = rule;
    return new FewRules(remoteHigh(), remoteLow(), more);
  }

  @Override
  @Nullable RuleGroup without(RuleKey key) {
    Rule[] rest = Arrays.stream(rules).filter(rule -> !rule.key().equals(key)).toArray(Rule[]::new);
    return rest.length == 0 ? null : new FewRules(remoteHigh(), remoteLow(), rest);
  }

  private int indexOf(RuleKey key) {
    for (int i = 0; i < rules.length; i++) {
      if (rules[i].key().equals(key)) {
        return i;
      }
    }
    return -1;
  }
}
