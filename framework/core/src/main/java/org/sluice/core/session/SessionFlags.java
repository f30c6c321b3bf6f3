package org.sluice.core.session;

import java.util.StringJoiner;

/** The flag bits of a session. */
final class SessionFlags {
  /** It stands for a connect that is not answered. */
  static final int HALF_OPEN = 1;
  /** The application closed or reset it. */
  static final int APP_CLOSED = 1 << 1;
  /** The application writes no more. */
  static final int TX_SHUTDOWN = 1 << 2;
  /** It ended by a reset of the peer or transport: nothing written is delivered. */
  static final int PEER_RESET = 1 << 3;
  /** The application was told of it, so it must be told of its end. */
  static final int ANNOUNCED = 1 << 4;
  /** A WRITABLE event is on its way. */
  static final int WRITABLE_DUE = 1 << 5;
  /** The transport's turn to write by itself is due. */
  static final int CUSTOM_TX = 1 << 6;
  /** Flush before the next send. */
  static final int FLUSH = 1 << 7;
  /** It is joined to a session of this host. */
  static final int LOCAL = 1 << 8;
  /** Connectionless. */
  static final int CONNECTIONLESS = 1 << 9;
  /** The transport was told to close or reset. */
  static final int TRANSPORT_TOLD = 1 << 10;
  /** cleanup(SESSION) is on its way. */
  static final int CLEANUP_DUE = 1 << 11;
  /** The transport asked for applicationRead when the rx FIFO has room. */
  static final int RX_SPACE_WANTED = 1 << 12;

  /** The local peer or the transport has closed: nobody will take what is written. */
  static final int PEER_GONE = 1 << 13;
  /** Its FIFOs hold datagrams. */
  static final int DATAGRAM = 1 << 14;
  /** Its FIFOs hold no buffer memory and nobody watches them: the sweeper must hear of it before the next byte. */
  static final int SWEPT = 1 << 15;
  /** ACCEPTED, CONNECTED or MIGRATED is on its way: what will be told of must be told of its end too. */
  static final int OFFERED = 1 << 16;
  /** It has streams. */
  static final int PARENT = 1 << 17;
  /** It is a stream of another session. */
  static final int STREAM = 1 << 18;
  /** Its events are on the way from one application worker to another. */
  static final int MOVING = 1 << 19;
  /** Its owner took it over from another application worker, in whose memory its FIFOs lie. */
  static final int GUEST = 1 << 20;
  /** It has moved to another worker; this is its name until its application knows that. */
  static final int MIGRATING = 1 << 21;
  /** It came from another worker, and its application was not told yet. */
  static final int ARRIVING = 1 << 22;
  /** It serves all peers of a listener on its worker, and ends with the listener. */
  static final int SHARED = 1 << 23;

  private static final String[] NAMES = {
    "half-open", "app-closed", "tx-shutdown", "peer-reset", "announced", "writable-due", "custom-tx", "flush", "local",
    "connectionless", "transport-told", "cleanup-due", "rx-space-wanted", "peer-gone", "datagram",
    "swept", "offered", "parent", "stream",
    "moving", "guest", "migrating", "arriving", "shared"
  };

  private SessionFlags() {}

  /** The set bits by name, for consoles. */
  static String text(int flags) {
    StringJoiner text = new StringJoiner(" ");
    for (int bit = 0; bit < Integer.SIZE; bit++) {
      if (((flags & ~EndReasons.MASK) >>> bit & 1) != 0) {
        text.add(bit < NAMES.length ? NAMES[bit] : "bit-" + bit);
      }
    }
    return text.toString();
  }
}
