package org.sluice.core.session;

/**
 * The events between session layer and application, in the order in which those of one session may come. The number of
 * an event is its type in the event queue, and its place in the bit set of events that found the queue full.
 */
final class SessionEvent {
  static final int ACCEPTED = 0;
  static final int CONNECTED = 1;
  static final int CONNECT_FAILED = 2;
  static final int MIGRATED = 3;
  static final int READABLE = 4;
  static final int WRITABLE = 5;
  static final int DISCONNECTED = 6;
  static final int RESET = 7;
  static final int TRANSPORT_CLOSED = 8;
  static final int CLEANUP_TRANSPORT = 9;
  static final int CLEANUP_SESSION = 10;
  static final int HALF_CLEANUP = 11;
  /** No callback: the last record of a session in the queue of an application worker that does not own it any more. */
  static final int HANDED_OVER = 12;

  private SessionEvent() {}

  /** Whether the application must have been told of the session before. */
  static boolean followsAnnouncement(int event) {
    return event > MIGRATED && event <= CLEANUP_SESSION;
  }

  /** Whether the event goes with a payload record that names endpoints and queues. */
  static boolean isControl(int event) {
    return event == ACCEPTED || event == CONNECTED || event == MIGRATED;
  }
}
