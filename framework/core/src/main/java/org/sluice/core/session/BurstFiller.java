package org.sluice.core.session;

import java.lang.foreign.MemorySegment;
import org.sluice.spi.memory.PieceHandler;
import org.sluice.spi.nic.PacketBatch;

/**
 * Puts the pieces of a FIFO's content into the packets of a batch, each as long as it was said to be: one walk over the
 * FIFO for a whole burst. Owned by one worker.
 */
final class BurstFiller implements PieceHandler {
  private final PacketBatch batch;
  private int packet;
  private int filled;

  BurstFiller(PacketBatch batch) {
    this.batch = batch;
  }

  /** Goes back to the first packet. */
  void begin() {
    packet = 0;
    filled = 0;
  }

  @Override
  public void onPiece(MemorySegment memory, long offset, int lengthBytes) {
    int done = 0;
    while (done < lengthBytes) {
      int length = batch.length(packet);
      int size = Math.min(lengthBytes - done, length - filled);
      MemorySegment.copy(memory, offset + done, batch.pool(packet).memory(), batch.offset(packet) + filled, size);
      done += size;
      filled += size;
      if (filled == length) {
        packet++;
        filled = 0;
      }
    }
  }
}
