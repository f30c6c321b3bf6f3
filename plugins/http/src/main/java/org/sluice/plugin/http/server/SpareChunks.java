package org.sluice.plugin.http.server;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Counter;

/**
 * Buffers for files, handed from one answer to the next of the sessions on one worker, which alone uses it. A session
 * has two of them at most, and none while it waits for a request.
 */
final class SpareChunks {
  private final Deque<ByteBuffer> spare = new ArrayDeque<>();
  private final int chunkBytes;
  private final int limit;
  private final Counter limitHits;
  private final int worker;

  SpareChunks(HttpSettings settings, HttpCounters counters, int worker) {
    chunkBytes = settings.chunkBytes();
    limit = settings.maxSpareChunks();
    limitHits = counters.spareLimit;
    this.worker = worker;
  }

  /** An empty buffer. */
  ByteBuffer take() {
    ByteBuffer buffer = spare.poll();
    return buffer == null ? ByteBuffer.allocate(chunkBytes) : buffer.clear();
  }

  void give(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return;
    }
    if (spare.size() < limit) {
      spare.push(buffer);
    } else {
      limitHits.increment(worker);
    }
  }
}
