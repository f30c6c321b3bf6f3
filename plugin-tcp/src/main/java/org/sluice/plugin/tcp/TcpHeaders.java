package org.sluice.plugin.tcp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.sluice.plugin.tcp.recovery.ReceiveRanges;
import org.sluice.spi.header.InternetChecksum;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.TcpOptions;
import org.sluice.spi.network.IpAddress;
import org.sluice.spi.network.Path;
import org.sluice.spi.nic.PacketBatch;

/** Writes options and checksums of segments to send. */
final class TcpHeaders {
  /** What timestamps take, padded. */
  static final int TIMESTAMPS_BYTES = 12;

  /** What stands before them then. */
  static final int PADDING_BYTES = 2;

  private static final int NO_OPERATION = 1;
  /** What timestamps begin with in the usual layout. */
  static final int PADDED_TIMESTAMPS =
      NO_OPERATION << 24 | NO_OPERATION << 16 | TcpOptions.TIMESTAMPS << 8 | TcpOptions.TIMESTAMPS_LENGTH;

  /** Kind and length of an option. */
  private static final int OPTION_HEAD = 2;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private TcpHeaders() {}

  /** Timestamps, as RFC 7323 appendix A lays them out. */
  static void timestamps(MemorySegment m, long at, int value, int echo) {
    m.set(INT, at, PADDED_TIMESTAMPS);
    m.set(LONG, at + 4, (long) value << Integer.SIZE | Integer.toUnsignedLong(echo));
  }

  /**
   * The options of a SYN; returns their length.
   *
   * @param mss the own maximum segment size
   * @param scale the own window scale, or -1 for none
   * @param sack whether selective acknowledgements are offered
   * @param stamps whether timestamps are
   */
  static int synOptions(
      MemorySegment m, long at, int mss, int scale, boolean sack, boolean stamps, int value, int echo) {
    long to = at;
    m.set(INT, to, TcpOptions.MSS << 24 | TcpOptions.MSS_LENGTH << 16 | mss);
    to += 4;
    if (stamps) {
      timestamps(m, to, value, echo);
      if (sack) {
        // In place of the padding.
        m.set(INT, to, TcpOptions.SACK_PERMITTED << 24 | TcpOptions.SACK_PERMITTED_LENGTH << 16
            | TcpOptions.TIMESTAMPS << 8 | TcpOptions.TIMESTAMPS_LENGTH);
      }
      to += TIMESTAMPS_BYTES;
    } else if (sack) {
      m.set(INT, to, NO_OPERATION << 24 | NO_OPERATION << 16
          | TcpOptions.SACK_PERMITTED << 8 | TcpOptions.SACK_PERMITTED_LENGTH);
      to += 4;
    }
    if (scale >= 0) {
      m.set(INT, to, NO_OPERATION << 24 | TcpOptions.WINDOW_SCALE << 16 | TcpOptions.WINDOW_SCALE_LENGTH << 8 | scale);
      to += 4;
    }
    return (int) (to - at);
  }

  /** What an option of so many SACK blocks takes, padded. */
  static int sackBytes(int blocks) {
    return 4 + blocks * TcpOptions.SACK_BLOCK_LENGTH;
  }

  /** How many SACK blocks fit. */
  static int sackBlocks(int room) {
    return Math.min(ReceiveRanges.MAX_BLOCKS, (room - 4) / TcpOptions.SACK_BLOCK_LENGTH);
  }

  /** The SACK option with the blocks that were chosen. */
  static void sack(MemorySegment m, long at, ReceiveRanges ranges, int blocks) {
    m.set(INT, at, NO_OPERATION << 24 | NO_OPERATION << 16 | TcpOptions.SACK << 8
        | OPTION_HEAD + blocks * TcpOptions.SACK_BLOCK_LENGTH);
    long to = at + 4;
    for (int i = 0; i < blocks; i++) {
      m.set(INT, to, ranges.blockLeft(i));
      m.set(INT, to + 4, ranges.blockRight(i));
      to += TcpOptions.SACK_BLOCK_LENGTH;
    }
  }

  /** The last thing to be written: the checksum, or what the card needs to write it. */
  static void checksum(PacketBatch batch, int i, PathTable.Key flow, Path path) {
    MemorySegment m = batch.pool(i).memory();
    long header = batch.offset(i);
    int bytes = batch.length(i);
    int pseudo = IpAddress.isIp4(flow.remoteHigh, flow.remoteLow)
        ? InternetChecksum.pseudo4(flow.localLow, flow.remoteLow, TcpHeader.PROTOCOL, bytes)
        : InternetChecksum.pseudo6(flow.localHigh, flow.localLow, flow.remoteHigh, flow.remoteLow, TcpHeader.PROTOCOL,
            bytes);
    if (path.checksumOffload()) {
      m.set(SHORT, header + TcpHeader.CHECKSUM_OFFSET, (short) pseudo);
      batch.requestChecksum(i, 0, TcpHeader.CHECKSUM_OFFSET);
    } else {
      TcpHeader.fillChecksum(m, header, bytes, pseudo);
    }
  }
}
