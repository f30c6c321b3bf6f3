package org.sluice.benchmarks.sidebyside.ours;

import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;
import org.sluice.benchmarks.sidebyside.harness.Letters;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.spi.session.Session;

/** Messages of 32 bytes there and back. As with the peers, one round trip in {@value #GROUP} is timed by itself. */
public final class CallbackRoundTrip extends CallbackContender {
  private static final int GROUP = 16;
  private static final long MOST_NS = 10_000_000_000L;
  private static final int FIFO_BYTES = 64 << 10;

  private final Letters letters = new Letters();
  private final Histogram latency = new Histogram(MOST_NS, 3);
  private final Session session;
  private long done;
  private long timedFromNs;

  private CallbackRoundTrip(SluiceHost host) throws Exception {
    super(host);
    host.serve(new Server(), SluiceHost.options("server", FIFO_BYTES));
    CompletableFuture<Session> connected = new CompletableFuture<>();
    host.attach(new Client(connected), SluiceHost.options("client", FIFO_BYTES)).connect(host.server(), 0);
    session = await(connected);
  }

  /**
   * Opens it.
   *
   * @return the contender
   * @throws Exception when the sessions cannot be had
   */
  public static Contender open() throws Exception {
    return new CallbackRoundTrip(SluiceHost.local());
  }

  @Override
  void begin() {
    latency.reset();
    done = 0;
    send();
  }

  private void send() {
    letters.next();
    checked(session.write(letters.request(), 0, Letters.BYTES));
  }

  private void received() {
    letters.check();
    done++;
    if (done % GROUP == GROUP - 1) {
      timedFromNs = System.nanoTime();
    } else if (done % GROUP == 0) {
      long now = System.nanoTime();
      latency.recordValue(Math.min(now - timedFromNs, MOST_NS));
      if (isOver(now)) {
        finish(done, done * Letters.BYTES, latency);
        return;
      }
    }
    send();
  }

  @Override
  public void close() throws Exception {
    super.close();
    letters.close();
  }

  private final class Client extends Steady {
    private final CompletableFuture<Session> connected;

    Client(CompletableFuture<Session> connected) {
      this.connected = connected;
    }

    @Override
    public void onConnected(Session given, long opaque) {
      connected.complete(given);
    }

    @Override
    public void onReadable(Session readable) {
      if (checked(readable.read(letters.reply(), 0, Letters.BYTES)) == Letters.BYTES) {
        received();
      }
    }
  }

  private final class Server extends Steady {
    @Override
    public void onReadable(Session readable) {
      if (checked(readable.read(letters.served(), 0, Letters.BYTES)) == Letters.BYTES) {
        checked(readable.write(letters.served(), 0, Letters.BYTES));
      }
    }
  }
}
