package org.sluice.testkit.contract;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.application.AcceptDecision;
import org.sluice.spi.application.Application;
import org.sluice.spi.application.ApplicationContext;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.CleanupPhase;
import org.sluice.spi.session.Session;

/**
 * An application that writes down what it is told, session by session, and does what a test wants: by default it takes
 * every session, reads all data, and closes when its peer does. For simulations: one thread at a time.
 */
public final class RecordingApplication implements Application {
  /** What was told about one session. */
  public static final class Log {
    private final List<String> events = new ArrayList<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private Session session;

    private Log(Session session) {
      this.session = session;
    }

    /**
     * The callbacks in order, without repeated {@code readable} and {@code writable}.
     *
     * @return their names
     */
    public List<String> events() {
      return List.copyOf(events);
    }

    /**
     * What was read.
     *
     * @return the bytes
     */
    public byte[] received() {
      return received.toByteArray();
    }

    /**
     * The session; valid while it lives.
     *
     * @return the session
     */
    public Session session() {
      return session;
    }

    /**
     * Whether the last callback has come.
     *
     * @return true after cleanup(SESSION)
     */
    public boolean isOver() {
      return !events.isEmpty() && events.getLast().equals("cleanup SESSION");
    }

    private void add(String event) {
      boolean repeated = !events.isEmpty() && events.getLast().equals(event);
      if (!repeated || !event.endsWith("able")) {
        events.add(event);
      }
    }
  }

  private final Map<Long, Log> logs = new LinkedHashMap<>();
  private final List<String> connects = new ArrayList<>();
  private final List<String> segments = new ArrayList<>();
  private final Set<String> throwing = new HashSet<>();
  private final byte[] buffer = new byte[4096];
  private @Nullable ApplicationContext context;
  private AcceptDecision decision = AcceptDecision.ACCEPT;
  private Consumer<Session> onOpen = session -> {};
  private Consumer<Session> onReadable = this::readAll;
  private Consumer<Session> onWritable = session -> {};
  private Consumer<Session> onEnd = Session::close;
  private Consumer<Session> onMigrated = session -> {};
  private LongConsumer onConnectFailed = halfOpen -> {};
  private int detaches;

  /** An application with the default behaviour. */
  public RecordingApplication() {}

  // ---- What it does.

  /**
   * Sets what it answers to incoming sessions.
   *
   * @param newDecision the answer
   * @return this
   */
  public RecordingApplication decide(AcceptDecision newDecision) {
    decision = newDecision;
    return this;
  }

  /**
   * Sets what it does in onAccept, onConnected and onListening.
   *
   * @param action given the session
   * @return this
   */
  public RecordingApplication onOpen(Consumer<Session> action) {
    onOpen = action;
    return this;
  }

  /**
   * Sets what it does in onReadable.
   *
   * @param action given the session
   * @return this
   */
  public RecordingApplication onReadable(Consumer<Session> action) {
    onReadable = action;
    return this;
  }

  /**
   * Sets what it does in onWritable.
   *
   * @param action given the session
   * @return this
   */
  public RecordingApplication onWritable(Consumer<Session> action) {
    onWritable = action;
    return this;
  }

  /**
   * Sets what it does in onDisconnected and onReset.
   *
   * @param action given the session
   * @return this
   */
  public RecordingApplication onEnd(Consumer<Session> action) {
    onEnd = action;
    return this;
  }

  /**
   * Sets what it does in onMigrated. The session goes on with the log that it had under its old handle.
   *
   * @param action given the session at its new place
   * @return this
   */
  public RecordingApplication onMigrated(Consumer<Session> action) {
    onMigrated = action;
    return this;
  }

  /**
   * Sets what it does in onConnectFailed.
   *
   * @param action given the handle of the half-open
   * @return this
   */
  public RecordingApplication onConnectFailed(LongConsumer action) {
    onConnectFailed = action;
    return this;
  }

  /**
   * Makes it send back what it reads.
   *
   * @return this
   */
  public RecordingApplication echo() {
    onReadable = session -> session.transferTo(session, Integer.MAX_VALUE);
    onWritable = onReadable;
    return this;
  }

  /**
   * Makes a callback throw.
   *
   * @param callback its name, for example {@code onReadable}
   * @return this
   */
  public RecordingApplication throwIn(String callback) {
    throwing.add(callback);
    return this;
  }

  /**
   * Reads what waits and writes it down.
   *
   * @param session the session
   */
  public void readAll(Session session) {
    for (int n = session.read(buffer, 0, buffer.length); n > 0; n = session.read(buffer, 0, buffer.length)) {
      log(session).received.write(buffer, 0, n);
    }
  }

  // ---- What it was told.

  /**
   * What it acts through.
   *
   * @return the context
   */
  public ApplicationContext context() {
    ApplicationContext attached = context;
    if (attached == null) {
      throw new IllegalStateException("not attached");
    }
    return attached;
  }

  /**
   * All sessions it was told of, oldest first.
   *
   * @return their logs
   */
  public List<Log> logs() {
    return List.copyOf(logs.values());
  }

  /**
   * The only session it was told of.
   *
   * @return its log
   */
  public Log log() {
    if (logs.size() != 1) {
      throw new AssertionError("expected one session but there are " + logs.size() + "; connects: " + connects);
    }
    return logs.values().iterator().next();
  }

  /**
   * The outcomes of its connects: {@code connected OPAQUE}, {@code failed ERROR OPAQUE}, {@code half-open gone OPAQUE}.
   *
   * @return in order
   */
  public List<String> connects() {
    return List.copyOf(connects);
  }

  /**
   * What it was told of segments: {@code added} and {@code removed}.
   *
   * @return in order
   */
  public List<String> segments() {
    return List.copyOf(segments);
  }

  /**
   * How often onDetached came.
   *
   * @return count
   */
  public int detaches() {
    return detaches;
  }

  private Log log(Session session) {
    Log log = logs.computeIfAbsent(session.handle(), handle -> new Log(session));
    log.session = session;
    return log;
  }

  private void note(Session session, String event, String callback) {
    log(session).add(event);
    mayThrow(callback);
  }

  private void mayThrow(String callback) {
    if (throwing.contains(callback)) {
      throw new IllegalStateException("as told in " + callback);
    }
  }

  // ---- The callbacks.

  @Override
  public void onAttached(ApplicationContext newContext) {
    context = newContext;
  }

  @Override
  public void onDetached() {
    detaches++;
  }

  @Override
  public AcceptDecision onAccept(Session session) {
    note(session, "accepted", "onAccept");
    onOpen.accept(session);
    return decision;
  }

  @Override
  public void onListening(Session session) {
    note(session, "listening", "onListening");
    onOpen.accept(session);
  }

  @Override
  public void onConnected(Session session, long opaque) {
    connects.add("connected " + opaque);
    note(session, "connected", "onConnected");
    onOpen.accept(session);
  }

  @Override
  public void onConnectFailed(SessionError error, long opaque, long halfOpen) {
    connects.add("failed " + error + " " + opaque);
    mayThrow("onConnectFailed");
    onConnectFailed.accept(halfOpen);
  }

  @Override
  public void onHalfOpenCleanup(long halfOpen, long opaque) {
    connects.add("half-open gone " + opaque);
    mayThrow("onHalfOpenCleanup");
  }

  @Override
  public void onMigrated(Session session, long oldHandle) {
    Log known = logs.remove(oldHandle);
    if (known != null) {
      logs.put(session.handle(), known);
    }
    note(session, "migrated", "onMigrated");
    onMigrated.accept(session);
  }

  @Override
  public void onReadable(Session session) {
    note(session, "readable", "onReadable");
    onReadable.accept(session);
  }

  @Override
  public void onWritable(Session session) {
    note(session, "writable", "onWritable");
    onWritable.accept(session);
  }

  @Override
  public void onDisconnected(Session session) {
    note(session, "disconnected", "onDisconnected");
    onEnd.accept(session);
  }

  @Override
  public void onReset(Session session) {
    note(session, "reset", "onReset");
    onEnd.accept(session);
  }

  @Override
  public void onSegmentAdded(long segment) {
    segments.add("added");
  }

  @Override
  public void onSegmentRemoved(long segment) {
    segments.add("removed");
  }

  @Override
  public void onTransportClosed(Session session) {
    note(session, "transport closed", "onTransportClosed");
  }

  @Override
  public void onCleanup(Session session, CleanupPhase phase) {
    note(session, "cleanup " + phase, "onCleanup");
  }
}
