package org.sluice.plugin.tcp;

import org.sluice.plugin.tcp.sequence.SequenceNumbers;
import org.sluice.spi.header.TcpHeader;

/** Explicit congestion notification (RFC 3168 section 6.1). One per worker. */
final class TcpEcn {
  private final TcpWorker home;

  TcpEcn(TcpWorker home) {
    this.home = home;
  }

  // ---- The side that sends data.

  /** The peer has seen a mark: the window is reduced, once per window of data. */
  void echoed(TcpConnection c, Sender q, TcpSegment s) {
    if (!c.is(TcpConnection.ECN)) {
      return;
    }
    if (c.is(TcpConnection.EPISODE)) {
      // The window is reduced already, and not for nothing: the mark stays true if the loss does not.
      q.undo.close();
    } else if (SequenceNumbers.after(s.ack, q.recover)) {
      home.counters.ecnReductions.increment(home.index);
      home.recovery.reduce(c, q);
    }
  }

  /** The window was reduced, for whatever reason: the next new data says so. */
  void reduced(TcpConnection c) {
    if (c.is(TcpConnection.ECN)) {
      c.on(TcpConnection.ECN_TELL);
    }
  }

  // ---- The side that receives data.

  /** Data has come: a mark is echoed from now on, until the sender says that it has slowed down. */
  void received(TcpConnection c, TcpSegment s) {
    if (s.has(TcpHeader.CWR)) {
      c.off(TcpConnection.ECN_ECHO);
    }
    if (s.marked) {
      home.counters.ecnMarks.increment(home.index);
      c.on(TcpConnection.ECN_ECHO);
    }
  }

  // ---- The handshake.

  /** What a SYN says of it: only one that asks for the use of ECN has both. */
  static boolean isOffered(TcpSegment syn) {
    return syn.has(TcpHeader.ECE) && syn.has(TcpHeader.CWR);
  }

  /** What a SYN-ACK says of it. */
  static boolean isAccepted(TcpSegment synAck) {
    return synAck.has(TcpHeader.ECE) && !synAck.has(TcpHeader.CWR);
  }
}
