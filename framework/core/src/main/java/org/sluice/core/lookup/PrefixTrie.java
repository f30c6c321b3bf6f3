package org.sluice.core.lookup;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.IpPrefix;

/**
 * An immutable map from prefixes to values that finds the longest one which holds an address: a binary trie whose nodes
 * skip the bits that all below them share (Morrison, "PATRICIA", 1968). The families do not see each other: {@code
 * ::/0} does not hold IPv4 addresses. A changed copy shares all nodes with the original but those on the way to the
 * prefix, so a reader that holds a copy is never disturbed. Any context reads; a look-up allocates nothing and takes at
 * most one step per bit, in practice about the logarithm of the size.
 *
 * @param <V> what is kept with a prefix
 */
public final class PrefixTrie<V> {
  private static final int BITS = 2 * Long.SIZE;

  private final @Nullable Node<V> ip4;
  private final @Nullable Node<V> ip6;
  private final int size;

  private PrefixTrie(@Nullable Node<V> ip4, @Nullable Node<V> ip6, int size) {
    this.ip4 = ip4;
    this.ip6 = ip6;
    this.size = size;
  }

  /** A prefix with its value, or a place where two others part and the value is null. */
  private record Node<V>(
      long high, long low, int bits, @Nullable V value, @Nullable Node<V> zero, @Nullable Node<V> one) {

    boolean holds(long otherHigh, long otherLow) {
      return common(high, low, otherHigh, otherLow) >= bits;
    }

    @Nullable Node<V> child(long otherHigh, long otherLow) {
      return bit(otherHigh, otherLow, bits) ? one : zero;
    }

    Node<V> withValue(@Nullable V other) {
      return new Node<>(high, low, bits, other, zero, one);
    }

    Node<V> withChild(boolean side, @Nullable Node<V> child) {
      return new Node<>(high, low, bits, value, side ? zero : child, side ? child : one);
    }
  }

  /**
   * The map of nothing.
   *
   * @param <V> what is kept with a prefix
   * @return an empty trie
   */
  public static <V> PrefixTrie<V> empty() {
    return new PrefixTrie<>(null, null, 0);
  }

  /**
   * The value of the longest prefix that holds an address.
   *
   * @param high first half
   * @param low second half
   * @return the value, or null when no prefix holds it
   */
  public @Nullable V longest(long high, long low) {
    return longest(high, low, BITS);
  }

  /**
   * The value of the longest prefix, up to a length, that holds an address: who asks again with one bit less than the
   * last answer has goes through all of them, from the longest to the shortest.
   *
   * @param high first half
   * @param low second half
   * @param mostBits how many leading bits of the 128 may count: see {@link IpPrefix#bits}
   * @return the value, or null when no such prefix holds it
   */
  public @Nullable V longest(long high, long low, int mostBits) {
    V found = null;
    Node<V> at = IpAddress.isIp4(high, low) ? ip4 : ip6;
    while (at != null && at.bits <= mostBits && at.holds(high, low)) {
      if (at.value != null) {
        found = at.value;
      }
      at = at.bits == BITS ? null : at.child(high, low);
    }
    return found;
  }

  /**
   * The value of exactly this prefix.
   *
   * @param prefix the prefix; bits behind its length do not count
   * @return the value, or null
   */
  public @Nullable V get(IpPrefix prefix) {
    long high = prefix.address().high();
    long low = prefix.address().low();
    Node<V> at = prefix.isIp4() ? ip4 : ip6;
    while (at != null && at.bits < prefix.bits() && at.holds(high, low)) {
      at = at.child(high, low);
    }
    return at != null && at.bits == prefix.bits() && at.holds(high, low) ? at.value : null;
  }

  /**
   * A copy in which a prefix has a value, instead of the one it had.
   *
   * @param prefix the prefix; bits behind its length do not count
   * @param value the value
   * @return the copy
   */
  public PrefixTrie<V> with(IpPrefix prefix, V value) {
    IpPrefix network = prefix.mask();
    Node<V> added =
        new Node<>(network.address().high(), network.address().low(), network.bits(), value, null, null);
    int newSize = get(prefix) == null ? size + 1 : size;
    return prefix.isIp4()
        ? new PrefixTrie<>(put(ip4, added), ip6, newSize)
        : new PrefixTrie<>(ip4, put(ip6, added), newSize);
  }

  /**
   * A copy without a prefix.
   *
   * @param prefix the prefix; bits behind its length do not count
   * @return the copy; this when it has no such prefix
   */
  public PrefixTrie<V> without(IpPrefix prefix) {
    if (get(prefix) == null) {
      return this;
    }
    return prefix.isIp4()
        ? new PrefixTrie<>(cut(ip4, prefix), ip6, size - 1)
        : new PrefixTrie<>(ip4, cut(ip6, prefix), size - 1);
  }

  /**
   * How many prefixes there are.
   *
   * @return the count, of both families
   */
  public int size() {
    return size;
  }

  /**
   * Visits every prefix: IPv4 before IPv6, then by address, a shorter one before those inside it.
   *
   * @param visitor is given the prefix, without bits behind its length, and the value
   */
  public void forEach(BiConsumer<? super IpPrefix, ? super V> visitor) {
    visit(ip4, IpPrefix.IP4_OFFSET_BITS, visitor);
    visit(ip6, 0, visitor);
  }

  private static <V> void visit(
      @Nullable Node<V> node, int familyBits, BiConsumer<? super IpPrefix, ? super V> visitor) {
    if (node == null) {
      return;
    }
    if (node.value != null) {
      visitor.accept(new IpPrefix(new IpAddress(node.high, node.low), node.bits - familyBits), node.value);
    }
    visit(node.zero, familyBits, visitor);
    visit(node.one, familyBits, visitor);
  }

  private static <V> Node<V> put(@Nullable Node<V> at, Node<V> added) {
    if (at == null) {
      return added;
    }
    int shared = Math.min(common(at.high, at.low, added.high, added.low), Math.min(at.bits, added.bits));
    if (shared == at.bits) {
      if (shared == added.bits) {
        return at.withValue(added.value);
      }
      boolean side = bit(added.high, added.low, shared);
      return at.withChild(side, put(side ? at.one : at.zero, added));
    }
    boolean side = bit(at.high, at.low, shared);
    if (shared == added.bits) {
      return added.withChild(side, at);
    }
    Node<V> fork = new Node<>(
        at.high & IpPrefix.maskHigh(shared), at.low & IpPrefix.maskLow(shared), shared, null, null, null);
    return fork.withChild(side, at).withChild(!side, added);
  }

  /** What is left below a node without a prefix that is there; places where nothing parts any more go too. */
  private static <V> @Nullable Node<V> cut(@Nullable Node<V> at, IpPrefix gone) {
    if (at == null) {
      return null;
    }
    Node<V> rest;
    if (at.bits == gone.bits()) {
      rest = at.withValue(null);
    } else {
      boolean side = bit(gone.address().high(), gone.address().low(), at.bits);
      rest = at.withChild(side, cut(side ? at.one : at.zero, gone));
    }
    if (rest.value != null || rest.zero != null && rest.one != null) {
      return rest;
    }
    return rest.zero == null ? rest.one : rest.zero;
  }

  /** How many leading bits two addresses share. */
  private static int common(long high, long low, long otherHigh, long otherLow) {
    long differing = high ^ otherHigh;
    return differing == 0
        ? Long.SIZE + Long.numberOfLeadingZeros(low ^ otherLow)
        : Long.numberOfLeadingZeros(differing);
  }

  private static boolean bit(long high, long low, int index) {
    return (index < Long.SIZE ? high << index : low << index) < 0;
  }
}
