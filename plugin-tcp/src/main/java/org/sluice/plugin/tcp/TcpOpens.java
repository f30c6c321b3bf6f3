package org.sluice.plugin.tcp;

import org.jspecify.annotations.Nullable;
import org.sluice.spi.header.Ip4Header;
import org.sluice.spi.header.Ip6Header;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.transport.TransportConnection;

/** Makes established connections of finished handshakes. One per worker. */
final class TcpOpens {
  /** The default of the peer's maximum segment size where it named none (RFC 9293 section 3.7.1). */
  private static final int DEFAULT_MSS_IP4 = 536;
  private static final int DEFAULT_MSS_IP6 = 1220;

  private final TcpWorker home;

  TcpOpens(TcpWorker home) {
    this.home = home;
  }

  /** A connection in ESTABLISHED, without a session yet; null when there is no room or no way. */
  @Nullable TcpConnection make(TransportConnection flow, Handshake h) {
    PathTable.Entry path = home.path(flow, h.dscp);
    if (path == null) {
      home.counters.noPath.increment(home.index);
      return null;
    }
    TcpConnection c = home.connections.allocate(home.protocolId());
    if (c == null) {
      home.paths.release(path);
      return null;
    }
    c.endpointsOf(flow);
    c.path = path;
    c.sndUna = h.iss + 1;
    c.sndNxt = h.iss + 1;
    c.sndSmall = c.sndUna;
    c.rcvNxt = h.irs + 1;
    c.lastAckSent = c.rcvNxt;
    c.rcvScale = (byte) Math.max(0, h.scale);
    c.sndScale = (byte) (h.scale < 0 ? 0 : h.peerScale);
    c.sndWnd = h.peerWindow;
    c.maxSndWnd = h.peerWindow;
    c.sndWl1 = h.irs;
    c.sndWl2 = h.iss;
    if (h.timestamps) {
      c.on(TcpConnection.TIMESTAMPS);
      c.tsOffset = h.tsOffset;
      c.tsRecent = h.tsRecent;
    }
    if (h.sack) {
      c.on(TcpConnection.SACK);
    }
    if (h.ecn) {
      c.on(TcpConnection.ECN);
    }
    if (h.synLost) {
      c.on(TcpConnection.SYN_LOST);
    }
    if (!home.config.nagle()) {
      c.on(TcpConnection.NO_DELAY);
    }
    home.congestion.assign(c, h.congestion);
    int peerMss = peerMss(h.peerMss, flow.isIp4());
    int options = h.timestamps ? TcpHeaders.TIMESTAMPS_BYTES : 0;
    c.mss = Math.max(1, Math.min(peerMss, home.ownMss(path.path(), h.wantedMss)) - options);
    return c;
  }

  /** What an MSS option says, or the default where there was none. */
  static int peerMss(int told, boolean ip4) {
    return told > 0 ? told : ip4 ? DEFAULT_MSS_IP4 : DEFAULT_MSS_IP6;
  }

  /** The payload of a segment in an IP packet without options or extensions. */
  static int payloadOf(int mtuBytes, boolean ip4, boolean timestamps) {
    return mtuBytes - (ip4 ? Ip4Header.MIN_LENGTH : Ip6Header.LENGTH) - TcpHeader.MIN_LENGTH
        - (timestamps ? TcpHeaders.TIMESTAMPS_BYTES : 0);
  }

  /** The session layer has made the session: the window is that of its FIFO. */
  void begin(TcpConnection c) {
    home.timeWait.forget(c);
    c.rcvAdv = c.rcvNxt + Math.min(Math.max(0, home.sessions.rxSpace(c)), home.config.synWindowBytes());
    home.tuning.begin(c, c.rcvNxt);
    home.timers.keepAlive(c);
  }

  /** Makes the session of a listener; null when it refuses. */
  @Nullable TcpConnection accept(TransportConnection flow, Handshake h, long listener) {
    TcpConnection c = make(flow, h);
    if (c == null) {
      return null;
    }
    home.congestion.assign(c, home.listeners.congestion(listener));
    if (home.sessions.streamAccept(c, listener) < 0) {
      home.connections.free(c);
      return null;
    }
    begin(c);
    if (home.sessions.acceptNotify(c) < 0) {
      home.timers.stop(c);
      home.sessions.deleteNotify(c);
      home.connections.free(c);
      return null;
    }
    home.counters.accepted.increment(home.index);
    return c;
  }
}
