package org.sluice.core.ip;

import org.jspecify.annotations.Nullable;
import org.sluice.core.lookup.PrefixTrie;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;

/** The neighbours of one interface by address. Every worker reads; worker 0 writes, by publishing another trie. */
final class NeighborCache {
  private volatile PrefixTrie<Neighbor> entries = PrefixTrie.empty();

  @Nullable Neighbor find(long high, long low) {
    return entries.longest(high, low);
  }

  PrefixTrie<Neighbor> entries() {
    return entries;
  }

  void add(Neighbor neighbor) {
    entries = entries.with(prefix(neighbor), neighbor);
  }

  void remove(Neighbor neighbor) {
    entries = entries.without(prefix(neighbor));
  }

  void clear() {
    entries = PrefixTrie.empty();
  }

  private static IpPrefix prefix(Neighbor neighbor) {
    return IpPrefix.host(new IpAddress(neighbor.high, neighbor.low));
  }
}
