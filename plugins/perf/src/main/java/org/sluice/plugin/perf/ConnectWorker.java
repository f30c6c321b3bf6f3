package org.sluice.plugin.perf;

import java.util.Arrays;
import org.sluice.spi.application.SessionCallbacks;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

/** The sessions of a {@link ConnectRun} on one worker. A session's opaque value says how far it is. */
final class ConnectWorker implements SessionCallbacks {
  private static final byte MARK = 0x5a;
  private static final long WAITING = 0;
  private static final long ECHOED = 1;
  private static final long FAILED = 2;

  private final ConnectRun run;
  private final Lane lane = new Lane();
  private final byte[] first;
  private final byte[] echo = new byte[1];

  ConnectWorker(ConnectRun run) {
    this.run = run;
    first = Arrays.copyOf(Kind.ECHO.hello(), Kind.HELLO_BYTES + 1);
    first[Kind.HELLO_BYTES] = MARK;
  }

  Lane lane() {
    return lane;
  }

  @Override
  public void onConnected(Session session, long opaque) {
    int written = session.write(first, 0, first.length);
    if (written != first.length) {
      fail(session, SessionError.of(written).text());
      session.reset();
    }
  }

  @Override
  public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
    run.outcomes().failed(error.text());
    run.next(false);
  }

  @Override
  public void onReadable(Session session) {
    if (session.opaque() != WAITING) {
      return;
    }
    int count = session.read(echo, 0, 1);
    if (count == 1 && echo[0] == MARK) {
      session.opaque(ECHOED);
      session.close();
    } else if (count != 0) {
      fail(session, count < 0 ? SessionError.of(count).text() : "wrong echo");
      session.reset();
    }
  }

  @Override
  public void onDisconnected(Session session) {
    onReadable(session);
    fail(session, "closed by the server");
    session.close();
  }

  @Override
  public void onReset(Session session) {
    fail(session, SessionError.RESET.text());
    session.close();
  }

  @Override
  public void onCleanup(Session session, CleanupPhase phase) {
    if (phase != CleanupPhase.SESSION) {
      return;
    }
    fail(session, SessionError.NOSESSION.text());
    boolean good = session.opaque() == ECHOED;
    if (good) {
      lane.message();
      lane.bytes(1);
      run.outcomes().succeeded(1);
    }
    run.next(good);
  }

  /** Counts a failure, unless the end of this connection is known. */
  private void fail(Session session, String why) {
    if (session.opaque() == WAITING) {
      session.opaque(FAILED);
      run.outcomes().failed(why);
    }
  }
}
