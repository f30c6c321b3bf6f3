package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Extensions;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.UdpHeader;
import org.sluice.spi.header.Wire;
import org.sluice.spi.memory.NativeMemory;
import org.sluice.spi.nic.FramePool;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Timer;
import org.sluice.spi.runtime.Worker;

/**
 * Puts the fragments of datagrams together (RFC 791 section 3.2, RFC 8200 section 4.5). Fragments are copied out of
 * their frames, so that a card never waits for those that stay away, and once more into a frame of a pool of its own
 * when all are there. Fragments that overlap end their datagram in both families (RFC 5722, RFC 8200), but for exact
 * duplicates. A datagram that ended early is remembered until its time is over, and what comes of it dropped.
 *
 * <p>Belongs to one worker. Memory is taken at the first fragment; nothing allocates afterwards.
 */
public final class Reassembler {
  /** How long fragments of IPv4 wait for the others (RFC 1122 section 3.3.2 asks for 60 to 120 s; hosts use this). */
  public static final long TIMEOUT_4_NS = 30_000_000_000L;
  /** How long fragments of IPv6 wait for the others (RFC 8200 section 4.5). */
  public static final long TIMEOUT_6_NS = 60_000_000_000L;
  /** Free bytes before a whole datagram. */
  public static final int HEADROOM_BYTES = 128;

  private static final int MAX_LENGTH = 0xffff;
  private static final int UNIT_BYTES = 8;
  /** The longest headers before the payload of fragments; more than these nobody sends. */
  private static final int MAX_HEADER_BYTES = 256;
  /** What a whole IPv6 datagram may need, a multiple of 8. */
  private static final int FRAME_BYTES = HEADROOM_BYTES + Ip6Header.LENGTH + MAX_LENGTH + 1;
  /** What an ICMP error may quote of a first fragment. */
  private static final int QUOTE_BYTES = 1280;
  private static final int CONGESTION_EXPERIENCED = 3;
  private static final int SEEN_NOT_CAPABLE = 1;
  private static final int SEEN_CONGESTION = 1 << CONGESTION_EXPERIENCED;
  private static final int TOS = 1;
  private static final int TOTAL_LENGTH_4 = 2;
  private static final int PAYLOAD_LENGTH_6 = 4;
  private static final int NEXT_HEADER_6 = 6;

  private final Worker worker;
  private final ReassemblyLimits limits;
  private final ReassemblyCounters counters;
  private final TimeoutListener listener;
  private final FragmentTable datagrams;
  private final FragmentTable.Key key = new FragmentTable.Key();
  private final Timer timer;

  private @Nullable Memory memory;
  private long wholeOffset;
  private int wholeLength;

  /**
   * Makes one without memory.
   *
   * @param worker whose packets come
   * @param limits bounds
   * @param counters what is counted
   * @param random hides who shares a bucket with whom
   * @param listener is given the first fragments of datagrams that did not become whole
   */
  public Reassembler(Worker worker, ReassemblyLimits limits, ReassemblyCounters counters, RandomGenerator random,
      TimeoutListener listener) {
    this.worker = worker;
    this.limits = limits;
    this.counters = counters;
    this.listener = listener;
    datagrams = new FragmentTable(limits.maxDatagrams(), random);
    timer = worker.newTimer(this::expire);
  }

  /**
   * Takes an IPv4 fragment.
   *
   * @param m where it is
   * @param packet its IP header, which was validated
   * @param table the table set
   * @param interfaceIndex where it came in
   * @return what became of it; of those that the sender is told of, none
   */
  public FragmentVerdict add4(MemorySegment m, long packet, int table, int interfaceIndex) {
    assert worker.isCurrent() : worker.name();
    count(counters.fragments());
    int header = Ip4Header.headerLength(m, packet);
    int length = Ip4Header.totalLength(m, packet) - header;
    int position = Ip4Header.fragmentOffset(m, packet);
    boolean more = (Ip4Header.fragment(m, packet) & Ip4Header.MORE_FRAGMENTS) != 0;
    if (length == 0 || more && length % UNIT_BYTES != 0 || header + position + length > MAX_LENGTH) {
      count(counters.malformed());
      return FragmentVerdict.DROPPED;
    }
    key.ip4(Ip4Header.source(m, packet), Ip4Header.destination(m, packet), Ip4Header.identification(m, packet),
        Ip4Header.protocol(m, packet), table);
    return add(m, packet, header, length, position, more, Ip4Header.ecn(m, packet), interfaceIndex);
  }

  /**
   * Takes an IPv6 fragment, that is no atomic one (see {@link #unwrapAtomic}).
   *
   * @param m where it is
   * @param packet its IPv6 header, which was validated
   * @param distance of the fragment header from there, as {@link Ip6Extensions#find} returned it
   * @param table the table set
   * @param interfaceIndex where it came in
   * @return what became of it
   */
  public FragmentVerdict add6(MemorySegment m, long packet, int distance, int table, int interfaceIndex) {
    assert worker.isCurrent() : worker.name();
    count(counters.fragments());
    long fragment = packet + distance;
    int header = distance + Ip6Extensions.FRAGMENT_LENGTH;
    int end = Ip6Header.LENGTH + Ip6Header.payloadLength(m, packet);
    int length = end - header;
    int position = Ip6Extensions.fragmentOffset(m, fragment);
    boolean more = Ip6Extensions.moreFragments(m, fragment);
    if (more && length % UNIT_BYTES != 0) {
      count(counters.malformed());
      return FragmentVerdict.BAD_LENGTH;
    }
    if (distance - Ip6Header.LENGTH + position + length > MAX_LENGTH) {
      count(counters.malformed());
      return FragmentVerdict.TOO_LONG;
    }
    if (length == 0 || header > MAX_HEADER_BYTES) {
      count(counters.malformed());
      return FragmentVerdict.DROPPED;
    }
    if (position == 0 && !hasWholeChain(m, packet, distance)) {
      count(counters.incompleteChain());
      return FragmentVerdict.INCOMPLETE_CHAIN;
    }
    key.ip6(m, packet, Ip6Extensions.fragmentIdentification(m, fragment), table, interfaceIndex);
    return add(m, packet, header, length, position, more, Ip6Header.ecn(m, packet), interfaceIndex);
  }

  /** Whether the first fragment has all headers, that of the transport included (RFC 7112 section 5). */
  private static boolean hasWholeChain(MemorySegment m, long packet, int distance) {
    int end = Ip6Header.LENGTH + Ip6Header.payloadLength(m, packet);
    long found = Ip6Extensions.find(m, packet, Ip6Extensions.fragmentNextHeader(m, packet + distance),
        distance + Ip6Extensions.FRAGMENT_LENGTH, end);
    return found >= 0 && end - Ip6Extensions.distance(found) >= leastLength(Ip6Extensions.protocol(found));
  }

  private static int leastLength(int protocol) {
    return switch (protocol) {
      case TcpHeader.PROTOCOL -> TcpHeader.MIN_LENGTH;
      case UdpHeader.PROTOCOL -> UdpHeader.LENGTH;
      case IcmpHeader.PROTOCOL_6 -> IcmpHeader.LENGTH;
      // Fragments of fragments would be put together again and again.
      case Ip6Extensions.FRAGMENT -> Integer.MAX_VALUE;
      default -> 0;
    };
  }

  /**
   * Whether a fragment is the whole packet. It has nothing to do with other fragments, also not with those of the same
   * identification (RFC 6946 section 4).
   *
   * @param m the memory
   * @param fragment offset of the fragment header
   * @return true for an atomic fragment
   */
  public static boolean isAtomic(MemorySegment m, long fragment) {
    return Ip6Extensions.fragmentOffset(m, fragment) == 0 && !Ip6Extensions.moreFragments(m, fragment);
  }

  /**
   * Takes the fragment header out of an atomic fragment, in place: what stands before it moves behind.
   *
   * @param m the memory
   * @param packet the IPv6 header, which was validated
   * @param distance of the fragment header
   * @return where the IPv6 header is now
   */
  public static long unwrapAtomic(MemorySegment m, long packet, int distance) {
    Wire.put8(m, packet + nextHeaderField(m, packet, distance),
        Ip6Extensions.fragmentNextHeader(m, packet + distance));
    Wire.put16(m, packet + PAYLOAD_LENGTH_6,
        Ip6Header.payloadLength(m, packet) - Ip6Extensions.FRAGMENT_LENGTH);
    long moved = packet + Ip6Extensions.FRAGMENT_LENGTH;
    MemorySegment.copy(m, packet, m, moved, distance);
    return moved;
  }

  /** The distance of the field that announces the fragment header. */
  static int nextHeaderField(MemorySegment m, long packet, int distance) {
    int field = NEXT_HEADER_6;
    for (int at = Ip6Header.LENGTH; at < distance; ) {
      field = at;
      at += (1 + Wire.u8(m, packet + at + 1)) * UNIT_BYTES;
    }
    return field;
  }

  // ---- The datagram of the last fragment, after FragmentVerdict.WHOLE.

  /**
   * The pool of whole datagrams. Who was given one releases it there, on any worker.
   *
   * @return the pool
   * @throws IllegalStateException before the first fragment
   */
  public PacketPool pool() {
    return memory().whole;
  }

  /**
   * Where the datagram is, as a packet without fragment header, its lengths and IPv4 checksum made right.
   *
   * @return offset of its IP header in the memory of {@link #pool}
   */
  public long wholeOffset() {
    return wholeOffset;
  }

  /**
   * How long it is.
   *
   * @return bytes with its headers
   */
  public int wholeLength() {
    return wholeLength;
  }

  /**
   * How many datagrams are waited for, those included whose fragments are only dropped.
   *
   * @return count
   */
  public int size() {
    return datagrams.size();
  }

  /** Blocks of fragments that are free; for tests of what is given back. */
  int freeBlocks() {
    return memory().fragments.freeCount();
  }

  // ---- Both families. The key is set.

  private FragmentVerdict add(MemorySegment m, long packet, int header, int length, int position, boolean more, int ecn,
      int interfaceIndex) {
    Memory mine = memoryOrNew();
    IncompleteDatagram datagram = datagrams.find(key);
    if (datagram == null) {
      datagram = begin();
    } else if (datagram.discarded) {
      count(counters.late());
      return FragmentVerdict.DROPPED;
    }
    int before = mine.fragments.predecessor(datagram, position);
    if (mine.fragments.isDuplicate(datagram, before, m, packet + header, position, length)) {
      count(counters.duplicates());
      return FragmentVerdict.DROPPED;
    }
    if (mine.fragments.overlaps(datagram, before, position, length) || disagrees(datagram, position + length, more)) {
      return discard(datagram, counters.overlaps());
    }
    if (datagram.fragments == limits.maxFragments()) {
      return discard(datagram, counters.fragmentLimit());
    }
    makeRoom(mine, datagram, length);
    mine.fragments.insert(datagram, before, m, packet + header, position, length);
    datagram.fragments++;
    datagram.receivedBytes += length;
    datagram.farthestByte = Math.max(datagram.farthestByte, position + length);
    datagram.ecnSeen |= 1 << ecn;
    if (!more) {
      datagram.totalBytes = position + length;
    }
    if (position == 0) {
      MemorySegment.copy(m, packet, mine.headers, headerPlace(datagram), header);
      datagram.headerBytes = header;
      datagram.interfaceIndex = interfaceIndex;
    }
    return datagram.receivedBytes == datagram.totalBytes ? complete(mine, datagram) : FragmentVerdict.KEPT;
  }

  /** Whether the end of a fragment does not go with what is known of the end of the datagram. */
  private static boolean disagrees(IncompleteDatagram datagram, int end, boolean more) {
    if (more) {
      return datagram.totalBytes != IncompleteDatagram.LENGTH_UNKNOWN && end >= datagram.totalBytes;
    }
    return datagram.totalBytes != IncompleteDatagram.LENGTH_UNKNOWN || end < datagram.farthestByte;
  }

  private IncompleteDatagram begin() {
    Counter why = counters.sourceLimit();
    IncompleteDatagram givesWay = datagrams.oldestOf(key, limits.maxPerSource());
    if (givesWay == null && datagrams.isFull()) {
      why = counters.datagramLimit();
      givesWay = datagrams.next();
    }
    if (givesWay != null) {
      end(givesWay, why);
    }
    boolean ip6 = key.protocol == FragmentTable.ANY_PROTOCOL;
    IncompleteDatagram datagram = datagrams.add(key, worker.nowNs() + (ip6 ? TIMEOUT_6_NS : TIMEOUT_4_NS));
    if (!timer.isScheduled() || datagram.deadlineNs - timer.deadlineNs() < 0) {
      timer.schedule(datagram.deadlineNs);
    }
    return datagram;
  }

  private void makeRoom(Memory mine, IncompleteDatagram datagram, int length) {
    while (!mine.fragments.hasRoom(length)) {
      // The limits leave room for the longest datagram, so there is another one.
      end(Objects.requireNonNull(datagrams.nextWithFragments(datagram)), counters.byteLimit());
    }
  }

  private FragmentVerdict complete(Memory mine, IncompleteDatagram datagram) {
    boolean congested = (datagram.ecnSeen & SEEN_CONGESTION) != 0;
    int shownHeader = datagram.isIp6() ? datagram.headerBytes - Ip6Extensions.FRAGMENT_LENGTH : datagram.headerBytes;
    int least = datagram.isIp6() ? Ip6Header.LENGTH : 0;
    if (congested && (datagram.ecnSeen & SEEN_NOT_CAPABLE) != 0) {
      // RFC 3168 section 5.3: the mark must not be lost, nor put on a packet whose sender does not know it.
      return drop(datagram, counters.congestion());
    }
    if (shownHeader - least + datagram.totalBytes > MAX_LENGTH) {
      return drop(datagram, counters.malformed());
    }
    long frame = mine.whole.allocate();
    if (frame < 0) {
      // The pool has counted it.
      remove(datagram);
      return FragmentVerdict.DROPPED;
    }
    MemorySegment m = mine.whole.memory();
    wholeOffset = frame;
    wholeLength = shownHeader + datagram.totalBytes;
    MemorySegment.copy(mine.headers, headerPlace(datagram), m, frame, shownHeader);
    int copied = mine.fragments.copy(datagram, m, frame + shownHeader, datagram.totalBytes);
    assert copied == datagram.totalBytes : "a gap in " + copied;
    if (datagram.isIp6()) {
      int next = Ip6Extensions.fragmentNextHeader(mine.headers, headerPlace(datagram) + shownHeader);
      Wire.put8(m, frame + nextHeaderField(m, frame, shownHeader), next);
      Wire.put16(m, frame + PAYLOAD_LENGTH_6, wholeLength - Ip6Header.LENGTH);
      if (congested) {
        Wire.put8(m, frame + TOS, Wire.u8(m, frame + TOS) | CONGESTION_EXPERIENCED << 4);
      }
    } else {
      Wire.put16(m, frame + TOTAL_LENGTH_4, wholeLength);
      Ip4Header.fragment(m, frame, datagram.identification, 0);
      if (congested) {
        Wire.put8(m, frame + TOS, Wire.u8(m, frame + TOS) | CONGESTION_EXPERIENCED);
      }
      Ip4Header.fillChecksum(m, frame);
    }
    end(datagram, counters.whole());
    return FragmentVerdict.WHOLE;
  }

  /** Drops a datagram of which all fragments have come. */
  private FragmentVerdict drop(IncompleteDatagram datagram, Counter why) {
    end(datagram, why);
    return FragmentVerdict.DROPPED;
  }

  /** Drops a datagram with all fragments that are still to come. */
  private FragmentVerdict discard(IncompleteDatagram datagram, Counter why) {
    memory().fragments.release(datagram);
    datagram.discarded = true;
    count(why);
    return FragmentVerdict.DROPPED;
  }

  private void end(IncompleteDatagram datagram, Counter why) {
    remove(datagram);
    count(why);
  }

  private void remove(IncompleteDatagram datagram) {
    memory().fragments.release(datagram);
    datagrams.remove(datagram);
  }

  private void expire(long nowNs) {
    IncompleteDatagram datagram = datagrams.next();
    while (datagram != null && datagram.deadlineNs - nowNs <= 0) {
      if (datagram.discarded) {
        datagrams.remove(datagram);
      } else {
        if (datagram.hasFirst()) {
          tellTimeout(datagram);
        }
        end(datagram, counters.timeouts());
      }
      datagram = datagrams.next();
    }
    if (datagram != null) {
      timer.schedule(datagram.deadlineNs);
    }
  }

  private void tellTimeout(IncompleteDatagram datagram) {
    Memory mine = memory();
    MemorySegment.copy(mine.headers, headerPlace(datagram), mine.quote, 0, datagram.headerBytes);
    int most = Math.min(QUOTE_BYTES, mine.fragments.firstFragmentLength(datagram));
    int length = datagram.headerBytes + mine.fragments.copy(datagram, mine.quote, datagram.headerBytes, most);
    listener.onReassemblyTimeout(mine.quote, 0, length, datagram.table, datagram.interfaceIndex);
  }

  private static long headerPlace(IncompleteDatagram datagram) {
    return (long) datagram.index * MAX_HEADER_BYTES;
  }

  private void count(Counter counter) {
    counter.increment(worker.index());
  }

  private Memory memoryOrNew() {
    if (memory == null) {
      memory = new Memory(worker, limits, counters.wholeLimit());
    }
    return memory;
  }

  private Memory memory() {
    if (memory == null) {
      throw new IllegalStateException("no fragment has come yet");
    }
    return memory;
  }

  /** Is told of datagrams that did not become whole in time. */
  @FunctionalInterface
  public interface TimeoutListener {

    /**
     * Called on the worker when the time of a datagram is over whose first fragment has come, for a time exceeded
     * message (RFC 792, RFC 8200 section 4.5).
     *
     * @param m where a copy of the first fragment is during the call
     * @param packet its IP header
     * @param lengthBytes how much of it is there, which may be less than its header says
     * @param table the table set
     * @param interfaceIndex where it came in
     */
    void onReassemblyTimeout(MemorySegment m, long packet, int lengthBytes, int table, int interfaceIndex);
  }

  /** What is taken at the first fragment. */
  private static final class Memory {
    private final FragmentStore fragments;
    private final MemorySegment headers;
    private final MemorySegment quote = NativeMemory.allocate(MAX_HEADER_BYTES + QUOTE_BYTES);
    private final FramePool whole;

    Memory(Worker worker, ReassemblyLimits limits, Counter noWhole) {
      fragments = new FragmentStore(limits.maxBytes());
      headers = NativeMemory.allocate((long) limits.maxDatagrams() * MAX_HEADER_BYTES);
      whole = new FramePool(worker, limits.maxWhole(), FRAME_BYTES, HEADROOM_BYTES, noWhole);
    }
  }
}
