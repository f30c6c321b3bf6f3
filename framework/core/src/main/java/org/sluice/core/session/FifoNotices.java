package org.sluice.core.session;

import org.sluice.core.transport.TransportEntry;
import org.sluice.spi.memory.Fifo;
import org.sluice.spi.memory.FifoConsumer;
import org.sluice.spi.memory.FifoProducer;
import org.sluice.spi.session.SessionState;

/**
 * Who is told when bytes or room come to the FIFOs of a session: its application, its local peer, or its transport.
 * Static, so that the way from a callback to the memory nests no deeper for it. Worker of the session.
 */
final class FifoNotices {
  private FifoNotices() {}

  // ---- The application has acted.

  /** Bytes were put into the tx FIFO: a local peer reads them, a transport sends them. */
  static void written(StackSession session, FifoProducer fifo) {
    if (!session.has(SessionFlags.LOCAL)) {
      session.home.tx().schedule(session);
      return;
    }
    StackSession reader = session.peer;
    // Callbacks of both ends run on this worker, and a stream clears the flag heavily.
    if (reader != null && fifo.setEventLightly() && reader.lane != null) {
      reader.lane.post(reader, SessionEvent.READABLE);
    }
  }

  /** Bytes were taken out of the rx FIFO: whoever waits for room there is told. */
  static void consumed(StackSession session, FifoConsumer fifo) {
    if (!fifo.takeDequeueNotificationLightly()) {
      return;
    }
    StackSession writer = session.peer;
    if (writer != null) {
      writable(writer);
    } else if (session.has(SessionFlags.RX_SPACE_WANTED)) {
      session.clear(SessionFlags.RX_SPACE_WANTED);
      applicationRead(session);
    }
  }

  /** A thread of the application wrote: whoever takes that, and is no stream, is told. */
  static void streamWritten(StackSession session) {
    if (!session.has(SessionFlags.LOCAL)) {
      FifoConsumer fifo = session.txOut;
      if (fifo != null) {
        fifo.clearEvent();
        session.home.tx().schedule(session);
      }
    } else if (session.peer != null) {
      session.home.post(session.peer, SessionEvent.READABLE);
    }
  }

  /** A thread of the application read: whoever writes there, and is no stream, is told of the room. */
  static void streamConsumed(StackSession session) {
    if (session.peer != null) {
      writable(session.peer);
    } else if (session.has(SessionFlags.RX_SPACE_WANTED)) {
      session.clear(SessionFlags.RX_SPACE_WANTED);
      applicationRead(session);
    }
  }

  // ---- The application is told.

  /** Posts READABLE for data that waits, unless an event is on its way. */
  static void readable(StackSession session) {
    if (SessionReadiness.waiting(session) <= 0) {
      return;
    }
    FifoProducer in = session.peer == null ? session.rxIn : session.peer.tx;
    // The flag of a writer that is a thread is that thread's; an event too many does no harm.
    if (in == null || in.setEventLightly()) {
      session.home.post(session, SessionEvent.READABLE);
    }
  }

  /** Posts WRITABLE, unless an event is on its way. */
  static void writable(StackSession session) {
    session.leave(SessionLinks.MEMORY);
    if (!session.has(SessionFlags.WRITABLE_DUE)) {
      session.set(SessionFlags.WRITABLE_DUE);
      session.home.post(session, SessionEvent.WRITABLE);
    }
  }

  /** Evaluates the application's wish for room after the stack took bytes out of a tx FIFO. */
  static void dequeued(StackSession session, FifoConsumer fifo) {
    if (fifo.takeDequeueNotificationLightly()) {
      writable(session);
    }
  }

  // ---- The transport is told.

  /** The transport waits for room in the rx FIFO. */
  static void wantRxSpace(StackSession session, int thresholdBytes) {
    FifoProducer fifo = session.rxIn;
    if (fifo == null) {
      return;
    }
    session.set(SessionFlags.RX_SPACE_WANTED);
    if (!fifo.wantDequeueNotification(Fifo.NOTIFY_ROOM, thresholdBytes)) {
      session.clear(SessionFlags.RX_SPACE_WANTED);
      applicationRead(session);
    }
  }

  private static void applicationRead(StackSession session) {
    if (session.connection == null || session.state == SessionState.TRANSPORT_DELETED) {
      return;
    }
    TransportEntry transport = session.carrier();
    try {
      transport.vft().applicationRead(session.connected());
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      session.home.lifecycle().transportFailed(session, transport, "applicationRead", e);
    }
  }
}
