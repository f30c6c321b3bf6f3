package org.sluice.plugin.echo;

import jakarta.inject.Inject;
import org.pf4j.Extension;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;

/** Sends back what it receives. A session ends when its peer has closed and has been sent everything. */
@Extension
public final class EchoApplication implements Application {
  private static final Object PEER_CLOSED = new Object();

  private final HostServices services;
  private final Counter sessions;
  private final Counter bytes;
  private final Counter aborted;

  /**
   * Makes the application.
   *
   * @param services the plugin's scope
   */
  @Inject
  public EchoApplication(HostServices services) {
    this.services = services;
    sessions = services.counters().counter("sessions", "Sessions accepted.");
    bytes = services.counters().counter("bytes", "Bytes sent back.");
    aborted = services.counters().counter("aborted", "Sessions ended before all was sent back.");
  }

  @Override
  public AttachOptions options() {
    return AttachOptions.named("echo");
  }

  @Override
  public void onAttached(ApplicationContext context) {
    for (String uri : services.configuration().texts("listen")) {
      // The layer logs and counts a failure; one bad URI does not stop the others.
      var _ = context.listen(uri);
    }
  }

  @Override
  public AcceptDecision onAccept(Session session) {
    sessions.increment(Handle.worker(session.handle()));
    return AcceptDecision.ACCEPT;
  }

  @Override
  public void onReadable(Session session) {
    echo(session);
  }

  @Override
  public void onWritable(Session session) {
    echo(session);
  }

  @Override
  public void onDisconnected(Session session) {
    session.attachment(PEER_CLOSED);
    echo(session);
  }

  @Override
  public void onReset(Session session) {
    aborted.increment(Handle.worker(session.handle()));
    session.close();
  }

  private void echo(Session session) {
    // What does not fit stays in the rx FIFO, where it holds the peer back, until onWritable.
    // A peer that has closed altogether takes nothing more, which is no abort once it has everything.
    int moved = session.readable() == 0 ? 0 : session.transferTo(session, Integer.MAX_VALUE);
    if (moved < 0) {
      aborted.increment(Handle.worker(session.handle()));
      session.reset();
      return;
    }
    bytes.add(Handle.worker(session.handle()), moved);
    if (session.attachment() != null && session.readable() == 0) {
      session.close();
    }
  }
}
