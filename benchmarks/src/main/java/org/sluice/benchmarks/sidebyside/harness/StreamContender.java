package org.sluice.benchmarks.sidebyside.harness;

import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Reading;

/** A stream from one thread to another, both of which spin. */
final class StreamContender implements Contender {
  private static final long NOT_YET = -1;

  private final TwoThreads threads;
  private final Traffic traffic;
  private final StreamPeer peer;
  private volatile long written;
  private volatile boolean failed;
  private long startNs;
  private long endNs;

  private StreamContender(TwoThreads threads, Traffic traffic, StreamPeer peer) {
    this.threads = threads;
    this.traffic = traffic;
    this.peer = peer;
  }

  static Contender open(TwoThreads threads, Traffic traffic, StreamPeer.Factory factory) throws Exception {
    StreamContender contender = new StreamContender(threads, traffic, factory.make(traffic));
    threads.run(contender.peer::openWriter, contender.peer::openReader);
    return contender;
  }

  @Override
  public Reading run(long nanos) throws Exception {
    written = NOT_YET;
    long before = traffic.intake().taken();
    Rendezvous start = new Rendezvous();
    threads.run(() -> write(start, nanos), () -> read(start));
    traffic.intake().verify();
    long bytes = traffic.intake().taken() - before;
    if (bytes != written) {
      throw new IllegalStateException(written + " bytes were written and " + bytes + " arrived");
    }
    return new Reading(bytes / traffic.messageBytes(), bytes, endNs - startNs);
  }

  private void write(Rendezvous start, long nanos) throws Exception {
    int batch = traffic.messagesPerCall();
    long bytes = 0;
    try {
      start.meet();
      long now = System.nanoTime();
      startNs = now;
      while (now - startNs < nanos && !failed) {
        long count = peer.write(batch);
        if (count == 0) {
          Thread.onSpinWait();
        }
        bytes += count;
        now = System.nanoTime();
      }
      written = bytes;
    } finally {
      failed |= written == NOT_YET;
    }
  }

  private void read(Rendezvous start) throws Exception {
    long bytes = 0;
    boolean done = false;
    try {
      start.meet();
      while (!done) {
        long count = peer.read();
        bytes += count;
        if (count == 0) {
          Thread.onSpinWait();
          done = failed || (written != NOT_YET && bytes >= written);
        }
      }
      endNs = System.nanoTime();
    } finally {
      failed |= !done;
    }
  }

  @Override
  public void close() throws Exception {
    threads.run(peer::closeWriter, peer::closeReader);
    peer.close();
    traffic.close();
  }
}
