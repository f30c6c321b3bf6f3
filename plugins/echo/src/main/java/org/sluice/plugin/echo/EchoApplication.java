package org.sluice.plugin.echo;

import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.pf4j.Extension;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.application.AttachOptions;
import org.sluice.spi.application.NamespacedListeners;
import org.sluice.spi.application.NamespacedListeners.Listening;
import org.sluice.spi.host.HostServices;
import org.sluice.spi.runtime.Counter;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.Session;

/**
 * Sends back what it receives. A session ends when its peer has closed and has been sent everything. Serves all
 * namespaces; also where the plugin's commands meet.
 */
@Extension
public final class EchoApplication implements Application {
  private static final Object PEER_CLOSED = new Object();

  private final List<String> configured;
  private final NamespacedListeners<LongAdder> listeners;
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
    configured = services.configuration().texts("listen");
    listeners = new NamespacedListeners<>(services.applications(), options(), this, _ -> {});
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
    listeners.attached(context);
    for (String uri : configured) {
      // The layer logs and counts a failure; one bad URI does not stop the others.
      var _ = serve(uri, AttachOptions.DEFAULT_NAMESPACE, 0);
    }
  }

  @Override
  public void onDetached() {
    listeners.detached();
  }

  @Override
  public AcceptDecision onAccept(Session session) {
    sessions.increment(Handle.worker(session.handle()));
    // Null for what connected before the listener's handle was noted down, or after it was stopped.
    Listening<LongAdder> listening = listeners.get(session.listener());
    if (listening != null) {
      listening.listener().increment();
    }
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

  // ---- For the commands, from any thread.

  /** Listens. */
  CompletableFuture<Listening<LongAdder>> serve(String uri, String namespace, long secret) {
    return listeners.listen(namespace, secret, uri, new LongAdder());
  }

  /** What is listened on, with the number of sessions that each listener has accepted. */
  NamespacedListeners<LongAdder> listeners() {
    return listeners;
  }

  // ----

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
