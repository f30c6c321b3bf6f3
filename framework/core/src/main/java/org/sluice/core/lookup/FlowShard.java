package org.sluice.core.lookup;

import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;

/**
 * One part of a {@link FlowTable}. Writers hold its monitor, because they have to look before they write; readers take
 * nothing. A change of size fills new slots and then publishes them: the old ones are never written again, and the
 * collector has them when their last reader is through.
 */
final class FlowShard {
  private static final int INITIAL_SLOTS = 16;
  /** Fewer are kept even when they are empty: connects that come and go in small numbers must not allocate. */
  private static final int LEAST_SHRUNK_SLOTS = 512;
  private static final int SPARSE = 8;

  private final FlowHash hash;
  private volatile FlowSlots slots = new FlowSlots(INITIAL_SLOTS);
  private int used;

  FlowShard(FlowHash hash) {
    this.hash = hash;
  }

  int slotCount() {
    return slots.count();
  }

  /** The value of a key, or INVALID. Any context, lock-free. */
  long find(long keyHash, FlowKey key) {
    return slots.find(keyHash, key);
  }

  /** Enters a key; false when it is there. */
  synchronized boolean add(long keyHash, FlowKey key, long value) {
    if (slots.locate(keyHash, key) >= 0) {
      return false;
    }
    if ((used + 1) * 3L > slots.count() * 2L) {
      resize(slots.count() * 2);
    }
    slots.insert(keyHash, key, value);
    used++;
    return true;
  }

  /** Gives a key another value, if it has that one; the value it had, or INVALID when it is not there. */
  synchronized long replace(long keyHash, FlowKey key, long from, long to) {
    int at = slots.locate(keyHash, key);
    if (at < 0) {
      return Handle.INVALID;
    }
    long value = slots.value(at);
    if (value == from) {
      slots.value(at, to);
    }
    return value;
  }

  /** Takes a key out, if it has that value. */
  synchronized boolean remove(long keyHash, FlowKey key, long value) {
    int at = slots.locate(keyHash, key);
    if (at < 0 || slots.value(at) != value) {
      return false;
    }
    removeAt(at, keyHash);
    return true;
  }

  /** Adds to the value of a key that is there, and takes it out at 0; the new value, or -1 when it is not there. */
  synchronized long addTo(long keyHash, FlowKey key, int delta) {
    int at = slots.locate(keyHash, key);
    if (at < 0) {
      return -1;
    }
    long value = slots.value(at) + delta;
    if (value == 0) {
      removeAt(at, keyHash);
    } else {
      slots.value(at, value);
    }
    return value;
  }

  private void removeAt(int at, long keyHash) {
    slots.remove(at, keyHash);
    used--;
    if (slots.count() > LEAST_SHRUNK_SLOTS && used * (long) SPARSE < slots.count()) {
      try {
        resize(slots.count() / 2);
      } catch (OutOfMemoryError e) {
        // Giving memory back is no reason for a removal to fail; the larger table does as well.
      }
    }
  }

  private void resize(int count) {
    FlowSlots resized = new FlowSlots(count);
    resized.insertAll(slots, hash);
    slots = resized;
  }
}
