package org.sluice.plugin.perf;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;

/** One session of a server, served by callbacks on its worker unless a {@link ServerThread} does. */
final class ServerSession {
  private final Server server;
  private final AtomicInteger openThere;
  private @Nullable Kind kind;
  private long received;
  private boolean peerClosed;
  private boolean over;

  ServerSession(Server server, AtomicInteger openThere) {
    this.server = server;
    this.openThere = openThere;
  }

  /** Sessions of the same application, this one counted. */
  AtomicInteger openThere() {
    return openThere;
  }

  Server server() {
    return server;
  }

  /** Takes what is there. */
  void advance(Session session) {
    if (over) {
      return;
    }
    Kind wanted = kind;
    if (wanted == null) {
      wanted = readHello(session);
      kind = wanted;
    }
    if (wanted != null) {
      serve(session, wanted);
    }
  }

  /** The peer sends no more. */
  void peerClosed(Session session) {
    peerClosed = true;
    advance(session);
  }

  /** The peer aborted. */
  void reset(Session session) {
    if (!over) {
      over = true;
      server.counters().aborted.increment(worker(session));
    }
    session.close();
  }

  private @Nullable Kind readHello(Session session) {
    if (session.readable() < Kind.HELLO_BYTES && !peerClosed) {
      return null;
    }
    byte[] hello = new byte[Kind.HELLO_BYTES];
    Kind wanted = session.read(hello, 0, hello.length) == hello.length ? Kind.of(hello) : null;
    if (wanted == null) {
      over = true;
      server.counters().wrongHello.increment(worker(session));
      session.reset();
    } else {
      wanted.prepare(session);
    }
    return wanted;
  }

  private void serve(Session session, Kind wanted) {
    int count = wanted == Kind.SINK ? discard(session) : echo(session);
    if (count < 0) {
      abort(session);
      return;
    }
    received += count;
    server.served(worker(session), count);
    if (peerClosed && session.readable() == 0) {
      end(session, wanted);
    }
  }

  private static int echo(Session session) {
    int waiting = session.readable();
    // A peer that has closed altogether refuses even nothing. What has no room stays in the rx FIFO, where it holds the
    // peer back, until onWritable.
    return waiting <= 0 ? waiting : session.transferTo(session, Integer.MAX_VALUE);
  }

  private static int discard(Session session) {
    int waiting = session.readable();
    if (waiting <= 0) {
      return waiting;
    }
    int count = session.rx().dropAll();
    session.consumed();
    return count;
  }

  private void end(Session session, Kind wanted) {
    if (wanted == Kind.SINK) {
      byte[] total = ByteBuffer.allocate(Kind.TOTAL_BYTES).putLong(received).array();
      if (session.write(total, 0, total.length) != total.length) {
        abort(session);
        return;
      }
    }
    over = true;
    session.close();
  }

  private void abort(Session session) {
    over = true;
    server.counters().aborted.increment(worker(session));
    session.reset();
  }

  private static int worker(Session session) {
    return Handle.worker(session.handle());
  }
}
