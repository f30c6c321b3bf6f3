package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.header.Ip6Extensions;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.Wire;

/**
 * What a destination has to find wrong with the extension headers of an IPv6 packet (RFC 8200 section 4): options that
 * it must not skip, routes that lead on, and a hop-by-hop header that is not the first.
 */
final class Ip6Options {
  /** Nothing is wrong. */
  static final long FINE = 0;

  private static final int PAD_1 = 0;
  private static final int UNIT_BYTES = 8;
  private static final int SEGMENTS_LEFT = 3;
  private static final int ROUTING_TYPE = 2;
  private static final int NEXT_HEADER = 6;

  /** What is done with an option that nobody knows: the first two bits of its type (section 4.2). */
  private static final int ACTION_SHIFT = 6;

  private static final int SKIP = 0;
  private static final int DISCARD = 1;

  // What is wrong, above the place where.
  private static final int SILENT = 1;
  private static final int OPTION = 2;
  private static final int ROUTE = 3;
  private static final int MISPLACED = 4;

  private Ip6Options() {}

  /**
   * Looks at the headers up to a distance, all of which {@link Ip6Extensions#find} has found to be there.
   *
   * @return {@link #FINE}, or what {@link #problem} and {@link #pointer} explain
   */
  static long check(MemorySegment m, long packet, int end) {
    int number = Ip6Header.nextHeader(m, packet);
    int announcedAt = NEXT_HEADER;
    for (int at = Ip6Header.LENGTH; at < end; ) {
      int length = (1 + Wire.u8(m, packet + at + 1)) * UNIT_BYTES;
      long found = switch (number) {
        case Ip6Extensions.HOP_BY_HOP -> at == Ip6Header.LENGTH
            ? options(m, packet, at, length) : fault(MISPLACED, announcedAt);
        case Ip6Extensions.ROUTING -> Wire.u8(m, packet + at + SEGMENTS_LEFT) == 0
            ? FINE : fault(ROUTE, at + ROUTING_TYPE);
        default -> options(m, packet, at, length);
      };
      if (found != FINE) {
        return found;
      }
      number = Wire.u8(m, packet + at);
      announcedAt = at;
      at += length;
    }
    return FINE;
  }

  private static long options(MemorySegment m, long packet, int header, int length) {
    int end = header + length;
    for (int at = header + 2; at < end; ) {
      int type = Wire.u8(m, packet + at);
      if (type == PAD_1) {
        at++;
        continue;
      }
      int next = at + 1 < end ? at + 2 + Wire.u8(m, packet + at + 1) : Integer.MAX_VALUE;
      if (next > end) {
        // It does not end with its header.
        return fault(SILENT, at);
      }
      int action = type >>> ACTION_SHIFT;
      if (action != SKIP) {
        return fault(action == DISCARD ? SILENT : OPTION, at);
      }
      at = next;
    }
    return FINE;
  }

  private static long fault(int fault, int pointer) {
    return (long) fault << Integer.SIZE | pointer;
  }

  /** Whether the sender is told. */
  static boolean isTold(long found) {
    return found >>> Integer.SIZE != SILENT;
  }

  /** What the sender is told. */
  static IcmpProblem problem(long found) {
    int fault = (int) (found >>> Integer.SIZE);
    return fault == OPTION ? IcmpProblem.UNKNOWN_OPTION
        : fault == ROUTE ? IcmpProblem.BAD_HEADER : IcmpProblem.PROTOCOL_UNREACHABLE;
  }

  /** The distance of what is wrong from the IPv6 header. */
  static int pointer(long found) {
    return (int) found;
  }
}
