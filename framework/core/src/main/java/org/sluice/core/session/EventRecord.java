package org.sluice.core.session;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.sluice.spi.memory.EventQueue;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.transport.TransportConnection;

/**
 * The records of the event queue. Every record has the event's type and the session's handle; ACCEPTED, CONNECTED and
 * MIGRATED own a payload too, which tells an application in another process everything it needs:
 *
 * <pre>
 *   offset  bytes
 *        0      8  listener (accepted), opaque (connected), old handle (migrated)
 *        8      8  own event queue
 *       16      8  event queue of a local peer, or INVALID
 *       24      8  segment of the FIFOs
 *       32      8  rx FIFO: offset of its header in the segment
 *       40      8  tx FIFO: offset of its header in the segment
 *       48     16  local address
 *       64     16  remote address
 *       80      4  local port, remote port: 16 bits each
 *       84      4  table
 *       88      4  interface
 *       92      4  protocol
 * </pre>
 */
public final class EventRecord {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final int OWN_QUEUE = 8;
  private static final int PEER_QUEUE = 16;
  private static final int SEGMENT = 24;
  private static final int RX_FIFO = 32;
  private static final int TX_FIFO = 40;
  private static final int LOCAL = 48;
  private static final int REMOTE = 64;
  private static final int PORTS = 80;
  private static final int TABLE = 84;
  private static final int INTERFACE = 88;
  private static final int PROTOCOL = 92;

  private EventRecord() {}

  /** Puts an event that owns a payload into the queue; false when it is full. */
  static boolean offer(EventQueue queue, int event, StackSession session) {
    int claim = queue.claimControl();
    if (claim < 0) {
      return false;
    }
    encode(queue.payload(), queue.payloadOffset(claim), event, session);
    queue.publishControl(claim, event, session.handle, 0);
    return true;
  }

  /**
   * The event queue the session's events come by.
   *
   * @param memory the queue's memory
   * @param offset where the payload begins
   * @return the queue's handle
   */
  public static long ownQueue(MemorySegment memory, long offset) {
    return memory.get(LONG, offset + OWN_QUEUE);
  }

  /**
   * The event queue of the peer of a local session.
   *
   * @param memory the queue's memory
   * @param offset where the payload begins
   * @return the queue's handle, or {@link Handle#INVALID}
   */
  public static long peerQueue(MemorySegment memory, long offset) {
    return memory.get(LONG, offset + PEER_QUEUE);
  }

  private static void encode(MemorySegment m, long at, int event, StackSession s) {
    m.set(LONG, at, switch (event) {
      case SessionEvent.ACCEPTED -> s.listener;
      case SessionEvent.MIGRATED -> s.home.migrations().oldHandle(s);
      default -> s.opaque;
    });
    m.set(LONG, at + OWN_QUEUE, s.eventQueue());
    m.set(LONG, at + PEER_QUEUE, s.peerQueue);
    m.set(LONG, at + SEGMENT, s.segmentHandle);
    m.set(LONG, at + RX_FIFO, s.rxOffset);
    m.set(LONG, at + TX_FIFO, s.txOffset);
    TransportConnection c = s.connection;
    if (c != null) {
      encodeFlow(m, at, c);
    }
  }

  private static void encodeFlow(MemorySegment m, long at, TransportConnection c) {
    m.set(LONG, at + LOCAL, c.localHigh());
    m.set(LONG, at + LOCAL + Long.BYTES, c.localLow());
    m.set(LONG, at + REMOTE, c.remoteHigh());
    m.set(LONG, at + REMOTE + Long.BYTES, c.remoteLow());
    m.set(INT, at + PORTS, c.localPort() << 16 | c.remotePort());
    m.set(INT, at + TABLE, c.table());
    m.set(INT, at + INTERFACE, c.interfaceIndex());
    m.set(INT, at + PROTOCOL, c.protocol());
  }
}
