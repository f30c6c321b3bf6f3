package org.sluice.core.network;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells each card which addresses are ours on it: all of its tables, because any of them answers there, and those that
 * its link is still asked for. Worker 0.
 */
final class CardAddresses {
  private static final Logger LOG = LoggerFactory.getLogger(CardAddresses.class);

  private final Map<Integer, long[]> told = new HashMap<>();

  /** Tells the cards for which something has changed. */
  void follow(NetworkSnapshot now) {
    told.keySet().removeIf(index -> now.byIndex(index) == null);
    for (NetInterface one : now.interfaces()) {
      long[] halves = of(now, one);
      if (!Arrays.equals(halves, told.get(one.index()))) {
        told.put(one.index(), halves);
        tell(one, halves);
      }
    }
  }

  private static void tell(NetInterface one, long[] halves) {
    try {
      one.nic().addresses(halves);
    } catch (RuntimeException e) {
      LOG.error("interface {}: its card did not take its addresses, so packets for some of them do not come",
          one.name(), e);
    }
  }

  private static long[] of(NetworkSnapshot now, NetInterface card) {
    return now.interfaces().stream()
        .flatMap(one -> one.all().stream().filter(address -> isOn(card, one, address)))
        .map(IpPrefix::address)
        .distinct()
        .flatMapToLong(address -> LongStream.of(address.high(), address.low()))
        .toArray();
  }

  private static boolean isOn(NetInterface card, NetInterface owner, IpPrefix address) {
    IpAddress own = address.address();
    return owner.index() == card.index()
        || !Scopes.isLinkLocal(own.high(), own.low()) && owner.table(own.isIp4()) == card.table(own.isIp4());
  }
}
