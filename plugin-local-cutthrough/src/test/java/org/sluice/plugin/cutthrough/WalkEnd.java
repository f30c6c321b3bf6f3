package org.sluice.plugin.cutthrough;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.error.SessionError;
import org.sluice.spi.session.Session;
import org.sluice.spi.session.SessionState;

/**
 * The reference for one end of a local session: what its application did, what it was told, and which of the things it
 * could be told next are right.
 */
final class WalkEnd {
  private static final int MAX_PIECE = 6000;

  final Walk walk;
  final WalkApp app;
  final Session session;
  final long handle;
  private final int clientPort;
  private final boolean server;
  private final byte[] buffer = new byte[MAX_PIECE];
  private @Nullable WalkEnd peer;
  private long sent;
  private long received;
  private boolean shutDown;
  private boolean closed;
  private boolean reset;
  private boolean resetLate;
  private boolean told;
  private boolean toldReset;
  private boolean toldOfHalfClose;
  private boolean transportClosed;
  private boolean transportGone;
  private boolean gone;

  WalkEnd(WalkApp app, Session session, int clientPort, boolean server) {
    this.walk = app.walk;
    this.app = app;
    this.session = session;
    this.clientPort = clientPort;
    this.server = server;
    handle = session.handle();
  }

  void pair(WalkEnd other) {
    walk.expect(peer == null && other.peer == null, "paired once", this);
    walk.expect(server != other.server, "one accepted, the other connected", this);
    peer = other;
    other.peer = this;
  }

  boolean isGone() {
    return gone;
  }

  boolean isClosed() {
    return closed;
  }

  private boolean hasLeft() {
    return closed || app.isLeaving();
  }

  // ---- What the application does.

  void write() {
    int length = walk.random.nextInt(1, MAX_PIECE);
    for (int i = 0; i < length; i++) {
      buffer[i] = pattern(server, sent + i);
    }
    int result = session.write(buffer, 0, length);
    if (gone) {
      walk.expect(result == SessionError.NOSESSION.code(), "write after the end gave " + result, this);
    } else if (closed || shutDown || toldReset || peer != null && peer.closed) {
      walk.expect(result == SessionError.CLOSED.code(), "write to a closed direction gave " + result, this);
    } else if (result < 0) {
      // The peer's application leaves in its own time; a segment can be short of chunks.
      boolean allowed = result == SessionError.SEG_NO_SPACE.code()
          || result == SessionError.CLOSED.code() && (peer == null || peer.hasLeft());
      walk.expect(allowed, "write gave " + SessionError.of(result), this);
    }
    sent += Math.max(0, result);
  }

  void read(int most) {
    if (closed) {
      return;
    }
    int count = session.read(buffer, 0, Math.min(most, buffer.length));
    walk.expect(count >= 0, "read gave " + count, this);
    for (int i = 0; i < count; i++) {
      if (buffer[i] != pattern(!server, received + i)) {
        walk.expect(false, "byte " + (received + i) + " is wrong", this);
        return;
      }
    }
    received += Math.max(0, count);
    walk.expect(peer == null || received <= peer.sent, "more read than was written", this);
  }

  void shutdown() {
    SessionError result = session.shutdown();
    if (result == SessionError.NONE && !closed) {
      shutDown = true;
    }
    boolean early = result == SessionError.CONFLICT
        && (session.state() == SessionState.ACCEPTING || session.state().compareTo(SessionState.TRANSPORT_CLOSING) > 0);
    walk.expect(result == SessionError.NONE || early || gone, "shutdown gave " + result, this);
  }

  void close() {
    SessionError result = session.close();
    walk.expect(result == (gone ? SessionError.NOSESSION : SessionError.NONE), "close gave " + result, this);
    closed = true;
  }

  void reset() {
    SessionError result = session.reset();
    walk.expect(result == (gone ? SessionError.NOSESSION : SessionError.NONE), "reset gave " + result, this);
    noteReset();
  }

  /** Also what follows from an exception in a callback. */
  void noteReset() {
    if (closed) {
      resetLate = true;
    } else {
      reset = true;
    }
    closed = true;
  }

  // ---- What the application is told.

  void onReadable() {
    walk.expect(!closed && !told && !gone, "readable", this);
    walk.expect(session.readable() > 0, "readable without data", this);
  }

  void onWritable() {
    walk.expect(!closed && !transportClosed && !gone, "writable", this);
  }

  void onDisconnected() {
    walk.expect(!told && !closed && !transportClosed && !gone, "disconnected", this);
    told = true;
    WalkEnd other = peer;
    if (other == null) {
      walk.expect(false, "disconnected from nobody", this);
      return;
    }
    boolean wasHalf = other.shutDown;
    toldOfHalfClose = wasHalf && !other.hasLeft();
    walk.expect(wasHalf || other.hasLeft(), "disconnected though the peer is there", this);
    walk.expect(wasHalf || !other.reset, "disconnected though the peer reset", this);
    walk.expect(wasHalf || other.received == sent, "disconnected though the peer lost data", this);
    walk.expect(received + session.readable() == other.sent, "data missing before the disconnect", this);
  }

  void onReset() {
    walk.expect(!told && !closed && !transportClosed && !gone, "reset", this);
    told = true;
    toldReset = true;
    WalkEnd other = peer;
    if (other == null) {
      walk.expect(server, "reset of a client whose server never was", this);
      return;
    }
    boolean lost = other.hasLeft() && other.received < sent;
    walk.expect(other.reset || other.resetLate || lost, "reset without a reason", this);
  }

  void onTransportClosed() {
    walk.expect(!transportClosed && !transportGone && !gone, "transport closed", this);
    walk.expect(closed || told, "transport closed before the end", this);
    transportClosed = true;
  }

  void onTransportGone() {
    walk.expect(transportClosed && !transportGone && !gone, "cleanup of the transport", this);
    transportGone = true;
  }

  void onGone() {
    walk.expect(transportGone && closed && !gone, "cleanup of the session", this);
    gone = true;
  }

  // ---- When nothing moves any more.

  void checkAtRest() {
    WalkEnd other = peer;
    if (closed) {
      walk.expect(gone || app.isLeaving(), "closed but not gone", this);
    } else if (other != null && other.hasLeft()) {
      walk.expect(told, "was not told that the peer has left", this);
      walk.expect(!toldOfHalfClose || transportClosed, "waits for nobody", this);
    } else if (other != null) {
      walk.expect(received + session.readable() == other.sent, "bytes are missing", this);
      walk.expect(other.shutDown == told, "half close", this);
    }
    if (!closed && toldReset) {
      walk.expect(!transportGone || other == null || other.shutDown, "the connection went without a close", this);
    }
  }

  private byte pattern(boolean byServer, long position) {
    return (byte) (clientPort * 7 + (byServer ? 101 : 0) + position * 31 + (position >>> 8));
  }

  @Override
  public String toString() {
    return app.name + (server ? " accepted " : " connected ") + clientPort + " " + session + " sent " + sent
        + " received " + received + (shutDown ? " shut-down" : "") + (closed ? " closed" : "") + (reset ? " reset" : "")
        + (told ? " told" : "") + (toldReset ? "-reset" : "") + (transportClosed ? " transport-closed" : "")
        + (transportGone ? " transport-gone" : "") + (gone ? " gone" : "");
  }
}
