package org.sluice.core.lookup;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.sluice.core.runtime.CounterRegistry;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.session.FlowKey;

/** Keys and tables for tests. */
final class Flows {
  /** Makes a hash without secrets: IPv4 flows of the same ports all collide, down to the last bit. */
  static final RandomGenerator NO_SECRETS = () -> 0;

  private Flows() {}

  static Counter counter() {
    return new CounterRegistry(1).scope("core").counter("flows.limit", "Flows refused.");
  }

  static FlowTable table(int maxEntries, long seed) {
    return new FlowTable(maxEntries, new SplittableRandom(seed), counter());
  }

  static FlowTable collidingTable(int maxEntries) {
    return new FlowTable(maxEntries, NO_SECRETS, counter());
  }

  /** Flow number n: of one service, from address n. */
  static FlowKey ip4(FlowKey key, int n) {
    key.local(0, IpAddress.IP4_MAPPED | 0x0a000001, 80);
    key.remote(0, IpAddress.IP4_MAPPED | (0x0b000000L + n), 4000);
    key.scope(1, 0);
    return key;
  }

  /** Flow number n with everything in it depending on the number. */
  static FlowKey mixed(FlowKey key, int n) {
    boolean ip4 = n % 2 == 0;
    long network = ip4 ? 0 : 0x2001_0db8_0000_0000L + n % 3;
    long prefix = ip4 ? IpAddress.IP4_MAPPED : 0;
    key.local(network, prefix | (n % 5 + 1), n % 7 + 1);
    key.remote(network, prefix | (n / 11 % 100 + 9), n / 1_100 + 1024);
    key.scope(n % 3, n % 11);
    return key;
  }
}
