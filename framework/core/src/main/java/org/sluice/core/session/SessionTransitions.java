package org.sluice.core.session;

import static org.sluice.spi.session.SessionState.ACCEPTING;
import static org.sluice.spi.session.SessionState.APP_CLOSED;
import static org.sluice.spi.session.SessionState.CLOSED;
import static org.sluice.spi.session.SessionState.CLOSING;
import static org.sluice.spi.session.SessionState.CONNECTING;
import static org.sluice.spi.session.SessionState.CREATED;
import static org.sluice.spi.session.SessionState.LISTENING;
import static org.sluice.spi.session.SessionState.OPENED;
import static org.sluice.spi.session.SessionState.READY;
import static org.sluice.spi.session.SessionState.TRANSPORT_CLOSED;
import static org.sluice.spi.session.SessionState.TRANSPORT_CLOSING;
import static org.sluice.spi.session.SessionState.TRANSPORT_DELETED;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.sluice.spi.session.SessionState;

/** The legal transitions of a session: the one table. Every session starts in CREATED. */
final class SessionTransitions {
  private static final Map<SessionState, Set<SessionState>> LEGAL = table();

  private SessionTransitions() {}

  static boolean isLegal(SessionState from, SessionState to) {
    Set<SessionState> targets = LEGAL.get(from);
    return targets != null && targets.contains(to);
  }

  private static Map<SessionState, Set<SessionState>> table() {
    Map<SessionState, Set<SessionState>> t = new EnumMap<>(SessionState.class);
    t.put(CREATED, EnumSet.of(LISTENING, CONNECTING, ACCEPTING, READY, OPENED, TRANSPORT_CLOSING, TRANSPORT_DELETED));
    t.put(LISTENING, EnumSet.noneOf(SessionState.class));
    t.put(CONNECTING, EnumSet.of(READY, TRANSPORT_CLOSED, TRANSPORT_DELETED));
    t.put(ACCEPTING, EnumSet.of(READY, TRANSPORT_CLOSING, CLOSING, TRANSPORT_CLOSED, TRANSPORT_DELETED));
    t.put(READY, EnumSet.of(TRANSPORT_CLOSING, CLOSING, TRANSPORT_CLOSED, TRANSPORT_DELETED));
    t.put(OPENED, EnumSet.of(TRANSPORT_CLOSING, CLOSING, TRANSPORT_CLOSED, TRANSPORT_DELETED));
    t.put(TRANSPORT_CLOSING, EnumSet.of(CLOSING, TRANSPORT_CLOSED, TRANSPORT_DELETED));
    t.put(CLOSING, EnumSet.of(APP_CLOSED, CLOSED, TRANSPORT_DELETED));
    t.put(APP_CLOSED, EnumSet.of(CLOSED, TRANSPORT_DELETED));
    t.put(TRANSPORT_CLOSED, EnumSet.of(CLOSED, TRANSPORT_DELETED));
    t.put(CLOSED, EnumSet.of(TRANSPORT_DELETED));
    t.put(TRANSPORT_DELETED, EnumSet.noneOf(SessionState.class));
    return t;
  }
}
