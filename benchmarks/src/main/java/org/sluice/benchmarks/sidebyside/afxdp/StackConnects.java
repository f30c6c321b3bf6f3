package org.sluice.benchmarks.sidebyside.afxdp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.benchmarks.sidebyside.measure.Reading;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;

/** Connect, echo of one byte, close between two stacks, so many at a time. It is over when the server's end is. */
public final class StackConnects implements Contender {
  private static final int MTU_BYTES = 1500;
  private static final int FIFO_BYTES = 4 << 10;
  private static final int FIRST_PORT = 7;
  private static final int PORTS = 16;

  private final Link link;
  private final CardHost clientHost;
  private final CardHost serverHost;
  private final ApplicationContext client;
  private final List<ConnectOptions> places;
  private final int outstanding;
  private final MemorySegment clientByte = Arena.ofAuto().allocate(1);
  private final MemorySegment serverByte = Arena.ofAuto().allocate(1);
  private volatile CompletableFuture<Boolean> over = new CompletableFuture<>();
  private volatile CompletableFuture<Long> served = new CompletableFuture<>();
  private long nanos;
  private long startNs;
  private long started;
  private long closed;
  private long toServe;
  private long gone;

  private StackConnects(int outstanding) {
    this.outstanding = outstanding;
    link = Link.direct(MTU_BYTES, false);
    clientHost = new CardHost(link, 0, CardHost.LONG_RING);
    serverHost = new CardHost(link, 1, CardHost.LONG_RING);
    List<String> uris = IntStream.range(FIRST_PORT, FIRST_PORT + PORTS)
        .mapToObj(port -> "tcp://" + Link.stackAddress(1) + ":" + port).toList();
    ApplicationContext server = serverHost.attach(new Server(), FIFO_BYTES);
    uris.forEach(uri -> server.listen(uri).join());
    places = uris.stream().map(ConnectOptions::of).toList();
    client = clientHost.attach(new Client(), FIFO_BYTES);
  }

  /**
   * Makes contenders.
   *
   * @param outstanding connections at a time
   * @return opens such a contender
   */
  public static Opener connecting(int outstanding) {
    return () -> new StackConnects(outstanding);
  }

  @Override
  public Reading run(long repetitionNs) throws Exception {
    over = new CompletableFuture<>();
    served = new CompletableFuture<>();
    long allocatedBefore = clientHost.allocatedBytes() + serverHost.allocatedBytes();
    serverHost.onWorker(() -> {
      toServe = Long.MAX_VALUE;
      gone = 0;
      return true;
    });
    clientHost.onWorker(() -> {
      nanos = repetitionNs;
      started = 0;
      closed = 0;
      startNs = System.nanoTime();
      for (int i = 0; i < outstanding; i++) {
        connectNext();
      }
      return true;
    });
    boolean _ = CardHost.await(over);
    serverHost.onWorker(() -> {
      toServe = started;
      finishIfServed();
      return true;
    });
    long endNs = CardHost.await(served);
    long allocated = clientHost.allocatedBytes() + serverHost.allocatedBytes() - allocatedBefore;
    return new Reading(started, 2 * started, endNs - startNs, allocated, null);
  }

  private void fail(String why) {
    IllegalStateException failure = new IllegalStateException(why);
    over.completeExceptionally(failure);
    served.completeExceptionally(failure);
  }

  private int check(int count) {
    if (count < 0) {
      fail("a call failed: " + SessionError.of(count));
    }
    return count;
  }

  private void connectNext() {
    SessionError error = client.connect(places.get((int) (started % PORTS)), started & 0x7f);
    started++;
    if (error != SessionError.NONE) {
      fail("a connect was refused: " + error);
    }
  }

  private void finishIfServed() {
    if (gone == toServe) {
      served.complete(System.nanoTime());
    }
  }

  @Override
  public void close() throws Exception {
    clientHost.close();
    serverHost.close();
    link.close();
  }

  private final class Client implements Application {
    @Override
    public void onConnected(Session session, long opaque) {
      session.opaque(opaque);
      clientByte.set(ValueLayout.JAVA_BYTE, 0, (byte) opaque);
      if (check(session.write(clientByte, 0, 1)) != 1) {
        fail("a new connection has no room for a byte");
      }
    }

    @Override
    public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
      fail("a connect failed: " + error);
    }

    @Override
    public void onReset(Session session) {
      fail("a session was reset");
      session.close();
    }

    @Override
    public void onReadable(Session session) {
      if (check(session.read(clientByte, 0, 1)) != 1) {
        return;
      }
      if (clientByte.get(ValueLayout.JAVA_BYTE, 0) != (byte) session.opaque()) {
        fail("got another echo");
      }
      session.close();
      closed++;
      if (System.nanoTime() - startNs < nanos) {
        connectNext();
      } else if (closed == started) {
        over.complete(true);
      }
    }
  }

  private final class Server implements Application {
    @Override
    public void onReadable(Session session) {
      if (check(session.read(serverByte, 0, 1)) == 1) {
        check(session.write(serverByte, 0, 1));
      }
    }

    @Override
    public void onDisconnected(Session session) {
      session.close();
    }

    @Override
    public void onReset(Session session) {
      fail("a session was reset");
      session.close();
    }

    @Override
    public void onCleanup(Session session, CleanupPhase phase) {
      if (phase == CleanupPhase.SESSION) {
        gone++;
        finishIfServed();
      }
    }
  }
}
