package org.sluice.testkit.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;
import org.sluice.testkit.transport.ScriptedConnection;

/**
 * An application of a {@link LayerWalk}: what must become of its connects and sessions, held against each callback. A
 * callback that must not be is a problem, told to the walk.
 */
final class WalkClient implements Application {
  /** How far a connect is. */
  enum Fate { WAITS, CONNECTED, FAILED }

  /** A connect that is not over. */
  static final class Connect {
    final long opaque;
    final @Nullable ScriptedConnection halfOpen;
    Fate fate = Fate.WAITS;
    SessionError error = SessionError.NONE;
    boolean deleted;
    boolean told;
    boolean goodbye;

    Connect(long opaque, @Nullable ScriptedConnection halfOpen) {
      this.opaque = opaque;
      this.halfOpen = halfOpen;
    }

    void failed(SessionError with) {
      fate = Fate.FAILED;
      error = with;
    }

    private boolean isOver() {
      return told && (goodbye || halfOpen == null);
    }
  }

  /** A session that is not gone. */
  static final class Open {
    final SessionModel model;
    final List<String> events = new ArrayList<>();
    final List<Open> streams = new ArrayList<>();
    ScriptedConnection connection;
    @Nullable Session session;
    /** Which of the application's workers has it. */
    int owner;
    boolean isStream;
    boolean wasParent;

    Open(ScriptedConnection connection, String opening) {
      this.connection = connection;
      model = new SessionModel(opening);
    }
  }

  final Map<Long, Connect> connects = new HashMap<>();
  final Map<Long, Open> opens = new HashMap<>();
  final int number;
  long listener = Handle.INVALID;
  @Nullable ScriptedConnection listening;
  private final Consumer<String> problems;
  /** A stream that was connected and has no name yet. */
  @Nullable Open unnamed;
  private @Nullable ApplicationContext context;
  private @Nullable ApplicationContext second;
  private boolean left;

  WalkClient(int number, Consumer<String> problems) {
    this.number = number;
    this.problems = problems;
  }

  ApplicationContext context() {
    ApplicationContext attached = context;
    if (attached == null) {
      throw new IllegalStateException("not attached");
    }
    return attached;
  }

  /** The application worker 0 or 1; both call back here. */
  ApplicationContext context(int owner) {
    ApplicationContext other = second;
    return owner == 0 || other == null ? context() : other;
  }

  void second(ApplicationContext added) {
    second = added;
  }

  void leave() {
    left = true;
  }

  /** What must have been told by now, because all workers rest. */
  void checkAtRest() {
    for (Connect connect : connects.values()) {
      require(connect.fate == Fate.WAITS || connect.told, "not told of " + connect.fate, connect.opaque);
      require(!connect.deleted || connect.goodbye, "not told of the end of the half-open", connect.opaque);
    }
    for (Open open : opens.values()) {
      check(open);
    }
  }

  void check(Open open) {
    if (!open.events.equals(open.model.told)) {
      problems.accept("session of " + open.connection.localEndpoint() + " was told " + open.events + ", not "
          + open.model.told);
    }
  }

  private void require(boolean right, String what, long opaque) {
    if (!right) {
      problems.accept("client " + number + ", connect " + opaque + ": " + what);
    }
  }

  // ---- The callbacks.

  @Override
  public void onAttached(ApplicationContext newContext) {
    context = newContext;
  }

  @Override
  public void onConnected(Session session, long opaque) {
    Connect connect = connects.get(opaque);
    require(!left, "connected after the detach", opaque);
    require(connect != null && connect.fate == Fate.CONNECTED && !connect.told, "connected", opaque);
    if (connect != null) {
      connect.told = true;
      forget(connect);
    }
    note(session, "connected");
  }

  @Override
  public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
    Connect connect = connects.get(opaque);
    require(!left, "failed after the detach", opaque);
    require(connect != null && connect.fate == Fate.FAILED && !connect.told, "failed with " + error, opaque);
    if (connect != null) {
      require(connect.error == error, "failed with " + error + ", not " + connect.error, opaque);
      long expected = connect.halfOpen == null ? Handle.INVALID : connect.halfOpen.session;
      require(halfOpen == expected, "failed as half-open " + Handle.text(halfOpen), opaque);
      connect.told = true;
      forget(connect);
    }
  }

  @Override
  public void onHalfOpenCleanup(long halfOpen, long opaque) {
    Connect connect = connects.get(opaque);
    require(!left, "goodbye after the detach", opaque);
    require(connect != null && connect.deleted && !connect.goodbye, "goodbye", opaque);
    if (connect != null) {
      require(connect.fate != Fate.FAILED || connect.told, "goodbye before the failure", opaque);
      connect.goodbye = true;
      forget(connect);
    }
  }

  private void forget(Connect connect) {
    if (connect.isOver()) {
      connects.remove(connect.opaque);
    }
  }

  @Override
  public AcceptDecision onAccept(Session session) {
    note(session, "accepted");
    return AcceptDecision.ACCEPT;
  }

  @Override
  public void onReadable(Session session) {
    byte[] data = new byte[64];
    while (session.read(data, 0, data.length) > 0) {}
  }

  @Override
  public void onMigrated(Session session, long oldHandle) {
    Open moved = opens.remove(oldHandle);
    if (moved != null) {
      opens.put(session.handle(), moved);
    }
    note(session, "migrated");
  }

  @Override
  public void onDisconnected(Session session) {
    note(session, "disconnected");
  }

  @Override
  public void onReset(Session session) {
    note(session, "reset");
  }

  @Override
  public void onTransportClosed(Session session) {
    note(session, "transport closed");
  }

  @Override
  public void onCleanup(Session session, CleanupPhase phase) {
    note(session, "cleanup " + phase);
  }

  private void note(Session session, String event) {
    if (unnamed != null && event.equals("connected")) {
      opens.put(session.handle(), unnamed);
      unnamed = null;
    }
    Open open = opens.get(session.handle());
    if (left || open == null) {
      problems.accept("client " + number + ": " + event + " of an unknown session " + session);
    } else {
      open.session = session;
      open.events.add(event);
    }
  }
}
