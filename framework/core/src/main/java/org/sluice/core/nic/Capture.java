package org.sluice.core.nic;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.Counter;

/**
 * A capture that runs: a thread that carries records from the rings of the queues to the file, in the order of their
 * times as far as they are there. It looks for them now and then, so that no worker has to wake it.
 */
final class Capture implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Capture.class);
  private static final long PAUSE_NS = 5_000_000;
  private static final int BURST = 1 << 10;

  private final Path path;
  private final CaptureFile file;
  private final List<CaptureRing> rings;
  private final Clock clock;
  private final Counter unwritten;
  private final CompletableFuture<CaptureSummary> end = new CompletableFuture<>();
  private final Thread thread;
  private volatile boolean isEnding;

  /**
   * Begins to write.
   *
   * @param path where the file is
   * @param file with its headers
   * @param rings of all queues
   * @param clock what the last block's time is read from
   * @param unwritten counts frames that the file has no room for
   */
  Capture(Path path, CaptureFile file, List<CaptureRing> rings, Clock clock, Counter unwritten) {
    this.path = path;
    this.file = file;
    this.rings = rings;
    this.clock = clock;
    this.unwritten = unwritten;
    thread = Thread.ofPlatform().daemon().name("sluice-capture").unstarted(this);
  }

  void start() {
    thread.start();
  }

  /** Ends the capture after the records that are there now. */
  CompletableFuture<CaptureSummary> stop() {
    isEnding = true;
    LockSupport.unpark(thread);
    return end;
  }

  @Override
  public void run() {
    String failure = null;
    try (file) {
      boolean isLast;
      do {
        // Read before the rings: what was published before the end was said is found then.
        isLast = isEnding;
        drain();
      } while (!isLast);
      file.finish(clock.nanoTime(), missed());
    } catch (IOException e) {
      LOG.warn("The capture to {} ended early: {}. What follows is not in the file.", path, e.toString());
      failure = e.toString();
    }
    end.complete(new CaptureSummary(path, file.frames(), file.bytes(), missed(), file.unwritten(), failure));
  }

  private void drain() throws IOException {
    int written = 0;
    for (CaptureRing ring = next(); ring != null; ring = next()) {
      long before = file.unwritten();
      int at = ring.oldest();
      file.write(ring, at);
      ring.take(at);
      unwritten.add(Counter.NO_WORKER, file.unwritten() - before);
      written++;
      if (written % BURST == 0) {
        file.flush();
      }
    }
    file.flush();
    if (written == 0 && !isEnding) {
      LockSupport.parkNanos(this, PAUSE_NS);
    }
  }

  /** The ring with the oldest record; null when all are empty. */
  private @Nullable CaptureRing next() {
    CaptureRing found = null;
    long foundNs = 0;
    for (CaptureRing ring : rings) {
      int at = ring.oldest();
      if (at >= 0 && (found == null || ring.timeNs(at) - foundNs < 0)) {
        found = ring;
        foundNs = ring.timeNs(at);
      }
    }
    return found;
  }

  private long missed() {
    return rings.stream().mapToLong(CaptureRing::missedInAll).sum();
  }
}
