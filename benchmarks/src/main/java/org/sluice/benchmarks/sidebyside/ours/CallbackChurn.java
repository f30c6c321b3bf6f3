package org.sluice.benchmarks.sidebyside.ours;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.ConnectOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

/**
 * TCP connections opened and closed, so many at a time, while others stand. An operation is a connection of which both
 * sides are gone. The server listens on several ports, because those that stand need more local ports than one remote
 * port has; TIME_WAIT is short, because it keeps local ports from being used again.
 */
public final class CallbackChurn extends CallbackContender {
  private static final int OUTSTANDING = 256;
  private static final int FIFO_BYTES = 4 << 10;
  private static final int SERVER_PORTS = 16;
  private static final int MTU_BYTES = 1500;
  private static final Duration TIME_WAIT = Duration.ofMillis(20);
  private static final long STANDING = -1;
  private static final long SEGMENT_BYTES = 64 << 20;
  private static final int MOST_SEGMENTS = 64;

  private final ApplicationContext client;
  private final List<ConnectOptions> servers;
  private final CompletableFuture<Boolean> standing = new CompletableFuture<>();
  private int toStand;
  private int underWay;
  private int next;
  private boolean stopped;
  private long started;
  private long clientsGone;
  private long serversGone;

  private CallbackChurn(int connections) throws Exception {
    super(SluiceHost.overWire(MTU_BYTES, Map.of("time-wait", TIME_WAIT)));
    servers = IntStream.range(0, SERVER_PORTS)
        .mapToObj(i -> ConnectOptions.of("tcp://10.0.0.2:" + (1000 + i))).toList();
    ApplicationContext server = host.serve(new Server(), options("server"));
    for (int i = 0; i < SERVER_PORTS; i++) {
      server.listen("tcp://0.0.0.0:" + (1000 + i)).join();
    }
    client = host.attach(new Client(), options("client"));
    host.onWorker(() -> {
      toStand = connections;
      stand();
      return true;
    });
    await(standing);
  }

  private static AttachOptions options(String name) {
    return SluiceHost.options(name, FIFO_BYTES).with().segments(SEGMENT_BYTES, SEGMENT_BYTES, MOST_SEGMENTS).build();
  }

  /**
   * Makes contenders.
   *
   * @param connections those that stand
   * @return opens such a contender
   */
  public static Contender.Opener beside(int connections) {
    return () -> new CallbackChurn(connections);
  }

  private void stand() {
    while (toStand > 0 && underWay < OUTSTANDING) {
      toStand--;
      underWay++;
      connect(STANDING);
    }
    if (underWay == 0) {
      standing.complete(true);
    }
  }

  private void connect(long opaque) {
    next = next + 1 == SERVER_PORTS ? 0 : next + 1;
    SessionError error = client.connect(servers.get(next), opaque);
    if (error != SessionError.NONE) {
      fail(new IllegalStateException("a connect was refused: " + error));
    }
  }

  @Override
  void begin() {
    stopped = false;
    started = 0;
    clientsGone = 0;
    serversGone = 0;
    for (int i = 0; i < OUTSTANDING; i++) {
      open();
    }
  }

  private void open() {
    started++;
    connect(started);
  }

  private void finishIfGone() {
    if (stopped && clientsGone == started && serversGone == started) {
      finish(started, 0, null);
    }
  }

  private final class Client implements Application {
    @Override
    public void onConnected(Session session, long opaque) {
      if (opaque == STANDING) {
        underWay--;
        stand();
      } else {
        session.close();
      }
    }

    @Override
    public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
      fail(new IllegalStateException("a connect failed: " + error));
    }

    @Override
    public void onCleanup(Session session, CleanupPhase phase) {
      if (phase != CleanupPhase.SESSION) {
        return;
      }
      clientsGone++;
      stopped = stopped || isOver(System.nanoTime());
      if (stopped) {
        finishIfGone();
      } else {
        open();
      }
    }
  }

  private final class Server implements Application {
    @Override
    public void onDisconnected(Session session) {
      session.close();
    }

    @Override
    public void onCleanup(Session session, CleanupPhase phase) {
      if (phase == CleanupPhase.SESSION) {
        serversGone++;
        finishIfGone();
      }
    }
  }
}
