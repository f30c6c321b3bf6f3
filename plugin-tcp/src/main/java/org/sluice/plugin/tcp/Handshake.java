package org.sluice.plugin.tcp;

import org.sluice.spi.header.TcpHeader;

/** What a SYN offers, and what both sides have agreed on. Part of a half-open or of an unfinished handshake. */
final class Handshake {
  int wantedMss;
  int dscp;
  /** The own window scale, or -1 for none. */
  int scale;
  boolean sack;
  boolean timestamps;
  /** ECN: whether it may be used; when agreed on, whether it is. */
  boolean ecn;
  /** The own SYN or SYN-ACK had to be sent again. */
  boolean synLost;
  /** The congestion control that the endpoint asked for by name, or {@link CongestionChoice#NONE}. */
  String congestion = CongestionChoice.NONE;
  int tsOffset;
  int tsRecent;
  int iss;

  // ---- The peer's.
  int irs;
  int peerMss;
  int peerScale;
  int peerWindow;

  /** Offers everything. */
  void offer(TcpConfig config, int newIss, int newTsOffset) {
    wantedMss = 0;
    dscp = 0;
    congestion = CongestionChoice.NONE;
    scale = config.windowScale();
    sack = true;
    timestamps = true;
    ecn = config.ecn() != TcpConfig.Ecn.OFF;
    synLost = false;
    tsOffset = newTsOffset;
    tsRecent = 0;
    iss = newIss;
  }

  /** What of another's offer a SYN or SYN-ACK takes up. */
  void agree(Handshake offered, TcpSegment segment) {
    wantedMss = offered.wantedMss;
    dscp = offered.dscp;
    congestion = offered.congestion;
    iss = offered.iss;
    tsOffset = offered.tsOffset;
    scale = segment.scale < 0 ? -1 : offered.scale;
    sack = offered.sack && segment.sackPermitted;
    timestamps = offered.timestamps && segment.hasTimestamps;
    ecn = offered.ecn && (segment.has(TcpHeader.ACK) ? TcpEcn.isAccepted(segment) : TcpEcn.isOffered(segment));
    synLost = offered.synLost;
    tsRecent = timestamps ? segment.tsValue : 0;
    irs = segment.seq;
    peerMss = segment.mss;
    peerScale = Math.max(0, segment.scale);
    peerWindow = segment.window;
    assert segment.has(TcpHeader.SYN) : "agreed on without a SYN";
  }

  /** The flags of the SYN-ACK that says what was agreed on. */
  int synAckFlags() {
    return TcpHeader.SYN | TcpHeader.ACK | (ecn ? TcpHeader.ECE : 0);
  }
}
