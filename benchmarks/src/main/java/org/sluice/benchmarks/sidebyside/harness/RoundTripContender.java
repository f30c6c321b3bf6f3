package org.sluice.benchmarks.sidebyside.harness;

import org.HdrHistogram.Histogram;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Reading;

/**
 * Round trips between two threads. The mean is over all of them; one in {@value #GROUP} is timed by itself, since
 * asking the clock takes a good part of the shortest ones.
 */
final class RoundTripContender implements Contender {
  private static final int GROUP = 16;
  private static final long MOST_NS = 10_000_000_000L;

  private final TwoThreads threads;
  private final Letters letters;
  private final RoundTripPeer peer;
  private final Histogram latency = new Histogram(MOST_NS, 3);
  private long startNs;
  private long endNs;
  private long count;

  private RoundTripContender(TwoThreads threads, Letters letters, RoundTripPeer peer) {
    this.threads = threads;
    this.letters = letters;
    this.peer = peer;
  }

  static Contender open(TwoThreads threads, Letters letters, RoundTripPeer.Factory factory) throws Exception {
    RoundTripContender contender = new RoundTripContender(threads, letters, factory.make(letters));
    threads.run(contender.peer::openClient, contender.peer::openServer);
    return contender;
  }

  @Override
  public Reading run(long nanos) throws Exception {
    latency.reset();
    count = 0;
    letters.last(false);
    Rendezvous start = new Rendezvous();
    threads.run(() -> exchange(start, nanos), () -> serve(start));
    return new Reading(count, count * Letters.BYTES, endNs - startNs, Reading.UNKNOWN, latency);
  }

  private void exchange(Rendezvous start, long nanos) throws Exception {
    start.meet();
    long now = System.nanoTime();
    startNs = now;
    long done = 0;
    while (now - startNs < nanos) {
      peer.exchange(GROUP - 1);
      long before = System.nanoTime();
      peer.exchange(1);
      now = System.nanoTime();
      latency.recordValue(Math.min(now - before, MOST_NS));
      done += GROUP;
    }
    endNs = now;
    count = done;
    letters.last(true);
    peer.exchange(1);
  }

  private void serve(Rendezvous start) throws Exception {
    start.meet();
    peer.serve();
  }

  @Override
  public void close() throws Exception {
    threads.run(peer::closeClient, peer::closeServer);
    peer.close();
    letters.close();
  }
}
