package org.sluice.core.lookup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;

/**
 * The array of one {@link FlowShard}: open addressing with linear probing, a slot of eight words, which is a cache
 * line, per flow. Any number of readers; one writer at a time, who does not wait for them.
 *
 * <p>The first word of a slot, its head, holds some bits of the hash as a tag, 0 for an empty slot; how many entries
 * found the slot taken and went on to a later one; and a count of the entries it has had. A reader goes on only past
 * slots that others have passed too, so an entry stays where it is until it is copied to other slots, and removal
 * leaves no tombstones. But for its value a slot is written only while it is empty, so who read key and value between
 * two equal heads read one entry.
 */
final class FlowSlots {
  private static final int SLOT_SHIFT = 3;
  private static final int LOCAL_HIGH = 1;
  private static final int LOCAL_LOW = 2;
  private static final int REMOTE_HIGH = 3;
  private static final int REMOTE_LOW = 4;
  private static final int PORTS = 5;
  private static final int SCOPE = 6;
  private static final int VALUE = 7;

  /** With 16 bytes of array header before it, a slot is a cache line when the array begins on one. */
  private static final int FIRST_WORD = 6;

  private static final long TAG = 0xffff;
  /** Bits of the hash that choose neither shard nor slot. */
  private static final int TAG_SHIFT = 32;
  private static final long ONE_PASSED = 1L << 16;
  /** When so many have passed they are not counted any more: the slot is passed by all as long as there are these. */
  private static final long PASSED = 0xff * ONE_PASSED;
  private static final long ONE_ENTRY = 1L << 24;

  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  /** Tests look here for what removal leaves behind. */
  final long[] words;
  private final int mask;

  /** Makes empty slots; their number is a power of two. */
  FlowSlots(int count) {
    words = new long[FIRST_WORD + (count << SLOT_SHIFT)];
    mask = count - 1;
  }

  int count() {
    return mask + 1;
  }

  // ---- Readers.

  /** The value of a key, or {@link Handle#INVALID}. */
  long find(long hash, FlowKey key) {
    long tag = tag(hash);
    int slot = (int) hash & mask;
    for (int step = 0; step <= mask; ) {
      int at = at(slot);
      long head = (long) WORD.getAcquire(words, at);
      if ((head & TAG) == tag && matches(at, key)) {
        long value = (long) WORD.getOpaque(words, at + VALUE);
        VarHandle.loadLoadFence();
        if ((((long) WORD.getOpaque(words, at) ^ head) & ~PASSED) == 0) {
          return value;
        }
      } else if ((head & PASSED) == 0) {
        break;
      } else {
        slot = (slot + 1) & mask;
        step++;
      }
    }
    return Handle.INVALID;
  }

  private boolean matches(int at, FlowKey key) {
    return words[at + REMOTE_LOW] == key.remoteLow()
        && words[at + PORTS] == FlowHash.ports(key)
        && words[at + LOCAL_LOW] == key.localLow()
        && words[at + SCOPE] == FlowHash.scope(key)
        && words[at + REMOTE_HIGH] == key.remoteHigh()
        && words[at + LOCAL_HIGH] == key.localHigh();
  }

  // ---- The writer.

  /** Where a key is, or -1. */
  int locate(long hash, FlowKey key) {
    long tag = tag(hash);
    int slot = (int) hash & mask;
    for (int step = 0; step <= mask; step++) {
      int at = at(slot);
      if ((words[at] & TAG) == tag && matches(at, key)) {
        return at;
      }
      if ((words[at] & PASSED) == 0) {
        break;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  long value(int at) {
    return words[at + VALUE];
  }

  void value(int at, long value) {
    WORD.setOpaque(words, at + VALUE, value);
  }

  /** Enters a key that is not there; there is an empty slot. */
  void insert(long hash, FlowKey key, long value) {
    int at = claim(hash);
    words[at + LOCAL_HIGH] = key.localHigh();
    words[at + LOCAL_LOW] = key.localLow();
    words[at + REMOTE_HIGH] = key.remoteHigh();
    words[at + REMOTE_LOW] = key.remoteLow();
    words[at + PORTS] = FlowHash.ports(key);
    words[at + SCOPE] = FlowHash.scope(key);
    words[at + VALUE] = value;
    publish(at, hash);
  }

  /** Enters all that other slots hold. */
  void insertAll(FlowSlots from, FlowHash hash) {
    for (int slot = 0; slot < from.count(); slot++) {
      int source = at(slot);
      if ((from.words[source] & TAG) != 0) {
        long entryHash = from.hashAt(source, hash);
        int at = claim(entryHash);
        System.arraycopy(from.words, source + 1, words, at + 1, VALUE);
        publish(at, entryHash);
      }
    }
  }

  /** Takes the entry at a place out. */
  void remove(int at, long hash) {
    WORD.setRelease(words, at, words[at] & ~TAG);
    for (int slot = (int) hash & mask; at(slot) != at; slot = (slot + 1) & mask) {
      long head = words[at(slot)];
      if ((head & PASSED) != PASSED) {
        WORD.setRelease(words, at(slot), head - ONE_PASSED);
      }
    }
  }

  /** Finds an empty slot and counts at those it passes. */
  private int claim(long hash) {
    int slot = (int) hash & mask;
    long head = words[at(slot)];
    while ((head & TAG) != 0) {
      if ((head & PASSED) != PASSED) {
        WORD.setRelease(words, at(slot), head + ONE_PASSED);
      }
      slot = (slot + 1) & mask;
      head = words[at(slot)];
    }
    // Whoever reads what is written next, coming from an earlier entry, then sees that the head has changed.
    VarHandle.storeStoreFence();
    return at(slot);
  }

  private void publish(int at, long hash) {
    WORD.setRelease(words, at, (words[at] + ONE_ENTRY) | tag(hash));
  }

  private long hashAt(int at, FlowHash hash) {
    return hash.of(words[at + LOCAL_HIGH], words[at + LOCAL_LOW], words[at + REMOTE_HIGH], words[at + REMOTE_LOW],
        words[at + PORTS], words[at + SCOPE]);
  }

  private static long tag(long hash) {
    return ((hash >>> TAG_SHIFT) & TAG) | 1;
  }

  private static int at(int slot) {
    return FIRST_WORD + (slot << SLOT_SHIFT);
  }
}
