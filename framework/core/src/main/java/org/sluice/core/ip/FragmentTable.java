package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.network.IpAddress;

/**
 * The incomplete datagrams of a worker: by their sender, so that those of one are together, and by age. Datagrams are
 * made once and used again.
 */
final class FragmentTable {
  /** The protocol in the key of an IPv6 datagram: it does not count (RFC 8200 section 4.5). */
  static final int ANY_PROTOCOL = -1;

  private static final int NO_SCOPE = -1;

  private final ArrayDeque<IncompleteDatagram> unused = new ArrayDeque<>();
  private final @Nullable IncompleteDatagram[] buckets;
  private final Ages ages4 = new Ages();
  private final Ages ages6 = new Ages();
  private final int maxDatagrams;
  private final long secret0;
  private final long secret1;
  private int made;
  private int size;

  FragmentTable(int maxDatagrams, RandomGenerator random) {
    this.maxDatagrams = maxDatagrams;
    buckets = new @Nullable IncompleteDatagram[Integer.highestOneBit(maxDatagrams) * 2];
    // Odd: a factor of zero would put everybody into one bucket.
    secret0 = random.nextLong() | 1;
    secret1 = random.nextLong();
  }

  boolean isFull() {
    return size == maxDatagrams;
  }

  int size() {
    return size;
  }

  @Nullable IncompleteDatagram find(Key key) {
    IncompleteDatagram datagram = buckets[bucket(key)];
    while (datagram != null && !datagram.hasKey(key)) {
      datagram = datagram.nextInBucket;
    }
    return datagram;
  }

  /** The oldest datagram of a sender who has so many, or null when he has fewer. */
  @Nullable IncompleteDatagram oldestOf(Key key, int most) {
    int count = 0;
    IncompleteDatagram oldest = null;
    // New ones are put in front.
    for (IncompleteDatagram datagram = buckets[bucket(key)]; datagram != null; datagram = datagram.nextInBucket) {
      if (datagram.isFrom(key)) {
        count++;
        oldest = datagram;
      }
    }
    return count >= most ? oldest : null;
  }

  /** Enters a datagram that is not there, when the table is not full; deadlines of a family come in order. */
  IncompleteDatagram add(Key key, long deadlineNs) {
    IncompleteDatagram datagram = unused.isEmpty() ? new IncompleteDatagram(made++) : unused.removeLast();
    datagram.begin(key);
    datagram.deadlineNs = deadlineNs;
    datagram.bucket = bucket(key);
    datagram.nextInBucket = buckets[datagram.bucket];
    buckets[datagram.bucket] = datagram;
    ages(datagram).append(datagram);
    size++;
    return datagram;
  }

  void remove(IncompleteDatagram datagram) {
    IncompleteDatagram at = buckets[datagram.bucket];
    if (at == datagram) {
      buckets[datagram.bucket] = datagram.nextInBucket;
    } else {
      while (at != null) {
        IncompleteDatagram following = at.nextInBucket;
        if (following == datagram) {
          at.nextInBucket = datagram.nextInBucket;
        }
        at = following;
      }
    }
    datagram.nextInBucket = null;
    ages(datagram).remove(datagram);
    unused.addLast(datagram);
    size--;
  }

  /** The datagram whose time is over first, or null. */
  @Nullable IncompleteDatagram next() {
    return sooner(ages4.oldest, ages6.oldest);
  }

  /** The datagram, other than one, whose time is over first of those that have fragments, or null. */
  @Nullable IncompleteDatagram nextWithFragments(IncompleteDatagram but) {
    return sooner(ages4.withFragments(but), ages6.withFragments(but));
  }

  private static @Nullable IncompleteDatagram sooner(@Nullable IncompleteDatagram a, @Nullable IncompleteDatagram b) {
    return a == null || b != null && b.deadlineNs - a.deadlineNs < 0 ? b : a;
  }

  private Ages ages(IncompleteDatagram datagram) {
    return datagram.isIp6() ? ages6 : ages4;
  }

  private int bucket(Key key) {
    long a = key.sourceHigh ^ key.sourceLow * secret0 ^ secret1;
    long b = secret0 + ((long) key.table << Integer.SIZE | key.scope & 0xffff_ffffL);
    long hash = Math.unsignedMultiplyHigh(a, b) ^ a * b;
    return (int) (hash ^ hash >>> Integer.SIZE) & (buckets.length - 1);
  }

  /** What the fragments of a datagram have in common; one per worker, filled for each fragment. */
  static final class Key {
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int identification;
    int protocol;
    int table;
    int scope;

    void ip4(long source, long destination, int id, int ipProtocol, int tableSet) {
      sourceHigh = 0;
      sourceLow = IpAddress.IP4_MAPPED | source;
      destinationHigh = 0;
      destinationLow = IpAddress.IP4_MAPPED | destination;
      identification = id;
      protocol = ipProtocol;
      table = tableSet;
      scope = NO_SCOPE;
    }

    void ip6(MemorySegment m, long packet, int id, int tableSet, int interfaceIndex) {
      sourceHigh = Ip6Header.sourceHigh(m, packet);
      sourceLow = Ip6Header.sourceLow(m, packet);
      destinationHigh = Ip6Header.destinationHigh(m, packet);
      destinationLow = Ip6Header.destinationLow(m, packet);
      identification = id;
      protocol = ANY_PROTOCOL;
      table = tableSet;
      scope = Addresses.isLinkLocal6(sourceHigh) || Addresses.isLinkLocal6(destinationHigh)
          ? interfaceIndex : NO_SCOPE;
    }
  }

  /** Datagrams of one family in the order in which they began. */
  private static final class Ages {
    private @Nullable IncompleteDatagram oldest;
    private @Nullable IncompleteDatagram newest;

    private void append(IncompleteDatagram datagram) {
      datagram.older = newest;
      datagram.newer = null;
      if (newest == null) {
        oldest = datagram;
      } else {
        newest.newer = datagram;
      }
      newest = datagram;
    }

    private void remove(IncompleteDatagram datagram) {
      IncompleteDatagram before = datagram.older;
      IncompleteDatagram after = datagram.newer;
      if (before == null) {
        oldest = after;
      } else {
        before.newer = after;
      }
      if (after == null) {
        newest = before;
      } else {
        after.older = before;
      }
      datagram.older = null;
      datagram.newer = null;
    }

    private @Nullable IncompleteDatagram withFragments(IncompleteDatagram but) {
      IncompleteDatagram datagram = oldest;
      while (datagram != null && (datagram == but || datagram.firstBlock == FragmentStore.NONE)) {
        datagram = datagram.newer;
      }
      return datagram;
    }
  }
}
