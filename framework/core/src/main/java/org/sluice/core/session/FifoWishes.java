package org.sluice.core.session;

import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.session.WritableWish;

/** Translates an application's wish to be told about room into the FIFO's dequeue notification. */
final class FifoWishes {
  private FifoWishes() {}

  /**
   * The same for a FIFO of datagrams, which go in whole or not at all: room is room for one of the given payload.
   */
  static boolean wantForDatagram(FifoProducer fifo, WritableWish wish, int payloadBytes) {
    return wish == WritableWish.EMPTY
        ? want(fifo, wish, 0)
        : want(fifo, WritableWish.THRESHOLD, DatagramRecord.HEADER_BYTES + Math.max(1, payloadBytes));
  }

  /** How much an application is at least able to write once it is told: what it needs memory for. */
  static int bytesWanted(StackSession session, WritableWish wish, int thresholdBytes) {
    int bytes = Math.max(1, wish == WritableWish.THRESHOLD ? thresholdBytes : 0);
    return session.has(SessionFlags.DATAGRAM)
        ? DatagramRecord.HEADER_BYTES + Math.max(bytes, wish == WritableWish.THRESHOLD ? 0 : session.datagramRefused)
        : bytes;
  }

  /**
   * Stores the wish.
   *
   * @return true when it is fulfilled already: nobody would notify, so the caller must
   */
  static boolean want(FifoProducer fifo, WritableWish wish, int thresholdBytes) {
    return !switch (wish) {
      case NOT_FULL -> fifo.wantDequeueNotification(Fifo.NOTIFY_ROOM, 1);
      case THRESHOLD -> fifo.wantDequeueNotification(Fifo.NOTIFY_ROOM, thresholdBytes);
      case EMPTY -> fifo.wantDequeueNotification(Fifo.NOTIFY_IF_EMPTY, 0);
    };
  }
}
