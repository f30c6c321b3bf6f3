package org.sluice.core.lookup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.FlowKey;

/**
 * One part of a {@link FlowTable}: open addressing with linear probing in one array, a slot of eight words per flow.
 *
 * <p>Writers hold the shard's monitor: a writer has to look through a whole chain before it may write, and growth
 * rewrites all of it. Readers take nothing and never wait. The first word of a slot is its state below a change count:
 * who read key and value between two equal loads of that word read one entry. Removal closes the gap by moving later
 * entries of the chain forward, so no tombstones pile up; an entry that moves stands in both places until {@code moves}
 * has been counted up, so whoever missed it in both sees another count and looks again. Growth fills a new array; the
 * old one is never written again, and the collector has it when its last reader is through.
 */
final class FlowShard {
  private static final int SLOT_SHIFT = 3;
  private static final int LOCAL_HIGH = 1;
  private static final int LOCAL_LOW = 2;
  private static final int REMOTE_HIGH = 3;
  private static final int REMOTE_LOW = 4;
  private static final int PORTS = 5;
  private static final int SCOPE = 6;
  private static final int VALUE = 7;

  /** With 16 bytes of array header before it, the first slot begins on a cache line when the array does. */
  private static final int FIRST_WORD = 6;
  private static final int INITIAL_SLOTS = 16;

  /** Nothing, and no chain passes here. Other states: {@link #SKIP}, or some bits of the hash. */
  private static final int EMPTY = 0;
  /** Nothing to be read here now, but the chain goes on. */
  private static final int SKIP = 1;
  private static final int TAG_BIT = 2;
  private static final int STATE_MASK = 0xffff;
  private static final int STATE_BITS = 16;

  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle MOVES;

  static {
    try {
      MOVES = MethodHandles.lookup().findVarHandle(FlowShard.class, "moves", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final FlowHash hash;
  private volatile long[] slots = new long[FIRST_WORD + (INITIAL_SLOTS << SLOT_SHIFT)];
  private long moves;
  private int used;

  FlowShard(FlowHash hash) {
    this.hash = hash;
  }

  /** The value of a key, or {@link Handle#INVALID}. Any context. */
  long find(long keyHash, FlowKey key) {
    while (true) {
      long before = (long) MOVES.getAcquire(this);
      long value = probe(slots, keyHash, key);
      if (value >= 0 || before == (long) MOVES.getOpaque(this)) {
        return value;
      }
    }
  }

  private static long probe(long[] table, long keyHash, FlowKey key) {
    int tag = tag(keyHash);
    int mask = mask(table);
    int slot = (int) keyHash & mask;
    for (int probes = 0; probes <= mask; ) {
      int at = at(slot);
      long head = (long) WORD.getAcquire(table, at);
      int state = (int) head & STATE_MASK;
      if (state == EMPTY) {
        break;
      }
      if (state == tag && matches(table, at, key)) {
        long value = (long) WORD.getOpaque(table, at + VALUE);
        VarHandle.loadLoadFence();
        if ((long) WORD.getOpaque(table, at) == head) {
          return value;
        }
        continue;
      }
      slot = (slot + 1) & mask;
      probes++;
    }
    return Handle.INVALID;
  }

  /** Enters a key that is not there; false when it is. */
  synchronized boolean add(long keyHash, FlowKey key, long value) {
    if (locate(keyHash, key) >= 0) {
      return false;
    }
    insert(keyHash, key, value);
    return true;
  }

  /** Takes a key out, if it has that value. */
  synchronized boolean remove(long keyHash, FlowKey key, long value) {
    int slot = locate(keyHash, key);
    if (slot < 0 || slots[at(slot) + VALUE] != value) {
      return false;
    }
    clear(slots, slot);
    return true;
  }

  /** Adds to the value of a key that is there, and takes it out at 0; the new value, or -1 when it is not there. */
  synchronized long addTo(long keyHash, FlowKey key, int delta) {
    int slot = locate(keyHash, key);
    if (slot < 0) {
      return -1;
    }
    long[] table = slots;
    long value = table[at(slot) + VALUE] + delta;
    if (value == 0) {
      clear(table, slot);
    } else {
      WORD.setOpaque(table, at(slot) + VALUE, value);
    }
    return value;
  }

  private int locate(long keyHash, FlowKey key) {
    long[] table = slots;
    int tag = tag(keyHash);
    int mask = mask(table);
    for (int slot = (int) keyHash & mask; ; slot = (slot + 1) & mask) {
      int state = state(table, slot);
      if (state == EMPTY) {
        return -1;
      }
      if (state == tag && matches(table, at(slot), key)) {
        return slot;
      }
    }
  }

  private void insert(long keyHash, FlowKey key, long value) {
    long[] table = slots;
    if ((used + 1) * 3 > (mask(table) + 1) * 2) {
      table = grow(table);
    }
    int at = at(emptySlot(table, keyHash));
    mark(table, at, SKIP);
    VarHandle.storeStoreFence();
    table[at + LOCAL_HIGH] = key.localHigh();
    table[at + LOCAL_LOW] = key.localLow();
    table[at + REMOTE_HIGH] = key.remoteHigh();
    table[at + REMOTE_LOW] = key.remoteLow();
    table[at + PORTS] = FlowHash.ports(key);
    table[at + SCOPE] = FlowHash.scope(key);
    table[at + VALUE] = value;
    mark(table, at, tag(keyHash));
    used++;
  }

  private long[] grow(long[] table) {
    long[] larger = new long[FIRST_WORD + (table.length - FIRST_WORD) * 2];
    for (int slot = 0; slot <= mask(table); slot++) {
      if (state(table, slot) != EMPTY) {
        long entryHash = hashAt(table, slot);
        copy(table, slot, larger, emptySlot(larger, entryHash), tag(entryHash));
      }
    }
    slots = larger;
    return larger;
  }

  /** Empties a slot, and moves forward what then no longer stands where its chain reaches it. */
  private void clear(long[] table, int slot) {
    int mask = mask(table);
    int gap = slot;
    mark(table, at(gap), SKIP);
    for (int next = (gap + 1) & mask; state(table, next) != EMPTY; next = (next + 1) & mask) {
      long entryHash = hashAt(table, next);
      int fromHome = (next - (int) entryHash) & mask;
      int fromGap = (next - gap) & mask;
      if (fromHome >= fromGap) {
        copy(table, next, table, gap, tag(entryHash));
        MOVES.setRelease(this, moves + 1);
        mark(table, at(next), SKIP);
        gap = next;
      }
    }
    mark(table, at(gap), EMPTY);
    used--;
  }

  private static void copy(long[] from, int fromSlot, long[] to, int toSlot, int tag) {
    mark(to, at(toSlot), SKIP);
    VarHandle.storeStoreFence();
    System.arraycopy(from, at(fromSlot) + 1, to, at(toSlot) + 1, VALUE);
    mark(to, at(toSlot), tag);
  }

  /** Gives a slot a state and counts the change. */
  private static void mark(long[] table, int at, int state) {
    long changes = (table[at] >>> STATE_BITS) + 1;
    WORD.setRelease(table, at, (changes << STATE_BITS) | state);
  }

  private static int emptySlot(long[] table, long keyHash) {
    int mask = mask(table);
    int slot = (int) keyHash & mask;
    while (state(table, slot) != EMPTY) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static boolean matches(long[] table, int at, FlowKey key) {
    return table[at + REMOTE_LOW] == key.remoteLow()
        && table[at + PORTS] == FlowHash.ports(key)
        && table[at + LOCAL_LOW] == key.localLow()
        && table[at + SCOPE] == FlowHash.scope(key)
        && table[at + REMOTE_HIGH] == key.remoteHigh()
        && table[at + LOCAL_HIGH] == key.localHigh();
  }

  private long hashAt(long[] table, int slot) {
    int at = at(slot);
    return hash.of(table[at + LOCAL_HIGH], table[at + LOCAL_LOW], table[at + REMOTE_HIGH], table[at + REMOTE_LOW],
        table[at + PORTS], table[at + SCOPE]);
  }

  private static int state(long[] table, int slot) {
    return (int) table[at(slot)] & STATE_MASK;
  }

  private static int tag(long keyHash) {
    return ((int) (keyHash >>> 32) & STATE_MASK) | TAG_BIT;
  }

  private static int at(int slot) {
    return FIRST_WORD + (slot << SLOT_SHIFT);
  }

  private static int mask(long[] table) {
    return ((table.length - FIRST_WORD) >> SLOT_SHIFT) - 1;
  }
}
