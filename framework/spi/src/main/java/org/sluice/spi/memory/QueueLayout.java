package org.sluice.spi.memory;

/**
 * Where things are in an event queue.
 *
 * <pre>
 *      0   4   magic
 *      4   4   io records it takes
 *      8   4   control records it takes besides; as many payload elements
 *     16   8   contexts attached, in bits 0-31; bit 32 when it is to be freed
 *     64   8   tail: records claimed by producers
 *    128   8   head: records taken by the consumer
 *    192   4   waiting: 1 while the consumer sleeps or is about to
 *    256       payload elements in use, one bit each, in words of 64 bits; padded to 64 bytes
 *      +       records of 32 bytes, a power of two of them
 *      +       payload elements of 256 bytes
 * </pre>
 *
 * <p>Record: type (4 bytes), payload element plus one or 0 (4), handle (8), argument (8), sequence (8): its position
 * plus one, stored last.
 */
final class QueueLayout {

  static final int MAX_EVENTS = 32 << 10;
  static final int MAX_CONTROL_EVENTS = 4 << 10;
  static final int RECORD_BYTES = 32;
  static final int PAYLOAD_BYTES = 256;

  static final int MAGIC = 0;
  static final int EVENTS = 4;
  static final int CONTROL_EVENTS = 8;
  static final int CONTEXTS = 16;
  static final int TAIL = 64;
  static final int HEAD = 128;
  static final int WAITING = 192;
  static final int PAYLOAD_BITS = 256;

  static final int RECORD_TYPE = 0;
  static final int RECORD_PAYLOAD = 4;
  static final int RECORD_HANDLE = 8;
  static final int RECORD_ARG = 16;
  static final int RECORD_SEQUENCE = 24;

  private static final int MAGIC_VALUE = 0x51564551;
  private static final long RETIRED = 1L << 32;

  final int events;
  final int controlEvents;
  final int records;
  final int payloadWords;
  final int recordsOffset;
  final int payloadsOffset;

  QueueLayout(int events, int controlEvents) {
    if (events < 1 || events > MAX_EVENTS || controlEvents < 1 || controlEvents > MAX_CONTROL_EVENTS) {
      throw new IllegalArgumentException("event queue of " + events + " io and " + controlEvents
          + " control records: must be 1 to " + MAX_EVENTS + " and 1 to " + MAX_CONTROL_EVENTS);
    }
    this.events = events;
    this.controlEvents = controlEvents;
    records = Integer.highestOneBit(events + controlEvents - 1) << 1;
    payloadWords = (controlEvents + 63) >>> 6;
    recordsOffset = PAYLOAD_BITS + 8 * payloadWords + 63 & -64;
    payloadsOffset = recordsOffset + RECORD_BYTES * records;
  }

  /** The layout of the queue at an offset, as its header states it, once that is proved. */
  static QueueLayout at(Segment segment, long offset) {
    int page = page(segment, offset);
    int events = SharedMemory.getInt(segment, offset + EVENTS);
    int controlEvents = SharedMemory.getInt(segment, offset + CONTROL_EVENTS);
    QueueLayout layout = new QueueLayout(events, controlEvents);
    long state = SharedMemory.getLong(segment, segment.layout.descriptor(page));
    int sizeClass = SegmentLayout.sizeClass(state);
    if (layout.sizeClass() != sizeClass || page + (1 << sizeClass) > segment.layout.pages) {
      throw new IllegalArgumentException("the event queue at offset " + offset + " is damaged");
    }
    return layout;
  }

  int sizeClass() {
    return SegmentLayout.classAtLeast(payloadsOffset + (long) PAYLOAD_BYTES * controlEvents);
  }

  void format(Segment segment, int page, long position) {
    long offset = Chunks.offset(page);
    SharedMemory.setLong(segment, offset + CONTEXTS, 0);
    SharedMemory.setLong(segment, offset + TAIL, position);
    SharedMemory.setLong(segment, offset + HEAD, position);
    SharedMemory.setInt(segment, offset + WAITING, 0);
    SharedMemory.setInt(segment, offset + EVENTS, events);
    SharedMemory.setInt(segment, offset + CONTROL_EVENTS, controlEvents);
    for (int i = 0; i < payloadWords; i++) {
      // Bits after the last element are never free.
      int last = controlEvents - (i << 6);
      SharedMemory.setLong(segment, offset + PAYLOAD_BITS + 8L * i, last >= 64 ? 0 : -1L << last);
    }
    for (int i = 0; i < records; i++) {
      long at = position + i;
      long record = offset + recordsOffset + RECORD_BYTES * (at & records - 1);
      SharedMemory.setLong(segment, record + RECORD_SEQUENCE, at + 1 - records);
    }
    SharedMemory.setLong(segment, segment.layout.descriptor(page),
        ((long) sizeClass() << 8) | SegmentLayout.KIND_QUEUE);
    SharedMemory.setIntRelease(segment, offset + MAGIC, MAGIC_VALUE);
  }

  /** Counts a context in; refused for a queue that is to be freed. */
  static void enter(Segment segment, long offset) {
    if (SharedMemory.getAndAddLong(segment, offset + CONTEXTS, 1) >= RETIRED) {
      leave(segment, offset);
      throw new IllegalStateException("the event queue at offset " + offset + " is gone");
    }
  }

  static void leave(Segment segment, long offset) {
    if (SharedMemory.getAndAddLong(segment, offset + CONTEXTS, -1) == RETIRED + 1) {
      free(segment, offset);
    }
  }

  static void retire(Segment segment, long offset) {
    page(segment, offset);
    if (SharedMemory.getAndAddLong(segment, offset + CONTEXTS, RETIRED) == 0) {
      free(segment, offset);
    }
  }

  private static void free(Segment segment, long offset) {
    int page = (int) (offset >>> SegmentLayout.PAGE_SHIFT);
    long descriptor = segment.layout.descriptor(page);
    long state = SharedMemory.getLong(segment, descriptor);
    int sizeClass = SegmentLayout.sizeClass(state);
    SharedMemory.setInt(segment, offset + MAGIC, 0);
    SharedMemory.setLong(segment, descriptor, SegmentLayout.KIND_FREE);
    if (sizeClass <= SegmentLayout.MAX_SIZE_CLASS && page + (1 << sizeClass) <= segment.layout.pages) {
      segment.pages.free(page, sizeClass);
    } else {
      segment.counters.corruptions.increment();
    }
    SharedMemory.getAndAddLong(segment, SegmentLayout.QUEUE_COUNT_OFFSET, -1);
  }

  private static int page(Segment segment, long offset) {
    long page = offset >>> SegmentLayout.PAGE_SHIFT;
    boolean aligned = (offset & SegmentLayout.PAGE_BYTES - 1) == 0;
    if (!aligned || page < segment.layout.firstPage || page >= segment.layout.pages
        || SegmentLayout.kind(SharedMemory.getLong(segment, segment.layout.descriptor((int) page)))
        != SegmentLayout.KIND_QUEUE
        || SharedMemory.getIntAcquire(segment, offset + MAGIC) != MAGIC_VALUE) {
      throw new IllegalArgumentException("no event queue at offset " + offset);
    }
    return (int) page;
  }
}
