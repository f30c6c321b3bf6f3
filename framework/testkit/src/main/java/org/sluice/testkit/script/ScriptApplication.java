package org.sluice.testkit.script;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

/** The application of a script: takes every session, writes down what it is told, and reads unless told not to. */
final class ScriptApplication implements Application {
  private static final int BUFFER_BYTES = 16 << 10;

  private final Map<Integer, ScriptFlow> flows;
  private final Map<ScriptFlow, List<String>> events = new HashMap<>();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private @Nullable ApplicationContext context;
  private boolean reading = true;
  private @Nullable String fault;

  ScriptApplication(Map<Integer, ScriptFlow> flows) {
    this.flows = flows;
  }

  ApplicationContext context() {
    ApplicationContext attached = context;
    if (attached == null) {
      throw new IllegalArgumentException("the application is not attached");
    }
    return attached;
  }

  void reading(boolean whether) {
    reading = whether;
  }

  List<String> events(ScriptFlow flow) {
    return events.computeIfAbsent(flow, any -> new ArrayList<>());
  }

  /** What was wrong with data that it was given; null for nothing. */
  @Nullable String fault() {
    return fault;
  }

  // ---- Data.

  int write(ScriptFlow flow, Session session, int bytes) {
    byte[] data = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      data[i] = PatternBytes.own(flow.written + i);
    }
    int taken = session.write(data, 0, bytes);
    flow.written += Math.max(0, taken);
    return taken;
  }

  int read(ScriptFlow flow, Session session, int most) {
    int total = 0;
    while (total < most) {
      int n = session.read(buffer, 0, Math.min(buffer.length, most - total));
      if (n <= 0) {
        break;
      }
      for (int i = 0; i < n; i++) {
        if (buffer[i] != PatternBytes.peers(flow.received + i)) {
          fault = "byte " + (flow.received + i) + " of what the application read is not what the peer sent";
        }
      }
      flow.received += n;
      total += n;
    }
    return total;
  }

  // ---- Callbacks.

  private @Nullable ScriptFlow flow(Session session) {
    int own = session.localEndpoint().port();
    int peers = session.remoteEndpoint().port();
    for (ScriptFlow flow : flows.values()) {
      if (flow.ownPort() == own && flow.peerPort() == peers) {
        return flow;
      }
    }
    return null;
  }

  private void note(Session session, String event) {
    for (ScriptFlow flow : flows.values()) {
      if (session.equals(flow.session)) {
        events(flow).add(event);
      }
    }
  }

  private void begin(Session session, String event) {
    ScriptFlow flow = flow(session);
    if (flow == null) {
      fault = "a session of no flow: " + session.remoteEndpoint();
      return;
    }
    flow.session = session;
    flow.written = 0;
    flow.received = 0;
    events(flow).add(event);
  }

  @Override
  public void onAttached(ApplicationContext newContext) {
    context = newContext;
  }

  @Override
  public AcceptDecision onAccept(Session session) {
    begin(session, "accepted");
    return AcceptDecision.ACCEPT;
  }

  @Override
  public void onConnected(Session session, long opaque) {
    begin(session, "connected");
  }

  @Override
  public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
    ScriptFlow flow = flows.get((int) opaque);
    if (flow != null) {
      events(flow).add("failed " + error);
    }
  }

  @Override
  public void onReadable(Session session) {
    note(session, "readable");
    ScriptFlow flow = flow(session);
    if (reading && flow != null) {
      read(flow, session, Integer.MAX_VALUE);
    }
  }

  @Override
  public void onDisconnected(Session session) {
    note(session, "disconnected");
  }

  @Override
  public void onReset(Session session) {
    note(session, "reset");
    session.close();
  }

  @Override
  public void onTransportClosed(Session session) {
    note(session, "transport-closed");
  }

  @Override
  public void onCleanup(Session session, CleanupPhase phase) {
    note(session, "cleanup-" + phase);
    if (phase == CleanupPhase.SESSION) {
      for (ScriptFlow flow : flows.values()) {
        if (session.equals(flow.session)) {
          flow.session = null;
        }
      }
    }
  }
}
