package org.sluice.spi.memory;

/**
 * Where things are in a segment: a pure function of its size, so that nothing about it has to be trusted.
 *
 * <pre>
 *   offset            bytes            content
 *        0                8            magic, written last
 *        8                4            format version
 *       12                4            page size
 *       16                8            size of the segment
 *       64                8            bytes in use, metadata included
 *       72                8            FIFOs
 *       80                8            event queues
 *      128         8 * words           allocated pages, one bit each
 *        +         8 * words           pages of FIFO headers that have a free slot, one bit each
 *        +        32 * pages           page descriptors
 *        +                             first page that can be allocated, page aligned
 * </pre>
 *
 * <p>Page descriptor, kept for the first page of what was allocated:
 *
 * <pre>
 *        0                8            kind in bits 0-7, size class in bits 8-15, detail in bits 16-63
 *        8                8            chunk: FIFO position of its first byte
 *       16                8            chunk: FIFO position after its last byte; earlier than full when sealed
 *       24                4            chunk: page of the next chunk, 0 at the end
 * </pre>
 */
final class SegmentLayout {

  static final long MAGIC = 0x31_45_43_49_55_4c_53_00L;
  static final int VERSION = 1;

  static final int PAGE_SHIFT = 12;
  static final int PAGE_BYTES = 1 << PAGE_SHIFT;
  static final long MIN_BYTES = 64 << 10;
  /** FIFO headers are addressed by an int that counts 64 byte lines. */
  static final long MAX_BYTES = 64L << (Integer.SIZE - 1);
  /** Classes 0 to 10: 4 KiB to 4 MiB. */
  static final int MAX_SIZE_CLASS = 10;

  static final long MAGIC_OFFSET = 0;
  static final long VERSION_OFFSET = 8;
  static final long PAGE_BYTES_OFFSET = 12;
  static final long SIZE_OFFSET = 16;
  static final long USED_OFFSET = 64;
  static final long FIFO_COUNT_OFFSET = 72;
  static final long QUEUE_COUNT_OFFSET = 80;
  static final long BITMAP_OFFSET = 128;

  static final int DESCRIPTOR_BYTES = 32;
  static final int START_OFFSET = 8;
  static final int END_OFFSET = 16;
  static final int NEXT_OFFSET = 24;

  static final int KIND_FREE = 0;
  static final int KIND_CHUNK = 1;
  static final int KIND_HEADERS = 2;
  static final int KIND_QUEUE = 3;

  final long sizeBytes;
  final int pages;
  final int words;
  final long roomyOffset;
  final long descriptorsOffset;
  final int firstPage;

  SegmentLayout(long sizeBytes) {
    if (sizeBytes < MIN_BYTES || sizeBytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "segment of " + sizeBytes + " bytes: must be " + MIN_BYTES + " to " + MAX_BYTES);
    }
    this.sizeBytes = sizeBytes + PAGE_BYTES - 1 & -PAGE_BYTES;
    pages = (int) (this.sizeBytes >>> PAGE_SHIFT);
    words = (pages + 63) >>> 6;
    roomyOffset = BITMAP_OFFSET + 8L * words;
    descriptorsOffset = roomyOffset + 8L * words + 63 & -64;
    firstPage = (int) ((descriptorsOffset + (long) DESCRIPTOR_BYTES * pages + PAGE_BYTES - 1) >>> PAGE_SHIFT);
  }

  static int kind(long state) {
    return (int) state & 0xff;
  }

  static int sizeClass(long state) {
    return (int) (state >>> 8) & 0xff;
  }

  /** The smallest class whose chunks hold so many bytes; more than the largest chunk yields the largest class. */
  static int classAtLeast(long bytes) {
    return Math.min(MAX_SIZE_CLASS, 64 - Long.numberOfLeadingZeros(Math.max(0, bytes - 1) >>> PAGE_SHIFT));
  }

  /** The largest class whose chunks are not longer than so many bytes; at least class 0. */
  static int classAtMost(long bytes) {
    return Math.min(MAX_SIZE_CLASS, 63 - Long.numberOfLeadingZeros(Math.max(1, bytes >>> PAGE_SHIFT)));
  }

  long descriptor(int page) {
    return descriptorsOffset + (long) page * DESCRIPTOR_BYTES;
  }
}
