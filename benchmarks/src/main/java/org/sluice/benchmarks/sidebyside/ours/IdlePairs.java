package org.sluice.benchmarks.sidebyside.ours;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;

/** Opens pairs of sessions that exchange one byte and then do nothing. */
final class IdlePairs {
  private static final int OUTSTANDING = 64;
  private static final int FIFO_BYTES = 256 << 10;
  private static final long TIMEOUT_SECONDS = 60;

  /** Room for all in the first one: a FIFO takes its memory where it was made, and keeps the chunk of its byte. */
  private static final long SEGMENT_BYTES = 128 << 20;
  private static final int MOST_SEGMENTS = 64;

  private final SluiceHost host;
  private final ApplicationContext client;
  private final byte[] buffer = new byte[1];
  private CompletableFuture<Boolean> done = new CompletableFuture<>();
  private int toConnect;
  private int toEcho;

  IdlePairs(SluiceHost host) {
    this.host = host;
    host.serve(new Server(), options("server"));
    client = host.attach(new Client(), options("client"));
  }

  private static AttachOptions options(String name) {
    return SluiceHost.options(name, FIFO_BYTES).with().segments(SEGMENT_BYTES, SEGMENT_BYTES, MOST_SEGMENTS).build();
  }

  /** Opens so many more and waits for them. */
  void open(int pairs) throws Exception {
    done = new CompletableFuture<>();
    host.onWorker(() -> {
      toConnect = pairs;
      toEcho = pairs;
      for (int i = 0; i < OUTSTANDING; i++) {
        connect();
      }
      return true;
    });
    done.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private void connect() {
    if (toConnect > 0) {
      toConnect--;
      SessionError error = client.connect(host.server(), 0);
      if (error != SessionError.NONE) {
        fail(error);
      }
    }
  }

  private void fail(SessionError error) {
    done.completeExceptionally(
        new IllegalStateException("no further pair with " + toEcho + " to go: " + error));
  }

  /** Anything but one byte is an error. */
  private void check(int count) {
    if (count != 1) {
      fail(SessionError.of(count));
    }
  }

  private final class Client implements Application {
    @Override
    public void onConnected(Session session, long opaque) {
      check(session.write(buffer, 0, 1));
    }

    @Override
    public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
      fail(error);
    }

    @Override
    public void onReadable(Session session) {
      check(session.read(buffer, 0, 1));
      if (--toEcho == 0) {
        done.complete(true);
      }
      connect();
    }
  }

  private final class Server implements Application {
    @Override
    public void onReadable(Session session) {
      check(session.transferTo(session, Integer.MAX_VALUE));
    }
  }
}
