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
 * The memory that all queues of a card share with the kernel, cut into chunks. Each queue has two pools: chunks to
 * receive into, and frames to send from, of one chunk or of several side by side. A frame goes back to the pool it is
 * of, whichever queue sent it.
 */
public final class Umem {
  /** What stands free before the data: for headers that are pushed, and for the kernel's metadata. */
  public static final int HEADROOM_BYTES = 256;

  private final MemorySegment memory;
  private final Layout layout;
  private final long txBegin;
  private final int frameBytes;
  private final List<FramePool> rxPools;
  private final List<FramePool> txPools;
  /** Of each frame to send the pieces that the kernel has not sent yet; a queue writes those of its own packets. */
  private final byte[] unsent;

  /**
   * How the memory is cut.
   *
   * @param chunkBytes of a chunk, the most that the kernel writes or reads at once
   * @param rxChunks of each queue to receive into, a multiple of the next but one
   * @param txFrames of each queue to send from
   * @param chunksPerFrame of a frame to send
   */
  public record Layout(int chunkBytes, int rxChunks, int txFrames, int chunksPerFrame) {}

  /**
   * Maps the memory.
   *
   * @param kernel does it
   * @param owners of the pools, one for each queue
   * @param layout how it is cut
   * @param huge whether in huge pages
   * @param exhausted counts frames that were wanted when a pool had none
   * @throws KernelException when there is not so much
   */
  public Umem(Kernel kernel, List<Worker> owners, Layout layout, boolean huge, Counter exhausted)
      throws KernelException {
    this.layout = layout;
    int queues = owners.size();
    frameBytes = layout.chunkBytes() * layout.chunksPerFrame();
    txBegin = (long) queues * layout.rxChunks() * layout.chunkBytes();
    memory = kernel.memory(txBegin + (long) queues * layout.txFrames() * frameBytes, huge);
    unsent = new byte[queues * layout.txFrames()];
    int firstFrame = (int) (txBegin / frameBytes);
    rxPools = IntStream.range(0, queues)
        .mapToObj(i -> new FramePool(owners.get(i), memory, i * layout.rxChunks(), layout.rxChunks(),
            layout.chunkBytes(), HEADROOM_BYTES, exhausted))
        .toList();
    txPools = IntStream.range(0, queues)
        .mapToObj(i -> new FramePool(owners.get(i), memory, firstFrame + i * layout.txFrames(), layout.txFrames(),
            frameBytes, HEADROOM_BYTES, exhausted))
        .toList();
  }

  MemorySegment memory() {
    return memory;
  }

  int chunkBytes() {
    return layout.chunkBytes();
  }

  /** The chunks that a queue receives into; owned by its worker. */
  FramePool rxPool(int queue) {
    return rxPools.get(queue);
  }

  /** The frames that a queue sends from; owned by its worker. */
  FramePool txPool(int queue) {
    return txPools.get(queue);
  }

  boolean isOf(PacketPool pool) {
    return pool.memory().address() == memory.address();
  }

  /** Whether what the kernel has received lies within one chunk. */
  boolean isReceived(long address, int length) {
    return address >= 0 && length >= 0 && address + length <= txBegin
        && address % layout.chunkBytes() + length <= layout.chunkBytes();
  }

  /** The pool that a received chunk is of. */
  FramePool rxPoolOf(long address) {
    return rxPools.get((int) (address / layout.chunkBytes() / layout.rxChunks()));
  }

  // ---- Sending.

  /** In how many pieces the kernel is given a packet: chunks are what it reads from. */
  int pieces(long address, int length) {
    int chunk = layout.chunkBytes();
    return Math.max(1, (int) ((address + length - 1) / chunk - address / chunk) + 1);
  }

  /** So many pieces of a frame are about to be sent. */
  void sending(long address, int pieces) {
    if (address >= txBegin) {
      unsent[(int) ((address - txBegin) / frameBytes)] += (byte) pieces;
    }
  }

  /** A piece was sent; the frame goes back with its last one. False when there is no such place. */
  boolean sent(long address) {
    if (address < 0 || address >= memory.byteSize()) {
      return false;
    }
    if (address < txBegin) {
      rxPoolOf(address).release(address);
      return true;
    }
    int frame = (int) ((address - txBegin) / frameBytes);
    if (--unsent[frame] == 0) {
      txPools.get(frame / layout.txFrames()).release(address);
    }
    return true;
  }
}
