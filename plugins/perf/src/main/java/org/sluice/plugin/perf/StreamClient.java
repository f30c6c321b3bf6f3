package org.sluice.plugin.perf;

import java.nio.ByteBuffer;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/** Writes messages as fast as they are taken, half-closes at the end, and compares the server's count with its own. */
final class StreamClient extends Client {
  private final byte[] total = new byte[Kind.TOTAL_BYTES];
  private int totalBytes;
  private long written;
  private int offset;
  private boolean shut;

  StreamClient(ClientWorker worker) {
    super(worker);
  }

  @Override
  void begin(Session session) {
    if (!isOver() && !shut) {
      write(session);
    }
  }

  @Override
  void writable(Session session) {
    // The slot that follows the flag half-closes.
    if (!isOver() && !worker().run().isFinishing()) {
      write(session);
    }
  }

  @Override
  void finish(Session session) {
    if (isOver() || shut) {
      return;
    }
    shut = true;
    SessionError error = session.shutdown();
    if (error != SessionError.NONE) {
      fail(session, error);
    }
  }

  @Override
  void readable(Session session) {
    if (isOver()) {
      return;
    }
    int count = session.read(total, totalBytes, total.length - totalBytes);
    if (count < 0) {
      fail(session, SessionError.of(count));
      return;
    }
    totalBytes += count;
    if (totalBytes == total.length) {
      check(session);
    }
  }

  private void write(Session session) {
    byte[] message = worker().workload().message();
    Lane lane = worker().lane();
    for (int budget = worker().burstBytes(); budget > 0; ) {
      int wanted = message.length - offset;
      int count = session.write(message, offset, wanted);
      if (count < 0) {
        refused(session, count);
        return;
      }
      written += count;
      budget -= count;
      lane.bytes(count);
      if (count < wanted) {
        offset += count;
        break;
      }
      offset = 0;
      lane.message();
    }
    session.wantWritable(WritableWish.NOT_FULL, 0);
  }

  private void check(Session session) {
    if (shut && ByteBuffer.wrap(total).getLong() == written) {
      succeed(session, written);
    } else {
      fail(session, "wrong total");
    }
  }
}
