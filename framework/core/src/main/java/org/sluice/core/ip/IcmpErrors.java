package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.header.IcmpHeader;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Extensions;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.Wire;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Counters;
import org.sluice.spi.runtime.Worker;

/**
 * Writes ICMP errors about received packets, where that is allowed (RFC 1122 section 3.2.2, RFC 4443 section 2.4), and
 * not more often than may be. Belongs to one worker; allocates nothing.
 */
public final class IcmpErrors {
  /** The longest message, header included: what makes a packet of 1280 bytes. */
  public static final int MAX_MESSAGE_BYTES = 1280 - Ip6Header.LENGTH;

  /** An IPv4 error of 576 bytes is the longest that every host takes (RFC 1812 section 4.3.2.3). */
  private static final int MAX_MESSAGE_4_BYTES = 576 - Ip4Header.MIN_LENGTH;
  private static final int FIRST_QUERY_TYPE_6 = 128;
  private static final int REDIRECT_6 = 137;
  private static final int SOURCE_QUENCH = 4;
  private static final int REDIRECT = 5;

  private final Worker worker;
  private final TokenBucket bucket;
  private final Counter sent;
  private final Counter aboutErrors;
  private final Counter aboutMany;
  private final Counter aboutFragments;
  private final Counter rateLimit;

  /**
   * Makes one.
   *
   * @param worker whose packets these are
   * @param perSecond the most errors in a second, over longer times
   * @param burst the most at once
   * @param counters the stack's scope
   * @param random blurs the limit, so that nobody counts from outside how much of it others use
   */
  public IcmpErrors(Worker worker, int perSecond, int burst, Counters counters, RandomGenerator random) {
    this.worker = worker;
    bucket = new TokenBucket(perSecond, burst, worker.nowNs(), random);
    sent = counters.counter("ip.icmp-error.sent", "ICMP errors written");
    aboutErrors = counters.counter("ip.icmp-error.about-error",
        "ICMP errors not written because they would be about errors or unreadable packets");
    aboutMany = counters.counter("ip.icmp-error.about-many",
        "ICMP errors not written because sender or receiver of the packet is not one host");
    aboutFragments =
        counters.counter("ip.icmp-error.about-fragment", "ICMP errors not written about fragments but the first");
    rateLimit = counters.counter("ip.icmp-error.rate-limit", "ICMP errors not written because there were too many");
  }

  /**
   * Writes a message: ICMP header and as much of the packet as fits. The caller sends it to the packet's source, from
   * the address given.
   *
   * @param problem what to tell
   * @param detail a distance, see {@link IcmpProblem}; otherwise 0
   * @param m where the packet is
   * @param packet its IP header; what the version field says counts
   * @param available bytes that are there, padding of the link included
   * @param broadcast whether it came by a broadcast of the link or of a subnet
   * @param sourceHigh the address to send from, first half
   * @param sourceLow the address to send from, second half
   * @param out where to write
   * @param at where in it; {@link #MAX_MESSAGE_BYTES} are free there
   * @return how long the message is; 0 when none may be sent (counted)
   */
  public int write(IcmpProblem problem, int detail, MemorySegment m, long packet, int available, boolean broadcast,
      long sourceHigh, long sourceLow, MemorySegment out, long at) {
    assert worker.isCurrent() : worker.name();
    boolean ip4 = available > 0 && Wire.u8(m, packet) >>> 4 == 4;
    Counter refusal = ip4 ? refusal4(m, packet, available, broadcast) : refusal6(problem, m, packet, available);
    if (refusal == null && !bucket.take(worker.nowNs())) {
      refusal = rateLimit;
    }
    if (refusal != null) {
      refusal.increment(worker.index());
      return 0;
    }
    sent.increment(worker.index());
    return ip4
        ? write4(problem, detail, m, packet, available, out, at)
        : write6(problem, detail, m, packet, available, sourceHigh, sourceLow, out, at);
  }

  private static int write4(IcmpProblem problem, int detail, MemorySegment m, long packet, int available,
      MemorySegment out, long at) {
    int quoted = Math.min(Math.min(available, Ip4Header.totalLength(m, packet)),
        MAX_MESSAGE_4_BYTES - IcmpHeader.LENGTH);
    IcmpHeader.write(out, at, problem.type4, problem.code4, problem.rest(true, detail));
    MemorySegment.copy(m, packet, out, at + IcmpHeader.LENGTH, quoted);
    IcmpHeader.fillChecksum(out, at, IcmpHeader.LENGTH + quoted, 0);
    return IcmpHeader.LENGTH + quoted;
  }

  private static int write6(IcmpProblem problem, int detail, MemorySegment m, long packet, int available,
      long sourceHigh, long sourceLow, MemorySegment out, long at) {
    int quoted = Math.min(Math.min(available, Ip6Header.LENGTH + Ip6Header.payloadLength(m, packet)),
        MAX_MESSAGE_BYTES - IcmpHeader.LENGTH);
    int length = IcmpHeader.LENGTH + quoted;
    IcmpHeader.write(out, at, problem.type6, problem.code6, problem.rest(false, detail));
    MemorySegment.copy(m, packet, out, at + IcmpHeader.LENGTH, quoted);
    int pseudoSum = InternetChecksum.pseudo6(sourceHigh, sourceLow, Ip6Header.sourceHigh(m, packet),
        Ip6Header.sourceLow(m, packet), IcmpHeader.PROTOCOL_6, length);
    IcmpHeader.fillChecksum(out, at, length, pseudoSum);
    return length;
  }

  // ---- Whether one may be sent: null, or what to count.

  private @Nullable Counter refusal4(
      MemorySegment m, long packet, int available, boolean broadcast) {
    if (available < Ip4Header.MIN_LENGTH) {
      return aboutErrors;
    }
    long source = IpAddress.IP4_MAPPED | Ip4Header.source(m, packet);
    long destination = IpAddress.IP4_MAPPED | Ip4Header.destination(m, packet);
    if (broadcast || Addresses.isBroadcast4(0, destination) || Addresses.isMulticast(0, destination)
        || !Addresses.isOneHost(0, source)) {
      return aboutMany;
    }
    if (Ip4Header.fragmentOffset(m, packet) != 0) {
      return aboutFragments;
    }
    if (Ip4Header.protocol(m, packet) != IcmpHeader.PROTOCOL_4) {
      return null;
    }
    int header = Ip4Header.headerLength(m, packet);
    return header < Ip4Header.MIN_LENGTH || available <= header || isError4(Wire.u8(m, packet + header))
        ? aboutErrors : null;
  }

  private static boolean isError4(int type) {
    return switch (type) {
      case IcmpHeader.UNREACHABLE, SOURCE_QUENCH, REDIRECT, IcmpHeader.TIME_EXCEEDED, IcmpHeader.PARAMETER_PROBLEM ->
          true;
      default -> false;
    };
  }

  private @Nullable Counter refusal6(
      IcmpProblem problem, MemorySegment m, long packet, int available) {
    if (available < Ip6Header.LENGTH || Wire.u8(m, packet) >>> 4 != 6) {
      return aboutErrors;
    }
    boolean toMany =
        Addresses.isMulticast(Ip6Header.destinationHigh(m, packet), Ip6Header.destinationLow(m, packet));
    if (toMany
        || !Addresses.isOneHost(Ip6Header.sourceHigh(m, packet), Ip6Header.sourceLow(m, packet))) {
      return aboutMany;
    }
    int end = Math.min(available, Ip6Header.LENGTH + Ip6Header.payloadLength(m, packet));
    long found = Ip6Extensions.find(m, packet, Ip6Header.nextHeader(m, packet), Ip6Header.LENGTH, end);
    if (found >= 0 && Ip6Extensions.protocol(found) == Ip6Extensions.FRAGMENT) {
      int fragment = Ip6Extensions.distance(found);
      if (Ip6Extensions.fragmentOffset(m, packet + fragment) != 0) {
        // RFC 8200 section 4.5 asks for parameter problems about any fragment.
        return problem == IcmpProblem.BAD_HEADER ? null : aboutFragments;
      }
      found = Ip6Extensions.find(m, packet, Ip6Extensions.fragmentNextHeader(m, packet + fragment),
          fragment + Ip6Extensions.FRAGMENT_LENGTH, end);
    }
    if (found < 0) {
      // What cannot be read may be an error; but this is what these two are about.
      return problem == IcmpProblem.INCOMPLETE_CHAIN || problem == IcmpProblem.BAD_HEADER ? null : aboutErrors;
    }
    if (Ip6Extensions.protocol(found) != IcmpHeader.PROTOCOL_6) {
      return null;
    }
    int icmp = Ip6Extensions.distance(found);
    return icmp >= end || isError6(Wire.u8(m, packet + icmp)) ? aboutErrors : null;
  }

  private static boolean isError6(int type) {
    return type < FIRST_QUERY_TYPE_6 || type == REDIRECT_6;
  }
}
