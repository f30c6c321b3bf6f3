package org.sluice.benchmarks.sidebyside.ours;

import org.sluice.benchmarks.sidebyside.measure.Contender;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

/** Connect, echo of one byte, close: so many at a time, each followed by the next. Ends when both sides are gone. */
public final class CallbackConnects extends CallbackContender {
  private static final int FIFO_BYTES = 64 << 10;

  private final int outstanding;
  private final byte[] message = new byte[1];
  private final byte[] reply = new byte[1];
  private final ApplicationContext client;
  private boolean stopped;
  private long started;
  private long gone;
  private long served;

  private CallbackConnects(int outstanding) {
    super(SluiceHost.local());
    this.outstanding = outstanding;
    host.serve(new Server(), SluiceHost.options("server", FIFO_BYTES));
    client = host.attach(new Client(), SluiceHost.options("client", FIFO_BYTES));
  }

  /**
   * Makes contenders.
   *
   * @param outstanding connections at a time
   * @return opens such a contender
   */
  public static Contender.Opener connecting(int outstanding) {
    return () -> new CallbackConnects(outstanding);
  }

  @Override
  void begin() {
    stopped = false;
    started = 0;
    gone = 0;
    served = 0;
    for (int i = 0; i < outstanding; i++) {
      connect();
    }
  }

  private void connect() {
    started++;
    SessionError error = client.connect(host.server(), started);
    if (error != SessionError.NONE) {
      fail(new IllegalStateException("a connect was refused: " + error));
    }
  }

  private void finishIfGone() {
    if (stopped && gone == started && served == started) {
      finish(started, 2 * started, null);
    }
  }

  private final class Client implements Application {
    @Override
    public void onConnected(Session session, long opaque) {
      message[0] = (byte) opaque;
      checked(session.write(message, 0, 1));
    }

    @Override
    public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
      fail(new IllegalStateException("a connect failed: " + error));
    }

    @Override
    public void onReadable(Session session) {
      if (checked(session.read(reply, 0, 1)) != 1 || reply[0] != (byte) session.opaque()) {
        fail(new IllegalStateException("connection " + session.opaque() + " got another echo"));
      }
      session.close();
    }

    @Override
    public void onCleanup(Session session, CleanupPhase phase) {
      if (phase != CleanupPhase.SESSION) {
        return;
      }
      gone++;
      stopped = stopped || isOver(System.nanoTime());
      if (stopped) {
        finishIfGone();
      } else {
        connect();
      }
    }
  }

  private final class Server implements Application {
    @Override
    public void onReadable(Session session) {
      checked(session.transferTo(session, Integer.MAX_VALUE));
    }

    @Override
    public void onCleanup(Session session, CleanupPhase phase) {
      if (phase == CleanupPhase.SESSION) {
        served++;
        finishIfGone();
      }
    }
  }
}
