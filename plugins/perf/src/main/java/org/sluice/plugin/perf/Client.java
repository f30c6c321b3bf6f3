package org.sluice.plugin.perf;

import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;

/** One session of a {@link CallbackRun}. On its worker. */
abstract class Client {
  private ClientWorker worker;
  private boolean over;

  Client(ClientWorker worker) {
    this.worker = worker;
  }

  /** The first message. */
  abstract void begin(Session session);

  /** There is room again. */
  abstract void writable(Session session);

  /** Something has come. */
  abstract void readable(Session session);

  /** The time is over. */
  abstract void finish(Session session);

  final ClientWorker worker() {
    return worker;
  }

  /** Goes on on another worker. */
  final void move(ClientWorker to) {
    worker = to;
  }

  final boolean isOver() {
    return over;
  }

  /** All is done and right. */
  final void succeed(Session session, long bytes) {
    if (!over) {
      over = true;
      worker.run().succeeded(bytes);
      session.close();
    }
  }

  /** Something is wrong: aborts. */
  final void fail(Session session, String why) {
    end(why);
    session.reset();
  }

  /** A write was refused. That the peer has closed or aborted is told by the callback that follows. */
  final void refused(Session session, int code) {
    if (code != SessionError.CLOSED.code()) {
      fail(session, SessionError.of(code));
    }
  }

  final void fail(Session session, SessionError error) {
    fail(session, error == SessionError.NONE ? "no room for a hello" : error.text());
  }

  /** The session has ended by itself; without effect when all was done. */
  final void end(String why) {
    if (!over) {
      over = true;
      worker.run().failed(why);
    }
  }
}
