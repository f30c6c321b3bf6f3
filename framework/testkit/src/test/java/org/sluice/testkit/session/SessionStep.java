package org.sluice.testkit.session;

import java.util.Locale;
import java.util.SplittableRandom;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionLayer;
import org.sluice.testkit.transport.ScriptedConnection;
import org.sluice.testkit.transport.ScriptedTransport;

/** What an application or a transport may do to a session that its application knows. On the session's worker. */
enum SessionStep {
  CLOSE,
  RESET,
  SHUTDOWN,
  CLOSING,
  PEER_RESET,
  CLOSED,
  DELETED,
  REQUESTED;

  private static final SessionStep[] ALL = values();

  static SessionStep any(SplittableRandom random) {
    return ALL[random.nextInt(ALL.length)];
  }

  /** Does it, to the session and to what is known of it. */
  void take(
      SessionLayer layer, ScriptedTransport transport, Session session, ScriptedConnection c, SessionModel model) {
    switch (this) {
      case CLOSE -> {
        session.close();
        model.applicationEnds(false);
      }
      case RESET -> {
        session.reset();
        model.applicationEnds(true);
      }
      case SHUTDOWN -> {
        session.shutdown();
        model.shuts();
      }
      case CLOSING -> {
        layer.closingNotify(c);
        model.transportEnds("disconnected");
      }
      case PEER_RESET -> {
        layer.resetNotify(c);
        model.transportEnds("reset");
      }
      case CLOSED -> {
        layer.closedNotify(c);
        model.closes();
      }
      case DELETED -> {
        transport.deleted(c);
        model.deletes();
      }
      case REQUESTED -> {
        transport.requestDelete(c);
        model.deletes();
      }
    }
  }

  /** What is known of a stream when this happened to its parent. */
  void reach(SessionModel stream) {
    switch (this) {
      case CLOSE -> stream.applicationEnds(false);
      case RESET -> stream.applicationEnds(true);
      case SHUTDOWN -> { }
      case CLOSING -> stream.transportEnds("disconnected");
      case PEER_RESET -> stream.transportEnds("reset");
      case CLOSED -> stream.closes();
      case DELETED, REQUESTED -> {
        stream.transportEnds("reset");
        stream.deletes();
      }
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
