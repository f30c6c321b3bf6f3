package org.sluice.benchmarks.sidebyside.session;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.sluice.core.policy.RuleKey;
import org.sluice.spi.network.IpPrefix;

/**
 * The peer: the same rules in the order of their strength, looked at from the strongest on until one matches. Addresses
 * are single words, and lie in arrays one behind the other.
 */
public final class LinearRules extends LookupContender {
  private final RuleMix mix;
  private final int[] numbers;
  private final int[] remotes;
  private final int[] remoteMasks;
  private final int[] locals;
  private final int[] localMasks;
  private final int[] remotePorts;
  private final int[] localPorts;

  private LinearRules(RuleMix mix) {
    this.mix = mix;
    List<RuleKey> rules = mix.rules();
    Comparator<RuleKey> weaker = Comparator.comparingInt((RuleKey key) -> key.remote().length())
        .thenComparingInt(key -> key.local().length())
        .thenComparingInt(key -> Math.min(key.remotePort(), 1))
        .thenComparingInt(key -> Math.min(key.localPort(), 1));
    numbers = IntStream.range(0, rules.size()).boxed()
        .sorted(Comparator.comparing(rules::get, weaker.reversed())).mapToInt(Integer::intValue).toArray();
    remotes = words(rules, numbers, key -> word(key.remote()));
    remoteMasks = words(rules, numbers, key -> mask(key.remote()));
    locals = words(rules, numbers, key -> word(key.local()));
    localMasks = words(rules, numbers, key -> mask(key.local()));
    remotePorts = words(rules, numbers, RuleKey::remotePort);
    localPorts = words(rules, numbers, RuleKey::localPort);
  }

  /**
   * Opens it.
   *
   * @param rules how many rules there are
   * @return the contender
   */
  public static LinearRules of(int rules) {
    return new LinearRules(new RuleMix(rules));
  }

  private static int[] words(
      List<RuleKey> rules, int[] numbers, ToIntFunction<RuleKey> word) {
    return IntStream.of(numbers).map(number -> word.applyAsInt(rules.get(number))).toArray();
  }

  private static int word(IpPrefix prefix) {
    return (int) prefix.address().low();
  }

  private static int mask(IpPrefix prefix) {
    return (int) IpPrefix.maskLow(prefix.bits());
  }

  @Override
  long lookUp(int number) {
    int remote = mix.remote(number);
    int local = mix.local(number);
    int remotePort = mix.remotePort(number);
    int localPort = mix.localPort(number);
    for (int i = 0; i < remotes.length; i++) {
      if ((remote & remoteMasks[i]) == remotes[i]
          && (local & localMasks[i]) == locals[i]
          && (remotePorts[i] == 0 || remotePorts[i] == remotePort)
          && (localPorts[i] == 0 || localPorts[i] == localPort)) {
        return numbers[i];
      }
    }
    return -1;
  }

  @Override
  boolean isRight(long found) {
    return found < numbers.length;
  }
}
