package org.sluice.core.console;

import org.sluice.core.session.SessionView;
import org.sluice.spi.session.SessionState;

/** Counts sessions by what they are. */
final class SessionTally {
  long active;
  long closed;
  long halfOpens;
  long listeners;

  void count(SessionView session) {
    if (session.isHalfOpen()) {
      halfOpens++;
    } else if (session.isListener()) {
      listeners++;
    } else if (session.state().compareTo(SessionState.TRANSPORT_CLOSED) >= 0) {
      closed++;
    } else {
      active++;
    }
  }

  void add(SessionTally other) {
    active += other.active;
    closed += other.closed;
    halfOpens += other.halfOpens;
    listeners += other.listeners;
  }

  long sessions() {
    return active + closed;
  }

  long all() {
    return sessions() + halfOpens + listeners;
  }

  /** Half-opens and listeners as words that follow others; nothing where there is none. */
  String others() {
    String text = halfOpens == 0 ? "" : ", " + halfOpens + (halfOpens == 1 ? " half-open" : " half-opens");
    return listeners == 0 ? text : text + ", " + listeners + (listeners == 1 ? " listener" : " listeners");
  }
}
