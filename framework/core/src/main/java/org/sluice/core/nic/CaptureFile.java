package org.sluice.core.nic;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.sluice.spi.header.InternetChecksum;

/**
 * A capture as a pcapng file (draft-ietf-opsawg-pcapng): one section, one Ethernet interface, times in nanoseconds, the
 * direction of each frame in its flags, and what became of it as a comment. A checksum that was left to the card is
 * made here, in the file only, since what reads captures would take it for a bad one. One thread.
 */
final class CaptureFile implements AutoCloseable {
  /** The least bound that has room for the blocks that every file has. */
  static final int MIN_BYTES = 1 << 10;

  private static final int BUFFER_BYTES = 1 << 18;
  private static final int SECTION_HEADER = 0x0a0d0d0a;
  private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int INTERFACE_STATISTICS = 5;
  private static final int ENHANCED_PACKET = 6;
  private static final short LINK_ETHERNET = 1;
  private static final int COMMENT = 1;
  private static final int APPLICATION = 4;
  private static final int INTERFACE_NAME = 2;
  private static final int INTERFACE_MAC = 6;
  private static final int TIME_RESOLUTION = 9;
  private static final byte NANOSECONDS = 9;
  private static final int PACKET_FLAGS = 2;
  private static final int RECEIVED = 4;
  private static final int DROPPED = 5;
  private static final int WORD = 4;
  private static final int MAC_BYTES = 6;

  /** Everything of a packet's block but the frame and the comments. */
  private static final int PACKET_BYTES = 44;

  private static final int STATISTICS_BYTES = 52;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final MemorySegment view = MemorySegment.ofBuffer(buffer.duplicate().clear());
  private final long maxBytes;
  private final long epochNs;
  private long flushed;
  private boolean isFull;
  private long frames;
  private long unwritten;

  /**
   * Makes the file, or makes it empty.
   *
   * @param path where
   * @param interfaceName of the card
   * @param macAddress of the card
   * @param maxBytes how long the file may become
   * @param epochNs what to add to times to have them since 1970
   */
  CaptureFile(Path path, String interfaceName, long macAddress, long maxBytes, long epochNs) throws IOException {
    this.maxBytes = maxBytes;
    this.epochNs = epochNs;
    channel = FileChannel.open(
        path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    int start = begin(SECTION_HEADER);
    buffer.putInt(BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
    option(APPLICATION, "Sluice".getBytes(StandardCharsets.UTF_8));
    end(start);
    start = begin(INTERFACE_DESCRIPTION);
    buffer.putShort(LINK_ETHERNET).putShort((short) 0).putInt(0);
    option(INTERFACE_NAME, interfaceName.getBytes(StandardCharsets.UTF_8));
    byte[] mac = new byte[MAC_BYTES];
    for (int i = 0; i < MAC_BYTES; i++) {
      mac[i] = (byte) (macAddress >>> (MAC_BYTES - 1 - i) * Byte.SIZE);
    }
    option(INTERFACE_MAC, mac);
    option(TIME_RESOLUTION, new byte[] {NANOSECONDS});
    end(start);
  }

  /** Appends the record that stands in a ring; once one has no room, no other gets any, so that there are no gaps. */
  void write(CaptureRing ring, int at) throws IOException {
    int length = ring.length(at);
    String reason = ring.reason(at).text();
    String missed = ring.missed(at) == 0 ? ""
        : ring.missed(at) + " frames before this one were not captured: the buffer was full";
    int size = PACKET_BYTES + padded(length) + optionBytes(reason) + optionBytes(missed);
    if (isFull || flushed + buffer.position() + size + STATISTICS_BYTES > maxBytes) {
      isFull = true;
      unwritten++;
      return;
    }
    if (buffer.remaining() < size) {
      flush();
    }
    int start = begin(ENHANCED_PACKET);
    long time = epochNs + ring.timeNs(at);
    buffer.putInt(0).putInt((int) (time >>> Integer.SIZE)).putInt((int) time).putInt(length).putInt(length);
    int frame = buffer.position();
    buffer.put(ring.bytes(), CaptureRing.frame(at), length);
    finishChecksum(ring, at, frame, length);
    pad();
    buffer.putShort((short) PACKET_FLAGS).putShort((short) WORD).putInt(ring.direction());
    comment(reason);
    comment(missed);
    end(start);
    frames++;
  }

  private void finishChecksum(CaptureRing ring, int at, int frame, int length) {
    int start = ring.checksumStart(at);
    int field = ring.checksumField(at);
    if (start == CaptureRing.NO_CHECKSUM || field + Short.BYTES > length) {
      return;
    }
    int checksum = InternetChecksum.field(InternetChecksum.sum(view, frame + start, length - start));
    buffer.put(frame + field, (byte) (checksum >>> Byte.SIZE)).put(frame + field + 1, (byte) checksum);
  }

  /** Writes what was counted, and everything to the disk. */
  void finish(long nowNs, long missed) throws IOException {
    if (buffer.remaining() < STATISTICS_BYTES) {
      flush();
    }
    int start = begin(INTERFACE_STATISTICS);
    long time = epochNs + nowNs;
    buffer.putInt(0).putInt((int) (time >>> Integer.SIZE)).putInt((int) time);
    buffer.putShort((short) RECEIVED).putShort((short) Long.BYTES).putLong(frames + unwritten + missed);
    buffer.putShort((short) DROPPED).putShort((short) Long.BYTES).putLong(unwritten + missed);
    end(start);
    flush();
  }

  void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      flushed += channel.write(buffer);
    }
    buffer.clear();
  }

  /** Frames in the file. */
  long frames() {
    return frames;
  }

  /** Frames that the bound left no room for. */
  long unwritten() {
    return unwritten;
  }

  /** The length of the file with what is to be flushed. */
  long bytes() {
    return flushed + buffer.position();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  // ---- Blocks and options.

  private int begin(int type) {
    int start = buffer.position();
    buffer.putInt(type).putInt(0);
    return start;
  }

  /** Ends the options and the block. */
  private void end(int start) {
    buffer.putInt(0);
    int size = buffer.position() + WORD - start;
    buffer.putInt(size).putInt(start + WORD, size);
  }

  private void comment(String text) {
    if (!text.isEmpty()) {
      option(COMMENT, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private void option(int code, byte[] value) {
    buffer.putShort((short) code).putShort((short) value.length).put(value);
    pad();
  }

  private void pad() {
    while (buffer.position() % WORD != 0) {
      buffer.put((byte) 0);
    }
  }

  /** All texts are ASCII. */
  private static int optionBytes(String text) {
    return text.isEmpty() ? 0 : WORD + padded(text.length());
  }

  private static int padded(int length) {
    return length + WORD - 1 & -WORD;
  }
}
