package org.sluice.plugin.transfer;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The buffers that go between a session and its file. Their number is the bound of what waits on the way. On the
 * session's worker; a buffer that was taken belongs to whoever has it.
 */
final class ChunkBuffers {
  private final Deque<ByteBuffer> free = new ArrayDeque<>();
  private final int bytes;
  private int unmade;

  ChunkBuffers(int count, int bytes) {
    unmade = count;
    this.bytes = bytes;
  }

  /** An empty buffer, null when all are under way. */
  @Nullable ByteBuffer take() {
    ByteBuffer buffer = free.poll();
    if (buffer == null && unmade > 0) {
      unmade--;
      buffer = ByteBuffer.allocate(bytes);
    }
    return buffer;
  }

  void give(ByteBuffer buffer) {
    free.push(buffer.clear());
  }
}
