package org.sluice.plugin.tcp;

import org.sluice.plugin.tcp.defence.SynCookies;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.session.FlowKey;

/**
 * Handshakes of peers that are kept in their SYN-ACKs (RFC 4987 section 3.6): when the backlog is full, or always. What
 * a peer offered is known again when it echoes timestamps; without them the connection does without. One per worker.
 */
final class TcpCookies {
  /** How long an answer may be on its way: cookies are good for the window they were made in and the next one. */
  private static final long GOOD_FOR_US = 2 * SynCookies.WINDOW_US;

  private final TcpWorker home;
  private final SynCookies cookies;
  private final FlowKey key = new FlowKey();
  private boolean sent;
  private long lastSentUs;

  TcpCookies(TcpWorker home, SynCookies cookies) {
    this.home = home;
    this.cookies = cookies;
  }

  /** Answers a SYN and forgets it. */
  void answer(TcpSegment s, Handshake offered) {
    sent = true;
    lastSentUs = home.nowUs();
    home.counters.cookies.sent().increment(home.index);
    s.flow(home.flow);
    s.flow(key, home.protocolId());
    Handshake h = home.agreed;
    h.agree(offered, s);
    h.iss = cookies.cookie(key, s.seq, TcpOpens.peerMss(s.mss, home.flow.isIp4()), lastSentUs);
    if (!h.timestamps) {
      h.scale = -1;
      h.sack = false;
      h.ecn = false;
    }
    int peerScale = h.scale < 0 ? SynCookies.NO_SCALE : h.peerScale;
    home.stateless.syn(home.flow, h, h.synAckFlags(), h.iss, h.irs + 1,
        SynCookies.timestamp(home.timestamp(h.tsOffset), peerScale, h.sack, h.ecn));
  }

  /** Makes the connection of a segment that answers a cookie; false when it answers none. */
  boolean proceed(TcpSegment s, long listener) {
    if (!sent || home.nowUs() - lastSentUs >= GOOD_FOR_US || s.has(TcpHeader.SYN | TcpHeader.RST)
        || !s.has(TcpHeader.ACK)) {
      return false;
    }
    s.flow(key, home.protocolId());
    int mss = cookies.check(key, s.seq - 1, s.ack - 1, home.nowUs());
    if (mss == SynCookies.INVALID) {
      home.counters.cookies.invalid().increment(home.index);
      return false;
    }
    home.counters.cookies.accepted().increment(home.index);
    s.flow(home.flow);
    TcpConnection made = home.opens.accept(home.flow, remembered(s, mss), listener);
    if (made == null) {
      home.stateless.refuse(s);
    } else {
      home.input.deliver(made, s);
    }
    return true;
  }

  /** What a backlog would have remembered. */
  private Handshake remembered(TcpSegment s, int mss) {
    Handshake h = home.agreed;
    h.offer(home.config, s.ack - 1, home.timestampOffset(home.flow));
    h.irs = s.seq - 1;
    h.peerMss = mss;
    h.timestamps = s.hasTimestamps;
    h.tsRecent = s.tsValue;
    int peerScale = s.hasTimestamps ? SynCookies.windowScale(s.tsEcho) : SynCookies.NO_SCALE;
    if (peerScale == SynCookies.NO_SCALE) {
      h.scale = -1;
      h.peerScale = 0;
    } else {
      h.peerScale = peerScale;
    }
    h.sack = s.hasTimestamps && SynCookies.sackPermitted(s.tsEcho);
    h.ecn = h.ecn && s.hasTimestamps && SynCookies.ecnAsked(s.tsEcho);
    h.peerWindow = s.window << h.peerScale;
    return h;
  }
}
