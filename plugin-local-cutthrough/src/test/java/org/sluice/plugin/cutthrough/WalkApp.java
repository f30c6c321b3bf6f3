package org.sluice.plugin.cutthrough;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.WritableWish;

/** An application of the walk: checks what it is told against the reference and does random things in callbacks. */
final class WalkApp implements Application {
  private static final List<WritableWish> WISHES = List.of(WritableWish.values());
  final Walk walk;
  final String name;
  final List<WalkEnd> ends = new ArrayList<>();
  final Map<Integer, Long> listeners = new HashMap<>();
  /** Unanswered connects, with whether a listener was there when it was known. */
  final Map<Long, String> connects = new HashMap<>();
  private final Map<Long, WalkEnd> byHandle = new HashMap<>();
  private final Set<Long> segments = new HashSet<>();
  private @Nullable ApplicationContext context;
  private @Nullable CompletableFuture<?> leaving;
  private boolean left;
  private boolean strictlyLeft;

  WalkApp(Walk walk, String name) {
    this.walk = walk;
    this.name = name;
  }

  ApplicationContext context() {
    ApplicationContext given = context;
    if (given == null) {
      throw new IllegalStateException(name + " was not attached");
    }
    return given;
  }

  boolean isLeaving() {
    return leaving != null;
  }

  boolean hasLeft() {
    return left;
  }

  /** Leaves; on worker 0 that holds from this moment on, elsewhere from the moment worker 0 hears of it. */
  void leave(boolean onMain) {
    strictlyLeft = onMain;
    leaving = CompletableFuture.completedFuture(null);
    leaving = context().detach();
    if (onMain) {
      connects.clear();
    }
  }

  boolean segmentsGone() {
    return segments.isEmpty();
  }

  /** Forgets ends that have gone. */
  void tidy() {
    ends.removeIf(WalkEnd::isGone);
    byHandle.values().removeIf(WalkEnd::isGone);
  }

  private void heard(String what) {
    walk.expect(!left && !strictlyLeft, "told '" + what + "' after its detach", name);
  }

  private @Nullable WalkEnd end(Session session, String what) {
    heard(what);
    WalkEnd end = byHandle.get(session.handle());
    walk.expect(end != null && end.session == session, what + " for an unknown session", name + " " + session);
    return end;
  }

  private void maybeThrow(@Nullable WalkEnd end) {
    if (walk.random.nextInt(300) == 0) {
      if (end != null) {
        end.noteReset();
      }
      throw new IllegalStateException("thrown on purpose");
    }
  }

  // ---- Callbacks.

  @Override
  public void onAttached(ApplicationContext given) {
    context = given;
  }

  @Override
  public void onDetached() {
    walk.expect(isLeaving() && !left, "detached", name);
    left = true;
    connects.clear();
  }

  @Override
  public AcceptDecision onAccept(Session session) {
    heard("accepted");
    walk.expect(!segments.isEmpty(), "accepted before a segment was added", name);
    if (walk.random.nextInt(15) == 0) {
      return AcceptDecision.REJECT;
    }
    maybeThrow(null);
    int port = session.remoteEndpoint().port();
    WalkEnd end = new WalkEnd(this, session, port, true);
    ends.add(end);
    byHandle.put(end.handle, end);
    walk.accepted(port, end);
    walk.actMaybe(end);
    return AcceptDecision.ACCEPT;
  }

  @Override
  public void onConnected(Session session, long opaque) {
    heard("connected");
    walk.expect(!segments.isEmpty(), "connected before a segment was added", name);
    String expected = connects.remove(opaque);
    walk.expect(expected != null && !expected.equals("NOROUTE"), "connected " + opaque + ", " + expected, name);
    int port = session.localEndpoint().port();
    WalkEnd end = new WalkEnd(this, session, port, false);
    ends.add(end);
    byHandle.put(end.handle, end);
    walk.connected(port, end);
    walk.actMaybe(end);
    maybeThrow(end);
  }

  @Override
  public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
    heard("failed");
    String expected = connects.remove(opaque);
    boolean right = expected != null && (expected.equals("any") || expected.equals(error.name()));
    walk.expect(right, "connect " + opaque + " failed with " + error + ", " + expected, name);
    maybeThrow(null);
  }

  @Override
  public void onReadable(Session session) {
    WalkEnd end = end(session, "readable");
    if (end == null) {
      return;
    }
    end.onReadable();
    if (walk.random.nextInt(4) != 0) {
      end.read(walk.random.nextInt(1, 20_000));
    }
    walk.actMaybe(end);
    maybeThrow(end);
  }

  @Override
  public void onWritable(Session session) {
    WalkEnd end = end(session, "writable");
    if (end != null) {
      end.onWritable();
      walk.actMaybe(end);
      maybeThrow(end);
    }
  }

  @Override
  public void onDisconnected(Session session) {
    WalkEnd end = end(session, "disconnected");
    if (end != null) {
      end.onDisconnected();
      walk.actMaybe(end);
      maybeThrow(end);
    }
  }

  @Override
  public void onReset(Session session) {
    WalkEnd end = end(session, "reset");
    if (end != null) {
      end.onReset();
      walk.actMaybe(end);
    }
  }

  @Override
  public void onTransportClosed(Session session) {
    WalkEnd end = end(session, "transport closed");
    if (end != null) {
      end.onTransportClosed();
      walk.actMaybe(end);
    }
  }

  @Override
  public void onCleanup(Session session, CleanupPhase phase) {
    WalkEnd end = end(session, "cleanup");
    if (end == null) {
      return;
    }
    if (phase == CleanupPhase.TRANSPORT) {
      end.onTransportGone();
      return;
    }
    end.onGone();
    byHandle.remove(end.handle);
  }

  @Override
  public void onSegmentAdded(long segment) {
    heard("segment added");
    walk.expect(segments.add(segment), "segment added twice", name);
  }

  @Override
  public void onSegmentRemoved(long segment) {
    heard("segment removed");
    walk.expect(segments.remove(segment), "a segment removed that was not there", name);
  }

  /** One random call of a session's application. */
  void act(WalkEnd end) {
    switch (walk.random.nextInt(16)) {
      case 0, 1, 2, 3, 4 -> end.write();
      case 5, 6, 7, 8 -> end.read(walk.random.nextInt(1, 20_000));
      case 9, 10 -> end.session.wantWritable(
          WISHES.get(walk.random.nextInt(WISHES.size())), walk.random.nextInt(1, 5000));
      case 11 -> end.shutdown();
      case 12 -> end.reset();
      default -> end.close();
    }
  }
}
