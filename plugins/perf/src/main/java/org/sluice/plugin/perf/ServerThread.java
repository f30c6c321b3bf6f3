package org.sluice.plugin.perf;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.ReadView;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.session.SessionStream;
import org.sluice.spi.session.StreamReader;
import org.sluice.spi.session.StreamWriter;

/** One session of a server, served by a thread. Data is looked at in place: many sessions need no buffers. */
final class ServerThread implements Runnable {
  /** Counted in pieces, because all threads share the counters. */
  private static final long REPORT_BYTES = 1 << 20;

  private final SessionStream stream;
  private final Server server;
  private long received;
  private long reported;

  ServerThread(SessionStream stream, Server server) {
    this.stream = stream;
    this.server = server;
  }

  @Override
  public void run() {
    try (stream) {
      Kind kind = readHello();
      if (kind == null) {
        server.counters().wrongHello.increment(Counter.NO_WORKER);
        stream.reset();
      } else if (!(kind == Kind.SINK ? discard() : echo())) {
        server.counters().aborted.increment(Counter.NO_WORKER);
        stream.reset();
      }
    } catch (InterruptedException e) {
      stream.reset();
    } finally {
      report();
    }
  }

  private @Nullable Kind readHello() throws InterruptedException {
    byte[] hello = new byte[Kind.HELLO_BYTES];
    int have = 0;
    while (have < hello.length) {
      int count = stream.reader().read(hello, have, hello.length - have);
      if (count < 0) {
        return null;
      }
      have += count;
    }
    return Kind.of(hello);
  }

  private boolean discard() throws InterruptedException {
    StreamReader reader = stream.reader();
    int waiting;
    while ((waiting = reader.await(Long.MAX_VALUE)) > 0) {
      ReadView view = reader.view(waiting);
      if (view != null) {
        int count = view.length();
        view.release(count);
        count(count);
      }
    }
    byte[] total = ByteBuffer.allocate(Kind.TOTAL_BYTES).putLong(received).array();
    return waiting == SessionError.END_OF_STREAM.code()
        && stream.writer().write(total, 0, total.length) == total.length;
  }

  private boolean echo() throws InterruptedException {
    StreamReader reader = stream.reader();
    StreamWriter writer = stream.writer();
    int waiting;
    while ((waiting = reader.await(Long.MAX_VALUE)) > 0) {
      ReadView view = reader.view(waiting);
      if (view != null) {
        int length = view.length();
        int written = 0;
        try {
          written = writer.write(view.memory(), view.offset(), length);
        } finally {
          view.release(Math.max(0, written));
        }
        if (written != length) {
          return false;
        }
        count(length);
      }
    }
    return waiting == SessionError.END_OF_STREAM.code();
  }

  private void count(int bytes) {
    received += bytes;
    if (received - reported >= REPORT_BYTES) {
      report();
    }
  }

  private void report() {
    server.served(Counter.NO_WORKER, received - reported);
    reported = received;
  }
}
