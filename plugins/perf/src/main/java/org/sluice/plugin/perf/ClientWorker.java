package org.sluice.plugin.perf;

import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.function.BiConsumer;
import org.sluice.spi.application.SessionCallbacks;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Clock;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

/** The sessions of a {@link CallbackRun} on one worker: state of that worker alone, so that nothing needs a lock. */
final class ClientWorker implements SessionCallbacks {
  private final SessionsRun run;
  private final Clock clock;
  private final int burstBytes;
  private final Lane lane = new Lane();
  private final RoundTrips roundTrips = RoundTrips.ofOne();
  private final byte[] hello;
  private final byte[] buffer;
  private final LongArrayList handles = new LongArrayList();
  private final ControlSlot begin;
  private final ControlSlot finish;

  ClientWorker(SessionsRun run, Worker worker, Clock clock, int burstBytes) {
    this.run = run;
    this.clock = clock;
    this.burstBytes = burstBytes;
    boolean echo = run.workload().kind() == Kind.ECHO;
    hello = run.workload().kind().hello();
    buffer = new byte[echo ? run.workload().size() : 0];
    begin = worker.newControlSlot(() -> forEach(Client::begin));
    finish = worker.newControlSlot(() -> forEach(Client::finish));
  }

  /** Has all sessions begin. Any thread. */
  void begin() {
    begin.post();
  }

  /** Has all sessions finish. Any thread. */
  void finish() {
    finish.post();
  }

  SessionsRun run() {
    return run;
  }

  Workload workload() {
    return run.workload();
  }

  Lane lane() {
    return lane;
  }

  RoundTrips roundTrips() {
    return roundTrips;
  }

  /** Room for received bytes, of the size of a message. */
  byte[] buffer() {
    return buffer;
  }

  /** The most that one callback writes. */
  int burstBytes() {
    return burstBytes;
  }

  long nowNs() {
    return clock.nanoTime();
  }

  @Override
  public void onConnected(Session session, long opaque) {
    Client client = workload().kind() == Kind.ECHO ? new RoundTripClient(this) : new StreamClient(this);
    session.attachment(client);
    handles.add(session.handle());
    workload().kind().prepare(session);
    int written = session.write(hello, 0, hello.length);
    if (written != hello.length) {
      client.fail(session, SessionError.of(written));
    }
    run.answered();
  }

  @Override
  public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
    run.onConnectFailed(error, opaque, halfOpen);
  }

  @Override
  public void onReadable(Session session) {
    of(session).readable(session);
  }

  @Override
  public void onWritable(Session session) {
    of(session).writable(session);
  }

  @Override
  public void onDisconnected(Session session) {
    Client client = of(session);
    client.readable(session);
    client.end("closed by the server");
    session.close();
  }

  @Override
  public void onReset(Session session) {
    of(session).end(SessionError.RESET.text());
    session.close();
  }

  @Override
  public void onCleanup(Session session, CleanupPhase phase) {
    if (phase == CleanupPhase.SESSION && session.attachment() instanceof Client client) {
      client.end(SessionError.NOSESSION.text());
    }
  }

  @Override
  public void onMigrated(Session session, long oldHandle) {
    of(session).move(this);
    handles.add(session.handle());
  }

  private void forEach(BiConsumer<Client, Session> action) {
    for (int i = 0; i < handles.size(); i++) {
      Session session = run.context().session(handles.getLong(i));
      if (session != null) {
        action.accept(of(session), session);
      }
    }
  }

  private static Client of(Session session) {
    if (session.attachment() instanceof Client client) {
      return client;
    }
    throw new IllegalStateException("session " + session.handle() + " was not connected here");
  }
}
