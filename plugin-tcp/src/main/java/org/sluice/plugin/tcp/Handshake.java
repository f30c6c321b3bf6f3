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
    scale = config.windowScale();
    sack = true;
    timestamps = true;
    tsOffset = newTsOffset;
    tsRecent = 0;
    iss = newIss;
  }

  /** What of another's offer a SYN or SYN-ACK takes up. */
  void agree(Handshake offered, TcpSegment segment) {
    wantedMss = offered.wantedMss;
    dscp = offered.dscp;
    iss = offered.iss;
    tsOffset = offered.tsOffset;
    scale = segment.scale < 0 ? -1 : offered.scale;
    sack = offered.sack && segment.sackPermitted;
    timestamps = offered.timestamps && segment.hasTimestamps;
    tsRecent = timestamps ? segment.tsValue : 0;
    irs = segment.seq;
    peerMss = segment.mss;
    peerScale = Math.max(0, segment.scale);
    peerWindow = segment.window;
    assert segment.has(TcpHeader.SYN) : "agreed on without a SYN";
  }
}
