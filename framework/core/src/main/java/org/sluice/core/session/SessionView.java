package org.sluice.core.session;

import org.jspecify.annotations.Nullable;
import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.session.SessionState;
import org.sluice.spi.transport.TransportConnection;
import org.sluice.spi.transport.Verbosity;

/** A session as consoles see it. Read on the session's worker, and not kept. */
public final class SessionView {
  private final StackSession session;

  SessionView(StackSession session) {
    this.session = session;
  }

  /**
   * The session's name.
   *
   * @return its handle
   */
  public long handle() {
    return session.handle;
  }

  /**
   * Where it is in its life.
   *
   * @return the state
   */
  public SessionState state() {
    return session.state;
  }

  /**
   * Whether it stands for a connect that is not answered.
   *
   * @return true for a half-open
   */
  public boolean isHalfOpen() {
    return session.has(SessionFlags.HALF_OPEN);
  }

  /**
   * The letters of its transport; for a local session those of the protocol that was asked for too, {@code CT:T}.
   *
   * @return the text, empty without transport
   */
  public String protocol() {
    TransportEntry transport = session.transport;
    if (transport == null) {
      return "";
    }
    String own = transport.descriptor().shortName();
    TransportEntry original = session.home.transports().byId(session.originalProtocol);
    return transport.local() && original != null ? own + ":" + original.descriptor().shortName() : own;
  }

  /**
   * The flow, {@code local->remote}.
   *
   * @return the text; empty while the connection is elsewhere or gone
   */
  public String flow() {
    TransportConnection c = session.connection;
    return c == null ? "" : c.localEndpoint() + "->" + c.remoteEndpoint();
  }

  /**
   * The application.
   *
   * @return its name; empty when it has left
   */
  public String application() {
    EventLane lane = session.lane;
    return lane == null ? "" : lane.owner().name();
  }

  /**
   * Bytes that wait for the application.
   *
   * @return bytes
   */
  public int rxBytes() {
    return bytes(session.rx);
  }

  /**
   * Bytes that wait for the transport or local peer.
   *
   * @return bytes
   */
  public int txBytes() {
    StackSession peer = session.peer;
    return bytes(peer == null ? session.txOut : peer.rx);
  }

  /**
   * What the transport adds.
   *
   * @param verbosity how much
   * @return its text, empty for nothing
   */
  public String details(Verbosity verbosity) {
    TransportConnection c = session.connection;
    TransportEntry transport = session.transport;
    if (c == null || transport == null) {
      return "";
    }
    try {
      return isHalfOpen()
          ? transport.vft().formatHalfOpen(c, verbosity)
          : transport.vft().format(c, verbosity);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      transport.faults().caught("format", e);
      return SessionError.UNKNOWN.text();
    }
  }

  private static int bytes(@Nullable FifoConsumer fifo) {
    return fifo == null ? 0 : Math.max(0, fifo.readableBytes());
  }
}
