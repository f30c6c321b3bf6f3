package org.sluice.benchmarks.sidebyside.ours;

import java.lang.foreign.MemorySegment;
import org.sluice.benchmarks.sidebyside.harness.Letters;
import org.sluice.benchmarks.sidebyside.harness.RoundTripPeer;
import org.sluice.spi.session.StreamReader;
import org.sluice.spi.session.StreamWriter;

/** A session of two threads that wait for each other by blocking calls. */
public final class ThreadRoundTrip implements RoundTripPeer {
  private static final int FIFO_BYTES = 1 << 20;

  private final Letters letters;
  private final ThreadPair pair;

  private ThreadRoundTrip(Letters letters, long spinNs) throws InterruptedException {
    this.letters = letters;
    pair = new ThreadPair(FIFO_BYTES, spinNs);
  }

  /**
   * Makes such sessions.
   *
   * @param spinNs how long a blocking call spins before it sleeps
   * @return opens one
   */
  public static RoundTripPeer.Factory spinning(long spinNs) {
    return letters -> new ThreadRoundTrip(letters, spinNs);
  }

  @Override
  public void exchange(int count) throws InterruptedException {
    StreamWriter writer = pair.client.writer();
    StreamReader reader = pair.client.reader();
    for (int i = 0; i < count; i++) {
      letters.next();
      ThreadPair.checked(writer.write(letters.request(), 0, Letters.BYTES));
      receive(reader, letters.reply());
      letters.check();
    }
  }

  @Override
  public void serve() throws InterruptedException {
    StreamWriter writer = pair.server.writer();
    StreamReader reader = pair.server.reader();
    do {
      receive(reader, letters.served());
      ThreadPair.checked(writer.write(letters.served(), 0, Letters.BYTES));
    } while (!letters.isLastServed());
  }

  private static void receive(StreamReader reader, MemorySegment target) throws InterruptedException {
    int bytes = 0;
    while (bytes < Letters.BYTES) {
      bytes += ThreadPair.checked(reader.read(target, bytes, Letters.BYTES - bytes));
    }
  }

  @Override
  public void close() {
    pair.close();
  }
}
