package org.sluice.spi.memory;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One context's view of an event queue in a segment: many producers, one consumer, bounded, one total order.
 *
 * <p>Two classes of record share the order: small io records, and control records that own a payload of {@value
 * #PAYLOAD_BYTES} bytes. An io record is refused when only the room kept for control records is left, so a flood of io
 * never starves them; nobody ever blocks. Each context attaches a view of its own, cheaply; a producer's methods may be
 * called from several threads of its context.
 *
 * <p>A producer that dies between claiming a record and publishing it, a few instructions, stops the queue: processes
 * that do not trust each other share no queue as producers.
 */
public final class EventQueue {

  /** The size of a control record's payload. */
  public static final int PAYLOAD_BYTES = QueueLayout.PAYLOAD_BYTES;

  /** The most io records a queue can hold. */
  public static final int MAX_EVENTS = QueueLayout.MAX_EVENTS;

  /** The most control records a queue can hold. */
  public static final int MAX_CONTROL_EVENTS = QueueLayout.MAX_CONTROL_EVENTS;

  private static final int MAX_ATTEMPTS = 1 << 12;

  private final Segment segment;
  private final long base;
  private final @Nullable Waker waker;
  private final int events;
  private final int recordMask;
  private final int controlEvents;
  private final long records;
  private final long payloads;
  /** Producers: a head seen earlier; it only ever lags. */
  private long cachedHead;
  /** Consumer: the truth about the head; what other processes can write is never read back. */
  private long head;
  private boolean attached = true;

  private EventQueue(Segment segment, long offset, QueueLayout layout, @Nullable Waker waker) {
    this.segment = segment;
    this.waker = waker;
    base = offset;
    events = layout.events;
    controlEvents = layout.controlEvents;
    recordMask = layout.records - 1;
    records = offset + layout.recordsOffset;
    payloads = offset + layout.payloadsOffset;
    head = SharedMemory.getLongAcquire(segment, offset + QueueLayout.HEAD);
    cachedHead = head;
  }

  /**
   * Attaches a context that wakes nobody: the consumer, or a producer of a queue whose consumer polls.
   *
   * @param segment where the queue is
   * @param offset what {@link Segment#allocateEventQueue} returned
   * @return the view
   * @throws IllegalArgumentException when no queue is there
   * @throws IllegalStateException when the segment is closed
   */
  public static EventQueue attach(Segment segment, long offset) {
    return attach(segment, offset, null);
  }

  /**
   * Attaches a context.
   *
   * @param segment where the queue is
   * @param offset what {@link Segment#allocateEventQueue} returned
   * @param waker ends the consumer's sleep; null when it never sleeps
   * @return the view
   * @throws IllegalArgumentException when no queue is there
   * @throws IllegalStateException when the segment is closed or the queue is being freed
   */
  public static EventQueue attach(Segment segment, long offset, @Nullable Waker waker) {
    segment.retain();
    try {
      QueueLayout layout = QueueLayout.at(segment, offset);
      QueueLayout.enter(segment, offset);
      return new EventQueue(segment, offset, layout, waker);
    } catch (Throwable e) {
      segment.release();
      throw e;
    }
  }

  /**
   * Appends an io record. Producers; never blocks or allocates.
   *
   * @param type what happened
   * @param handle what it is about
   * @param arg depends on the type
   * @return false, and counted, when there is no room for its class; false after {@link #leave}
   */
  public boolean offer(int type, long handle, long arg) {
    return attached && append(events, 0, type, handle, arg);
  }

  /**
   * Reserves a control record: its payload element and, for certain, its place in the queue. Producers.
   *
   * @return the claim, to be published or aborted; or a negative status: {@link Fifo#NO_SPACE}, counted, when all are
   *     taken
   */
  public int claimControl() {
    if (!attached) {
      return Fifo.NOT_ATTACHED;
    }
    for (int first = 0; first < controlEvents; first += 64) {
      int bit = takePayload(payloadWord(first));
      if (bit >= 0) {
        // The bits after the last element were never free.
        return first + bit < controlEvents ? first + bit : segment.corrupt();
      }
    }
    segment.counters.eventsRefused.increment();
    return Fifo.NO_SPACE;
  }

  /**
   * The memory that payload offsets refer to.
   *
   * @return the memory of the segment
   */
  public MemorySegment payload() {
    return segment.area;
  }

  /**
   * Where the payload of a claim is.
   *
   * @param claim from {@link #claimControl}
   * @return the offset in {@link #payload} of its {@value #PAYLOAD_BYTES} bytes
   */
  public long payloadOffset(int claim) {
    return payloads + (long) PAYLOAD_BYTES * claim;
  }

  /**
   * Appends a control record with its payload as written until now. Producers; cannot be refused.
   *
   * @param claim from {@link #claimControl}; it is used up
   * @param type what happened
   * @param handle what it is about
   * @param arg depends on the type
   * @return false only when this view has left, or shared memory is damaged
   */
  public boolean publishControl(int claim, int type, long handle, long arg) {
    return attached && append(recordMask + 1, claim + 1, type, handle, arg);
  }

  /**
   * Gives a claim back.
   *
   * @param claim from {@link #claimControl}; it is used up
   */
  public void abortControl(int claim) {
    if (attached) {
      freePayload(claim);
    }
  }

  /**
   * Hands records to a handler in order and frees them in order. Consumer; the handler may offer to this queue, but not
   * poll it.
   *
   * @param handler is called for each record
   * @param limit the most to take
   * @return how many were taken
   */
  public int poll(EventHandler handler, int limit) {
    int taken = 0;
    while (taken < limit && !isEmpty()) {
      long record = record(head);
      int type = SharedMemory.getInt(segment, record + QueueLayout.RECORD_TYPE);
      int payload = SharedMemory.getInt(segment, record + QueueLayout.RECORD_PAYLOAD);
      long handle = SharedMemory.getLong(segment, record + QueueLayout.RECORD_HANDLE);
      long arg = SharedMemory.getLong(segment, record + QueueLayout.RECORD_ARG);
      head++;
      SharedMemory.setLongRelease(segment, base + QueueLayout.HEAD, head);
      taken++;
      if (payload == 0) {
        handler.onEvent(type, handle, arg, segment.area, -1);
      } else {
        deliverControl(handler, payload - 1, type, handle, arg);
      }
    }
    return taken;
  }

  /**
   * Whether there is nothing to poll. Consumer.
   *
   * @return true when there is no published record
   */
  public boolean isEmpty() {
    return !attached
        || SharedMemory.getLongAcquire(segment, record(head) + QueueLayout.RECORD_SEQUENCE) != head + 1;
  }

  /**
   * Records claimed and not yet taken. Any context that is attached; a moment's view.
   *
   * @return the count
   */
  public int depth() {
    if (!attached) {
      return 0;
    }
    long taken = SharedMemory.getLongAcquire(segment, base + QueueLayout.HEAD);
    long claimed = SharedMemory.getLongAcquire(segment, base + QueueLayout.TAIL);
    return (int) Math.max(0, Math.min(recordMask + 1, claimed - taken));
  }

  /**
   * Announces that the consumer is about to sleep. Consumer.
   *
   * @return true when it may sleep: whoever publishes from now on wakes it; false when there is something to poll
   */
  public boolean prepareWait() {
    if (!attached) {
      return false;
    }
    SharedMemory.setInt(segment, base + QueueLayout.WAITING, 1);
    SharedMemory.fullFence();
    if (isEmpty()) {
      return true;
    }
    cancelWait();
    return false;
  }

  /** Takes the announcement back; to be called after each sleep. Consumer. */
  public void cancelWait() {
    if (attached) {
      SharedMemory.setInt(segment, base + QueueLayout.WAITING, 0);
    }
  }

  /**
   * Ends this view. The memory of a queue that is to be freed goes with the last view. Idempotent; not while another
   * thread of the context uses the view.
   */
  public void leave() {
    if (attached) {
      attached = false;
      try {
        QueueLayout.leave(segment, base);
      } finally {
        segment.release();
      }
    }
  }

  private boolean append(int limit, int payload, int type, long handle, long arg) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      long tail = SharedMemory.getLongAcquire(segment, base + QueueLayout.TAIL);
      if (!hasRoom(tail, limit)) {
        break;
      }
      if (SharedMemory.compareAndSetLong(segment, base + QueueLayout.TAIL, tail, tail + 1)) {
        long record = record(tail);
        SharedMemory.setInt(segment, record + QueueLayout.RECORD_TYPE, type);
        SharedMemory.setInt(segment, record + QueueLayout.RECORD_PAYLOAD, payload);
        SharedMemory.setLong(segment, record + QueueLayout.RECORD_HANDLE, handle);
        SharedMemory.setLong(segment, record + QueueLayout.RECORD_ARG, arg);
        SharedMemory.setLongRelease(segment, record + QueueLayout.RECORD_SEQUENCE, tail + 1);
        wakeConsumer();
        return true;
      }
    }
    segment.counters.eventsRefused.increment();
    return false;
  }

  private boolean hasRoom(long tail, int limit) {
    long depth = tail - cachedHead;
    if (depth >= 0 && depth < limit) {
      return true;
    }
    cachedHead = SharedMemory.getLongAcquire(segment, base + QueueLayout.HEAD);
    depth = tail - cachedHead;
    // A head beyond this tail: others were faster, and the claim of this tail will fail. Or somebody scribbled.
    if (depth < 0 || depth > recordMask + 1) {
      return SharedMemory.getLongAcquire(segment, base + QueueLayout.TAIL) != tail || segment.corrupt() > 0;
    }
    return depth < limit;
  }

  private void wakeConsumer() {
    if (waker == null) {
      return;
    }
    SharedMemory.fullFence();
    long waiting = base + QueueLayout.WAITING;
    if (SharedMemory.getInt(segment, waiting) != 0 && SharedMemory.compareAndSetInt(segment, waiting, 1, 0)) {
      waker.wake();
    }
  }

  private void deliverControl(EventHandler handler, int payload, int type, long handle, long arg) {
    if (payload < 0 || payload >= controlEvents) {
      segment.counters.corruptions.increment();
      return;
    }
    try {
      handler.onEvent(type, handle, arg, segment.area, payloadOffset(payload));
    } finally {
      if (attached) {
        freePayload(payload);
      }
    }
  }

  private int takePayload(long word) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      long taken = SharedMemory.getLongAcquire(segment, word);
      if (taken == -1L) {
        return -1;
      }
      int bit = Long.numberOfTrailingZeros(~taken);
      if (SharedMemory.compareAndSetLong(segment, word, taken, taken | (1L << bit))) {
        return bit;
      }
    }
    return -1;
  }

  private void freePayload(int payload) {
    SharedMemory.andLong(segment, payloadWord(payload), ~(1L << payload));
  }

  private long payloadWord(int payload) {
    return base + QueueLayout.PAYLOAD_BITS + 8L * (payload >>> 6);
  }

  private long record(long position) {
    return records + QueueLayout.RECORD_BYTES * (position & recordMask);
  }
}
