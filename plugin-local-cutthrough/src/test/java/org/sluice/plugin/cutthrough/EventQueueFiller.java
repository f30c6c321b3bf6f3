package org.sluice.plugin.cutthrough;

import java.util.ArrayList;
import java.util.List;
import org.sluice.spi.session.Session;

/**
 * Two applications of no interest with a session on every worker that carries sessions. One event of theirs takes the
 * place of another one's, where a turn runs one event only: so a test can stop between two events of a turn.
 */
final class EventQueueFiller {
  private final LocalHost host;
  private final Probe listener = new Probe("filled");
  private final Probe writer = new Probe("filler");
  private final List<Session> sessions = new ArrayList<>();
  private final int live;
  private final long fifos;

  EventQueueFiller(LocalHost host) {
    this.host = host;
    host.attach(listener);
    host.attach(writer);
    host.listen(listener, "ct://0.0.0.0:9");
    listener.onReadable = Probe::read;
    for (int i = 0; i < Math.max(1, host.stack.workers().count() - 1); i++) {
      host.main(() -> writer.context().connect("ct://127.0.0.1:9", 0));
      host.settle();
    }
    sessions.addAll(writer.sessions);
    live = host.liveSessions();
    fifos = host.fifos();
  }

  /** Puts one event before all that come after, on each worker. */
  void delay() {
    for (Session session : sessions) {
      host.at(session, () -> Probe.write(session, "x"));
    }
  }

  /** What there is of its own, listeners included. */
  int sessions() {
    return live;
  }

  long fifos() {
    return fifos;
  }

  void detach() {
    host.detach(writer);
    host.detach(listener);
  }
}
