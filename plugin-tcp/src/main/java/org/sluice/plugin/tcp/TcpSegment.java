package org.sluice.plugin.tcp;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.TcpOptions;
import org.sluice.spi.header.Wire;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.nic.PacketBatch;
import org.sluice.spi.nic.PacketFlags;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.session.FlowKey;
import org.sluice.spi.transport.Endpoint;

/** A received segment, read once: addresses, header, options, and where its payload lies. One per worker, reused. */
final class TcpSegment {
  private static final int MAX_SCALE = 14;
  private static final int CONGESTION_EXPERIENCED = 3;
  private static final int IP4_MULTICAST = 0xe;
  private static final int IP6_MULTICAST = 0xff;
  private static final long LINK_LOCAL = 0xfe80 >>> 6;

  private final TcpCounters counters;
  @SuppressWarnings("NullAway.Init") // Set by read, before anything else.
  MemorySegment memory;
  long payload;
  int length;
  int flags;
  int seq;
  int ack;
  int window;
  int localPort;
  int remotePort;
  long localHigh;
  long localLow;
  long remoteHigh;
  long remoteLow;
  int table;
  int interfaceIndex;

  /** The value of the MSS option, or 0. */
  int mss;
  /** The value of the window scale option, or -1. */
  int scale;
  boolean sackPermitted;
  boolean hasTimestamps;
  int tsValue;
  int tsEcho;
  /** Blocks of the SACK option, 0 for none. */
  int sackBlocks;
  private long sackOption;
  /** A router has marked the packet (RFC 3168). */
  boolean marked;

  TcpSegment(TcpCounters counters) {
    this.counters = counters;
  }

  int sackLeft(int block) {
    return TcpOptions.sackLeft(memory, sackOption, block);
  }

  int sackRight(int block) {
    return TcpOptions.sackRight(memory, sackOption, block);
  }

  boolean has(int bits) {
    return (flags & bits) != 0;
  }

  /** What the segment takes of the sequence space (SEG.LEN of RFC 9293). */
  int sequenceLength() {
    return length + (has(TcpHeader.SYN) ? 1 : 0) + (has(TcpHeader.FIN) ? 1 : 0);
  }

  /** Fills in the flow, the own side local. */
  void flow(FlowKey key, int protocolId) {
    key.local(localHigh, localLow, localPort);
    key.remote(remoteHigh, remoteLow, remotePort);
    key.scope(protocolId, table);
  }

  /** Whether it is of the same flow as what a connection exchanges, in a table set that both are known to be of. */
  boolean isOf(TcpConnection c) {
    return remotePort == c.remotePort() && localPort == c.localPort() && remoteLow == c.remoteLow()
        && localLow == c.localLow() && remoteHigh == c.remoteHigh() && localHigh == c.localHigh();
  }

  /** Fills in the flow of an own object. */
  void flow(FlowTable.Flow flow) {
    flow.local(localHigh, localLow, localPort);
    flow.remote(remoteHigh, remoteLow, remotePort);
    flow.scope(table, scope());
  }

  /** The interface that answers leave by: link-local addresses mean nothing elsewhere. */
  int scope() {
    return remoteHigh >>> 54 == LINK_LOCAL ? interfaceIndex : Endpoint.ANY_INTERFACE;
  }

  /** Takes the first bytes off, which were received before. */
  void trimFront(int bytes) {
    int left = bytes;
    if (left > 0 && has(TcpHeader.SYN)) {
      flags &= ~TcpHeader.SYN;
      seq++;
      left--;
    }
    int cut = Math.min(left, length);
    payload += cut;
    length -= cut;
    seq += cut;
    if (left > cut) {
      flags &= ~TcpHeader.FIN;
    }
  }

  /** Takes the last bytes off, which are beyond the window. */
  void trimEnd(int bytes) {
    if (bytes > 0) {
      int left = has(TcpHeader.FIN) ? bytes - 1 : bytes;
      flags &= ~(TcpHeader.FIN | TcpHeader.PSH);
      length -= Math.min(left, length);
    }
  }

  /** Reads a packet of a batch; returns null, or the counter of what is wrong with it. */
  @Nullable Counter read(PacketBatch batch, int i) {
    return read(batch, i, batch.pool(i).memory(), batch.offset(i), batch.length(i));
  }

  /** Reads a packet whose bytes have been put elsewhere. */
  @Nullable Counter read(PacketBatch batch, int i, MemorySegment packet, long at, int packetBytes) {
    memory = packet;
    int l4 = batch.l4Offset(i);
    long header = at + l4;
    int bytes = packetBytes - l4;
    int packetFlags = batch.flags(i);
    int headerLength = TcpHeader.validate(memory, header, bytes);
    if (headerLength < 0) {
      return counters.dropMalformed;
    }
    boolean ip4 = (packetFlags & PacketFlags.IP4) != 0;
    addresses(at + batch.l3Offset(i), ip4);
    boolean trusted = (packetFlags & (PacketFlags.RX_CHECKSUM_GOOD | PacketFlags.RX_CHECKSUM_PARTIAL)) != 0;
    if (!trusted && !isIntact(header, bytes, ip4)) {
      return counters.dropChecksum;
    }
    remotePort = TcpHeader.sourcePort(memory, header);
    localPort = TcpHeader.destinationPort(memory, header);
    if (remotePort == 0 || localPort == 0 || isNoHost(remoteHigh, remoteLow) || isNoHost(localHigh, localLow)) {
      return counters.dropAddress;
    }
    flags = TcpHeader.flags(memory, header);
    seq = TcpHeader.sequence(memory, header);
    ack = TcpHeader.acknowledgement(memory, header);
    window = TcpHeader.window(memory, header);
    payload = header + headerLength;
    length = bytes - headerLength;
    return options(header, headerLength) ? null : counters.dropMalformed;
  }

  private void addresses(long ip, boolean ip4) {
    if (ip4) {
      remoteHigh = 0;
      localHigh = 0;
      marked = Ip4Header.ecn(memory, ip) == CONGESTION_EXPERIENCED;
      remoteLow = IpAddress.IP4_MAPPED | Ip4Header.source(memory, ip) & 0xffff_ffffL;
      localLow = IpAddress.IP4_MAPPED | Ip4Header.destination(memory, ip) & 0xffff_ffffL;
    } else {
      marked = Ip6Header.ecn(memory, ip) == CONGESTION_EXPERIENCED;
      remoteHigh = Ip6Header.sourceHigh(memory, ip);
      remoteLow = Ip6Header.sourceLow(memory, ip);
      localHigh = Ip6Header.destinationHigh(memory, ip);
      localLow = Ip6Header.destinationLow(memory, ip);
    }
  }

  private boolean isIntact(long header, int bytes, boolean ip4) {
    int pseudo = ip4
        ? InternetChecksum.pseudo4(remoteLow, localLow, TcpHeader.PROTOCOL, bytes)
        : InternetChecksum.pseudo6(remoteHigh, remoteLow, localHigh, localLow, TcpHeader.PROTOCOL, bytes);
    return InternetChecksum.add(pseudo, InternetChecksum.sum(memory, header, bytes)) == InternetChecksum.VALID;
  }

  /** The unspecified address, multicast and broadcast (RFC 9293 MUST-57, MUST-63). */
  private static boolean isNoHost(long high, long low) {
    if (IpAddress.isIp4(high, low)) {
      return low == IpAddress.IP4_MAPPED || (low >>> 28 & 0xf) >= IP4_MULTICAST;
    }
    return high == 0 && low == 0 || high >>> 56 == IP6_MULTICAST;
  }

  private boolean options(long header, int headerLength) {
    mss = 0;
    scale = -1;
    sackPermitted = false;
    hasTimestamps = false;
    sackBlocks = 0;
    if (headerLength == TcpHeader.MIN_LENGTH + TcpHeaders.TIMESTAMPS_BYTES
        && Wire.i32(memory, header + TcpHeader.MIN_LENGTH) == TcpHeaders.PADDED_TIMESTAMPS) {
      timestamps(header + TcpHeader.MIN_LENGTH + TcpHeaders.PADDING_BYTES);
      return true;
    }
    int at = TcpOptions.first(memory, header, headerLength);
    for (; at > 0; at = TcpOptions.next(memory, header, headerLength, at)) {
      long option = header + at;
      switch (TcpOptions.kind(memory, option)) {
        case TcpOptions.MSS -> mss = TcpOptions.mss(memory, option);
        case TcpOptions.WINDOW_SCALE -> scale = Math.min(TcpOptions.windowScale(memory, option), MAX_SCALE);
        case TcpOptions.SACK_PERMITTED -> sackPermitted = true;
        case TcpOptions.TIMESTAMPS -> timestamps(option);
        case TcpOptions.SACK -> {
          sackBlocks = TcpOptions.sackBlocks(memory, option);
          sackOption = option;
        }
        default -> {
          // Unknown options are passed over (RFC 9293 MUST-6).
        }
      }
    }
    return at != TcpOptions.MALFORMED;
  }

  private void timestamps(long option) {
    hasTimestamps = true;
    tsValue = TcpOptions.timestampValue(memory, option);
    tsEcho = TcpOptions.timestampEcho(memory, option);
  }
}
