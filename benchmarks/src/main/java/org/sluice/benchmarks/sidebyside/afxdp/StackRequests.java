package org.sluice.benchmarks.sidebyside.afxdp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Reading;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;

/**
 * Requests of 32 bytes, each answered by its echo, over some connections between two stacks: on each one at a time.
 */
public final class StackRequests implements Contender {
  static final int REQUEST_BYTES = 32;
  static final long MOST_NS = 10_000_000_000L;

  private static final int MTU_BYTES = 1500;
  private static final int FIFO_BYTES = 16 << 10;
  private static final String URI = "tcp://" + Link.stackAddress(1) + ":7";

  private final Link link;
  private final CardHost client;
  private final CardHost server;
  private final int connections;
  private final boolean spinning;
  private final Session[] sessions;
  private final long[] numbers;
  private final long[] sentNs;
  private final MemorySegment letter = Arena.ofAuto().allocate(REQUEST_BYTES, Long.BYTES);
  private final MemorySegment served = Arena.ofAuto().allocate(REQUEST_BYTES, Long.BYTES);
  private final Histogram latency = new Histogram(MOST_NS, 3);
  private volatile CompletableFuture<Boolean> step = new CompletableFuture<>();
  private int open;
  private int outstanding;
  private long done;
  private long startNs;
  private long endNs;
  private long nanos;

  private StackRequests(int connections, boolean spinning) throws Exception {
    this.connections = connections;
    this.spinning = spinning;
    sessions = new Session[connections];
    numbers = new long[connections];
    sentNs = new long[connections];
    link = Link.direct(MTU_BYTES, false);
    client = new CardHost(link, 0, CardHost.SHORT_RING);
    server = new CardHost(link, 1, CardHost.SHORT_RING);
    server.attach(new Server(), FIFO_BYTES).listen(URI).join();
    ApplicationContext context = client.attach(new Client(), FIFO_BYTES);
    client.onWorker(() -> {
      for (int i = 0; i < connections; i++) {
        check(context.connect(URI, i).code());
      }
      return true;
    });
    boolean _ = CardHost.await(step);
  }

  /**
   * Makes contenders.
   *
   * @param connections how many
   * @param spinning whether the workers stay awake
   * @return opens such a contender
   */
  public static Contender.Opener over(int connections, boolean spinning) {
    return () -> open(connections, spinning);
  }

  static StackRequests open(int connections, boolean spinning) throws Exception {
    return new StackRequests(connections, spinning);
  }

  @Override
  public Reading run(long repetitionNs) throws Exception {
    step = new CompletableFuture<>();
    client.spin(spinning);
    server.spin(spinning);
    long allocatedBefore = client.allocatedBytes() + server.allocatedBytes();
    client.onWorker(() -> {
      nanos = repetitionNs;
      done = 0;
      latency.reset();
      outstanding = connections;
      startNs = System.nanoTime();
      for (Session session : sessions) {
        send(session, System.nanoTime());
      }
      return true;
    });
    boolean _ = CardHost.await(step);
    client.spin(false);
    server.spin(false);
    long allocated = client.allocatedBytes() + server.allocatedBytes() - allocatedBefore;
    return new Reading(done, done * REQUEST_BYTES, endNs - startNs, allocated, latency);
  }

  /** The processor time of the busier worker while nothing is asked. */
  double idlePercent(long nanos) throws InterruptedException {
    long clientBefore = client.cpuNs();
    long serverBefore = server.cpuNs();
    long before = System.nanoTime();
    TimeUnit.NANOSECONDS.sleep(nanos);
    long most = Math.max(client.cpuNs() - clientBefore, server.cpuNs() - serverBefore);
    return 100.0 * most / (System.nanoTime() - before);
  }

  private void send(Session session, long now) {
    int i = (int) session.opaque();
    letter.set(ValueLayout.JAVA_LONG, 0, ++numbers[i]);
    sentNs[i] = now;
    check(session.write(letter, 0, REQUEST_BYTES));
  }

  private void received(Session session) {
    int i = (int) session.opaque();
    if (letter.get(ValueLayout.JAVA_LONG, 0) != numbers[i]) {
      fail("the reply to request " + numbers[i] + " is another one");
    }
    long now = System.nanoTime();
    latency.recordValue(Math.min(now - sentNs[i], MOST_NS));
    done++;
    if (now - startNs < nanos) {
      send(session, now);
    } else if (--outstanding == 0) {
      endNs = now;
      step.complete(true);
    }
  }

  private int check(int count) {
    if (count < 0) {
      fail("a call failed: " + SessionError.of(count));
    }
    return count;
  }

  private void fail(String why) {
    step.completeExceptionally(new IllegalStateException(why));
  }

  @Override
  public void close() throws Exception {
    client.close();
    server.close();
    link.close();
  }

  private class End implements Application {
    @Override
    public void onReset(Session session) {
      fail("a session ended");
      session.close();
    }

    @Override
    public void onDisconnected(Session session) {
      onReset(session);
    }
  }

  private final class Client extends End {
    @Override
    public void onConnected(Session session, long opaque) {
      session.opaque(opaque);
      sessions[(int) opaque] = session;
      if (++open == connections) {
        step.complete(true);
      }
    }

    @Override
    public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
      fail("a connect failed: " + error);
    }

    @Override
    public void onReadable(Session session) {
      if (check(session.read(letter, 0, REQUEST_BYTES)) == REQUEST_BYTES) {
        received(session);
      }
    }
  }

  private final class Server extends End {
    @Override
    public AcceptDecision onAccept(Session session) {
      return AcceptDecision.ACCEPT;
    }

    @Override
    public void onReadable(Session session) {
      if (check(session.read(served, 0, REQUEST_BYTES)) == REQUEST_BYTES) {
        check(session.write(served, 0, REQUEST_BYTES));
      }
    }
  }
}
