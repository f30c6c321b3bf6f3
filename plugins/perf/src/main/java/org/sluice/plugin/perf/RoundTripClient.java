package org.sluice.plugin.perf;

import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/** Has one message in flight, and checks what comes back. */
final class RoundTripClient extends Client {
  private long sentNs;
  private int sent;
  private int received;
  private long bytes;

  RoundTripClient(ClientWorker worker) {
    super(worker);
  }

  @Override
  void begin(Session session) {
    sent = 0;
    received = 0;
    sentNs = worker().nowNs();
    writable(session);
  }

  @Override
  void writable(Session session) {
    if (isOver()) {
      return;
    }
    byte[] message = worker().workload().message();
    int count = session.write(message, sent, message.length - sent);
    if (count < 0) {
      refused(session, count);
      return;
    }
    sent += count;
    if (sent < message.length) {
      session.wantWritable(WritableWish.NOT_FULL, 0);
    }
  }

  @Override
  void readable(Session session) {
    byte[] buffer = worker().buffer();
    while (!isOver()) {
      int count = session.read(buffer, 0, buffer.length);
      if (count < 0) {
        fail(session, SessionError.of(count));
        return;
      }
      if (count == 0) {
        return;
      }
      if (received + count == buffer.length) {
        arrived(session, worker().nowNs(), count);
        return;
      }
      if (!worker().workload().matches(received, buffer, count)) {
        fail(session, "wrong echo");
        return;
      }
      received += count;
    }
  }

  @Override
  void finish(Session session) {
    // The message in flight comes back first.
  }

  private void arrived(Session session, long nowNs, int count) {
    if (sent < worker().workload().size() || !worker().workload().matches(received, worker().buffer(), count)) {
      fail(session, "wrong echo");
      return;
    }
    worker().roundTrips().record(nowNs - sentNs);
    worker().lane().message();
    worker().lane().bytes(worker().workload().size());
    bytes += worker().workload().size();
    if (worker().run().isFinishing()) {
      succeed(session, bytes);
    } else {
      begin(session);
    }
  }
}
