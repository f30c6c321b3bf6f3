package org.sluice.benchmarks.sidebyside.session;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.sluice.core.policy.RuleKey;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.sluice.spi.session.FlowKey;

/**
 * Rules as an operator of a large host might have them, and flows to ask them about. Remote prefixes are of 10.0.0.0/8,
 * so that they nest: of 8, 16, 20, 24, 28 and 32 bits in 0.1, 1, 5, 25, 20 and 49 per cent of the rules, each with a
 * local prefix of 0, 24 or 32 bits, any or one remote port of two, and any or one local port of eight, which makes 72
 * combinations of lengths and exact ports. Half of the flows come from within the prefix of a rule, half from anywhere
 * in 10.0.0.0/8.
 */
final class RuleMix {
  private static final int[] REMOTE_BITS = {8, 16, 20, 24, 28, 32};
  private static final int[] REMOTE_PER_MILLE = {1, 10, 50, 250, 200, 489};
  private static final int[] LOCAL_BITS = {0, 24, 32};
  private static final int FLOWS = 1 << 16;
  private static final long TEN = 10L << 24;
  private static final long LOCAL = 192L << 24 | 168L << 16;

  private final List<RuleKey> rules;
  private final int[] remotes = new int[FLOWS];
  private final int[] locals = new int[FLOWS];
  private final int[] ports = new int[FLOWS];

  RuleMix(int count) {
    SplittableRandom random = new SplittableRandom(1);
    Map<RuleKey, Boolean> drawn = new LinkedHashMap<>();
    while (drawn.size() < count) {
      drawn.put(rule(random), true);
    }
    rules = List.copyOf(new ArrayList<>(drawn.keySet()));
    for (int i = 0; i < FLOWS; i++) {
      RuleKey of = rules.get(random.nextInt(count));
      long within = of.remote().address().low() & 0xffff_ffffL
          | random.nextInt() & (1L << 32 - of.remote().length()) - 1;
      remotes[i] = (int) (random.nextBoolean() ? within : TEN | random.nextInt(1 << 24));
      locals[i] = (int) (LOCAL | random.nextInt(1 << 10));
      ports[i] = (1 + random.nextInt(3)) << 16 | 80 + random.nextInt(9);
    }
  }

  private static RuleKey rule(SplittableRandom random) {
    int drawn = random.nextInt(1000);
    int kind = 0;
    for (int sum = REMOTE_PER_MILLE[0]; drawn >= sum; sum += REMOTE_PER_MILLE[kind]) {
      kind++;
    }
    IpAddress remote = IpAddress.ofIp4(TEN | random.nextInt(1 << 24));
    IpAddress local = IpAddress.ofIp4(LOCAL | random.nextInt(1 << 10));
    return new RuleKey(new IpPrefix(remote, REMOTE_BITS[kind]),
        new IpPrefix(local, LOCAL_BITS[random.nextInt(LOCAL_BITS.length)]),
        random.nextBoolean() ? 0 : 1 + random.nextInt(2), random.nextBoolean() ? 0 : 80 + random.nextInt(8));
  }

  List<RuleKey> rules() {
    return rules;
  }

  int remote(int number) {
    return remotes[number & (FLOWS - 1)];
  }

  int local(int number) {
    return locals[number & (FLOWS - 1)];
  }

  int remotePort(int number) {
    return ports[number & (FLOWS - 1)] >>> 16;
  }

  int localPort(int number) {
    return ports[number & (FLOWS - 1)] & 0xffff;
  }

  FlowKey flow(int number, FlowKey key) {
    key.remote(0, IpAddress.IP4_MAPPED | remote(number) & 0xffff_ffffL, remotePort(number));
    key.local(0, IpAddress.IP4_MAPPED | local(number) & 0xffff_ffffL, localPort(number));
    return key;
  }
}
