package org.sluice.plugin.cutthrough;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

/** An application that writes down what it is told, and does in each callback what a test wants. */
final class Probe implements Application {
  final String name;
  final List<String> log = new ArrayList<>();
  final List<Session> sessions = new ArrayList<>();
  final List<SessionError> failures = new ArrayList<>();
  final Set<String> throwing = new HashSet<>();
  final Set<Long> segments = new HashSet<>();
  Function<Session, AcceptDecision> onAccept = session -> AcceptDecision.ACCEPT;
  Consumer<Session> onConnected = session -> {};
  Consumer<Session> onReadable = session -> {};
  Consumer<Session> onWritable = session -> {};
  Consumer<Session> onDisconnected = session -> {};
  Consumer<Session> onReset = session -> {};
  Consumer<Session> onCleanup = session -> {};
  Runnable onFailed = () -> {};
  Runnable onHalfOpenCleanup = () -> {};
  Runnable onSegment = () -> {};
  private @Nullable ApplicationContext context;

  Probe(String name) {
    this.name = name;
  }

  ApplicationContext context() {
    ApplicationContext given = context;
    if (given == null) {
      throw new IllegalStateException(name + " was not attached");
    }
    return given;
  }

  /** Its only session. */
  Session session() {
    if (sessions.size() != 1) {
      throw new IllegalStateException(name + " has had " + sessions.size() + " sessions");
    }
    return sessions.getFirst();
  }

  /** What it was told, without segments and half-opens. */
  List<String> told() {
    return log.stream().filter(line -> !line.contains("segment") && !line.contains("half-open")).toList();
  }

  private void note(String what) {
    log.add(what);
    if (throwing.contains("everywhere") || throwing.contains(what)) {
      throw new IllegalStateException("thrown by " + name + " in " + what);
    }
  }

  @Override
  public void onAttached(ApplicationContext given) {
    context = given;
  }

  @Override
  public AcceptDecision onAccept(Session session) {
    sessions.add(session);
    note("accepted");
    return onAccept.apply(session);
  }

  @Override
  public void onConnected(Session session, long opaque) {
    sessions.add(session);
    note(opaque == 0 ? "connected" : "connected " + opaque);
    onConnected.accept(session);
  }

  @Override
  public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
    failures.add(error);
    note(opaque == 0 ? "failed " + error : "failed " + error + " " + opaque);
    onFailed.run();
  }

  @Override
  public void onReadable(Session session) {
    note("readable");
    onReadable.accept(session);
  }

  @Override
  public void onWritable(Session session) {
    note("writable");
    onWritable.accept(session);
  }

  @Override
  public void onDisconnected(Session session) {
    note("disconnected");
    onDisconnected.accept(session);
  }

  @Override
  public void onReset(Session session) {
    note("reset");
    onReset.accept(session);
  }

  @Override
  public void onTransportClosed(Session session) {
    note("transport closed");
  }

  @Override
  public void onCleanup(Session session, CleanupPhase phase) {
    note(phase == CleanupPhase.TRANSPORT ? "cleanup transport" : "cleanup session");
    onCleanup.accept(session);
  }

  @Override
  public void onHalfOpenCleanup(long halfOpen, long opaque) {
    note("half-open cleanup");
    onHalfOpenCleanup.run();
  }

  @Override
  public void onSegmentAdded(long segment) {
    if (!segments.add(segment)) {
      throw new IllegalStateException("segment " + segment + " was added twice");
    }
    note("segment added");
    onSegment.run();
  }

  @Override
  public void onSegmentRemoved(long segment) {
    if (!segments.remove(segment)) {
      throw new IllegalStateException("segment " + segment + " was removed but not there");
    }
    note("segment removed");
    onSegment.run();
  }

  @Override
  public void onDetached() {
    note("detached");
  }

  // ---- What tests do with sessions.

  static int write(Session session, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return session.write(bytes, 0, bytes.length);
  }

  static String read(Session session) {
    byte[] bytes = new byte[1000];
    int count = session.read(bytes, 0, bytes.length);
    return count < 0 ? SessionError.of(count).name() : new String(bytes, 0, count, StandardCharsets.UTF_8);
  }
}
