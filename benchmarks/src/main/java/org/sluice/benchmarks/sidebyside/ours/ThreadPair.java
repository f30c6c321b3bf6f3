package org.sluice.benchmarks.sidebyside.ours;

import org.sluice.spi.application.StreamApplication;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.SessionStream;

/** A session of this host whose ends are two threads. The worker of the stack sleeps meanwhile. */
final class ThreadPair implements AutoCloseable {
  final SessionStream client;
  final SessionStream server;
  private final SluiceHost host = SluiceHost.local();

  ThreadPair(int fifoBytes, long spinNs) throws InterruptedException {
    StreamApplication serving = host.attachThreads("thread-server", fifoBytes);
    StreamApplication connecting = host.attachThreads("thread-client", fifoBytes);
    serving.listen(host.listenUri);
    client = connecting.connect(host.serverUri);
    server = serving.accept();
    client.spinNs(spinNs);
    server.spinNs(spinNs);
  }

  /** The count of a read or write. */
  static int checked(int count) {
    if (count < 0) {
      throw new IllegalStateException("a call failed: " + SessionError.of(count));
    }
    return count;
  }

  @Override
  public void close() {
    client.close();
    server.close();
    host.close();
  }
}
