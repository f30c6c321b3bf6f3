package org.sluice.testkit.transport;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.sluice.spi.runtime.ControlSlot;
import org.sluice.spi.runtime.Handle;
import org.sluice.spi.runtime.Worker;
import org.sluice.spi.transport.TransportConnection;

/** A connection, half-open or listener of a {@link FakeTransport}. Pooled by the worker it belongs to. */
public final class FakeConnection extends TransportConnection {
  /** What the object stands for now. */
  enum Role { FREE, LISTENER, HALF_OPEN, OPEN }

  /** What one end tells the other. */
  enum Kind { LINK, DATA, ACK, FIN, RST }

  /** A message to the connection that had the handle {@code target} when it was sent. */
  record Signal(long target, Kind kind, int bytes, FakeConnection from, long fromHandle) {
    Signal answer(Kind answer, FakeConnection answering) {
      return new Signal(/* target= */ fromHandle, answer, 0, answering, /* fromHandle= */ target);
    }
  }

  final Worker owner;
  final FakePacketSink wire;
  final Queue<Signal> signals = new ConcurrentLinkedQueue<>();
  final ControlSlot inbox;
  private final int slot;
  private int generation;
  Role role = Role.FREE;
  @Nullable FakeConnection peer;
  long peerHandle = Handle.INVALID;
  int inFlightBytes;
  boolean ownsPort;
  boolean endWanted;
  boolean endSent;
  boolean endArrived;
  boolean endTold;
  boolean closing;
  boolean dead;
  boolean ended;

  FakeConnection(FakeTransport transport, Worker owner, int slot, FakePacketSink wire) {
    this.owner = owner;
    this.slot = slot;
    this.wire = wire;
    inbox = owner.newControlSlot(() -> transport.receive(this));
    wire.onSend(() -> transport.sent(this));
  }

  void begin(Role newRole, int protocolId) {
    reuse(Handle.of(owner.index(), slot, generation), protocolId);
    role = newRole;
    peer = null;
    peerHandle = Handle.INVALID;
    inFlightBytes = 0;
    ownsPort = false;
    endWanted = false;
    endSent = false;
    endArrived = false;
    endTold = false;
    closing = false;
    dead = false;
    ended = false;
  }

  void end() {
    role = Role.FREE;
    generation++;
    wire.drain();
    signals.clear();
    peer = null;
  }

  /**
   * Payload that was sent and not taken by the peer.
   *
   * @return bytes
   */
  public int inFlightBytes() {
    return inFlightBytes;
  }
}
