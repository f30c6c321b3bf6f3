package org.sluice.core.lookup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;

/**
 * The arrays of one {@link FlowShard}: buckets of seven slots. Any number of readers; one writer at a time, who does
 * not wait for them.
 *
 * <p>A bucket has a control word: a tag of eight bits of the hash for each slot, 0 for an empty one, and in the top
 * byte how many entries found the bucket full and went on to a later one. A reader compares all tags at once and goes
 * to the next bucket only while that count says so; so an entry stays where it is until growth, removal leaves no
 * tombstones, and in the common case a lookup costs the control word, which is mostly cached, and one cache line.
 *
 * <p>The first word of a slot is odd while it is rewritten and differs afterwards: who read key and value between two
 * equal even loads of it read one entry.
 */
final class FlowSlots {
  static final int SLOTS_PER_BUCKET = 7;

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

  private static final int TAG_BITS = 8;
  private static final int TAG_MASK = (1 << TAG_BITS) - 1;
  /** Bits of the hash that choose neither shard nor bucket. */
  private static final int TAG_SHIFT = 40;
  private static final long EACH_BYTE = 0x0101_0101_0101_0101L;
  private static final long ALL_BUT_TOP_BITS = 0x7f7f_7f7f_7f7f_7f7fL;
  private static final long SLOT_BITS = 0x0080_8080_8080_8080L;
  private static final int PASSED_SHIFT = 56;
  private static final long ONE_PASSED = 1L << PASSED_SHIFT;
  /** So many are not counted any more; the count then stays, which costs readers a step, until the shard grows. */
  private static final long MANY_PASSED = 0xff;

  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] controls;
  private final long[] entries;

  /** Makes empty slots. The number of buckets is a power of two. */
  FlowSlots(int buckets) {
    controls = new long[buckets];
    entries = new long[FIRST_WORD + ((buckets * SLOTS_PER_BUCKET) << SLOT_SHIFT)];
  }

  int buckets() {
    return controls.length;
  }

  // ---- Readers.

  /** The value of a key, or {@link Handle#INVALID}. */
  long find(long hash, FlowKey key) {
    int tag = tag(hash);
    int mask = controls.length - 1;
    int bucket = (int) hash & mask;
    for (int step = 0; step <= mask; step++) {
      long control = (long) WORD.getAcquire(controls, bucket);
      for (long found = withTag(control, tag); found != 0; found &= found - 1) {
        long value = read(at(bucket, found), key);
        if (value >= 0) {
          return value;
        }
      }
      if (control >>> PASSED_SHIFT == 0) {
        break;
      }
      bucket = (bucket + 1) & mask;
    }
    return Handle.INVALID;
  }

  private long read(int at, FlowKey key) {
    while (true) {
      long head = (long) WORD.getAcquire(entries, at);
      if ((head & 1) != 0 || !matches(at, key)) {
        return Handle.INVALID;
      }
      long value = (long) WORD.getOpaque(entries, at + VALUE);
      VarHandle.loadLoadFence();
      if ((long) WORD.getOpaque(entries, at) == head) {
        return value;
      }
    }
  }

  private boolean matches(int at, FlowKey key) {
    return entries[at + REMOTE_LOW] == key.remoteLow()
        && entries[at + PORTS] == FlowHash.ports(key)
        && entries[at + LOCAL_LOW] == key.localLow()
        && entries[at + SCOPE] == FlowHash.scope(key)
        && entries[at + REMOTE_HIGH] == key.remoteHigh()
        && entries[at + LOCAL_HIGH] == key.localHigh();
  }

  // ---- The writer.

  /** Where a key is, or -1. */
  int locate(long hash, FlowKey key) {
    int tag = tag(hash);
    int mask = controls.length - 1;
    for (int bucket = (int) hash & mask, step = 0; step <= mask; bucket = (bucket + 1) & mask, step++) {
      for (long found = withTag(controls[bucket], tag); found != 0; found &= found - 1) {
        if (matches(at(bucket, found), key)) {
          return at(bucket, found);
        }
      }
      if (controls[bucket] >>> PASSED_SHIFT == 0) {
        break;
      }
    }
    return -1;
  }

  long value(int at) {
    return entries[at + VALUE];
  }

  void value(int at, long value) {
    WORD.setOpaque(entries, at + VALUE, value);
  }

  /** Enters a key that is not there; there is an empty slot. */
  void insert(long hash, FlowKey key, long value) {
    int at = claim(hash);
    entries[at + LOCAL_HIGH] = key.localHigh();
    entries[at + LOCAL_LOW] = key.localLow();
    entries[at + REMOTE_HIGH] = key.remoteHigh();
    entries[at + REMOTE_LOW] = key.remoteLow();
    entries[at + PORTS] = FlowHash.ports(key);
    entries[at + SCOPE] = FlowHash.scope(key);
    entries[at + VALUE] = value;
    publish(at, hash);
  }

  /** Enters all that other slots hold. */
  void insertAll(FlowSlots from, FlowHash hash) {
    for (int bucket = 0; bucket < from.controls.length; bucket++) {
      long full = SLOT_BITS & ~withTag(from.controls[bucket], 0);
      for (; full != 0; full &= full - 1) {
        int source = at(bucket, full);
        long entryHash = from.hashAt(source, hash);
        int at = claim(entryHash);
        System.arraycopy(from.entries, source + 1, entries, at + 1, VALUE);
        publish(at, entryHash);
      }
    }
  }

  /** Takes the entry at a place out. */
  void remove(int at, long hash) {
    int mask = controls.length - 1;
    int slot = (at - FIRST_WORD) >> SLOT_SHIFT;
    int home = slot / SLOTS_PER_BUCKET;
    control(home, controls[home] & ~((long) TAG_MASK << (slot % SLOTS_PER_BUCKET * TAG_BITS)));
    for (int bucket = (int) hash & mask; bucket != home; bucket = (bucket + 1) & mask) {
      if (controls[bucket] >>> PASSED_SHIFT != MANY_PASSED) {
        control(bucket, controls[bucket] - ONE_PASSED);
      }
    }
  }

  /** Finds an empty slot, counts the full buckets passed on the way, and turns readers of the slot away. */
  private int claim(long hash) {
    int mask = controls.length - 1;
    int bucket = (int) hash & mask;
    long empty = withTag(controls[bucket], 0);
    while (empty == 0) {
      if (controls[bucket] >>> PASSED_SHIFT != MANY_PASSED) {
        control(bucket, controls[bucket] + ONE_PASSED);
      }
      bucket = (bucket + 1) & mask;
      empty = withTag(controls[bucket], 0);
    }
    int at = at(bucket, empty);
    WORD.setOpaque(entries, at, entries[at] + 1);
    VarHandle.storeStoreFence();
    return at;
  }

  private void publish(int at, long hash) {
    WORD.setRelease(entries, at, entries[at] + 1);
    int slot = (at - FIRST_WORD) >> SLOT_SHIFT;
    int bucket = slot / SLOTS_PER_BUCKET;
    control(bucket, controls[bucket] | ((long) tag(hash) << (slot % SLOTS_PER_BUCKET * TAG_BITS)));
  }

  private void control(int bucket, long word) {
    WORD.setRelease(controls, bucket, word);
  }

  private long hashAt(int at, FlowHash hash) {
    return hash.of(entries[at + LOCAL_HIGH], entries[at + LOCAL_LOW], entries[at + REMOTE_HIGH],
        entries[at + REMOTE_LOW], entries[at + PORTS], entries[at + SCOPE]);
  }

  // ---- Bits.

  /** One bit, the top one of its byte, for each slot whose tag is the given one. */
  private static long withTag(long control, int tag) {
    long difference = control ^ (tag * EACH_BYTE);
    // Adding carries into the top bit of each byte that differs in its lower bits, and never beyond.
    long differs = ((difference & ALL_BUT_TOP_BITS) + ALL_BUT_TOP_BITS) | difference;
    return SLOT_BITS & ~differs;
  }

  private static int tag(long hash) {
    return Math.max(1, (int) (hash >>> TAG_SHIFT) & TAG_MASK);
  }

  /** The first word of the slot that the lowest bit stands for. */
  private static int at(int bucket, long found) {
    int slot = bucket * SLOTS_PER_BUCKET + (Long.numberOfTrailingZeros(found) >>> 3);
    return FIRST_WORD + (slot << SLOT_SHIFT);
  }
}
