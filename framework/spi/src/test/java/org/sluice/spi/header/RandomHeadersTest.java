package org.sluice.spi.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What {@code validate} lets pass can be read through, in memory that ends exactly where the packet does. */
class RandomHeadersTest {
  private static final long SEED = 791;
  private static final int RUNS = 200_000;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private long read;

  @Test
  void random_bytes_never_throw() {
    int[] valid = new int[7];
    for (int i = 0; i < RUNS; i++) {
      int offset = random.nextInt(4);
      int length = random.nextInt(100);
      MemorySegment m = Bytes.random(random, offset + length);
      makePlausible(m, offset, length);
      try {
        valid[0] += ethernet(m, offset, length);
        valid[1] += arp(m, offset, length);
        valid[2] += ip4(m, offset, length);
        valid[3] += ip6(m, offset, length);
        valid[4] += tcp(m, offset, length);
        valid[5] += udp(m, offset, length);
        valid[6] += icmp(m, offset, length);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + SEED + ", run " + i + ": " + Bytes.hex(m) + " at " + offset, e);
      }
    }
    assertThat(IntStream.of(valid).min().orElse(0))
        .as("runs of the rarest kind, seed %d", SEED)
        .isGreaterThan(RUNS / 100);
    assertThat(read).isNotZero();
  }

  /** Random bytes are hardly ever valid: now and then the fields that decide are set near their limits. */
  private void makePlausible(MemorySegment m, int offset, int length) {
    if (length < 60) {
      return;
    }
    int near = length + random.nextInt(-3, 2);
    switch (random.nextInt(6)) {
      case 0 -> {
        Wire.put8(m, offset, 0x40 | random.nextInt(16));
        Wire.put16(m, offset + 2L, near);
      }
      case 1 -> {
        Wire.put8(m, offset, 0x60);
        Wire.put16(m, offset + 4L, near - Ip6Header.LENGTH);
        int[] next = {0, 6, 43, 44, 60};
        for (int at : new int[] {6, 40, 48, 56}) {
          Wire.put8(m, offset + at, next[random.nextInt(next.length)]);
        }
        Wire.put8(m, offset + 41L, random.nextInt(4));
        Wire.put8(m, offset + 49L, random.nextInt(4));
      }
      case 2 -> {
        ArpHeader.write(m, offset, random.nextInt(4));
      }
      case 3 -> {
        Wire.put8(m, offset + 12L, random.nextInt(16) << 4);
        for (int at = 20; at < length; at++) {
          Wire.put8(m, offset + at, random.nextInt(12));
        }
      }
      case 4 -> Wire.put16(m, offset + 4L, near);
      default -> {}
    }
  }

  private int ethernet(MemorySegment m, long o, int available) {
    int length = EthernetHeader.validate(m, o, available);
    if (length < 0) {
      return 0;
    }
    read += EthernetHeader.destination(m, o) ^ EthernetHeader.source(m, o) ^ EthernetHeader.type(m, o);
    return 1;
  }

  private int arp(MemorySegment m, long o, int available) {
    if (ArpHeader.validate(m, o, available) < 0) {
      return 0;
    }
    read += ArpHeader.operation(m, o) ^ ArpHeader.senderHardware(m, o) ^ ArpHeader.senderProtocol(m, o)
        ^ ArpHeader.targetHardware(m, o) ^ ArpHeader.targetProtocol(m, o);
    return 1;
  }

  private int ip4(MemorySegment m, long o, int available) {
    int length = Ip4Header.validate(m, o, available);
    if (length < 0) {
      return 0;
    }
    assertThat(length).isBetween(Ip4Header.MIN_LENGTH, Ip4Header.totalLength(m, o));
    assertThat(Ip4Header.totalLength(m, o)).isLessThanOrEqualTo(available);
    read += Ip4Header.checksumSum(m, o, length) ^ Ip4Header.source(m, o) ^ Ip4Header.destination(m, o)
        ^ Ip4Header.fragmentOffset(m, o) ^ Ip4Header.protocol(m, o) ^ Ip4Header.ttl(m, o);
    return 1;
  }

  private int ip6(MemorySegment m, long o, int available) {
    if (Ip6Header.validate(m, o, available) < 0) {
      return 0;
    }
    read += Ip6Header.sourceHigh(m, o) ^ Ip6Header.sourceLow(m, o) ^ Ip6Header.destinationHigh(m, o)
        ^ Ip6Header.destinationLow(m, o) ^ Ip6Header.flowLabel(m, o) ^ Ip6Header.hopLimit(m, o);
    long found = Ip6Extensions.find(m, o);
    if (found >= 0) {
      int distance = Ip6Extensions.distance(found);
      assertThat(distance).isBetween(Ip6Header.LENGTH, Ip6Header.LENGTH + Ip6Header.payloadLength(m, o));
      if (Ip6Extensions.protocol(found) == Ip6Extensions.FRAGMENT) {
        read += Ip6Extensions.fragmentIdentification(m, o + distance) + Ip6Extensions.fragmentOffset(m, o + distance);
      }
    }
    return 1;
  }

  private int tcp(MemorySegment m, long o, int available) {
    int length = TcpHeader.validate(m, o, available);
    if (length < 0) {
      return 0;
    }
    // Memory that ends with the header: an option that reaches beyond it would be noticed.
    MemorySegment header = m.asSlice(o, length);
    read += TcpHeader.sequence(header, 0) ^ TcpHeader.flags(header, 0) ^ TcpHeader.urgentPointer(header, 0);
    int options = 0;
    int at = TcpOptions.first(header, 0, length);
    for (; at > 0; at = TcpOptions.next(header, 0, length, at)) {
      options++;
      option(header, at);
    }
    assertThat(at).isIn(TcpOptions.NONE, TcpOptions.MALFORMED);
    assertThat(options).isLessThanOrEqualTo(20);
    return 1;
  }

  private void option(MemorySegment m, int at) {
    switch (TcpOptions.kind(m, at)) {
      case TcpOptions.MSS -> read += TcpOptions.mss(m, at);
      case TcpOptions.WINDOW_SCALE -> read += TcpOptions.windowScale(m, at);
      case TcpOptions.TIMESTAMPS -> read += TcpOptions.timestampValue(m, at) ^ TcpOptions.timestampEcho(m, at);
      case TcpOptions.SACK -> {
        assertThat(TcpOptions.sackBlocks(m, at)).isBetween(1, TcpOptions.MAX_SACK_BLOCKS);
        for (int block = 0; block < TcpOptions.sackBlocks(m, at); block++) {
          read += TcpOptions.sackLeft(m, at, block) ^ TcpOptions.sackRight(m, at, block);
        }
      }
      default -> read += TcpOptions.length(m, at);
    }
  }

  private int udp(MemorySegment m, long o, int available) {
    if (UdpHeader.validate(m, o, available) < 0) {
      return 0;
    }
    read += InternetChecksum.sum(m, o, UdpHeader.datagramLength(m, o)) ^ UdpHeader.checksum(m, o);
    return 1;
  }

  private int icmp(MemorySegment m, long o, int available) {
    if (IcmpHeader.validate(m, o, available) < 0) {
      return 0;
    }
    read += IcmpHeader.type(m, o) ^ IcmpHeader.code(m, o) ^ IcmpHeader.identifier(m, o) ^ IcmpHeader.mtu6(m, o);
    return 1;
  }
}
