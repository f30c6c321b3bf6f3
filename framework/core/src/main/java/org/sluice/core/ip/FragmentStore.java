package org.sluice.core.ip;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.memory.NativeMemory;

/**
 * The payload of fragments in native memory, as blocks of equal size in lists. The blocks of a datagram form one list
 * in order of their position in it; a fragment is a run of them. Allocates nothing once made.
 */
final class FragmentStore {
  static final int NONE = -1;
  static final int BLOCK_BYTES = 2048;

  private static final int MAX_DATAGRAM_BYTES = 0xffff;

  private final MemorySegment memory;
  private final int[] next;
  private final int[] positions;
  private final int[] lengths;
  /** The length of the fragment that begins in a block; 0 in a block that goes on. */
  private final int[] fragmentLengths;

  private int free;
  private int freeCount;

  FragmentStore(int maxBytes) {
    int blocks = maxBytes / BLOCK_BYTES;
    memory = NativeMemory.allocate((long) blocks * BLOCK_BYTES);
    next = new int[blocks];
    positions = new int[blocks];
    lengths = new int[blocks];
    fragmentLengths = new int[blocks];
    for (int i = 0; i < blocks; i++) {
      next[i] = i + 1 < blocks ? i + 1 : NONE;
    }
    freeCount = blocks;
  }

  /** What the longest datagram may take: each fragment may leave a block that is not full. */
  static int leastBytes(int maxFragments) {
    return (MAX_DATAGRAM_BYTES / BLOCK_BYTES + 1 + maxFragments) * BLOCK_BYTES;
  }

  boolean hasRoom(int lengthBytes) {
    return blocksFor(lengthBytes) <= freeCount;
  }

  int freeCount() {
    return freeCount;
  }

  private static int blocksFor(int lengthBytes) {
    return (lengthBytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
  }

  // ---- Datagrams.

  /** Where a fragment goes: behind which block, or {@link #NONE} when it is the first. */
  int predecessor(IncompleteDatagram datagram, int position) {
    if (datagram.lastBlock != NONE && positions[datagram.lastBlock] < position) {
      return datagram.lastBlock;
    }
    int before = NONE;
    for (int block = datagram.firstBlock; block != NONE && positions[block] < position; block = next[block]) {
      before = block;
    }
    return before;
  }

  /** Whether a fragment has bytes in common with one that is there, if it stands behind that block. */
  boolean overlaps(IncompleteDatagram datagram, int before, int position, int lengthBytes) {
    int after = before == NONE ? datagram.firstBlock : next[before];
    return before != NONE && positions[before] + lengths[before] > position
        || after != NONE && positions[after] < position + lengthBytes;
  }

  /** Whether exactly these bytes are there as one fragment (RFC 8200 section 4.5). */
  boolean isDuplicate(IncompleteDatagram datagram, int before, MemorySegment from, long at, int position, int length) {
    int block = before == NONE ? datagram.firstBlock : next[before];
    if (block == NONE || positions[block] != position || fragmentLengths[block] != length) {
      return false;
    }
    long source = at;
    for (int left = length; left > 0; block = next[block]) {
      long address = (long) block * BLOCK_BYTES;
      if (MemorySegment.mismatch(memory, address, address + lengths[block], from, source, source + lengths[block])
          >= 0) {
        return false;
      }
      source += lengths[block];
      left -= lengths[block];
    }
    return true;
  }

  /** Copies a fragment in, behind a block of its datagram; there is room. */
  void insert(IncompleteDatagram datagram, int before, MemorySegment from, long at, int position, int lengthBytes) {
    int last = before;
    for (int done = 0; done < lengthBytes; ) {
      int block = free;
      free = next[block];
      freeCount--;
      int length = Math.min(BLOCK_BYTES, lengthBytes - done);
      MemorySegment.copy(from, at + done, memory, (long) block * BLOCK_BYTES, length);
      positions[block] = position + done;
      lengths[block] = length;
      fragmentLengths[block] = done == 0 ? lengthBytes : 0;
      link(datagram, last, block);
      last = block;
      done += length;
    }
  }

  private void link(IncompleteDatagram datagram, int before, int block) {
    if (before == NONE) {
      next[block] = datagram.firstBlock;
      datagram.firstBlock = block;
    } else {
      next[block] = next[before];
      next[before] = block;
    }
    if (next[block] == NONE) {
      datagram.lastBlock = block;
    }
  }

  /** Copies what is there from the first byte on without a gap, up to a length. Returns how much that is. */
  int copy(IncompleteDatagram datagram, MemorySegment to, long at, int mostBytes) {
    int done = 0;
    for (int block = datagram.firstBlock;
        block != NONE && done < mostBytes && positions[block] == done;
        block = next[block]) {
      int length = Math.min(lengths[block], mostBytes - done);
      MemorySegment.copy(memory, (long) block * BLOCK_BYTES, to, at + done, length);
      done += length;
    }
    return done;
  }

  /** The length of the fragment at the beginning; it is there. */
  int firstFragmentLength(IncompleteDatagram datagram) {
    return fragmentLengths[datagram.firstBlock];
  }

  void release(IncompleteDatagram datagram) {
    int block = datagram.firstBlock;
    while (block != NONE) {
      int following = next[block];
      next[block] = free;
      free = block;
      freeCount++;
      block = following;
    }
    datagram.firstBlock = NONE;
    datagram.lastBlock = NONE;
  }
}
