package org.sluice.plugin.afxdp.xsk;

/** A ring that the kernel writes: entries are read, then given back together. Owned by one worker. */
abstract class ConsumerRing {
  final long entries;
  final int mask;
  private final RingMemory memory;
  private int read;
  private int produced;

  ConsumerRing(RingMemory memory) {
    this.memory = memory;
    mask = memory.size() - 1;
    entries = memory.entries();
    read = Raw.get(memory.consumer());
    produced = read;
  }

  /** Entries that can be read now; looks at the kernel's index only when none are known. */
  final int available() {
    int available = produced - read;
    if (available == 0) {
      produced = Raw.acquire(memory.producer());
      available = produced - read;
    }
    return available;
  }

  /** Entries there are, with those that have come since the index was last looked at. */
  final int look() {
    produced = Raw.acquire(memory.producer());
    return produced - read;
  }

  /** The place of the entry that is so many behind the next one. */
  final int peek(int ahead) {
    return read + ahead & mask;
  }

  /** Gives the places of entries back to the kernel. */
  final void release(int count) {
    read += count;
    Raw.release(memory.consumer(), read);
  }
}
