package org.sluice.plugin.afxdp.xsk;

import org.sluice.plugin.afxdp.kernel.XdpAbi;

/**
 * A ring that the kernel reads: entries are written, then published together. Owned by one worker. Indices run on and
 * wrap as the kernel's do.
 */
abstract class ProducerRing {
  final long entries;
  final int mask;
  private final RingMemory memory;
  private final int size;
  /** What is written; the kernel sees it from {@link #publish} on. */
  private int written;
  private int published;
  private int consumed;

  ProducerRing(RingMemory memory) {
    this.memory = memory;
    size = memory.size();
    mask = size - 1;
    entries = memory.entries();
    written = Raw.get(memory.producer());
    published = written;
    consumed = Raw.acquire(memory.consumer());
  }

  /** Entries that can be written now; looks at the kernel's index only when too few are known to be free. */
  final int free(int wanted) {
    int free = size - (written - consumed);
    if (free < wanted) {
      consumed = Raw.acquire(memory.consumer());
      free = size - (written - consumed);
    }
    return free;
  }

  /** The place of the next entry, which the caller has seen to be free. */
  final int next() {
    return written++ & mask;
  }

  /** Shows the kernel what was written; returns whether there was anything. */
  final boolean publish() {
    if (written == published) {
      return false;
    }
    published = written;
    Raw.release(memory.producer(), written);
    return true;
  }

  /** Whether the kernel has taken everything that was published. */
  final boolean isDrained() {
    consumed = Raw.acquire(memory.consumer());
    return consumed == published;
  }

  final boolean wantsWakeup() {
    return (Raw.acquire(memory.flags()) & XdpAbi.RING_NEED_WAKEUP) != 0;
  }
}
