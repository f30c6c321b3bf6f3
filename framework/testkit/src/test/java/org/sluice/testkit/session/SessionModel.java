package org.sluice.testkit.session;

import java.util.ArrayList;
import java.util.List;

/**
 * What must have happened so far to a session that its application knows: what that must have been told, and what the
 * transport must have been asked, once all workers have rested.
 */
final class SessionModel {
  final List<String> told = new ArrayList<>();
  boolean applicationEnded;
  boolean ended;
  boolean closed;
  boolean deleted;
  boolean gone;
  boolean shutdown;
  int closes;
  int resets;
  int halfCloses;

  SessionModel(String opening) {
    told.add(opening);
  }

  void applicationEnds(boolean reset) {
    if (gone) {
      return;
    }
    boolean first = !applicationEnded;
    applicationEnded = true;
    if (deleted) {
      sessionGoes();
    } else if (!closed && (first || reset)) {
      closes += reset ? 0 : 1;
      resets += reset ? 1 : 0;
    }
  }

  void shuts() {
    if (!gone && !applicationEnded && !shutdown && !closed && !deleted) {
      shutdown = true;
      halfCloses++;
    }
  }

  void transportEnds(String how) {
    if (!deleted && !closed && !ended) {
      ended = true;
      if (!applicationEnded) {
        told.add(how);
      }
    }
  }

  void closes() {
    if (!deleted && !closed) {
      if (!applicationEnded) {
        transportEnds("disconnected");
      }
      closed = true;
      told.add("transport closed");
    }
  }

  void deletes() {
    if (!deleted) {
      boolean open = !ended && !closed && !applicationEnded;
      deleted = true;
      told.add("cleanup TRANSPORT");
      if (applicationEnded || open) {
        sessionGoes();
      }
    }
  }

  private void sessionGoes() {
    if (!gone) {
      gone = true;
      told.add("cleanup SESSION");
    }
  }
}
