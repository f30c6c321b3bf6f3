package org.sluice.core.application;

import org.jspecify.annotations.Nullable;

/**
 * An immutable table from three words to a listening session and a value: a hash array mapped trie (Bagwell, "Ideal
 * Hash Trees", 2001) over a hash of 64 bits, five of them per level. A changed copy shares all nodes with the original
 * but those on the way to the entry, so that a change costs one node per level, four with a million entries, whatever
 * else is in the table. Any context reads; nothing is allocated by a look-up.
 *
 * @param <V> what is kept with the handle
 */
final class ListenTrie<V> {
  private static final int DIGIT_BITS = 5;
  private static final int FANOUT = 1 << DIGIT_BITS;

  /** A node is an array of children, each another node, an entry, or null. */
  final @Nullable Object[] root;

  private ListenTrie(@Nullable Object[] root) {
    this.root = root;
  }

  /** One entry, and those with the same hash behind it, oldest first. */
  static final class Entry<V> {
    final long high;
    final long low;
    final long scope;
    final long handle;
    final V value;
    final @Nullable Entry<V> next;

    private Entry(long high, long low, long scope, long handle, V value, @Nullable Entry<V> next) {
      this.high = high;
      this.low = low;
      this.scope = scope;
      this.handle = handle;
      this.value = value;
      this.next = next;
    }

    private long hash() {
      return ListenTrie.hash(high, low, scope);
    }

    private boolean has(long keyHigh, long keyLow, long keyScope) {
      return low == keyLow && scope == keyScope && high == keyHigh;
    }

    private Entry<V> before(@Nullable Entry<V> follower) {
      return new Entry<>(high, low, scope, handle, value, follower);
    }
  }

  static <V> ListenTrie<V> empty() {
    return new ListenTrie<>(new @Nullable Object[FANOUT]);
  }

  /** The oldest entry of a key, or null. */
  @Nullable Entry<V> find(long high, long low, long scope) {
    Object at = root;
    for (long digits = hash(high, low, scope); at instanceof Object[] node; digits >>>= DIGIT_BITS) {
      at = node[(int) digits & (FANOUT - 1)];
    }
    for (Entry<V> entry = entry(at); entry != null; entry = entry.next) {
      if (entry.has(high, low, scope)) {
        return entry;
      }
    }
    return null;
  }

  /** A copy with one more entry. Entries of the same key stand side by side, as long as their handles differ. */
  ListenTrie<V> with(long high, long low, long scope, long handle, V value) {
    Entry<V> added = new Entry<>(high, low, scope, handle, value, null);
    return new ListenTrie<>(put(root, 0, added));
  }

  /** A copy without the entry of a key and handle; the same object when there is none. */
  ListenTrie<V> without(long high, long low, long scope, long handle) {
    @Nullable Object[] rest = cut(root, 0, new Entry<>(high, low, scope, handle, this, null));
    return rest == root ? this : new ListenTrie<>(rest);
  }

  private static <V> @Nullable Object[] put(@Nullable Object[] node, int shift, Entry<V> added) {
    @Nullable Object[] copy = node.clone();
    int i = digit(added.hash(), shift);
    Object child = node[i];
    if (child instanceof Object[] deeper) {
      copy[i] = put(deeper, shift + DIGIT_BITS, added);
      return copy;
    }
    Entry<V> present = entry(child);
    if (present == null) {
      copy[i] = added;
    } else if (present.hash() == added.hash()) {
      copy[i] = append(present, added);
    } else {
      @Nullable Object[] deeper = new @Nullable Object[FANOUT];
      deeper[digit(present.hash(), shift + DIGIT_BITS)] = present;
      copy[i] = put(deeper, shift + DIGIT_BITS, added);
    }
    return copy;
  }

  private static <V> Entry<V> append(Entry<V> chain, Entry<V> added) {
    return chain.before(chain.next == null ? added : append(chain.next, added));
  }

  /** What is left of a node without an entry: the same object when the entry is not in it. */
  private static @Nullable Object[] cut(@Nullable Object[] node, int shift, Entry<?> gone) {
    int i = digit(gone.hash(), shift);
    Object child = node[i];
    Object rest;
    if (child instanceof Object[] deeper) {
      @Nullable Object[] less = cut(deeper, shift + DIGIT_BITS, gone);
      rest = less == deeper ? deeper : collapsed(less);
    } else {
      rest = removed(entry(child), gone);
    }
    if (rest == child) {
      return node;
    }
    @Nullable Object[] copy = node.clone();
    copy[i] = rest;
    return copy;
  }

  private static <V> @Nullable Entry<V> removed(@Nullable Entry<V> chain, Entry<?> gone) {
    if (chain == null) {
      return null;
    }
    if (chain.handle == gone.handle && chain.has(gone.high, gone.low, gone.scope)) {
      return chain.next;
    }
    Entry<V> rest = removed(chain.next, gone);
    return rest == chain.next ? chain : chain.before(rest);
  }

  /** Puts an entry in the place of a node that has nothing else, so that what came and went leaves no nodes behind. */
  private static @Nullable Object collapsed(@Nullable Object[] node) {
    Object only = null;
    for (Object child : node) {
      if (child instanceof Object[] || child != null && only != null) {
        return node;
      }
      only = child == null ? only : child;
    }
    return only;
  }

  @SuppressWarnings("unchecked") // What is not a node is an entry.
  private static <V> @Nullable Entry<V> entry(@Nullable Object child) {
    return (Entry<V>) child;
  }

  private static int digit(long hash, int shift) {
    return (int) (hash >>> shift) & (FANOUT - 1);
  }

  private static long hash(long high, long low, long scope) {
    long h = (high * 31 + low) * 0x9E3779B97F4A7C15L ^ scope * 0xC2B2AE3D27D4EB4FL;
    return h ^ h >>> 32;
  }
}
