package org.sluice.plugin.afxdp.xsk;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;
import org.sluice.plugin.afxdp.kernel.Kernel;
import org.sluice.plugin.afxdp.kernel.KernelException;
import org.sluice.spi.nic.FramePool;
import org.sluice.spi.nic.PacketPool;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Worker;

/**
 * The memory that all queues of a card share with the kernel, cut into chunks. Each queue has a pool of as many of
 * them; a chunk goes back to the pool it is of, whichever queue sent it.
 */
public final class Umem {
  /** What stands free before the data: for headers that are pushed, and for the kernel's metadata. */
  public static final int HEADROOM_BYTES = 256;

  private final MemorySegment memory;
  private final int chunkBytes;
  private final int chunksPerQueue;
  private final List<FramePool> pools;

  /**
   * Maps the memory.
   *
   * @param kernel does it
   * @param owners of the pools, one for each queue
   * @param chunkBytes of a chunk
   * @param chunksPerQueue of each pool
   * @param huge whether in huge pages
   * @param exhausted counts chunks that were wanted when a pool had none
   * @throws KernelException when there is not so much
   */
  public Umem(Kernel kernel, List<Worker> owners, int chunkBytes, int chunksPerQueue, boolean huge, Counter exhausted)
      throws KernelException {
    this.chunkBytes = chunkBytes;
    this.chunksPerQueue = chunksPerQueue;
    memory = kernel.memory((long) owners.size() * chunksPerQueue * chunkBytes, huge);
    pools = IntStream.range(0, owners.size())
        .mapToObj(i -> new FramePool(
            owners.get(i), memory, i * chunksPerQueue, chunksPerQueue, chunkBytes, HEADROOM_BYTES, exhausted))
        .toList();
  }

  MemorySegment memory() {
    return memory;
  }

  int chunkBytes() {
    return chunkBytes;
  }

  /**
   * The pool of a queue.
   *
   * @param queue which
   * @return the pool, owned by the queue's worker
   */
  public FramePool pool(int queue) {
    return pools.get(queue);
  }

  boolean isOf(PacketPool pool) {
    return pool.memory().address() == memory.address();
  }

  /** Whether a packet that the kernel names lies within one chunk. */
  boolean contains(long address, int length) {
    return address >= 0 && length >= 0 && address + length <= memory.byteSize()
        && address % chunkBytes + length <= chunkBytes;
  }

  /** The pool that a chunk is of. */
  FramePool poolOf(long address) {
    return pools.get((int) (address / chunkBytes / chunksPerQueue));
  }
}
