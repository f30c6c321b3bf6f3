package org.sluice.testkit.script;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.header.TcpHeader;
import org.sluice.spi.header.TcpOptions;
import org.sluice.spi.session.Session;

/** One flow of a script: its ports, and what its numbers are relative to. */
final class ScriptFlow {
  /** Close to where sequence numbers wrap, so that every script wraps. */
  private static final int PEER_ISN = -1500;
  private static final int PEER_TIMESTAMP = -3000;
  private static final int LISTENED_PORT = 80;
  private static final int FIRST_PEER_PORT = 40_000;
  private static final int FIRST_OWN_PORT = 50_000;
  private static final int MOST_SHIFT = 14;

  private final int id;
  private boolean active;
  private int ownIsn;
  private boolean isnKnown;
  private int previousIsn;
  private int ownTimestampBase;
  private boolean timestampKnown;
  private long lastTimestamp;
  private int ownScale = -1;
  private int peerScale = -1;

  /** Its session, once the application has been told of one. */
  @Nullable Session session;
  /** Bytes written, read. */
  long written;
  long received;

  ScriptFlow(int id) {
    this.id = id;
  }

  int id() {
    return id;
  }

  void connects() {
    active = true;
  }

  boolean isActive() {
    return active;
  }

  int ownPort() {
    return active ? FIRST_OWN_PORT + id : LISTENED_PORT;
  }

  int peerPort() {
    return active ? LISTENED_PORT : FIRST_PEER_PORT + id;
  }

  // ---- Numbers.

  /** Takes from a segment of the stack what further numbers are relative to. */
  void learn(MemorySegment m) {
    int headerLength = TcpHeader.headerLength(m, 0);
    boolean syn = (TcpHeader.flags(m, 0) & TcpHeader.SYN) != 0;
    if (syn) {
      if (!isnKnown || ownIsn != TcpHeader.sequence(m, 0)) {
        previousIsn = isnKnown ? ownIsn : TcpHeader.sequence(m, 0);
        ownIsn = TcpHeader.sequence(m, 0);
      }
      isnKnown = true;
      ownScale = -1;
    }
    for (int at = TcpOptions.first(m, 0, headerLength); at > 0; at = TcpOptions.next(m, 0, headerLength, at)) {
      if (TcpOptions.kind(m, at) == TcpOptions.WINDOW_SCALE && syn) {
        ownScale = TcpOptions.windowScale(m, at);
      } else if (TcpOptions.kind(m, at) == TcpOptions.TIMESTAMPS) {
        int value = TcpOptions.timestampValue(m, at);
        if (!timestampKnown) {
          timestampKnown = true;
          ownTimestampBase = value;
        }
        lastTimestamp = ownTimestamp(value);
      }
    }
  }

  /** The peer sends a SYN with or without a window scale. */
  void peerOffers(@Nullable Range scale) {
    peerScale = scale == null ? -1 : (int) scale.least();
  }

  int ownShift() {
    return scaled() ? ownScale : 0;
  }

  int peerShift() {
    return scaled() ? Math.min(peerScale, MOST_SHIFT) : 0;
  }

  private boolean scaled() {
    return ownScale >= 0 && peerScale >= 0;
  }

  long ownRelative(int raw) {
    int distance = raw - ownIsn;
    return distance;
  }

  int ownAbsolute(long relative) {
    return (int) relative + ownIsn;
  }

  long peerRelative(int raw) {
    int distance = raw - PEER_ISN;
    return distance;
  }

  int peerAbsolute(long relative) {
    return (int) relative + PEER_ISN;
  }

  long ownTimestamp(int raw) {
    int distance = raw - ownTimestampBase;
    return distance;
  }

  int ownTimestampAbsolute(long relative) {
    return (int) relative + ownTimestampBase;
  }

  long peerTimestamp(int raw) {
    int distance = raw - PEER_TIMESTAMP;
    return distance;
  }

  int peerTimestampAbsolute(long relative) {
    return (int) relative + PEER_TIMESTAMP;
  }

  /** Names that the flow gives to numbers. */
  void names(Map<String, Long> names) {
    names.put("last", lastTimestamp);
    names.put("isngrowth", (long) (ownIsn - previousIsn));
  }
}
