package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.core.fault.PluginFaults;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.Endpoint;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.Verbosity;

/**
 * A session as consoles see it. Read on the session's worker, and not kept. What its FIFOs hold is read from their
 * shared headers: the sides may be those of the peer or of an application's threads.
 */
public final class SessionView {
  private final SessionSlot slot;
  /** Null for a half-open. */
  private final @Nullable StackSession session;
  /** Null for a session. */
  private final @Nullable HalfOpen halfOpen;

  SessionView(SessionSlot slot) {
    this.slot = slot;
    session = slot instanceof StackSession s ? s : null;
    halfOpen = slot instanceof HalfOpen h ? h : null;
  }

  /**
   * The session's name.
   *
   * @return its handle
   */
  public long handle() {
    return slot.handle;
  }

  /**
   * Where it is in its life.
   *
   * @return the state
   */
  public SessionState state() {
    return slot.state;
  }

  /**
   * Whether it stands for a connect that is not answered.
   *
   * @return true for a half-open
   */
  public boolean isHalfOpen() {
    return halfOpen != null;
  }

  /**
   * Whether it stands for a listener.
   *
   * @return true in LISTENING
   */
  public boolean isListener() {
    return slot.state == SessionState.LISTENING;
  }

  /**
   * Whether somebody is served by it: neither a listener nor a session that serves all peers of one, and not closed by
   * its transport.
   *
   * @return true for half-opens too
   */
  public boolean isLive() {
    return slot.state != SessionState.LISTENING && !slot.has(SessionFlags.SHARED)
        && slot.state.compareTo(SessionState.TRANSPORT_CLOSED) < 0;
  }

  /**
   * Whether it is between two applications of this host.
   *
   * @return true for a session of the local transport
   */
  public boolean isLocal() {
    TransportEntry transport = slot.transport;
    return transport != null && transport.local();
  }

  /**
   * Whether its application belongs to a plugin.
   *
   * @param plugin the account of the plugin
   * @return true if it does; false once the application has left
   */
  public boolean belongsTo(PluginFaults plugin) {
    EventLane lane = slot.lane;
    return lane != null && lane.owner().faults() == plugin;
  }

  /**
   * Whether a transport carries it.
   *
   * @param transport the transport
   * @return true if it does
   */
  public boolean isOn(TransportEntry transport) {
    return slot.transport == transport;
  }

  /**
   * Who carries it.
   *
   * @return the transport's name, empty without transport
   */
  public String transport() {
    TransportEntry transport = slot.transport;
    return transport == null ? "" : transport.name();
  }

  /**
   * The letters of its transport; for a local session those of the protocol that was asked for too, {@code CT:T}.
   *
   * @return the text, empty without transport
   */
  public String protocol() {
    TransportEntry transport = slot.transport;
    if (transport == null) {
      return "";
    }
    String own = transport.descriptor().shortName();
    TransportEntry original = slot.home.transports().byId(originalProtocol());
    return transport.local() && original != null ? own + ":" + original.descriptor().shortName() : own;
  }

  /**
   * Our side of the flow, where {@link #flow} is known.
   *
   * @return the endpoint, or null
   */
  public @Nullable Endpoint localEndpoint() {
    TransportConnection c = connection();
    return c != null ? c.localEndpoint() : halfOpen == null ? null : halfOpen.wantedLocal;
  }

  /**
   * The peer's side of the flow, where {@link #flow} is known.
   *
   * @return the endpoint, or null
   */
  public @Nullable Endpoint remoteEndpoint() {
    TransportConnection c = connection();
    return c != null ? c.remoteEndpoint() : halfOpen == null ? null : halfOpen.wantedRemote;
  }

  private int originalProtocol() {
    if (session != null) {
      return session.originalProtocol;
    }
    return halfOpen == null ? 0 : halfOpen.originalProtocol();
  }

  /**
   * The flow, {@code local->remote}. For a half-open whose connection is on another worker, or was let go, it is what
   * was asked for.
   *
   * @return the text; empty when the connection is gone
   */
  public String flow() {
    // Asked once: another worker may take the connection away between two questions.
    TransportConnection c = connection();
    if (c != null) {
      return c.localEndpoint() + "->" + c.remoteEndpoint();
    }
    return halfOpen == null || halfOpen.wantedRemote == null ? "" : halfOpen.wantedLocal + "->" + halfOpen.wantedRemote;
  }

  /** Null also for a half-open whose transport may have given the object to another flow by now. */
  private @Nullable TransportConnection connection() {
    if (session != null) {
      return session.connection;
    }
    return halfOpen != null && halfOpen.isHeld() ? halfOpen.connection() : null;
  }

  /**
   * Its state in a word: of a half-open how far its connect is.
   *
   * @return for a half-open {@code connecting}, {@code migrating}, {@code migrated} or {@code done}, else the label of
   *     the state
   */
  public String stateLabel() {
    if (halfOpen == null) {
      return slot.state.label();
    }
    return switch (halfOpen.phase()) {
      case HalfOpen.PENDING -> SessionState.CONNECTING.label();
      case HalfOpen.MIGRATING -> "migrating";
      case HalfOpen.MIGRATED -> "migrated";
      default -> "done";
    };
  }

  /**
   * The application.
   *
   * @return its name; empty when it has left
   */
  public String application() {
    EventLane lane = slot.lane;
    return lane == null ? "" : lane.owner().name();
  }

  /**
   * Bytes that wait for the application.
   *
   * @return bytes
   */
  public int rxBytes() {
    return session == null ? 0 : (int) Math.max(0, SessionReadiness.waiting(session));
  }

  /**
   * Bytes that wait for the transport or local peer.
   *
   * @return bytes
   */
  public int txBytes() {
    return session == null ? 0 : (int) Math.max(0, SessionReadiness.content(session.memory, session.txOffset));
  }

  /**
   * What the rx FIFO can hold.
   *
   * @return bytes; 0 without FIFOs
   */
  public long rxCapacityBytes() {
    return session == null ? 0 : SessionReadiness.capacity(session.memory, session.rxOffset);
  }

  /**
   * What the tx FIFO can hold.
   *
   * @return bytes; 0 without FIFOs
   */
  public long txCapacityBytes() {
    return session == null ? 0 : SessionReadiness.capacity(session.memory, session.txOffset);
  }

  /**
   * The segment of its FIFOs.
   *
   * @return a handle, INVALID without FIFOs
   */
  public long segment() {
    return session == null ? Handle.INVALID : session.segmentHandle;
  }

  /**
   * The listener that it came through.
   *
   * @return a handle, INVALID for a session that this side opened
   */
  public long listener() {
    return session == null ? Handle.INVALID : session.listener;
  }

  /**
   * The session that it is a stream of.
   *
   * @return a handle, INVALID for a session that is no stream, or whose parent is gone
   */
  public long parent() {
    return session == null ? Handle.INVALID : session.home.parents().parentOf(session);
  }

  /**
   * Whether it is a stream of another session.
   *
   * @return true also when that is gone
   */
  public boolean isStream() {
    return slot.has(SessionFlags.STREAM);
  }

  /**
   * How many streams it has.
   *
   * @return the count
   */
  public int streams() {
    return session == null ? 0 : session.home.parents().count(session);
  }

  /**
   * The other end of a local session.
   *
   * @return a handle, INVALID when there is none (any more)
   */
  public long peer() {
    StackSession peer = session == null ? null : session.peer;
    return peer == null ? Handle.INVALID : peer.handle;
  }

  /**
   * What the application keeps with it.
   *
   * @return the application's value
   */
  public long opaque() {
    return slot.opaque;
  }

  /**
   * The set flags by name.
   *
   * @return words joined by blanks
   */
  public String flags() {
    return SessionFlags.text(slot.flags);
  }

  /**
   * What the transport adds.
   *
   * @param verbosity how much
   * @return its text, empty for nothing
   */
  public String details(Verbosity verbosity) {
    TransportConnection c = connection();
    TransportEntry transport = slot.transport;
    if (c == null || transport == null) {
      return "";
    }
    try {
      if (isListener()) {
        return transport.vft().formatListener(c, verbosity);
      }
      return isHalfOpen()
          ? transport.vft().formatHalfOpen(c, verbosity)
          : transport.vft().format(c, verbosity);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("format", e);
      return SessionError.UNKNOWN.text();
    }
  }
}
